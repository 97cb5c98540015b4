namespace Lading.TimeSeries.Stock;

/// <summary>
/// Periodic review: when stock on hand and on order, in whole units, is at or below <c>Low</c>, order up to
/// <c>High</c>.
/// </summary>
public readonly record struct OrderUpToPolicy(int Low, int High, double CostPerPeriod)
{
    private const int MostUnits = 1_000_000;

    /// <summary>
    /// The cheapest (s,S) policy of all, exactly, for whole-unit demand, full backlogging and a fixed order cost.
    /// <paramref name="demand"/> holds the probability of 0, 1, 2... units per period; goods ordered at the start of
    /// a period arrive <paramref name="leadTime"/> periods later. Source: Zheng and Federgruen, Finding optimal (s,S)
    /// policies is about as simple as evaluating a single policy, Operations Research 39 (1991).
    /// </summary>
    /// <exception cref="ArgumentException">The probabilities do not add up to one, or all demand is zero.</exception>
    public static OrderUpToPolicy Cheapest(ReadOnlySpan<double> demand, int leadTime, StockCosts costs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(leadTime);
        Guard(demand, costs);
        var loss = new PeriodCost(Convolve(demand, leadTime + 1), costs);
        var renewal = new Renewal([.. demand]);
        var best = loss.Lowest();
        var (low, high) = (best - 1, best);
        while (Cost(low, high, loss, renewal, costs.Order) > loss[low] && high - low < MostUnits)
        {
            low--;
        }

        var cost = Cost(low, high, loss, renewal, costs.Order);
        for (var candidate = high + 1; loss[candidate] <= cost && candidate - low < MostUnits; candidate++)
        {
            if (Cost(low, candidate, loss, renewal, costs.Order) < cost)
            {
                high = candidate;
                while (Cost(low, high, loss, renewal, costs.Order) <= loss[low + 1])
                {
                    low++;
                }

                cost = Cost(low, high, loss, renewal, costs.Order);
            }
        }

        return new OrderUpToPolicy(low, high, cost);
    }

    /// <summary>The mean cost per period of any (s,S), by the renewal argument.</summary>
    public static double Cost(ReadOnlySpan<double> demand, int leadTime, StockCosts costs, int low, int high)
    {
        Guard(demand, costs);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(low, high);
        return Cost(
            low,
            high,
            new PeriodCost(Convolve(demand, leadTime + 1), costs),
            new Renewal([.. demand]),
            costs.Order
        );
    }

    private static double Cost(int low, int high, PeriodCost loss, Renewal renewal, double order)
    {
        double visits = 0,
            cost = order;
        for (var j = 0; j < high - low; j++)
        {
            visits += renewal[j];
            cost += renewal[j] * loss[high - j];
        }

        return cost / visits;
    }

    private static double[] Convolve(ReadOnlySpan<double> demand, int times)
    {
        double[] result = [1];
        for (var i = 0; i < times; i++)
        {
            var next = new double[result.Length + demand.Length - 1];
            for (var d = 0; d < demand.Length; d++)
            {
                LinearAlgebra.AddScaled(next.AsSpan(d, result.Length), result, demand[d]);
            }

            result = next;
        }

        return result;
    }

    private static void Guard(ReadOnlySpan<double> demand, StockCosts costs)
    {
        var sum = 0.0;
        foreach (var probability in demand)
        {
            sum += probability >= 0 ? probability : double.NaN;
        }

        if (!(Math.Abs(sum - 1) < 1e-6) || demand[0] >= 1 - 1e-12)
        {
            throw new ArgumentException(
                "Demand probabilities add up to one and not all demand is zero.",
                nameof(demand)
            );
        }

        if (!(costs.Order >= 0) || !(costs.Hold > 0) || !(costs.Shortage > 0))
        {
            throw new ArgumentException(
                "Holding and shortage cost something, an order not less than nothing.",
                nameof(costs)
            );
        }
    }

    /// <summary>
    /// Mean holding and shortage cost of a period that ends with the lead-time demand taken from a position.
    /// </summary>
    private sealed class PeriodCost(double[] demand, StockCosts costs)
    {
        public double this[int position]
        {
            get
            {
                var cost = 0.0;
                for (var d = 0; d < demand.Length; d++)
                {
                    var left = position - d;
                    cost += demand[d] * (left >= 0 ? costs.Hold * left : -costs.Shortage * left);
                }

                return cost;
            }
        }

        public int Lowest()
        {
            var ratio = costs.Shortage / (costs.Shortage + costs.Hold);
            var sum = 0.0;
            for (var d = 0; d < demand.Length; d++)
            {
                sum += demand[d];
                if (sum >= ratio - 1e-12)
                {
                    return d;
                }
            }

            return demand.Length - 1;
        }
    }

    /// <summary>Mean number of periods spent j units below the order-up-to level in one cycle.</summary>
    private sealed class Renewal(double[] demand)
    {
        private readonly List<double> _visits = [1 / (1 - demand[0])];

        public double this[int j]
        {
            get
            {
                while (_visits.Count <= j)
                {
                    var sum = 0.0;
                    for (var d = 1; d < demand.Length && d <= _visits.Count; d++)
                    {
                        sum += demand[d] * _visits[_visits.Count - d];
                    }

                    _visits.Add(sum / (1 - demand[0]));
                }

                return _visits[j];
            }
        }
    }
}
