namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Temporal hierarchies (THieF): the series is also forecast as sums over 2, 3, ... season points, and the forecasts
/// of all levels are reconciled with structural weights: the short levels know the season, the long ones the trend.
/// Source: Athanasopoulos, Hyndman, Kourentzes and Petropoulos, Forecasting with temporal hierarchies, EJOR 262
/// (2017).
/// </summary>
public static class TemporalHierarchy
{
    /// <summary>
    /// Wraps <paramref name="inner"/>. Season lengths above 24 or histories of less than three seasons are left to it
    /// alone. The standard errors are those of the lowest level.
    /// </summary>
    public static ForecastMethod Around(string name, Forecaster inner) =>
        new(name, (history, season, workspace, mean, spread) => Run(inner, history, season, workspace, mean, spread));

    private static void Run(
        Forecaster inner,
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        inner(history, season, workspace, mean, spread);
        if (season is < 2 or > 24 || history.Length < 3 * season)
        {
            return;
        }

        var mark = workspace.Mark();
        int[] buckets = [.. Enumerable.Range(1, season).Where(k => season % k == 0).Reverse()];
        var cycles = (mean.Length + season - 1) / season;
        var levels = new double[buckets.Length][];
        for (var i = 0; i < buckets.Length; i++)
        {
            var length = season / buckets[i];
            levels[i] = new double[cycles * length];
            var sums = Sums(history, buckets[i], workspace);
            inner(sums, length, workspace, levels[i], workspace.Rent(levels[i].Length));
        }

        var reconciliation = new Reconciliation(Summing(season, buckets), ReconciliationWeights.Structural);
        var forecasts = new double[buckets.Sum(k => season / k)];
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            var row = 0;
            for (var i = 0; i < buckets.Length; i++)
            {
                var length = season / buckets[i];
                levels[i].AsSpan(cycle * length, length).CopyTo(forecasts.AsSpan(row));
                row += length;
            }

            var coherent = reconciliation.Reconcile(forecasts).AsSpan(^season..);
            var part = mean[(cycle * season)..];
            coherent[..Math.Min(season, part.Length)].CopyTo(part);
        }

        workspace.Release(mark);
    }

    private static Span<double> Sums(ReadOnlySpan<double> history, int bucket, Workspace workspace)
    {
        var count = history.Length / bucket;
        var sums = workspace.RentZeroed(count);
        var first = history.Length - (count * bucket);
        for (var t = first; t < history.Length; t++)
        {
            sums[(t - first) / bucket] += history[t];
        }

        return sums;
    }

    private static double[,] Summing(int season, int[] buckets)
    {
        var summing = new double[buckets.Sum(k => season / k), season];
        var row = 0;
        foreach (var bucket in buckets)
        {
            for (var first = 0; first < season; first += bucket, row++)
            {
                for (var t = first; t < first + bucket; t++)
                {
                    summing[row, t] = 1;
                }
            }
        }

        return summing;
    }
}
