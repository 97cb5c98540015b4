using FsCheck;
using FsCheck.Fluent;
using Lading.Optimization;
using Lading.Optimization.Picking;

namespace Lading.Algorithms.Tests.Picking;

public sealed class RuleRoutesTests
{
    private static readonly WarehouseLayout Three = WarehouseLayout.Regular(
        3,
        aisleSpacing: 4,
        blocks: 1,
        blockLength: 10
    );

    [Theory]
    [InlineData(RouteRule.SShape, 16 + 10 + 10 + 2 * 3)]
    [InlineData(RouteRule.Return, 16 + 2 * 2 + 2 * 9 + 2 * 3)]
    [InlineData(RouteRule.LargestGap, 16 + 10 + 2 * 2 + 10)]
    public void Hand_worked_lengths_in_three_aisles(RouteRule rule, double length)
    {
        // Aisle 0 is picked at 2; aisle 1 at 1 and 9, where the largest gap is 8; aisle 2 at 3.
        PickPosition[] picks = [new(1, 9), new(0, 2), new(2, 3), new(1, 1)];

        RuleRoutes.Length(Three, picks, rule).ShouldBe(length, 1e-9);
    }

    [Fact]
    public void No_rule_is_shorter_than_the_exact_tour() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var random = new Random(seed);
                    var drawn = ExactPickTourTests.RandomLayout(random, blocks: 1);
                    var layout = new WarehouseLayout(drawn.AisleX.ToArray(), drawn.CrossAisleY.ToArray(), drawn.DepotX);
                    var picks = ExactPickTourTests.RandomPicks(random, layout, 1 + random.Next(30));
                    var exact = new ExactPickTour(layout).Length(picks);
                    return Enum.GetValues<RouteRule>()
                        .All(rule => RuleRoutes.Length(layout, picks, rule) >= exact - 1e-9);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Rules_refuse_layouts_they_are_not_made_for()
    {
        var twoBlocks = WarehouseLayout.Regular(3, 4, 2, 10);
        var depotBehind = new WarehouseLayout([0, 4], [0, 10], 0, depotCrossAisle: 1);

        Should
            .Throw<OptimizationInputException>(() => RuleRoutes.Length(twoBlocks, [new(0, 1)], RouteRule.SShape))
            .Field.ShouldBe("layout.blockCount");
        Should
            .Throw<OptimizationInputException>(() => RuleRoutes.Length(depotBehind, [new(0, 1)], RouteRule.SShape))
            .Field.ShouldBe("layout.depotCrossAisle");
    }
}
