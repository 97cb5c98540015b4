using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Verification;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>Who stays where not everybody fits, and which of two plans is the better one.</summary>
public sealed class PriorityTests
{
    /// <summary>A van with so much room, and clients of these loads and priorities, each farther away.</summary>
    private static RoutingProblem Problem(int room, params (int Load, int Priority)[] clients)
    {
        var places = Enumerable.Range(0, clients.Length + 1).Select(k => new Location($"{k}", 10 * k, 0)).ToArray();
        return new RoutingProblem
        {
            Locations = [.. places],
            Travel = [TravelMatrix.Straight(places, 1, false)],
            Vehicles =
            [
                new VehicleType
                {
                    Id = "van",
                    Start = 0,
                    End = 0,
                    Capacity = [room],
                },
            ],
            Clients =
            [
                .. clients.Select(
                    (c, k) =>
                        new Client
                        {
                            Id = $"{k}",
                            Location = k + 1,
                            Delivery = [c.Load],
                            Priority = c.Priority,
                        }
                ),
            ],
        };
    }

    private static int[] Served(RoutingProblem problem, int threads = 1)
    {
        var plan = RoutingSolver.Solve(problem, new SolveOptions { Threads = threads }, StopRule.Iterations(500));
        RouteVerifier.Verify(problem, plan).Violations.ShouldBeEmpty();
        return [.. plan.Routes.SelectMany(r => r.Clients).Order()];
    }

    [Fact]
    public void Of_two_that_do_not_both_fit_the_higher_stays_whatever_it_costs() =>
        Served(Problem(4, (4, 0), (4, 0), (4, 0), (4, 1))).ShouldBe([3]);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_priority_of_three_stays_against_three_without_and_yields_to_five(int threads)
    {
        Served(Problem(6, (2, 0), (2, 0), (2, 0), (6, 3)), threads).ShouldBe([3]);
        Served(Problem(10, (2, 0), (2, 0), (2, 0), (2, 0), (2, 0), (10, 3)), threads).ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public void Weight_left_out_comes_before_vehicles_and_those_before_cost()
    {
        new PlanRank(1, 9, 9).Betters(new PlanRank(2, 1, 1)).ShouldBeTrue();
        new PlanRank(1, 1, 9).Betters(new PlanRank(1, 2, 1)).ShouldBeTrue();
        new PlanRank(1, 1, 1).Betters(new PlanRank(1, 1, 2)).ShouldBeTrue();
        new PlanRank(1, 1, 1).Betters(new PlanRank(1, 1, 1)).ShouldBeFalse();
        PlanRank.None.Betters(new PlanRank(1, 1, 1)).ShouldBeFalse();
    }

    [Fact]
    public void A_group_of_which_nobody_is_served_counts_once()
    {
        var problem = Problem(4, (5, 1), (5, 7), (4, 0));
        problem = problem with
        {
            Clients = [.. problem.Clients.Select(c => c.Delivery[0] == 5 ? c with { Group = "either" } : c)],
        };
        var plan = RoutingSolver.Solve(problem, new SolveOptions(), StopRule.Iterations(100));
        (plan.RequiredLeftOut, plan.LeftOutWeight).ShouldBe((1, 8));
        RouteVerifier.Verify(problem, plan).Violations.ShouldBeEmpty();
    }
}
