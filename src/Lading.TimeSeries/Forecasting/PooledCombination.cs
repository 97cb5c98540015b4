namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// One set of weights for a whole batch: how much of each method's forecast to take is learnt from all series' errors
/// at earlier origins together. A single intermittent series says almost nothing about which method suits it; two
/// thousand of them do. The weights minimise the mean over series of the scaled root mean squared error, by
/// repeatedly re-weighted least squares. Source of the idea: Breiman, Stacked regressions (1996); Montero-Manso and
/// Hyndman, Principles and algorithms for forecasting groups of time series: locality and globality (2021).
/// </summary>
public sealed class PooledCombination
{
    private const int Rounds = 6;
    private readonly IReadOnlyList<ForecastMethod> _methods;

    private PooledCombination(IReadOnlyList<ForecastMethod> methods, double[] weights)
    {
        _methods = methods;
        Weights = weights;
    }

    /// <summary>
    /// One weight per method, not negative; their sum may differ from one, which corrects a common bias.
    /// </summary>
    public double[] Weights { get; }

    /// <summary>
    /// Learns from <paramref name="origins"/> origins, a third of the horizon apart, ending a full horizon before the
    /// series' end at the latest. Without any usable trial the methods count alike.
    /// </summary>
    public static PooledCombination Learn(
        IReadOnlyList<ReadOnlyMemory<double>> series,
        int season,
        int horizon,
        IReadOnlyList<ForecastMethod> methods,
        int origins = 3,
        int threads = 0
    )
    {
        var trials = methods
            .Select(m => RollingOrigin.Test(series, season, horizon, m, origins, Math.Max(horizon / 3, 1), 0, threads))
            .ToArray();
        double[] weights = [.. Enumerable.Repeat(1.0 / methods.Count, methods.Count)];
        for (var round = 0; round < Rounds; round++)
        {
            weights = Improve(trials, weights);
        }

        return new PooledCombination(methods, weights);
    }

    /// <summary>The combination as a method of its own.</summary>
    public ForecastMethod Method(string name) =>
        new(
            name,
            (history, season, workspace, mean, spread) =>
            {
                var mark = workspace.Mark();
                var oneMean = workspace.Rent(mean.Length);
                var oneSpread = workspace.Rent(mean.Length);
                mean.Clear();
                spread.Clear();
                var total = Math.Max(Weights.Sum(), 1e-12);
                for (var m = 0; m < _methods.Count; m++)
                {
                    if (Weights[m] > 0)
                    {
                        _methods[m].Run(history, season, workspace, oneMean, oneSpread);
                        LinearAlgebra.AddScaled(mean, oneMean, Weights[m]);
                        LinearAlgebra.AddScaled(spread, oneSpread, Weights[m] / total);
                    }
                }

                workspace.Release(mark);
            }
        );

    private static double[] Improve(IReadOnlyList<Trial>[] trials, double[] weights)
    {
        var k = weights.Length;
        var normal = new double[k * k];
        var target = new double[k];
        for (var i = 0; i < trials[0].Count; i++)
        {
            var first = trials[0][i];
            var zero = new double[first.Actual.Length];
            var size = Accuracy.Rmsse(first.History.Span, first.Actual.Span, zero);
            var square = 0.0;
            for (var h = 0; h < zero.Length; h++)
            {
                var error =
                    first.Actual.Span[h] - Enumerable.Range(0, k).Sum(m => weights[m] * trials[m][i].Forecast.Mean[h]);
                square += error * error;
                zero[h] = first.Actual.Span[h] * first.Actual.Span[h];
            }

            // size = sqrt(sum of squares / horizon) / scale gives the series' scale without computing it again.
            var sum = zero.Sum();
            if (!double.IsFinite(size) || sum <= 0)
            {
                continue;
            }

            var scale = Math.Sqrt(sum / zero.Length) / size;
            var weight = 1 / (scale * Math.Sqrt(Math.Max(square / zero.Length, 1e-6 * scale * scale)));
            for (var h = 0; h < zero.Length; h++)
            {
                for (var m = 0; m < k; m++)
                {
                    var x = trials[m][i].Forecast.Mean[h];
                    target[m] += weight * x * first.Actual.Span[h];
                    for (var j = 0; j < k; j++)
                    {
                        normal[(m * k) + j] += weight * x * trials[j][i].Forecast.Mean[h];
                    }
                }
            }
        }

        return NonNegative(normal, target, weights);
    }

    /// <summary>Non-negative least squares by coordinate descent on the normal equations.</summary>
    private static double[] NonNegative(double[] normal, double[] target, double[] start)
    {
        var k = start.Length;
        double[] weights = [.. start];
        for (var sweep = 0; sweep < 500; sweep++)
        {
            for (var m = 0; m < k; m++)
            {
                var diagonal = normal[(m * k) + m];
                if (diagonal > 0)
                {
                    var rest =
                        target[m] - LinearAlgebra.Dot(normal.AsSpan(m * k, k), weights) + (diagonal * weights[m]);
                    weights[m] = Math.Max(rest / diagonal, 0);
                }
            }
        }

        return weights;
    }
}
