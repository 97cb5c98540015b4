using System.Collections.Immutable;
using Lading.Optimization.Routing;

namespace Lading.Algorithms.Tests.Routing;

public enum Variant
{
    Capacity,
    Windows,
    Duration,
    PickupDelivery,
    Fleet,
    Prizes,
    MixedLoads,
    SeveralWindows,
    Breaks,
    DrivingRule,
    Reload,
    Traffic,
    OpenRoutes,
    Locked,
    TwoMatrices,
}

/// <summary>Small problems of every variant from a seed, with numbers small enough to enumerate start times.</summary>
internal static class RandomProblems
{
    public const int Horizon = 60;

    public static RoutingProblem Make(Variant variant, int seed)
    {
        var random = new Random((seed * 31) + (int)variant);
        int clients = variant == Variant.PickupDelivery ? 4 : random.Next(2, 5);
        int dimensions = variant == Variant.Capacity ? 2 : 1;
        int size = clients + 2;
        var list = Enumerable.Range(0, clients).Select(c => Client(random, variant, c, dimensions)).ToList();
        ImmutableArray<PickupDelivery> pairs =
            variant == Variant.PickupDelivery
                ? [new("0", "1", [random.Next(1, 4)]), new("2", "3", [random.Next(1, 4)])]
                : [];
        int types = variant is Variant.Fleet or Variant.TwoMatrices ? 2 : 1;
        var vehicles = Enumerable.Range(0, types).Select(t => Vehicle(random, variant, t, dimensions)).ToList();
        return new RoutingProblem
        {
            Name = $"{variant} {seed}",
            Dimensions = dimensions,
            Clients = [.. list],
            Vehicles = [.. vehicles],
            Pairs = pairs,
            Locations = [.. Enumerable.Range(0, size).Select(k => new Location($"{k}", 0, 0))],
            Travel =
                variant == Variant.TwoMatrices
                    ? [TwoFold(random, size), TwoFold(random, size)]
                    : [Matrix(random, size)],
            TravelSteps = variant == Variant.Traffic ? [new(8, 2), new(20, 0.5), new(40, 1)] : [],
            Locked = variant == Variant.Locked ? [new LockedPrefix("type0", ["1", "0"])] : [],
        };
    }

    /// <summary>Asymmetric and without triangle inequality violations (shortest paths).</summary>
    private static TravelMatrix Matrix(Random random, int size)
    {
        var d = new int[size * size];
        for (int k = 0; k < d.Length; k++)
        {
            d[k] = k / size == k % size ? 0 : random.Next(1, 12);
        }
        for (int via = 0; via < size; via++)
        {
            for (int k = 0; k < d.Length; k++)
            {
                d[k] = Math.Min(d[k], d[(k / size * size) + via] + d[(via * size) + (k % size)]);
            }
        }
        return TravelMatrix.FromCells(size, d, d);
    }

    /// <summary>Distances and durations that have nothing to do with each other.</summary>
    private static TravelMatrix TwoFold(Random random, int size)
    {
        TravelMatrix distances = Matrix(random, size),
            durations = Matrix(random, size);
        int[] Cells(Func<int, int, int> cell) =>
            [.. Enumerable.Range(0, size * size).Select(k => cell(k / size, k % size))];
        return TravelMatrix.FromCells(size, Cells(distances.Distance), Cells(durations.Duration));
    }

    private static Client Client(Random random, Variant variant, int c, int dimensions)
    {
        bool timed =
            variant
            is Variant.Windows
                or Variant.Duration
                or Variant.PickupDelivery
                or Variant.Fleet
                or Variant.SeveralWindows
                or Variant.Breaks
                or Variant.DrivingRule
                or Variant.TwoMatrices
                or Variant.Traffic;
        int open = random.Next(0, 30),
            second = open + random.Next(12, 18);
        ImmutableArray<ServiceWindow> windows =
            !timed || random.Next(4) == 0 ? []
            : variant == Variant.SeveralWindows ? [new(open, open + random.Next(0, 8)), new(second, second + 6)]
            : [new(open, open + random.Next(2, 25))];
        bool deliver = variant != Variant.PickupDelivery && (variant != Variant.MixedLoads || random.Next(2) == 0);
        return new Client
        {
            Id = $"{c}",
            Location = c + 2,
            Windows = windows,
            Service = random.Next(0, 4),
            Delivery = deliver ? [.. Enumerable.Range(0, dimensions).Select(_ => random.Next(1, 5))] : [],
            Pickup = variant == Variant.MixedLoads ? [random.Next(0, 5)] : [],
            Prize = variant == Variant.Prizes ? random.Next(2, 25) : null,
            Group = variant == Variant.Prizes && c < 2 ? "either" : null,
            Skills = variant == Variant.Fleet && random.Next(4) == 0 ? ["crane"] : [],
            OnlyVehicles = variant == Variant.TwoMatrices && random.Next(4) == 0 ? [$"type{random.Next(2)}"] : [],
        };
    }

    private static VehicleType Vehicle(Random random, Variant variant, int t, int dimensions)
    {
        bool length =
            variant is Variant.Duration || (variant is Variant.SeveralWindows or Variant.Breaks && random.Next(2) == 0);
        int regular = random.Next(5, 30),
            breakOpen = random.Next(5, 20);
        return new VehicleType
        {
            Id = $"type{t}",
            Count = variant is Variant.Locked ? 2 : random.Next(1, 3),
            Start = variant == Variant.OpenRoutes && random.Next(2) == 0 ? null : t,
            End = variant == Variant.OpenRoutes ? null : t,
            Capacity =
            [
                .. Enumerable.Range(0, dimensions).Select(_ => variant == Variant.Locked ? 20 : random.Next(5, 11)),
            ],
            Shift = new ServiceWindow(0, variant == Variant.Locked ? 500 : Horizon),
            FixedCost = random.Next(0, 10),
            DistanceCost = 1,
            DurationCost = length ? 1 : 0,
            MaxDuration = variant == Variant.Duration ? random.Next(15, 50) : null,
            RegularDuration = length ? regular : null,
            OvertimeCost = length ? 2 : 0,
            MaxDriving = variant == Variant.TwoMatrices ? random.Next(12, 40) : null,
            Profile = variant == Variant.TwoMatrices ? t : 0,
            MaxStops = variant == Variant.Capacity && random.Next(3) == 0 ? 2 : null,
            MaxDistance = variant == Variant.Capacity ? random.Next(20, 60) : null,
            Skills = t == 0 ? ["crane"] : [],
            Breaks = variant == Variant.Breaks ? [new(new(breakOpen, breakOpen + random.Next(1, 10)), 4)] : [],
            DrivingRule = variant == Variant.DrivingRule ? new(random.Next(6, 14), 3) : null,
            Reload = variant == Variant.Reload ? new(1, 1, 2) : null,
        };
    }
}
