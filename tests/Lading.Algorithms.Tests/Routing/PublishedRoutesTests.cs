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
        var plan = PublishedRoutes.Timed(problem, routes, byVehicle);
        var verified = RouteVerifier.Verify(problem, plan);
        verified.Violations.ShouldBeEmpty();
        plan.RequiredLeftOut.ShouldBe(0);
        double tolerance = 0.02 + (byVehicle ? stated!.Value * 1e-5 : 0);
        (verified.Cost / problem.CostScale * statedPerUnit).ShouldBe(stated!.Value, tolerance);
    }
}
