using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Answers;

/// <summary>The first obstacle on each vehicle type, found by driving to the client alone.</summary>
internal static class Reasons
{
    public static ImmutableArray<VehicleReason> Of(RoutingProblem problem, RoutingPlan plan, int client) =>
        [.. problem.Vehicles.Select((v, t) => For(problem, plan, client, v, t))];

    private static VehicleReason For(RoutingProblem problem, RoutingPlan plan, int client, VehicleType v, int type)
    {
        var c = problem.Clients[client];
        string[] lacking = [.. c.Skills.Where(s => !v.Skills.Contains(s))];
        if (lacking.Length > 0)
        {
            return new VehicleReason(v.Id, Obstacle.Skill, $"lacks {string.Join(", ", lacking)}");
        }
        if (!c.OnlyVehicles.IsEmpty && !c.OnlyVehicles.Contains(v.Id))
        {
            return new VehicleReason(v.Id, Obstacle.NotAllowed, $"only {string.Join(", ", c.OnlyVehicles)} may");
        }
        var amounts = Relaxations.Needs(problem, client);
        for (int d = 0; d < v.Capacity.Length; d++)
        {
            if (amounts[d] > v.Capacity[d])
            {
                return new VehicleReason(
                    v.Id,
                    Obstacle.Capacity,
                    $"needs {amounts[d]}{Said.Dimension(problem, d)}, the vehicle holds {v.Capacity[d]}"
                );
            }
        }
        return Trip(problem, client, v) ?? Left(problem, plan, client, v, type);
    }

    private static VehicleReason? Trip(RoutingProblem problem, int client, VehicleType v)
    {
        var c = problem.Clients[client];
        var travel = problem.Travel[v.Profile];
        int go = v.Start is { } s ? travel.Duration(s, c.Location) : 0;
        int back = v.End is { } e ? travel.Duration(c.Location, e) : 0;
        long far =
            (v.Start is { } a ? travel.Distance(a, c.Location) : 0L)
            + (v.End is { } b ? travel.Distance(c.Location, b) : 0);
        long arrive = (long)v.Shift.Open + go;
        var window = c.Windows.IsEmpty
            ? ServiceWindow.Always
            : c.Windows.FirstOrDefault(w => w.Close >= arrive, c.Windows[^1]);
        if (arrive > window.Close)
        {
            return new VehicleReason(
                v.Id,
                Obstacle.Window,
                $"arrives at {Said.At(problem, arrive)} at the earliest, {
                    Said.Long(problem, arrive - window.Close)} after the last window closes"
            );
        }
        long home = Math.Max(arrive, window.Open) + c.Service + back;
        if (home > v.Shift.Close)
        {
            return new VehicleReason(
                v.Id,
                Obstacle.Shift,
                $"would return {Said.Long(problem, home - v.Shift.Close)} after the shift"
            );
        }
        long length = (long)go + c.Service + back;
        string Over(string what, long took, int? most) =>
            $"{what} {Said.Long(problem, took)}, {Said.Long(problem, took - most ?? 0)} too long";
        return length > v.MaxDuration
                ? new VehicleReason(v.Id, Obstacle.Duration, Over("is out for", length, v.MaxDuration))
            : go + back > v.MaxDriving
                ? new VehicleReason(v.Id, Obstacle.Driving, Over("drives", go + back, v.MaxDriving))
            : far > v.MaxDistance
                ? new VehicleReason(
                    v.Id,
                    Obstacle.Distance,
                    $"covers {Said.Far(problem, far)}, {Said.Far(problem, far - v.MaxDistance ?? 0)} too far"
                )
            : null;
    }

    private static VehicleReason Left(RoutingProblem problem, RoutingPlan plan, int client, VehicleType v, int type)
    {
        int used = plan.Routes.Count(r => r.Vehicle == type);
        if (used >= v.Count)
        {
            return new VehicleReason(
                v.Id,
                Obstacle.NoVehicleFree,
                $"would do alone, but all {v.Count} are out and none of their routes has room for it"
            );
        }
        return problem.Clients[client].Prize is not null
            ? new VehicleReason(v.Id, Obstacle.NotWorthIt, "costs more than its prize")
            : new VehicleReason(v.Id, Obstacle.Schedule, "no schedule with its breaks, traffic or pairs was found");
    }
}
