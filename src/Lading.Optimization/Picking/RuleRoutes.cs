namespace Lading.Optimization.Picking;

/// <summary>The rules of thumb that pickers are taught; the exact tour is never longer.</summary>
public enum RouteRule
{
    /// <summary>
    /// Walk each aisle with a pick to its other end; the last of an odd number is left where it was entered.
    /// </summary>
    SShape,

    /// <summary>Enter and leave each aisle with a pick at the front.</summary>
    Return,

    /// <summary>First and last aisle right through, the others from both ends up to the largest gap.</summary>
    LargestGap,
}

/// <summary>Lengths of rule-of-thumb routes in one block, as yardsticks (Hall 1993; de Koster et al. 2007).</summary>
public static class RuleRoutes
{
    /// <summary>Walk in metres, depot to depot; 0 without positions.</summary>
    /// <exception cref="OptimizationInputException">
    /// The layout has several blocks or its depot is not in front, or a position lies outside.
    /// </exception>
    public static double Length(WarehouseLayout layout, ReadOnlySpan<PickPosition> picks, RouteRule rule)
    {
        if (layout.BlockCount != 1)
            throw new OptimizationInputException("layout.blockCount", layout.BlockCount, "rules are for one block");
        if (layout.DepotCrossAisle != 0)
            throw new OptimizationInputException(
                "layout.depotCrossAisle",
                layout.DepotCrossAisle,
                "rules start at the front, cross aisle 0"
            );
        if (picks.IsEmpty)
            return 0;
        for (var i = 0; i < picks.Length; i++)
            layout.Require(picks[i], $"picks[{i}]");
        PickPosition[] sorted = [.. picks];
        Array.Sort(sorted);
        var across =
            2
            * (
                Math.Max(layout.AisleX[sorted[^1].Aisle], layout.DepotX)
                - Math.Min(layout.AisleX[sorted[0].Aisle], layout.DepotX)
            );
        return across + 2 * layout.DepotOffset + Along(layout, sorted, rule);
    }

    private static double Along(WarehouseLayout layout, PickPosition[] sorted, RouteRule rule)
    {
        var (front, back) = (layout.CrossAisleY[0], layout.CrossAisleY[1]);
        var aisles = 0;
        var walk = 0.0;
        for (var from = 0; from < sorted.Length; )
        {
            var to = from;
            while (to < sorted.Length && sorted[to].Aisle == sorted[from].Aisle)
                to++;
            aisles++;
            var isEnd = from == 0 || to == sorted.Length;
            var thereAndBack = 2 * (sorted[to - 1].Y - front);
            walk += rule switch
            {
                RouteRule.Return => thereAndBack,
                RouteRule.SShape => to == sorted.Length && aisles % 2 == 1 ? thereAndBack : back - front,
                _ when !isEnd => 2 * (back - front - LargestGap(sorted.AsSpan(from, to - from), front, back)),
                _ => from == 0 && to == sorted.Length ? thereAndBack : back - front,
            };
            from = to;
        }
        return walk;
    }

    private static double LargestGap(ReadOnlySpan<PickPosition> aisle, double front, double back)
    {
        var gap = Math.Max(aisle[0].Y - front, back - aisle[^1].Y);
        for (var i = 1; i < aisle.Length; i++)
            gap = Math.Max(gap, aisle[i].Y - aisle[i - 1].Y);
        return gap;
    }
}
