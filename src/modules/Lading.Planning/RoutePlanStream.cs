using Lading.Optimization.Routing.Answers;
using Lading.Platform.Http;

namespace Lading.Planning;

/// <summary>The events of <c>POST /plan/routes</c>: a member's name is the event's, its type that of the
/// data.</summary>
public sealed record RoutePlanStream(
    ProblemRead Read,
    Nothing Waiting,
    BetterPlan Better,
    FinalPlan Plan,
    WhyLeftOut Why,
    WorkDone Done,
    Problem Failed
);

/// <summary>An event that says all by its name.</summary>
public sealed record Nothing;

/// <summary>The problem as it was understood. Costs are in units of the file (kilometres for a list of stops), times
/// too (minutes after midnight for a list of stops).</summary>
/// <param name="Surface">earth: x is longitude and y latitude. plane: any coordinates. none: only a matrix.</param>
/// <param name="Clock">Times are minutes after midnight.</param>
public sealed record ProblemRead(
    string Name,
    string Surface,
    bool Clock,
    IReadOnlyList<BenchPlace> Depots,
    IReadOnlyList<BenchStop> Stops,
    IReadOnlyList<BenchVehicle> Vehicles
);

/// <summary>Where routes begin, end or reload.</summary>
public sealed record BenchPlace(string Name, double X, double Y);

/// <summary>A client: plans name it by its index in this list.</summary>
/// <param name="Demand">Brought or collected, in the first dimension; for a pair also what it moves.</param>
public sealed record BenchStop(string Id, double X, double Y, long Demand, double? Open, double? Close, double Service);

/// <summary>A type of vehicle.</summary>
public sealed record BenchVehicle(string Id, int Count, int? Capacity);

/// <summary>A plan on the way: each route is the vehicle type's index and the stops' indices in order.</summary>
public sealed record BetterPlan(
    double At,
    double Cost,
    int Vehicles,
    int LeftOut,
    long Steps,
    IReadOnlyList<BetterRoute> Routes
);

/// <summary>A route on the way.</summary>
public sealed record BetterRoute(int Vehicle, IReadOnlyList<int> Stops);

/// <summary>The plan that was found in the time, and what the verifier, which shares nothing with the solver, says of
/// it.</summary>
/// <param name="LeftOut">Indices of the stops that no route serves.</param>
public sealed record FinalPlan(
    double At,
    double Cost,
    double Distance,
    long Steps,
    Verification Verified,
    IReadOnlyList<int> LeftOut,
    IReadOnlyList<FinalRoute> Routes
);

/// <summary>The verifier's word.</summary>
public sealed record Verification(bool Feasible, double Cost, IReadOnlyList<string> Violations);

/// <summary>What one vehicle does.</summary>
public sealed record FinalRoute(
    int Vehicle,
    double Departure,
    double Return,
    double Distance,
    double Cost,
    IReadOnlyList<FinalStop> Stops
);

/// <summary>A halt.</summary>
/// <param name="Kind">client, reload or break.</param>
/// <param name="Stop">Index of the stop of a client.</param>
public sealed record FinalStop(string Kind, int? Stop, double Arrival, double Begin, double Departure);

/// <summary>Why no vehicle takes a stop, and the changes that make it fit, each confirmed by a plan, cheapest
/// first.</summary>
public sealed record WhyLeftOut(int Stop, IReadOnlyList<WhyVehicle> Reasons, IReadOnlyList<WhatWouldDo> WouldFit);

/// <summary>What keeps one type of vehicle from it.</summary>
public sealed record WhyVehicle(string Vehicle, Obstacle Obstacle, string Words);

/// <summary>One change: its kind, how much of it in units of the file, and what the plan with it costs more.</summary>
public sealed record WhatWouldDo(string Kind, string Words, double Amount, double CostAdded);

/// <summary>The end.</summary>
/// <param name="Explained">How many of those left out were explained in the time.</param>
/// <param name="Unexplained">How many were not.</param>
public sealed record WorkDone(int Explained, int Unexplained);
