namespace Lading.Optimization.Routing.Search;

internal sealed partial class SearchState
{
    private int[] refreshBuffer = new int[64];

    /// <summary>Recomputes everything kept about a route. Returns false when the route breaks a rule: one from outside
    /// (warm start, locked prefix, another type), or one that a stop was taken out of.</summary>
    public bool Refresh(int r)
    {
        ref var route = ref Routes[r];
        var type = Data.Types[route.Type];
        RouteCost -= route.Cost;
        int start = StartOf(r),
            end = EndOf(r);
        long distance = 0;
        for (int v = start; v != end; v = Nodes[v].Next)
        {
            ref var node = ref Nodes[v];
            node.LegOut = type.Travel.Leg(node.Row, Nodes[node.Next].Row);
            distance += node.LegOut;
        }
        route.Distance = distance;
        double cost = type.Source.FixedCost + (distance * type.Source.DistanceCost);
        bool feasible = Loads(r, type) && distance <= type.MaxDistance && route.Count <= type.MaxStops;
        if (Data.AnyRich && type.Rich)
        {
            cost = RichCost(r, type);
            feasible = cost < double.PositiveInfinity && route.Count <= type.MaxStops;
            // An infinite sum would never become finite again.
            cost = feasible ? cost : 0;
        }
        else if (Data.Timed || Data.AnyDuration || type.MaxDriving != int.MaxValue)
        {
            feasible &= Times(r, type, ref cost);
        }
        route.Broken = !feasible;
        route.Cost = cost;
        RouteCost += cost;
        return feasible;
    }

    private double RichCost(int r, TypeData type)
    {
        if (refreshBuffer.Length < Routes[r].Count)
        {
            refreshBuffer = new int[Routes[r].Count * 2];
        }
        int count = Sequence(r, refreshBuffer);
        return Schedule.Cost(type, refreshBuffer.AsSpan(0, count));
    }

    private bool Loads(int r, TypeData type)
    {
        int d = Data.Dimensions,
            start = StartOf(r),
            end = EndOf(r);
        Span<long> deliver = stackalloc long[RoutingLimits.Dimensions];
        Span<long> sum = stackalloc long[RoutingLimits.Dimensions];
        for (int v = Nodes[start].Next; v != end; v = Nodes[v].Next)
        {
            for (int k = 0; k < d; k++)
            {
                deliver[k] += Data.Delivery[(v * d) + k];
                sum[k] += Data.Delivery[(v * d) + k] + Data.Pickup[(v * d) + k];
            }
        }
        bool fits = true;
        for (int k = 0; k < d; k++)
        {
            RouteLoad[(r * d) + k] = sum[k];
            fits &= sum[k] <= type.Capacity[k];
        }
        Routes[r].Free = (int)Math.Clamp(type.Capacity[0] - sum[0], int.MinValue, int.MaxValue);
        return Data.MixedLoads ? LoadsAlong(r, type, deliver) : fits;
    }

    private bool LoadsAlong(int r, TypeData type, ReadOnlySpan<long> initial)
    {
        int d = Data.Dimensions,
            start = StartOf(r),
            end = EndOf(r);
        bool fits = true;
        for (int k = 0; k < d; k++)
        {
            long load = initial[k],
                most = load;
            (LoadAt[(start * d) + k], MaxBefore[(start * d) + k]) = (load, load);
            for (int v = Nodes[start].Next; ; v = Nodes[v].Next)
            {
                if (v != end)
                {
                    int at = (v * d) + k;
                    load += Data.Pickup[at] - Data.Delivery[at] + Data.PairLoad[at];
                }
                most = Math.Max(most, load);
                (LoadAt[(v * d) + k], MaxBefore[(v * d) + k]) = (load, most);
                if (v == end)
                {
                    break;
                }
            }
            fits &= most <= type.Capacity[k];
            long later = long.MinValue;
            for (int v = end; v >= 0; v = Nodes[v].Prev)
            {
                later = Math.Max(later, LoadAt[(v * d) + k]);
                MaxAfter[(v * d) + k] = later;
            }
        }
        return fits;
    }

    private bool Times(int r, TypeData type, ref double cost)
    {
        int start = StartOf(r),
            end = EndOf(r),
            n = Data.Count;
        var shift = type.Source.Shift;
        long driving = 0;
        bool feasible = true;
        Nodes[start].Ready = shift.Open;
        for (int v = start; v != end; v = Nodes[v].Next)
        {
            int next = Nodes[v].Next,
                travel = type.Travel.Time(Nodes[v].Row, Nodes[next].Row);
            driving += travel;
            int arrive = Nodes[v].Ready + travel;
            feasible &= arrive <= (next < n ? Data.Close[next] : shift.Close);
            Nodes[next].Ready = next < n ? Math.Max(arrive, Data.Open[next]) + Data.Service[next] : arrive;
        }
        Nodes[end].Late = shift.Close;
        for (int v = Nodes[end].Prev; v != start; v = Nodes[v].Prev)
        {
            int next = Nodes[v].Next,
                travel = type.Travel.Time(Nodes[v].Row, Nodes[next].Row);
            Nodes[v].Late = Math.Min(Data.Close[v], Nodes[next].Late - travel - Data.Service[v]);
        }
        Routes[r].Driving = driving;
        feasible &= driving <= type.MaxDriving;
        if (Data.AnyDuration)
        {
            Spans(r, type);
            int duration = Before[end].Duration;
            feasible &= duration >= 0 && (!type.DurationMatters || duration <= type.MaxDuration);
            cost += type.TimeCost(Math.Max(0, duration));
        }
        return feasible;
    }

    public Span3 Single(int client) => new(Data.Service[client], Data.Open[client], Data.Close[client]);

    private void Spans(int r, TypeData type)
    {
        int start = StartOf(r),
            end = EndOf(r);
        var shift = new Span3(0, type.Source.Shift.Open, type.Source.Shift.Close);
        Before[start] = shift;
        for (int v = start; v != end; v = Nodes[v].Next)
        {
            int next = Nodes[v].Next;
            var own = next == end ? shift : Single(next);
            Before[next] = Span3.Join(Before[v], type.Travel.Time(Nodes[v].Row, Nodes[next].Row), own);
        }
        After[end] = shift;
        for (int v = Nodes[end].Prev; v >= 0; v = Nodes[v].Prev)
        {
            var own = v == start ? shift : Single(v);
            After[v] = Span3.Join(own, type.Travel.Time(Nodes[v].Row, Nodes[Nodes[v].Next].Row), After[Nodes[v].Next]);
        }
    }
}
