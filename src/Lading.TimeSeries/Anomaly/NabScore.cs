namespace Lading.TimeSeries.Anomaly;

/// <summary>The worth of a detection, a false alarm and a miss in the Numenta Anomaly Benchmark.</summary>
public sealed record NabProfile(string Name, double TruePositive, double FalsePositive, double FalseNegative)
{
    /// <summary>The benchmark's main profile.</summary>
    public static NabProfile Standard { get; } = new("standard", 1, 0.11, 1);

    /// <summary>False alarms count double.</summary>
    public static NabProfile LowFalsePositive { get; } = new("low false positive", 1, 0.22, 1);

    /// <summary>Misses count double.</summary>
    public static NabProfile LowFalseNegative { get; } = new("low false negative", 1, 0.11, 2);
}

/// <summary>
/// One labelled series: a score per point, the windows in which an anomaly is to be found (first and last index, in
/// order).
/// </summary>
public sealed record NabSeries(string Name, double[] Scores, IReadOnlyList<(int First, int Last)> Windows);

/// <summary>
/// The scoring of the Numenta Anomaly Benchmark: the earliest detection in each window is worth up to 1, falling
/// along a sigmoid to 0 at the window's end; a detection outside costs up to the profile's price, less shortly after
/// a window; an empty window costs a miss. The sum is put on a scale where no detection at all is 0 and every window
/// found at its first point is 100. The first 15 % of a series (750 points at most) do not count. Source: Lavin and
/// Ahmad, Evaluating real-time anomaly detection algorithms, ICMLA (2015).
/// </summary>
public static class NabScore
{
    private static readonly double Earliest = Sigmoid(-1);

    /// <summary>The score of all series at one threshold: points scoring at least that are detections.</summary>
    public static double At(IReadOnlyList<NabSeries> series, double threshold, NabProfile profile) =>
        Sweep(series, profile).TakeWhile(s => s.Threshold >= threshold).Last().Score;

    /// <summary>The threshold with the best score, the same for all series, and that score.</summary>
    public static (double Threshold, double Score) Best(IReadOnlyList<NabSeries> series, NabProfile profile) =>
        Sweep(series, profile).MaxBy(s => s.Score);

    /// <summary>The score at every threshold that makes a difference, highest threshold first.</summary>
    private static List<(double Threshold, double Score)> Sweep(IReadOnlyList<NabSeries> series, NabProfile profile)
    {
        var points = new List<(double Score, double Value, int Window)>();
        var windows = 0;
        foreach (var one in series)
        {
            windows = Add(one, profile, windows, points);
        }

        points.Sort((a, b) => b.Score.CompareTo(a.Score));
        var best = Enumerable.Repeat(-profile.FalseNegative, windows).ToArray();
        var total = -profile.FalseNegative * windows;
        var (none, perfect) = (total, profile.TruePositive * windows);
        var results = new List<(double, double)> { (double.PositiveInfinity, 0) };
        for (var i = 0; i < points.Count; i++)
        {
            var (score, value, window) = points[i];
            var gain = window < 0 ? value : Math.Max(value - best[window], 0);
            total += gain;
            if (window >= 0)
            {
                best[window] += gain;
            }

            if (i + 1 == points.Count || points[i + 1].Score < score)
            {
                results.Add((score, 100 * (total - none) / (perfect - none)));
            }
        }

        return results;
    }

    private static int Add(
        NabSeries series,
        NabProfile profile,
        int windows,
        List<(double Score, double Value, int Window)> points
    )
    {
        var n = series.Scores.Length;
        var probation = (int)Math.Min(Math.Floor(0.15 * n), 750);
        var counted = series.Windows.Where(w => w.Last >= probation).ToArray();
        var next = 0;
        (int First, int Last)? previous = null;
        for (var i = 0; i < n; i++)
        {
            if (next < series.Windows.Count && i > series.Windows[next].Last)
            {
                previous = series.Windows[next++];
            }

            var inside = next < series.Windows.Count && i >= series.Windows[next].First;
            if (i < probation)
            {
                continue;
            }

            if (inside)
            {
                var (first, last) = series.Windows[next];
                var position = -(last - i + 1) / (double)(last - first + 1);
                points.Add(
                    (
                        series.Scores[i],
                        Sigmoid(position) * profile.TruePositive / Earliest,
                        windows + Array.IndexOf(counted, series.Windows[next])
                    )
                );
            }
            else
            {
                var past = previous is { } p ? (i - p.Last) / Math.Max((double)(p.Last - p.First), 1) : 3;
                points.Add((series.Scores[i], Sigmoid(past) * profile.FalsePositive, -1));
            }
        }

        return windows + counted.Length;
    }

    /// <summary>1 at the far left, 0 at the window's right edge, -1 from three window lengths behind it.</summary>
    private static double Sigmoid(double position) => position >= 3 ? -1 : (2 / (1 + Math.Exp(5 * position))) - 1;
}
