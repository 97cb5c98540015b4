namespace Lading.TimeSeries.Forecasting;

/// <summary>
/// Demand that is zero in most periods. All forecasts are flat: a mean demand per period, not a prediction of when it
/// comes. Sources: Croston (1972); Syntetos and Boylan (2005); Teunter, Syntetos and Babai (2011); Nikolopoulos et
/// al., ADIDA (2011); Petropoulos and Kourentzes, IMAPA (2015). Weights are found per series by least squares on
/// one-step errors.
/// </summary>
public static class IntermittentDemand
{
    /// <summary>
    /// The share of periods without demand from which a series counts as intermittent (mean interval 1.32).
    /// </summary>
    public const double ShareOfZeros = 0.2424;

    /// <summary>Whether the history has no negative value and enough zeros.</summary>
    public static bool IsIntermittent(ReadOnlySpan<double> history)
    {
        var zeros = 0;
        foreach (var value in history)
        {
            if (value < 0)
            {
                return false;
            }

            zeros += value == 0 ? 1 : 0;
        }

        return zeros > ShareOfZeros * history.Length && zeros < history.Length;
    }

    /// <summary>Smoothed size of demands divided by smoothed interval between them; biased high.</summary>
    public static void Croston(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    ) => Flat(history, CrostonRate(history, workspace, false), mean, spread);

    /// <summary>Croston's method as published, both weights 0.1.</summary>
    public static void CrostonFixed(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    ) => Flat(history, RunCroston(history, 0.1, false).Rate, mean, spread);

    /// <summary>The mean of all history.</summary>
    public static void MeanRate(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    ) => Flat(history, SeasonalAdjustment.Mean(history), mean, spread);

    /// <summary>Croston's ratio with the Syntetos-Boylan correction 1 - alpha / 2.</summary>
    public static void SyntetosBoylan(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    ) => Flat(history, CrostonRate(history, workspace, true), mean, spread);

    /// <summary>
    /// Smoothed size times smoothed probability of demand, the probability updated in every period, so that an item
    /// going out of use fades.
    /// </summary>
    public static void TeunterSyntetosBabai(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var best = (Rate: SeasonalAdjustment.Mean(history), Error: double.PositiveInfinity);
        foreach (var alpha in (ReadOnlySpan<double>)[0.02, 0.05, 0.1, 0.2, 0.3])
        {
            foreach (var beta in (ReadOnlySpan<double>)[0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3])
            {
                var run = RunTsb(history, alpha, beta);
                best = run.Error < best.Error ? run : best;
            }
        }

        Flat(history, best.Rate, mean, spread);
    }

    /// <summary>Sums over the mean interval between demands, smoothed, and spread evenly again.</summary>
    public static void Adida(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var bucket = (int)Math.Round(MeanInterval(history));
        Flat(history, Aggregated(history, bucket, workspace), mean, spread);
    }

    /// <summary>The mean of ADIDA over every bucket from one period to the mean interval (12 at most).</summary>
    public static void Imapa(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        var longest = Math.Clamp((int)Math.Round(MeanInterval(history)), 1, 12);
        var sum = 0.0;
        for (var bucket = 1; bucket <= longest; bucket++)
        {
            sum += Aggregated(history, bucket, workspace);
        }

        Flat(history, sum / longest, mean, spread);
    }

    /// <summary>The median of SBA, TSB and IMAPA.</summary>
    public static void Median(
        ReadOnlySpan<double> history,
        int season,
        Workspace workspace,
        Span<double> mean,
        Span<double> spread
    )
    {
        SyntetosBoylan(history, season, workspace, mean, spread);
        var a = mean[0];
        TeunterSyntetosBabai(history, season, workspace, mean, spread);
        var b = mean[0];
        Imapa(history, season, workspace, mean, spread);
        var c = mean[0];
        Flat(history, Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c)), mean, spread);
    }

    private static void Flat(ReadOnlySpan<double> history, double rate, Span<double> mean, Span<double> spread)
    {
        mean.Fill(rate);
        var sum = 0.0;
        foreach (var value in history)
        {
            sum += (value - rate) * (value - rate);
        }

        spread.Fill(Math.Sqrt(sum / history.Length));
    }

    private static double MeanInterval(ReadOnlySpan<double> history)
    {
        var demands = history.Length - history.Count(0.0);
        return demands > 0 ? (double)history.Length / demands : 1;
    }

    private static double CrostonRate(ReadOnlySpan<double> history, Workspace workspace, bool corrected)
    {
        var best = (Rate: SeasonalAdjustment.Mean(history), Error: double.PositiveInfinity);
        for (var step = 1; step <= 15; step++)
        {
            var run = RunCroston(history, step * 0.02, corrected);
            best = run.Error < best.Error ? run : best;
        }

        return best.Rate;
    }

    private static (double Rate, double Error) RunCroston(ReadOnlySpan<double> history, double alpha, bool corrected)
    {
        double size = 0,
            interval = 0,
            error = 0;
        var since = 1;
        var started = false;
        var factor = corrected ? 1 - (alpha / 2) : 1;
        foreach (var value in history)
        {
            if (started)
            {
                var expected = factor * size / interval;
                error += (value - expected) * (value - expected);
            }

            if (value == 0)
            {
                since++;
                continue;
            }

            size = started ? size + (alpha * (value - size)) : value;
            interval = started ? interval + (alpha * (since - interval)) : MeanInterval(history);
            (started, since) = (true, 1);
        }

        return (started ? factor * size / interval : 0, error);
    }

    private static (double Rate, double Error) RunTsb(ReadOnlySpan<double> history, double alpha, double beta)
    {
        var probability = 1 / MeanInterval(history);
        var demands = history.Length - history.Count(0.0);
        var size = demands > 0 ? SeasonalAdjustment.Mean(history) * history.Length / demands : 0;
        var error = 0.0;
        foreach (var value in history)
        {
            var miss = value - (probability * size);
            error += miss * miss;
            probability += beta * ((value == 0 ? 0 : 1) - probability);
            size += value == 0 ? 0 : alpha * (value - size);
        }

        return (probability * size, error);
    }

    private static double Aggregated(ReadOnlySpan<double> history, int bucket, Workspace workspace)
    {
        bucket = Math.Clamp(bucket, 1, Math.Max(history.Length / 3, 1));
        var mark = workspace.Mark();
        var sums = workspace.RentZeroed(history.Length / bucket);
        var first = history.Length - (sums.Length * bucket);
        for (var t = first; t < history.Length; t++)
        {
            sums[(t - first) / bucket] += history[t];
        }

        var level = SimpleSmoothing.FitLeastSquares(sums).Level / bucket;
        workspace.Release(mark);
        return Math.Max(level, 0);
    }
}
