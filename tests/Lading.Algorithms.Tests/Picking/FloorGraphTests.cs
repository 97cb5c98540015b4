using Lading.Optimization;
using Lading.Optimization.Picking;

namespace Lading.Algorithms.Tests.Picking;

public sealed class FloorGraphTests
{
    private static readonly WarehouseLayout Two = WarehouseLayout.Regular(
        2,
        aisleSpacing: 4,
        blocks: 1,
        blockLength: 10
    );

    [Fact]
    public void Without_rules_the_network_gives_the_closed_form_distances()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var layout = ExactPickTourTests.RandomLayout(random, 1 + random.Next(4));
            var picks = ExactPickTourTests.RandomPicks(random, layout, 6);

            var distances = new FloorGraph(layout).Distances(picks);

            for (var i = 0; i < 6; i++)
            {
                distances[i, 6].ShouldBe(layout.DepotDistance(picks[i]), 1e-9, $"seed {seed}");
                for (var j = 0; j < 6; j++)
                    distances[i, j].ShouldBe(layout.Distance(picks[i], picks[j]), 1e-9, $"seed {seed}");
            }
        }
    }

    [Fact]
    public void An_obstacle_sends_the_picker_round_the_other_way()
    {
        var graph = new FloorGraph(Two, stretches: [new BlockedStretch(0, 4, 6)]);

        var distances = graph.Distances([new(0, 3), new(0, 7)]);

        // Down to the front, across, up aisle 1, back across and down to 7.
        distances[0, 1].ShouldBe(3 + 4 + 10 + 4 + 3);
    }

    [Fact]
    public void A_one_way_aisle_makes_distances_asymmetric()
    {
        var graph = new FloorGraph(Two, oneWay: [new OneWayAisle(0, TowardsBack: true)]);

        var distances = graph.Distances([new(0, 2), new(0, 5)]);

        distances[0, 1].ShouldBe(3);
        distances[1, 0].ShouldBe(5 + 4 + 10 + 4 + 2);
    }

    [Fact]
    public void A_blocked_crossing_is_walked_around()
    {
        var graph = new FloorGraph(Two, crossings: [new BlockedCrossing(0, 0)]);

        graph.Distances([new(1, 1)])[1, 0].ShouldBe(10 + 4 + 9);
    }

    [Fact]
    public void Positions_that_cannot_be_reached_are_refused_by_name()
    {
        var cut = new FloorGraph(Two, stretches: [new(1, 2, 3), new(1, 7, 8)]);
        var blind = new FloorGraph(Two, crossings: [new(0, 0), new(1, 0)], stretches: []);

        Should
            .Throw<OptimizationInputException>(() => cut.Distances([new(0, 1), new(1, 5)]))
            .Field.ShouldBe("picks[1]");
        Should.Throw<OptimizationInputException>(() => cut.Distances([new(1, 2.5)])).Message.ShouldContain("blocked");
        Should.Throw<OptimizationInputException>(() => blind.Distances([new(1, 5)])).Message.ShouldContain("reached");
    }

    [Fact]
    public void Rules_outside_the_layout_are_refused()
    {
        Should.Throw<OptimizationInputException>(() => new FloorGraph(Two, [new BlockedStretch(2, 1, 2)]));
        Should.Throw<OptimizationInputException>(() => new FloorGraph(Two, [new BlockedStretch(0, 2, 2)]));
        Should.Throw<OptimizationInputException>(() => new FloorGraph(Two, crossings: [new BlockedCrossing(0, 1)]));
        Should.Throw<OptimizationInputException>(() =>
            new FloorGraph(Two, oneWay: [new OneWayAisle(0, true), new OneWayAisle(0, false)])
        );
    }
}
