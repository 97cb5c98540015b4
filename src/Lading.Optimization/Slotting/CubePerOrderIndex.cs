namespace Lading.Optimization.Slotting;

/// <summary>
/// The classical rule (Heskett 1963): SKUs by space per request, smallest first, into the places nearest to the depot.
/// Optimal when each walk fetches one SKU; blind to what is bought together.
/// </summary>
public static class CubePerOrderIndex
{
    /// <summary>Place (index) per SKU.</summary>
    /// <exception cref="OptimizationInputException">Weights and volumes leave a SKU without a place.</exception>
    public static IReadOnlyList<int> Assign(SlottingProblem problem) =>
        SlotFilling.Fill(problem, Ranked(problem), Nearest(problem, acrossWeight: 1));

    /// <summary>SKUs by index; without volumes the index is one over the number of requests.</summary>
    internal static IEnumerable<int> Ranked(SlottingProblem problem)
    {
        var frequency = SlottingCost.Frequencies(problem);
        return Enumerable.Range(0, frequency.Length).OrderBy(s => Index(problem, frequency, s)).ThenBy(s => s);
    }

    internal static double Index(SlottingProblem problem, int[] frequency, int sku) =>
        (problem.Skus[sku].Volume > 0 ? problem.Skus[sku].Volume : 1) / Math.Max(frequency[sku], 1e-3);

    /// <summary>
    /// Places by their walk from the depot; metres across aisles may count for more than metres along them.
    /// </summary>
    internal static int[] Nearest(SlottingProblem problem, double acrossWeight)
    {
        var layout = problem.Layout;
        var depotY = layout.CrossAisleY[layout.DepotCrossAisle];
        double Far(int location)
        {
            var position = problem.Locations[location].Position;
            var across = Math.Abs(layout.AisleX[position.Aisle] - layout.DepotX);
            return acrossWeight * across + Math.Abs(position.Y - depotY);
        }
        return
        [
            .. Enumerable
                .Range(0, problem.Locations.Count)
                .OrderBy(Far)
                .ThenBy(l => problem.Locations[l].Position)
                .ThenBy(l => problem.Locations[l].Effort),
        ];
    }
}
