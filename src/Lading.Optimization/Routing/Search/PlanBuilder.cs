namespace Lading.Optimization.Routing.Search;

/// <summary>Turns the search's sequences into a plan with times.</summary>
internal static class PlanBuilder
{
    public static RoutingPlan Build(
        SearchData data,
        RoutingProblem problem,
        int[] mergedOf,
        int[] types,
        int[][] sequences,
        long iterations
    )
    {
        var schedule = new RichSchedule(data);
        int[] vehicles = FleetMerge.Distribute(problem, mergedOf, types);
        var routes = new List<PlannedRoute>(sequences.Length);
        var served = new HashSet<int>();
        double cost = 0;
        long distance = 0;
        for (int r = 0; r < sequences.Length; r++)
        {
            var route = Route(data, schedule, data.Types[types[r]], sequences[r]) with { Vehicle = vehicles[r] };
            routes.Add(route);
            served.UnionWith(sequences[r]);
            cost += route.Cost;
            distance += route.Distance;
        }
        int[] left = [.. Enumerable.Range(0, data.Count).Where(c => !served.Contains(c))];
        var groupsServed = served.Where(c => data.Group[c] >= 0).Select(c => data.Group[c]).ToHashSet();
        var open = left.Where(c => data.Group[c] < 0 || !groupsServed.Contains(data.Group[c])).ToList();
        cost += open.Where(c => data.Optional[c])
            .GroupBy(c => data.Group[c] < 0 ? -1 - c : data.Group[c])
            .Sum(g => g.Max(c => data.Miss[c]));
        long[] missed =
        [
            .. open.Where(c => !data.Optional[c])
                .GroupBy(c => data.Group[c] < 0 ? -1 - c : data.Group[c])
                .Select(g => g.Max(c => problem.Clients[c].LeftOutWeight)),
        ];
        return new RoutingPlan
        {
            Routes = [.. routes],
            Unassigned = [.. left],
            RequiredLeftOut = missed.Length,
            LeftOutWeight = missed.Sum(),
            Cost = cost,
            Distance = distance,
            Iterations = iterations,
        };
    }

    private static PlannedRoute Route(SearchData data, RichSchedule schedule, TypeData type, int[] clients)
    {
        double cost = schedule.Evaluate(type, clients);
        if (type.Rich)
        {
            return schedule.Labels.Plan(type, clients)
                ?? schedule.Labels.PlanPlain(type, clients, type.Source.Shift.Open, double.PositiveInfinity);
        }
        var shift = type.Source.Shift;
        var span = new Span3(0, shift.Open, shift.Close);
        int row = type.StartRow;
        foreach (int c in clients)
        {
            span = Span3.Join(span, type.Travel.Time(row, c), new Span3(data.Service[c], data.Open[c], data.Close[c]));
            row = c;
        }
        span = Span3.Join(span, type.Travel.Time(row, type.EndRow), new Span3(0, shift.Open, shift.Close));
        return schedule.Labels.PlanPlain(type, clients, Math.Max(shift.Open, span.Earliest), cost);
    }

    /// <summary>No plan serves all required clients with fewer vehicles: the first dimension's load over the largest
    /// capacity, only where every load leaves from the depot.</summary>
    public static int LeastRoutes(SearchData data)
    {
        if (data.AnyPairs || data.MixedLoads || data.AnyRich)
        {
            return 1;
        }
        long load = 0;
        for (int c = 0; c < data.Count; c++)
        {
            bool counts = !data.Optional[c] && data.Group[c] < 0;
            load += counts ? data.Delivery[c * data.Dimensions] + data.Pickup[c * data.Dimensions] : 0;
        }
        long most = Math.Max(1, data.Types.Max(t => t.Capacity[0]));
        return (int)Math.Max(1, (load + most - 1) / most);
    }
}
