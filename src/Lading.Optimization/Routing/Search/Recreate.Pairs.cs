namespace Lading.Optimization.Routing.Search;

internal sealed partial class Recreate
{
    private int pairSecond;

    /// <summary>Puts pickup <paramref name="p"/> and delivery <paramref name="q"/> into one route, p before q, at the
    /// cheapest pair of places.</summary>
    public bool InsertPair(int p, int q)
    {
        if (state.Nodes[p].Route >= 0)
        {
            return InsertBehind(p, q);
        }
        bestCost = data.Optional[p] && data.Optional[q] ? Worth(data.Miss[p] + data.Miss[q]) : double.MaxValue;
        bestAfter = NoPlace;
        seenStep++;
        if (Everywhere)
        {
            for (int r = 0; r < state.Routes.Length; r++)
            {
                TryPair(p, q, r);
            }
        }
        else
        {
            TryPairNear(p, q, p);
            TryPairNear(p, q, q);
        }
        TryPairNewRoutes(p, q);
        if (bestAfter == NoPlace && !Everywhere)
        {
            for (int r = 0; r < state.Routes.Length && bestAfter == NoPlace; r++)
            {
                TryPair(p, q, r);
            }
        }
        return bestAfter != NoPlace && CommitPair(p, q);
    }

    /// <summary>The goods are aboard already (a locked pickup): only where to deliver them is open.</summary>
    private bool InsertBehind(int p, int q)
    {
        int r = state.Nodes[p].Route,
            count = state.Sequence(r, trial);
        var type = data.Types[state.Routes[r].Type];
        double least = double.PositiveInfinity;
        int place = NoPlace;
        for (int at = count; at > 0; at--)
        {
            trial.AsSpan(at, count - at).CopyTo(trial.AsSpan(at + 1));
            trial[at] = q;
            double cost = state.Schedule.Evaluate(type, trial.AsSpan(0, count + 1));
            trial.AsSpan(at + 1, count - at).CopyTo(trial.AsSpan(at));
            int before = trial[at - 1];
            (least, place) = cost < least ? (cost, before) : (least, place);
            if (state.Nodes[before].Locked)
            {
                break;
            }
        }
        if (place == NoPlace)
        {
            return false;
        }
        state.Touch(r);
        state.Link(q, place);
        state.Refresh(r);
        return true;
    }

    private void TryPairNear(int p, int q, int around)
    {
        foreach (int v in data.Near.AsSpan(around * data.FarWidth, look))
        {
            int r = state.Nodes[v].Route;
            if (r < 0 || seenRoute[r] == seenStep)
            {
                continue;
            }
            if (Blink())
            {
                seenRoute[r] = seenStep;
                continue;
            }
            TryPair(p, q, r);
        }
    }

    private void TryPairNewRoutes(int p, int q)
    {
        for (int t = 0; t < data.Types.Length && state.UsedRoutes < state.RouteCap; t++)
        {
            if (state.UsedOfType[t] >= data.Types[t].Count || !data.MayServe(t, p) || !data.MayServe(t, q))
            {
                continue;
            }
            double cost = state.Schedule.NewPairCost(data.Types[t], p, q);
            if (cost < bestCost)
            {
                (bestCost, bestAfter) = (cost, -2 - t);
            }
        }
    }

    private bool CommitPair(int p, int q)
    {
        bool opened = bestAfter < 0;
        int after = opened ? state.StartOf(state.OpenRoute(-2 - bestAfter)) : bestAfter;
        int r = state.Nodes[after].Route;
        state.Touch(r);
        state.Link(p, after);
        state.Link(q, opened || pairSecond == after ? p : pairSecond);
        state.Refresh(r);
        return true;
    }

    private void TryPair(int p, int q, int r)
    {
        seenRoute[r] = seenStep;
        ref readonly var route = ref state.Routes[r];
        if (route.Type < 0 || !data.MayServe(route.Type, p) || !data.MayServe(route.Type, q))
        {
            return;
        }
        var type = data.Types[route.Type];
        if (route.Count + 2 > type.MaxStops)
        {
            return;
        }
        var toP = new RowOf(p);
        var toQ = new RowOf(q);
        toP.For(type.Travel);
        toQ.For(type.Travel);
        int end = state.EndOf(r);
        int least = bestCost == double.MaxValue ? 0 : LeastDetour(r, ref toQ);
        for (int i = state.StartOf(r); i != end; i = state.Nodes[i].Next)
        {
            if (!state.Nodes[state.Nodes[i].Next].Locked)
            {
                TryPairFrom(p, q, i, type, least, ref toP, ref toQ);
            }
        }
    }

    private int LeastDetour(int r, ref RowOf row)
    {
        int least = int.MaxValue;
        for (int v = state.StartOf(r); v != state.EndOf(r); v = state.Nodes[v].Next)
        {
            ref readonly var node = ref state.Nodes[v];
            least = Math.Min(least, row.Into(node.Row) + row.OutOf(state.Nodes[node.Next].Row) - node.LegOut);
        }
        return least;
    }

    private void TryPairFrom(int p, int q, int i, TypeData type, int least, ref RowOf toP, ref RowOf toQ)
    {
        ref readonly var before = ref state.Nodes[i];
        int j = before.Next,
            rowJ = state.Nodes[j].Row,
            n = data.Count;
        bool rich = type.Rich;
        double unit = type.Source.DistanceCost;
        int into = toP.Into(before.Row);
        int leave = Math.Max(before.Ready + toP.TimeInto(before.Row), data.Open[p]) + data.Service[p];
        if (!rich && (before.Ready + toP.TimeInto(before.Row) > data.Close[p] || !PairLoadFits(i, p, type)))
        {
            return;
        }
        int legPQ = toP.OutOf(q);
        int together = into + legPQ + toQ.OutOf(rowJ) - before.LegOut;
        TryPairAt(p, q, i, i, type, together * unit, leave + toP.TimeOutOf(q), j, ref toQ);
        int detour = into + toP.OutOf(rowJ) - before.LegOut;
        if (!rich && (detour + (double)least) * unit >= bestCost)
        {
            return;
        }
        int time = leave + toP.TimeOutOf(rowJ);
        for (int k = j; k < n; k = state.Nodes[k].Next)
        {
            ref readonly var node = ref state.Nodes[k];
            if (!rich && (time > node.Late || !PairLoadFits(k, p, type)))
            {
                return;
            }
            time = Math.Max(time, data.Open[k]) + data.Service[k];
            int next = node.Next,
                rowNext = state.Nodes[next].Row;
            int second = toQ.Into(node.Row) + toQ.OutOf(rowNext) - node.LegOut;
            TryPairAt(p, q, i, k, type, (detour + (double)second) * unit, time + toQ.TimeInto(node.Row), next, ref toQ);
            if (!rich && time > data.Close[q])
            {
                return;
            }
            time += type.Travel.Time(node.Row, rowNext);
        }
    }

    private void TryPairAt(int p, int q, int i, int k, TypeData type, double cost, int arrive, int next, ref RowOf toQ)
    {
        if (!type.Rich)
        {
            ref readonly var after = ref state.Nodes[next];
            if (
                cost >= bestCost
                || arrive > data.Close[q]
                || Math.Max(arrive, data.Open[q]) + data.Service[q] + toQ.TimeOutOf(after.Row) > after.Late
            )
            {
                return;
            }
        }
        if (
            type.Rich
            || type.DurationMatters
            || type.MaxDistance != int.MaxValue
            || type.MaxDriving != int.MaxValue
            || state.Schedule.PairEndsCarryOwnLoads
        )
        {
            int r = state.Nodes[i].Route;
            double whole = state.Schedule.Evaluate(type, trial.AsSpan(0, TrialWithPair(p, q, i, k, r)));
            cost = whole - state.Routes[r].Cost;
        }
        if (cost < bestCost)
        {
            (bestCost, bestAfter, pairSecond) = (cost, i, k);
        }
    }

    private int TrialWithPair(int p, int q, int i, int k, int r)
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
                trial[count++] = p;
            }
            if (v == k)
            {
                trial[count++] = q;
            }
        }
        return count;
    }

    /// <summary>The load after stop <paramref name="at"/> leaves room for what is picked up at p.</summary>
    private bool PairLoadFits(int at, int p, TypeData type)
    {
        int d = data.Dimensions;
        for (int k = 0; k < d; k++)
        {
            if (state.LoadAt[(at * d) + k] + data.PairLoad[(p * d) + k] > type.Capacity[k])
            {
                return false;
            }
        }
        return true;
    }
}
