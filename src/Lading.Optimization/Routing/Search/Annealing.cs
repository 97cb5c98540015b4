namespace Lading.Optimization.Routing.Search;

/// <summary>One search thread: ruin, recreate, accept by simulated annealing, until the stop rule says so. While
/// required clients are missing, acceptance follows how often each was missing (the absence sums of Christiaens and
/// Vanden Berghe 2020) instead.</summary>
internal sealed class Annealing
{
    private const int AskEvery = 32;

    /// <summary>A step on rich routes may take milliseconds.</summary>
    private const int AskEveryIfRich = 1;

    /// <summary>After this share of the cooling, who is left out is weighed by cost alone: not everybody may fit.
    /// </summary>
    private const double AbsenceShare = 0.3;

    private readonly SearchData data;
    private readonly SearchState state;
    private readonly SeededRandom random;
    private readonly Ruin ruin;
    private readonly Recreate recreate;
    private readonly FleetMoves fleet;
    private readonly long[] absences;
    private readonly SolveTuning tuning;
    private int[][] bestRoutes = [];
    private int[] bestTypes = [];
    private readonly int askEvery;
    private readonly bool fewestFirst;
    private double edge;
    private bool byAbsence;

    public Annealing(SearchData data, ulong seed, SolveOptions options)
    {
        (this.data, tuning) = (data, options.Tuning);
        fewestFirst = options.Objective == RoutingObjective.Vehicles;
        state = new SearchState(data);
        random = new SeededRandom(seed);
        ruin = new Ruin(state, random) { MeanRemoved = tuning.MeanRemoved };
        recreate = new Recreate(state, random);
        fleet = new FleetMoves(state);
        askEvery = data.AnyRich ? AskEveryIfRich : AskEvery;
        absences = new long[data.Count];
        Array.Fill(absences, 1);
    }

    public PlanRank Best { get; private set; } = PlanRank.None;

    public long Iterations { get; private set; }

    public int[][] BestRoutes => bestRoutes;

    public int[] BestTypes => bestTypes;

    /// <summary>Is shown the state after each step, taken or taken back.</summary>
    public Action<SearchState>? Stepped { get; set; }

    /// <summary>Called between two steps, each time the stop rule is asked.</summary>
    public Action? Pause { get; set; }

    /// <summary>Loads what is given, builds the rest greedily, and remembers it as best.</summary>
    public void Start(IReadOnlyList<(int Type, int[] Clients)> given, StopRule stop)
    {
        state.Clear();
        WarmStart.Load(state, given);
        state.Begin();
        recreate.Apply(stop);
        KeepIfBetter(state.LeftOut());
        Calibrate();
    }

    private void Calibrate()
    {
        double distance = 0;
        int legs = 0;
        for (int r = 0; r < state.Routes.Length; r++)
        {
            if (state.Routes[r].Type >= 0)
            {
                distance += state.Routes[r].Distance * state.Routes[r].DistanceCost;
                legs += state.Routes[r].Count + 1;
            }
        }
        edge = Math.Max(1e-6, distance / Math.Max(1, legs));
        if (distance == 0)
        {
            edge = Math.Max(1, state.RouteCost / Math.Max(1, legs) * 0.1);
        }
    }

    /// <summary>Searches while the spent budget lies below <paramref name="until"/>; the temperature falls
    /// exponentially over that stretch.</summary>
    public void Run(StopRule stop, double until, CancellationToken cancel)
    {
        double from = stop.Spent(Iterations),
            temperature = 0;
        var (current, missing) = Weighed(state.LeftOut());
        for (long step = 0; ; step++)
        {
            if (step % askEvery == 0)
            {
                Pause?.Invoke();
                double spent = stop.Spent(Iterations);
                if (spent >= until || spent >= 1 || cancel.IsCancellationRequested || data.Count == 0)
                {
                    return;
                }
                double share = (spent - from) / (until - from);
                byAbsence = share < AbsenceShare;
                temperature =
                    edge * tuning.StartTemperature * Math.Pow(tuning.EndTemperature / tuning.StartTemperature, share);
            }
            Iterations++;
            (current, missing) = Step(current, missing, temperature);
            Stepped?.Invoke(state);
        }
    }

    /// <summary>What the annealing compares, cost with a price on who is left out, and the weight of those.</summary>
    private (double Cost, long Missing) Weighed(LeftOut left) =>
        (state.RouteCost + left.Prizes + (left.Weight * data.WeightCost), left.Weight);

    private (double Cost, long Missing) Step(double current, long missing, double temperature)
    {
        long before = byAbsence && missing > 0 ? AbsenceSum() : 0;
        state.Begin();
        ruin.Apply();
        recreate.Apply();
        fleet.Apply();
        var leftOut = state.AbsentCount == 0 ? default : state.LeftOut();
        var (cost, left) = Weighed(leftOut);
        bool accept;
        accept = left < missing || cost < current - (temperature * Math.Log(1 - random.Unit()));
        if (byAbsence && missing + left > 0)
        {
            long after = AbsenceSum();
            accept = left < missing || (left > 0 && missing > 0 && (after < before || (after == before && accept)));
            CountAbsences();
        }
        if (!accept || state.LeftBroken())
        {
            state.Rollback();
            return (current, missing);
        }
        KeepIfBetter(leftOut);
        return (cost, left);
    }

    private long AbsenceSum()
    {
        long sum = 0;
        for (int k = 0; k < state.AbsentCount; k++)
        {
            int c = state.Absent[k];
            sum += state.IsMissing(c) ? absences[c] * data.Weight[c] : 0;
        }
        return sum;
    }

    private void CountAbsences()
    {
        for (int k = 0; k < state.AbsentCount; k++)
        {
            absences[state.Absent[k]]++;
        }
    }

    /// <summary>Fewer routes, one at a time, while all required clients stay served. Ends at the stretch of budget, or
    /// when no fleet of that size could carry the load.</summary>
    public void ReduceFleet(StopRule stop, double until, int leastRoutes, CancellationToken cancel)
    {
        while (
            Best.LeftOutWeight == 0
            && bestRoutes.Length > leastRoutes
            && stop.Spent(Iterations) < until
            && !cancel.IsCancellationRequested
        )
        {
            state.Begin();
            int victim = Victim();
            if (victim < 0)
            {
                break;
            }
            state.RouteCap = bestRoutes.Length - 1;
            ruin.RemoveRoute(victim);
            state.ReleaseEmpty();
            SearchUntilComplete(stop, until, cancel);
        }
        state.RouteCap = bestRoutes.Length;
        Restore();
    }

    private void SearchUntilComplete(StopRule stop, double until, CancellationToken cancel)
    {
        var (current, missing) = Weighed(state.LeftOut());
        int target = state.RouteCap;
        byAbsence = true;
        for (long step = 1; ; step++)
        {
            if (step % askEvery == 0)
            {
                Pause?.Invoke();
                if (stop.Spent(Iterations) >= until || cancel.IsCancellationRequested)
                {
                    return;
                }
            }
            Iterations++;
            (current, missing) = Step(current, missing, edge * tuning.EndTemperature);
            Stepped?.Invoke(state);
            if (missing == 0 && state.UsedRoutes <= target)
            {
                KeepIfBetter(state.LeftOut());
                return;
            }
        }
    }

    private int Victim()
    {
        long least = long.MaxValue;
        int victim = -1;
        for (int r = 0; r < state.Routes.Length; r++)
        {
            if (state.Routes[r].Type < 0 || state.Routes[r].LockedCount > 0)
            {
                continue;
            }
            long sum = 0;
            for (int v = state.Nodes[state.StartOf(r)].Next; v < data.Count; v = state.Nodes[v].Next)
            {
                sum += absences[v];
            }
            if (sum < least)
            {
                (least, victim) = (sum, r);
            }
        }
        return victim;
    }

    /// <summary>Goes back to the best solution known.</summary>
    public void Restore()
    {
        state.Clear();
        WarmStart.Load(state, [.. bestRoutes.Select((r, k) => (bestTypes[k], r))]);
    }

    private void KeepIfBetter(LeftOut left)
    {
        var rank = new PlanRank(left.Weight, fewestFirst ? state.UsedRoutes : 0, state.RouteCost + left.Prizes);
        if (!rank.Betters(Best))
        {
            return;
        }
        Best = rank;
        if (fewestFirst && rank.LeftOutWeight == 0)
        {
            state.RouteCap = Math.Min(state.RouteCap, state.UsedRoutes);
        }
        if (bestRoutes.Length != state.UsedRoutes)
        {
            bestRoutes = new int[state.UsedRoutes][];
            bestTypes = new int[state.UsedRoutes];
        }
        int at = 0;
        for (int r = 0; r < state.Routes.Length && at < bestRoutes.Length; r++)
        {
            if (state.Routes[r].Type < 0)
            {
                continue;
            }
            if (bestRoutes[at] is null || bestRoutes[at].Length != state.Routes[r].Count)
            {
                bestRoutes[at] = new int[state.Routes[r].Count];
            }
            state.Sequence(r, bestRoutes[at]);
            bestTypes[at++] = state.Routes[r].Type;
        }
    }
}
