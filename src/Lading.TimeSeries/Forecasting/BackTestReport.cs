using System.Globalization;

namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// The table of <c>--backtest</c>: accuracy over the held-out last points, and the coverage of both kinds of
/// interval.
/// </summary>
public static class BackTestReport
{
    /// <summary>
    /// Holds out the last <paramref name="horizon"/> points of every series, tests each method, and calibrates the
    /// conformal intervals on origins before them.
    /// </summary>
    public static void Write(
        IReadOnlyList<ReadOnlyMemory<double>> series,
        int season,
        int horizon,
        IReadOnlyList<ForecastMethod> methods,
        int threads,
        TextWriter report
    )
    {
        var reference = RollingOrigin.Score(
            RollingOrigin.Test(series, season, horizon, ForecastMethods.Naive2, threads: threads),
            season
        );
        if (double.IsNaN(reference.Smape))
        {
            report.WriteLine(
                $"back-test: no series is longer than the horizon of {horizon} and "
                    + $"{RollingOrigin.ShortestHistory} points: nothing was held out"
            );
            return;
        }

        report.WriteLine(
            "method               sMAPE    MASE     OWA  cover80  cover95 (conformal)  cover80  cover95 (model)"
        );
        foreach (var method in methods)
        {
            var trials = RollingOrigin.Test(series, season, horizon, method, threads: threads);
            var (smape, mase) = RollingOrigin.Score(trials, season);
            var owa = Accuracy.Owa(smape, mase, reference.Smape, reference.Mase);
            var conformal = Intervals.Conformal(
                RollingOrigin.Test(series, season, horizon, method, 2, Math.Max(horizon / 3, 1), horizon, threads)
            );
            report.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{method.Name,-18} {smape,7:F3} {mase,7:F3} {owa,7:F3} {conformal.Coverage(trials, 0.8),8:P1} {
                    conformal.Coverage(trials, 0.95),8:P1}             {
                    Intervals.ModelBased.Coverage(trials, 0.8),8:P1} {
                    Intervals.ModelBased.Coverage(trials, 0.95),8:P1}"
                )
            );
        }
    }
}
