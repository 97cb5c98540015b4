using FsCheck;
using FsCheck.Fluent;
using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Verification;

namespace Lading.Algorithms.Tests.Routing;

public sealed class SearchPropertyTests
{
    private static RoutingPlan Solve(RoutingProblem problem, ulong seed, long steps = 300) =>
        RoutingSolver.Solve(problem, new SolveOptions { Seed = seed }, StopRule.Iterations(steps));

    private static PlanRank Rank(RoutingPlan plan) => plan.Rank(RoutingObjective.Cost);

    private static void ForSeeds(Func<Variant, int, bool> holds) =>
        Prop.ForAll(
                Gen.Elements(Enum.GetValues<Variant>())
                    .SelectMany(v => Gen.Choose(0, 1_000_000), (v, seed) => (v, seed))
                    .Where(p => ProblemCheck.Refuse(RandomProblems.Make(p.v, p.seed)) is null)
                    .ToArbitrary(),
                p => holds(p.v, p.seed)
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_seed_gives_the_same_plan() =>
        ForSeeds(
            (variant, seed) =>
            {
                var problem = RandomProblems.Make(variant, seed);
                RoutingPlan one = Solve(problem, 7),
                    two = Solve(problem, 7);
                return one.Cost == two.Cost
                    && one.Routes.Select(r => string.Join(' ', r.Stops))
                        .SequenceEqual(two.Routes.Select(r => string.Join(' ', r.Stops)));
            }
        );

    [Fact]
    public void Shifting_all_windows_shifts_the_plan() =>
        ForSeeds(
            (variant, seed) =>
            {
                var problem = RandomProblems.Make(variant, seed);
                const int by = 1000;
                ServiceWindow Later(ServiceWindow w) => new(w.Open + by, w.Close + by);
                var later = problem with
                {
                    Clients = [.. problem.Clients.Select(c => c with { Windows = [.. c.Windows.Select(Later)] })],
                    Vehicles =
                    [
                        .. problem.Vehicles.Select(v =>
                            v with
                            {
                                Shift = Later(v.Shift),
                                Breaks = [.. v.Breaks.Select(b => b with { Window = Later(b.Window) })],
                            }
                        ),
                    ],
                    TravelSteps = [.. problem.TravelSteps.Select(s => s with { From = s.From + by })],
                };
                RoutingPlan early = Solve(problem, 3),
                    late = Solve(later, 3);
                return Math.Abs(early.Cost - late.Cost) < 1e-6
                    && early
                        .Routes.Zip(late.Routes)
                        .All(p =>
                            p.First.Departure + by == p.Second.Departure
                            && p.First.Clients.SequenceEqual(p.Second.Clients)
                        );
            }
        );

    [Fact]
    public void Doubling_amounts_and_capacities_changes_nothing() =>
        ForSeeds(
            (variant, seed) =>
            {
                var problem = RandomProblems.Make(variant, seed);
                var doubled = problem with
                {
                    Clients =
                    [
                        .. problem.Clients.Select(c =>
                            c with
                            {
                                Delivery = [.. c.Delivery.Select(a => 2 * a)],
                                Pickup = [.. c.Pickup.Select(a => 2 * a)],
                            }
                        ),
                    ],
                    Vehicles =
                    [
                        .. problem.Vehicles.Select(v => v with { Capacity = [.. v.Capacity.Select(a => 2 * a)] }),
                    ],
                    Pairs = [.. problem.Pairs.Select(p => p with { Amount = [.. p.Amount.Select(a => 2 * a)] })],
                };
                return Solve(problem, 5).Cost == Solve(doubled, 5).Cost;
            }
        );

    [Fact]
    public void A_warm_start_is_never_made_worse() =>
        ForSeeds(
            (variant, seed) =>
            {
                var problem = RandomProblems.Make(variant, seed);
                var before = Solve(problem, 1, 20);
                var after = RoutingSolver.Solve(
                    problem,
                    new SolveOptions { Seed = 2, WarmStart = before },
                    StopRule.Iterations(20)
                );
                return !Rank(before).Betters(Rank(after));
            }
        );

    [Theory]
    [InlineData(60, false)]
    [InlineData(60, true)]
    public void Larger_random_plans_pass_the_verifier(int clients, bool pairs)
    {
        var problem = WithShift(clients, pairs);
        var plan = RoutingSolver.Solve(problem, new SolveOptions { Threads = 2 }, StopRule.Iterations(1500));
        RouteVerifier.Verify(problem, plan).Violations.ShouldBeEmpty();
        plan.RequiredLeftOut.ShouldBe(0);
        var fewer = RoutingSolver.Solve(
            problem,
            new SolveOptions { Objective = RoutingObjective.Vehicles },
            StopRule.Iterations(1500)
        );
        RouteVerifier.Verify(problem, fewer).Violations.ShouldBeEmpty();
        fewer.VehiclesUsed.ShouldBeLessThanOrEqualTo(plan.VehiclesUsed);
    }

    private static RoutingProblem WithShift(int clients, bool pairs)
    {
        var random = new Random(clients);
        var places = Enumerable
            .Range(0, clients + 1)
            .Select(k => new Location($"{k}", random.Next(100), random.Next(100)))
            .ToArray();
        return new RoutingProblem
        {
            Locations = [.. places],
            Travel = [TravelMatrix.Straight(places, 1, false)],
            Clients =
            [
                .. Enumerable
                    .Range(1, clients)
                    .Select(k => new Client
                    {
                        Id = $"{k}",
                        Location = k,
                        Delivery = pairs ? [] : [random.Next(1, 9)],
                        Service = 5,
                        Windows = random.Next(2) == 0 ? [] : [new(random.Next(0, 300), random.Next(300, 600))],
                    }),
            ],
            Pairs = !pairs
                ? []
                :
                [
                    .. Enumerable
                        .Range(0, clients / 2)
                        .Select(k => new PickupDelivery($"{(2 * k) + 1}", $"{(2 * k) + 2}", [random.Next(1, 9)])),
                ],
            Vehicles =
            [
                new VehicleType
                {
                    Id = "v",
                    Count = 30,
                    Start = 0,
                    End = 0,
                    Capacity = [30],
                    Shift = new(0, 900),
                    MaxDuration = 600,
                    DurationCost = 0.1,
                },
            ],
        };
    }

    /// <summary>On the searching thread's own processor time, after a short search that has everything compiled:
    /// neither a busy machine nor the compiler and the other tests of this process stretch it.</summary>
    [Theory]
    [InlineData(1_000, false)]
    [InlineData(150, true)]
    [InlineData(2_500, false)]
    public void A_time_budget_is_kept(int clients, bool rich)
    {
        var problem = WithShift(clients, false);
        ShiftBreak[] breaks = rich ? [new(new(200, 400), 30)] : [];
        problem = problem with { Vehicles = [problem.Vehicles[0] with { Count = clients, Breaks = [.. breaks] }] };
        RoutingSolver.Solve(problem, new SolveOptions(), StopRule.Iterations(1));
        var seconds = clients > 1_000 ? 5 : 2;
        var stop = new ThreadTimeRule(TimeSpan.FromSeconds(seconds));
        var plan = RoutingSolver.Solve(problem, new SolveOptions(), stop);
        stop.Spent(0).ShouldBeInRange(1, 1 + Math.Max(0.05, 0.25 / seconds)); // one step more, on a slow machine
        plan.Iterations.ShouldBeGreaterThan(0);
        RouteVerifier.Verify(problem, plan).Violations.ShouldBeEmpty();
    }

    [Fact]
    public void One_second_makes_a_good_plan_of_a_published_problem()
    {
        var problem = BenchmarkData.Problem("vrptw/gehring_homberger_1000/r1_10_1.txt", DistanceRounding.Dimacs);
        RoutingSolver.Solve(problem, new SolveOptions(), StopRule.Iterations(1)); // compiled
        var stop = new ThreadTimeRule(TimeSpan.FromSeconds(1)); // the process also runs the other tests
        var plan = RoutingSolver.Solve(problem, new SolveOptions(), stop);
        RouteVerifier.Verify(problem, plan).Violations.ShouldBeEmpty();
        (plan.Cost / problem.CostScale / 53026.1).ShouldBeLessThan(1.35);
    }

    /// <summary>A plan's cost is computed anew when it is shown, the search's own is kept step by step.</summary>
    [Fact]
    public void The_best_plan_never_gets_worse_and_each_one_passes_the_verifier() =>
        ForSeeds(
            (variant, seed) =>
            {
                var problem = RandomProblems.Make(variant, seed);
                var shown = new List<PlanRank>();
                bool sound = true;
                void Show(RoutingPlan plan)
                {
                    shown.Add(Rank(plan));
                    sound &= RouteVerifier.Verify(problem, plan).Feasible;
                }
                var watch = new PlanWatch(TimeSpan.Zero, TimeProvider.System, Show);
                RoutingSolver.Solve(problem, new SolveOptions { Watch = watch }, StopRule.Iterations(300));
                return sound && shown.Zip(shown.Skip(1)).All(p => p.Second.Betters(p.First));
            }
        );
}
