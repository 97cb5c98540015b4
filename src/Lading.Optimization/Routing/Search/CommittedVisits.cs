using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Search;

/// <summary>What a running day has committed is taken as given: a locked visit that can no longer be reached within its
/// windows is planned for the earliest time at which it can be reached. Everything else a locked prefix breaks (load, a
/// due break, the limits and the end of the shift) is refused.</summary>
internal static class CommittedVisits
{
    /// <summary>The problem with the windows of locked visits that are late kept open just long enough.</summary>
    public static RoutingProblem TakenAsGiven(RoutingProblem problem)
    {
        for (int k = 0; k < problem.Locked.Length; k++)
        {
            int[] visits = Visits(problem, k);
            for (int end = 1; end <= visits.Length && !CanDrive(problem, k, visits); end++)
            {
                problem = KeptOpen(problem, k, visits[..end]);
            }
        }
        return problem;
    }

    public static RoutingRefusal? Refuse(RoutingProblem problem)
    {
        var given = TakenAsGiven(problem);
        for (int k = 0; k < problem.Locked.Length; k++)
        {
            int[] visits = Visits(problem, k);
            var vehicle = Vehicle(problem, k);
            for (int end = 1; end <= visits.Length; end++)
            {
                if (!Drives(given, vehicle, visits[..end]))
                {
                    return new RoutingRefusal(
                        "routing.locked-infeasible",
                        $"with '{problem.Clients[visits[end - 1]].Id}' the vehicle is too full, misses a break, or "
                            + "breaks a limit or the end of its shift: lock less or allow more",
                        $"locked[{k}].clients[{end - 1}]"
                    );
                }
            }
        }
        return null;
    }

    private static VehicleType Vehicle(RoutingProblem problem, int k) =>
        problem.Vehicles.First(v => v.Id == problem.Locked[k].VehicleType);

    private static int[] Visits(RoutingProblem problem, int k) =>
        [.. problem.Locked[k].Clients.Select(id => problem.Clients.IndexOf(problem.Clients.First(c => c.Id == id)))];

    private static RoutingProblem KeptOpen(RoutingProblem problem, int k, int[] visits)
    {
        var client = problem.Clients[visits[^1]];
        if (client.Windows.IsEmpty || CanDrive(problem, k, visits))
        {
            return problem;
        }
        var window = client.Windows[^1];
        RoutingProblem Until(int close) =>
            problem with
            {
                Clients = problem.Clients.SetItem(
                    visits[^1],
                    client with
                    {
                        Windows = client.Windows.SetItem(client.Windows.Length - 1, window with { Close = close }),
                    }
                ),
            };
        int late = window.Close,
            inTime = RoutingLimits.Horizon;
        if (!CanDrive(Until(inTime), k, visits))
        {
            return problem;
        }
        while (inTime - late > 1)
        {
            int middle = late + ((inTime - late) / 2);
            (late, inTime) = CanDrive(Until(middle), k, visits) ? (late, middle) : (middle, inTime);
        }
        return Until(inTime);
    }

    /// <summary>Whether windows, load and breaks allow the visits; limits and the way home are left out.</summary>
    private static bool CanDrive(RoutingProblem problem, int k, int[] visits)
    {
        var vehicle = Vehicle(problem, k);
        return Drives(
            problem,
            vehicle with
            {
                End = null,
                Shift = vehicle.Shift with { Close = RoutingLimits.Horizon },
                MaxDistance = null,
                MaxDuration = null,
                MaxDriving = null,
                MaxStops = null,
                DurationCost = 0,
                OvertimeCost = 0,
            },
            visits
        );
    }

    private static bool Drives(RoutingProblem problem, VehicleType vehicle, int[] visits)
    {
        ImmutableArray<Client> clients = [.. visits.Select(c => problem.Clients[c] with { OnlyVehicles = [] })];
        var ids = clients.Select(c => c.Id).ToHashSet();
        var alone = problem with
        {
            Clients = clients,
            Vehicles = [vehicle with { Count = 1 }],
            Pairs = [.. problem.Pairs.Where(p => ids.Contains(p.PickupClient) && ids.Contains(p.DeliveryClient))],
            Locked = [],
        };
        var data = SearchDataBuilder.BuildLight(alone);
        int[] order = [.. Enumerable.Range(0, clients.Length)];
        return new RichSchedule(data).Evaluate(data.Types[0], order) < double.PositiveInfinity;
    }
}
