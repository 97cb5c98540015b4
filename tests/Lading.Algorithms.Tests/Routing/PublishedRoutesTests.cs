using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Formats;
using Lading.Optimization.Routing.Verification;

namespace Lading.Algorithms.Tests.Routing;

public sealed class PublishedRoutesTests
{
    [Theory]
    [InlineData("vrptw/solomon_100/C101.txt", DistanceRounding.Dimacs, 1)]
    [InlineData("vrptw/solomon_100/R209.txt", DistanceRounding.Dimacs, 1)]
    [InlineData("vrptw/gehring_homberger_1000/r1_10_6.txt", DistanceRounding.Dimacs, 1)]
    [InlineData("vrptw/gehring_homberger_1000/c2_10_4.txt", DistanceRounding.Dimacs, 1)]
    [InlineData("cvrp/cvrplib_x/X-n101-k25.vrp", DistanceRounding.Integer, 1)]
    [InlineData("cvrp/cvrplib_x/X-n979-k58.vrp", DistanceRounding.Integer, 1)]
    [InlineData("cvrp/cvrplib_xxl/Leuven1.vrp", DistanceRounding.Integer, 1)]
    [InlineData("hfvrp/X115-HVRP.vrp", DistanceRounding.None, 0.01)]
    [InlineData("mdvrptw/PR11A.vrp", DistanceRounding.None, 1000)]
    public void A_published_solution_is_feasible_and_costs_what_it_states(
        string file,
        DistanceRounding rounding,
        double statedPerUnit
    )
    {
        var problem = BenchmarkData.Problem(file, rounding);
        string text = BenchmarkData.Text(Path.ChangeExtension(file, ".sol"));
        var routes = VrplibSolution.Read(text, problem, out double? stated, out var refusal);
        routes.ShouldNotBeNull($"{refusal}");
        bool byVehicle = problem.Vehicles.Length > 1;
        var plan = PublishedRoutes.Timed(problem, routes);
        var verified = RouteVerifier.Verify(problem, plan);
        verified.Violations.ShouldBeEmpty();
        plan.RequiredLeftOut.ShouldBe(0);
        double tolerance = 0.02 + (byVehicle ? stated!.Value * 1e-5 : 0);
        (verified.Cost / problem.CostScale * statedPerUnit).ShouldBe(stated!.Value, tolerance);
    }

    [Theory]
    [InlineData("cvrp/", ".vrp", 50)]
    [InlineData("hfvrp/", ".vrp", 50)]
    [InlineData("mdvrptw/", ".vrp", 14)]
    [InlineData("pdptw/", ".txt", 40)]
    public void Every_published_problem_is_read(string folder, string ending, int least)
    {
        string[] names = [.. BenchmarkData.Names().Where(n => n.StartsWith(folder) && n.EndsWith(ending))];
        names.Length.ShouldBeGreaterThanOrEqualTo(least);
        foreach (string name in names)
        {
            bool read = RoutingFiles.TryRead(BenchmarkData.Text(name), null, out _, out var refusal);
            read.ShouldBeTrue($"{name}: {refusal}");
        }
    }

    private const string SmallFleet = """
        NAME: small
        TYPE: HFVRP
        DIMENSION: 6
        VEHICLES: 4
        EDGE_WEIGHT_TYPE: EUC_2D
        NODE_COORD_SECTION
        1 0 0
        2 10 0
        3 20 0
        4 0 15
        5 0 30
        6 -9 -9
        DEMAND_SECTION
        1 0
        2 4
        3 4
        4 9
        5 9
        6 2
        CAPACITY_SECTION
        1 3
        2 30
        3 3
        4 8
        VEHICLES_FIXED_COST_SECTION
        1 40
        2 90
        3 1
        4 5
        VEHICLES_UNIT_DISTANCE_COST_SECTION
        1 1
        2 4
        3 2
        4 3
        DEPOT_SECTION
        1
        EOF
        """;

    private const string TwoDepots = """
        NAME: two depots
        TYPE: MDVRPTW
        DIMENSION: 6
        VEHICLES: 4
        CAPACITY: 10
        VEHICLES_MAX_DURATION: 90
        EDGE_WEIGHT_TYPE: EUC_2D
        NODE_COORD_SECTION
        1 0 0
        2 100 0
        3 98 10
        4 105 20
        5 95 -20
        6 10 10
        DEMAND_SECTION
        1 0
        2 0
        3 6
        4 6
        5 4
        6 5
        SERVICE_TIME_SECTION
        1 0
        2 0
        3 2
        4 2
        5 2
        6 2
        TIME_WINDOW_SECTION
        1 0 300
        2 0 300
        3 100 150
        4 50 150
        5 100 200
        6 30 200
        VEHICLES_DEPOT_SECTION
        1 1
        2 1
        3 2
        4 2
        DEPOT_SECTION
        1
        2
        EOF
        """;

    private const string RichDay = """
        {
          "locations": [
            {"name": "a", "x": 0, "y": 0}, {"name": "b", "x": 30, "y": 0}, {"name": "c", "x": 0, "y": 40},
            {"name": "d", "x": -50, "y": 0}
          ],
          "vehicles": [
            {"id": "van", "count": 3, "start": 0, "end": 0, "capacity": [5], "shift": {"open": 0, "close": 900},
             "durationCost": 0.5, "breaks": [{"window": {"open": 60, "close": 90}, "duration": 20}]},
            {"id": "truck", "count": 2, "start": 0, "end": 0, "capacity": [9], "shift": {"open": 0, "close": 900},
             "drivingRule": {"after": 70, "rest": 15}, "reload": {"location": 0, "service": 5, "maxReloads": 2}}
          ],
          "clients": [
            {"id": "1", "location": 1, "delivery": [5],
             "windows": [{"open": 10, "close": 20}, {"open": 50, "close": 99}]},
            {"id": "2", "location": 2, "delivery": [9], "service": 10},
            {"id": "3", "location": 3, "delivery": [8], "windows": [{"open": 200, "close": 400}]}
          ],
          "travelSteps": [{"from": 50, "factor": 1.5}, {"from": 120, "factor": 1}]
        }
        """;

    [Theory]
    [InlineData(SmallFleet, 4)]
    [InlineData(TwoDepots, 4)]
    [InlineData(RichDay, 5)]
    public void A_plan_written_by_solve_is_verified_vehicle_by_vehicle(string text, int vehicles)
    {
        RoutingFiles.TryRead(text, null, out var problem, out var refusal).ShouldBeTrue($"{refusal}");
        var plan = RoutingSolver.Solve(problem!, new SolveOptions(), StopRule.Iterations(2_000));
        plan.RequiredLeftOut.ShouldBe(0);
        plan.Routes.Select(r => r.Vehicle).Max().ShouldBeGreaterThan(0, "the last vehicles must be the better ones");
        StringWriter written = new(),
            report = new();
        VrplibSolution.Write(written, problem!, plan);
        string[] solution = written.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        solution.Count(l => l.StartsWith("Route")).ShouldBeInRange(plan.VehiclesUsed, vehicles);
        RoutingCommand.Verify(problem!, written.ToString(), report).ShouldBe(0, $"{report}{written}");
        RoutingCommand.Verify(problem!, string.Join('\n', Moved(solution)), report).ShouldBe(1);
    }

    /// <summary>The same routes, each driven by the next vehicle.</summary>
    private static IEnumerable<string> Moved(IEnumerable<string> lines)
    {
        string[] routes = [.. lines.Where(l => l.StartsWith("Route")).Select(l => l.Split(':')[1])];
        return [.. routes.Select((r, k) => $"Route #{(k + 1) % routes.Length + 1}:{r}"), lines.Last()];
    }

    [Theory]
    [InlineData("Route #5: 2", 1, "routing.unknown-vehicle")]
    [InlineData("Route #0: 2", 1, "routing.unknown-vehicle")]
    [InlineData("Route #x: 2", 1, "routing.not-a-number")]
    [InlineData("Route #1: 2\nRoute #1: 1", 2, "routing.duplicate-id")]
    [InlineData("Route #1: 2\nRoute #2: 6", 2, "routing.unknown-client")]
    public void A_route_of_no_vehicle_is_refused(string text, int line, string code)
    {
        RoutingFiles.TryRead(SmallFleet, null, out var problem, out _).ShouldBeTrue();
        VrplibSolution.Read(text, problem!, out _, out var refusal).ShouldBeNull();
        (refusal!.Line, refusal.Code).ShouldBe((line, code));
    }
}
