using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Lading.Optimization.Routing.Search;

internal sealed partial class LabelSchedule
{
    /// <summary>Moves a label from stop k - 1 to stop k (or the end of the route) by an action. False when a window,
    /// limit or due break forbids it. With <paramref name="halts"/> the halts on the way are written down.</summary>
    private bool Step(
        TypeData type,
        ReadOnlySpan<int> clients,
        int k,
        LegAction action,
        ref Label at,
        List<PlannedStop>? halts
    )
    {
        var source = type.Source;
        int row = k == 0 ? type.StartRow : clients[k - 1];
        if (action.Before == LegAction.Rest)
        {
            int begin = at.Time;
            at.Time = Math.Max(at.Time, at.Arrived + source.DrivingRule!.Rest);
            halts?.Add(new PlannedStop(StopKind.Break, -1, begin, begin, at.Time));
        }
        else if (action.Before >= 0 && !TakeBreak(source, action.Before, ref at, halts, 0))
        {
            return false;
        }
        if (action.Reload)
        {
            row = Reload(type, row, k, ref at, halts);
        }
        bool last = k == clients.Length;
        int next = last ? type.EndRow : clients[k];
        if (!last && reach[at.TripStart] < k)
        {
            return false;
        }
        Drive(type, row, next, ref at, out int rests);
        at.Arrived = at.Time;
        int arrived = at.Time;
        if (action.OnArrival >= 0)
        {
            if (!TakeBreak(source, action.OnArrival, ref at, halts, rests))
            {
                return false;
            }
            (arrived, rests) = (at.Time, halts is null ? rests : 0);
        }
        if (at.Driving > type.MaxDriving || at.Distance > type.MaxDistance || BreakMissed(source, at))
        {
            return false;
        }
        if (last)
        {
            lastLegRests = rests;
            return at.Time <= source.Shift.Close;
        }
        int begins = BeginOfService(next, at.Time);
        if (begins < 0)
        {
            return false;
        }
        at.Time = begins + data.Service[next];
        halts?.Add(new PlannedStop(StopKind.Client, next, arrived, begins, at.Time, rests));
        return !lengthCounts || at.Time - start <= type.MaxDuration;
    }

    private int lastLegRests;

    /// <summary>Drives from a row to where it reloads, reloads there before stop k, and returns that row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Reload(TypeData type, int row, int k, ref Label at, List<PlannedStop>? halts)
    {
        var rule = type.Source.Reload!;
        int there = ReloadRow(type);
        Drive(type, row, there, ref at, out int rests);
        halts?.Add(new PlannedStop(StopKind.Reload, -1, at.Time, at.Time, at.Time + rule.Service, rests));
        at.Arrived = at.Time;
        at.Time += rule.Service;
        at.TripStart = k;
        at.Reloads++;
        return there;
    }

    private int ReloadRow(TypeData type) =>
        Array.IndexOf(type.Travel.LocationOf, type.Source.Reload!.Location, data.Count);

    private static bool TakeBreak(VehicleType source, int which, ref Label at, List<PlannedStop>? halts, int rests)
    {
        var rest = source.Breaks[which];
        int begin = Math.Max(at.Time, rest.Window.Open);
        if (begin > rest.Window.Close)
        {
            return false;
        }
        halts?.Add(new PlannedStop(StopKind.Break, which, at.Time, begin, begin + rest.Duration, rests));
        at.Time = begin + rest.Duration;
        at.Taken |= 1 << which;
        return true;
    }

    /// <summary>The route is out after a break's latest begin without having taken it.</summary>
    private bool BreakMissed(VehicleType source, in Label at)
    {
        for (int b = 0; b < source.Breaks.Length; b++)
        {
            int close = source.Breaks[b].Window.Close;
            if ((at.Taken >> b & 1) == 0 && at.Arrived > close && start <= close)
            {
                return true;
            }
        }
        return false;
    }

    private int BeginOfService(int client, int time)
    {
        var windows = data.Problem.Clients[client].Windows;
        if (windows.IsEmpty)
        {
            return time;
        }
        foreach (var window in windows)
        {
            if (time <= window.Close)
            {
                return Math.Max(time, window.Open);
            }
        }
        return -1;
    }

    private void Drive(TypeData type, int from, int to, ref Label at, out int rests)
    {
        rests = 0;
        at.Distance += type.Travel.Leg(from, to);
        double work = type.Travel.Time(from, to);
        var rule = type.Source.DrivingRule;
        if (rule is null)
        {
            int arrival = Travel(at.Time, ref work, int.MaxValue);
            at.Driving += arrival - at.Time;
            at.Time = arrival;
            return;
        }
        if (at.Time - at.Arrived >= rule.Rest)
        {
            at.SinceRest = 0;
        }
        while (true)
        {
            int arrival = Travel(at.Time, ref work, rule.After - at.SinceRest);
            at.Driving += arrival - at.Time;
            at.SinceRest += arrival - at.Time;
            at.Time = arrival;
            if (work <= 0)
            {
                return;
            }
            at.Time += rule.Rest;
            at.SinceRest = 0;
            rests++;
        }
    }

    /// <summary>Drives for at most <paramref name="limit"/> time units; <paramref name="work"/> is the matrix time
    /// still to go and is reduced by what was driven.</summary>
    private int Travel(int from, ref double work, int limit)
    {
        if (steps.Length == 0)
        {
            int drive = (int)Math.Min(work, limit);
            work -= drive;
            return from + drive;
        }
        double time = from,
            end = limit == int.MaxValue ? double.MaxValue : (double)from + limit;
        int step = -1;
        while (step + 1 < steps.Length && steps[step + 1].From <= time)
        {
            step++;
        }
        while (work > 0)
        {
            double factor = step < 0 ? 1 : steps[step].Factor;
            double until = Math.Min(end, step + 1 < steps.Length ? steps[step + 1].From : double.MaxValue);
            if (time + (work * factor) <= until)
            {
                time += work * factor;
                work = 0;
                break;
            }
            work -= (until - time) / factor;
            time = until;
            if (time >= end)
            {
                break;
            }
            step++;
        }
        return (int)Math.Ceiling(time - 1e-6);
    }

    /// <summary>How much later the route can start without ending later (forward time slack, Savelsbergh 1992).
    /// </summary>
    private int Slack(TypeData type, ReadOnlySpan<int> clients, int startTime, LegAction[]? path)
    {
        if (path is null)
        {
            return 0;
        }
        var halts = Replay(type, clients, startTime, path, out _);
        long waited = 0,
            slack = type.Source.Shift.Close - startTime;
        foreach (var halt in halts)
        {
            waited += halt.Begin - halt.Arrival;
            int close = halt.Kind switch
            {
                StopKind.Client => data
                    .Problem.Clients[halt.Client]
                    .Windows.FirstOrDefault(w => w.Contains(halt.Begin), ServiceWindow.Always)
                    .Close,
                StopKind.Break when halt.Client >= 0 => type.Source.Breaks[halt.Client].Window.Close,
                _ => RoutingLimits.Horizon,
            };
            slack = Math.Min(slack, waited + close - halt.Begin);
        }
        return (int)Math.Min(slack, waited);
    }

    private List<PlannedStop> Replay(
        TypeData type,
        ReadOnlySpan<int> clients,
        int startTime,
        LegAction[] path,
        out Label end
    )
    {
        List<PlannedStop> halts = [];
        start = startTime;
        lengthCounts = false;
        end = new Label { Time = startTime, Arrived = startTime };
        for (int k = 0; k <= clients.Length; k++)
        {
            Step(type, clients, k, path[k], ref end, halts);
        }
        return halts;
    }

    /// <summary>The schedule behind <see cref="Cost"/>; null when there is none.</summary>
    public PlannedRoute? Plan(TypeData type, ReadOnlySpan<int> clients)
    {
        double cost = Best(type, clients, out int begin, out var path);
        return path is null ? null : Written(type, clients, begin, path, cost);
    }

    /// <summary>The schedule of a plain route: leaves as late as it can without returning later.</summary>
    public PlannedRoute PlanPlain(TypeData type, ReadOnlySpan<int> clients, int begin, double cost)
    {
        Prepare(type, clients);
        return Written(type, clients, begin, [.. Enumerable.Repeat(LegAction.Plain, clients.Length + 1)], cost);
    }

    private PlannedRoute Written(TypeData type, ReadOnlySpan<int> clients, int begin, LegAction[] path, double cost)
    {
        var halts = Replay(type, clients, begin, path, out var end);
        return new PlannedRoute
        {
            Vehicle = type.Index,
            Departure = begin,
            Return = end.Time,
            Distance = end.Distance,
            Cost = cost,
            Stops = halts.ToImmutableArray(),
            RestsOnLastLeg = lastLegRests,
        };
    }
}
