namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Classical decomposition: seasonal indices as means of the ratios (or differences, where a value is not positive)
/// to a centred moving average, and the autocorrelation test by which the M competitions decided whether to adjust at
/// all. Source: Makridakis and Hibon, The M3-Competition, Int. J. Forecasting 16 (2000), appendix; Kendall and Stuart
/// (1983).
/// </summary>
public readonly ref struct SeasonalAdjustment
{
    private readonly ReadOnlySpan<double> _indices;
    private readonly bool _multiplicative;

    private SeasonalAdjustment(ReadOnlySpan<double> indices, bool multiplicative)
    {
        _indices = indices;
        _multiplicative = multiplicative;
    }

    /// <summary>True when the series was found seasonal and adjusted.</summary>
    public bool IsSeasonal => !_indices.IsEmpty;

    /// <summary>
    /// Writes the seasonally adjusted history into <paramref name="adjusted"/> (a copy if it is not seasonal). The
    /// indices live in <paramref name="workspace"/>: release it only after <see cref="Restore"/>.
    /// </summary>
    public static SeasonalAdjustment Remove(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> adjusted
    )
    {
        if (!IsSignificant(history, season))
        {
            history.CopyTo(adjusted);
            return default;
        }

        var indices = workspace.Rent(season);
        var multiplicative = Indices(history, season, AllPositive(history), workspace, indices);
        for (int t = 0, s = 0; t < history.Length; t++, s = s + 1 == season ? 0 : s + 1)
        {
            adjusted[t] = multiplicative ? history[t] / indices[s] : history[t] - indices[s];
        }

        return new SeasonalAdjustment(indices, multiplicative);
    }

    /// <summary>Makes forecasts of the adjusted series seasonal again.</summary>
    public void Restore(int historyLength, Span<double> mean, Span<double> spread)
    {
        if (_indices.IsEmpty)
        {
            return;
        }

        for (var h = 0; h < mean.Length; h++)
        {
            var index = _indices[(historyLength + h) % _indices.Length];
            mean[h] = _multiplicative ? mean[h] * index : mean[h] + index;
            spread[h] = _multiplicative ? spread[h] * index : spread[h];
        }
    }

    /// <summary>
    /// True if the autocorrelation at the season's lag is outside the 90 % band of a series without it (at least
    /// three seasons are asked for).
    /// </summary>
    public static bool IsSignificant(ReadOnlySpan<double> history, int season)
    {
        var n = history.Length;
        if (season <= 1 || n < 3 * season)
        {
            return false;
        }

        var mean = Mean(history);
        var variance = 0.0;
        for (var t = 0; t < n; t++)
        {
            variance += (history[t] - mean) * (history[t] - mean);
        }

        if (variance <= 0)
        {
            return false;
        }

        var sumOfSquares = 0.0;
        for (var lag = 1; lag < season; lag++)
        {
            var r = Autocovariance(history, mean, lag) / variance;
            sumOfSquares += r * r;
        }

        var limit = 1.645 * Math.Sqrt((1 + (2 * sumOfSquares)) / n);
        return Math.Abs(Autocovariance(history, mean, season) / variance) > limit;
    }

    /// <summary>
    /// Fills <paramref name="indices"/>, indexed by t modulo the season and normalised (mean 1, or sum 0). Asks for
    /// two seasons. Returns false if multiplicative indices were asked for but some index was not positive: they are
    /// additive then.
    /// </summary>
    public static bool Indices(
        ReadOnlySpan<double> history,
        int season,
        bool multiplicative,
        Workspace workspace,
        Span<double> indices
    )
    {
        var n = history.Length;
        var mark = workspace.Mark();
        var counts = workspace.RentZeroed(season);
        indices.Clear();
        var half = season / 2;
        var even = season % 2 == 0;
        var window = 0.0;
        for (var t = 0; t < (even ? season - 1 : season); t++)
        {
            window += history[t];
        }

        // For an even season the window has season - 1 full terms and two halves: one more point on each side.
        var first = half;
        for (var centre = first; centre + half < n; centre++)
        {
            double trend;
            if (even)
            {
                var low = centre - half;
                var inner = window - history[low];
                inner += history[low + season - 1];
                trend = (inner + (0.5 * (history[low] + history[low + season]))) / season;
                window = inner;
            }
            else
            {
                trend = window / season;
                if (centre + half + 1 < n)
                {
                    window += history[centre + half + 1] - history[centre - half];
                }
            }

            indices[centre % season] += multiplicative ? history[centre] / trend : history[centre] - trend;
            counts[centre % season]++;
        }

        for (var s = 0; s < season; s++)
        {
            indices[s] =
                counts[s] > 0 ? indices[s] / counts[s]
                : multiplicative ? 1
                : 0;
        }

        workspace.Release(mark);
        return Normalise(history, season, multiplicative, workspace, indices);
    }

    internal static bool AllPositive(ReadOnlySpan<double> history)
    {
        foreach (var value in history)
        {
            if (value <= 0)
            {
                return false;
            }
        }

        return true;
    }

    internal static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private static bool Normalise(
        ReadOnlySpan<double> history,
        int season,
        bool multiplicative,
        Workspace workspace,
        Span<double> indices
    )
    {
        var mean = Mean(indices);
        foreach (ref var index in indices)
        {
            index = multiplicative ? index / mean : index - mean;
            if (multiplicative && !(index > 1e-3))
            {
                Indices(history, season, false, workspace, indices);
                return false;
            }
        }

        return multiplicative;
    }

    private static double Autocovariance(ReadOnlySpan<double> history, double mean, int lag)
    {
        var sum = 0.0;
        for (var t = lag; t < history.Length; t++)
        {
            sum += (history[t] - mean) * (history[t - lag] - mean);
        }

        return sum;
    }
}
