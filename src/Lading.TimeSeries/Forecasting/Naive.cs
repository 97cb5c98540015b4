namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// The benchmarks every other method must beat: the last value, the value one season ago, and the last value carried on
/// along the average change (random walk with drift). Source: Hyndman and Athanasopoulos, Forecasting: Principles and
/// Practice, 3rd ed., 5.2 and 5.5 (standard errors).
/// </summary>
public static class Naive
{
    /// <summary>Every step ahead is the last value.</summary>
    public static void LastValue(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var sigma = RootMeanSquareChange(history, 1, 0);
        mean.Fill(history[^1]);
        for (var h = 0; h < spread.Length; h++)
        {
            spread[h] = sigma * Math.Sqrt(h + 1);
        }
    }

    /// <summary>
    /// Every step ahead is the value of the same season last time; the last value if a season is not full.
    /// </summary>
    public static void Seasonal(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        if (season <= 1 || history.Length < season)
        {
            LastValue(history, season, workspace, mean, spread);
            return;
        }

        var sigma = RootMeanSquareChange(history, season, 0);
        for (var h = 0; h < mean.Length; h++)
        {
            mean[h] = history[history.Length - season + (h % season)];
            spread[h] = sigma * Math.Sqrt((h / season) + 1);
        }
    }

    /// <summary>The last value, moved by the mean change per step.</summary>
    public static void Drift(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var n = history.Length;
        var drift = n > 1 ? (history[^1] - history[0]) / (n - 1) : 0;
        var sigma = RootMeanSquareChange(history, 1, drift);
        for (var h = 0; h < mean.Length; h++)
        {
            mean[h] = history[^1] + (drift * (h + 1));
            spread[h] = sigma * Math.Sqrt((h + 1) * (1 + ((h + 1.0) / Math.Max(n - 1, 1))));
        }
    }

    /// <summary>
    /// The M competitions' Naive2: the last value of the seasonally adjusted series, seasonal again if the series
    /// passes the seasonality test.
    /// </summary>
    public static void SeasonallyAdjusted(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var mark = workspace.Mark();
        var adjusted = workspace.Rent(history.Length);
        var adjustment = SeasonalAdjustment.Remove(history, season, workspace, adjusted);
        LastValue(adjusted, 1, workspace, mean, spread);
        adjustment.Restore(history.Length, mean, spread);
        workspace.Release(mark);
    }

    private static double RootMeanSquareChange(ReadOnlySpan<double> history, int lag, double drift)
    {
        var count = history.Length - lag;
        if (count < 1)
        {
            return 0;
        }

        var sum = 0.0;
        for (var t = lag; t < history.Length; t++)
        {
            var change = history[t] - history[t - lag] - drift;
            sum += change * change;
        }

        return Math.Sqrt(sum / count);
    }
}
