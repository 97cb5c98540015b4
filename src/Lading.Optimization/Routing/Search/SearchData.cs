namespace Lading.Optimization.Routing.Search;

/// <summary>Distances and durations between the rows the search works with: clients first, then vehicle ends.
/// <see cref="DistanceTo"/> is the transpose, so that the candidates for one client read one row.</summary>
internal sealed class DenseTravel
{
    public required int Rows { get; init; }
    public required int[]? Distance { get; init; }
    public required int[]? DistanceTo { get; init; }
    public required int[]? Duration { get; init; }
    public required int[]? DurationTo { get; init; }
    public required TravelMatrix Source { get; init; }
    public required int[] LocationOf { get; init; }

    public int Leg(int from, int to)
    {
        if (Distance is not null)
        {
            return Distance[from * Rows + to];
        }
        int a = LocationOf[from],
            b = LocationOf[to];
        return a < 0 || b < 0 ? 0 : Source.Distance(a, b);
    }

    public int Time(int from, int to)
    {
        if (Duration is not null)
        {
            return Duration[from * Rows + to];
        }
        int a = LocationOf[from],
            b = LocationOf[to];
        return a < 0 || b < 0 ? 0 : Source.Duration(a, b);
    }
}

/// <summary>A vehicle type as the search reads it; amounts without limit are <see cref="int.MaxValue"/>.</summary>
internal sealed class TypeData
{
    public required VehicleType Source { get; init; }
    public required int Index { get; init; }
    public required int Count { get; init; }
    public required int StartRow { get; init; }
    public required int EndRow { get; init; }
    public required int[] Capacity { get; init; }
    public required DenseTravel Travel { get; init; }

    /// <summary>The length of a route changes its cost or feasibility.</summary>
    public required bool DurationMatters { get; init; }

    /// <summary>Needs the label schedule: breaks, driving rule, reload; or traffic or several windows anywhere.
    /// </summary>
    public required bool Rich { get; init; }
    public required int MaxDuration { get; init; }
    public required int MaxDistance { get; init; }
    public required int MaxDriving { get; init; }
    public required int MaxStops { get; init; }
    public required int RegularDuration { get; init; }

    public double TimeCost(int duration) =>
        duration * Source.DurationCost
        + (duration > RegularDuration ? (duration - RegularDuration) * Source.OvertimeCost : 0);
}

/// <summary>Who is left out: 1 + priority of the required, prizes of the optional.</summary>
internal readonly record struct LeftOut(long Weight, double Prizes);

/// <summary>A problem compiled to flat arrays. Built once, shared by all threads.</summary>
internal sealed class SearchData
{
    public required RoutingProblem Problem { get; init; }
    public required int Count { get; init; }
    public required int Dimensions { get; init; }
    public required TypeData[] Types { get; init; }
    public required int[] Open { get; init; }
    public required int[] Close { get; init; }
    public required int[] Service { get; init; }

    /// <summary>Client-major, <see cref="Dimensions"/> per client.</summary>
    public required int[] Delivery { get; init; }
    public required int[] Pickup { get; init; }

    /// <summary>For a pair's ends: what the load changes by, in addition to pickup and delivery.</summary>
    public required int[] PairLoad { get; init; }

    /// <summary>The other end of the pair or -1.</summary>
    public required int[] Mate { get; init; }
    public required bool[] IsPickupEnd { get; init; }
    public required int[] Group { get; init; }

    /// <summary>Per group what leaving all of it out weighs and costs.</summary>
    public required LeftOut[] Groups { get; init; }

    /// <summary>Cost of leaving a client out: its prize, or for a required one <see cref="WeightCost"/> times its
    /// weight.</summary>
    public required double[] Miss { get; init; }

    /// <summary>1 + priority of a required client, 0 of an optional one.</summary>
    public required long[] Weight { get; init; }

    /// <summary>What one unit of weight left out counts for where the annealing weighs it against cost.</summary>
    public required double WeightCost { get; init; }

    /// <summary>What serving a client may cost: the dearest miss of its group, which serving any of them avoids.
    /// </summary>
    public required double[] Worth { get; init; }
    public required bool[] Optional { get; init; }

    /// <summary>type * Count + client; null when every type may serve every client.</summary>
    public required bool[]? Allowed { get; init; }

    /// <summary>Spatial neighbours for ruin, nearest first, <see cref="AdjacentWidth"/> per client.</summary>
    public required int[] Adjacent { get; init; }
    public required int AdjacentWidth { get; init; }

    /// <summary>Neighbours in space and time for recreate, nearest first, <see cref="FarWidth"/> per client, of which
    /// the first <see cref="NearWidth"/> are looked at in most steps.</summary>
    public required int[] Near { get; init; }
    public required int NearWidth { get; init; }
    public required int FarWidth { get; init; }
    public required bool Timed { get; init; }
    public required bool AnyPairs { get; init; }

    /// <summary>Loads must be checked along the route, not only in sum.</summary>
    public required bool MixedLoads { get; init; }
    public required bool AnyRich { get; init; }
    public required bool AnyDuration { get; init; }

    /// <summary>Something besides one-dimensional sums, windows and distance has to be checked.</summary>
    public required bool ExtraChecks { get; init; }
    public required int TotalVehicles { get; init; }
    public required int[][] LockedTypesAndClients { get; init; }

    public bool MayServe(int type, int client) => Allowed is null || Allowed[type * Count + client];
}
