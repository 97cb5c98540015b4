using Lading.Optimization.Routing;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>The best cost of a small problem by enumeration: every sequence for every vehicle type, every whole start
/// time, every choice of break, rest and reload; then the best way to split the clients over the fleet.</summary>
internal sealed class BruteForce(RoutingProblem problem)
{
    private sealed record Trip(
        int Time,
        int Arrived,
        int Since,
        int Taken,
        int Reloads,
        long Distance,
        int Start,
        long Driving = 0
    );

    private readonly Dictionary<string, int> index = problem.Clients.Select((c, i) => (c.Id, i)).ToDictionary();
    private double[][] best = [];

    /// <summary>Least weight of required clients left out, then least cost with that.</summary>
    public (long Weight, double Cost) Solve()
    {
        int n = problem.Clients.Length,
            full = 1 << n;
        best = [.. problem.Vehicles.Select(_ => Enumerable.Repeat(double.PositiveInfinity, full).ToArray())];
        for (int t = 0; t < best.Length; t++)
        {
            Sequences(t, [], 0);
        }
        var answer = (Weight: long.MaxValue, Cost: double.PositiveInfinity);
        int[] left = [.. problem.Vehicles.Select(v => v.Count)];
        Split(0, 0, 0, left, problem.Locked.Length > 0 ? 0 : -1, ref answer);
        return answer;
    }

    private void Sequences(int type, List<int> sequence, int set)
    {
        if (sequence.Count > 0)
        {
            double cost = Route(problem.Vehicles[type], sequence);
            if (problem.Locked.Length == 0 || LockRespected(problem.Vehicles[type], sequence))
            {
                best[type][set] = Math.Min(best[type][set], cost);
            }
        }
        for (int c = 0; c < problem.Clients.Length; c++)
        {
            if ((set >> c & 1) == 0)
            {
                Sequences(type, [.. sequence, c], set | (1 << c));
            }
        }
    }

    private bool LockRespected(VehicleType vehicle, List<int> sequence)
    {
        int[] locked = [.. problem.Locked[0].Clients.Select(c => index[c])];
        bool kept = vehicle.Id == problem.Locked[0].VehicleType && sequence.Take(locked.Length).SequenceEqual(locked);
        return kept || !sequence.Any(locked.Contains);
    }

    private void Split(int used, double cost, int fromType, int[] left, int locked, ref (long, double) answer)
    {
        var (weight, lost) = LeftOut(used);
        if (weight >= 0 && (weight, cost + lost).CompareTo(answer) < 0 && (locked < 0 || (used & 3) == 3))
        {
            answer = (weight, cost + lost);
        }
        for (int t = fromType; t < best.Length; t++)
        {
            if (left[t] == 0)
            {
                continue;
            }
            for (int set = 1; set < best[t].Length; set++)
            {
                if ((set & used) == 0 && best[t][set] < double.PositiveInfinity)
                {
                    left[t]--;
                    Split(used | set, cost + best[t][set], t, left, locked, ref answer);
                    left[t]++;
                }
            }
        }
    }

    private (long Weight, double Lost) LeftOut(int used)
    {
        var groups = new Dictionary<string, (int Served, double Prize, long Weight)>();
        for (int c = 0; c < problem.Clients.Length; c++)
        {
            var client = problem.Clients[c];
            string key = client.Group ?? "client " + c;
            var (served, prize, weight) = groups.GetValueOrDefault(key);
            groups[key] = (
                served + (used >> c & 1),
                Math.Max(prize, client.Prize ?? 0),
                Math.Max(weight, client.Prize is null ? 1 + client.Priority : 0)
            );
        }
        return groups.Values.Any(g => g.Served > 1)
            ? (-1, 0)
            : (
                groups.Values.Where(g => g.Served == 0).Sum(g => g.Weight),
                groups.Values.Where(g => g.Served == 0).Sum(g => g.Prize)
            );
    }

    public double Route(VehicleType v, List<int> sequence)
    {
        if (
            sequence.Any(c => problem.Clients[c].Skills.Any(s => !v.Skills.Contains(s)))
            || sequence.Any(c => problem.Clients[c].OnlyVehicles is { IsEmpty: false } only && !only.Contains(v.Id))
            || sequence.Count > (v.MaxStops ?? int.MaxValue)
            || !PairsHold(sequence)
        )
        {
            return double.PositiveInfinity;
        }
        bool length = v.DurationCost > 0 || v.MaxDuration is not null || v.OvertimeCost > 0;
        double least = double.PositiveInfinity;
        for (int start = v.Shift.Open; start <= (length ? v.Shift.Close : v.Shift.Open); start++)
        {
            least = Math.Min(least, From(v, sequence, 0, new Trip(start, start, 0, 0, 0, 0, 0), start));
        }
        return least;
    }

    private bool PairsHold(List<int> sequence) =>
        problem.Pairs.All(p =>
        {
            int a = sequence.IndexOf(index[p.PickupClient]),
                b = sequence.IndexOf(index[p.DeliveryClient]);
            return (a < 0 && b < 0) || (a >= 0 && b > a);
        });

    /// <summary>Before leaving a stop: nothing, a break or a rest; then the next stop at once or by way of a reload.
    /// </summary>
    private double From(VehicleType v, List<int> sequence, int k, Trip at, int start)
    {
        List<Trip> ready = [at];
        for (int b = 0; b < v.Breaks.Length; b++)
        {
            if ((at.Taken >> b & 1) == 0 && at.Time <= v.Breaks[b].Window.Close)
            {
                int end = Math.Max(at.Time, v.Breaks[b].Window.Open) + v.Breaks[b].Duration;
                ready.Add(at with { Time = end, Taken = at.Taken | 1 << b });
            }
        }
        if (v.DrivingRule is { } rule)
        {
            ready.Add(at with { Time = Math.Max(at.Time, at.Arrived + rule.Rest) });
        }
        double least = ready.Min(r => Go(v, sequence, k, r, start, false));
        bool reloads = k > 0 && k < sequence.Count && at.Reloads < (v.Reload?.MaxReloads ?? 0);
        return reloads && !PairAboard(sequence, k)
            ? Math.Min(least, ready.Min(r => Go(v, sequence, k, r, start, true)))
            : least;
    }

    private bool PairAboard(List<int> sequence, int k) =>
        problem.Pairs.Any(p =>
            sequence.IndexOf(index[p.PickupClient]) is >= 0 and var picked
            && picked < k
            && sequence.IndexOf(index[p.DeliveryClient]) >= k
        );

    private double Go(VehicleType v, List<int> sequence, int k, Trip at, int start, bool reload)
    {
        int? place = k == 0 ? v.Start : problem.Clients[sequence[k - 1]].Location;
        if (reload)
        {
            at = Drive(v, place, v.Reload!.Location, at);
            at = at with { Time = at.Time + v.Reload.Service, Reloads = at.Reloads + 1, Start = k };
            place = v.Reload.Location;
        }
        bool last = k == sequence.Count;
        at = Drive(v, place, last ? v.End : problem.Clients[sequence[k]].Location, at);
        double least = Arrive(v, sequence, k, at, start);
        for (int b = 0; b < v.Breaks.Length; b++)
        {
            if ((at.Taken >> b & 1) == 0 && at.Time <= v.Breaks[b].Window.Close)
            {
                int end = Math.Max(at.Time, v.Breaks[b].Window.Open) + v.Breaks[b].Duration;
                var rested = at with { Time = end, Taken = at.Taken | 1 << b };
                least = Math.Min(least, Arrive(v, sequence, k, rested, start));
            }
        }
        return least;
    }

    private double Arrive(VehicleType v, List<int> sequence, int k, Trip at, int start)
    {
        bool missedBreak = v
            .Breaks.Where((b, i) => (at.Taken >> i & 1) == 0 && start <= b.Window.Close && at.Arrived > b.Window.Close)
            .Any();
        if (missedBreak || at.Distance > (v.MaxDistance ?? int.MaxValue) || at.Driving > (v.MaxDriving ?? int.MaxValue))
        {
            return double.PositiveInfinity;
        }
        if (k == sequence.Count)
        {
            int length = at.Time - start;
            return
                at.Time > v.Shift.Close
                || length > (v.MaxDuration ?? int.MaxValue)
                || !Fits(v, sequence.Skip(at.Start).ToList())
                ? double.PositiveInfinity
                : v.FixedCost
                    + (at.Distance * v.DistanceCost)
                    + (length * v.DurationCost)
                    + (Math.Max(0, length - (v.RegularDuration ?? length)) * v.OvertimeCost);
        }
        var c = problem.Clients[sequence[k]];
        if (!Fits(v, sequence.Skip(at.Start).Take(k + 1 - at.Start).ToList()))
        {
            return double.PositiveInfinity;
        }
        var windows = c.Windows.IsEmpty ? [ServiceWindow.Always] : c.Windows;
        foreach (var w in windows.Where(w => at.Time <= w.Close))
        {
            int begin = Math.Max(at.Time, w.Open);
            return From(v, sequence, k + 1, at with { Time = begin + c.Service }, start);
        }
        return double.PositiveInfinity;
    }

    private bool Fits(VehicleType v, List<int> trip)
    {
        for (int d = 0; d < problem.Dimensions; d++)
        {
            int load = trip.Sum(c => At(problem.Clients[c].Delivery, d)),
                most = load;
            foreach (int c in trip)
            {
                var client = problem.Clients[c];
                load += At(client.Pickup, d) - At(client.Delivery, d);
                load += problem.Pairs.Where(p => p.PickupClient == client.Id).Sum(p => At(p.Amount, d));
                load -= problem.Pairs.Where(p => p.DeliveryClient == client.Id).Sum(p => At(p.Amount, d));
                most = Math.Max(most, load);
            }
            if (most > v.Capacity[d])
            {
                return false;
            }
        }
        return true;
    }

    private static int At(System.Collections.Immutable.ImmutableArray<int> a, int d) => d < a.Length ? a[d] : 0;

    private Trip Drive(VehicleType v, int? from, int? to, Trip at)
    {
        int matrix = from is { } a && to is { } b ? problem.Travel[v.Profile].Duration(a, b) : 0;
        int distance = from is { } x && to is { } y ? problem.Travel[v.Profile].Distance(x, y) : 0;
        int since = v.DrivingRule is { } r && at.Time - at.Arrived >= r.Rest ? 0 : at.Since,
            time = at.Time,
            wheel = matrix;
        if (v.DrivingRule is { } rule)
        {
            for (int unit = 0; unit < matrix; unit++)
            {
                if (since == rule.After)
                {
                    (since, time) = (0, time + rule.Rest);
                }
                (since, time) = (since + 1, time + 1);
            }
        }
        else
        {
            time = Traffic(time, matrix);
            wheel = time - at.Time;
        }
        return at with
        {
            Time = time,
            Arrived = time,
            Since = since,
            Distance = at.Distance + distance,
            Driving = at.Driving + wheel,
        };
    }

    /// <summary>Moves through time in small slices.</summary>
    private int Traffic(int time, int matrix)
    {
        if (problem.TravelSteps.IsEmpty)
        {
            return time + matrix;
        }
        const int slices = 8;
        int at = time * slices;
        double work = matrix;
        while (work > 1e-9)
        {
            double factor = problem.TravelSteps.LastOrDefault(s => s.From * slices <= at, new TravelStep(0, 1)).Factor;
            work -= 1.0 / slices / factor;
            at++;
        }
        return (at + slices - 1) / slices;
    }
}
