using System.Diagnostics.CodeAnalysis;
using System.Text;
using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Answers;
using Lading.Optimization.Routing.Formats;
using Lading.Optimization.Routing.Verification;
using Lading.Platform.Work;

namespace Lading.Planning;

/// <summary>The child's side of <c>POST /plan/routes</c>: read, solve, verify, explain; each finding is said at
/// once.</summary>
public sealed class RouteWork
{
    private const int MostExplained = 50;

    private readonly WorkDesk desk;
    private readonly TimeProvider clock;
    private readonly PlanRoutesOptions options;
    private readonly RoutingProblem problem;
    private readonly bool isStopList;

    private RouteWork(
        WorkDesk desk,
        TimeProvider clock,
        PlanRoutesOptions options,
        RoutingProblem problem,
        bool isStopList
    )
    {
        (this.desk, this.clock, this.options) = (desk, clock, options);
        (this.problem, this.isStopList) = (problem, isStopList);
    }

    /// <summary>Does the work.</summary>
    public static void Run(WorkDesk desk, TimeProvider clock)
    {
        var (options, file) = desk.Take(PlanningJson.Default.PlanRoutesOptions);
        var text = BenchText.Of(file);
        var isStopList = text is not null && StopList.Is(text);
        if (!TryRead(text, isStopList, options, out var problem, out var refusal))
        {
            var refused = new RefusedFile(refusal.Code, refusal.Message, refusal.Field, refusal.Line, null);
            desk.Say("refused", refused, PlanningJson.Default.RefusedFile);
            return;
        }

        var work = new RouteWork(desk, clock, options, problem, isStopList);
        desk.Say("read", work.Read(), PlanningJson.Default.ProblemRead);
        desk.WaitForGo();
        work.Solve();
    }

    private static bool TryRead(
        string? text,
        bool isStopList,
        PlanRoutesOptions options,
        [NotNullWhen(true)] out RoutingProblem? problem,
        [NotNullWhen(false)] out RoutingRefusal? refusal
    )
    {
        (problem, refusal) = (null, null);
        if (text is null)
            refusal = new RoutingRefusal("routing.not-text", "The file is not UTF-8 text.", "file", 1);
        else if (isStopList)
            StopList.TryRead(
                text,
                new StopFleet(options.Vehicles, options.Capacity, options.Speed),
                out problem,
                out refusal
            );
        else if (RoutingFiles.TryRead(text, Rounding(options.Rounding), out problem, out refusal))
            refusal = Refit(ref problem, options);
        if (refusal is null && problem!.Clients.IsEmpty)
            refusal = new RoutingRefusal("routing.no-clients", "The file has no stops to plan.", "clients");
        return refusal is null;
    }

    /// <summary>Puts in the vehicles that were asked for.</summary>
    private static RoutingRefusal? Refit(ref RoutingProblem problem, PlanRoutesOptions options)
    {
        if (options.Capacity is not null)
            return new RoutingRefusal(
                "routing.capacity-in-file",
                "The file says what its vehicles hold; capacity is for a CSV of stops.",
                "capacity"
            );
        if (options.Vehicles is not { } count)
            return null;
        if (problem.Vehicles.Length > 1)
            return new RoutingRefusal(
                "routing.vehicles-in-file",
                $"The file names {problem.Vehicles.Length} types of vehicle; leave vehicles out.",
                "vehicles"
            );
        problem = problem with { Vehicles = [problem.Vehicles[0] with { Count = count }] };
        return null;
    }

    private static DistanceRounding? Rounding(string? name) =>
        name switch
        {
            "dimacs" => DistanceRounding.Dimacs,
            "integer" => DistanceRounding.Integer,
            "none" => DistanceRounding.None,
            _ => null,
        };

    private void Solve()
    {
        var started = clock.GetTimestamp();
        double At() => clock.GetElapsedTime(started).TotalSeconds;
        var every = TimeSpan.FromMilliseconds(Math.Max(250, problem.Clients.Length / 20));
        var plan = RoutingSolver.Solve(
            problem,
            new SolveOptions
            {
                Seed = (ulong)options.Seed,
                Objective = options.Objective == "vehicles" ? RoutingObjective.Vehicles : RoutingObjective.Cost,
                Watch = new PlanWatch(
                    every,
                    clock,
                    better => desk.Say("better", Better(better, At()), PlanningJson.Default.BetterPlan)
                ),
            },
            StopRule.After(TimeSpan.FromSeconds(options.Seconds), clock)
        );
        desk.Say("plan", Final(plan, At()), PlanningJson.Default.FinalPlan);
        Explain(plan);
    }

    private void Explain(RoutingPlan plan)
    {
        var started = clock.GetTimestamp();
        int[] left = [.. WhyNot.LeftOut(problem, plan)];
        var told = 0;
        foreach (var client in left.Take(MostExplained))
        {
            if (clock.GetElapsedTime(started).TotalSeconds >= options.WhySeconds)
                break;
            var why = WhyNot.Of(problem, plan, client);
            desk.Say("why", Why(client, why), PlanningJson.Default.WhyLeftOut);
            told++;
        }

        desk.Say("done", new WorkDone(told, left.Length - told), PlanningJson.Default.WorkDone);
    }

    private double Time(long units) => Math.Round(units / problem.Scale, 3);

    private double Cost(double units) => Math.Round(units / problem.CostScale, 4);

    private double Distance(long units) => Math.Round(units / (isStopList ? problem.CostScale : problem.Scale), 4);

    private ProblemRead Read()
    {
        var places = problem.Locations;
        var vehicles = problem.Vehicles;
        var depots = vehicles.SelectMany(v => (int?[])[v.Start, v.End, v.Reload?.Location]).OfType<int>().Distinct();
        return new ProblemRead(
            problem.Name,
            isStopList ? "earth"
                : places.DistinctBy(p => (p.X, p.Y)).Skip(1).Any() ? "plane"
                : "none",
            problem.ClockTimes,
            [.. depots.Select(d => new BenchPlace(places[d].Name, places[d].X, places[d].Y))],
            [.. problem.Clients.Select((c, k) => Stop(c, places[c.Location]))],
            [.. vehicles.Select(v => new BenchVehicle(v.Id, v.Count, v.Capacity.IsEmpty ? null : v.Capacity[0]))]
        );
    }

    private BenchStop Stop(Client c, Location place) =>
        new(
            c.Id,
            place.X,
            place.Y,
            c.Delivery.FirstOrDefault() + (long)c.Pickup.FirstOrDefault(),
            c.Windows.IsEmpty ? null : Time(c.Windows[0].Open),
            c.Windows.IsEmpty ? null : Time(c.Windows[^1].Close),
            Time(c.Service)
        );

    private BetterPlan Better(RoutingPlan plan, double at) =>
        new(
            Math.Round(at, 2),
            Cost(plan.Cost),
            plan.VehiclesUsed,
            plan.Unassigned.Length,
            plan.Iterations,
            [.. plan.Routes.Select(r => new BetterRoute(r.Vehicle, [.. r.Clients]))]
        );

    private FinalPlan Final(RoutingPlan plan, double at)
    {
        var verified = RouteVerifier.Verify(problem, plan);
        return new FinalPlan(
            Math.Round(at, 2),
            Cost(plan.Cost),
            Distance(plan.Distance),
            plan.Iterations,
            new Verification(
                verified.Feasible,
                Cost(verified.Cost),
                [.. verified.Violations.Take(20).Select(v => $"{v.Message} ({v.Code})")]
            ),
            plan.Unassigned,
            [.. plan.Routes.Select(Route)]
        );
    }

    private FinalRoute Route(PlannedRoute r) =>
        new(
            r.Vehicle,
            Time(r.Departure),
            Time(r.Return),
            Distance(r.Distance),
            Cost(r.Cost),
            [
                .. r.Stops.Select(s => new FinalStop(
                    s.Kind.ToString().ToLowerInvariant(),
                    s.Kind == StopKind.Client ? s.Client : null,
                    Time(s.Arrival),
                    Time(s.Begin),
                    Time(s.Departure)
                )),
            ]
        );

    private WhyLeftOut Why(int client, WhyNotAnswer answer) =>
        new(
            client,
            [.. answer.Reasons.Select(r => new WhyVehicle(r.Vehicle, r.Obstacle, r.Words))],
            [
                .. answer.Relaxations.Select(r => new WhatWouldDo(
                    r.Kind,
                    r.Words,
                    r.Kind is "window" or "shift" or "duration" or "driving" ? Time(r.Amount) : r.Amount,
                    Cost(r.CostAdded)
                )),
            ]
        );
}
