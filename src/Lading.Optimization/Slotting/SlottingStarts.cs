using System.Runtime.InteropServices;
using Lading.Optimization.Picking;

namespace Lading.Optimization.Slotting;

/// <summary>
/// Starting slottings that keep both truths: frequent SKUs lie near the depot, and SKUs of a group share aisles. SKUs
/// are cut into bands of demand and places into rings around the depot, as many in each; within a ring the groups
/// follow each other along the aisles, in the same order in every ring, so that a group's aisles line up from ring to
/// ring.
/// </summary>
internal static class SlottingStarts
{
    private static readonly int[] GroupSizes = [20, 50, 100];
    private static readonly int[] Bands = [1, 3, 12, 25, 50];
    private static readonly double[] AcrossWeights = [0.25, 0.5, 1];

    public static IEnumerable<int[]> All(SlottingProblem problem, AffinityGroups affinity)
    {
        var ranked = CubePerOrderIndex.Ranked(problem).ToArray();
        int[][] rings = [.. AcrossWeights.Select(w => CubePerOrderIndex.Nearest(problem, w))];
        foreach (var nearest in rings)
            yield return SlotFilling.Fill(problem, ranked, nearest);
        foreach (var size in GroupSizes)
        {
            var rank = GroupRank(problem, affinity.Grouped(size));
            foreach (var bands in Bands.Where(b => b <= ranked.Length))
            {
                foreach (var nearest in rings)
                    yield return SlotFilling.Fill(
                        problem,
                        Banded(ranked, bands, s => rank[s]),
                        Ringed(problem, nearest, ranked.Length, bands)
                    );
            }
        }
    }

    private static IEnumerable<int> Banded(int[] ranked, int bands, Func<int, int> key) =>
        ranked.Chunk((ranked.Length + bands - 1) / bands).SelectMany(band => band.OrderBy(key));

    private static int[] Ringed(SlottingProblem problem, int[] nearest, int skus, int bands) =>
        [
            .. nearest
                .Chunk((skus + bands - 1) / bands)
                .SelectMany(ring => ring.OrderBy(l => problem.Locations[l].Position)),
        ];

    /// <summary>Place of each SKU's group when the groups with most requests per SKU come first.</summary>
    private static int[] GroupRank(SlottingProblem problem, List<int>[] groups)
    {
        var frequency = SlottingCost.Frequencies(problem);
        var rank = new int[problem.Skus.Count];
        var ordered = groups.OrderByDescending(g => g.Average(s => frequency[s])).ThenBy(g => g.Min());
        foreach (var (group, place) in ordered.Select((g, i) => (g, i)))
        {
            foreach (var sku in group)
                rank[sku] = place;
        }
        return rank;
    }
}

/// <summary>
/// Compares whole slottings on an even sample of the rounds: dozens of starts differ by far more than its error.
/// </summary>
internal sealed class StartJudge(SlottingProblem problem)
{
    private const int Sample = 3_000;
    private readonly ExactPickTour _exact = new(problem.Layout);

    public double Cost(IReadOnlyList<int> assignment)
    {
        var cost = 0.0;
        var picks = new List<PickPosition>();
        for (var round = 0; round < problem.Rounds.Length; round += 1 + problem.Rounds.Length / Sample)
        {
            picks.Clear();
            foreach (var sku in problem.Rounds[round])
            {
                var location = problem.Locations[assignment[sku]];
                picks.Add(location.Position);
                cost += problem.Skus[sku].WeightKg * location.Effort;
            }
            cost += _exact.Length(CollectionsMarshal.AsSpan(picks));
        }
        return cost;
    }
}
