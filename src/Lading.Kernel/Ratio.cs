namespace Lading.Kernel;

/// <summary>A positive exact fraction in lowest terms: how many of one unit another is.</summary>
public readonly record struct Ratio
{
    private readonly long numerator;
    private readonly long denominatorLessOne;

    /// <summary>Makes a fraction; both parts are at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A part is below 1.</exception>
    public Ratio(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numerator, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(denominator, 1);
        var shared = (long)Gcd(numerator, denominator);
        this.numerator = numerator / shared;
        denominatorLessOne = denominator / shared - 1;
    }

    /// <summary>One to one.</summary>
    public static readonly Ratio One = new(1, 1);

    /// <summary>The upper part, in lowest terms; 0 only in an uninitialised value.</summary>
    public long Numerator => numerator;

    /// <summary>The lower part, in lowest terms.</summary>
    public long Denominator => denominatorLessOne + 1;

    /// <summary>The fraction turned over.</summary>
    public Ratio Inverse() => new(Denominator, Numerator);

    /// <summary>The product of two fractions.</summary>
    /// <exception cref="OverflowException">A part of the product does not fit 64 bits.</exception>
    public static Ratio operator *(Ratio a, Ratio b)
    {
        // Reducing crosswise first keeps the parts as small as the result allows.
        var (left, right) = ((long)Gcd(a.Numerator, b.Denominator), (long)Gcd(b.Numerator, a.Denominator));
        return new Ratio(
            checked(a.Numerator / left * (b.Numerator / right)),
            checked(a.Denominator / right * (b.Denominator / left))
        );
    }

    /// <summary>The quotient of two fractions.</summary>
    /// <exception cref="OverflowException">A part of the quotient does not fit 64 bits.</exception>
    public static Ratio operator /(Ratio a, Ratio b) => a * b.Inverse();

    /// <summary>The quotient, or null when a part of it does not fit 64 bits.</summary>
    public Ratio? TryOver(Ratio other)
    {
        try
        {
            return this / other;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>Whether <paramref name="count"/> times this is whole.</summary>
    public bool Divides(long count) => Int128.Abs(count) % Denominator == 0;

    /// <summary>Multiplies a count that <see cref="Divides"/>; false when the result does not fit 64 bits.</summary>
    public bool TryTimes(long count, out long result)
    {
        var product = (Int128)(count / Denominator) * Numerator;
        var fits = product >= long.MinValue && product <= long.MaxValue;
        result = fits ? (long)product : 0;
        return fits;
    }

    /// <inheritdoc />
    public override string ToString() => Denominator == 1 ? $"{Numerator}" : $"{Numerator}/{Denominator}";

    private static Int128 Gcd(Int128 a, Int128 b) => b == 0 ? a : Gcd(b, a % b);
}
