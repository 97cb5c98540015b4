namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Prediction intervals. Model-based ones are mean plus or minus normal quantiles of the standard error: too narrow,
/// because they trust the model. Conformal ones stretch the standard errors by the quantiles of errors really made at
/// earlier origins, pooled over a batch of like series, each side of its own; they hold their level as far as the
/// future resembles that past. Source: Vovk, Gammerman and Shafer (2005); Lei et al., Distribution-free predictive
/// inference, JASA 113 (2018).
/// </summary>
public sealed class Intervals
{
    private const int FewestScores = 30;
    private readonly double[][] _scores;

    private Intervals(double[][] scores) => _scores = scores;

    /// <summary>Intervals that trust the model's standard errors.</summary>
    public static Intervals ModelBased { get; } = new([]);

    /// <summary>
    /// Calibrates on trials at earlier origins. A step with fewer than 30 of them takes all steps' scores; with fewer
    /// than 30 in all the intervals stay model-based.
    /// </summary>
    public static Intervals Conformal(IReadOnlyList<Trial> trials)
    {
        var horizon = trials.Count > 0 ? trials.Max(t => t.Actual.Length) : 0;
        var perStep = new List<double>[horizon + 1];
        for (var h = 0; h <= horizon; h++)
        {
            perStep[h] = [];
        }

        foreach (var trial in trials)
        {
            for (var h = 0; h < trial.Actual.Length; h++)
            {
                var spread = trial.Forecast.Spread[h];
                if (spread > 0 && double.IsFinite(spread))
                {
                    var score = (trial.Actual.Span[h] - trial.Forecast.Mean[h]) / spread;
                    perStep[h].Add(score);
                    perStep[horizon].Add(score);
                }
            }
        }

        if (perStep[horizon].Count < FewestScores)
        {
            return ModelBased;
        }

        return new Intervals([
            .. perStep.Select(scores =>
            {
                double[] sorted = [.. scores.Count >= FewestScores ? scores : perStep[horizon]];
                Array.Sort(sorted);
                return sorted;
            }),
        ]);
    }

    /// <summary>
    /// The interval at step <paramref name="step"/> (0 = one ahead) that should hold the value with probability
    /// <paramref name="level"/>, between 0 and 1.
    /// </summary>
    public (double Low, double High) At(Forecast forecast, int step, double level)
    {
        var (low, high) = (Normal.Quantile((1 - level) / 2), Normal.Quantile((1 + level) / 2));
        if (_scores.Length > 0)
        {
            var scores = _scores[Math.Min(step, _scores.Length - 1)];
            low = Quantile(scores, (1 - level) / 2, false);
            high = Quantile(scores, (1 + level) / 2, true);
        }

        var (mean, spread) = (forecast.Mean[step], forecast.Spread[step]);
        return (mean + (low * spread), mean + (high * spread));
    }

    /// <summary>The share of actual values inside their intervals.</summary>
    public double Coverage(IReadOnlyList<Trial> trials, double level)
    {
        int inside = 0,
            all = 0;
        foreach (var trial in trials)
        {
            for (var h = 0; h < trial.Actual.Length; h++, all++)
            {
                var (low, high) = At(trial.Forecast, h, level);
                inside += trial.Actual.Span[h] >= low && trial.Actual.Span[h] <= high ? 1 : 0;
            }
        }

        return all > 0 ? (double)inside / all : double.NaN;
    }

    /// <summary>The conformal order statistic: rank level * (n + 1), rounded outwards.</summary>
    private static double Quantile(double[] sorted, double level, bool up)
    {
        var rank = level * (sorted.Length + 1);
        var index = (int)(up ? Math.Ceiling(rank) : Math.Floor(rank)) - 1;
        return sorted[Math.Clamp(index, 0, sorted.Length - 1)];
    }
}
