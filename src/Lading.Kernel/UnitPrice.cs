using System.Diagnostics.CodeAnalysis;

namespace Lading.Kernel;

/// <summary>
/// A price for one unit of measure, in millionths of the currency's major unit; rounded half-even once, per line.
/// Stored as <c>{"currency":"GBP","millionths":2550000,"per":"EA"}</c>.
/// </summary>
/// <param name="Per">The code of the unit the price is for, standard or the SKU's own.</param>
public readonly record struct UnitPrice(string Currency, long Millionths, string Per)
{
    /// <summary>How many decimals a price may have.</summary>
    public const int Decimals = 6;

    /// <summary>Reads a price in major units for one <paramref name="per"/>: <c>2.55</c>.</summary>
    public static bool TryParse(
        string? text,
        string? currency,
        string? per,
        out UnitPrice price,
        [NotNullWhen(false)] out Refusal? refusal,
        SignRule sign = SignRule.NotNegative
    )
    {
        price = default;
        refusal = Currencies.Check(currency) ?? UnitsOfMeasure.CheckCode(per);
        if (refusal is not null)
            return false;
        if (!DecimalText.TryRead(text, Decimals, sign, "price", out var millionths, out refusal))
            return false;
        price = new UnitPrice(currency!, millionths, per!);
        return true;
    }

    /// <summary>
    /// The amount for a quantity in thousandths of <see cref="Per"/>: computed exactly, then rounded half-even once.
    /// </summary>
    /// <exception cref="OverflowException">The amount does not fit 64 bits of minor units.</exception>
    public Money Amount(long thousandths)
    {
        // A millionth times a thousandth is 10^-9 of the major unit; of these, 10^(9 - digits) make one minor unit.
        var scale = (Int128)Math.Pow(10, 9 - Currencies.MinorDigits(Currency));
        var exact = (Int128)Millionths * thousandths;
        return new Money(Currency, checked((long)RoundHalfEven(exact, scale)));
    }

    /// <summary>The amount for a quantity, which must be in the unit that the price is for.</summary>
    /// <exception cref="InvalidOperationException">The quantity is in another unit.</exception>
    public Money Amount(Quantity quantity) =>
        string.Equals(quantity.Unit, Per, StringComparison.Ordinal)
            ? Amount(quantity.Thousandths)
            : throw new InvalidOperationException($"{quantity} cannot be priced at {this}.");

    /// <summary>The amount for a quantity as entered, or a refusal when it is too large to be kept.</summary>
    public bool TryAmount(long thousandths, out Money amount, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = null;
        amount = default;
        try
        {
            amount = Amount(thousandths);
        }
        catch (OverflowException)
        {
            refusal = new Refusal(
                "price.amount-too-large",
                RefusalKind.Invalid,
                $"{new Quantity(thousandths, Per)} at {this} are too large an amount to be kept.",
                null,
                $"{new Quantity(thousandths, Per)}",
                "Check quantity and price, or split the line."
            );
        }

        return refusal is null;
    }

    /// <summary>For people: <c>2.55 GBP/EA</c>, with at least the decimals of the currency. Never throws.</summary>
    public override string ToString()
    {
        var least = Currencies.IsKnown(Currency) ? Currencies.MinorDigits(Currency) : 0;
        return $"{DecimalText.Write(Millionths, Decimals, least)} {Currency}/{Per}";
    }

    private static Int128 RoundHalfEven(Int128 value, Int128 scale)
    {
        var (quotient, rest) = Int128.DivRem(value, scale);
        var twice = Int128.Abs(rest) * 2;
        var away = twice > scale || (twice == scale && Int128.IsOddInteger(quotient));
        return away ? quotient + Int128.Sign(value) : quotient;
    }
}
