namespace Lading.Optimization.Routing;

/// <summary>The one order of plans, within a search, between searches and for who watches: the least weight of required
/// clients left out, then (if asked for) the fewest vehicles, then the least cost.</summary>
/// <param name="LeftOutWeight">See <see cref="RoutingPlan.LeftOutWeight"/>.</param>
/// <param name="Vehicles">Routes where fewer come first, 0 where only cost counts.</param>
/// <param name="Cost">Routes, and the prizes of optional clients left out.</param>
public readonly record struct PlanRank(long LeftOutWeight, int Vehicles, double Cost)
{
    /// <summary>Behind every plan.</summary>
    public static readonly PlanRank None = new(long.MaxValue, int.MaxValue, double.PositiveInfinity);

    /// <summary>Two sums of the same legs in another order differ by less.</summary>
    private const double Rounding = 1e-9;

    /// <summary>A difference in cost that only rounding makes is none.</summary>
    public bool Betters(PlanRank other) =>
        LeftOutWeight != other.LeftOutWeight ? LeftOutWeight < other.LeftOutWeight
        : Vehicles != other.Vehicles ? Vehicles < other.Vehicles
        : Cost < other.Cost - Rounding;
}
