namespace Lading.Optimization.Travel;

/// <summary>
/// How fast traffic flows by the hour, as a share of free speed. A journey that crosses the hour goes on at the new
/// speed, so who leaves later never arrives earlier (Ichoua, Gendreau and Potvin 2003). Times are seconds on one
/// running scale whose zero is midnight local time (of a Monday, for a weekly profile); the profile repeats for ever,
/// also before zero.
/// </summary>
public sealed class SpeedProfile
{
    private const double Hour = 3_600;
    private readonly double[] _speed;
    private readonly double[] _done;

    /// <param name="speedByHour">24 shares for a day or 168 for a week from Monday, each from 0.01 to 10.</param>
    /// <exception cref="OptimizationInputException">Another number of hours, or a share out of bounds.</exception>
    public SpeedProfile(IReadOnlyList<double> speedByHour)
    {
        if (speedByHour.Count is not (24 or 168))
            throw new OptimizationInputException(
                "speedByHour.count",
                speedByHour.Count,
                "give 24 hours of a day or 168 of a week"
            );
        _speed = [.. speedByHour];
        _done = new double[_speed.Length + 1];
        for (var hour = 0; hour < _speed.Length; hour++)
        {
            if (!(_speed[hour] is >= 0.01 and <= 10))
                throw new OptimizationInputException(
                    $"speedByHour[{hour}]",
                    _speed[hour],
                    "give a share from 0.01 to 10"
                );
            _done[hour + 1] = _done[hour] + _speed[hour] * Hour;
        }
    }

    /// <summary>Free speed at all hours.</summary>
    public static SpeedProfile Free { get; } = new(Enumerable.Repeat(1.0, 24).ToArray());

    private double Period => _speed.Length * Hour;

    /// <summary>When a journey ends that takes <paramref name="freeSeconds"/> in free traffic.</summary>
    /// <exception cref="OptimizationInputException">A time is not finite or the journey is negative.</exception>
    public double Arrival(double departure, double freeSeconds)
    {
        Require(departure, nameof(departure));
        RequireJourney(freeSeconds);
        return freeSeconds == 0 ? departure : TimeAt(Progress(departure) + freeSeconds);
    }

    /// <summary>Latest departure that arrives in time.</summary>
    /// <exception cref="OptimizationInputException">A time is not finite or the journey is negative.</exception>
    public double Departure(double arrival, double freeSeconds)
    {
        Require(arrival, nameof(arrival));
        RequireJourney(freeSeconds);
        return freeSeconds == 0 ? arrival : TimeAt(Progress(arrival) - freeSeconds);
    }

    /// <summary>Free seconds that traffic has let through since zero.</summary>
    private double Progress(double time)
    {
        var periods = Math.Floor(time / Period);
        var within = time - periods * Period;
        var hour = Math.Min((int)(within / Hour), _speed.Length - 1);
        return periods * _done[^1] + _done[hour] + (within - hour * Hour) * _speed[hour];
    }

    private double TimeAt(double progress)
    {
        var periods = Math.Floor(progress / _done[^1]);
        var within = progress - periods * _done[^1];
        var found = Array.BinarySearch(_done, within);
        var hour = Math.Clamp(found < 0 ? ~found - 1 : found, 0, _speed.Length - 1);
        return periods * Period + hour * Hour + (within - _done[hour]) / _speed[hour];
    }

    private static void Require(double time, string field)
    {
        if (!double.IsFinite(time) || Math.Abs(time) > 1e11)
            throw new OptimizationInputException(field, time, "give seconds within three thousand years of zero");
    }

    private static void RequireJourney(double freeSeconds)
    {
        if (!(freeSeconds is >= 0 and <= 1e9))
            throw new OptimizationInputException(nameof(freeSeconds), freeSeconds, "give seconds from 0 to 1e9");
    }
}
