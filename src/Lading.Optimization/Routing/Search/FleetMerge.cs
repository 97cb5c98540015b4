using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Search;

/// <summary>Types that differ only in their id become one, so that a file listing 5,000 equal trucks one by one costs
/// no more than a count. Types that clients or locked prefixes name stay apart.</summary>
internal static class FleetMerge
{
    public static RoutingProblem Apply(RoutingProblem problem, out int[] mergedOf)
    {
        var named = problem
            .Clients.SelectMany(c => c.OnlyVehicles)
            .Concat(problem.Locked.Select(l => l.VehicleType))
            .ToHashSet();
        mergedOf = new int[problem.Vehicles.Length];
        var kept = new List<VehicleType>();
        var byShape = new Dictionary<string, int>();
        for (int t = 0; t < mergedOf.Length; t++)
        {
            var v = problem.Vehicles[t];
            string shape = named.Contains(v.Id) ? "named " + v.Id : Shape(v);
            if (byShape.TryGetValue(shape, out int at))
            {
                long together = (long)kept[at].Count + v.Count;
                kept[at] = kept[at] with { Count = (int)Math.Min(together, RoutingLimits.Amount) };
                mergedOf[t] = at;
                continue;
            }
            byShape[shape] = mergedOf[t] = kept.Count;
            kept.Add(v);
        }
        return kept.Count == mergedOf.Length ? problem : problem with { Vehicles = [.. kept] };
    }

    public static int MergedIndex(int[] mergedOf, int original) => mergedOf[original];

    private static string Shape(VehicleType v) =>
        string.Join(
            '|',
            v.Start,
            v.End,
            string.Join(',', v.Capacity),
            v.Shift,
            v.FixedCost,
            v.DistanceCost,
            v.DurationCost,
            v.RegularDuration,
            v.OvertimeCost,
            v.MaxDistance,
            v.MaxDuration,
            v.MaxDriving,
            v.MaxStops,
            string.Join(',', v.Skills.Order(StringComparer.Ordinal).Select(s => $"{s.Length} {s}")),
            string.Join(',', v.Breaks),
            v.DrivingRule,
            v.Reload,
            v.Profile
        );

    /// <summary>Hands routes of merged types back to the types of the problem, respecting each count.</summary>
    public static int[] Distribute(RoutingProblem problem, int[] mergedOf, IReadOnlyList<int> mergedTypes)
    {
        var members = mergedOf.Select((m, t) => (m, t)).ToLookup(p => p.m, p => p.t);
        var queue = new Dictionary<int, (int[] Types, int At, int Used)>();
        var result = new int[mergedTypes.Count];
        for (int r = 0; r < result.Length; r++)
        {
            int m = mergedTypes[r];
            var (types, at, used) = queue.TryGetValue(m, out var known) ? known : ([.. members[m]], 0, 0);
            while (used >= problem.Vehicles[types[at]].Count)
            {
                (at, used) = (at + 1, 0);
            }
            result[r] = types[at];
            queue[m] = (types, at, used + 1);
        }
        return result;
    }
}
