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
        var shelf = new Shelf(start);
        double position = start,
            met = 0,
            total = 0,
            held = 0,
            cost = 0;
        var orders = 0;
        for (var t = 0; t < demands.Length; t++)
        {
            shelf.Receive(t);
            var quantity = order(position);
            if (quantity > 0)
            {
                shelf.Expect(t + Math.Max(leadTimes(t), 0), quantity);
                position += quantity;
                cost += costs.Order;
                orders++;
                shelf.Receive(t);
            }

            var demand = demands[t];
            met += shelf.Serve(demand);
            total += demand;
            position -= demand;
            held += Math.Max(shelf.Net, 0);
            cost += (costs.Hold * Math.Max(shelf.Net, 0)) + (costs.Shortage * Math.Max(-shelf.Net, 0));
        }

        var periods = Math.Max(demands.Length, 1);
        return new StockOutcome(
            total > 0 ? met / total : 1,
            shelf.Cycles > 0 ? (double)shelf.Clean / shelf.Cycles : 1,
            orders,
            held / periods,
            cost / periods
        );
    }

    /// <summary>Units on hand less backlog, orders on the way, and the cycles that arrivals end.</summary>
    private sealed class Shelf(double start)
    {
        private readonly Queue<(int Due, double Quantity)> onWay = new();
        private bool shortInCycle;
        private int lastDue;

        public double Net { get; private set; } = start;

        public int Cycles { get; private set; }

        public int Clean { get; private set; }

        public void Expect(int due, double quantity)
        {
            lastDue = Math.Max(lastDue, due);
            onWay.Enqueue((lastDue, quantity));
        }

        public void Receive(int period)
        {
            while (onWay.TryPeek(out var next) && next.Due <= period)
            {
                // A cycle ends just before an order arrives: was the shelf empty by then?
                Cycles++;
                Clean += shortInCycle ? 0 : 1;
                shortInCycle = false;
                Net += onWay.Dequeue().Quantity;
            }
        }

        /// <summary>Takes a demand and returns what of it was met at once.</summary>
        public double Serve(double demand)
        {
            var served = Math.Clamp(Net, 0, demand);
            shortInCycle |= served < demand;
            Net -= demand;
            return served;
        }
    }
}
