using System.Globalization;
using Lading.TimeSeries.Forecasting;
using Lading.TimeSeries.Series;

namespace Lading.TimeSeries;

/// <summary>
/// What <c>lading forecast</c> was asked: steps ahead, season lengths in points (shortest first; empty = none),
/// whether to test on held-out points instead of the plain forecast, one method's name or null to choose, and the
/// most threads (0 = all cores).
/// </summary>
public sealed record ForecastOptions(
    int Horizon,
    IReadOnlyList<int> Seasons,
    bool BackTest = false,
    string? Method = null,
    int Threads = 0
);

/// <summary>One step ahead with the limits of its intervals.</summary>
public readonly record struct ForecastStep(double Mean, double Low80, double High80, double Low95, double High95);

/// <summary>
/// The whole of <c>lading forecast FILE --horizon H --season M[,M2] --out FILE --backtest</c> but opening the files.
/// </summary>
public static class ForecastCommand
{
    /// <summary>The longest horizon and season accepted.</summary>
    public const int Longest = 10_000;

    private const long MostForecasts = 20_000_000;

    /// <summary>The method that learns one set of weights over all intermittent series of the file.</summary>
    public const string Pooled = "pooled";

    /// <summary>What may be asked for by name.</summary>
    public static IEnumerable<string> MethodNames =>
        ForecastMethods.Regular.Concat(ForecastMethods.Intermittent).Select(m => m.Name).Append(Pooled);

    /// <summary>
    /// Reads series from <paramref name="input"/> (see <see cref="SeriesFile"/>), writes one line per series and step
    /// to <paramref name="output"/> (series, step, mean, 80 % and 95 % limits, method; none below 0 where no value
    /// was) and remarks, refusals and the back-test's table to <paramref name="report"/>. Returns 0 if done, 1 if the
    /// file is refused, 2 if the options are.
    /// </summary>
    public static int Run(ForecastOptions options, TextReader input, TextWriter output, TextWriter report)
    {
        if (Fault(options) is { } fault)
        {
            report.WriteLine(fault);
            return 2;
        }

        var content = SeriesFile.Read(input);
        if (content.Refusal is { } refusal)
        {
            report.WriteLine(refusal);
            return 1;
        }

        if ((long)options.Horizon * content.Series.Count > MostForecasts)
        {
            report.WriteLine(
                $"forecast.horizon: {content.Series.Count} series times {options.Horizon} steps "
                    + $"are more than {MostForecasts:N0} forecasts"
            );
            return 2;
        }

        ReadOnlyMemory<double>[] series = [.. content.Series.Select(s => (ReadOnlyMemory<double>)s.Values)];
        foreach (var noted in content.Series.Where(s => s.Note is not null))
        {
            report.WriteLine($"note: {noted.Id}: {noted.Note}");
        }

        if (options.BackTest)
        {
            BackTestReport.Write(BackTest(options, series), options.Horizon, report);
        }

        var result = Forecast(options, series);
        Write(content.Series, result, output);
        foreach (var group in result.Series.GroupBy(s => s.Method).OrderByDescending(g => g.Count()))
        {
            report.WriteLine($"{group.Key}: {group.Count()} series");
        }

        return 0;
    }

    /// <summary>Forecasts each series as asked, or by the method chosen for it.</summary>
    public static AutomaticResult Forecast(ForecastOptions options, IReadOnlyList<ReadOnlyMemory<double>> series)
    {
        var season = Season(options);
        return AutomaticForecast.Forecast(
            series,
            season,
            options.Horizon,
            2,
            Chosen(options, series, season),
            options.Threads,
            Candidates(options, season)
        );
    }

    /// <summary>Tests the methods that compete and the automatic choice among them, or the one that was asked for, on
    /// the last points. Those for intermittent demand compete where such series are.</summary>
    public static IEnumerable<BackTestRow> BackTest(
        ForecastOptions options,
        IReadOnlyList<ReadOnlyMemory<double>> series
    )
    {
        var season = Season(options);
        // What is learnt must not know the points it is tested on.
        ReadOnlyMemory<double>[] known =
        [
            .. series.Where(s => s.Length > options.Horizon).Select(s => s[..^options.Horizon]),
        ];
        if (Chosen(options, known, season) is { } method)
            return BackTestReport.Rows(
                series,
                season,
                options.Horizon,
                [ForecastMethods.Naive2, method],
                options.Threads
            );
        var candidates = Candidates(options, season);
        var intermittent = series.Any(s => IntermittentDemand.IsIntermittent(s.Span));
        ForecastMethod[] tested =
        [
            .. ForecastMethods
                .Regular.Concat(candidates ?? [])
                .Concat(intermittent ? ForecastMethods.Intermittent : [])
                .DistinctBy(m => m.Name),
        ];
        return BackTestReport
            .Rows(series, season, options.Horizon, tested, options.Threads)
            .Concat(BackTestReport.AutomaticRow(series, season, options.Horizon, candidates, options.Threads));
    }

    /// <summary>A forecast's steps: none below 0 where no value was, and each interval holds its mean.</summary>
    public static IEnumerable<ForecastStep> Steps(NamedSeries series, Forecast forecast, Intervals intervals)
    {
        var floor = series.Values.Min() >= 0 ? 0 : double.NegativeInfinity;
        for (var h = 0; h < forecast.Mean.Length; h++)
        {
            var mean = Math.Max(forecast.Mean[h], floor);
            var (low80, high80) = Limits(intervals.At(forecast, h, 0.80), mean, floor);
            var (low95, high95) = Limits(intervals.At(forecast, h, 0.95), mean, floor);
            yield return new ForecastStep(mean, low80, high80, low95, high95);
        }
    }

    private static int Season(ForecastOptions options) => options.Seasons.Count > 0 ? options.Seasons[0] : 1;

    /// <summary>The method that was asked for; null to choose one for each series.</summary>
    private static ForecastMethod? Chosen(
        ForecastOptions options,
        IReadOnlyList<ReadOnlyMemory<double>> series,
        int season
    ) =>
        options.Method is Pooled
            ? PooledCombination
                .Learn(series, season, options.Horizon, ForecastMethods.Intermittent, 3, options.Threads)
                .Method(Pooled)
        : options.Method is { } name ? ForecastMethods.Find(name)
        : null;

    /// <summary>What a series with several or long seasons is chosen from; null for the usual methods.</summary>
    private static IReadOnlyList<ForecastMethod>? Candidates(ForecastOptions options, int season) =>
        options.Seasons.Count > 1 || season > 24
            ? [ForecastMethods.MedianOfFour, .. SeveralSeasons.Candidates(options.Seasons)]
            : null;

    private static string? Fault(ForecastOptions options) =>
        options.Horizon is < 1 or > Longest ? $"forecast.horizon: {options.Horizon} is not between 1 and {Longest}"
        : options.Seasons.Any(s => s is < 1 or > Longest)
            ? $"forecast.season: a season lies between 1 and {Longest} points"
        : options.Seasons.Zip(options.Seasons.Skip(1)).Any(p => p.First >= p.Second)
            ? "forecast.season: several seasons are given shortest first, each once"
        : options.Method is { } name and not Pooled && ForecastMethods.Find(name) is null
            ? $"forecast.method: '{name}' is none of " + string.Join(", ", MethodNames)
        : null;

    /// <summary>What was never negative is not forecast to be; an interval holds its forecast.</summary>
    private static (double Low, double High) Limits((double Low, double High) limits, double mean, double floor) =>
        (Math.Max(Math.Min(limits.Low, mean), floor), Math.Max(limits.High, mean));

    private static void Write(IReadOnlyList<NamedSeries> series, AutomaticResult result, TextWriter output)
    {
        output.WriteLine("series,step,forecast,low80,high80,low95,high95,method");
        for (var i = 0; i < series.Count; i++)
        {
            var chosen = result.Series[i];
            var id = CsvLines.Quote(series[i].Id);
            var step = 0;
            foreach (var (mean, low80, high80, low95, high95) in Steps(series[i], chosen.Forecast, result.Intervals))
                output.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{id},{++step},{mean:G7},{low80:G7},{high80:G7},{low95:G7},{high95:G7},"
                    ) + chosen.Method
                );
        }
    }
}
