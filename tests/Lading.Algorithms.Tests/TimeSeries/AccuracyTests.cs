using Lading.TimeSeries.Forecasting;

namespace Lading.Algorithms.Tests.TimeSeries;

public sealed class AccuracyTests
{
    [Fact]
    public void The_measures_have_their_values_by_hand()
    {
        Accuracy.Smape([100, 0], [50, 0]).ShouldBe(100.0 / 3, 1e-9);
        Accuracy.Mase([1, 2, 3, 4], 1, [6], [4]).ShouldBe(2);
        Accuracy.Mase([1, 5, 2, 6], 2, [4], [2]).ShouldBe(2);
        Accuracy.Mase([3, 3, 3], 1, [4], [2]).ShouldBe(double.NaN);
        Accuracy.Rmsse([0, 0, 2, 0, 2], [3, 3], [1, 1]).ShouldBe(1, 1e-12);
        Accuracy.Owa(10, 1, 20, 2).ShouldBe(0.5);
    }

    [Fact]
    public void Conformal_intervals_hold_where_the_model_is_wrong_and_fall_back_without_evidence()
    {
        // Errors of deviation 3 from a model that claims 1.
        var random = new Random(6);
        Trial Draw() =>
            new(0, new double[] { 1 }, new[] { 3 * ForecastMethodTests.Gaussian(random) }, new Forecast([0], [1]));
        Trial[] past = [.. Enumerable.Range(0, 2000).Select(_ => Draw())];
        Trial[] future = [.. Enumerable.Range(0, 2000).Select(_ => Draw())];
        var conformal = Intervals.Conformal(past);
        conformal.Coverage(future, 0.8).ShouldBe(0.8, 0.03);
        conformal.Coverage(future, 0.95).ShouldBe(0.95, 0.02);
        Intervals.ModelBased.Coverage(future, 0.95).ShouldBeLessThan(0.6);
        Intervals.Conformal(past[..5]).ShouldBe(Intervals.ModelBased);
    }

    [Fact]
    public void A_combination_of_all_of_M3_beats_every_single_method_and_its_intervals_hold()
    {
        ReadOnlyMemory<double>[] series =
        [
            .. DataSets
                .Series("forecasting/m3_train-dev.csv.gz")
                .Where(s => s.Id.CompareTo("N1402") >= 0 && s.Id.CompareTo("N2829") <= 0)
                .Select(s => (ReadOnlyMemory<double>)s.Values),
        ];
        series.Length.ShouldBe(1428);
        double Smape(string name) =>
            RollingOrigin.Score(RollingOrigin.Test(series, 12, 18, ForecastMethods.Find(name)!), 12).Smape;
        var combined = RollingOrigin.Test(series, 12, 18, ForecastMethods.MedianOfFour);
        var score = RollingOrigin.Score(combined, 12).Smape;
        foreach (var single in (string[])["naive2", "ses", "theta", "dotm", "ets", "arima", "ces"])
        {
            score.ShouldBeLessThan(Smape(single), single);
        }

        var conformal = Intervals.Conformal(RollingOrigin.Test(series, 12, 18, ForecastMethods.MedianOfFour, 2, 6, 18));
        conformal.Coverage(combined, 0.8).ShouldBe(0.8, 0.04);
        conformal.Coverage(combined, 0.95).ShouldBe(0.95, 0.04);
    }

    [Fact]
    public void Pooled_weights_beat_Croston_on_the_car_parts_by_five_percent()
    {
        ReadOnlyMemory<double>[] series =
        [
            .. DataSets.Series("forecasting/carparts_monthly-dev.csv.gz").Select(s => (ReadOnlyMemory<double>)s.Values),
        ];
        var pooled = PooledCombination.Learn(
            [.. series.Where(s => s.Length > 24).Select(s => s[..^12])],
            1,
            12,
            ForecastMethods.Intermittent
        );
        double Error(ForecastMethod method) =>
            RollingOrigin
                .Test(series, 1, 12, method)
                .Select(t => Accuracy.Rmsse(t.History.Span, t.Actual.Span, t.Forecast.Mean))
                .Where(double.IsFinite)
                .Average();
        Error(pooled.Method("pooled")).ShouldBeLessThan(0.95 * Error(ForecastMethods.Find("croston")!));
    }
}
