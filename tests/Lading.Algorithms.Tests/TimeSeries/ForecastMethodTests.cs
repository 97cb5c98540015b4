using FsCheck;
using FsCheck.Fluent;
using Lading.TimeSeries.Forecasting;

namespace Lading.Algorithms.Tests.TimeSeries;

public sealed class ForecastMethodTests
{
    private static readonly ForecastMethod[] All =
    [
        .. ForecastMethods.Regular,
        .. ForecastMethods.Intermittent,
        .. SeveralSeasons.Candidates([4, 12]),
    ];

    [Fact]
    public void Every_method_scales_with_the_series()
    {
        Prop.ForAll(
                Histories(),
                history =>
                {
                    foreach (var method in All)
                    {
                        var one = method.Forecast(history, 4, 6);
                        double[] scaled = [.. history.Select(v => v * 1024)];
                        var many = method.Forecast(scaled, 4, 6);
                        for (var h = 0; h < 6; h++)
                        {
                            many.Mean[h]
                                .ShouldBe(one.Mean[h] * 1024, 1e-6 * 1024 * (1 + Math.Abs(one.Mean[h])), method.Name);
                            many.Spread[h]
                                .ShouldBe(one.Spread[h] * 1024, 1e-6 * 1024 * (1 + one.Spread[h]), method.Name);
                        }
                    }
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_method_is_finite_on_whatever_is_finite()
    {
        double[][] awkward =
        [
            [5],
            [0],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [7, 7, 7, 7, 7, 7, 7, 7],
            [1, 2],
            [1, 2, 3],
            [3, -1, 2, -8],
            [0, 0, 0, 0, 0, 0, 9],
            [1e-300, 2e-300, 1e-300, 3e-300, 1e-300, 2e-300],
            [1e12, -1e12, 1e12, -1e12, 1e12, -1e12, 1e12, -1e12, 1e12],
            [.. Enumerable.Range(0, 40).Select(t => (double)t)],
            [.. Enumerable.Range(0, 40).Select(t => t % 4 == 0 ? 100.0 : 1)],
            [.. Enumerable.Range(0, 30).Select(t => Math.Pow(1.5, t))],
        ];
        foreach (var history in awkward)
        {
            foreach (var season in (int[])[1, 4, 12, 10_000])
            {
                foreach (var method in All.Concat(SeveralSeasons.Candidates([season])))
                {
                    var forecast = method.Forecast(history, season, 5);
                    forecast.Mean.ShouldAllBe(
                        v => double.IsFinite(v),
                        $"{method.Name} on {history.Length} values, {season}"
                    );
                    forecast.Spread.ShouldAllBe(
                        v => double.IsFinite(v) && v >= 0,
                        $"{method.Name} on {history.Length}"
                    );
                }
            }
        }
    }

    [Fact]
    public void A_constant_series_is_forecast_by_its_constant()
    {
        foreach (var method in All.Where(m => m.Name != "sba"))
        {
            var forecast = method.Forecast(Enumerable.Repeat(42.0, 40).ToArray(), 4, 3);
            forecast.Mean.ShouldAllBe(v => Math.Abs(v - 42) < 0.01, method.Name);
        }
    }

    [Fact]
    public void An_empty_or_infinite_history_is_refused()
    {
        Should.Throw<ArgumentException>(() => All[0].Forecast([], 1, 1));
        Should.Throw<ArgumentException>(() => All[0].Forecast([1, double.NaN], 1, 1)).Message.ShouldContain("index 1");
        Should.Throw<ArgumentOutOfRangeException>(() => All[0].Forecast([1], 0, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => All[0].Forecast([1], 1, 0));
    }

    [Fact]
    public void Naive_methods_give_their_textbook_values()
    {
        double[] history = [1, 2, 3, 4, 5, 7];
        Run(Naive.LastValue, history, 1, 2).Mean.ShouldBe([7, 7]);
        Run(Naive.Seasonal, history, 4, 5).Mean.ShouldBe([3, 4, 5, 7, 3]);
        Run(Naive.Drift, [2, 5, 8], 1, 2).Mean.ShouldBe([11, 14]);
        Run(Naive.LastValue, [0, 1, 0, 1], 1, 4).Spread[3].ShouldBe(2, 1e-12);
    }

    [Fact]
    public void Smoothing_finds_the_best_weight_and_level_of_a_fine_grid()
    {
        double[] history = [12, 15, 11, 18, 17, 21, 16, 22, 25, 19, 24, 28];
        var fit = SimpleSmoothing.FitLeastSquares(history);
        var best = double.PositiveInfinity;
        for (var alpha = 0.001; alpha < 1; alpha += 0.001)
        {
            for (var level = 8.0; level < 22; level += 0.05)
            {
                var (state, sum) = (level, 0.0);
                foreach (var y in history)
                {
                    sum += (y - state) * (y - state);
                    state += alpha * (y - state);
                }

                best = Math.Min(best, sum);
            }
        }

        fit.SumOfSquares.ShouldBeLessThanOrEqualTo(best * 1.0001);
        fit.SumOfSquares.ShouldBeGreaterThan(best * 0.999);
    }

    [Fact]
    public void Theta_is_smoothing_with_half_the_slope_as_drift()
    {
        double[] history = [10, 12, 11, 14, 15, 14, 17, 18];
        var fit = SimpleSmoothing.FitLeastSquares(history);
        var slope = 45.5 / 42; // Least squares by hand: sum (t - 4.5) y / sum (t - 4.5)^2.
        var forecast = Run(Theta.Standard, history, 1, 2).Mean;
        (forecast[1] - forecast[0]).ShouldBe(slope / 2, 1e-9);
        forecast[0].ShouldBe(fit.Level + (slope / 2 * (1 - Math.Pow(1 - fit.Alpha, 8)) / fit.Alpha), 1e-9);
    }

    [Theory]
    [InlineData("dotm")]
    [InlineData("ets")]
    [InlineData("arima")]
    [InlineData("ces")]
    [InlineData("median4")]
    public void A_seasonal_trend_with_little_noise_is_continued(string name)
    {
        var random = new Random(7);
        double Value(int t) => (100 + t) * (1 + (0.3 * Math.Sin(2 * Math.PI * t / 12)));
        double[] history =
        [
            .. Enumerable.Range(0, 96).Select(t => Value(t) * (1 + (0.01 * (random.NextDouble() - 0.5)))),
        ];
        double[] actual = [.. Enumerable.Range(96, 12).Select(Value)];
        var forecast = ForecastMethods.Find(name)!.Forecast(history, 12, 12);
        Accuracy.Smape(actual, forecast.Mean).ShouldBeLessThan(5, name);
    }

    [Fact]
    public void Arima_recovers_the_weight_of_an_autoregression()
    {
        var random = new Random(3);
        var history = new double[400];
        for (var t = 1; t < history.Length; t++)
        {
            history[t] = (0.7 * history[t - 1]) + Gaussian(random);
        }

        var forecast = Run(Arima.Forecast, history, 1, 30);
        (forecast.Mean[0] / history[^1]).ShouldBe(0.7, 0.2);
        forecast.Spread[29].ShouldBe(1 / Math.Sqrt(1 - 0.49), 0.25);
        forecast.Spread[0].ShouldBe(1, 0.1);
    }

    [Fact]
    public void Ets_spread_of_a_random_walk_grows_as_the_root_of_the_step()
    {
        var random = new Random(5);
        var history = new double[300];
        history[0] = 1000;
        for (var t = 1; t < history.Length; t++)
        {
            history[t] = history[t - 1] + Gaussian(random);
        }

        var spread = Run(Ets.Forecast, history, 1, 16).Spread;
        spread[0].ShouldBe(1, 0.1);
        spread[15].ShouldBe(4, 0.7);
    }

    private static Forecast Run(Forecaster forecaster, double[] history, int season, int horizon) =>
        new ForecastMethod("tested", forecaster).Forecast(history, season, horizon);

    internal static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static Arbitrary<double[]> Histories() =>
        Gen.Choose(0, 1000).Select(v => v / 10.0).ArrayOf().Where(a => a.Length is > 0 and < 60).ToArbitrary();
}
