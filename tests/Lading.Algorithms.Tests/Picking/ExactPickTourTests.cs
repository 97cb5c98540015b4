using Lading.Optimization;
using Lading.Optimization.Picking;

namespace Lading.Algorithms.Tests.Picking;

public sealed class ExactPickTourTests
{
    private static readonly double[] Coarse = [0, 0.25, 0.5, 0.75, 1];

    [Theory]
    [InlineData(1, 4_400)]
    [InlineData(2, 4_400)]
    [InlineData(3, 1_000)]
    [InlineData(4, 300)]
    public void A_tour_is_as_short_as_the_best_over_all_sequences(int blocks, int seeds)
    {
        for (var seed = 0; seed < seeds; seed++)
        {
            var random = new Random(seed);
            var layout = RandomLayout(random, blocks);
            var picks = RandomPicks(random, layout, 1 + random.Next(8));
            var exact = new ExactPickTour(layout);

            exact.Length(picks).ShouldBe(HeldKarp.Length(layout, picks), 1e-9, $"blocks {blocks}, seed {seed}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void The_walk_visits_every_pick_once_and_is_as_long_as_announced(int blocks)
    {
        for (var seed = 0; seed < (blocks == 6 ? 4 : 1_000); seed++)
        {
            var random = new Random(seed);
            var layout = RandomLayout(random, blocks);
            var picks = RandomPicks(random, layout, 1 + random.Next(40));
            var order = new int[picks.Length];
            var exact = new ExactPickTour(layout);

            var length = exact.Tour(picks, order);

            length.ShouldBe(exact.Length(picks), 1e-9, $"blocks {blocks}, seed {seed}");
            order.Order().ShouldBe(Enumerable.Range(0, picks.Length), $"blocks {blocks}, seed {seed}");
            WalkLength(layout, picks, order).ShouldBe(length, 1e-9, $"blocks {blocks}, seed {seed}");
        }
    }

    [Fact]
    public void A_tour_allocates_nothing_once_warm()
    {
        var random = new Random(5);
        var layout = WarehouseLayout.Regular(aisles: 15, aisleSpacing: 5, blocks: 2, blockLength: 20);
        var picks = RandomPicks(random, layout, 40);
        var order = new int[picks.Length];
        var exact = new ExactPickTour(layout);
        exact.Tour(picks, order);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            exact.Length(picks);
        exact.Tour(picks, order);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void No_picks_are_no_walk()
    {
        var exact = new ExactPickTour(WarehouseLayout.Regular(3, 4, 1, 10));

        exact.Length([]).ShouldBe(0);
        exact.Tour([], []).ShouldBe(0);
    }

    [Fact]
    public void Positions_outside_the_layout_are_refused_by_name()
    {
        var exact = new ExactPickTour(WarehouseLayout.Regular(3, 4, 1, 10));

        Should.Throw<OptimizationInputException>(() => exact.Length([new(3, 1)])).Field.ShouldBe("picks[0].aisle");
        Should
            .Throw<OptimizationInputException>(() => exact.Length([new(0, 1), new(1, double.NaN)]))
            .Field.ShouldBe("picks[1].y");
        Should.Throw<OptimizationInputException>(() => exact.Length([new(0, 10.5)])).Message.ShouldContain("0 to 10");
        Should.Throw<OptimizationInputException>(() => exact.Tour([new(0, 1)], [])).Field.ShouldBe("order.length");
    }

    [Fact]
    public void Layouts_that_cannot_be_walked_are_refused()
    {
        Refused(() => new WarehouseLayout([], [0, 1], 0), "aisleX.count");
        Refused(() => new WarehouseLayout([0, 0], [0, 1], 0), "aisleX[1]");
        Refused(() => new WarehouseLayout([0], [0, double.NaN], 0), "crossAisleY[1]");
        Refused(() => new WarehouseLayout([0], [0, 1], double.NaN), "depotX");
        Refused(() => new WarehouseLayout([0], [0, 1], 0, depotCrossAisle: 2), "depotCrossAisle");
        Refused(() => new WarehouseLayout([0], [0, 1], 0, depotOffset: -1), "depotOffset");
        Refused(() => new ExactPickTour(WarehouseLayout.Regular(2, 1, 7, 1)), "layout.blockCount");
    }

    internal static WarehouseLayout RandomLayout(Random random, int blocks)
    {
        var x = 0.0;
        var aisles = Enumerable.Range(0, 1 + random.Next(6)).Select(_ => x += 1 + random.Next(5)).ToArray();
        var y = 0.0;
        var crosses = Enumerable.Range(0, blocks + 1).Select(_ => y += 2 + random.Next(10)).ToArray();
        // Before, on, between and behind the aisles, so that a depot column of its own is met often.
        var depotX = random.Next(2) == 0 ? aisles[random.Next(aisles.Length)] : random.NextDouble() * (x + 4);
        return new WarehouseLayout(aisles, crosses, depotX, random.Next(blocks + 1), random.Next(3));
    }

    internal static PickPosition[] RandomPicks(Random random, WarehouseLayout layout, int count)
    {
        var (front, back) = (layout.CrossAisleY[0], layout.CrossAisleY[^1]);
        // A coarse grid makes ties and picks on the cross aisles themselves; a fine one makes none.
        var coarse = random.Next(2) == 0;
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new PickPosition(
                    random.Next(layout.AisleCount),
                    front + (back - front) * (coarse ? Coarse[random.Next(5)] : random.NextDouble())
                )),
        ];
    }

    internal static double WalkLength(WarehouseLayout layout, PickPosition[] picks, IReadOnlyList<int> order)
    {
        var length = layout.DepotDistance(picks[order[0]]) + layout.DepotDistance(picks[order[^1]]);
        for (var i = 1; i < order.Count; i++)
            length += layout.Distance(picks[order[i - 1]], picks[order[i]]);
        return length;
    }

    private static void Refused(Action action, string field) =>
        Should.Throw<OptimizationInputException>(action).Field.ShouldBe(field);
}
