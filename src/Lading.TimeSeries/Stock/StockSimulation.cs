namespace Lading.TimeSeries.Stock;

/// <summary>
/// What came of a policy over a run of demands: share of demand met at once, share of replenishment cycles without a
/// stock-out, orders placed, mean units on hand at a period's end, mean cost per period.
/// </summary>
public readonly record struct StockOutcome(
    double FillRate,
    double CycleService,
    int Orders,
    double MeanOnHand,
    double CostPerPeriod
);

/// <summary>
/// Plays a policy against demands, one per period, with backlogging. In each period arrivals come first, then the
/// position is reviewed and an order placed, then demand takes place; an order of lead time L arrives L periods
/// later, before that review.
/// </summary>
public static class StockSimulation
{
    /// <summary>
    /// Runs the demands. <paramref name="order"/> tells how much to order at a position (on hand, less backlog, plus
    /// on order); <paramref name="leadTimes"/> gives the lead time of an order placed in a period. Stock starts at
    /// <paramref name="start"/>. Orders do not overtake each other.
    /// </summary>
    public static StockOutcome Run(
        ReadOnlySpan<double> demands,
        Func<double, double> order,
        Func<int, int> leadTimes,
        double start,
        StockCosts costs
    )
    {
        var onWay = new Queue<(int Due, double Quantity)>();
        double net = start,
            position = start,
            met = 0,
            total = 0,
            held = 0,
            cost = 0;
        int orders = 0,
            cycles = 0,
            clean = 0,
            lastDue = 0;
        var shortInCycle = false;
        for (var t = 0; t < demands.Length; t++)
        {
            while (onWay.TryPeek(out var next) && next.Due <= t)
            {
                // A cycle ends just before an order arrives: was the shelf empty by then?
                cycles++;
                clean += shortInCycle ? 0 : 1;
                shortInCycle = false;
                net += onWay.Dequeue().Quantity;
            }

            var quantity = order(position);
            if (quantity > 0)
            {
                lastDue = Math.Max(lastDue, t + Math.Max(leadTimes(t), 0));
                onWay.Enqueue((lastDue, quantity));
                position += quantity;
                cost += costs.Order;
                orders++;
                while (onWay.TryPeek(out var now) && now.Due <= t)
                {
                    cycles++;
                    clean += shortInCycle ? 0 : 1;
                    shortInCycle = false;
                    net += onWay.Dequeue().Quantity;
                }
            }

            var demand = demands[t];
            var served = Math.Clamp(net, 0, demand);
            met += served;
            total += demand;
            shortInCycle |= served < demand;
            net -= demand;
            position -= demand;
            held += Math.Max(net, 0);
            cost += (costs.Hold * Math.Max(net, 0)) + (costs.Shortage * Math.Max(-net, 0));
        }

        var periods = Math.Max(demands.Length, 1);
        return new StockOutcome(
            total > 0 ? met / total : 1,
            cycles > 0 ? (double)clean / cycles : 1,
            orders,
            held / periods,
            cost / periods
        );
    }
}
