namespace Lading.Optimization.Slotting;

/// <summary>
/// One exchange of a move list: the SKU goes to the place, its occupant (if any) to where the SKU was.
/// <paramref name="Gain"/> is metres over the whole stream, given all moves before it.
/// </summary>
public readonly record struct SlotMove(int Sku, int From, int To, int? Displaced, double Gain)
{
    /// <summary>SKUs carried: one into an empty place, two in an exchange.</summary>
    public int Carried => Displaced is null ? 1 : 2;
}

/// <summary>
/// How to get from a slotting to a better one, best gain per SKU carried first: work can stop after any move and the
/// warehouse is then consistent and no worse than before.
/// </summary>
public static class ReslottingMoves
{
    /// <summary>
    /// Moves towards <paramref name="target"/>; only moves that save at least <paramref name="leastGain"/> metres per
    /// SKU carried are listed, so the list may stop short of the target.
    /// </summary>
    /// <exception cref="OptimizationInputException">One of the slottings is not feasible.</exception>
    public static IReadOnlyList<SlotMove> Plan(
        SlottingProblem problem,
        IReadOnlyList<int> current,
        IReadOnlyList<int> target,
        double leastGain = 0,
        int mostMoves = int.MaxValue
    )
    {
        problem.Require(current, nameof(current));
        problem.Require(target, nameof(target));
        if (!double.IsFinite(leastGain) || leastGain < 0)
            throw new OptimizationInputException(nameof(leastGain), leastGain, "give metres of at least 0");
        var cost = new SlottingCost(problem, current, int.MaxValue, new Random(0));
        var moves = new List<SlotMove>();
        var before = -1;
        // A move that does not pay yet may pay once its partners have moved: pass until a pass adds nothing.
        while (moves.Count > before && moves.Count < mostMoves)
        {
            before = moves.Count;
            Pass(cost, target, leastGain, mostMoves, moves);
        }
        return moves;
    }

    private static void Pass(
        SlottingCost cost,
        IReadOnlyList<int> target,
        double leastGain,
        int mostMoves,
        List<SlotMove> moves
    )
    {
        var waiting = new PriorityQueue<int, double>();
        for (var sku = 0; sku < target.Count; sku++)
            Offer(cost, sku, target[sku], leastGain, waiting);
        while (moves.Count < mostMoves && waiting.TryDequeue(out var sku, out _))
        {
            var place = target[sku];
            if (!cost.CanExchange(sku, place))
                continue;
            var carried = cost.SkuAt(place) < 0 ? 1 : 2;
            var gain = -cost.Change(sku, place);
            if (gain / carried <= leastGain + 1e-9)
                continue;
            // Earlier moves may have changed what this one saves: it goes back unless it is still the best.
            if (waiting.TryPeek(out _, out var next) && -gain / carried > next + 1e-9)
            {
                waiting.Enqueue(sku, -gain / carried);
                continue;
            }
            var displaced = cost.SkuAt(place);
            moves.Add(new SlotMove(sku, cost.LocationOf(sku), place, displaced < 0 ? null : displaced, gain));
            cost.Exchange(sku, place);
        }
    }

    private static void Offer(
        SlottingCost cost,
        int sku,
        int place,
        double leastGain,
        PriorityQueue<int, double> waiting
    )
    {
        if (!cost.CanExchange(sku, place))
            return;
        var gain = -cost.Change(sku, place) / (cost.SkuAt(place) < 0 ? 1 : 2);
        if (gain > leastGain + 1e-9)
            waiting.Enqueue(sku, -gain);
    }
}
