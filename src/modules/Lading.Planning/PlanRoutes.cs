using System.Text.Json;
using Lading.Optimization.Routing;
using Lading.Platform.Http;
using Lading.Platform.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Lading.Planning;

/// <summary>What the caller of <c>POST /plan/routes</c> asked for beside the file.</summary>
public sealed record PlanRoutesOptions
{
    public double Seconds { get; set; } = 10;
    public string? Objective { get; set; }

    /// <summary>How many vehicles there are; null as the file says.</summary>
    public int? Vehicles { get; set; }

    /// <summary>What a vehicle holds, for a list of stops.</summary>
    public int? Capacity { get; set; }

    /// <summary>Kilometres an hour, for a list of stops.</summary>
    public double Speed { get; set; } = 50;
    public string? Rounding { get; set; }
    public int Seed { get; set; } = 1;

    /// <summary>Seconds for finding out why clients are left out.</summary>
    public double WhySeconds { get; set; } = 20;
}

/// <summary><c>POST /plan/routes</c>: a routing problem in, better and better plans out.</summary>
public static class PlanRoutes
{
    /// <summary>What the child is told to do.</summary>
    public const string Kind = "routes";

    internal const int MostSeconds = 300;

    /// <summary>Reading travel times and building the first plan of 25,000 stops is not the search's time.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(120);

    internal static readonly BenchWords Words = new(
        "Plan routes and watch the plan improve.",
        "The body is a file: Solomon, Gehring-Homberger, Li-Lim, VRPLIB, the JSON form, or a CSV of stops with lat and "
            + "lon. Events: read, waiting, better, plan, why, done; failed ends a stream that cannot be finished. "
            + "Nothing is stored and no Idempotency-Key is needed; closing the connection ends the work.",
        typeof(RoutePlanStream),
        ("seconds", JsonSchemaType.Number, $"Time to search, 0.1 to {MostSeconds}; 10 if not said."),
        ("objective", JsonSchemaType.String, "cost (if not said) or vehicles, which come first then."),
        ("vehicles", JsonSchemaType.Integer, "How many vehicles there are, 1 to 10000; as the file says if not said."),
        ("capacity", JsonSchemaType.Integer, "What each vehicle holds, for a CSV of stops; without limit if not said."),
        ("speed", JsonSchemaType.Number, "Kilometres an hour, 1 to 200, for a CSV of stops; 50 if not said."),
        ("rounding", JsonSchemaType.String, "dimacs, integer or none; as the format's published results if not said."),
        ("seed", JsonSchemaType.Integer, "Another seed is another search."),
        ("whySeconds", JsonSchemaType.Number, "Time for finding out why stops are left out, 0 to 120; 20 if not said.")
    );

    internal static Task<IResult> Handle(HttpContext http)
    {
        var checks = new Checks();
        var query = new BenchQuery(http, checks);
        var options = new PlanRoutesOptions
        {
            Seconds = query.Number("seconds", 0.1, MostSeconds, 10),
            Objective = query.OneOf("objective", "cost", "vehicles"),
            Vehicles = query.Whole("vehicles", 1, 10_000),
            Capacity = query.Whole("capacity", 1, RoutingLimits.Amount),
            Speed = query.Number("speed", 1, 200, 50),
            Rounding = query.OneOf("rounding", "dimacs", "integer", "none"),
            Seed = query.Whole("seed", 0, int.MaxValue) ?? 1,
            WhySeconds = query.Number("whySeconds", 0, 120, 20),
        };
        query.NothingElse();
        if (!checks.Pass)
            return Task.FromResult(Problems.Of(checks));
        var job = new HeavyJob(
            Kind,
            JsonSerializer.Serialize(options, PlanningJson.Default.PlanRoutesOptions),
            TimeSpan.FromSeconds(options.Seconds + options.WhySeconds) + Around
        );
        return Task.FromResult<IResult>(new WorkAnswer(job));
    }
}
