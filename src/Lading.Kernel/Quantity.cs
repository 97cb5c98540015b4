using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Lading.Kernel;

/// <summary>
/// So much of a unit of measure, in thousandths: what people enter and read. Stock itself is kept as a
/// <see cref="BaseQuantity"/>. Stored as <c>{"thousandths":2500,"unit":"KG"}</c>.
/// </summary>
/// <remarks>
/// Arithmetic is checked (<see cref="OverflowException"/>). Two units in one sum are a bug and throw
/// <see cref="InvalidOperationException"/>: convert first.
/// </remarks>
/// <param name="Unit">The code of the unit, standard or the SKU's own.</param>
public readonly record struct Quantity(long Thousandths, string Unit) : IComparable<Quantity>
{
    /// <summary>How many decimals a quantity may have.</summary>
    public const int Decimals = 3;

    /// <summary>Less than, equal to, or more than zero.</summary>
    [JsonIgnore]
    public int Sign => Math.Sign(Thousandths);

    /// <summary>So many whole units.</summary>
    public static Quantity Of(long units, string unit) => new(checked(units * 1000), unit);

    /// <summary>
    /// Reads decimal text exactly: <c>2.5</c>. Refuses more than three decimals, overflow and a sign not allowed.
    /// </summary>
    public static bool TryParse(
        string? text,
        string? unit,
        out Quantity quantity,
        [NotNullWhen(false)] out Refusal? refusal,
        SignRule sign = SignRule.Any
    )
    {
        quantity = default;
        refusal = UnitsOfMeasure.CheckCode(unit);
        if (refusal is not null)
            return false;
        if (!DecimalText.TryRead(text, Decimals, sign, "quantity", out var thousandths, out refusal))
            return false;
        quantity = new Quantity(thousandths, unit!);
        return true;
    }

    /// <summary>
    /// Converts within a dimension, exactly. What depends on the SKU goes through <see cref="SkuUnits"/>.
    /// </summary>
    public bool TryConvert(string unit, out Quantity converted, [NotNullWhen(false)] out Refusal? refusal)
    {
        var ratio = UnitsOfMeasure.Between(Unit, unit);
        if (ratio is { } known)
            return TryConvert(known, unit, out converted, out refusal);
        converted = default;
        refusal = UnitRefusals.Unrelated(Unit, unit);
        return false;
    }

    /// <summary>The figure alone: <c>2.5</c>.</summary>
    public string ToFigureText() => DecimalText.Write(Thousandths, Decimals, 0);

    /// <summary>In units, exactly.</summary>
    public decimal ToDecimal() => Thousandths / 1000m;

    /// <inheritdoc />
    public int CompareTo(Quantity other) => Thousandths.CompareTo(Same(this, other).Thousandths);

    /// <summary>For people: <c>2.5 KG</c>.</summary>
    public override string ToString() => $"{ToFigureText()} {Unit}";

    public static Quantity operator +(Quantity a, Quantity b) =>
        a with
        {
            Thousandths = checked(a.Thousandths + Same(a, b).Thousandths),
        };

    public static Quantity operator -(Quantity a, Quantity b) =>
        a with
        {
            Thousandths = checked(a.Thousandths - Same(a, b).Thousandths),
        };

    public static Quantity operator -(Quantity a) => a with { Thousandths = checked(-a.Thousandths) };

    public static Quantity operator *(Quantity a, long times) =>
        a with
        {
            Thousandths = checked(a.Thousandths * times),
        };

    public static bool operator <(Quantity a, Quantity b) => a.CompareTo(b) < 0;

    public static bool operator >(Quantity a, Quantity b) => a.CompareTo(b) > 0;

    public static bool operator <=(Quantity a, Quantity b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Quantity a, Quantity b) => a.CompareTo(b) >= 0;

    internal bool TryConvert(
        Ratio ratio,
        string unit,
        out Quantity converted,
        [NotNullWhen(false)] out Refusal? refusal
    )
    {
        refusal = null;
        converted = default;
        if (!ratio.Divides(Thousandths))
            refusal = UnitRefusals.DoesNotDivide(this, ratio, unit);
        else if (!ratio.TryTimes(Thousandths, out var thousandths))
            refusal = UnitRefusals.TooLarge(this, unit);
        else
            converted = new Quantity(thousandths, unit);
        return refusal is null;
    }

    private static Quantity Same(Quantity a, Quantity b) =>
        string.Equals(a.Unit, b.Unit, StringComparison.Ordinal)
            ? b
            : throw new InvalidOperationException($"{a} and {b} are quantities of two units.");
}
