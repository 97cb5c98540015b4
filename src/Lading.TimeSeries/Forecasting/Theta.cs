namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// The Theta method, winner of the M3 competition: after seasonal adjustment, half the regression line on time and
/// half the exponential smoothing of the line with doubled curvature, which equals smoothing with half the slope as
/// drift. Source: Assimakopoulos and Nikolopoulos (2000); Hyndman and Billah, Unmasking the Theta method (2003).
/// </summary>
public static class Theta
{
    /// <summary>The standard method, theta = 0 and 2 with equal weights.</summary>
    public static void Standard(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var n = history.Length;
        var mark = workspace.Mark();
        var adjusted = workspace.Rent(n);
        var adjustment = SeasonalAdjustment.Remove(history, season, workspace, adjusted);
        var fit = SimpleSmoothing.FitLeastSquares(adjusted);
        var drift = n > 2 ? Slope(adjusted) / 2 : 0;
        var lag = (1 - Math.Pow(1 - fit.Alpha, n)) / fit.Alpha;
        for (var h = 0; h < mean.Length; h++)
        {
            mean[h] = fit.Level + (drift * (h + lag));
        }

        SimpleSmoothing.FillSpread(fit, n, spread);
        adjustment.Restore(n, mean, spread);
        workspace.Release(mark);
    }

    /// <summary>The least-squares slope of the values on time, per step.</summary>
    internal static double Slope(ReadOnlySpan<double> values)
    {
        var n = values.Length;
        var middle = (n - 1) / 2.0;
        var sum = 0.0;
        for (var t = 0; t < n; t++)
        {
            sum += (t - middle) * values[t];
        }

        return n < 2 ? 0 : sum * 12 / (n * ((double)n * n - 1));
    }
}
