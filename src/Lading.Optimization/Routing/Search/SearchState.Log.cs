namespace Lading.Optimization.Routing.Search;

internal sealed partial class SearchState
{
    private readonly int[] stamp;
    private readonly bool[] queued;
    private readonly int[] freeSlots;
    private readonly List<(int Route, RouteState State, int From, int Count)> routeLog = [];
    private Node[] nodeLog = new Node[256];
    private int[] nodeIds = new int[256];
    private int[] absentLog = [];
    private int nodeLogCount;
    private int absentLogCount;
    private int freeCount;
    private int step;
    private double costLog;

    /// <summary>Routes changed since <see cref="Begin"/>.</summary>
    public int TouchedCount => routeLog.Count;

    public int Touched(int k) => routeLog[k].Route;

    private void Queue(int r)
    {
        if (!queued[r])
        {
            queued[r] = true;
            freeSlots[freeCount++] = r;
        }
    }

    /// <summary>Starts a step that may be rolled back.</summary>
    public void Begin()
    {
        step++;
        routeLog.Clear();
        nodeLogCount = 0;
        if (absentLog.Length < AbsentCount)
        {
            absentLog = new int[Math.Max(64, AbsentCount * 2)];
        }
        Array.Copy(Absent, absentLog, AbsentCount);
        absentLogCount = AbsentCount;
        costLog = RouteCost;
    }

    /// <summary>Must be called before a route is changed within a step.</summary>
    public void Touch(int r)
    {
        if (stamp[r] == step)
        {
            return;
        }
        stamp[r] = step;
        int from = nodeLogCount;
        if (Routes[r].Type >= 0)
        {
            int needed = nodeLogCount + Routes[r].Count + 2;
            if (needed > nodeLog.Length)
            {
                Array.Resize(ref nodeLog, needed * 2);
                Array.Resize(ref nodeIds, needed * 2);
            }
            for (int v = StartOf(r); v >= 0; v = Nodes[v].Next)
            {
                nodeIds[nodeLogCount] = v;
                nodeLog[nodeLogCount++] = Nodes[v];
            }
        }
        routeLog.Add((r, Routes[r], from, nodeLogCount - from));
    }

    /// <summary>Frees routes that ended empty. Part of the step.</summary>
    public void ReleaseEmpty()
    {
        for (int k = 0; k < routeLog.Count; k++)
        {
            int r = routeLog[k].Route;
            if (Routes[r].Type >= 0 && Routes[r].Count == 0)
            {
                Assign(r, -1);
            }
        }
    }

    /// <summary>A route changed in this step breaks a rule.</summary>
    public bool LeftBroken()
    {
        for (int k = 0; k < routeLog.Count; k++)
        {
            ref readonly var route = ref Routes[routeLog[k].Route];
            if (route.Type >= 0 && route.Broken)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Puts everything back as it was at <see cref="Begin"/>.</summary>
    public void Rollback()
    {
        for (int k = 0; k < routeLog.Count; k++)
        {
            int r = routeLog[k].Route;
            if (Routes[r].Type >= 0)
            {
                UsedOfType[Routes[r].Type]--;
                UsedRoutes--;
                DropGroups(r);
            }
        }
        for (int k = 0; k < absentLogCount; k++)
        {
            Absent[k] = absentLog[k];
            Nodes[absentLog[k]].Route = -1;
        }
        AbsentCount = absentLogCount;
        for (int k = 0; k < routeLog.Count; k++)
        {
            var (r, state, from, count) = routeLog[k];
            Routes[r] = state;
            if (state.Type < 0)
            {
                Queue(r);
                continue;
            }
            UsedOfType[state.Type]++;
            UsedRoutes++;
            for (int i = from; i < from + count; i++)
            {
                Nodes[nodeIds[i]] = nodeLog[i];
            }
            TakeGroups(r);
            if (Data.MixedLoads || Data.AnyDuration || Data.Dimensions > 1)
            {
                Refresh(r);
            }
        }
        RouteCost = costLog;
    }

    private void DropGroups(int r)
    {
        if (Data.Groups.Length == 0)
        {
            return;
        }
        for (int v = Nodes[StartOf(r)].Next; v != EndOf(r); v = Nodes[v].Next)
        {
            if (Data.Group[v] >= 0)
            {
                GroupServed[Data.Group[v]] = false;
            }
        }
    }

    private void TakeGroups(int r)
    {
        if (Data.Groups.Length == 0)
        {
            return;
        }
        for (int v = Nodes[StartOf(r)].Next; v != EndOf(r); v = Nodes[v].Next)
        {
            if (Data.Group[v] >= 0)
            {
                GroupServed[Data.Group[v]] = true;
            }
        }
    }
}
