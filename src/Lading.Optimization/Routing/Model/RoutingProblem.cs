using System.Collections.Immutable;

namespace Lading.Optimization.Routing;

/// <summary>Service may begin at any time from <see cref="Open"/> to <see cref="Close"/>, both included, in time units
/// of the problem (the convention of Solomon 1987 and of every reader here).</summary>
public readonly record struct ServiceWindow(int Open, int Close)
{
    /// <summary>The window that never closes within the limits of a problem.</summary>
    public static readonly ServiceWindow Always = new(0, RoutingLimits.Horizon);

    internal bool Contains(int time) => time >= Open && time <= Close;
}

/// <summary>A place that appears as row and column of every travel matrix, in list order.</summary>
/// <param name="Name">A name for people; need not be unique.</param>
/// <param name="X">Abscissa or longitude; read only where a matrix is computed from coordinates.</param>
/// <param name="Y">Ordinate or latitude.</param>
public sealed record Location(string Name, double X, double Y);

/// <summary>One visit that may be planned. Amounts are whole units per dimension, times are time units.</summary>
public sealed record Client
{
    public required string Id { get; init; }

    /// <summary>Index into <see cref="RoutingProblem.Locations"/>.</summary>
    public required int Location { get; init; }

    /// <summary>Brought from the vehicle's start (or last reload), per dimension; short lists are padded with zero.
    /// </summary>
    public ImmutableArray<int> Delivery { get; init; } = [];

    /// <summary>Collected here and carried to the end (or next reload), per dimension.</summary>
    public ImmutableArray<int> Pickup { get; init; } = [];

    /// <summary>Disjoint and ascending; empty means any time.</summary>
    public ImmutableArray<ServiceWindow> Windows { get; init; } = [];
    public int Service { get; init; }

    /// <summary>Cost of leaving the client out. Null: required, and left out only when nothing feasible is found.
    /// </summary>
    public double? Prize { get; init; }

    /// <summary>0 to 100. Leaving a required client out weighs 1 + its priority, and the plan with the least weight
    /// left out wins whatever it costs: of two that do not both fit the higher stays, and one of priority 3 stays
    /// against three of priority 0.</summary>
    public int Priority { get; init; }

    /// <summary>0 for an optional client.</summary>
    internal long LeftOutWeight => Prize is null ? 1 + Priority : 0;

    /// <summary>Skills the vehicle must have, all of them.</summary>
    public ImmutableArray<string> Skills { get; init; } = [];

    /// <summary>Vehicle types that may serve it; empty means all. This is how a visit is locked to a vehicle.</summary>
    public ImmutableArray<string> OnlyVehicles { get; init; } = [];

    /// <summary>Clients of one group are alternatives: at most one of them is served.</summary>
    public string? Group { get; init; }
}

/// <summary>Goods taken at one client and brought to another by the same vehicle, in this order.</summary>
/// <param name="PickupClient">Id of the client where the goods are loaded.</param>
/// <param name="DeliveryClient">Id of the client where they are unloaded.</param>
/// <param name="Amount">Per dimension; short lists are padded with zero.</param>
public sealed record PickupDelivery(string PickupClient, string DeliveryClient, ImmutableArray<int> Amount);

/// <summary>A rest at a stop, begun within the window. It is due on a route that starts no later than
/// <c>Window.Close</c> and is still out after it; other routes need not take it.</summary>
public sealed record ShiftBreak(ServiceWindow Window, int Duration);

/// <summary>After <see cref="After"/> time units of driving the driver stays off the wheel for at least
/// <see cref="Rest"/> (49 CFR 395.3(a)(3)(ii): 8 h, 30 min). Waiting and service count, as that rule allows.</summary>
public sealed record DrivingRule(int After, int Rest);

/// <summary>The vehicle may empty and refill at a depot between two stops.</summary>
/// <param name="Location">Index into <see cref="RoutingProblem.Locations"/>.</param>
/// <param name="Service">Time units spent there.</param>
/// <param name="MaxReloads">Per route, 1 to 8.</param>
public sealed record ReloadRule(int Location, int Service, int MaxReloads);

/// <summary><see cref="Count"/> interchangeable vehicles. A named truck is a type with a count of one.</summary>
public sealed record VehicleType
{
    public required string Id { get; init; }
    public int Count { get; init; } = 1;

    /// <summary>Null: the route begins at its first client at no cost.</summary>
    public int? Start { get; init; }

    /// <summary>Null: the route ends at its last client at no cost (open routes).</summary>
    public int? End { get; init; }
    public ImmutableArray<int> Capacity { get; init; } = [];

    /// <summary>The route leaves and returns within it.</summary>
    public ServiceWindow Shift { get; init; } = ServiceWindow.Always;
    public double FixedCost { get; init; }

    /// <summary>Per distance unit.</summary>
    public double DistanceCost { get; init; } = 1;

    /// <summary>Per time unit from leaving the start to reaching the end.</summary>
    public double DurationCost { get; init; }

    /// <summary>Time units after which <see cref="OvertimeCost"/> per time unit is added.</summary>
    public int? RegularDuration { get; init; }
    public double OvertimeCost { get; init; }
    public int? MaxDistance { get; init; }

    /// <summary>From start to end: the 14-hour window, or what is left of 60/70 hours, whichever is shorter.</summary>
    public int? MaxDuration { get; init; }

    /// <summary>Time at the wheel: the 11-hour limit.</summary>
    public int? MaxDriving { get; init; }
    public int? MaxStops { get; init; }
    public ImmutableArray<string> Skills { get; init; } = [];
    public ImmutableArray<ShiftBreak> Breaks { get; init; } = [];
    public DrivingRule? DrivingRule { get; init; }
    public ReloadRule? Reload { get; init; }

    /// <summary>Index into <see cref="RoutingProblem.Travel"/>: trucks and vans may have different matrices.</summary>
    public int Profile { get; init; }
}

/// <summary>From time <see cref="From"/> on, travel takes <see cref="Factor"/> times the matrix duration (traffic,
/// weather). Crossing into another step changes the speed on the way, so leaving later never means arriving earlier
/// (Ichoua, Gendreau and Potvin 2003).</summary>
public readonly record struct TravelStep(int From, double Factor);

/// <summary>One route of the type must begin with these clients in this order: what the day has already committed. One
/// of them may begin after its windows when the vehicle could not have been there earlier.</summary>
public sealed record LockedPrefix(string VehicleType, ImmutableArray<string> Clients);

/// <summary>Everything a route plan depends on, and nothing else. Immutable; read by solver, verifier and explainers.
/// Distances and times are whole units within <see cref="RoutingLimits"/>; <see cref="Scale"/> says how many units
/// make one unit of the source (10 for DIMACS truncation), costs are reported divided by <see cref="CostScale"/>.
/// </summary>
public sealed record RoutingProblem
{
    public string Name { get; init; } = "problem";

    /// <summary>Number of load dimensions (weight, volume, pallets, ...), 1 to 8.</summary>
    public int Dimensions { get; init; } = 1;
    public required ImmutableArray<Location> Locations { get; init; }
    public required ImmutableArray<Client> Clients { get; init; }
    public required ImmutableArray<VehicleType> Vehicles { get; init; }

    /// <summary>At least one; a vehicle names its own by <see cref="VehicleType.Profile"/>.</summary>
    public required ImmutableArray<TravelMatrix> Travel { get; init; }
    public ImmutableArray<PickupDelivery> Pairs { get; init; } = [];

    /// <summary>Ascending in time; factor 1 before the first.</summary>
    public ImmutableArray<TravelStep> TravelSteps { get; init; } = [];
    public ImmutableArray<LockedPrefix> Locked { get; init; } = [];
    public double Scale { get; init; } = 1;
    public double CostScale { get; init; } = 1;

    /// <summary>Times divided by <see cref="Scale"/> are minutes after midnight, and answers say them so.</summary>
    public bool ClockTimes { get; init; }
}

/// <summary>Bounds within which all sums of the solver fit their types.</summary>
public static class RoutingLimits
{
    public const int Clients = 25_000;
    public const int Horizon = 500_000_000;
    public const int Leg = 100_000_000;
    public const int Amount = 100_000_000;
    public const int Dimensions = 8;
    public const int Threads = 64;

    /// <summary>Above this many locations matrix cells are computed when asked for instead of being stored.</summary>
    public const int StoredLocations = 9_000;
}

/// <summary>Why a problem or file is not accepted: an expected answer, not a fault.</summary>
/// <param name="Code">Stable, e.g. <c>routing.window-reversed</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Field">Path of the offending value, e.g. <c>clients[3].windows[0]</c> or <c>DEMAND_SECTION</c>.</param>
/// <param name="Line">One-based line of the file; null when the problem was built in memory.</param>
public sealed record RoutingRefusal(string Code, string Message, string Field, int? Line = null)
{
    public override string ToString() =>
        Line is { } line ? $"line {line}, {Field}: {Message} ({Code})" : $"{Field}: {Message} ({Code})";
}
