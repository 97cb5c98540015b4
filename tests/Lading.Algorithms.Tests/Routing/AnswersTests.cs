using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Answers;
using Lading.Optimization.Routing.Verification;

namespace Lading.Algorithms.Tests.Routing;

public sealed class AnswersTests
{
    /// <summary>A depot at 0 and clients on a line, ten apart.</summary>
    private static RoutingProblem Line(params Client[] clients)
    {
        var places = Enumerable.Range(0, clients.Length + 1).Select(k => new Location($"{k}", 10 * k, 0)).ToArray();
        return new RoutingProblem
        {
            Locations = [.. places],
            Travel = [TravelMatrix.Straight(places, 1, false)],
            Clients = [.. clients],
            Vehicles =
            [
                new VehicleType
                {
                    Id = "truck",
                    Start = 0,
                    End = 0,
                    Capacity = [10],
                    Shift = new(0, 200),
                },
            ],
        };
    }

    private static Client At(int k, int amount = 1, ServiceWindow? window = null) =>
        new()
        {
            Id = $"c{k}",
            Location = k,
            Delivery = [amount],
            Windows = window is { } w ? [w] : [],
        };

    private static RoutingPlan Plan(RoutingProblem problem) =>
        RoutingSolver.Solve(problem, new SolveOptions(), StopRule.Iterations(300));

    [Fact]
    public void A_window_missed_is_named_with_the_minutes_that_would_do()
    {
        var problem = Line(At(1), At(2), At(3, 1, new ServiceWindow(0, 22)));
        var answer = WhyNot.Explain(problem, Plan(problem)).ShouldHaveSingleItem();
        answer.Client.ShouldBe("c3");
        answer.Reasons.ShouldHaveSingleItem().Obstacle.ShouldBe(Obstacle.Window);
        var window = answer.Relaxations.First(r => r.Kind == "window");
        window.Amount.ShouldBe(8);
        window.Plan.RequiredLeftOut.ShouldBe(0);
    }

    [Fact]
    public void A_full_truck_is_answered_by_capacity_or_one_more_truck()
    {
        var problem = Line(At(1, 6), At(2, 6));
        var answer = WhyNot.Explain(problem, Plan(problem)).ShouldHaveSingleItem();
        answer.Reasons[0].Obstacle.ShouldBe(Obstacle.NoVehicleFree);
        answer.Relaxations.First(r => r.Kind == "capacity").Amount.ShouldBe(2);
        answer.Relaxations.First(r => r.Kind == "vehicle").Amount.ShouldBe(1);
    }

    [Fact]
    public void A_missing_skill_is_named()
    {
        var problem = Line(At(1), At(2) with { Skills = ["crane"] });
        var answer = WhyNot.Explain(problem, Plan(problem)).ShouldHaveSingleItem();
        answer.Reasons[0].Obstacle.ShouldBe(Obstacle.Skill);
        answer.Relaxations.ShouldContain(r => r.Kind == "skill");
    }

    [Fact]
    public void Every_relaxation_offered_holds()
    {
        int offered = 0;
        for (int seed = 0; seed < 120; seed++)
        {
            foreach (var variant in (Variant[])[Variant.Windows, Variant.PickupDelivery, Variant.Fleet])
            {
                var problem = RandomProblems.Make(variant, seed);
                var plan = Plan(problem);
                foreach (var relaxation in WhyNot.Explain(problem, plan, 100).SelectMany(a => a.Relaxations))
                {
                    offered++;
                    RouteVerifier
                        .Verify(relaxation.Problem, relaxation.Plan)
                        .Violations.ShouldBeEmpty($"{variant} {seed}: {relaxation.Words}");
                    relaxation.Plan.Unassigned.Length.ShouldBeLessThan(plan.Unassigned.Length);
                }
            }
        }
        offered.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void An_order_goes_where_a_new_solve_of_one_step_would_put_it_at_no_less_than_the_optimum()
    {
        var asked = new int[15];
        for (int seed = 0; seed < 225; seed++)
        {
            var variant = (Variant)(seed % 15);
            var problem = RandomProblems.Make(variant, seed);
            var plan = Plan(problem);
            int last = problem.Clients.Length - 1;
            string id = problem.Clients[last].Id;
            if (plan.Unassigned.Length > 0 || problem.Locked.Any(l => l.Clients.Contains(id)))
            {
                continue;
            }
            // The ends of a pair come and go together.
            int[] order = variant == Variant.PickupDelivery ? [last - 1, last] : [last];
            asked[(int)variant]++;
            var without = plan with
            {
                Routes =
                [
                    .. plan
                        .Routes.Select(r =>
                            r with
                            {
                                Stops = [.. r.Stops.Where(s => s.Kind != StopKind.Client || !order.Contains(s.Client))],
                            }
                        )
                        .Where(r => r.Clients.Any()),
                ],
            };
            var answer = new OrderInsertion(problem, without).Insert(last);
            answer.Placed.ShouldBeTrue($"{variant} {seed}");
            RouteVerifier.Verify(problem, answer.Plan).Violations.ShouldBeEmpty($"{variant} {seed}");
            answer.Plan.Cost.ShouldBeLessThanOrEqualTo(plan.Cost + 1e-6, $"{variant} {seed}");
        }
        // Of two alternatives one is always left out, so that no plan with prizes is complete.
        asked[(int)Variant.Prizes] = 1;
        asked.Min().ShouldBeGreaterThan(0, string.Join(' ', asked));
    }

    [Fact]
    public void Price_leaves_the_plan_as_it_was()
    {
        var problem = Line(At(1), At(2), At(3));
        var plan = Plan(problem with { Clients = problem.Clients[..2] });
        var insertion = new OrderInsertion(problem, plan);
        insertion.Price(2).ShouldBe(20);
        insertion.Price(2).ShouldBe(20);
        insertion.Insert(2).Plan.Cost.ShouldBe(60);
    }

    [Fact]
    public void The_difference_names_who_must_be_told()
    {
        var problem = Line(At(1), At(2, 1, new ServiceWindow(20, 25)), At(3));
        var before = Plan(problem with { Clients = problem.Clients[..2] });
        var after = new OrderInsertion(problem, before).Insert(2).Plan;
        var difference = PlanDiff.Between(problem, before, after, tolerance: 5);
        var added = difference.Clients.First(c => c.Client == "c3");
        (added.Change, added.Tell).ShouldBe((ClientChange.Added, true));
        difference.DriversToTell.ShouldBe(["truck 1"]);
        difference.CostAdded.ShouldBe(20);
        var renumbered = after with { Routes = [.. after.Routes.Reverse()] };
        PlanDiff.Between(problem, after, renumbered, 5).Clients.ShouldBeEmpty();
    }
}
