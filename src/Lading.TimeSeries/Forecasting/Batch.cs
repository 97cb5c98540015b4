namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Forecasts many series on several threads, one workspace each. The result does not depend on the number of threads.
/// </summary>
public static class Batch
{
    /// <summary>
    /// Runs <paramref name="method"/> on every history. <paramref name="threads"/> is the most threads used, 0 for
    /// all cores.
    /// </summary>
    /// <exception cref="ArgumentException">A history is empty or not finite, or season or horizon is below
    /// one.</exception>
    public static Forecast[] Forecast(
        IReadOnlyList<ReadOnlyMemory<double>> histories,
        int season,
        int horizon,
        ForecastMethod method,
        int threads = 0
    )
    {
        foreach (var history in histories)
        {
            ForecastMethod.Guard(history.Span, season, horizon);
        }

        var forecasts = new Forecast[histories.Count];
        Each(
            histories.Count,
            threads,
            (i, workspace) =>
            {
                var forecast = new Forecast(new double[horizon], new double[horizon]);
                method.Run(histories[i].Span, season, workspace, forecast.Mean, forecast.Spread);
                forecasts[i] = forecast;
            }
        );
        return forecasts;
    }

    internal static void Each(int count, int threads, Action<int, Workspace> work)
    {
        var most = threads > 0 ? threads : Environment.ProcessorCount;
        var options = new ParallelOptions { MaxDegreeOfParallelism = most };
        Parallel.For(
            0,
            count,
            options,
            static () => new Workspace(),
            (i, _, workspace) =>
            {
                work(i, workspace);
                return workspace;
            },
            static _ => { }
        );
    }
}
