namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Simple combinations. Averages of a few good and different methods are hard to beat: the simple median of four came
/// sixth of sixty in the M4 competition. Source: Petropoulos and Svetunkov, A simple combination of univariate
/// models, Int. J. Forecasting 36 (2020).
/// </summary>
public static class Combination
{
    private static readonly Forecaster[] Four =
    [
        DynamicTheta.Forecast,
        Ets.Forecast,
        Arima.Forecast,
        ComplexSmoothing.Forecast,
    ];

    /// <summary>The median (mean of the two in the middle) of DOTM, ETS, ARIMA and CES.</summary>
    public static void MedianOfFour(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var mark = workspace.Mark();
        var horizon = mean.Length;
        var means = workspace.Rent(Four.Length * horizon);
        var one = workspace.Rent(horizon);
        spread.Clear();
        for (var i = 0; i < Four.Length; i++)
        {
            Four[i](history, season, workspace, means.Slice(i * horizon, horizon), one);
            LinearAlgebra.AddScaled(spread, one, 1.0 / Four.Length);
        }

        for (var h = 0; h < horizon; h++)
        {
            mean[h] = Median(means[h], means[horizon + h], means[(2 * horizon) + h], means[(3 * horizon) + h]);
        }

        workspace.Release(mark);
    }

    private static double Median(double a, double b, double c, double d)
    {
        var low = Math.Min(Math.Min(a, b), Math.Min(c, d));
        var high = Math.Max(Math.Max(a, b), Math.Max(c, d));
        return (a + b + c + d - low - high) / 2;
    }
}
