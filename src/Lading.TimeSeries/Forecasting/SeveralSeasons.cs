namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Forecasts of series with several or long seasons: MSTL takes the seasons out, another method forecasts what is
/// left, and each season's last pattern is put back. Source: Bandara, Hyndman and Bergmeir, MSTL (2021); Cleveland et
/// al., STL (1990).
/// </summary>
public static class SeveralSeasons
{
    /// <summary>What competes for a series with these seasons.</summary>
    public static IReadOnlyList<ForecastMethod> Candidates(IReadOnlyList<int> seasons) =>
        [
            Decomposed("mstl-dotm", seasons, DynamicTheta.Forecast),
            Decomposed("mstl-ets", seasons, Ets.Forecast),
            Decomposed("mstl-arima", seasons, Arima.Forecast),
            Decomposed("mstl-median4", seasons, Combination.MedianOfFour),
            .. seasons.Select(s => new ForecastMethod(
                $"seasonal-naive-{s}",
                (history, _, workspace, mean, spread) => Naive.Seasonal(history, s, workspace, mean, spread)
            )),
        ];

    /// <summary>A method that forecasts the seasonally adjusted series by <paramref name="inner"/>.</summary>
    public static ForecastMethod Decomposed(string name, IReadOnlyList<int> seasons, Forecaster inner)
    {
        int[] lengths = [.. seasons];
        return new ForecastMethod(
            name,
            (history, _, workspace, mean, spread) => Run(history, lengths, inner, workspace, mean, spread)
        );
    }

    private static void Run(
        ReadOnlySpan<double> history,
        int[] seasons,
        Forecaster inner,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var n = history.Length;
        var mark = workspace.Mark();
        var seasonal = workspace.RentZeroed(n * seasons.Length);
        var adjusted = workspace.Rent(n);
        Stl.Decompose(history, seasons, workspace, seasonal, adjusted);
        inner(adjusted, 1, workspace, mean, spread);
        for (var i = 0; i < seasons.Length; i++)
        {
            var component = seasonal.Slice(i * n, n);
            for (var h = 0; h < mean.Length && n >= 2 * seasons[i]; h++)
            {
                mean[h] += component[n - seasons[i] + (h % seasons[i])];
            }
        }

        workspace.Release(mark);
    }
}
