using Lading.Optimization.Routing.Search;

namespace Lading.Optimization.Routing;

public enum RoutingObjective
{
    /// <summary>Least cost as the vehicle types define it.</summary>
    Cost,

    /// <summary>Fewest vehicles first, then least cost.</summary>
    Vehicles,
}

/// <summary>Constants of the search, for benches. The defaults are what the scorecard was made with.</summary>
public sealed record SolveTuning
{
    /// <summary>Multiples of the mean cost of a leg.</summary>
    public double StartTemperature { get; init; } = 2;
    public double EndTemperature { get; init; } = 0.02;
    public double MeanRemoved { get; init; } = 10;
    public int NearWidth { get; init; } = 40;

    /// <summary>Share of the budget that may go into fleet reduction.</summary>
    public double FleetShare { get; init; } = 0.4;
}

public sealed record SolveOptions
{
    public ulong Seed { get; init; } = 1;

    /// <summary>Independent searches, 1 to 64. With one, the same seed and iteration rule give the same plan.</summary>
    public int Threads { get; init; } = 1;
    public RoutingObjective Objective { get; init; } = RoutingObjective.Cost;

    /// <summary>Routes to begin with; what is infeasible in them is dropped.</summary>
    public RoutingPlan? WarmStart { get; init; }
    public SolveTuning Tuning { get; init; } = new();

    /// <summary>Is shown the first search's better plans while the search goes on.</summary>
    public PlanWatch? Watch { get; init; }
}

/// <summary>Vehicle routing by ruin and recreate under simulated annealing: SISR of Christiaens and Vanden Berghe
/// (Transportation Science 54(2), 2020) on granular neighbourhoods with O(1) checks of load, time windows and
/// duration. Feasible routes only; what does not fit is left out and named.</summary>
public static class RoutingSolver
{
    /// <summary>Solves a problem that <see cref="ProblemCheck.Refuse"/> has nothing against.</summary>
    public static RoutingPlan Solve(
        RoutingProblem problem,
        SolveOptions options,
        StopRule stop,
        CancellationToken cancel = default
    )
    {
        if (ProblemCheck.Refuse(problem) is { } refusal)
        {
            throw new ArgumentException(refusal.ToString(), nameof(problem));
        }
        var merged = FleetMerge.Apply(CommittedVisits.TakenAsGiven(problem), out int[] originalType);
        var data = SearchDataBuilder.Build(merged, options.Tuning.NearWidth);
        List<(int Type, int[] Clients)> given =
        [
            .. (options.WarmStart?.Routes ?? []).Select(r =>
                (FleetMerge.MergedIndex(originalType, r.Vehicle), r.Clients.ToArray())
            ),
        ];
        int threads = Math.Clamp(options.Threads, 1, RoutingLimits.Threads);
        var searches = new Annealing[threads];
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            t =>
            {
                searches[t] = new Annealing(data, options.Seed + ((ulong)t * 0x9E3779B9), options);
                if (t == 0 && options.Watch is { } watch)
                {
                    searches[0].Pause = () => watch.Look(searches[0], Built);
                }
                searches[t].Start(given, stop);
                if (options.Objective == RoutingObjective.Vehicles)
                {
                    searches[t].ReduceFleet(stop, options.Tuning.FleetShare, PlanBuilder.LeastRoutes(data), cancel);
                }
                searches[t].Run(stop, 1, cancel);
            }
        );
        var best = searches[0];
        foreach (var search in searches)
        {
            best = search.Best.Betters(best.Best) ? search : best;
        }
        return Built(best, searches.Sum(s => s.Iterations));

        RoutingPlan Built(Annealing search, long steps) =>
            PlanBuilder.Build(data, problem, originalType, search.BestTypes, search.BestRoutes, steps);
    }
}
