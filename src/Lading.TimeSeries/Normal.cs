namespace Lading.TimeSeries;

/// <summary>The standard normal distribution: density, distribution, quantile and first loss function.</summary>
public static class Normal
{
    /// <summary>The density at <paramref name="z"/>.</summary>
    public static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>
    /// The probability of at most <paramref name="z"/>, to about 1e-15: a series near zero, a continued fraction in
    /// the tails. Source: Abramowitz and Stegun 26.2.11 and 26.2.14.
    /// </summary>
    public static double Distribution(double z)
    {
        if (double.IsNaN(z))
        {
            return z;
        }

        var x = Math.Abs(z);
        double tail;
        if (x > 39)
        {
            tail = 0;
        }
        else if (x < 3)
        {
            var term = x;
            var sum = x;
            for (var k = 1; term > sum * 1e-17; k++)
            {
                term *= x * x / ((2 * k) + 1);
                sum += term;
            }

            tail = 0.5 - (sum * Density(x));
        }
        else
        {
            var fraction = x;
            for (var k = 80; k > 0; k--)
            {
                fraction = x + (k / fraction);
            }

            tail = Density(x) / fraction;
        }

        return z > 0 ? 1 - tail : tail;
    }

    /// <summary>
    /// The z that is not exceeded with probability <paramref name="p"/>; infinite at 0 and 1. Source: Acklam's rational
    /// approximation, refined by one Halley step.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside 0 to 1.</exception>
    public static double Quantile(double p)
    {
        if (!(p is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies between 0 and 1.");
        }

        if (p is 0 or 1)
        {
            return p == 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        var z = Approximate(p);
        var error = (Distribution(z) - p) / Density(z);
        return z - (error / (1 + (z * error / 2)));
    }

    /// <summary>The mean shortfall E[max(Z - z, 0)] of a stock of <paramref name="z"/> standard deviations.</summary>
    public static double Loss(double z) => Density(z) - (z * (1 - Distribution(z)));

    private static double Approximate(double p)
    {
        if (p > 0.5)
        {
            return -Approximate(1 - p);
        }

        return p < 0.02425 ? Tail(p) : Centre(p);
    }

    private static double Tail(double p)
    {
        var q = Math.Sqrt(-2 * Math.Log(p));
        return (
                (
                    (
                        (
                            (
                                (((((-7.784894002430293e-03 * q) - 3.223964580411365e-01) * q) - 2.400758277161838) * q)
                                - 2.549732539343734
                            ) * q
                        ) + 4.374664141464968
                    ) * q
                ) + 2.938163982698783
            )
            / (
                (
                    (
                        (((((7.784695709041462e-03 * q) + 3.224671290700398e-01) * q) + 2.445134137142996) * q)
                        + 3.754408661907416
                    ) * q
                ) + 1
            );
    }

    private static double Centre(double p)
    {
        var c = p - 0.5;
        var r = c * c;
        return (
                (
                    (
                        (
                            (
                                (
                                    (
                                        (((-3.969683028665376e+01 * r) + 2.209460984245205e+02) * r)
                                        - 2.759285104469687e+02
                                    ) * r
                                ) + 1.383577518672690e+02
                            ) * r
                        ) - 3.066479806614716e+01
                    ) * r
                ) + 2.506628277459239
            )
            * c
            / (
                (
                    (
                        (
                            (
                                (
                                    (
                                        (((-5.447609879822406e+01 * r) + 1.615858368580409e+02) * r)
                                        - 1.556989798598866e+02
                                    ) * r
                                ) + 6.680131188771972e+01
                            ) * r
                        ) - 1.328068155288572e+01
                    ) * r
                ) + 1
            );
    }
}
