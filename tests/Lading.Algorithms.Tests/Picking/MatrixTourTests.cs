using Lading.Optimization;
using Lading.Optimization.Picking;

namespace Lading.Algorithms.Tests.Picking;

public sealed class MatrixTourTests
{
    [Fact]
    public void Small_tours_are_as_short_as_the_best_over_all_sequences()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var distances = RandomMatrix(random, 1 + random.Next(9));

            var (order, length) = MatrixTour.Solve(distances, SearchLimit.Iterations(0));

            length.ShouldBe(HeldKarp.Length(distances), 1e-9, $"seed {seed}");
            LengthOf(distances, order).ShouldBe(length, 1e-9, $"seed {seed}");
        }
    }

    [Fact]
    public void Larger_asymmetric_tours_are_valid_and_come_close_to_the_optimum()
    {
        var above = 0.0;
        for (var seed = 0; seed < 15; seed++)
        {
            // One stop more than the subset method takes, so that the local search works.
            var distances = RandomMatrix(new Random(seed), MatrixTour.ExactStops + 1);

            var (order, length) = MatrixTour.Solve(distances, SearchLimit.Iterations(2_000), seed);

            order.Order().ShouldBe(Enumerable.Range(0, MatrixTour.ExactStops + 1));
            LengthOf(distances, order).ShouldBe(length, 1e-9);
            above += length / HeldKarp.Length(distances) - 1;
        }
        (above / 15).ShouldBeLessThan(0.02);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Search_over_many_blocks_stays_within_a_half_percent_of_the_exact_tour(int blocks)
    {
        var above = 0.0;
        for (var seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            var layout = WarehouseLayout.Regular(10, 5, blocks, 40.0 / blocks);
            var picks = ExactPickTourTests.RandomPicks(random, layout, 40);
            var distances = new FloorGraph(layout).Distances(picks);

            var (_, length) = MatrixTour.Solve(distances, SearchLimit.Iterations(1_500), seed);

            var exact = new ExactPickTour(layout).Length(picks);
            length.ShouldBeGreaterThanOrEqualTo(exact - 1e-6);
            above += length / exact - 1;
        }
        (above / 10).ShouldBeLessThan(0.005);
    }

    [Fact]
    public void The_same_seed_gives_the_same_tour()
    {
        var distances = RandomMatrix(new Random(3), 60);

        var first = MatrixTour.Solve(distances, SearchLimit.Iterations(100), seed: 4);

        MatrixTour.Solve(distances, SearchLimit.Iterations(100), seed: 4).Order.ShouldBe(first.Order);
    }

    [Fact]
    public void Matrices_without_a_sense_are_refused()
    {
        var progress = SearchLimit.Iterations(1);
        Should
            .Throw<OptimizationInputException>(() => MatrixTour.Solve(new double[2, 3], progress))
            .Field.ShouldBe("distances");
        Should
            .Throw<OptimizationInputException>(() =>
                MatrixTour.Solve(
                    new[,]
                    {
                        { 0, double.NaN },
                        { 1, 0 },
                    },
                    progress
                )
            )
            .Field.ShouldBe("distances[0, 1]");
        Should.Throw<OptimizationInputException>(() => SearchLimit.Iterations(-1)).Field.ShouldBe("count");
        MatrixTour.Solve(new double[1, 1], progress).Order.ShouldBeEmpty();
    }

    private static double[,] RandomMatrix(Random random, int stops)
    {
        var distances = new double[stops + 1, stops + 1];
        for (var i = 0; i <= stops; i++)
        {
            for (var j = 0; j <= stops; j++)
                distances[i, j] = i == j ? 0 : random.Next(1, 100);
        }
        return distances;
    }

    private static double LengthOf(double[,] distances, int[] order)
    {
        var depot = distances.GetLength(0) - 1;
        var length = distances[depot, order[0]] + distances[order[^1], depot];
        for (var i = 1; i < order.Length; i++)
            length += distances[order[i - 1], order[i]];
        return length;
    }
}
