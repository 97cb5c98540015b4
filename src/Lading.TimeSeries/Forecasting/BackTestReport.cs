using System.Globalization;

namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// One method's accuracy over the held-out last points, OWA against naive 2, and the shares of those points inside
/// both kinds of interval.
/// </summary>
public sealed record BackTestRow(
    string Method,
    double Smape,
    double Mase,
    double Owa,
    double Conformal80,
    double Conformal95,
    double Model80,
    double Model95
);

/// <summary>The table of <c>--backtest</c>.</summary>
public static class BackTestReport
{
    /// <summary>The name of the automatic choice among the methods' rows.</summary>
    public const string Automatic = "automatic";

    /// <summary>
    /// Holds out the last <paramref name="horizon"/> points of every series, tests each method as its row is asked for,
    /// and calibrates the conformal intervals on origins before them. No rows where no series is long enough.
    /// </summary>
    public static IEnumerable<BackTestRow> Rows(
        IReadOnlyList<ReadOnlyMemory<double>> series,
        int season,
        int horizon,
        IReadOnlyList<ForecastMethod> methods,
        int threads
    )
    {
        var reference = RollingOrigin.Score(
            RollingOrigin.Test(series, season, horizon, ForecastMethods.Naive2, threads: threads),
            season
        );
        foreach (var method in double.IsNaN(reference.Smape) ? [] : methods)
        {
            var trials = RollingOrigin.Test(series, season, horizon, method, threads: threads);
            var conformal = Intervals.Conformal(
                RollingOrigin.Test(series, season, horizon, method, 2, Math.Max(horizon / 3, 1), horizon, threads)
            );
            yield return Row(method.Name, trials, conformal, reference, season);
        }
    }

    /// <summary>
    /// The automatic choice as it would have been made <paramref name="horizon"/> points ago: methods are chosen and
    /// intervals calibrated on what lies before the held-out points. No row where no series is long enough.
    /// </summary>
    public static IEnumerable<BackTestRow> AutomaticRow(
        IReadOnlyList<ReadOnlyMemory<double>> series,
        int season,
        int horizon,
        IReadOnlyList<ForecastMethod>? candidates,
        int threads
    )
    {
        int[] tested =
        [
            .. Enumerable
                .Range(0, series.Count)
                .Where(i => series[i].Length - horizon >= RollingOrigin.ShortestHistory),
        ];
        if (tested.Length == 0)
            yield break;
        ReadOnlyMemory<double>[] known = [.. tested.Select(i => series[i][..^horizon])];
        var chosen = AutomaticForecast.Forecast(known, season, horizon, threads: threads, candidates: candidates);
        Trial[] trials =
        [
            .. tested.Select((i, k) => new Trial(i, known[k], series[i][^horizon..], chosen.Series[k].Forecast)),
        ];
        var naive = RollingOrigin.Test(series, season, horizon, ForecastMethods.Naive2, threads: threads);
        yield return Row(Automatic, trials, chosen.Intervals, RollingOrigin.Score(naive, season), season);
    }

    private static BackTestRow Row(
        string name,
        IReadOnlyList<Trial> trials,
        Intervals conformal,
        (double Smape, double Mase) reference,
        int season
    )
    {
        var (smape, mase) = RollingOrigin.Score(trials, season);
        return new BackTestRow(
            name,
            smape,
            mase,
            Accuracy.Owa(smape, mase, reference.Smape, reference.Mase),
            conformal.Coverage(trials, 0.8),
            conformal.Coverage(trials, 0.95),
            Intervals.ModelBased.Coverage(trials, 0.8),
            Intervals.ModelBased.Coverage(trials, 0.95)
        );
    }

    /// <summary>Writes the rows as a table for people.</summary>
    public static void Write(IEnumerable<BackTestRow> rows, int horizon, TextWriter report)
    {
        var headed = false;
        foreach (var row in rows)
        {
            if (!headed)
            {
                report.WriteLine(
                    "method               sMAPE    MASE     OWA  cover80  cover95 (conformal)  cover80  cover95 (model)"
                );
                headed = true;
            }

            report.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Method,-18} {row.Smape,7:F3} {row.Mase,7:F3} {row.Owa,7:F3} {row.Conformal80,8:P1} {
                    row.Conformal95,8:P1}             {
                    row.Model80,8:P1} {
                    row.Model95,8:P1}"
                )
            );
        }

        if (!headed)
            report.WriteLine(
                $"back-test: no series is longer than the horizon of {horizon} and "
                    + $"{RollingOrigin.ShortestHistory} points: nothing was held out"
            );
    }
}
