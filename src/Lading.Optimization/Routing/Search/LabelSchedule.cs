namespace Lading.Optimization.Routing.Search;

/// <summary>What may happen between two stops: a break or rest before leaving, a reload, a break on arrival.</summary>
internal readonly record struct LegAction(sbyte Before, bool Reload, sbyte OnArrival)
{
    public const sbyte None = -1;
    public const sbyte Rest = 100;
    public static readonly LegAction Plain = new(None, false, None);
}

internal struct Label
{
    public int Time;

    /// <summary>When the vehicle came to where it stands.</summary>
    public int Arrived;
    public int SinceRest;
    public int Taken;
    public int TripStart;
    public int Reloads;
    public long Driving;
    public long Distance;
    public int Parent;
    public LegAction Action;
}

/// <summary>Schedules a fixed sequence of clients under several windows, traffic, breaks, driving rules and reloads by
/// labels over the stops (dynamic programming with dominance; at most <see cref="Widest"/> labels per stop, so a very
/// constrained long route may be judged infeasible though it is not). Policy: service begins as early as it can, a
/// rest that the driving rule forces is taken on the road when the limit is reached, and a start later than the
/// opening of the shift is tried where duration matters.</summary>
internal sealed partial class LabelSchedule(SearchData data)
{
    private const int Widest = 24;
    private const int MostStarts = 40;

    private readonly TravelStep[] steps = [.. data.Problem.TravelSteps];
    private readonly List<LegAction> actions = [];
    private Label[] labels = new Label[256];
    private int[] first = new int[64];
    private int[] reach = new int[64];
    private int[] openPairs = new int[64];
    private int count;
    private int start;
    private bool lengthCounts;

    /// <summary>Cheapest cost of driving the clients in this order, or positive infinity.</summary>
    public double Cost(TypeData type, ReadOnlySpan<int> clients) => Best(type, clients, out _, out _);

    private double Best(TypeData type, ReadOnlySpan<int> clients, out int bestStart, out LegAction[]? path)
    {
        bestStart = type.Source.Shift.Open;
        path = null;
        if (!Prepare(type, clients))
        {
            return double.PositiveInfinity;
        }
        double best = double.PositiveInfinity;
        Span<int> starts = stackalloc int[MostStarts];
        int tries = Starts(type, clients, starts);
        for (int k = 0; k < tries; k++)
        {
            double cost = Run(type, clients, starts[k], out int last);
            if (cost < best)
            {
                (best, bestStart) = (cost, starts[k]);
                path = Trace(clients.Length, last);
            }
            if (k == 0 && type.DurationMatters && last >= 0)
            {
                int delay = Slack(type, clients, starts[0], Trace(clients.Length, last));
                starts[tries < MostStarts ? tries++ : tries - 1] = starts[0] + delay;
            }
        }
        return best;
    }

    private bool Prepare(TypeData type, ReadOnlySpan<int> clients)
    {
        int n = clients.Length;
        if (reach.Length < n + 2)
        {
            (reach, openPairs, first) = (new int[2 * n], new int[2 * n], new int[(2 * n) + 2]);
        }
        bool reloads = type.Source.Reload is not null;
        int open = 0;
        for (int k = 0; k < n; k++)
        {
            openPairs[k] = open;
            open +=
                data.Mate[clients[k]] < 0 ? 0
                : data.IsPickupEnd[clients[k]] ? 1
                : -1;
            reach[k] = k > 0 && !reloads ? reach[0] : FurthestLoad(type, clients, k);
        }
        return n == 0 || (n <= type.MaxStops && (reloads ? reach[0] >= 0 : reach[0] == n - 1));
    }

    /// <summary>Last client that still fits when the vehicle leaves the depot for client k.</summary>
    private int FurthestLoad(TypeData type, ReadOnlySpan<int> clients, int k)
    {
        int last = clients.Length - 1;
        for (int d = 0; d < data.Dimensions; d++)
        {
            long most = 0,
                aboard = 0;
            for (int i = k; i <= last; i++)
            {
                int at = (clients[i] * data.Dimensions) + d;
                aboard += data.Pickup[at] + data.PairLoad[at];
                // What is delivered here was aboard all the way, whatever else was.
                most = Math.Max(most + data.Delivery[at], aboard);
                if (most > type.Capacity[d])
                {
                    last = i - 1;
                }
            }
        }
        return last;
    }

    private int Starts(TypeData type, ReadOnlySpan<int> clients, Span<int> starts)
    {
        var shift = type.Source.Shift;
        starts[0] = shift.Open;
        int tries = 1;
        if (!type.DurationMatters || clients.Length > 12)
        {
            return tries;
        }
        int row = type.StartRow,
            ahead = 0;
        foreach (int c in clients)
        {
            ahead += type.Travel.Time(row, c);
            foreach (var window in data.Problem.Clients[c].Windows)
            {
                Edges(type, window, ahead, starts, ref tries);
            }
            BreakEdges(type, ahead, starts, ref tries);
            ahead += data.Service[c];
            BreakEdges(type, ahead, starts, ref tries);
            row = c;
        }
        foreach (var rest in type.Source.Breaks)
        {
            Add(rest.Window.Close + 1, shift, starts, ref tries);
        }
        return tries;
    }

    /// <summary>Starts for which a window's edge is met without waiting, with and without each break before it.
    /// </summary>
    private static void Edges(TypeData type, ServiceWindow window, int ahead, Span<int> starts, ref int tries)
    {
        Add(window.Open - ahead, type.Source.Shift, starts, ref tries);
        Add(window.Close - ahead, type.Source.Shift, starts, ref tries);
        foreach (var rest in type.Source.Breaks)
        {
            Add(window.Open - ahead - rest.Duration, type.Source.Shift, starts, ref tries);
            Add(window.Close - ahead - rest.Duration, type.Source.Shift, starts, ref tries);
        }
    }

    /// <summary>Starts for which a break begins at an edge of its window, this far into the route.</summary>
    private static void BreakEdges(TypeData type, int ahead, Span<int> starts, ref int tries)
    {
        foreach (var rest in type.Source.Breaks)
        {
            Add(rest.Window.Open - ahead, type.Source.Shift, starts, ref tries);
            Add(rest.Window.Close - ahead, type.Source.Shift, starts, ref tries);
        }
    }

    private static void Add(int edge, ServiceWindow shift, Span<int> starts, ref int tries)
    {
        if (edge > shift.Open && edge <= shift.Close && tries < MostStarts - 1 && starts[..tries].IndexOf(edge) < 0)
        {
            starts[tries++] = edge;
        }
    }

    private double Run(TypeData type, ReadOnlySpan<int> clients, int startTime, out int bestLast)
    {
        (start, count, bestLast) = (startTime, 0, -1);
        lengthCounts = startTime != type.Source.Shift.Open || !type.DurationMatters;
        Push(
            new Label
            {
                Time = start,
                Arrived = start,
                Parent = -1,
            }
        );
        first[0] = 0;
        for (int k = 0; k <= clients.Length; k++)
        {
            first[k + 1] = count;
            for (int from = first[k]; from < first[k + 1]; from++)
            {
                Expand(type, clients, k, from);
            }
            if (count == first[k + 1])
            {
                return double.PositiveInfinity;
            }
        }
        double best = double.PositiveInfinity;
        bestLast = first[clients.Length + 1];
        for (int l = first[clients.Length + 1]; l < count; l++)
        {
            int length = labels[l].Time - start;
            double cost =
                length > type.MaxDuration
                    ? double.PositiveInfinity
                    : type.Source.FixedCost + (labels[l].Distance * type.Source.DistanceCost) + type.TimeCost(length);
            if (cost < best)
            {
                (best, bestLast) = (cost, l);
            }
        }
        return best;
    }

    private void Expand(TypeData type, ReadOnlySpan<int> clients, int k, int from)
    {
        actions.Clear();
        Actions(type, labels[from], k, k == clients.Length, actions);
        for (int a = 0; a < actions.Count; a++)
        {
            var next = labels[from];
            if (Step(type, clients, k, actions[a], ref next, null))
            {
                next.Parent = from;
                next.Action = actions[a];
                Push(next, first[k + 1]);
            }
        }
    }

    private void Actions(TypeData type, in Label at, int k, bool last, List<LegAction> into)
    {
        var source = type.Source;
        bool reload = source.Reload is { } rule && k > 0 && !last && at.Reloads < rule.MaxReloads && openPairs[k] == 0;
        for (int before = LegAction.None; before <= source.Breaks.Length; before++)
        {
            bool rest = before == source.Breaks.Length;
            if (rest ? source.DrivingRule is null || at.SinceRest == 0 : before >= 0 && (at.Taken >> before & 1) != 0)
            {
                continue;
            }
            sbyte code = rest ? LegAction.Rest : (sbyte)before;
            for (int after = LegAction.None; after < source.Breaks.Length; after++)
            {
                if (after >= 0 && (after == before || (at.Taken >> after & 1) != 0))
                {
                    continue;
                }
                into.Add(new LegAction(code, false, (sbyte)after));
                if (reload)
                {
                    into.Add(new LegAction(code, true, (sbyte)after));
                }
            }
        }
    }

    private void Push(in Label label, int peersFrom = int.MaxValue)
    {
        int latest = -1;
        for (int l = peersFrom; l < count; l++)
        {
            ref readonly var o = ref labels[l];
            if (Dominates(o, label))
            {
                return;
            }
            if (Dominates(label, o))
            {
                labels[l] = label;
                return;
            }
            latest = latest < 0 || o.Time > labels[latest].Time ? l : latest;
        }
        if (peersFrom < count && count - peersFrom >= Widest)
        {
            if (labels[latest].Time > label.Time)
            {
                labels[latest] = label;
            }
            return;
        }
        if (count == labels.Length)
        {
            Array.Resize(ref labels, count * 2);
        }
        labels[count++] = label;
    }

    private static bool Dominates(in Label a, in Label b) =>
        a.Time <= b.Time
        && a.Distance <= b.Distance
        && a.SinceRest <= b.SinceRest
        && a.Driving <= b.Driving
        && a.Taken == b.Taken
        && a.TripStart >= b.TripStart
        && a.Reloads <= b.Reloads
        && a.Arrived <= b.Arrived;

    private LegAction[]? Trace(int clients, int last)
    {
        if (last < 0)
        {
            return null;
        }
        var path = new LegAction[clients + 1];
        for (int k = clients; k >= 0; k--)
        {
            path[k] = labels[last].Action;
            last = labels[last].Parent;
        }
        return path;
    }
}
