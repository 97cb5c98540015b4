using Lading.Platform.Work;
using Lading.TimeSeries;
using Lading.TimeSeries.Forecasting;
using Lading.TimeSeries.Series;

namespace Lading.Planning;

/// <summary>The child's side of <c>POST /plan/forecasts</c>: read, forecast, back-test; each finding is said at
/// once.</summary>
public static class ForecastWork
{
    /// <summary>So much of each series' past goes out for the picture.</summary>
    private const int MostHistory = 500;

    private const int MostValues = 1_000_000;

    /// <summary>Does the work.</summary>
    public static void Run(WorkDesk desk)
    {
        var (options, file) = desk.Take(PlanningJson.Default.ForecastDemandOptions);
        var (series, refusal) = Read(file);
        if (refusal is not null)
        {
            var refused = new RefusedFile(refusal.Code, refusal.Message, refusal.Field, refusal.Line, null);
            desk.Say("refused", refused, PlanningJson.Default.RefusedFile);
            return;
        }

        var notes = series.Where(s => s.Note is not null).Select(s => new SeriesNote(s.Id, s.Note!));
        desk.Say(
            "read",
            new SeriesRead(series.Count, series.Sum(s => s.Values.Length), [.. notes]),
            PlanningJson.Default.SeriesRead
        );
        desk.WaitForGo();
        Forecast(desk, options, series);
    }

    private static (IReadOnlyList<NamedSeries> Series, FileRefusal? Refusal) Read(byte[] file)
    {
        if (BenchText.Of(file) is not { } text)
            return ([], new FileRefusal("series.not-text", 1, "file", "The file is not UTF-8 text."));
        var content = SeriesFile.Read(new StringReader(text));
        if (content.Refusal is { } refusal)
            return ([], refusal);
        return content.Series.Count > ForecastDemand.MostSeries || content.Series.Sum(s => s.Values.Length) > MostValues
            ? (
                [],
                new FileRefusal(
                    "series.too-many",
                    1,
                    "file",
                    $"{content.Series.Count} series; the bench takes {ForecastDemand.MostSeries:N0} with {
                        MostValues:N0} values in all. `lading forecast` takes any number."
                )
            )
            : (content.Series, null);
    }

    private static void Forecast(WorkDesk desk, ForecastDemandOptions options, IReadOnlyList<NamedSeries> series)
    {
        ReadOnlyMemory<double>[] values = [.. series.Select(s => (ReadOnlyMemory<double>)s.Values)];
        var asked = new ForecastOptions(options.Horizon, options.Season, true, options.Method, Threads: 1);
        var result = ForecastCommand.Forecast(asked, values);
        for (var i = 0; i < series.Count; i++)
            desk.Say("forecast", Of(series[i], result, i), PlanningJson.Default.SeriesForecast);
        var chosen = result.Series.CountBy(s => s.Method).ToDictionary();
        foreach (var row in ForecastCommand.BackTest(asked, values))
            desk.Say(
                "backTest",
                new BackTestOf(
                    row.Method,
                    Known(row.Smape),
                    Known(row.Mase),
                    Known(row.Owa),
                    Known(row.Conformal80),
                    Known(row.Conformal95),
                    chosen.GetValueOrDefault(row.Method)
                ),
                PlanningJson.Default.BackTestOf
            );
        desk.Say("done", new Nothing(), PlanningJson.Default.Nothing);
    }

    private static SeriesForecast Of(NamedSeries series, AutomaticResult result, int at)
    {
        var chosen = result.Series[at];
        var before = Math.Max(0, series.Values.Length - MostHistory);
        return new SeriesForecast(
            series.Id,
            before,
            series.Values[before..],
            [
                .. ForecastCommand
                    .Steps(series, chosen.Forecast, result.Intervals)
                    .Select(s => new ForecastStep(s.Mean, s.Low80, s.High80, s.Low95, s.High95)),
            ],
            chosen.Method,
            chosen.Reason
        );
    }

    private static double? Known(double figure) => double.IsFinite(figure) ? Math.Round(figure, 4) : null;
}
