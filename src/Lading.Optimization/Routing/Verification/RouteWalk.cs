namespace Lading.Optimization.Routing.Verification;

/// <summary>Walks one route by its stated times.</summary>
internal sealed class RouteWalk(RoutingProblem problem, PlannedRoute route, int number, List<Violation> found)
{
    private readonly VehicleType vehicle = problem.Vehicles[route.Vehicle];
    private readonly TravelMatrix travel = problem.Travel[problem.Vehicles[route.Vehicle].Profile];
    private readonly HashSet<int> breaksTaken = [];
    private double driving;
    private double sinceRest;
    private readonly int committed = Committed(problem, route);
    private int served;

    /// <summary>The vehicle could not have been here earlier: it left when the shift opened and has waited only for
    /// windows to open.</summary>
    private bool prompt;

    public long Distance { get; private set; }

    public double Cost { get; private set; }

    public void Check()
    {
        int? place = vehicle.Start;
        int time = route.Departure,
            standingSince = route.Departure;
        prompt = time <= vehicle.Shift.Open;
        if (time < vehicle.Shift.Open)
        {
            Add("early", $"leaves at {time}, before the shift opens");
        }
        foreach (var stop in route.Stops)
        {
            int? next = stop.Kind switch
            {
                StopKind.Client => problem.Clients[stop.Client].Location,
                StopKind.Reload => vehicle.Reload?.Location,
                _ => place,
            };
            bool moves = stop.Kind != StopKind.Break || stop.RestsOnLeg > 0;
            if (stop.Kind == StopKind.Break)
            {
                next = stop.Arrival == time ? place : NextPlace(stop, place);
                moves = stop.Arrival != time;
            }
            if (moves)
            {
                Leg(place, next, time, standingSince, stop.Arrival, stop.RestsOnLeg);
                standingSince = stop.Arrival;
            }
            else if (stop.Arrival != time)
            {
                Add("time", $"stands until {time} but the next halt is at {stop.Arrival}");
            }
            Halt(stop);
            time = stop.Departure;
            place = next;
        }
        Leg(place, vehicle.End, time, standingSince, route.Return, route.RestsOnLastLeg);
        Ends();
        Loads();
        Skills();
    }

    /// <summary>A break on arrival is taken where the next client is.</summary>
    private int? NextPlace(PlannedStop stop, int? place)
    {
        int at = route.Stops.IndexOf(stop) + 1;
        while (at < route.Stops.Length && route.Stops[at].Kind == StopKind.Break)
        {
            at++;
        }
        return at >= route.Stops.Length ? vehicle.End
            : route.Stops[at].Kind == StopKind.Client ? problem.Clients[route.Stops[at].Client].Location
            : vehicle.Reload?.Location ?? place;
    }

    /// <summary>How many visits at the head of the route the day has committed.</summary>
    private static int Committed(RoutingProblem problem, PlannedRoute route) =>
        problem
            .Locked.Where(l =>
                l.VehicleType == problem.Vehicles[route.Vehicle].Id
                && route.Clients.Select(c => problem.Clients[c].Id).Take(l.Clients.Length).SequenceEqual(l.Clients)
            )
            .Select(l => l.Clients.Length)
            .DefaultIfEmpty()
            .Max();

    private void Add(string code, string message) => found.Add(new Violation(code, number, message));

    private void Leg(int? from, int? to, int leave, int standingSince, int arrive, int rests)
    {
        bool free = from is null || to is null;
        Distance += free ? 0 : travel.Distance(from!.Value, to!.Value);
        double wheel = arrive - leave - ((double)rests * (vehicle.DrivingRule?.Rest ?? 0));
        double owed = free ? 0 : travel.Duration(from!.Value, to!.Value);
        double made = problem.TravelSteps.IsEmpty ? wheel : MatrixTime(leave, arrive, rests);
        bool exact = problem.TravelSteps.IsEmpty;
        if (exact ? made != owed : made < owed - 0.02 || wheel < 0)
        {
            Add("travel", $"leg of {owed} is driven in {wheel} from {leave}");
        }
        driving += wheel;
        if (vehicle.DrivingRule is { } rule)
        {
            sinceRest = leave - standingSince >= rule.Rest ? 0 : sinceRest;
            sinceRest += wheel;
            if (sinceRest > ((double)rule.After * (rests + 1)) + 1)
            {
                Add("driving-rule", $"{sinceRest} at the wheel with {rests} rests on the leg; {rule.After} allowed");
            }
            sinceRest = rests > 0 ? Math.Max(0, sinceRest - ((double)rule.After * rests)) : sinceRest;
        }
    }

    /// <summary>Matrix time covered between two times, the speed changing at each step. Rests on the leg make this an
    /// upper bound, because the verifier does not know where on the road they were taken.</summary>
    private double MatrixTime(int leave, int arrive, int rests)
    {
        double covered = 0;
        int edge = leave;
        double most = 0;
        while (edge < arrive)
        {
            double factor = 1;
            int until = arrive;
            foreach (var step in problem.TravelSteps)
            {
                if (step.From <= edge)
                {
                    factor = step.Factor;
                }
                else
                {
                    until = Math.Min(until, step.From);
                    break;
                }
            }
            covered += (until - edge) / factor;
            most = Math.Max(most, 1 / factor);
            edge = until;
        }
        return covered
            - (
                rests > 0
                    ? (vehicle.DrivingRule?.Rest ?? 0)
                        * rests
                        / problem.TravelSteps.Select(s => s.Factor).Append(1).Max()
                    : 0
            );
    }

    private void Halt(PlannedStop stop)
    {
        if (stop.Begin < stop.Arrival || stop.Departure < stop.Begin)
        {
            Add("time", $"a halt runs backwards at {stop.Arrival}");
        }
        if (stop.Kind == StopKind.Client)
        {
            var client = problem.Clients[stop.Client];
            bool excused = served < committed && prompt && stop.Begin == stop.Arrival;
            if (
                !excused
                && !client.Windows.IsEmpty
                && !client.Windows.Any(w => w.Open <= stop.Begin && stop.Begin <= w.Close)
            )
            {
                Add("late", $"client {client.Id} begins at {stop.Begin}, outside its windows");
            }
            if (stop.Departure - stop.Begin < client.Service)
            {
                Add("service", $"client {client.Id} is left after {stop.Departure - stop.Begin} of {client.Service}");
            }
            var open = client.Windows.FirstOrDefault(w => w.Close >= stop.Arrival, new(0, 0)).Open;
            prompt |= !client.Windows.IsEmpty && stop.Begin == client.Windows[0].Open;
            prompt &= stop.Begin == Math.Max(stop.Arrival, open) && stop.Departure == stop.Begin + client.Service;
            served++;
        }
        else if (stop.Kind == StopKind.Reload)
        {
            if (vehicle.Reload is not { } rule || stop.Departure - stop.Begin < rule.Service)
            {
                Add("reload", "a reload is not allowed here or too short");
            }
        }
        else if (stop.Client >= 0)
        {
            var rest = vehicle.Breaks[stop.Client];
            bool inWindow = rest.Window.Open <= stop.Begin && stop.Begin <= rest.Window.Close;
            prompt |= stop.Begin == rest.Window.Open;
            prompt &= stop.Begin == Math.Max(stop.Arrival, rest.Window.Open);
            if (!inWindow || stop.Departure - stop.Begin < rest.Duration || !breaksTaken.Add(stop.Client))
            {
                Add("break", $"break {stop.Client} at {stop.Begin} is outside its window, short or taken twice");
            }
        }
    }

    private void Ends()
    {
        int length = route.Return - route.Departure;
        (bool Broken, string Code, string Message)[] limits =
        [
            (route.Return > vehicle.Shift.Close, "late", $"returns at {route.Return}, after the shift closes"),
            (length > (vehicle.MaxDuration ?? int.MaxValue), "duration", $"out for {length}"),
            (driving > (vehicle.MaxDriving ?? int.MaxValue), "driving", $"drives {driving}"),
            (Distance > (vehicle.MaxDistance ?? int.MaxValue), "distance-limit", $"covers {Distance}"),
            (route.Clients.Count() > (vehicle.MaxStops ?? int.MaxValue), "stops", "has too many stops"),
            (
                route.Stops.Count(s => s.Kind == StopKind.Reload) > (vehicle.Reload?.MaxReloads ?? 0),
                "reload",
                "reloads too often"
            ),
        ];
        foreach (var (_, code, message) in limits.Where(l => l.Broken))
        {
            Add(code, message);
        }
        for (int b = 0; b < vehicle.Breaks.Length; b++)
        {
            int close = vehicle.Breaks[b].Window.Close;
            if (!breaksTaken.Contains(b) && route.Departure <= close && route.Return > close)
            {
                Add("break", $"break {b} was due and not taken");
            }
        }
        int over = Math.Max(0, length - (vehicle.RegularDuration ?? int.MaxValue));
        Cost =
            vehicle.FixedCost
            + (Distance * vehicle.DistanceCost)
            + (length * vehicle.DurationCost)
            + (over * vehicle.OvertimeCost);
        if (Math.Abs(Cost - route.Cost) > 1e-6 * Math.Max(1, Cost) || Distance != route.Distance)
        {
            Add("cost", $"route says {route.Cost} and {route.Distance}, recomputed {Cost} and {Distance}");
        }
    }

    private void Loads()
    {
        var pairs = problem
            .Pairs.SelectMany(p => new[] { (p.PickupClient, p, 1), (p.DeliveryClient, p, -1) })
            .ToDictionary(p => p.Item1, p => (Pair: p.p, Sign: p.Item3));
        List<List<Client>> trips =
        [
            [],
        ];
        foreach (var stop in route.Stops)
        {
            if (stop.Kind == StopKind.Reload)
            {
                trips.Add([]);
            }
            else if (stop.Kind == StopKind.Client)
            {
                trips[^1].Add(problem.Clients[stop.Client]);
            }
        }
        for (int d = 0; d < vehicle.Capacity.Length; d++)
        {
            long aboardOfPairs = 0;
            foreach (var trip in trips)
            {
                if (trip != trips[0] && aboardOfPairs != 0)
                {
                    Add("reload", "reloads with a pair's goods aboard");
                }
                long load = trip.Sum(c => (long)At(c.Delivery, d)) + aboardOfPairs;
                Room(load, d);
                foreach (var client in trip)
                {
                    load += At(client.Pickup, d) - At(client.Delivery, d);
                    if (pairs.TryGetValue(client.Id, out var pair))
                    {
                        load += pair.Sign * At(pair.Pair.Amount, d);
                        aboardOfPairs += pair.Sign * At(pair.Pair.Amount, d);
                    }
                    Room(load, d);
                }
            }
        }
    }

    private static int At(System.Collections.Immutable.ImmutableArray<int> amounts, int d) =>
        d < amounts.Length ? amounts[d] : 0;

    private void Room(long load, int d)
    {
        if (load > vehicle.Capacity[d])
        {
            Add("capacity", $"carries {load} of dimension {d}, capacity {vehicle.Capacity[d]}");
        }
    }

    private void Skills()
    {
        foreach (int c in route.Clients)
        {
            var client = problem.Clients[c];
            if (
                client.Skills.Any(s => !vehicle.Skills.Contains(s))
                || (!client.OnlyVehicles.IsEmpty && !client.OnlyVehicles.Contains(vehicle.Id))
            )
            {
                Add("skills", $"{vehicle.Id} may not serve client {client.Id}");
            }
        }
    }
}
