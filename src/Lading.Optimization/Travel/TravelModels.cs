namespace Lading.Optimization.Travel;

/// <summary>A place on the earth in degrees (WGS 84), latitude -90 to 90, longitude -180 to 180.</summary>
public readonly record struct GeoPoint
{
    /// <exception cref="OptimizationInputException">An angle is not finite or out of bounds.</exception>
    public GeoPoint(double latitude, double longitude)
    {
        // Written so that NaN fails too.
        if (!(latitude is >= -90 and <= 90))
            throw new OptimizationInputException(nameof(latitude), latitude, "give degrees from -90 to 90");
        if (!(longitude is >= -180 and <= 180))
            throw new OptimizationInputException(nameof(longitude), longitude, "give degrees from -180 to 180");
        Latitude = latitude;
        Longitude = longitude;
    }

    public double Latitude { get; }

    public double Longitude { get; }

    /// <summary>
    /// Metres along the great circle by the haversine formula (Sinnott 1984) on a sphere of the mean earth radius; the
    /// true ellipsoid differs by at most 0.6 %.
    /// </summary>
    public double MetresTo(GeoPoint other)
    {
        const double MeanRadius = 6_371_008.8;
        var (from, to) = (double.DegreesToRadians(Latitude), double.DegreesToRadians(other.Latitude));
        var north = Math.Sin((to - from) / 2);
        var east = Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2);
        var half = north * north + Math.Cos(from) * Math.Cos(to) * east * east;
        return 2 * MeanRadius * Math.Asin(Math.Min(1, Math.Sqrt(half)));
    }
}

/// <summary>One leg in free traffic.</summary>
public readonly record struct TravelLeg(double Metres, double Seconds);

/// <summary>Legs between numbered places in free traffic, not necessarily the same both ways.</summary>
public interface ITravelModel
{
    int Count { get; }

    /// <exception cref="OptimizationInputException">A place is unknown.</exception>
    TravelLeg Leg(int from, int to);
}

/// <summary>Legs where no road network is at hand: great circles stretched by a detour factor, at one speed.</summary>
public sealed class GreatCircleTravel : ITravelModel
{
    private readonly GeoPoint[] _places;
    private readonly double _detour;
    private readonly double _metresPerSecond;

    /// <param name="places">Numbered from 0.</param>
    /// <param name="detour">
    /// Road metres per metre as the crow flies; about 1.2 to 1.4 (Boscoe, Henry and Zdeb 2012).
    /// </param>
    /// <param name="metresPerSecond">Free speed.</param>
    /// <exception cref="OptimizationInputException">A factor is out of bounds.</exception>
    public GreatCircleTravel(IReadOnlyList<GeoPoint> places, double detour = 1.3, double metresPerSecond = 15)
    {
        if (!(detour is >= 1 and <= 10))
            throw new OptimizationInputException(nameof(detour), detour, "give a factor from 1 to 10");
        if (!(metresPerSecond is > 0 and <= 100))
            throw new OptimizationInputException(nameof(metresPerSecond), metresPerSecond, "give up to 100 m/s");
        _places = [.. places];
        _detour = detour;
        _metresPerSecond = metresPerSecond;
    }

    public int Count => _places.Length;

    public TravelLeg Leg(int from, int to)
    {
        TravelPlaces.Require(from, Count, nameof(from));
        TravelPlaces.Require(to, Count, nameof(to));
        var metres = _detour * _places[from].MetresTo(_places[to]);
        return new TravelLeg(metres, metres / _metresPerSecond);
    }
}

/// <summary>Legs from matrices, as a road router gives them.</summary>
public sealed class MatrixTravel : ITravelModel
{
    private readonly double[,] _metres;
    private readonly double[,] _seconds;

    /// <exception cref="OptimizationInputException">
    /// The matrices are not square and alike, or a cell is missing (NaN), infinite or negative: names the cell.
    /// </exception>
    public MatrixTravel(double[,] metres, double[,] seconds)
    {
        _metres = Checked(metres, nameof(metres));
        _seconds = Checked(seconds, nameof(seconds));
        if (metres.GetLength(0) != seconds.GetLength(0))
            throw new OptimizationInputException(
                nameof(seconds),
                $"{seconds.GetLength(0)} rows",
                $"give as many as metres has, {metres.GetLength(0)}"
            );
    }

    public int Count => _metres.GetLength(0);

    public TravelLeg Leg(int from, int to)
    {
        TravelPlaces.Require(from, Count, nameof(from));
        TravelPlaces.Require(to, Count, nameof(to));
        return new TravelLeg(_metres[from, to], _seconds[from, to]);
    }

    private static double[,] Checked(double[,] cells, string field)
    {
        if (cells.GetLength(0) != cells.GetLength(1))
            throw new OptimizationInputException(
                field,
                $"{cells.GetLength(0)} x {cells.GetLength(1)}",
                "give as many columns as rows"
            );
        var copy = (double[,])cells.Clone();
        for (var i = 0; i < copy.GetLength(0); i++)
        {
            for (var j = 0; j < copy.GetLength(1); j++)
            {
                if (!double.IsFinite(copy[i, j]) || copy[i, j] < 0)
                    throw new OptimizationInputException(
                        $"{field}[{i}, {j}]",
                        copy[i, j],
                        "give a finite number of at least 0 for each pair"
                    );
            }
        }
        return copy;
    }
}

internal static class TravelPlaces
{
    public static void Require(int place, int count, string field)
    {
        if (place < 0 || place >= count)
            throw new OptimizationInputException(field, place, $"name a place from 0 to {count - 1}");
    }
}
