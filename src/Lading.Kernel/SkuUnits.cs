using System.Diagnostics.CodeAnalysis;

namespace Lading.Kernel;

/// <summary>
/// The units of one SKU: its base unit, its own conversions (a case is 12 each, a roll is 25 M) and whatever follows
/// from them by standard (a dozen, when the base unit is each). Conversion is an exact rational at the edge: what does
/// not come out in whole thousandths is refused, never rounded.
/// </summary>
public sealed class SkuUnits
{
    /// <summary>The most conversions one SKU may have.</summary>
    public const int MaxConversions = 50;

    private readonly Dictionary<string, Ratio> own;

    private SkuUnits(string baseUnit, Dictionary<string, Ratio> own)
    {
        BaseUnit = baseUnit;
        this.own = own;
    }

    /// <summary>The unit in which the SKU's stock is kept.</summary>
    public string BaseUnit { get; }

    /// <summary>Takes a SKU's units as entered: one <c>Unit</c> is Numerator/Denominator base units.</summary>
    /// <remarks>
    /// Refuses, in this order: a malformed base unit, too many conversions; for each conversion a malformed code, a
    /// part below 1, a unit named twice, and a conversion that contradicts the standard or an earlier one.
    /// </remarks>
    public static bool TryCreate(
        string? baseUnit,
        IEnumerable<(string Unit, long Numerator, long Denominator)> conversions,
        [NotNullWhen(true)] out SkuUnits? units,
        [NotNullWhen(false)] out Refusal? refusal
    )
    {
        units = null;
        refusal = UnitsOfMeasure.CheckCode(baseUnit);
        if (refusal is not null)
            return false;
        var made = new SkuUnits(baseUnit!, new(StringComparer.Ordinal) { [baseUnit!] = Ratio.One });
        foreach (var (unit, numerator, denominator) in conversions)
        {
            refusal = made.Add(unit, numerator, denominator);
            if (refusal is not null)
                return false;
        }

        units = made;
        return true;
    }

    /// <summary>How many base units one of <paramref name="unit"/> is, or null when the SKU cannot tell.</summary>
    public Ratio? ToBase(string unit)
    {
        if (own.TryGetValue(unit, out var direct))
            return direct;
        foreach (var (known, ratio) in own)
        {
            if (UnitsOfMeasure.Between(unit, known) is { } standard)
                return standard.TryOver(ratio.Inverse());
        }

        return null;
    }

    /// <summary>Converts what was entered into base units.</summary>
    public bool TryToBase(Quantity entered, out BaseQuantity quantity, [NotNullWhen(false)] out Refusal? refusal)
    {
        var done = TryConvert(entered, BaseUnit, out var converted, out refusal);
        quantity = new BaseQuantity(converted.Thousandths);
        return done;
    }

    /// <summary>Converts base units into a unit to be shown or picked in.</summary>
    public bool TryFromBase(
        BaseQuantity quantity,
        string unit,
        out Quantity converted,
        [NotNullWhen(false)] out Refusal? refusal
    ) => TryConvert(new Quantity(quantity.Thousandths, BaseUnit), unit, out converted, out refusal);

    /// <summary>Converts between any two units of the SKU.</summary>
    public bool TryConvert(
        Quantity entered,
        string unit,
        out Quantity converted,
        [NotNullWhen(false)] out Refusal? refusal
    )
    {
        converted = default;
        if (ToBase(entered.Unit) is not { } source)
            refusal = UnitRefusals.Unknown(entered.Unit, BaseUnit);
        else if (ToBase(unit) is not { } target)
            refusal = UnitRefusals.Unknown(unit, BaseUnit);
        else if (source.TryOver(target) is not { } ratio)
            refusal = UnitRefusals.TooLarge(entered, unit);
        else
            return entered.TryConvert(ratio, unit, out converted, out refusal);
        return false;
    }

    private Refusal? Add(string? unit, long numerator, long denominator)
    {
        if (own.Count > MaxConversions)
            return UnitRefusals.TooMany(MaxConversions);
        if (UnitsOfMeasure.CheckCode(unit) is { } malformed)
            return malformed;
        if (numerator < 1 || denominator < 1 || numerator > UnitRefusals.MaxPart || denominator > UnitRefusals.MaxPart)
            return UnitRefusals.BadRatio(unit!, numerator, denominator);
        if (own.ContainsKey(unit!))
            return UnitRefusals.NamedTwice(unit!);
        var ratio = new Ratio(numerator, denominator);
        if (ToBase(unit!) is { } already && already != ratio)
            return UnitRefusals.Contradicts(unit!, ratio, already, BaseUnit);
        own.Add(unit!, ratio);
        return null;
    }
}
