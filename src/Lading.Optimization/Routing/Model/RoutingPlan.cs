using System.Collections.Immutable;

namespace Lading.Optimization.Routing;

public enum StopKind
{
    Client,
    Reload,

    /// <summary>A <see cref="ShiftBreak"/>, or a rest at a stop asked for by a <see cref="DrivingRule"/>.</summary>
    Break,
}

/// <summary>One halt of a route. <see cref="Arrival"/> ≤ <see cref="Begin"/> ≤ <see cref="Departure"/>, in time units;
/// what lies between arrival and begin is waiting.</summary>
/// <param name="Kind">What happens here.</param>
/// <param name="Client">Index into the problem's clients for a client stop, index of the break for a shift break,
/// otherwise -1.</param>
/// <param name="Arrival">When the vehicle is there.</param>
/// <param name="Begin">When service or rest begins.</param>
/// <param name="Departure">When it ends.</param>
/// <param name="RestsOnLeg">Rests of the driving rule taken on the way here.</param>
public readonly record struct PlannedStop(
    StopKind Kind,
    int Client,
    int Arrival,
    int Begin,
    int Departure,
    int RestsOnLeg = 0
);

/// <summary>What one vehicle does.</summary>
public sealed record PlannedRoute
{
    /// <summary>Index into the problem's vehicle types.</summary>
    public required int Vehicle { get; init; }
    public required int Departure { get; init; }
    public required int Return { get; init; }
    public int RestsOnLastLeg { get; init; }
    public required long Distance { get; init; }
    public required double Cost { get; init; }
    public required ImmutableArray<PlannedStop> Stops { get; init; }

    /// <summary>The clients in order of visit.</summary>
    public IEnumerable<int> Clients => Stops.Where(s => s.Kind == StopKind.Client).Select(s => s.Client);
}

/// <summary>A solution: routes and who is left out. <see cref="Cost"/> adds the prizes of optional clients left out;
/// required ones are named in <see cref="Unassigned"/> and cost nothing, so compare plans by <see cref="Rank"/>.
/// </summary>
public sealed record RoutingPlan
{
    public required ImmutableArray<PlannedRoute> Routes { get; init; }
    public required ImmutableArray<int> Unassigned { get; init; }

    /// <summary>How many; of a group of alternatives that nobody serves, one.</summary>
    public required int RequiredLeftOut { get; init; }

    /// <summary>The sum over them of 1 + priority; of a group, that of its member with the highest.</summary>
    public required long LeftOutWeight { get; init; }
    public required double Cost { get; init; }
    public required long Distance { get; init; }

    /// <summary>Ruin-and-recreate steps made, over all threads.</summary>
    public long Iterations { get; init; }

    public int VehiclesUsed => Routes.Length;

    /// <summary>Where the plan stands among others for the same problem.</summary>
    public PlanRank Rank(RoutingObjective objective) =>
        new(LeftOutWeight, objective == RoutingObjective.Vehicles ? VehiclesUsed : 0, Cost);
}
