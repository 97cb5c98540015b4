using System.Collections.Immutable;

namespace Lading.Optimization.Routing.Answers;

/// <summary>Single changes, each tried from large to small until it no longer helps.</summary>
internal static class Relaxations
{
    /// <summary>Most the client, with the other end of its pair, brings aboard.</summary>
    public static long[] Needs(RoutingProblem problem, int client)
    {
        var c = problem.Clients[client];
        var pair = problem.Pairs.FirstOrDefault(p => p.PickupClient == c.Id || p.DeliveryClient == c.Id);
        long[] needs = new long[problem.Dimensions];
        for (int d = 0; d < needs.Length; d++)
        {
            needs[d] = Math.Max(At(c.Delivery, d), At(c.Pickup, d)) + (pair is null ? 0 : At(pair.Amount, d));
        }
        return needs;
    }

    private static int At(ImmutableArray<int> amounts, int d) => d < amounts.Length ? amounts[d] : 0;

    public static ImmutableArray<Relaxation> Of(RoutingProblem problem, RoutingPlan plan, int client, int solve)
    {
        var c = problem.Clients[client];
        var found = new List<Relaxation?>();
        if (!c.Windows.IsEmpty)
        {
            AddWindows(found, problem, plan, client, solve);
        }
        for (int t = 0; t < problem.Vehicles.Length && t < 8; t++)
        {
            AddVehicle(found, problem, plan, client, solve, t);
        }
        if (!c.Skills.IsEmpty || !c.OnlyVehicles.IsEmpty)
        {
            var free = problem with
            {
                Clients = problem.Clients.SetItem(client, c with { Skills = [], OnlyVehicles = [] }),
            };
            found.Add(
                Smallest(
                    problem,
                    plan,
                    client,
                    solve,
                    1,
                    _ => free,
                    "skill",
                    _ => "let any vehicle serve it: " + string.Join(", ", c.Skills.Concat(c.OnlyVehicles))
                )
            );
        }
        return [.. found.OfType<Relaxation>().OrderBy(r => r.CostAdded).ThenBy(r => r.Amount)];
    }

    private static void AddWindows(
        List<Relaxation?> found,
        RoutingProblem problem,
        RoutingPlan plan,
        int client,
        int solve
    )
    {
        var c = problem.Clients[client];
        long room = RoutingLimits.Horizon / 4;
        found.Add(
            Smallest(
                problem,
                plan,
                client,
                solve,
                room,
                by => WithWindow(problem, client, 0, by),
                "window",
                by => $"open until {Said.At(problem, c.Windows[^1].Close + by)}, {Said.Long(problem, by)} later"
            )
        );
        found.Add(
            Smallest(
                problem,
                plan,
                client,
                solve,
                c.Windows[0].Open,
                by => WithWindow(problem, client, by, 0),
                "window",
                by => $"open from {Said.At(problem, c.Windows[0].Open - by)}, {Said.Long(problem, by)} earlier"
            )
        );
    }

    private static void AddVehicle(
        List<Relaxation?> found,
        RoutingProblem problem,
        RoutingPlan plan,
        int client,
        int solve,
        int type
    )
    {
        var v = problem.Vehicles[type];
        found.Add(
            Smallest(
                problem,
                plan,
                client,
                solve,
                3,
                by => With(problem, type, v with { Count = v.Count + (int)by }),
                "vehicle",
                by => $"{by} more {v.Id}"
            )
        );
        found.Add(
            Smallest(
                problem,
                plan,
                client,
                solve,
                RoutingLimits.Horizon - v.Shift.Close,
                by => With(problem, type, v with { Shift = v.Shift with { Close = v.Shift.Close + (int)by } }),
                "shift",
                by => $"let {v.Id} return {Said.Long(problem, by)} later"
            )
        );
        found.Add(Limit(problem, plan, client, solve, type, v, "duration"));
        found.Add(Limit(problem, plan, client, solve, type, v, "driving"));
        found.Add(Capacity(problem, plan, client, solve, type, v));
    }

    private static RoutingProblem With(RoutingProblem problem, int type, VehicleType changed) =>
        problem with
        {
            Vehicles = problem.Vehicles.SetItem(type, changed),
        };

    private static RoutingProblem WithWindow(RoutingProblem problem, int client, long earlier, long later)
    {
        var c = problem.Clients[client];
        var windows = c.Windows;
        windows = windows.SetItem(0, windows[0] with { Open = (int)Math.Max(0, windows[0].Open - earlier) });
        long close = Math.Min(RoutingLimits.Horizon, windows[^1].Close + later);
        windows = windows.SetItem(windows.Length - 1, windows[^1] with { Close = (int)close });
        return problem with { Clients = problem.Clients.SetItem(client, c with { Windows = windows }) };
    }

    private static Relaxation? Limit(
        RoutingProblem problem,
        RoutingPlan plan,
        int client,
        int solve,
        int type,
        VehicleType v,
        string kind
    )
    {
        int? limit = kind == "duration" ? v.MaxDuration : v.MaxDriving;
        return limit is not { } now
            ? null
            : Smallest(
                problem,
                plan,
                client,
                solve,
                RoutingLimits.Horizon - now,
                by =>
                    With(
                        problem,
                        type,
                        kind == "duration"
                            ? v with
                            {
                                MaxDuration = now + (int)by,
                            }
                            : v with
                            {
                                MaxDriving = now + (int)by,
                            }
                    ),
                kind,
                by => $"{Said.Long(problem, by)} more {kind} for {v.Id}"
            );
    }

    private static Relaxation? Capacity(
        RoutingProblem problem,
        RoutingPlan plan,
        int client,
        int solve,
        int type,
        VehicleType v
    )
    {
        long[] needs = Needs(problem, client);
        int d = Enumerable.Range(0, v.Capacity.Length).FirstOrDefault(k => needs[k] > 0, -1);
        return d < 0
            ? null
            : Smallest(
                problem,
                plan,
                client,
                solve,
                needs[d],
                by =>
                    With(
                        problem,
                        type,
                        v with
                        {
                            Capacity = v.Capacity.SetItem(d, (int)Math.Min(RoutingLimits.Amount, v.Capacity[d] + by)),
                        }
                    ),
                "capacity",
                by => $"room for {by} more{Said.Dimension(problem, d)} in {v.Id}"
            );
    }

    /// <summary>Smallest amount up to <paramref name="most"/> that makes the client fit, by bisection: more never
    /// fits worse. Null when even the most does not help.</summary>
    private static Relaxation? Smallest(
        RoutingProblem problem,
        RoutingPlan plan,
        int client,
        int solve,
        long most,
        Func<long, RoutingProblem> relaxed,
        string kind,
        Func<long, string> words
    )
    {
        if (most <= 0 || Confirm(relaxed(most), plan, client, solve) is not { } best)
        {
            return null;
        }
        long low = 0,
            high = most;
        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            if (Confirm(relaxed(middle), plan, client, 0) is { } smaller)
            {
                (high, best) = (middle, smaller);
            }
            else
            {
                low = middle;
            }
        }
        return new Relaxation(words(high), kind, high, best.Cost - plan.Cost, relaxed(high), best);
    }

    /// <summary>A plan of the relaxed problem that serves the client and loses nobody: by insertion, else by a short
    /// search from the plan.</summary>
    private static RoutingPlan? Confirm(RoutingProblem relaxed, RoutingPlan plan, int client, int solve)
    {
        var insertion = new OrderInsertion(
            relaxed with
            {
                Clients = relaxed.Clients.SetItem(client, relaxed.Clients[client] with { Prize = null }),
            },
            plan
        );
        var answer = insertion.Insert(client);
        if (answer.Placed && answer.Plan.Unassigned.Length < plan.Unassigned.Length)
        {
            return answer.Plan;
        }
        if (solve <= 0)
        {
            return null;
        }
        var searched = RoutingSolver.Solve(relaxed, new SolveOptions { WarmStart = plan }, StopRule.Iterations(solve));
        var served = searched.Routes.SelectMany(r => r.Clients).ToHashSet();
        return served.Contains(client) && plan.Routes.SelectMany(r => r.Clients).All(served.Contains) ? searched : null;
    }
}
