namespace Lading.TimeSeries.Forecasting;

/// <summary>A series' forecast, the method that made it, and why that one.</summary>
public sealed record ChosenForecast(Forecast Forecast, string Method, string Reason);

/// <summary>The forecasts of a batch and the intervals calibrated on it.</summary>
public sealed record AutomaticResult(IReadOnlyList<ChosenForecast> Series, Intervals Intervals);

/// <summary>
/// Chooses a method for every series of a batch by rolling-origin tests. A series' own errors are few and noisy, so
/// they are drawn towards the mean of its class (regular or intermittent): a method wins a series only if it is
/// clearly better there. Source of the idea: Petropoulos et al., Exploring the sources of uncertainty (2018); Hyndman
/// and Athanasopoulos, 5.10.
/// </summary>
public static class AutomaticForecast
{
    /// <summary>How many origins' worth of evidence the class mean counts for.</summary>
    private const double ClassWeight = 4;

    /// <summary>
    /// Forecasts all series. <paramref name="origins"/> origins, a third of the horizon apart, decide; too short a
    /// series follows its class. With <paramref name="method"/> given nothing is chosen, only the intervals are
    /// calibrated.
    /// </summary>
    public static AutomaticResult Forecast(
        IReadOnlyList<ReadOnlyMemory<double>> series,
        int season,
        int horizon,
        int origins = 2,
        ForecastMethod? method = null,
        int threads = 0,
        IReadOnlyList<ForecastMethod>? candidates = null
    )
    {
        var results = new ChosenForecast[series.Count];
        var calibration = new List<Trial>();
        foreach (var intermittent in (bool[])[false, true])
        {
            int[] members =
            [
                .. Enumerable
                    .Range(0, series.Count)
                    .Where(i =>
                        method is null && IntermittentDemand.IsIntermittent(series[i].Span) == intermittent
                        || (method is not null && !intermittent)
                    ),
            ];
            if (members.Length > 0)
            {
                IReadOnlyList<ForecastMethod> pool =
                    method is not null ? [method]
                    : intermittent ? ForecastMethods.Intermittent
                    : candidates ?? Candidates;
                ForecastClass(
                    [.. members.Select(i => series[i])],
                    members,
                    season,
                    horizon,
                    origins,
                    threads,
                    pool,
                    results,
                    calibration
                );
            }
        }

        return new AutomaticResult(results, Intervals.Conformal(calibration));
    }

    /// <summary>What competes for a regular series.</summary>
    public static IReadOnlyList<ForecastMethod> Candidates { get; } =
    [
        ForecastMethods.MedianOfFour,
        .. ForecastMethods.Regular.Where(m => m.Name is "dotm" or "ets" or "arima" or "ces" or "seasonal-naive"),
    ];

    private static void ForecastClass(
        IReadOnlyList<ReadOnlyMemory<double>> series,
        int[] members,
        int season,
        int horizon,
        int origins,
        int threads,
        IReadOnlyList<ForecastMethod> pool,
        ChosenForecast[] results,
        List<Trial> calibration
    )
    {
        var trials = pool.Select(m =>
                RollingOrigin.Test(series, season, horizon, m, origins, Math.Max(horizon / 3, 1), 0, threads)
            )
            .ToArray();
        var (own, counts, mean) = Errors(trials, series.Count);
        var chosen = new int[series.Count];
        for (var i = 0; i < series.Count; i++)
        {
            var best = double.PositiveInfinity;
            for (var m = 0; m < pool.Count; m++)
            {
                var score = ((ClassWeight * mean[m]) + own[m, i]) / (ClassWeight + counts[i]);
                if (score < best)
                {
                    (best, chosen[i]) = (score, m);
                }
            }
        }

        for (var m = 0; m < pool.Count; m++)
        {
            int[] mine = [.. Enumerable.Range(0, series.Count).Where(i => chosen[i] == m)];
            var forecasts = Batch.Forecast([.. mine.Select(i => series[i])], season, horizon, pool[m], threads);
            for (var k = 0; k < mine.Length; k++)
            {
                var i = mine[k];
                var reason =
                    pool.Count == 1 ? "asked for"
                    : counts[i] == 0 ? $"too short to test: best of its class ({mean[m]:F3} of the mean error)"
                    : $"best of {pool.Count} over {counts[i]} origins, drawn towards its class";
                results[members[i]] = new ChosenForecast(forecasts[k], pool[m].Name, reason);
            }

            calibration.AddRange(trials[m].Where(t => chosen[t.Series] == m));
        }
    }

    /// <summary>
    /// Absolute errors relative to the mean over all methods, summed per series and averaged per method.
    /// </summary>
    private static (double[,] Own, int[] Counts, double[] Mean) Errors(IReadOnlyList<Trial>[] trials, int series)
    {
        var own = new double[trials.Length, series];
        var counts = new int[series];
        var mean = new double[trials.Length];
        var total = 0;
        Span<double> errors = stackalloc double[trials.Length];
        for (var k = 0; k < trials[0].Count; k++)
        {
            var sum = 0.0;
            for (var m = 0; m < trials.Length; m++)
            {
                var trial = trials[m][k];
                errors[m] = RootMeanSquare(trial);
                sum += errors[m] / trials.Length;
            }

            if (!(sum > 0))
            {
                continue;
            }

            total++;
            counts[trials[0][k].Series]++;
            for (var m = 0; m < trials.Length; m++)
            {
                own[m, trials[0][k].Series] += errors[m] / sum;
                mean[m] += errors[m] / sum;
            }
        }

        for (var m = 0; m < trials.Length; m++)
        {
            mean[m] = total > 0 ? mean[m] / total : m;
        }

        return (own, counts, mean);
    }

    private static double RootMeanSquare(Trial trial)
    {
        var sum = 0.0;
        for (var h = 0; h < trial.Actual.Length; h++)
        {
            var error = trial.Actual.Span[h] - trial.Forecast.Mean[h];
            sum += error * error;
        }

        return Math.Sqrt(sum / Math.Max(trial.Actual.Length, 1));
    }
}
