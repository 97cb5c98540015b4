using Lading.Optimization.Routing.Search;

namespace Lading.Optimization.Routing.Verification;

/// <summary>Gives times to routes that come without any, as published solution files do: each leaves when the shift
/// opens, serves as early as it can and, where the length of the route counts, leaves later by what it would wait.
/// Where several windows, breaks, reloads, driving rules or traffic leave a choice of times, the solver's schedule
/// chooses; whether what it chose keeps the rules is for <see cref="RouteVerifier"/> to say.</summary>
public static class PublishedRoutes
{
    /// <param name="problem">The problem the routes belong to.</param>
    /// <param name="routes">Index of the vehicle type and clients of each route.</param>
    public static RoutingPlan Timed(RoutingProblem problem, IReadOnlyList<(int Type, int[] Clients)> routes)
    {
        var planned = new List<PlannedRoute>();
        var visited = new HashSet<int>();
        var data = SearchDataBuilder.BuildLight(CommittedVisits.TakenAsGiven(problem));
        var schedule = new LabelSchedule(data);
        foreach (var (type, clients) in routes)
        {
            var chosen = data.Types[type].Rich ? schedule.Plan(data.Types[type], clients) : null;
            planned.Add(chosen ?? Route(problem, type, clients));
            visited.UnionWith(clients);
        }
        int[] left = [.. Enumerable.Range(0, problem.Clients.Length).Where(c => !visited.Contains(c))];
        var groups = visited.Select(c => problem.Clients[c].Group).Where(g => g is not null).ToHashSet();
        var open = left.Select(c => problem.Clients[c])
            .Where(c => c.Group is null || !groups.Contains(c.Group))
            .ToList();
        var alternatives = open.GroupBy(c => c.Group is null ? "client " + c.Id : "group " + c.Group).ToList();
        double lost = alternatives.Sum(g => g.Max(c => c.Prize ?? 0));
        return new RoutingPlan
        {
            Routes = [.. planned],
            Unassigned = [.. left],
            RequiredLeftOut = alternatives.Count(g => g.Any(c => c.Prize is null)),
            LeftOutWeight = alternatives.Sum(g => g.Max(c => c.LeftOutWeight)),
            Cost = planned.Sum(p => p.Cost) + lost,
            Distance = planned.Sum(p => p.Distance),
        };
    }

    private static PlannedRoute Route(RoutingProblem problem, int type, int[] clients)
    {
        var vehicle = problem.Vehicles[type];
        bool lengthCounts = vehicle.DurationCost > 0 || vehicle.MaxDuration is not null || vehicle.OvertimeCost > 0;
        var (stops, back, distance, delay) = Walk(problem, vehicle, clients, vehicle.Shift.Open);
        int leave = vehicle.Shift.Open;
        if (lengthCounts && delay > 0)
        {
            leave += delay;
            (stops, back, distance, _) = Walk(problem, vehicle, clients, leave);
        }
        int length = back - leave;
        double over = Math.Max(0, length - (vehicle.RegularDuration ?? int.MaxValue)) * vehicle.OvertimeCost;
        return new PlannedRoute
        {
            Vehicle = type,
            Departure = leave,
            Return = back,
            Distance = distance,
            Stops = [.. stops],
            Cost = vehicle.FixedCost + (distance * vehicle.DistanceCost) + (length * vehicle.DurationCost) + over,
        };
    }

    private static (List<PlannedStop> Stops, int Back, long Distance, int Delay) Walk(
        RoutingProblem problem,
        VehicleType vehicle,
        int[] clients,
        int leave
    )
    {
        var travel = problem.Travel[vehicle.Profile];
        var stops = new List<PlannedStop>();
        int? place = vehicle.Start;
        int time = leave;
        long distance = 0,
            waited = 0,
            slack = vehicle.Shift.Close - leave;
        foreach (int c in clients)
        {
            var client = problem.Clients[c];
            distance += place is { } from ? travel.Distance(from, client.Location) : 0;
            int arrive = time + (place is { } here ? travel.Duration(here, client.Location) : 0);
            var window = client.Windows.FirstOrDefault(w => w.Close >= arrive, ServiceWindow.Always);
            int begin = Math.Max(arrive, window.Open);
            waited += begin - arrive;
            slack = Math.Min(slack, waited + window.Close - begin);
            time = begin + client.Service;
            stops.Add(new PlannedStop(StopKind.Client, c, arrive, begin, time));
            place = client.Location;
        }
        if (place is { } last && vehicle.End is { } end)
        {
            distance += travel.Distance(last, end);
            time += travel.Duration(last, end);
        }
        return (stops, time, distance, (int)Math.Max(0, Math.Min(slack, waited)));
    }
}
