namespace Lading.Optimization.Picking;

/// <summary>
/// What a warehouse does without a planner: fill a cart in the order of arrival until the next order does not fit.
/// It is the yardstick for <see cref="OrderBatcher"/>.
/// </summary>
public static class FirstComeBatching
{
    /// <summary>
    /// Batches in order of arrival, walked by a rule of thumb; null walks each batch by its exact tour.
    /// </summary>
    /// <exception cref="OptimizationInputException">The problem has waves: first come knows none.</exception>
    public static BatchPlan Plan(BatchingProblem problem, RouteRule? rule)
    {
        if (problem.Waves.Count > 1)
            throw new OptimizationInputException("waves.count", problem.Waves.Count, "first come plans one wave only");
        var exact = new ExactPickTour(problem.Layout);
        var batches = new List<Batch>();
        var open = new List<int>();
        var load = 0.0;
        for (var order = 0; order <= problem.Orders.Count; order++)
        {
            var isEnd = order == problem.Orders.Count;
            if (
                open.Count > 0
                && (
                    isEnd || open.Count == problem.Cart.MaxOrders || load + problem.Loads[order] > problem.Cart.Capacity
                )
            )
            {
                PickPosition[] picks = [.. open.SelectMany(o => problem.Orders[o].Lines).Select(l => l.Position)];
                var length = rule is { } known ? RuleRoutes.Length(problem.Layout, picks, known) : exact.Length(picks);
                batches.Add(new Batch(0, [.. open], load, length));
                open.Clear();
                load = 0;
            }
            if (isEnd)
                break;
            open.Add(order);
            load += problem.Loads[order];
        }
        return new BatchPlan(batches);
    }
}
