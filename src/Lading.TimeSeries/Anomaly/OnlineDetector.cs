using System.Globalization;

namespace Lading.TimeSeries.Anomaly;

/// <summary>What made a point stand out most.</summary>
public enum Witness
{
    /// <summary>Far from the values just before.</summary>
    RecentValues,

    /// <summary>Far from the long-run level.</summary>
    LongRunLevel,

    /// <summary>The level of the last hours has moved away from the long-run one.</summary>
    LevelShift,

    /// <summary>An unusual step from one point to the next.</summary>
    Step,

    /// <summary>Unusual for this time of the season.</summary>
    TimeOfSeason,

    /// <summary>The last points together are unusual for this time of the season.</summary>
    TimeOfSeasonForLong,

    /// <summary>The series moves unusually much, or unusually little.</summary>
    Unrest,

    /// <summary>A series that usually changes has not changed for far longer than ever before.</summary>
    Stuck,
}

/// <summary>
/// How a detector decides. <c>Threshold</c> is the score from which a point is anomalous; with
/// <c>AlarmsPerTenThousand</c> above zero it is only the start of a threshold that tunes itself to that many alarms.
/// <c>SeasonSeconds</c> is the length of the season, a day unless said, in the unit of the times handed in.
/// </summary>
public sealed record DetectorOptions(
    double Threshold = DetectorOptions.DefaultThreshold,
    double AlarmsPerTenThousand = 0,
    long SeasonSeconds = 86_400
)
{
    /// <summary>
    /// Fixed on the development half of the Numenta benchmark: about two alarms in a thousand points of a calm
    /// series.
    /// </summary>
    public const double DefaultThreshold = 6.2;
}

/// <summary>
/// The judgement of one point: its score (0 = nothing new), whether it is anomalous, what stood out most, what was
/// expected of that and what was found, and about once in how many points so much is seen (10 to the power of the
/// witness' surprise).
/// </summary>
public readonly record struct Verdict(
    double Score,
    bool IsAnomaly,
    Witness Witness,
    double Expected,
    double Found,
    double OnceIn
)
{
    /// <summary>One sentence for the person who is woken.</summary>
    public string Reason =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{What} {Found:G5} where {Expected:G5} was usual, " + $"seen about once in {Math.Max(OnceIn, 1):N0} points"
        );

    private string What =>
        Witness switch
        {
            Witness.RecentValues => "after the last values,",
            Witness.LongRunLevel => "against the long-run level,",
            Witness.LevelShift => "the level has shifted:",
            Witness.Step => "a sudden step:",
            Witness.TimeOfSeason => "for this time of the season,",
            Witness.TimeOfSeasonForLong => "for some time now, against this time of the season, a mean difference of",
            Witness.Unrest => "the mean step between points is",
            _ => "points without any change:",
        };
}

/// <summary>
/// An online anomaly detector of constant memory (about 7 kB) and constant time per point. Eight witnesses each look
/// at one simple difference (or a stand-still) and say how rare it has been in this series (<see
/// cref="SurpriseScale"/>); the score is the root of the sum of their squares, so that one very rare thing or several
/// rather rare ones raise it. A score only counts if it is above what is left of the last one that counted, which
/// fades over 800 points: one event gives one alarm. Nothing is learnt from labels. The idea of ranking surprises
/// instead of trusting a distribution follows Ahmad et al., Unsupervised real-time anomaly detection for streaming
/// data, Neurocomputing 262 (2017).
/// </summary>
public sealed class OnlineDetector
{
    private const int Silent = 100;
    private const int SeasonBins = 96;
    private const double Recent = 0.4;
    private const double Hours = 0.03;
    private const double LongRun = 0.002;
    private const double SeasonGain = 0.3;
    private const double SeasonRun = 0.1;
    private const double UnrestGain = 0.05;
    private const double ShiftWeight = 0.5;
    private const double Fade = 1 - (1 / 800.0);

    private readonly DetectorOptions _options;
    private readonly SurpriseScale[] _scales = [.. Enumerable.Range(0, 7).Select(_ => new SurpriseScale())];
    private readonly double[] _season = new double[SeasonBins];
    private readonly int[] _seasonCounts = new int[SeasonBins];
    private long _count;
    private long _run;
    private long _longestRun = 4;
    private long _changes;
    private double _recent;
    private double _hours;
    private double _longRun;
    private double _previous;
    private double _seasonRun;
    private double _step;
    private double _longStep;
    private double _held;
    private double _threshold;

    /// <summary>A detector that has seen nothing.</summary>
    /// <exception cref="ArgumentException">The season is not positive, or threshold or alarm rate is negative or not
    /// finite.</exception>
    public OnlineDetector(DetectorOptions options)
    {
        if (
            options.SeasonSeconds < 1
            || !(options.Threshold >= 0)
            || !(options.AlarmsPerTenThousand is >= 0 and <= 10_000)
        )
        {
            throw new ArgumentException(
                "The season is positive, threshold and alarm rate are not negative.",
                nameof(options)
            );
        }

        _options = options;
        _threshold = options.Threshold;
    }

    /// <summary>The threshold in force now.</summary>
    public double Threshold => _threshold;

    /// <summary>
    /// Judges the next point and learns from it. <paramref name="time"/> is in seconds from any midnight (or in the
    /// unit of the season) and only places the point in its season. The first 100 points are never anomalous.
    /// </summary>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    public Verdict Next(long time, double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException("A value is a finite number.", nameof(value));
        }

        if (_count++ == 0)
        {
            _recent = _hours = _longRun = _previous = value;
        }

        var bin = (int)(
            (((time % _options.SeasonSeconds) + _options.SeasonSeconds) % _options.SeasonSeconds)
            * (SeasonBins / (double)_options.SeasonSeconds)
        );
        Span<double> surprises = stackalloc double[8];
        Judge(value, bin, surprises);
        var sum = 0.0;
        var strongest = 0;
        for (var i = 0; i < surprises.Length; i++)
        {
            var weighted = surprises[i] * (i == (int)Witness.LevelShift ? ShiftWeight : 1);
            sum += weighted * weighted;
            strongest = surprises[i] > surprises[strongest] ? i : strongest;
        }

        var verdict = Decide(Math.Sqrt(sum), (Witness)strongest, value, bin, surprises[strongest]);
        Learn(value, bin);
        return verdict;
    }

    private void Judge(double value, int bin, Span<double> surprises)
    {
        _hours += Math.Max(Hours, 1.0 / _count) * (value - _hours);
        surprises[(int)Witness.RecentValues] = Surprise(Witness.RecentValues, value - _recent);
        surprises[(int)Witness.LongRunLevel] = Surprise(Witness.LongRunLevel, value - _longRun);
        surprises[(int)Witness.LevelShift] = Surprise(Witness.LevelShift, _hours - _longRun);
        surprises[(int)Witness.Step] = Surprise(Witness.Step, value - _previous);
        if (_seasonCounts[bin] > 0)
        {
            var difference = value - _season[bin];
            _seasonRun += SeasonRun * (difference - _seasonRun);
            surprises[(int)Witness.TimeOfSeason] = Surprise(Witness.TimeOfSeason, difference);
            surprises[(int)Witness.TimeOfSeasonForLong] = Surprise(Witness.TimeOfSeasonForLong, _seasonRun);
        }

        surprises[(int)Witness.Stuck] = StandStill(value);
        var step = Math.Abs(value - _previous);
        _step += Math.Max(UnrestGain, 1.0 / _count) * (step - _step);
        _longStep += Math.Max(LongRun, 1.0 / _count) * (step - _longStep);
        if (_step > 0 && _longStep > 0)
        {
            surprises[(int)Witness.Unrest] = Surprise(Witness.Unrest, Math.Log(_step / _longStep));
        }
    }

    /// <summary>
    /// A stand-still grows point by point, so no ranking against itself would ever be surprised by it: it is measured
    /// against the longest one that has ended, and only in a series that changed at half of the points before it.
    /// </summary>
    private double StandStill(double value)
    {
        if (value != _previous)
        {
            _longestRun = Math.Max(_longestRun, _run);
            _changes++;
            _run = 0;
            return 0;
        }

        _run++;
        return 2 * _changes > _count - _run && _run > _longestRun ? 2 * Math.Log2((double)_run / _longestRun) : 0;
    }

    private double Surprise(Witness witness, double difference) => _scales[(int)witness].Next(difference);

    private Verdict Decide(double raw, Witness witness, double value, int bin, double surprise)
    {
        var score = raw > _held && _count >= 50 ? raw : 0;
        if (_count > Silent)
        {
            _held = Math.Max(raw, _held) * Fade;
        }

        var anomalous = _count > Silent && score >= _threshold;
        if (_options.AlarmsPerTenThousand > 0 && _count > Silent)
        {
            // Robbins and Monro: the step up at an alarm balances the steps down between alarms at the wanted rate.
            var rate = _options.AlarmsPerTenThousand / 10_000;
            _threshold = Math.Max(_threshold + (0.5 * ((anomalous ? 1 : 0) - rate)), 0.1);
        }

        var (expected, found) = witness switch
        {
            Witness.RecentValues => (_recent, value),
            Witness.LongRunLevel => (_longRun, value),
            Witness.LevelShift => (_longRun, _hours),
            Witness.Step => (_previous, value),
            Witness.TimeOfSeason => (_season[bin], value),
            Witness.TimeOfSeasonForLong => (0, _seasonRun),
            Witness.Unrest => (_longStep, _step),
            _ => (_longestRun, _run),
        };
        return new Verdict(score, anomalous, witness, expected, found, Math.Pow(10, surprise));
    }

    private void Learn(double value, int bin)
    {
        _seasonCounts[bin]++;
        _season[bin] += Math.Max(SeasonGain, 1.0 / _seasonCounts[bin]) * (value - _season[bin]);
        _recent += Recent * (value - _recent);
        _longRun += Math.Max(LongRun, 1.0 / _count) * (value - _longRun);
        _previous = value;
    }
}
