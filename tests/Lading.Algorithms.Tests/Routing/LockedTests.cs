using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Verification;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>A running day is planned anew from what it has committed.</summary>
public sealed class LockedTests
{
    public enum Day
    {
        Plain,
        Paid,
        Broken,
        Jammed,
    }

    /// <summary>A depot at 0 and four clients ten apart; the truck is committed to c1 and c2, in this order.</summary>
    private static RoutingProblem Running(Day day, ServiceWindow second)
    {
        var places = Enumerable.Range(0, 5).Select(k => new Location($"{k}", 10 * k, 0)).ToArray();
        return new RoutingProblem
        {
            Locations = [.. places],
            Travel = [TravelMatrix.Straight(places, 1, false)],
            Clients =
            [
                .. Enumerable
                    .Range(1, 4)
                    .Select(k => new Client
                    {
                        Id = $"c{k}",
                        Location = k,
                        Delivery = [2],
                        Service = 3,
                        Windows = k == 2 ? [second] : [],
                    }),
            ],
            Vehicles =
            [
                new VehicleType
                {
                    Id = "truck",
                    Count = 2,
                    Start = 0,
                    End = 0,
                    Capacity = [8],
                    Shift = new(0, 300),
                    DurationCost = day == Day.Paid ? 1 : 0,
                    Breaks = day == Day.Broken ? [new(new(0, 60), 5)] : [],
                },
            ],
            TravelSteps = day == Day.Jammed ? [new(5, 2)] : [],
            Locked = [new LockedPrefix("truck", ["c1", "c2"])],
        };
    }

    private static RoutingPlan Solve(RoutingProblem problem, RoutingPlan? warm = null) =>
        RoutingSolver.Solve(problem, new SolveOptions { WarmStart = warm }, StopRule.Iterations(300));

    [Theory]
    [InlineData(Day.Plain, 23)]
    [InlineData(Day.Paid, 23)]
    [InlineData(Day.Broken, 23)]
    [InlineData(Day.Jammed, 38)]
    public void A_committed_visit_that_is_late_is_made_as_early_as_it_can_be(Day day, int begin)
    {
        var problem = Running(day, new ServiceWindow(0, 15));
        var plan = Solve(problem);
        RouteVerifier.Verify(problem, plan).Violations.ShouldBeEmpty();
        plan.RequiredLeftOut.ShouldBe(0);
        plan.Routes.SelectMany(r => r.Stops)
            .Single(s => s.Kind == StopKind.Client && s.Client == 1)
            .Begin.ShouldBe(begin);
    }

    [Fact]
    public void A_visit_that_is_late_by_choice_is_not_excused()
    {
        var problem = Running(Day.Plain, new ServiceWindow(0, 15));
        var plan = Solve(problem);
        int at = plan.Routes.ToList().FindIndex(r => r.Clients.First() == 0);
        PlannedStop Later(PlannedStop s) =>
            s with
            {
                Arrival = s.Arrival + 1,
                Begin = s.Begin + 1,
                Departure = s.Departure + 1,
            };
        var route = plan.Routes[at];
        var dawdling = route with
        {
            Departure = route.Departure + 1,
            Return = route.Return + 1,
            Stops = [.. route.Stops.Select(Later)],
        };
        RouteVerifier
            .Verify(problem, plan with { Routes = plan.Routes.SetItem(at, dawdling) })
            .Violations.ShouldHaveSingleItem()
            .Code.ShouldBe("late");
    }

    [Fact]
    public void What_is_committed_stays_whatever_routes_are_given()
    {
        var problem = Running(Day.Plain, new ServiceWindow(0, 100));
        var free = problem with { Locked = [] };
        var given = Solve(free) with { };
        var backwards = given with
        {
            Routes = [.. given.Routes.Select(r => r with { Stops = [.. r.Stops.OrderByDescending(s => s.Client)] })],
        };
        var plan = Solve(problem, backwards);
        RouteVerifier.Verify(problem, plan).Violations.ShouldBeEmpty();
        plan.RequiredLeftOut.ShouldBe(0);
    }

    [Fact]
    public void Given_routes_that_break_a_rule_do_not_stop_the_search()
    {
        var problem = Running(Day.Broken, new ServiceWindow(0, 30)) with { Locked = [] };
        var given = Solve(problem);
        var late = given with
        {
            Routes = [.. given.Routes.Select(r => r with { Stops = [.. r.Stops.OrderByDescending(s => s.Client)] })],
        };
        var plan = Solve(problem, late);
        plan.Cost.ShouldBe(given.Cost);
        RouteVerifier.Verify(problem, plan).Violations.ShouldBeEmpty();
    }

    [Fact]
    public void A_committed_route_that_is_too_full_is_refused_by_visit()
    {
        var problem = Running(Day.Plain, new ServiceWindow(0, 100));
        problem = problem with { Clients = problem.Clients.SetItem(1, problem.Clients[1] with { Delivery = [7] }) };
        var refusal = ProblemCheck.Refuse(problem)!;
        (refusal.Code, refusal.Field).ShouldBe(("routing.locked-infeasible", "locked[0].clients[1]"));
        refusal.Message.ShouldContain("c2");
    }

    [Fact]
    public void Goods_aboard_are_delivered_by_the_vehicle_that_has_them()
    {
        var problem = Running(Day.Plain, new ServiceWindow(0, 100)) with { Pairs = [new("c2", "c4", [1])] };
        var plan = Solve(problem);
        RouteVerifier.Verify(problem, plan).Violations.ShouldBeEmpty();
        plan.RequiredLeftOut.ShouldBe(0);
        var behind = problem with { Pairs = [new("c3", "c1", [1])] };
        ProblemCheck.Refuse(behind)!.Field.ShouldBe("locked[0].clients[0]");
    }

    [Fact]
    public void A_visit_the_vehicle_may_not_make_or_a_second_alternative_is_not_committed()
    {
        var problem = Running(Day.Plain, new ServiceWindow(0, 100));
        RoutingRefusal? With(Func<Client, Client> change) =>
            ProblemCheck.Refuse(problem with { Clients = [.. problem.Clients.Select(change)] });
        With(c => c.Id == "c2" ? c with { Skills = ["crane"] } : c)!.Field.ShouldBe("locked[0].clients[1]");
        var second = With(c => c with { Group = c.Id is "c1" or "c2" ? "either" : null });
        (second!.Code, second.Field).ShouldBe(("routing.locked-infeasible", "locked[0].clients[1]"));
    }
}
