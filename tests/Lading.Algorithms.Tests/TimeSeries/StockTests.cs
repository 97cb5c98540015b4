using FsCheck;
using FsCheck.Fluent;
using Lading.TimeSeries;
using Lading.TimeSeries.Forecasting;
using Lading.TimeSeries.Stock;

namespace Lading.Algorithms.Tests.TimeSeries;

public sealed class StockTests
{
    [Fact]
    public void The_normal_distribution_has_its_tabled_values()
    {
        Normal.Distribution(1.96).ShouldBe(0.9750021048517795, 1e-14);
        Normal.Distribution(-5).ShouldBe(2.866515718791939e-7, 1e-18);
        Normal.Quantile(0.975).ShouldBe(1.959963984540054, 1e-12);
        Normal.Quantile(1e-9).ShouldBe(-5.997807015007773, 1e-9);
        Normal.Loss(0).ShouldBe(0.3989422804014327, 1e-14);
        Normal.Loss(1).ShouldBe(0.0833154705876, 1e-10);
        for (var p = 0.001; p < 1; p += 0.001)
        {
            Normal.Distribution(Normal.Quantile(p)).ShouldBe(p, 1e-12);
        }

        Should.Throw<ArgumentOutOfRangeException>(() => Normal.Quantile(double.NaN));
    }

    [Fact]
    public void Lead_time_demand_combines_both_uncertainties()
    {
        // Mean 100 and deviation 20 a week, lead time 4 weeks with deviation 1: sqrt(4 * 400 + 10000) = 107.7.
        var demand = LeadTimeDemand.FromPeriods(100, 20, 4, 1);
        demand.Mean.ShouldBe(400);
        demand.Deviation.ShouldBe(107.703296, 1e-6);
        SafetyStock.ForCycleService(demand, 0.95).ShouldBe(177.156, 1e-3);
        Should.Throw<ArgumentException>(() => LeadTimeDemand.FromPeriods(100, -1, 4));
        Should.Throw<ArgumentOutOfRangeException>(() => SafetyStock.ForCycleService(demand, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => SafetyStock.ForFillRate(demand, 0.9, 0));
    }

    [Fact]
    public void Lead_time_demand_of_a_forecast_uses_the_errors_of_the_sum()
    {
        var forecast = new Forecast([10, 20, 30], [1, 2, 3]);
        var trials = new[] { 3.0, -3 }
            .Select(e => new Trial(0, new double[] { 1 }, new double[] { 10 + e, 20, 99 }, forecast))
            .ToArray();
        var demand = LeadTimeDemand.FromForecast(forecast, 2, trials);
        (demand.Mean, demand.Deviation).ShouldBe((30, 3));
        LeadTimeDemand.FromForecast(forecast, 2, []).Deviation.ShouldBe(3);
    }

    [Theory]
    [InlineData(0.90)]
    [InlineData(0.98)]
    public void A_simulated_reorder_point_reaches_its_fill_rate_and_cycle_service(double service)
    {
        // Daily demand 50 +- 10, lead time 9 days, reviewed once a day: the position is then already below the
        // reorder point.
        const int days = 400_000;
        var random = new Random(11);
        double[] demands =
        [
            .. Enumerable.Range(0, days).Select(_ => Math.Max(50 + (10 * ForecastMethodTests.Gaussian(random)), 0)),
        ];
        var costs = new StockCosts(200, 0.5, 0);
        var demand = LeadTimeDemand.FromPeriods(50, 10, 9).WithUndershoot(50, 10);
        foreach (var byFillRate in (bool[])[false, true])
        {
            var policy = ReorderPointPolicy.ForService(demand, 50, service, costs, byFillRate);
            var outcome = StockSimulation.Run(
                demands,
                position => position <= policy.ReorderPoint ? policy.Quantity : 0,
                _ => 9,
                policy.ReorderPoint + 100,
                costs
            );
            (byFillRate ? outcome.FillRate : outcome.CycleService).ShouldBe(
                service,
                0.02,
                $"{byFillRate}: {policy} {outcome}"
            );
        }
    }

    [Fact]
    public void A_simulated_variable_lead_time_reaches_its_cycle_service()
    {
        var random = new Random(12);
        double[] demands =
        [
            .. Enumerable.Range(0, 300_000).Select(_ => Math.Max(50 + (10 * ForecastMethodTests.Gaussian(random)), 0)),
        ];
        int[] leadTimes = [.. Enumerable.Range(0, demands.Length).Select(_ => random.Next(7, 12))];
        var demand = LeadTimeDemand.FromPeriods(50, 10, 9, Math.Sqrt(2)).WithUndershoot(50, 10);
        var reorder = demand.Mean + SafetyStock.ForCycleService(demand, 0.95);
        var outcome = StockSimulation.Run(
            demands,
            position => position <= reorder ? 1500 : 0,
            t => leadTimes[t],
            reorder + 100,
            new StockCosts(1, 1, 1)
        );
        outcome.CycleService.ShouldBe(0.95, 0.025, outcome.ToString());
    }

    [Fact]
    public void The_cheapest_reorder_point_beats_its_neighbours()
    {
        var demand = LeadTimeDemand.FromPeriods(1000, 250, 1, 0);
        var costs = new StockCosts(100, 0.15, 1);
        var policy = ReorderPointPolicy.Cheapest(demand, 1000, costs);
        double Cost(double r, double q) =>
            (costs.Order * 1000 / q)
            + (costs.Hold * ((q / 2) + r - 1000))
            + (costs.Shortage * 1000 / q * 250 * Normal.Loss((r - 1000) / 250));
        policy.CostPerPeriod.ShouldBe(Cost(policy.ReorderPoint, policy.Quantity), 1e-9);
        foreach (var (dr, dq) in ((double, double)[])[(5, 0), (-5, 0), (0, 10), (0, -10), (5, 10), (-5, -10)])
        {
            Cost(policy.ReorderPoint + dr, policy.Quantity + dq).ShouldBeGreaterThan(policy.CostPerPeriod);
        }
    }

    [Fact]
    public void The_newsvendor_orders_the_critical_quantile()
    {
        // The textbook's case: demand 100 +- 20, price 9, cost 4, salvage 1: ratio 5 / 8, z = 0.3186.
        var demand = new LeadTimeDemand(100, 20);
        var order = Newsvendor.Order(demand, 5, 3);
        order.ShouldBe(106.373, 1e-3);
        foreach (var other in (double[])[order - 1, order + 1])
        {
            Newsvendor.Cost(demand, other, 5, 3).ShouldBeGreaterThan(Newsvendor.Cost(demand, order, 5, 3));
        }

        Prop.ForAll(
                Gen.Choose(0, 40).ArrayOf().Where(a => a.Length > 0).ToArbitrary(),
                seen =>
                {
                    double[] demands = [.. seen.Select(v => (double)v)];
                    double Cost(double q) => demands.Sum(d => (5 * Math.Max(d - q, 0)) + (3 * Math.Max(q - d, 0)));
                    Cost(Newsvendor.Order(demands, 5, 3)).ShouldBe(Enumerable.Range(0, 41).Min(q => Cost(q)), 1e-9);
                }
            )
            .QuickCheckThrowOnFailure();
        Should.Throw<ArgumentException>(() => Newsvendor.Order([], 5, 3));
        Should.Throw<ArgumentException>(() => Newsvendor.Order(demand, 0, 3));
    }

    [Fact]
    public void The_order_up_to_policy_is_the_cheapest_of_all()
    {
        var random = new Random(17);
        for (var seed = 0; seed < 60; seed++)
        {
            var weights = Enumerable.Range(0, random.Next(2, 7)).Select(_ => random.NextDouble()).ToArray();
            double[] demand = [.. weights.Select(w => w / weights.Sum())];
            var costs = new StockCosts(random.Next(0, 30), 1, random.Next(1, 15));
            var leadTime = random.Next(0, 3);
            var policy = OrderUpToPolicy.Cheapest(demand, leadTime, costs);
            var best = double.PositiveInfinity;
            for (var low = -20; low < 25; low++)
            {
                for (var high = low + 1; high < 60; high++)
                {
                    best = Math.Min(best, OrderUpToPolicy.Cost(demand, leadTime, costs, low, high));
                }
            }

            policy.CostPerPeriod.ShouldBe(best, 1e-9, $"seed {seed}: {policy}");
        }
    }

    [Fact]
    public void The_order_up_to_cost_is_what_a_simulation_pays()
    {
        double[] demand = [0.3, 0.2, 0.2, 0.15, 0.1, 0.05];
        var costs = new StockCosts(12, 1, 9);
        var policy = OrderUpToPolicy.Cheapest(demand, 2, costs);
        var random = new Random(21);
        double[] demands = [.. Enumerable.Range(0, 500_000).Select(_ => (double)Draw(demand, random.NextDouble()))];

        // Ordered in a period and usable two periods later, before its demand: lead time 2 on both sides.
        var outcome = StockSimulation.Run(
            demands,
            p => p <= policy.Low ? policy.High - p : 0,
            _ => 2,
            policy.High,
            costs
        );
        outcome.CostPerPeriod.ShouldBe(policy.CostPerPeriod, 0.02 * policy.CostPerPeriod, policy.ToString());
        Should.Throw<ArgumentException>(() => OrderUpToPolicy.Cheapest([0.5, 0.4], 0, costs));
        Should.Throw<ArgumentException>(() => OrderUpToPolicy.Cheapest([1], 0, costs));
    }

    private static int Draw(double[] probabilities, double u)
    {
        var k = 0;
        for (; k < probabilities.Length - 1 && u >= probabilities[k]; k++)
        {
            u -= probabilities[k];
        }

        return k;
    }
}
