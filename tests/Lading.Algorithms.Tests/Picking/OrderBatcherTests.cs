using FsCheck;
using FsCheck.Fluent;
using Lading.Optimization;
using Lading.Optimization.Picking;

namespace Lading.Algorithms.Tests.Picking;

public sealed class OrderBatcherTests
{
    private static readonly WarehouseLayout Hall = WarehouseLayout.Regular(6, 5, 1, 20);

    [Fact]
    public void Every_order_rides_once_within_the_cart_and_lengths_are_exact() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var problem = Drawn(new Random(seed), orders: 25, waves: 3);

                    var plan = OrderBatcher.Plan(problem, new BatchingOptions(SearchLimit.Iterations(40), seed));

                    Verify(problem, plan);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Plans_of_few_orders_are_the_best_of_all_partitions()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var problem = Drawn(new Random(seed), orders: 7, waves: 1);

            var plan = OrderBatcher.Plan(problem, new BatchingOptions(SearchLimit.Iterations(300), seed));

            plan.Length.ShouldBe(BestPartition(problem), 1e-9, $"seed {seed}");
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_plan()
    {
        var problem = Drawn(new Random(1), orders: 40, waves: 1);
        var options = new BatchingOptions(SearchLimit.Iterations(200), Seed: 9);

        OrderBatcher
            .Plan(problem, options)
            .Batches.Select(b => string.Join(',', b.Orders))
            .ShouldBe(OrderBatcher.Plan(problem, options).Batches.Select(b => string.Join(',', b.Orders)));
    }

    [Fact]
    public void Doubling_load_and_capacity_changes_nothing()
    {
        var problem = Drawn(new Random(2), orders: 30, waves: 1);
        var doubled = new BatchingProblem(
            problem.Layout,
            [.. problem.Orders.Select(o => o with { Lines = [.. o.Lines.Select(l => l with { Load = 2 * l.Load })] })],
            problem.Cart with
            {
                Capacity = 2 * problem.Cart.Capacity,
            }
        );
        var options = new BatchingOptions(SearchLimit.Iterations(200));

        OrderBatcher.Plan(doubled, options).Length.ShouldBe(OrderBatcher.Plan(problem, options).Length, 1e-9);
    }

    [Fact]
    public void Waves_without_room_are_refused_by_name()
    {
        PickOrder[] orders = [Order("a", 4, latest: 0), Order("b", 4, latest: 0)];
        var problem = new BatchingProblem(Hall, orders, new CartLimits(10), [new("early", 5), new("late", 50)]);

        Should
            .Throw<OptimizationInputException>(() =>
                OrderBatcher.Plan(problem, new BatchingOptions(SearchLimit.Iterations(1)))
            )
            .Message.ShouldContain("raise the capacity of waves 0 to 0");
    }

    [Fact]
    public void Bad_problems_are_refused_by_field()
    {
        Refused([], 10, "orders.count");
        Refused([Order("a", 1), Order("a", 1)], 10, "orders[1].id");
        Refused([Order("a", 11)], 10, "orders[0].load");
        Refused([Order("a", double.NaN)], 10, "orders[0].lines[0].load");
        Refused([Order("a", 1)], double.NaN, "cart.capacity");
        Refused([new PickOrder("a", [])], 10, "orders[0].lines.count");
        Refused([new PickOrder("a", [new OrderLine(new PickPosition(9, 1), 1)])], 10, "orders[0].lines[0].aisle");
        Refused([Order("a", 1) with { EarliestWave = 1 }], 10, "orders[0].earliestWave");
        Refused([Order("a", 1, latest: -1)], 10, "orders[0].latestWave");
    }

    [Fact]
    public void Zones_split_orders_and_keep_every_line()
    {
        var problem = Drawn(new Random(4), orders: 20, waves: 1);
        PickZone[] zones = [new("west", 0, 2, HandoverX: 5), new("east", 3, 5, HandoverX: 20)];

        var work = ZonePicking.Split(problem, zones);

        work.Sum(w => w.Problem.Orders.Sum(o => o.Lines.Count)).ShouldBe(problem.Orders.Sum(o => o.Lines.Count));
        foreach (var zone in work)
        {
            foreach (var (part, order) in zone.Problem.Orders.Zip(zone.PartOf))
                part.Id.ShouldBe(problem.Orders[order].Id);
            Verify(zone.Problem, OrderBatcher.Plan(zone.Problem, new BatchingOptions(SearchLimit.Iterations(20))));
        }
        Should
            .Throw<OptimizationInputException>(() =>
                ZonePicking.Split(problem, [new("all", 0, 5, 0), new("b", 5, 5, 0)])
            )
            .Field.ShouldBe("zones[1]");
        Should
            .Throw<OptimizationInputException>(() => ZonePicking.Split(problem, [new("part", 0, 2, 0)]))
            .Message.ShouldContain("let a zone cover this aisle");
    }

    [Fact]
    public void A_cluster_round_fills_one_tote_per_order_along_the_walk()
    {
        var problem = Drawn(new Random(5), orders: 12, waves: 1);
        var plan = OrderBatcher.Plan(problem, new BatchingOptions(SearchLimit.Iterations(50)));

        foreach (var batch in plan.Batches)
        {
            var stops = ClusterPicking.Walk(problem, batch);
            stops.Count.ShouldBe(batch.Orders.Sum(o => problem.Orders[o].Lines.Count));
            stops.GroupBy(s => s.Order).ShouldAllBe(g => g.Select(s => s.Tote).Distinct().Count() == 1);
            stops.Select(s => s.Tote).Distinct().ShouldBe(Enumerable.Range(0, batch.Orders.Count));
            PickPosition[] picks = [.. stops.Select(s => s.Position)];
            ExactPickTourTests
                .WalkLength(problem.Layout, picks, [.. Enumerable.Range(0, picks.Length)])
                .ShouldBe(batch.Length, 1e-9);
        }
    }

    private static void Verify(BatchingProblem problem, BatchPlan plan)
    {
        plan.Batches.SelectMany(b => b.Orders).Order().ShouldBe(Enumerable.Range(0, problem.Orders.Count));
        var exact = new ExactPickTour(problem.Layout);
        foreach (var batch in plan.Batches)
        {
            batch.Load.ShouldBe(batch.Orders.Sum(o => problem.Loads[o]), 1e-9);
            batch.Load.ShouldBeLessThanOrEqualTo(problem.Cart.Capacity + 1e-9);
            batch.Orders.Count.ShouldBeLessThanOrEqualTo(problem.Cart.MaxOrders);
            batch.Orders.ShouldAllBe(o =>
                problem.Orders[o].EarliestWave <= batch.Wave && batch.Wave <= problem.Orders[o].LatestWave
            );
            PickPosition[] picks = [.. batch.Orders.SelectMany(o => problem.Orders[o].Lines).Select(l => l.Position)];
            batch.Length.ShouldBe(exact.Length(picks), 1e-9);
        }
        foreach (var wave in plan.Batches.GroupBy(b => b.Wave))
            wave.Sum(b => b.Load).ShouldBeLessThanOrEqualTo(problem.Waves[wave.Key].Capacity + 1e-9);
    }

    private static double BestPartition(BatchingProblem problem)
    {
        var n = problem.Orders.Count;
        var exact = new ExactPickTour(problem.Layout);
        var best = new double[1 << n];
        var alone = new double[1 << n];
        for (var set = 1; set < 1 << n; set++)
        {
            var members = Enumerable.Range(0, n).Where(o => (set >> o & 1) == 1).ToList();
            var fits =
                members.Sum(o => problem.Loads[o]) <= problem.Cart.Capacity && members.Count <= problem.Cart.MaxOrders;
            PickPosition[] picks = [.. members.SelectMany(o => problem.Orders[o].Lines).Select(l => l.Position)];
            best[set] = alone[set] = fits ? exact.Length(picks) : double.PositiveInfinity;
            for (var part = (set - 1) & set; part > 0; part = (part - 1) & set)
                best[set] = Math.Min(best[set], best[part] + alone[set ^ part]);
        }
        return best[^1];
    }

    private static BatchingProblem Drawn(Random random, int orders, int waves) =>
        new(
            Hall,
            [
                .. Enumerable
                    .Range(0, orders)
                    .Select(o =>
                    {
                        var wave = random.Next(waves);
                        return new PickOrder(
                            $"{o}",
                            [
                                .. ExactPickTourTests
                                    .RandomPicks(random, Hall, 1 + random.Next(5))
                                    .Select(p => new OrderLine(p, random.Next(1, 4))),
                            ],
                            wave,
                            wave + random.Next(2)
                        );
                    }),
            ],
            new CartLimits(20, MaxOrders: 4),
            waves == 1 ? null : [.. Enumerable.Range(0, waves + 1).Select(w => new PickWave($"{w}", 200))]
        );

    private static PickOrder Order(string id, double load, int latest = int.MaxValue) =>
        new(id, [new OrderLine(new PickPosition(0, 1), load)], 0, latest);

    private static void Refused(PickOrder[] orders, double capacity, string field) =>
        Should
            .Throw<OptimizationInputException>(() => new BatchingProblem(Hall, orders, new CartLimits(capacity)))
            .Field.ShouldBe(field);
}
