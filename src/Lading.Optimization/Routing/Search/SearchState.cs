namespace Lading.Optimization.Routing.Search;

/// <summary>A client or route end in its route. Kept in 32 bytes: two to a cache line.</summary>
internal struct Node
{
    public int Prev;
    public int Next;

    /// <summary>Slot, or -1 when absent.</summary>
    public int Route;

    /// <summary>Row in the travel matrices.</summary>
    public int Row;

    /// <summary>Earliest departure given what comes before.</summary>
    public int Ready;

    /// <summary>Latest begin of service for which all that follows stays in time.</summary>
    public int Late;

    /// <summary>Distance to <see cref="Next"/>.</summary>
    public int LegOut;

    /// <summary>Nothing may be put before it, and it stays.</summary>
    public bool Locked;
}

/// <summary>Shortest duration and the span of starts that attain it, of a feasible run of stops (Vidal et al. 2013,
/// without time warp: the search keeps to feasible routes).</summary>
internal readonly record struct Span3(int Duration, int Earliest, int Latest)
{
    public const int Infeasible = -1;

    public static Span3 Join(in Span3 a, int travel, in Span3 b)
    {
        long ahead = (long)a.Duration + travel;
        if (a.Duration < 0 || b.Duration < 0 || a.Earliest + ahead > b.Latest)
        {
            return new Span3(Infeasible, 0, 0);
        }
        long wait = Math.Max(0, b.Earliest - ahead - a.Latest);
        long earliest = Math.Max(b.Earliest - ahead, a.Earliest) - wait;
        long latest = Math.Min(b.Latest - ahead, a.Latest);
        return new Span3((int)(ahead + b.Duration + wait), (int)earliest, (int)latest);
    }
}

internal struct RouteState
{
    /// <summary>-1: the slot is free.</summary>
    public int Type;
    public int Count;
    public int LockedCount;
    public int Free;
    public double DistanceCost;

    /// <summary>Over the stops in their order; ways to a reload come only with the schedule.</summary>
    public long Distance;
    public long Driving;
    public double Cost;

    /// <summary>It breaks a rule as it stands: taking a stop out may make a route later or longer (a matrix without the
    /// triangle inequality, traffic).</summary>
    public bool Broken;
}

/// <summary>The current solution of one search thread: routes as linked lists over flat arrays, with what O(1)
/// insertion checks need kept per node. Changes within a step are logged per route and can be rolled back.</summary>
internal sealed partial class SearchState
{
    public readonly SearchData Data;
    public readonly Node[] Nodes;
    public readonly RouteState[] Routes;
    public readonly int[] UsedOfType;
    public readonly Span3[] Before;
    public readonly Span3[] After;
    public readonly long[] LoadAt;
    public readonly long[] MaxBefore;
    public readonly long[] MaxAfter;
    public readonly long[] RouteLoad;
    public readonly int[] Absent;
    public readonly bool[] GroupServed;
    public readonly RichSchedule Schedule;
    public int AbsentCount;
    public int UsedRoutes;

    /// <summary>No more routes than this are opened (fleet reduction).</summary>
    public int RouteCap;
    public double RouteCost;

    public SearchState(SearchData data)
    {
        Data = data;
        int n = data.Count,
            slots = data.TotalVehicles,
            d = data.Dimensions;
        Nodes = new Node[n + (2 * slots)];
        Routes = new RouteState[slots];
        UsedOfType = new int[data.Types.Length];
        bool duration = data.AnyDuration,
            loads = data.MixedLoads;
        Before = new Span3[duration ? Nodes.Length : 0];
        After = new Span3[duration ? Nodes.Length : 0];
        LoadAt = new long[loads ? Nodes.Length * d : 0];
        MaxBefore = new long[LoadAt.Length];
        MaxAfter = new long[LoadAt.Length];
        RouteLoad = new long[slots * d];
        Absent = new int[n];
        GroupServed = new bool[data.Groups.Length];
        Schedule = new RichSchedule(data);
        RouteCap = slots;
        stamp = new int[slots];
        queued = new bool[slots];
        freeSlots = new int[slots];
        Clear();
    }

    public void Clear()
    {
        int n = Data.Count;
        for (int c = 0; c < n; c++)
        {
            Nodes[c] = new Node
            {
                Prev = -1,
                Next = -1,
                Route = -1,
                Row = c,
            };
            Absent[c] = c;
        }
        AbsentCount = n;
        freeCount = 0;
        Array.Clear(queued);
        Array.Clear(UsedOfType);
        Array.Clear(GroupServed);
        for (int r = Routes.Length - 1; r >= 0; r--)
        {
            Routes[r] = new RouteState { Type = -1 };
            Queue(r);
        }
        (UsedRoutes, RouteCost) = (0, 0);
    }

    public int StartOf(int route) => Data.Count + (2 * route);

    public int EndOf(int route) => Data.Count + (2 * route) + 1;

    /// <summary>An empty route of the type; it must be filled or released within the same step.</summary>
    public int OpenRoute(int type)
    {
        int r;
        do
        {
            r = freeSlots[--freeCount];
            queued[r] = false;
        } while (Routes[r].Type >= 0);
        Touch(r);
        Assign(r, type);
        return r;
    }

    /// <summary>Makes the slot an empty route of the type, or frees it for type -1.</summary>
    private void Assign(int r, int type)
    {
        ref var route = ref Routes[r];
        if (route.Type >= 0)
        {
            UsedOfType[route.Type]--;
            UsedRoutes--;
        }
        RouteCost -= route.Cost;
        route = new RouteState { Type = type };
        if (type < 0)
        {
            Queue(r);
            return;
        }
        UsedOfType[type]++;
        UsedRoutes++;
        int s = StartOf(r),
            e = EndOf(r);
        Nodes[s] = new Node
        {
            Prev = -1,
            Next = e,
            Route = r,
        };
        Nodes[e] = new Node
        {
            Prev = s,
            Next = -1,
            Route = r,
        };
        SetType(r, type);
    }

    private void SetType(int r, int type)
    {
        var t = Data.Types[type];
        Routes[r].Type = type;
        Routes[r].DistanceCost = t.Source.DistanceCost;
        Nodes[StartOf(r)].Row = t.StartRow;
        Nodes[EndOf(r)].Row = t.EndRow;
    }

    /// <summary>Gives a route to another type; refresh it afterwards.</summary>
    public void Retype(int r, int type)
    {
        UsedOfType[Routes[r].Type]--;
        UsedOfType[type]++;
        SetType(r, type);
    }

    public void Link(int c, int after)
    {
        int r = Nodes[after].Route,
            next = Nodes[after].Next;
        Nodes[c].Prev = after;
        Nodes[c].Next = next;
        Nodes[c].Route = r;
        Nodes[after].Next = c;
        Nodes[next].Prev = c;
        Routes[r].Count++;
        if (Data.Group[c] >= 0)
        {
            GroupServed[Data.Group[c]] = true;
        }
    }

    /// <summary>Takes a client out; the caller touched the route before and refreshes it after.</summary>
    public void Unlink(int c)
    {
        ref var node = ref Nodes[c];
        Nodes[node.Prev].Next = node.Next;
        Nodes[node.Next].Prev = node.Prev;
        Routes[node.Route].Count--;
        node.Route = -1;
        if (AbsentCount < Absent.Length)
        {
            Absent[AbsentCount++] = c;
        }
        if (Data.Group[c] >= 0)
        {
            GroupServed[Data.Group[c]] = false;
        }
    }

    /// <summary>Everybody left out: alternatives only while their whole group is unserved, once.</summary>
    public LeftOut LeftOut()
    {
        long weight = 0;
        double prizes = 0;
        for (int k = 0; k < AbsentCount; k++)
        {
            int c = Absent[k];
            if (Data.Group[c] < 0)
            {
                weight += Data.Weight[c];
                prizes += Data.Optional[c] ? Data.Miss[c] : 0;
            }
        }
        for (int g = 0; g < GroupServed.Length; g++)
        {
            if (!GroupServed[g])
            {
                weight += Data.Groups[g].Weight;
                prizes += Data.Groups[g].Prizes;
            }
        }
        return new LeftOut(weight, prizes);
    }

    public bool IsMissing(int c) =>
        Nodes[c].Route < 0 && !Data.Optional[c] && (Data.Group[c] < 0 || !GroupServed[Data.Group[c]]);

    public int Sequence(int r, Span<int> into)
    {
        int count = 0,
            end = EndOf(r);
        for (int v = Nodes[StartOf(r)].Next; v != end; v = Nodes[v].Next)
        {
            into[count++] = v;
        }
        return count;
    }

    /// <summary>Rebuilds the list of absent clients from the nodes.</summary>
    public void CompactAbsent()
    {
        AbsentCount = 0;
        for (int c = 0; c < Data.Count; c++)
        {
            if (Nodes[c].Route < 0)
            {
                Absent[AbsentCount++] = c;
            }
        }
    }
}
