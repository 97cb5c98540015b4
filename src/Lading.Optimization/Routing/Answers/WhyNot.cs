using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Answers;

/// <summary>What keeps a client off a vehicle type even when the vehicle does nothing else, or out of its routes.
/// </summary>
public enum Obstacle
{
    /// <summary>It would fit alone: every vehicle of the type is taken or its routes are full.</summary>
    NoVehicleFree,
    Skill,
    NotAllowed,
    Capacity,

    /// <summary>Reached only after its windows close.</summary>
    Window,

    /// <summary>The vehicle would return after its shift.</summary>
    Shift,
    Duration,
    Driving,
    Distance,

    /// <summary>Breaks, driving rule, traffic or reloads leave no schedule.</summary>
    Schedule,

    /// <summary>Serving it costs more than its prize.</summary>
    NotWorthIt,
}

/// <summary>Why one vehicle type does not take the client.</summary>
public sealed record VehicleReason(string Vehicle, Obstacle Obstacle, string Words);

/// <summary>The smallest change of one kind that makes the client fit, confirmed by planning it.</summary>
/// <param name="Words">For people: "open until 780, 20 later".</param>
/// <param name="Kind">window, vehicle, skill, capacity, shift, duration or driving.</param>
/// <param name="Amount">Time units, vehicles or load units.</param>
/// <param name="CostAdded">Cost of the confirming plan minus that of the plan asked about.</param>
/// <param name="Problem">The relaxed problem.</param>
/// <param name="Plan">The confirming plan: serves this client and everybody served before.</param>
public sealed record Relaxation(
    string Words,
    string Kind,
    long Amount,
    double CostAdded,
    RoutingProblem Problem,
    RoutingPlan Plan
);

/// <summary>The answer for one client left out. Relaxations ascend in what they add to the cost.</summary>
public sealed record WhyNotAnswer(
    string Client,
    ImmutableArray<VehicleReason> Reasons,
    ImmutableArray<Relaxation> Relaxations
);

/// <summary>Says for each client left out of a plan why no vehicle takes it and which single change would make it
/// fit. A relaxation is offered only when a plan with it was found.</summary>
public static class WhyNot
{
    /// <param name="problem">The problem.</param>
    /// <param name="plan">A plan of it.</param>
    /// <param name="solve">Iterations of the confirming search where insertion alone does not do; 0 for none.</param>
    /// <param name="mostClients">At most so many clients are explained, highest priority first.</param>
    public static ImmutableArray<WhyNotAnswer> Explain(
        RoutingProblem problem,
        RoutingPlan plan,
        int solve = 2_000,
        int mostClients = 50
    )
    {
        return [.. LeftOut(problem, plan).Take(mostClients).Select(c => Of(problem, plan, c, solve))];
    }

    /// <summary>The clients there is something to say about, highest priority first: those left out of which no
    /// alternative is served.</summary>
    public static IEnumerable<int> LeftOut(RoutingProblem problem, RoutingPlan plan)
    {
        var served = plan.Routes.SelectMany(r => r.Clients).Select(c => problem.Clients[c].Group).ToHashSet();
        return plan
            .Unassigned.Where(c => problem.Clients[c].Group is null || !served.Contains(problem.Clients[c].Group))
            .OrderByDescending(c => problem.Clients[c].Priority);
    }

    /// <summary>The answer for one client left out.</summary>
    public static WhyNotAnswer Of(RoutingProblem problem, RoutingPlan plan, int client, int solve = 2_000) =>
        new(
            problem.Clients[client].Id,
            Reasons.Of(problem, plan, client),
            Relaxations.Of(problem, plan, client, solve)
        );
}
