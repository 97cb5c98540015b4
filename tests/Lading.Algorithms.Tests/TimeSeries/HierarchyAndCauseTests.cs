using FsCheck;
using FsCheck.Fluent;
using Lading.TimeSeries;
using Lading.TimeSeries.Forecasting;

namespace Lading.Algorithms.Tests.TimeSeries;

public sealed class HierarchyAndCauseTests
{
    private static readonly double[,] Total =
    {
        { 1, 1 },
        { 1, 0 },
        { 0, 1 },
    };

    [Theory]
    [InlineData(ReconciliationWeights.BottomUp)]
    [InlineData(ReconciliationWeights.Equal)]
    [InlineData(ReconciliationWeights.Structural)]
    [InlineData(ReconciliationWeights.Variance)]
    [InlineData(ReconciliationWeights.MinimumTrace)]
    public void Reconciled_forecasts_add_up_and_coherent_ones_are_left_alone(ReconciliationWeights weights)
    {
        var random = new Random(2);
        double[][] errors =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(_ => Enumerable.Range(0, 30).Select(_ => random.NextDouble() - 0.5).ToArray()),
        ];
        var reconciliation = new Reconciliation(Total, weights, errors);
        Prop.ForAll(
                Gen.Choose(-500, 500).ArrayOf(3).ToArbitrary(),
                numbers =>
                {
                    double[] forecasts = [.. numbers.Select(v => (double)v)];
                    var result = reconciliation.Reconcile(forecasts);
                    result[0].ShouldBe(result[1] + result[2], 1e-9);
                    double[] coherent = [forecasts[1] + forecasts[2], forecasts[1], forecasts[2]];
                    var same = reconciliation.Reconcile(coherent);
                    for (var i = 0; i < 3; i++)
                    {
                        same[i].ShouldBe(coherent[i], 1e-9);
                    }
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Equal_weights_spread_the_gap_by_least_squares()
    {
        // Total 10 against 3 + 4: the gap of 3 is shared by three numbers, one each.
        new Reconciliation(Total, ReconciliationWeights.Equal)
            .Reconcile([10, 3, 4])
            .Zip([9.0, 4, 5])
            .ShouldAllBe(p => Math.Abs(p.First - p.Second) < 1e-9);
    }

    [Fact]
    public void Minimum_trace_lowers_the_error_of_noisy_base_forecasts()
    {
        var random = new Random(4);
        double Noise(double size) => size * ForecastMethodTests.Gaussian(random);
        double[][] errors = [new double[200], new double[200], new double[200]];
        for (var t = 0; t < 200; t++)
        {
            var shared = Noise(3);
            (errors[0][t], errors[1][t], errors[2][t]) = (Noise(1), shared + Noise(1), -shared + Noise(1));
        }

        double base1 = 0,
            mint = 0,
            equal = 0;
        var byTrace = new Reconciliation(Total, ReconciliationWeights.MinimumTrace, errors);
        var byEqual = new Reconciliation(Total, ReconciliationWeights.Equal);
        for (var trial = 0; trial < 2000; trial++)
        {
            var shared = Noise(3);
            double[] forecasts = [30 + Noise(1), 10 + shared + Noise(1), 20 - shared + Noise(1)];
            double Error(double[] f) => Math.Pow(f[0] - 30, 2) + Math.Pow(f[1] - 10, 2) + Math.Pow(f[2] - 20, 2);
            base1 += Error(forecasts);
            mint += Error(byTrace.Reconcile(forecasts));
            equal += Error(byEqual.Reconcile(forecasts));
        }

        mint.ShouldBeLessThan(base1);
        mint.ShouldBeLessThanOrEqualTo(equal * 1.01);
    }

    [Fact]
    public void A_bad_hierarchy_is_refused()
    {
        Should.Throw<ArgumentException>(() => new Reconciliation(new double[1, 2], ReconciliationWeights.Equal));
        Should.Throw<ArgumentException>(() => new Reconciliation(Total, ReconciliationWeights.MinimumTrace));
        Should.Throw<ArgumentException>(() =>
            new Reconciliation(
                new double[,]
                {
                    { 1, 1 },
                    { 2, 2 },
                },
                ReconciliationWeights.Equal
            )
        );
        Should.Throw<ArgumentException>(() => new Reconciliation(Total, ReconciliationWeights.Equal).Reconcile([1, 2]));
    }

    [Fact]
    public void A_temporal_hierarchy_keeps_a_linear_trend()
    {
        double[] history = [.. Enumerable.Range(0, 60).Select(t => 100.0 + t)];
        var forecast = TemporalHierarchy.Around("thief", Naive.Drift).Forecast(history, 4, 8);
        forecast.Mean.Zip(Enumerable.Range(0, 8)).ShouldAllBe(p => Math.Abs(p.First - (160 + p.Second)) < 1.5);
    }

    [Fact]
    public void Price_elasticity_and_a_holiday_are_recovered_and_used()
    {
        var random = new Random(9);
        const int n = 160;
        double[] price = [.. Enumerable.Range(0, n + 4).Select(t => Math.Log(t % 11 < 3 ? 0.8 : 1))];
        double[] holiday = [.. Enumerable.Range(0, n + 4).Select(t => t % 52 == 50 || t == n + 1 ? 1.0 : 0)];
        double[] sales =
        [
            .. Enumerable
                .Range(0, n)
                .Select(t =>
                    Math.Exp(
                        4
                            + (0.002 * t)
                            + (-2 * price[t])
                            + (0.7 * holiday[t])
                            + (0.02 * ForecastMethodTests.Gaussian(random))
                    )
                ),
        ];
        double[][] past = [price[..n], holiday[..n]];
        double[][] future = [price[n..], holiday[n..]];
        var effects = RegressionEffects.Estimate(sales, past, 1, true);
        effects.Coefficients[0].ShouldBe(-2, 4 * effects.StandardErrors[0]);
        effects.Coefficients[1].ShouldBe(0.7, 4 * effects.StandardErrors[1]);
        effects.StandardErrors.ShouldAllBe(e => e < 0.1);
        var forecast = effects.Around("theta+causes", Theta.Standard, past, future).Forecast(sales, 1, 4);
        for (var h = 0; h < 4; h++)
        {
            var truth = Math.Exp(4 + (0.002 * (n + h)) + (-2 * price[n + h]) + (0.7 * holiday[n + h]));
            (forecast.Mean[h] / truth).ShouldBe(1, 0.06);
        }

        Should.Throw<ArgumentException>(() => RegressionEffects.Estimate(sales, [new double[n]], 1, true));
        Should.Throw<ArgumentException>(() =>
            RegressionEffects.Estimate(
                [1, 2, 3],
                [
                    [0, 1, 0],
                ],
                1,
                false
            )
        );
    }

    [Fact]
    public void A_decomposition_adds_up_and_finds_both_seasons()
    {
        const int n = 24 * 7 * 6;
        var random = new Random(8);
        double Daily(int t) => 10 * Math.Sin(2 * Math.PI * t / 24);
        double Weekly(int t) => 6 * Math.Sin(2 * Math.PI * t / 168);
        double[] history = [.. Enumerable.Range(0, n).Select(t => 50 + Daily(t) + Weekly(t) + random.NextDouble())];
        var (seasonal, adjusted) = (new double[2 * n], new double[n]);
        Stl.Decompose(history, [24, 168], new Workspace(), seasonal, adjusted);
        for (var t = 0; t < n; t++)
        {
            (seasonal[t] + seasonal[n + t] + adjusted[t]).ShouldBe(history[t], 1e-9);
        }

        (adjusted.Max() - adjusted.Min()).ShouldBeLessThan(5);
        var forecast = SeveralSeasons.Decomposed("mstl", [24, 168], DynamicTheta.Forecast).Forecast(history, 24, 48);
        for (var h = 0; h < 48; h++)
        {
            forecast.Mean[h].ShouldBe(50.5 + Daily(n + h) + Weekly(n + h), 2);
        }
    }

    [Fact]
    public void Intermittent_methods_find_a_steady_rate_and_tsb_lets_a_dead_item_fade()
    {
        double[] steady = [.. Enumerable.Range(0, 60).Select(t => t % 3 == 0 ? 6.0 : 0)];
        double[] dead = [.. Enumerable.Range(0, 60).Select(t => t < 30 && t % 3 == 0 ? 6.0 : 0)];
        foreach (var method in ForecastMethods.Intermittent)
        {
            method.Forecast(steady, 1, 2).Mean.ShouldAllBe(v => Math.Abs(v - 2) < 0.35, method.Name);
        }

        ForecastMethods.Find("tsb")!.Forecast(dead, 1, 1).Mean[0].ShouldBeLessThan(0.3);
        ForecastMethods.Find("croston")!.Forecast(dead, 1, 1).Mean[0].ShouldBeGreaterThan(1);
        var sba = ForecastMethods.Find("sba")!.Forecast(steady, 1, 1).Mean[0];
        sba.ShouldBeLessThan(2);
        IntermittentDemand.IsIntermittent(steady).ShouldBeTrue();
        IntermittentDemand.IsIntermittent([1, 2, 3, 0, 4, 5]).ShouldBeFalse();
    }
}
