using System.Text.Json;
using Lading.Optimization.Routing;
using Lading.Platform.Http;
using Lading.Platform.Work;
using Microsoft.AspNetCore.Http;

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

    private static readonly QueryName Seconds = new("seconds", QueryKind.Number, "Time to search.")
    {
        Least = 0.1,
        Most = MostSeconds,
        Otherwise = "10",
    };

    private static readonly QueryName Objective = new("objective", QueryKind.Text, "What comes first.")
    {
        OneOf = ["cost", "vehicles"],
        Otherwise = "cost",
    };

    private static readonly QueryName Vehicles = new(
        "vehicles",
        QueryKind.Whole,
        "How many vehicles there are; as the file says if not said."
    )
    {
        Least = 1,
        Most = 10_000,
    };

    private static readonly QueryName Capacity = new(
        "capacity",
        QueryKind.Whole,
        "What each vehicle holds, for a CSV of stops; without limit if not said."
    )
    {
        Least = 1,
        Most = RoutingLimits.Amount,
    };

    private static readonly QueryName Speed = new("speed", QueryKind.Number, "Kilometres an hour, for a CSV of stops.")
    {
        Least = 1,
        Most = 200,
        Otherwise = "50",
    };

    private static readonly QueryName Rounding = new(
        "rounding",
        QueryKind.Text,
        "How lengths are rounded; as the format's published results if not said."
    )
    {
        OneOf = ["dimacs", "integer", "none"],
    };

    private static readonly QueryName Seed = new("seed", QueryKind.Whole, "Another seed is another search.")
    {
        Most = int.MaxValue,
        Otherwise = "1",
    };

    private static readonly QueryName WhySeconds = new(
        "whySeconds",
        QueryKind.Number,
        "Time for finding out why stops are left out."
    )
    {
        Least = 0,
        Most = 120,
        Otherwise = "20",
    };

    internal static readonly BenchWords Words = new(
        "Plan routes and watch the plan improve.",
        "The body is a file: Solomon, Gehring-Homberger, Li-Lim, VRPLIB, the JSON form, or a CSV of stops with lat and "
            + "lon. Events: read, waiting, better, plan, why, done; failed ends a stream that cannot be finished.",
        typeof(RoutePlanStream),
        Seconds,
        Objective,
        Vehicles,
        Capacity,
        Speed,
        Rounding,
        Seed,
        WhySeconds
    );

    internal static Task<IResult> Handle(HttpContext http)
    {
        var checks = new Checks();
        var query = new BenchQuery(http, checks);
        var options = new PlanRoutesOptions
        {
            Seconds = query.Number(Seconds),
            Objective = query.OneOf(Objective),
            Vehicles = query.Whole(Vehicles),
            Capacity = query.Whole(Capacity),
            Speed = query.Number(Speed),
            Rounding = query.OneOf(Rounding),
            Seed = (int)query.Whole(Seed)!,
            WhySeconds = query.Number(WhySeconds),
        };
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
