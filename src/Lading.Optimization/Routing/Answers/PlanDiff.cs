using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Answers;

public enum ClientChange
{
    Added,
    Dropped,

    /// <summary>Another vehicle comes.</summary>
    OtherVehicle,

    /// <summary>The same vehicle comes at another time.</summary>
    OtherTime,
}

/// <summary>One client for whom two plans differ.</summary>
/// <param name="Client">Id.</param>
/// <param name="Change">How.</param>
/// <param name="OldVehicle">Vehicle type and the route's rank among that type, e.g. "truck 2"; null when added.</param>
/// <param name="NewVehicle">Null when dropped.</param>
/// <param name="OldBegin">Begin of service in time units.</param>
/// <param name="NewBegin">Begin of service in time units.</param>
/// <param name="Tell">The client must be told: service moved by more than the tolerance, or appeared, or fell away.
/// </param>
public sealed record ClientDifference(
    string Client,
    ClientChange Change,
    string? OldVehicle,
    string? NewVehicle,
    int? OldBegin,
    int? NewBegin,
    bool Tell
);

/// <summary>What changed between two plans and who must be told.</summary>
/// <param name="Clients">In the order of the problem.</param>
/// <param name="DriversToTell">Vehicles whose sequence of clients changed.</param>
/// <param name="CostAdded">New cost minus old.</param>
public sealed record PlanDifference(
    ImmutableArray<ClientDifference> Clients,
    ImmutableArray<string> DriversToTell,
    double CostAdded
);

/// <summary>Compares a plan with the one it replaces. Routes of one vehicle type are matched by the clients they
/// share, most first, so that a mere renumbering is no change.</summary>
public static class PlanDiff
{
    private sealed record Visit(string Vehicle, int Begin);

    public static PlanDifference Between(RoutingProblem problem, RoutingPlan before, RoutingPlan after, int tolerance)
    {
        var (oldNames, newNames) = Names(problem, before, after);
        var old = Visits(before, oldNames);
        var now = Visits(after, newNames);
        var changes = ImmutableArray.CreateBuilder<ClientDifference>();
        for (int c = 0; c < problem.Clients.Length; c++)
        {
            old.TryGetValue(c, out var was);
            now.TryGetValue(c, out var shall);
            if (was == shall)
            {
                continue;
            }
            var change =
                was is null ? ClientChange.Added
                : shall is null ? ClientChange.Dropped
                : was.Vehicle != shall.Vehicle ? ClientChange.OtherVehicle
                : ClientChange.OtherTime;
            bool tell = was is null || shall is null || Math.Abs((long)was.Begin - shall.Begin) > tolerance;
            changes.Add(
                new ClientDifference(
                    problem.Clients[c].Id,
                    change,
                    was?.Vehicle,
                    shall?.Vehicle,
                    was?.Begin,
                    shall?.Begin,
                    tell
                )
            );
        }
        var oldRoutes = before.Routes.Select((r, k) => (oldNames[k], r.Clients.ToArray())).ToDictionary();
        var newRoutes = after.Routes.Select((r, k) => (newNames[k], r.Clients.ToArray())).ToDictionary();
        var drivers = oldRoutes
            .Keys.Union(newRoutes.Keys)
            .Where(name => !oldRoutes.GetValueOrDefault(name, []).SequenceEqual(newRoutes.GetValueOrDefault(name, [])));
        return new PlanDifference(
            changes.ToImmutable(),
            [.. drivers.Order(StringComparer.Ordinal)],
            after.Cost - before.Cost
        );
    }

    private static Dictionary<int, Visit> Visits(RoutingPlan plan, string[] names) =>
        plan
            .Routes.SelectMany(
                (r, k) =>
                    r.Stops.Where(s => s.Kind == StopKind.Client).Select(s => (s.Client, new Visit(names[k], s.Begin)))
            )
            .ToDictionary();

    private static (string[] Old, string[] New) Names(RoutingProblem problem, RoutingPlan before, RoutingPlan after)
    {
        string[] old = new string[before.Routes.Length],
            now = new string[after.Routes.Length];
        for (int t = 0; t < problem.Vehicles.Length; t++)
        {
            int[] olds = [.. Enumerable.Range(0, old.Length).Where(k => before.Routes[k].Vehicle == t)];
            int[] news = [.. Enumerable.Range(0, now.Length).Where(k => after.Routes[k].Vehicle == t)];
            for (int k = 0; k < olds.Length; k++)
            {
                old[olds[k]] = $"{problem.Vehicles[t].Id} {k + 1}";
            }
            var sets = olds.ToDictionary(k => k, k => before.Routes[k].Clients.ToHashSet());
            var shared = olds.SelectMany(o =>
                    news.Select(n => (Old: o, New: n, Shared: after.Routes[n].Clients.Count(sets[o].Contains)))
                )
                .Where(s => s.Shared > 0)
                .OrderByDescending(s => s.Shared)
                .ThenBy(s => s.Old)
                .ThenBy(s => s.New);
            var free = olds.ToHashSet();
            foreach (var match in shared)
            {
                if (now[match.New] is null && free.Remove(match.Old))
                {
                    now[match.New] = old[match.Old];
                }
            }
            int next = olds.Length;
            foreach (int k in news.Where(k => now[k] is null))
            {
                now[k] = $"{problem.Vehicles[t].Id} {++next}";
            }
        }
        return (old, now);
    }
}
