namespace Lading.Optimization.Routing.Search;

/// <summary>Greedy insertion with blinks (Christiaens and Vanden Berghe 2020): absent clients in a random kind of
/// order, each at its cheapest feasible place among its neighbours, a place being overlooked now and then.</summary>
internal sealed partial class Recreate
{
    /// <summary>On small problems a blink is what opens a second route although the first still has room.</summary>
    private const int BlinkEvery = 100;
    private const int BlinkEveryIfSmall = 12;
    private const int Small = 50;
    private const int OverlookTypeEvery = 8;
    private const int AskEvery = 64;

    /// <summary>Every so many steps places farther away are looked at too: with the nearest alone a minute on 1,000
    /// stops does not reach what this reaches in a quarter of one.</summary>
    private const int LookFarEvery = 10;

    /// <summary>How far an optional client may cost more than its prize, every other time: two of them may share a
    /// route that neither pays for alone. The annealing decides whether it did pay.</summary>
    private const double PrizeStretch = 3;

    /// <summary>Stands for "after the start of a new route of type -2 - After".</summary>
    private const int NoPlace = int.MinValue;

    private readonly SearchState state;
    private readonly SearchData data;
    private readonly SeededRandom random;
    private readonly double[] sortKey;
    private readonly int[] work;
    private readonly int[] trial;
    private readonly int blinkEvery;
    private readonly bool anyPriority;
    private int untilBlink = 1;
    private double bestCost;
    private int bestAfter;
    private int look;

    public Recreate(SearchState state, SeededRandom random)
    {
        (this.state, this.random) = (state, random);
        data = state.Data;
        blinkEvery = data.Count < Small ? BlinkEveryIfSmall : BlinkEvery;
        anyPriority = data.Weight.Any(w => w > 1);
        sortKey = new double[data.Count];
        work = new int[data.Count];
        trial = new int[data.Count + 2];
        seenRoute = new int[state.Routes.Length];
    }

    /// <summary>Overlook places at random; off for exact answers.</summary>
    public bool Blinks { get; set; } = true;

    /// <summary>Look at every place, not only next to neighbours.</summary>
    public bool Everywhere { get; set; }

    /// <summary>Inserts who is absent. Under a stop rule (building a first plan may outlast the whole budget) it gives
    /// up when that is spent, and the rest stay absent.</summary>
    public void Apply(StopRule? stop = null)
    {
        look = Blinks && random.Below(LookFarEvery) == 0 ? data.FarWidth : data.NearWidth;
        int count = state.AbsentCount;
        Array.Copy(state.Absent, work, count);
        Order(count);
        state.AbsentCount = 0;
        bool late = false;
        for (int k = 0; k < count; k++)
        {
            int c = work[k];
            if (state.Nodes[c].Route >= 0)
            {
                continue;
            }
            int mate = data.Mate[c];
            late = late || (stop is not null && k % AskEvery == AskEvery - 1 && stop.Spent(0) >= 1);
            bool placed =
                late ? false
                : mate >= 0
                    ? data.IsPickupEnd[c] ? InsertPair(c, mate)
                        : InsertPair(mate, c)
                : InsertSingle(c);
            if (!placed)
            {
                state.Absent[state.AbsentCount++] = c;
            }
            else if (mate >= 0)
            {
                NoLongerAbsent(mate);
            }
        }
        state.ReleaseEmpty();
    }

    /// <summary>A pair is tried from both its ends; where only the second try succeeds, the first end is listed.
    /// </summary>
    private void NoLongerAbsent(int c)
    {
        int at = state.Absent.AsSpan(0, state.AbsentCount).IndexOf(c);
        if (at >= 0)
        {
            state.Absent[at] = state.Absent[--state.AbsentCount];
        }
    }

    private void Order(int count)
    {
        int kind = random.Below(data.Timed ? 17 : 11);
        // Now and then not: several of low priority may outweigh one of high.
        bool byPriority = anyPriority && random.Below(2) == 0;
        int first = data.Types[0].StartRow,
            d = data.Dimensions;
        var travel = data.Types[0].Travel;
        for (int k = 0; k < count; k++)
        {
            int c = work[k];
            double near = travel.Leg(c, first);
            sortKey[k] = kind switch
            {
                < 4 => random.Unit(),
                < 8 => -(data.Delivery[c * d] + data.Pickup[c * d] + Math.Abs(data.PairLoad[c * d])),
                < 10 => -near,
                < 11 => near,
                < 13 => data.Close[c] - data.Open[c],
                < 15 => data.Open[c],
                _ => -data.Close[c],
            };
            if (byPriority && data.Weight[c] > 1)
            {
                sortKey[k] -= data.Weight[c] * 1e12;
            }
        }
        if (count > 48)
        {
            Array.Sort(sortKey, work, 0, count);
            return;
        }
        for (int k = 1; k < count; k++)
        {
            double key = sortKey[k];
            int c = work[k],
                at = k - 1;
            for (; at >= 0 && sortKey[at] > key; at--)
            {
                (sortKey[at + 1], work[at + 1]) = (sortKey[at], work[at]);
            }
            (sortKey[at + 1], work[at + 1]) = (key, c);
        }
    }

    /// <summary>Puts the client at its cheapest place. False when there is none worth its prize.</summary>
    public bool InsertSingle(int c)
    {
        if (data.Group[c] >= 0 && state.GroupServed[data.Group[c]])
        {
            return false;
        }
        bestCost = data.Optional[c] ? Worth(data.Worth[c]) : double.MaxValue;
        bestAfter = NoPlace;
        var row = new RowOf(c);
        if (Everywhere)
        {
            for (int r = 0; r < state.Routes.Length; r++)
            {
                for (
                    int v = state.StartOf(r);
                    state.Routes[r].Type >= 0 && v != state.EndOf(r);
                    v = state.Nodes[v].Next
                )
                {
                    Try(c, v, state.Nodes[v].Next, r, ref row);
                }
            }
        }
        else if (!Blinks || data.Count >= Small || state.UsedRoutes >= state.RouteCap || random.Below(blinkEvery) > 0)
        {
            TryNeighbours(c, ref row);
        }
        if (state.UsedRoutes < state.RouteCap)
        {
            TryNewRoutes(c);
        }
        if (bestAfter == NoPlace && !Everywhere && !data.Optional[c])
        {
            TryRest(c, ref row);
        }
        return bestAfter != NoPlace && Commit(c);
    }

    private double Worth(double prize) => Blinks && (random.Bits() & 1) == 0 ? prize * PrizeStretch : prize;

    /// <summary>Nothing near would do: look at every route the neighbours did not show, at most 64 of them.</summary>
    private void TryRest(int c, ref RowOf row)
    {
        int routes = state.Routes.Length,
            from = random.Below(routes),
            looked = 0;
        for (int k = 0; k < routes && looked < 64 && bestAfter == NoPlace; k++)
        {
            int r = from + k < routes ? from + k : from + k - routes;
            if (state.Routes[r].Type < 0)
            {
                continue;
            }
            looked++;
            for (int v = state.StartOf(r); v != state.EndOf(r); v = state.Nodes[v].Next)
            {
                Try(c, v, state.Nodes[v].Next, r, ref row);
            }
        }
    }

    private void TryNeighbours(int c, ref RowOf row)
    {
        int from = c * data.FarWidth,
            demand = data.Delivery[c * data.Dimensions] + data.Pickup[c * data.Dimensions];
        bool plain = !data.MixedLoads && !data.AnyRich;
        var nodes = state.Nodes;
        foreach (int v in data.Near.AsSpan(from, look))
        {
            ref readonly var node = ref nodes[v];
            int r = node.Route;
            if (r < 0 || (plain && state.Routes[r].Free < demand))
            {
                continue;
            }
            if (!Blink())
            {
                Try(c, v, node.Next, r, ref row);
            }
            if (!Blink())
            {
                Try(c, node.Prev, v, r, ref row);
            }
        }
    }

    private bool Blink()
    {
        if (!Blinks || --untilBlink > 0)
        {
            return false;
        }
        untilBlink = 1 + random.Below((2 * blinkEvery) - 1);
        return true;
    }

    private void Try(int c, int i, int j, int r, ref RowOf row)
    {
        ref readonly var before = ref state.Nodes[i];
        ref readonly var after = ref state.Nodes[j];
        ref readonly var route = ref state.Routes[r];
        if (after.Locked)
        {
            return;
        }
        row.For(state.Data.Types[route.Type].Travel);
        int detour = row.Into(before.Row) + row.OutOf(after.Row) - before.LegOut;
        double cost = detour * route.DistanceCost;
        if (cost >= bestCost && !data.AnyRich)
        {
            return;
        }
        if (data.Timed)
        {
            int arrive = before.Ready + row.TimeInto(before.Row);
            if (arrive > data.Close[c] && !data.AnyRich)
            {
                return;
            }
            int leave = Math.Max(arrive, data.Open[c]) + data.Service[c];
            if (leave + row.TimeOutOf(after.Row) > after.Late && !data.AnyRich)
            {
                return;
            }
        }
        if (
            data.ExtraChecks
                ? !Extra(c, i, j, r, detour, ref row, ref cost)
                : route.Free < data.Delivery[c] + data.Pickup[c]
        )
        {
            return;
        }
        if (cost < bestCost)
        {
            (bestCost, bestAfter) = (cost, i);
        }
    }

    private void TryNewRoutes(int c)
    {
        for (int t = 0; t < data.Types.Length; t++)
        {
            var type = data.Types[t];
            // Now and then the dearer type is opened: what comes later may need its room.
            bool overlook = Blinks && data.Types.Length > 1 && random.Below(OverlookTypeEvery) == 0;
            if (state.UsedOfType[t] >= type.Count || overlook || !data.MayServe(t, c))
            {
                continue;
            }
            double cost = state.Schedule.NewRouteCost(type, c);
            if (cost < bestCost)
            {
                (bestCost, bestAfter) = (cost, -2 - t);
            }
        }
    }

    private bool Commit(int c)
    {
        int after = bestAfter < 0 ? state.StartOf(state.OpenRoute(-2 - bestAfter)) : bestAfter;
        int r = state.Nodes[after].Route;
        state.Touch(r);
        state.Link(c, after);
        state.Refresh(r);
        return true;
    }
}

/// <summary>The rows of the travel matrices around one client, re-read only when the profile changes.</summary>
internal ref struct RowOf(int client)
{
    private DenseTravel? travel;
    private ReadOnlySpan<int> to;
    private ReadOnlySpan<int> from;
    private ReadOnlySpan<int> timeTo;
    private ReadOnlySpan<int> timeFrom;

    public void For(DenseTravel wanted)
    {
        if (ReferenceEquals(travel, wanted))
        {
            return;
        }
        travel = wanted;
        if (wanted.Distance is null)
        {
            return;
        }
        to = wanted.DistanceTo.AsSpan(client * wanted.Rows, wanted.Rows);
        from = wanted.Distance.AsSpan(client * wanted.Rows, wanted.Rows);
        timeTo = wanted.DurationTo.AsSpan(client * wanted.Rows, wanted.Rows);
        timeFrom = wanted.Duration.AsSpan(client * wanted.Rows, wanted.Rows);
    }

    public readonly int Into(int row) => to.Length > 0 ? to[row] : travel!.Leg(row, client);

    public readonly int OutOf(int row) => from.Length > 0 ? from[row] : travel!.Leg(client, row);

    public readonly int TimeInto(int row) => timeTo.Length > 0 ? timeTo[row] : travel!.Time(row, client);

    public readonly int TimeOutOf(int row) => timeFrom.Length > 0 ? timeFrom[row] : travel!.Time(client, row);
}
