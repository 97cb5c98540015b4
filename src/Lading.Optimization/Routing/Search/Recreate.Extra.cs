namespace Lading.Optimization.Routing.Search;

internal sealed partial class Recreate
{
    private readonly int[] seenRoute;
    private int seenStep;

    /// <summary>Every check beyond one-dimensional load, windows and distance; raises the cost by what duration adds.
    /// </summary>
    private bool Extra(int c, int i, int j, int r, int detour, ref RowOf row, ref double cost)
    {
        ref readonly var route = ref state.Routes[r];
        var type = data.Types[route.Type];
        if (!data.MayServe(route.Type, c) || route.Count >= type.MaxStops)
        {
            return false;
        }
        if (type.Rich)
        {
            return RichExtra(c, i, r, type, ref cost);
        }
        if (route.Distance + detour > type.MaxDistance || !LoadFits(c, i, j, r, type))
        {
            return false;
        }
        int rowI = state.Nodes[i].Row,
            rowJ = state.Nodes[j].Row;
        if (
            type.MaxDriving != int.MaxValue
            && route.Driving + row.TimeInto(rowI) + row.TimeOutOf(rowJ) - type.Travel.Time(rowI, rowJ) > type.MaxDriving
        )
        {
            return false;
        }
        if (!type.DurationMatters)
        {
            return true;
        }
        var upTo = Span3.Join(state.Before[i], row.TimeInto(rowI), state.Single(c));
        int duration = Span3.Join(upTo, row.TimeOutOf(rowJ), state.After[j]).Duration;
        cost += type.TimeCost(Math.Max(0, duration)) - type.TimeCost(state.Before[state.EndOf(r)].Duration);
        return duration >= 0 && duration <= type.MaxDuration;
    }

    private bool LoadFits(int c, int i, int j, int r, TypeData type)
    {
        int d = data.Dimensions;
        if (d == 1 && !data.MixedLoads)
        {
            return data.Delivery[c] + data.Pickup[c] <= state.Routes[r].Free;
        }
        for (int k = 0; k < d; k++)
        {
            int deliver = data.Delivery[(c * d) + k],
                pick = data.Pickup[(c * d) + k],
                limit = type.Capacity[k];
            if (!data.MixedLoads)
            {
                if (state.RouteLoad[(r * d) + k] + deliver + pick > limit)
                {
                    return false;
                }
                continue;
            }
            if (
                state.MaxBefore[(i * d) + k] + deliver > limit
                || state.LoadAt[(i * d) + k] + Math.Max(deliver, pick) > limit
                || state.MaxAfter[(j * d) + k] + pick > limit
            )
            {
                return false;
            }
        }
        return true;
    }

    private bool RichExtra(int c, int i, int r, TypeData type, ref double cost)
    {
        int count = 0;
        for (int v = state.StartOf(r); v != state.EndOf(r); v = state.Nodes[v].Next)
        {
            if (v < data.Count)
            {
                trial[count++] = v;
            }
            if (v == i)
            {
                trial[count++] = c;
            }
        }
        double whole = state.Schedule.Cost(type, trial.AsSpan(0, count));
        cost = whole - state.Routes[r].Cost;
        return whole < double.PositiveInfinity;
    }
}
