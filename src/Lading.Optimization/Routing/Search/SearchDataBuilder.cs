using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Search;

/// <summary>Compiles a checked problem.</summary>
internal static class SearchDataBuilder
{
    private const int AdjacentLimit = 250;
    private const int FarWidth = 200;

    /// <summary>For single insertions: no neighbour lists and no stored matrices, so that compiling is linear.
    /// </summary>
    public static SearchData BuildLight(RoutingProblem problem) => Build(problem, (0, 0, 0), RoutingLimits.Clients);

    public static SearchData Build(RoutingProblem problem, int nearWidth) =>
        Build(problem, (nearWidth, Math.Max(nearWidth, FarWidth), AdjacentLimit), 0);

    private static SearchData Build(RoutingProblem problem, (int Near, int Far, int Adjacent) widths, int computeBelow)
    {
        int n = problem.Clients.Length,
            d = problem.Dimensions;
        var index = Index(problem);
        var (rows, ends) = Rows(problem);
        DenseTravel[] travel = [.. problem.Travel.Select(matrix => Dense(matrix, rows, computeBelow))];
        bool timing = problem.Clients.Any(c => c.Windows.Length > 1) || problem.TravelSteps.Length > 0;
        TypeData[] types = [.. problem.Vehicles.Select((v, i) => Type(v, i, n, d, ends, travel, timing))];
        var pairs = Pairs(problem, index);
        int[] open = [.. problem.Clients.Select(c => c.Windows.IsEmpty ? 0 : c.Windows[0].Open)];
        int[] close = [.. problem.Clients.Select(c => c.Windows.IsEmpty ? RoutingLimits.Horizon : c.Windows[^1].Close)];
        int[] service = [.. problem.Clients.Select(c => c.Service)];
        var (group, groups) = Groups(problem);
        double weightCost = WeightCost(problem, types);
        bool[]? allowed = Allowed(problem);
        bool mixed = IsMixed(problem),
            duration = types.Any(t => t.DurationMatters),
            rich = types.Any(t => t.Rich);
        double[] misses = [.. problem.Clients.Select(c => c.Prize ?? (weightCost * c.LeftOutWeight))];
        var first = travel[types[0].Source.Profile];
        var (adjacent, adjacentWidth) = Neighbours.Nearest(first, n, Math.Min(widths.Adjacent, n), null);
        var (near, listed) = Neighbours.Nearest(first, n, Math.Min(widths.Far, n - 1), new(open, close, service));
        return new SearchData
        {
            Problem = problem,
            Count = n,
            Dimensions = d,
            Types = types,
            Open = open,
            Close = close,
            Service = service,
            Delivery = Flat(problem.Clients, c => c.Delivery, d),
            Pickup = Flat(problem.Clients, c => c.Pickup, d),
            PairLoad = pairs.Load,
            Mate = pairs.Mate,
            IsPickupEnd = pairs.PickupEnd,
            Groups = groups,
            Group = group,
            Miss = misses,
            Weight = [.. problem.Clients.Select(c => c.LeftOutWeight)],
            WeightCost = weightCost,
            Worth = Worths(problem, misses),
            Optional = [.. problem.Clients.Select(c => c.Prize is not null)],
            Allowed = allowed,
            Adjacent = adjacent,
            AdjacentWidth = adjacentWidth,
            Near = near,
            NearWidth = Math.Min(widths.Near, listed),
            FarWidth = listed,
            Timed = IsTimed(problem),
            AnyPairs = problem.Pairs.Length > 0,
            MixedLoads = mixed,
            AnyRich = rich,
            AnyDuration = duration,
            ExtraChecks = d > 1 || mixed || rich || duration || AnyLimit(types) || allowed is not null,
            TotalVehicles = (int)Math.Min(n, types.Sum(t => (long)t.Count)),
            LockedTypesAndClients = [.. problem.Locked.Select(l => TypeAndClients(l, types, index))],
        };
    }

    private static Dictionary<string, int> Index(RoutingProblem problem)
    {
        var index = new Dictionary<string, int>(problem.Clients.Length);
        for (int c = 0; c < problem.Clients.Length; c++)
        {
            index[problem.Clients[c].Id] = c;
        }
        return index;
    }

    private static (int[] Mate, bool[] PickupEnd, int[] Load) Pairs(
        RoutingProblem problem,
        Dictionary<string, int> index
    )
    {
        int n = problem.Clients.Length,
            d = problem.Dimensions;
        int[] mate = Enumerable.Repeat(-1, n).ToArray();
        var pickupEnd = new bool[n];
        var load = new int[n * d];
        foreach (var pair in problem.Pairs)
        {
            int p = index[pair.PickupClient],
                q = index[pair.DeliveryClient];
            (mate[p], mate[q], pickupEnd[p]) = (q, p, true);
            for (int k = 0; k < Math.Min(d, pair.Amount.Length); k++)
            {
                load[p * d + k] = pair.Amount[k];
                load[q * d + k] = -pair.Amount[k];
            }
        }
        return (mate, pickupEnd, load);
    }

    /// <summary>Each client's group, or -1, and what leaving out each group means: its weightiest and its dearest
    /// member count.</summary>
    private static (int[] Group, LeftOut[] Groups) Groups(RoutingProblem problem)
    {
        var members = problem.Clients.Where(c => c.Group is not null).GroupBy(c => c.Group!).ToList();
        var index = members.Select((g, k) => (g.Key, k)).ToDictionary();
        return (
            [.. problem.Clients.Select(c => c.Group is null ? -1 : index[c.Group])],
            [.. members.Select(g => new LeftOut(g.Max(c => c.LeftOutWeight), g.Max(c => c.Prize ?? 0)))]
        );
    }

    /// <summary>Whether a vehicle may carry loads to deliver and loads picked up at once.</summary>
    private static bool IsMixed(RoutingProblem problem)
    {
        bool hasDelivery = problem.Clients.Any(c => c.Delivery.Any(a => a > 0));
        bool hasPickup = problem.Clients.Any(c => c.Pickup.Any(a => a > 0));
        return (hasDelivery && hasPickup) || problem.Pairs.Length > 0;
    }

    private static bool AnyLimit(TypeData[] types) =>
        types.Any(t => t.MaxDistance != int.MaxValue || t.MaxDriving != int.MaxValue || t.MaxStops != int.MaxValue);

    private static int[] TypeAndClients(LockedPrefix locked, TypeData[] types, Dictionary<string, int> index) =>
        [types.First(t => t.Source.Id == locked.VehicleType).Index, .. locked.Clients.Select(c => index[c])];

    private static bool IsTimed(RoutingProblem problem) =>
        problem.Clients.Any(c => c.Windows.Length > 0)
        || problem.TravelSteps.Length > 0
        || problem.Vehicles.Any(v =>
            v.Shift != ServiceWindow.Always || DurationMatters(v) || v.Breaks.Length > 0 || v.DrivingRule is not null
        );

    private static bool DurationMatters(VehicleType v) =>
        v.DurationCost != 0 || v.MaxDuration is not null || (v.OvertimeCost != 0 && v.RegularDuration is not null);

    private static (int[] Rows, Dictionary<int, int> Ends) Rows(RoutingProblem problem)
    {
        List<int> rows = [.. problem.Clients.Select(c => c.Location)];
        var ends = new Dictionary<int, int>();
        var reloads = problem.Vehicles.Where(v => v.Reload is not null).Select(v => (int?)v.Reload!.Location);
        foreach (int? place in problem.Vehicles.SelectMany(v => (int?[])[v.Start, v.End]).Concat(reloads))
        {
            if (ends.TryAdd(place ?? -1, rows.Count))
            {
                rows.Add(place ?? -1);
            }
        }
        return ([.. rows], ends);
    }

    private static DenseTravel Dense(TravelMatrix matrix, int[] rows, int computeBelow)
    {
        int size = rows.Length;
        if (size > RoutingLimits.StoredLocations || size < computeBelow)
        {
            return new DenseTravel
            {
                Rows = size,
                Distance = null,
                DistanceTo = null,
                Duration = null,
                DurationTo = null,
                Source = matrix,
                LocationOf = rows,
            };
        }
        int[] distance = Cells(rows, matrix.Distance);
        int[] duration = matrix.DurationIsDistance ? distance : Cells(rows, matrix.Duration);
        int[] distanceTo = Transposed(distance, size);
        int[] durationTo = ReferenceEquals(distance, duration) ? distanceTo : Transposed(duration, size);
        return new DenseTravel
        {
            Rows = size,
            Distance = distance,
            DistanceTo = distanceTo,
            Duration = duration,
            DurationTo = durationTo,
            Source = matrix,
            LocationOf = rows,
        };
    }

    private static int[] Cells(int[] rows, Func<int, int, int> cell)
    {
        var cells = new int[rows.Length * rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < rows.Length; j++)
            {
                cells[i * rows.Length + j] = rows[i] < 0 || rows[j] < 0 ? 0 : cell(rows[i], rows[j]);
            }
        }
        return cells;
    }

    /// <summary>The same array when the matrix is symmetric: half the memory for the caches.</summary>
    private static int[] Transposed(int[] cells, int size)
    {
        var result = new int[cells.Length];
        bool symmetric = true;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                result[j * size + i] = cells[i * size + j];
                symmetric &= cells[i * size + j] == cells[j * size + i];
            }
        }
        return symmetric ? cells : result;
    }

    private static TypeData Type(
        VehicleType v,
        int index,
        int clients,
        int dimensions,
        Dictionary<int, int> ends,
        DenseTravel[] travel,
        bool rich
    )
    {
        var capacity = new int[dimensions];
        Array.Fill(capacity, int.MaxValue);
        for (int k = 0; k < Math.Min(dimensions, v.Capacity.Length); k++)
        {
            capacity[k] = v.Capacity[k];
        }
        return new TypeData
        {
            Source = v,
            Index = index,
            Count = Math.Min(v.Count, clients),
            StartRow = ends[v.Start ?? -1],
            EndRow = ends[v.End ?? -1],
            Capacity = capacity,
            Travel = travel[v.Profile],
            DurationMatters = DurationMatters(v),
            Rich = rich || v.Breaks.Length > 0 || v.DrivingRule is not null || v.Reload is not null,
            MaxDuration = v.MaxDuration ?? int.MaxValue,
            MaxDistance = v.MaxDistance ?? int.MaxValue,
            MaxDriving = v.MaxDriving ?? int.MaxValue,
            MaxStops = v.MaxStops ?? int.MaxValue,
            RegularDuration = v.RegularDuration ?? int.MaxValue,
        };
    }

    private static int[] Flat(ImmutableArray<Client> clients, Func<Client, ImmutableArray<int>> pick, int dimensions)
    {
        var flat = new int[clients.Length * dimensions];
        for (int c = 0; c < clients.Length; c++)
        {
            var amounts = pick(clients[c]);
            for (int k = 0; k < Math.Min(dimensions, amounts.Length); k++)
            {
                flat[c * dimensions + k] = amounts[k];
            }
        }
        return flat;
    }

    private static bool[]? Allowed(RoutingProblem problem)
    {
        if (problem.Clients.All(c => c.Skills.IsEmpty && c.OnlyVehicles.IsEmpty))
        {
            return null;
        }
        int n = problem.Clients.Length;
        var allowed = new bool[problem.Vehicles.Length * n];
        for (int t = 0; t < problem.Vehicles.Length; t++)
        {
            var v = problem.Vehicles[t];
            for (int c = 0; c < n; c++)
            {
                var client = problem.Clients[c];
                allowed[t * n + c] =
                    client.Skills.All(v.Skills.Contains)
                    && (client.OnlyVehicles.IsEmpty || client.OnlyVehicles.Contains(v.Id));
            }
        }
        return allowed;
    }

    private static double[] Worths(RoutingProblem problem, double[] misses)
    {
        var dearest = problem
            .Clients.Select((c, i) => (c.Group, Miss: misses[i]))
            .Where(p => p.Group is not null)
            .GroupBy(p => p.Group!)
            .ToDictionary(g => g.Key, g => g.Max(p => p.Miss));
        return [.. problem.Clients.Select((c, i) => c.Group is null ? misses[i] : dearest[c.Group])];
    }

    /// <summary>More than any single insertion costs.</summary>
    private static double WeightCost(RoutingProblem problem, TypeData[] types)
    {
        double longest = 1;
        foreach (var t in types)
        {
            double leg = 0,
                time = 0;
            for (int c = 0; c < problem.Clients.Length; c++)
            {
                leg = Math.Max(leg, Math.Max(t.Travel.Leg(t.StartRow, c), t.Travel.Leg(c, t.EndRow)));
                time = Math.Max(time, t.Travel.Time(t.StartRow, c) + problem.Clients[c].Service);
            }
            double span = t.DurationMatters ? Math.Min(t.Source.Shift.Close, time * 20) : 0;
            longest = Math.Max(
                longest,
                t.Source.FixedCost
                    + (4 * leg * t.Source.DistanceCost)
                    + (span * (t.Source.DurationCost + t.Source.OvertimeCost))
            );
        }
        return longest * 4;
    }
}
