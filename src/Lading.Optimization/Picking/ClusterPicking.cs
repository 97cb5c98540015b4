namespace Lading.Optimization.Picking;

/// <summary>One stop of a cluster round: take this load for this order and put it into this tote of the cart.</summary>
public readonly record struct ClusterStop(PickPosition Position, int Order, int Line, int Tote, double Load);

/// <summary>
/// Cluster picking: several orders on one cart, each in a tote of its own, sorted while picking. Totes are numbered in
/// the order in which the walk first needs them, so the picker fills the cart from one end. Which orders share a cart
/// is <see cref="OrderBatcher"/>'s choice, with <see cref="CartLimits.MaxOrders"/> set to the number of totes.
/// </summary>
public static class ClusterPicking
{
    /// <summary>The stops of a batch along its exact tour.</summary>
    /// <exception cref="OptimizationInputException">The batch is of another problem.</exception>
    public static IReadOnlyList<ClusterStop> Walk(BatchingProblem problem, Batch batch)
    {
        foreach (var order in batch.Orders)
        {
            if (order < 0 || order >= problem.Orders.Count)
                throw new OptimizationInputException("batch.orders", order, "give a batch of this problem");
        }
        (int Order, int Line)[] lines =
        [
            .. batch.Orders.SelectMany(o => Enumerable.Range(0, problem.Orders[o].Lines.Count).Select(l => (o, l))),
        ];
        PickPosition[] picks = [.. lines.Select(l => problem.Orders[l.Order].Lines[l.Line].Position)];
        var visits = new int[picks.Length];
        new ExactPickTour(problem.Layout).Tour(picks, visits);
        var totes = new Dictionary<int, int>();
        var stops = new List<ClusterStop>(visits.Length);
        foreach (var visit in visits)
        {
            var (order, line) = lines[visit];
            if (!totes.TryGetValue(order, out var tote))
                totes.Add(order, tote = totes.Count);
            stops.Add(new ClusterStop(picks[visit], order, line, tote, problem.Orders[order].Lines[line].Load));
        }
        return stops;
    }
}
