using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Lading.Kernel;

/// <summary>
/// An amount: whole minor units of a currency (ISO 4217). For amounts only; a price is a <see cref="UnitPrice"/>.
/// Stored as <c>{"currency":"EUR","minor":1230}</c>.
/// </summary>
/// <remarks>
/// Arithmetic is checked: beyond 64 bits it throws <see cref="OverflowException"/>. Two currencies in one sum are a bug
/// and throw <see cref="InvalidOperationException"/>.
/// </remarks>
public readonly record struct Money(string Currency, long Minor) : IComparable<Money>
{
    /// <summary>Less than, equal to, or more than zero.</summary>
    [JsonIgnore]
    public int Sign => Math.Sign(Minor);

    /// <summary>Nothing, in a currency.</summary>
    public static Money Zero(string currency) => new(currency, 0);

    /// <summary>
    /// Reads an amount in major units: <c>12.30</c>. Refuses an unknown currency and more decimals than it has.
    /// </summary>
    public static bool TryParse(
        string? text,
        string? currency,
        out Money money,
        [NotNullWhen(false)] out Refusal? refusal,
        SignRule sign = SignRule.Any
    )
    {
        money = default;
        refusal = Currencies.Check(currency);
        if (refusal is not null)
            return false;
        if (!DecimalText.TryRead(text, Currencies.MinorDigits(currency!), sign, "money", out var minor, out refusal))
            return false;
        money = new Money(currency!, minor);
        return true;
    }

    /// <summary>Sums amounts of one currency; no amounts make zero.</summary>
    public static Money Sum(string currency, IEnumerable<Money> amounts) =>
        amounts.Aggregate(Zero(currency), (sum, amount) => sum + amount);

    /// <summary>The amount in major units with all decimals of its currency: <c>12.30</c>.</summary>
    public string ToAmountText()
    {
        var digits = Currencies.MinorDigits(Currency);
        return DecimalText.Write(Minor, digits, digits);
    }

    /// <inheritdoc />
    public int CompareTo(Money other) => Minor.CompareTo(Same(this, other).Minor);

    /// <summary>For people: <c>12.30 EUR</c>. Never throws.</summary>
    public override string ToString() =>
        Currencies.IsKnown(Currency) ? $"{ToAmountText()} {Currency}" : $"{Minor} minor units of '{Currency}'";

    public static Money operator +(Money a, Money b) => a with { Minor = checked(a.Minor + Same(a, b).Minor) };

    public static Money operator -(Money a, Money b) => a with { Minor = checked(a.Minor - Same(a, b).Minor) };

    public static Money operator -(Money a) => a with { Minor = checked(-a.Minor) };

    public static Money operator *(Money a, long times) => a with { Minor = checked(a.Minor * times) };

    public static bool operator <(Money a, Money b) => a.CompareTo(b) < 0;

    public static bool operator >(Money a, Money b) => a.CompareTo(b) > 0;

    public static bool operator <=(Money a, Money b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Money a, Money b) => a.CompareTo(b) >= 0;

    private static Money Same(Money a, Money b) =>
        string.Equals(a.Currency, b.Currency, StringComparison.Ordinal)
            ? b
            : throw new InvalidOperationException($"{a} and {b} are amounts of two currencies.");
}
