using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Verification;

/// <summary>What is wrong with a plan.</summary>
/// <param name="Code">Stable, e.g. <c>capacity</c>, <c>late</c>, <c>twice</c>.</param>
/// <param name="Route">Index into the plan's routes; -1 for the plan as a whole.</param>
/// <param name="Message">For people.</param>
public sealed record Violation(string Code, int Route, string Message);

/// <summary>What the verifier found.</summary>
/// <param name="Violations">Empty for a feasible plan whose costs are as stated.</param>
/// <param name="Cost">Cost as recomputed, prizes of optional clients left out included.</param>
/// <param name="Distance">Distance as recomputed.</param>
public sealed record VerifiedPlan(ImmutableArray<Violation> Violations, double Cost, long Distance)
{
    public bool Feasible => Violations.IsEmpty;
}

/// <summary>Checks a plan against a problem from first principles: it walks the stated times stop by stop and adds up
/// loads, distances and costs itself. It reads only the model, never the solver.</summary>
public static class RouteVerifier
{
    public static VerifiedPlan Verify(RoutingProblem problem, RoutingPlan plan)
    {
        var found = new List<Violation>();
        var visits = new int[problem.Clients.Length];
        double cost = 0;
        long distance = 0;
        for (int r = 0; r < plan.Routes.Length; r++)
        {
            var walk = new RouteWalk(problem, plan.Routes[r], r, found);
            walk.Check();
            cost += walk.Cost;
            distance += walk.Distance;
            foreach (int c in plan.Routes[r].Clients)
            {
                visits[c]++;
            }
        }
        Visits(problem, plan, visits, found);
        Fleet(problem, plan, found);
        Pairs(problem, plan, found);
        Locked(problem, plan, found);
        cost += Prizes(problem, visits);
        if (Math.Abs(cost - plan.Cost) > 1e-6 * Math.Max(1, cost))
        {
            found.Add(new Violation("cost", -1, $"plan says {plan.Cost}, recomputed {cost}"));
        }
        if (distance != plan.Distance)
        {
            found.Add(new Violation("distance", -1, $"plan says {plan.Distance}, recomputed {distance}"));
        }
        return new VerifiedPlan([.. found], cost, distance);
    }

    private static void Visits(RoutingProblem problem, RoutingPlan plan, int[] visits, List<Violation> found)
    {
        var left = plan.Unassigned.ToHashSet();
        for (int c = 0; c < visits.Length; c++)
        {
            string id = problem.Clients[c].Id;
            if (visits[c] > 1)
            {
                found.Add(new Violation("twice", -1, $"client {id} is visited {visits[c]} times"));
            }
            if (visits[c] == 0 != left.Contains(c))
            {
                found.Add(new Violation("unassigned", -1, $"client {id} is both or neither planned and left out"));
            }
        }
        foreach (
            var group in problem
                .Clients.Select((c, i) => (c.Group, i))
                .Where(g => g.Group is not null)
                .GroupBy(g => g.Group)
                .Where(g => g.Sum(m => visits[m.i]) > 1)
        )
        {
            found.Add(new Violation("group", -1, $"more than one alternative of group {group.Key} is served"));
        }
        var (missing, weight) = RequiredLeftOut(problem, visits);
        if (missing != plan.RequiredLeftOut || weight != plan.LeftOutWeight)
        {
            string counted = $"{missing} required clients of weight {weight} are left out";
            string stated = $"not {plan.RequiredLeftOut} of {plan.LeftOutWeight}";
            found.Add(new Violation("left-out", -1, $"{counted}, {stated}"));
        }
    }

    /// <summary>Alternatives of which none is served count once, by the highest priority among them.</summary>
    private static (int Count, long Weight) RequiredLeftOut(RoutingProblem problem, int[] visits)
    {
        var weights = new Dictionary<string, long>();
        var served = new HashSet<string>();
        for (int c = 0; c < visits.Length; c++)
        {
            var client = problem.Clients[c];
            string key = client.Group is { } group ? "group " + group : "client " + client.Id;
            if (visits[c] > 0)
            {
                served.Add(key);
            }
            else if (client.Prize is null)
            {
                weights[key] = Math.Max(weights.GetValueOrDefault(key), 1 + client.Priority);
            }
        }
        long[] missed = [.. weights.Where(w => !served.Contains(w.Key)).Select(w => w.Value)];
        return (missed.Length, missed.Sum());
    }

    private static double Prizes(RoutingProblem problem, int[] visits)
    {
        double lost = 0;
        foreach (
            var alternatives in problem
                .Clients.Select((c, i) => (Client: c, Index: i))
                .GroupBy(p => p.Client.Group is { } group ? "group " + group : "client " + p.Client.Id)
        )
        {
            if (alternatives.All(p => visits[p.Index] == 0))
            {
                lost += alternatives.Max(p => p.Client.Prize ?? 0);
            }
        }
        return lost;
    }

    private static void Fleet(RoutingProblem problem, RoutingPlan plan, List<Violation> found)
    {
        foreach (var used in plan.Routes.GroupBy(r => r.Vehicle))
        {
            var type = problem.Vehicles[used.Key];
            if (used.Count() > type.Count)
            {
                found.Add(new Violation("fleet", -1, $"{used.Count()} vehicles of {type.Id}, there are {type.Count}"));
            }
        }
    }

    private static void Pairs(RoutingProblem problem, RoutingPlan plan, List<Violation> found)
    {
        var place = new Dictionary<string, (int Route, int At)>();
        for (int r = 0; r < plan.Routes.Length; r++)
        {
            int at = 0;
            foreach (int c in plan.Routes[r].Clients)
            {
                place[problem.Clients[c].Id] = (r, at++);
            }
        }
        foreach (var pair in problem.Pairs)
        {
            bool first = place.TryGetValue(pair.PickupClient, out var p);
            bool second = place.TryGetValue(pair.DeliveryClient, out var d);
            if (first != second || (first && (p.Route != d.Route || p.At >= d.At)))
            {
                found.Add(
                    new Violation(
                        "pair",
                        first ? p.Route : -1,
                        $"{pair.PickupClient} is not before {pair.DeliveryClient} on one route"
                    )
                );
            }
        }
    }

    private static void Locked(RoutingProblem problem, RoutingPlan plan, List<Violation> found)
    {
        foreach (var locked in problem.Locked)
        {
            bool kept = plan.Routes.Any(r =>
                problem.Vehicles[r.Vehicle].Id == locked.VehicleType
                && r.Clients.Select(c => problem.Clients[c].Id)
                    .Take(locked.Clients.Length)
                    .SequenceEqual(locked.Clients)
            );
            if (!kept)
            {
                found.Add(
                    new Violation(
                        "locked",
                        -1,
                        $"no route of {locked.VehicleType} begins with {string.Join(", ", locked.Clients)}"
                    )
                );
            }
        }
    }
}
