namespace Lading.TimeSeries.Stock;

/// <summary>
/// What stock costs. Money is in one currency's units: per order, per unit held for one period, per unit of demand
/// not met at once.
/// </summary>
public readonly record struct StockCosts(double Order, double Hold, double Shortage);

/// <summary>
/// Continuous review: when stock on hand and on order falls to <c>ReorderPoint</c>, order <c>Quantity</c>.
/// <c>SafetyStock</c> is the reorder point less mean lead-time demand; <c>CostPerPeriod</c> is orders, holding and
/// shortages together.
/// </summary>
public readonly record struct ReorderPointPolicy(
    double ReorderPoint,
    double Quantity,
    double SafetyStock,
    double CostPerPeriod
)
{
    /// <summary>
    /// The (R,Q) policy for a cycle service or, with <paramref name="byFillRate"/>, a fill rate, ordering Wilson's
    /// quantity sqrt(2 * demand * order cost / holding cost) or at least one unit.
    /// </summary>
    public static ReorderPointPolicy ForService(
        LeadTimeDemand demand,
        double demandPerPeriod,
        double service,
        StockCosts costs,
        bool byFillRate = false
    )
    {
        Guard(demandPerPeriod, costs);
        var quantity = Math.Max(Math.Sqrt(2 * demandPerPeriod * costs.Order / costs.Hold), 1);
        var safety = byFillRate
            ? Stock.SafetyStock.ForFillRate(demand, service, quantity)
            : Stock.SafetyStock.ForCycleService(demand, service);
        return With(demand, demandPerPeriod, demand.Mean + safety, quantity, costs);
    }

    /// <summary>
    /// The cheapest (R,Q) when every unit short costs <see cref="StockCosts.Shortage"/>, by Hadley and Whitin's
    /// iteration: Q = sqrt(2 D (K + p n(R)) / h) and P(demand &gt; R) = h Q / (p D). Source: Hadley and Whitin
    /// (1963), 4-2.
    /// </summary>
    public static ReorderPointPolicy Cheapest(LeadTimeDemand demand, double demandPerPeriod, StockCosts costs)
    {
        Guard(demandPerPeriod, costs);
        var quantity = Math.Max(Math.Sqrt(2 * demandPerPeriod * costs.Order / costs.Hold), 1e-9);
        var z = 0.0;
        for (var i = 0; i < 100; i++)
        {
            var risk = Math.Clamp(costs.Hold * quantity / (costs.Shortage * demandPerPeriod), 1e-9, 0.9999);
            z = Normal.Quantile(1 - risk);
            var missing = demand.Deviation * Normal.Loss(z);
            var next = Math.Sqrt(2 * demandPerPeriod * (costs.Order + (costs.Shortage * missing)) / costs.Hold);
            if (Math.Abs(next - quantity) < 1e-10 * quantity)
            {
                break;
            }

            quantity = next;
        }

        return With(demand, demandPerPeriod, demand.Mean + (z * demand.Deviation), quantity, costs);
    }

    private static ReorderPointPolicy With(
        LeadTimeDemand demand,
        double demandPerPeriod,
        double reorderPoint,
        double quantity,
        StockCosts costs
    )
    {
        var safety = reorderPoint - demand.Mean;
        var missing =
            demand.Deviation > 0 ? demand.Deviation * Normal.Loss(safety / demand.Deviation) : Math.Max(-safety, 0);
        var cost =
            (costs.Order * demandPerPeriod / quantity)
            + (costs.Hold * ((quantity / 2) + safety))
            + (costs.Shortage * missing * demandPerPeriod / quantity);
        return new ReorderPointPolicy(reorderPoint, quantity, safety, cost);
    }

    private static void Guard(double demandPerPeriod, StockCosts costs)
    {
        if (!(demandPerPeriod > 0) || !(costs.Hold > 0) || !(costs.Order >= 0) || !(costs.Shortage >= 0))
        {
            throw new ArgumentException("Demand and holding cost are positive, the other costs not negative.");
        }
    }
}
