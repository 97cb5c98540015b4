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
    Priorities,
    Alternatives,

    /// <summary>The straight way may be longer than by way of a third place.</summary>
    Detours,

    /// <summary>A random choice of the rules of all others at once.</summary>
    Mixed,
}

/// <summary>Small problems of every variant from a seed, with numbers small enough to enumerate start times.</summary>
internal static class RandomProblems
{
    public const int Horizon = 60;

    /// <summary>Two to four clients, or as many as asked for.</summary>
    public static RoutingProblem Make(Variant variant, int seed, int? clients = null)
    {
        var random = new Random((seed * 31) + (int)variant);
        var rules = variant == Variant.Mixed ? Chosen(random) : [variant];
        return Make($"{variant} {seed}", random, rules, clients);
    }

    /// <summary>Two to five rules. Not together: traffic and the driving rule, which the enumeration does not know.
    /// </summary>
    private static HashSet<Variant> Chosen(Random random)
    {
        var all = Enum.GetValues<Variant>().Where(v => v != Variant.Mixed).ToArray();
        random.Shuffle(all);
        var rules = all.Take(random.Next(2, 6)).ToHashSet();
        if (rules.Contains(Variant.Traffic))
        {
            rules.Remove(Variant.DrivingRule);
        }
        return rules;
    }

    private static RoutingProblem Make(string name, Random random, HashSet<Variant> rules, int? many)
    {
        bool pairs = rules.Contains(Variant.PickupDelivery);
        int few = pairs || rules.Contains(Variant.Priorities) ? 4 : random.Next(2, 5),
            clients = many ?? few;
        int dimensions = rules.Contains(Variant.Capacity) ? 2 : 1;
        int size = clients + 2;
        var list = Enumerable.Range(0, clients).Select(c => Client(random, rules, c, dimensions)).ToList();
        int types = rules.Overlaps([Variant.Fleet, Variant.TwoMatrices]) ? 2 : 1;
        var vehicles = Enumerable.Range(0, types).Select(t => Vehicle(random, rules, t, dimensions)).ToList();
        return new RoutingProblem
        {
            Name = name,
            Dimensions = dimensions,
            Clients = [.. list],
            Vehicles = [.. vehicles],
            Pairs = pairs ? [new("0", "1", [random.Next(1, 4)]), new("2", "3", [random.Next(1, 4)])] : [],
            Locations = [.. Enumerable.Range(0, size).Select(k => new Location($"{k}", 0, 0))],
            Travel = rules.Contains(Variant.TwoMatrices)
                ? [TwoFold(random, size), TwoFold(random, size)]
                : [Matrix(random, size, rules.Contains(Variant.Detours))],
            TravelSteps = rules.Contains(Variant.Traffic) ? [new(8, 2), new(20, 0.5), new(40, 1)] : [],
            Locked = rules.Contains(Variant.Locked) ? [new LockedPrefix("type0", ["1", "0"])] : [],
        };
    }

    /// <summary>Asymmetric; shortest paths, unless detours are asked for.</summary>
    private static TravelMatrix Matrix(Random random, int size, bool detours = false)
    {
        var d = new int[size * size];
        for (int k = 0; k < d.Length; k++)
        {
            d[k] = k / size == k % size ? 0 : random.Next(1, 12);
        }
        for (int via = 0; via < size && !detours; via++)
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

    private static Client Client(Random random, HashSet<Variant> rules, int c, int dimensions)
    {
        bool timed =
            !(c < 2 && rules.Contains(Variant.Locked))
            && rules.Overlaps([
                Variant.Windows,
                Variant.Duration,
                Variant.PickupDelivery,
                Variant.Fleet,
                Variant.SeveralWindows,
                Variant.Breaks,
                Variant.DrivingRule,
                Variant.TwoMatrices,
                Variant.Traffic,
                Variant.Detours,
            ]);
        int open = random.Next(0, 30),
            second = open + random.Next(12, 18);
        ImmutableArray<ServiceWindow> windows =
            !timed || random.Next(4) == 0 ? []
            : rules.Contains(Variant.SeveralWindows) ? [new(open, open + random.Next(0, 8)), new(second, second + 6)]
            : [new(open, open + random.Next(2, 25))];
        bool deliver =
            !rules.Contains(Variant.PickupDelivery) && (!rules.Contains(Variant.MixedLoads) || random.Next(2) == 0);
        bool pairs = rules.Contains(Variant.PickupDelivery);
        bool optional =
            rules.Contains(Variant.Prizes)
            || (!pairs && rules.Overlaps([Variant.Priorities, Variant.Alternatives]) && random.Next(5) == 0);
        return new Client
        {
            Id = $"{c}",
            Location = c + 2,
            Windows = windows,
            Service = random.Next(0, 4),
            Delivery = deliver ? [.. Enumerable.Range(0, dimensions).Select(_ => random.Next(1, 5))] : [],
            Pickup = rules.Contains(Variant.MixedLoads) ? [random.Next(0, 5)] : [],
            Prize = optional ? random.Next(2, 25) : null,
            Priority = rules.Contains(Variant.Priorities) ? random.Next(0, 4) : 0,
            Group =
                !pairs && rules.Overlaps([Variant.Prizes, Variant.Alternatives]) && c < 2 ? "either"
                : !pairs && rules.Contains(Variant.Alternatives) && random.Next(2) == 0 ? "or"
                : null,
            Skills = rules.Contains(Variant.Fleet) && random.Next(4) == 0 ? ["crane"] : [],
            OnlyVehicles = rules.Contains(Variant.TwoMatrices) && random.Next(4) == 0 ? [$"type{random.Next(2)}"] : [],
        };
    }

    private static VehicleType Vehicle(Random random, HashSet<Variant> rules, int t, int dimensions)
    {
        // Under traffic the schedule tries a few start times, not all.
        bool length =
            !rules.Contains(Variant.Traffic)
            && (
                rules.Contains(Variant.Duration)
                || (rules.Overlaps([Variant.SeveralWindows, Variant.Breaks]) && random.Next(2) == 0)
            );
        int regular = random.Next(5, 30),
            breakOpen = random.Next(5, 20);
        return new VehicleType
        {
            Id = $"type{t}",
            Count =
                rules.Contains(Variant.Locked) ? 2
                : rules.Contains(Variant.Priorities) ? 1
                : random.Next(1, 3),
            Start = rules.Contains(Variant.OpenRoutes) && random.Next(2) == 0 ? null : t,
            End = rules.Contains(Variant.OpenRoutes) ? null : t,
            Capacity =
            [
                .. Enumerable
                    .Range(0, dimensions)
                    .Select(_ => rules.Contains(Variant.Locked) ? 20 : random.Next(5, 11)),
            ],
            Shift = new ServiceWindow(0, rules.Contains(Variant.Locked) ? 500 : Horizon),
            FixedCost = random.Next(0, 10),
            DistanceCost = 1,
            DurationCost = length ? 1 : 0,
            MaxDuration = length && rules.Contains(Variant.Duration) ? random.Next(15, 50) : null,
            RegularDuration = length ? regular : null,
            OvertimeCost = length ? 2 : 0,
            MaxDriving = rules.Contains(Variant.TwoMatrices) ? random.Next(12, 40) : null,
            Profile = rules.Contains(Variant.TwoMatrices) ? t : 0,
            MaxStops =
                rules.Contains(Variant.Priorities) ? random.Next(2, 4)
                : rules.Contains(Variant.Capacity) && random.Next(3) == 0 ? 2
                : null,
            MaxDistance = rules.Contains(Variant.Capacity) ? random.Next(20, 60) : null,
            Skills = t == 0 ? ["crane"] : [],
            Breaks = rules.Contains(Variant.Breaks) ? [new(new(breakOpen, breakOpen + random.Next(1, 10)), 4)] : [],
            DrivingRule = rules.Contains(Variant.DrivingRule) ? new(random.Next(6, 14), 3) : null,
            Reload = rules.Contains(Variant.Reload) ? new(1, 1, 2) : null,
        };
    }
}
