namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// The competitions' error measures. Source: Makridakis and Hibon (2000) for sMAPE, Hyndman and Koehler (2006) for
/// MASE, Makridakis et al., The M4 and M5 competitions (2020, 2022) for OWA and RMSSE.
/// </summary>
public static class Accuracy
{
    /// <summary>
    /// Symmetric mean absolute percentage error, 0 to 200; a step where both values are zero counts as 0.
    /// </summary>
    public static double Smape(ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast)
    {
        var sum = 0.0;
        for (var h = 0; h < actual.Length; h++)
        {
            var size = Math.Abs(actual[h]) + Math.Abs(forecast[h]);
            sum += size > 0 ? 200 * Math.Abs(actual[h] - forecast[h]) / size : 0;
        }

        return sum / actual.Length;
    }

    /// <summary>
    /// Mean absolute error divided by that of the seasonal naive forecast within the history (the naive one if the
    /// history has no full season and one point more). NaN if the history never changes.
    /// </summary>
    public static double Mase(
        ReadOnlySpan<double> history,
        int season,
        ReadOnlySpan<double> actual,
        ReadOnlySpan<double> forecast
    )
    {
        var lag = history.Length > season ? season : 1;
        var scale = 0.0;
        for (var t = lag; t < history.Length; t++)
        {
            scale += Math.Abs(history[t] - history[t - lag]);
        }

        scale /= Math.Max(history.Length - lag, 1);
        var error = 0.0;
        for (var h = 0; h < actual.Length; h++)
        {
            error += Math.Abs(actual[h] - forecast[h]);
        }

        return scale > 0 ? error / actual.Length / scale : double.NaN;
    }

    /// <summary>
    /// Root mean squared error divided by that of the one-step naive forecast within the history, counted from the
    /// first value that is not zero (as in M5). Lowest for the mean, where MASE of intermittent demand is lowest for
    /// zero. NaN as in MASE.
    /// </summary>
    public static double Rmsse(ReadOnlySpan<double> history, ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast)
    {
        var start = 0;
        while (start < history.Length && history[start] == 0)
        {
            start++;
        }

        var scale = 0.0;
        for (var t = start + 1; t < history.Length; t++)
        {
            scale += (history[t] - history[t - 1]) * (history[t] - history[t - 1]);
        }

        var error = 0.0;
        for (var h = 0; h < actual.Length; h++)
        {
            error += (actual[h] - forecast[h]) * (actual[h] - forecast[h]);
        }

        scale /= Math.Max(history.Length - start - 1, 1);
        return scale > 0 ? Math.Sqrt(error / actual.Length / scale) : double.NaN;
    }

    /// <summary>
    /// Overall weighted average: the mean of sMAPE and MASE, each relative to Naive2's over the same series.
    /// </summary>
    public static double Owa(double smape, double mase, double naiveSmape, double naiveMase) =>
        ((smape / naiveSmape) + (mase / naiveMase)) / 2;
}
