using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Formats;
using Lading.Optimization.Routing.Verification;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>A good plan spoilt in one way must be found out in that way.</summary>
public sealed class VerifierTests
{
    private static readonly RoutingProblem Problem = new()
    {
        Locations = [new("depot", 0, 0), new("a", 10, 0), new("b", 20, 0), new("c", 30, 0)],
        Travel =
        [
            TravelMatrix.Straight([new("depot", 0, 0), new("a", 10, 0), new("b", 20, 0), new("c", 30, 0)], 1, false),
        ],
        Clients =
        [
            new()
            {
                Id = "a",
                Location = 1,
                Delivery = [4],
                Service = 5,
                Windows = [new(10, 40)],
            },
            new()
            {
                Id = "b",
                Location = 2,
                Delivery = [4],
                Service = 5,
                Windows = [new(20, 60)],
            },
            new()
            {
                Id = "c",
                Location = 3,
                Delivery = [2],
                Service = 5,
                Skills = ["crane"],
            },
        ],
        Pairs = [new("a", "b", [1])],
        Vehicles =
        [
            new()
            {
                Id = "truck",
                Start = 0,
                End = 0,
                Capacity = [11],
                Shift = new(0, 100),
                Skills = ["crane"],
                MaxDuration = 80,
                Breaks = [new(new(20, 50), 4)],
            },
        ],
    };

    private static RoutingPlan Good() => RoutingSolver.Solve(Problem, new SolveOptions(), StopRule.Iterations(200));

    private static string[] Codes(RoutingProblem problem, RoutingPlan plan) =>
        [.. RouteVerifier.Verify(problem, plan).Violations.Select(v => v.Code).Distinct()];

    private static RoutingPlan WithStops(Func<PlannedStop[], IEnumerable<PlannedStop>> change)
    {
        var plan = Good();
        return plan with { Routes = [plan.Routes[0] with { Stops = [.. change([.. plan.Routes[0].Stops])] }] };
    }

    [Fact]
    public void The_good_plan_is_good()
    {
        Codes(Problem, Good()).ShouldBeEmpty();
        Good().Routes[0].Stops.Count(s => s.Kind == StopKind.Break).ShouldBe(1);
    }

    [Fact]
    public void Spoilt_plans_are_found_out()
    {
        var v = Problem.Vehicles[0];
        Codes(Problem with { Vehicles = [v with { Capacity = [9] }] }, Good()).ShouldContain("capacity");
        Codes(Problem with { Vehicles = [v with { Skills = [] }] }, Good()).ShouldContain("skills");
        Codes(Problem with { Vehicles = [v with { MaxDuration = 70 }] }, Good()).ShouldContain("duration");
        Codes(Problem with { Vehicles = [v with { MaxDistance = 59 }] }, Good()).ShouldContain("distance-limit");
        Codes(Problem with { Vehicles = [v with { MaxDriving = 59 }] }, Good()).ShouldContain("driving");
        Codes(Problem with { Vehicles = [v with { MaxStops = 2 }] }, Good()).ShouldContain("stops");
        Codes(Problem with { Vehicles = [v with { Shift = new(0, 60) }] }, Good()).ShouldContain("late");
        Codes(Problem with { Vehicles = [v with { Count = 0 }] }, Good()).ShouldContain("fleet");
        Codes(Problem with { Vehicles = [v with { FixedCost = 1 }] }, Good()).ShouldContain("cost");
        Codes(Problem with { Vehicles = [v with { DrivingRule = new(15, 30) }] }, Good()).ShouldContain("driving-rule");
        Codes(Problem with { Pairs = [new("b", "a", [1])] }, Good()).ShouldContain("pair");
        Codes(Problem with { Locked = [new("truck", ["c"])] }, Good()).ShouldContain("locked");
        Codes(Problem with { TravelSteps = [new(0, 2)] }, Good()).ShouldContain("travel");
        Codes(Problem, WithStops(s => s.Where(x => x.Kind != StopKind.Break))).ShouldContain("break");
        Codes(Problem, WithStops(s => s.Where(x => x.Client != 2))).ShouldContain("unassigned");
        Codes(Problem, WithStops(s => [.. s, s.First(x => x.Kind == StopKind.Client)])).ShouldContain("twice");
        Codes(Problem, WithStops(s => s.Select(x => x with { Departure = x.Begin }))).ShouldContain("service");
        Codes(Problem, WithStops(s => s.Select(x => x with { Arrival = x.Arrival - 1 }))).ShouldContain("travel");
        Codes(Problem, WithStops(s => s.Select(x => x with { Begin = x.Begin + 60 }))).ShouldContain("late");
        Codes(Problem, WithStops(s => [.. s, new(StopKind.Reload, -1, 99, 99, 99)])).ShouldContain("reload");
        Codes(Problem, Good() with { RequiredLeftOut = 1 }).ShouldContain("left-out");
        Codes(Problem, Good() with { LeftOutWeight = 1 }).ShouldContain("left-out");
        Codes(Problem, Good() with { Cost = 1 }).ShouldContain("cost");
    }

    [Fact]
    public void The_commands_solve_write_and_verify()
    {
        const string tiny =
            "NAME : tiny\nDIMENSION : 4\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 6\n"
            + "NODE_COORD_SECTION\n1 0 0\n2 0 10\n3 10 0\n4 0 20\nDEMAND_SECTION\n1 0\n2 3\n3 3\n4 3\n"
            + "DEPOT_SECTION\n1\n-1\nEOF\n";
        RoutingFiles.TryRead(tiny, null, out var problem, out var refusal).ShouldBeTrue($"{refusal}");
        StringWriter report = new(),
            routes = new();
        var command = new SolveCommand { Seconds = 0.05, BestKnown = 60 };
        RoutingCommand.Solve(command, problem!, report, () => routes, new EveryLookAMillisecond()).ShouldBe(0);
        report.ToString().ShouldContain("cost 60, 2 vehicles");
        report.ToString().ShouldContain("0.00 %");
        RoutingCommand.Verify(problem!, routes.ToString(), report).ShouldBe(0, report.ToString());
        RoutingCommand.Verify(problem!, "Route #1: 1 2 3\nCost 60\n", report).ShouldBe(1);
        RoutingCommand.Verify(problem!, "Cost 60\n", report).ShouldBe(2);
        report.ToString().ShouldContain("routing.no-routes");
    }

    /// <summary>A clock that moves when it is looked at, so that a slow machine makes as many steps as a fast one.
    /// </summary>
    internal sealed class EveryLookAMillisecond : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks += TimeSpan.TicksPerMillisecond;
    }
}
