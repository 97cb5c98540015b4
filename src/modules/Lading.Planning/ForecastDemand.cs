using System.Text.Json;
using Lading.Platform.Http;
using Lading.Platform.Work;
using Lading.TimeSeries;
using Microsoft.AspNetCore.Http;

namespace Lading.Planning;

/// <summary>What the caller of <c>POST /plan/forecasts</c> asked for beside the file.</summary>
public sealed record ForecastDemandOptions
{
    public int Horizon { get; set; }
    public int[] Season { get; set; } = [];
    public string? Method { get; set; }
}

/// <summary><c>POST /plan/forecasts</c>: demand series in, forecasts with intervals and their back-test out.</summary>
public static class ForecastDemand
{
    /// <summary>What the child is told to do.</summary>
    public const string Kind = "forecasts";

    internal const int MostSeries = 1_000;
    internal const int MostHorizon = 1_000;
    internal static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly QueryName Horizon = new("horizon", QueryKind.Whole, "Steps ahead.")
    {
        Least = 1,
        Most = MostHorizon,
        Otherwise = "12",
    };

    private static readonly QueryName Season = new(
        "season",
        QueryKind.Text,
        "Points in a season; several shortest first: 24,168. None if not said."
    )
    {
        Least = 2,
        Most = ForecastCommand.Longest,
    };

    private static readonly QueryName Method = new(
        "method",
        QueryKind.Text,
        "One method's name; chosen by back-test for each series if not said."
    )
    {
        OneOf = [.. ForecastCommand.MethodNames],
    };

    internal static readonly BenchWords Words = new(
        "Forecast demand with intervals and a back-test.",
        "The body is a CSV of series, long or wide. Events: read, waiting, forecast (one a series), backTest (one a "
            + "method), done; failed ends a stream that cannot be finished.",
        typeof(ForecastStream),
        Horizon,
        Season,
        Method
    );

    internal static Task<IResult> Handle(HttpContext http)
    {
        var checks = new Checks();
        var query = new BenchQuery(http, checks);
        var options = new ForecastDemandOptions
        {
            Horizon = (int)query.Whole(Horizon)!,
            Season = query.Wholes(Season),
            Method = query.OneOf(Method),
        };
        if (!checks.Pass)
            return Task.FromResult(Problems.Of(checks));
        var json = JsonSerializer.Serialize(options, PlanningJson.Default.ForecastDemandOptions);
        return Task.FromResult<IResult>(new WorkAnswer(new HeavyJob(Kind, json, Limit)));
    }
}
