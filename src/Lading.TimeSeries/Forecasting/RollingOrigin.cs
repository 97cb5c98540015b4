namespace Lading.TimeSeries.Forecasting;

/// <summary>One test: what was known is <c>History</c>, what came after is <c>Actual</c>.</summary>
public sealed record Trial(
    int Series,
    ReadOnlyMemory<double> History,
    ReadOnlyMemory<double> Actual,
    Forecast Forecast
);

/// <summary>
/// Rolling-origin evaluation: every series is cut some points before its end, forecast from there and compared with
/// what came. Source: Tashman, Out-of-sample tests of forecasting accuracy, Int. J. Forecasting 16 (2000).
/// </summary>
public static class RollingOrigin
{
    /// <summary>The fewest values a history is cut down to.</summary>
    public const int ShortestHistory = 4;

    /// <summary>
    /// Tests <paramref name="method"/> at <paramref name="origins"/> origins, <paramref name="step"/> points apart,
    /// the last one <paramref name="horizon"/> + <paramref name="skip"/> points before the end. Origins that leave
    /// fewer than <see cref="ShortestHistory"/> values are left out, so a short series may have no trial.
    /// </summary>
    public static IReadOnlyList<Trial> Test(
        IReadOnlyList<ReadOnlyMemory<double>> series,
        int season,
        int horizon,
        ForecastMethod method,
        int origins = 1,
        int step = 1,
        int skip = 0,
        int threads = 0
    )
    {
        var cuts = new List<(int Series, int Origin)>();
        for (var i = 0; i < series.Count; i++)
        {
            for (var k = 0; k < origins; k++)
            {
                var origin = series[i].Length - skip - horizon - (k * step);
                if (origin >= ShortestHistory)
                {
                    cuts.Add((i, origin));
                }
            }
        }

        var histories = cuts.ConvertAll(cut => series[cut.Series][..cut.Origin]);
        var forecasts = Batch.Forecast(histories, season, horizon, method, threads);
        return
        [
            .. cuts.Select(
                (cut, i) =>
                    new Trial(cut.Series, histories[i], series[cut.Series].Slice(cut.Origin, horizon), forecasts[i])
            ),
        ];
    }

    /// <summary>The mean sMAPE and MASE (over series where it is defined) of some trials.</summary>
    public static (double Smape, double Mase) Score(IReadOnlyList<Trial> trials, int season)
    {
        double smape = 0,
            mase = 0;
        var defined = 0;
        foreach (var trial in trials)
        {
            smape += Accuracy.Smape(trial.Actual.Span, trial.Forecast.Mean);
            var scaled = Accuracy.Mase(trial.History.Span, season, trial.Actual.Span, trial.Forecast.Mean);
            if (double.IsFinite(scaled))
            {
                mase += scaled;
                defined++;
            }
        }

        return (trials.Count > 0 ? smape / trials.Count : double.NaN, defined > 0 ? mase / defined : double.NaN);
    }
}
