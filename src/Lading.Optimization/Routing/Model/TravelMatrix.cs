namespace Lading.Optimization.Routing;

/// <summary>How a straight-line distance becomes a whole number of units.</summary>
public enum DistanceRounding
{
    /// <summary>Ten thousandths: doubles for all practical purposes (Solomon lists, vehicles first).</summary>
    None,

    /// <summary>Truncated to tenths, kept in tenths (12th DIMACS challenge).</summary>
    Dimacs,

    /// <summary>Rounded to the nearest integer (TSPLIB EUC_2D, CVRPLIB X).</summary>
    Integer,
}

/// <summary>Distances and durations between all locations of a problem, possibly asymmetric. Either stored cells, or
/// straight lines or great circles computed when asked for, so that 20,000 stops fit in memory.</summary>
public sealed class TravelMatrix
{
    private readonly int[]? distance;
    private readonly int[]? duration;
    private readonly double[]? x;
    private readonly double[]? y;
    private readonly double[]? z;
    private readonly double factor;
    private readonly bool truncate;

    private TravelMatrix(int size, int[] distance, int[] duration)
    {
        Size = size;
        this.distance = distance;
        this.duration = duration;
    }

    private TravelMatrix(double[] x, double[] y, double[]? z, double factor, bool truncate)
    {
        Size = x.Length;
        this.x = x;
        this.y = y;
        this.z = z;
        this.factor = factor;
        this.truncate = truncate;
    }

    /// <summary>Number of rows and columns.</summary>
    public int Size { get; }

    /// <summary>Distance and duration are the same numbers.</summary>
    public bool DurationIsDistance => distance is null || ReferenceEquals(distance, duration);

    /// <summary>Where places lie on a map, on which near means near to travel; null when cells are stored.</summary>
    internal (double[] X, double[] Y)? Points { get; private init; }

    /// <summary>Takes ownership of row-major cells.</summary>
    public static TravelMatrix FromCells(int size, int[] distance, int[] duration)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(distance.Length, size * size);
        ArgumentOutOfRangeException.ThrowIfNotEqual(duration.Length, size * size);
        return new TravelMatrix(size, distance, duration);
    }

    /// <summary>Straight lines; duration equals distance. <paramref name="factor"/> is applied before rounding.
    /// </summary>
    public static TravelMatrix Straight(IReadOnlyList<Location> places, double factor, bool truncate)
    {
        double[] x = [.. places.Select(p => p.X)];
        double[] y = [.. places.Select(p => p.Y)];
        return new TravelMatrix(x, y, null, factor, truncate) { Points = (x, y) };
    }

    /// <summary>Great circles in metres on a sphere of the mean earth radius, times a detour factor: X is the
    /// longitude and Y the latitude in degrees. Duration equals distance, so the problem's time unit is the time of one
    /// metre. Places are kept as points of the unit sphere: the arc follows from the chord.</summary>
    public static TravelMatrix GreatCircle(IReadOnlyList<Location> places, double detour)
    {
        const double MeanRadius = 6_371_008.8;
        double[] x = [.. places.Select(p => Cos(p.Y) * Cos(p.X))];
        double[] y = [.. places.Select(p => Cos(p.Y) * Sin(p.X))];
        double[] z = [.. places.Select(p => Sin(p.Y))];
        double narrowing = Cos(places.Select(p => p.Y).DefaultIfEmpty().Average());
        return new TravelMatrix(x, y, z, MeanRadius * detour, false)
        {
            Points = ([.. places.Select(p => p.X * narrowing)], [.. places.Select(p => p.Y)]),
        };

        static double Cos(double degrees) => Math.Cos(double.DegreesToRadians(degrees));
        static double Sin(double degrees) => Math.Sin(double.DegreesToRadians(degrees));
    }

    public int Distance(int from, int to) => distance is null ? Line(from, to) : distance[from * Size + to];

    public int Duration(int from, int to) => duration is null ? Line(from, to) : duration[from * Size + to];

    /// <summary>The first cell outside 0 to <see cref="RoutingLimits.Leg"/>, or null.</summary>
    internal (int From, int To)? FirstBadCell()
    {
        if (distance is null)
        {
            double width = z is not null ? Math.PI : (x!.Max() - x!.Min()) + (y!.Max() - y!.Min());
            return width * factor > RoutingLimits.Leg ? (0, 0) : null;
        }
        int bad = distance.AsSpan().IndexOfAnyExceptInRange(0, RoutingLimits.Leg);
        bad = bad >= 0 ? bad : duration.AsSpan().IndexOfAnyExceptInRange(0, RoutingLimits.Leg);
        return bad < 0 ? null : (bad / Size, bad % Size);
    }

    private int Line(int from, int to)
    {
        double dx = x![from] - x[to],
            dy = y![from] - y[to];
        double length = Math.Sqrt(dx * dx + dy * dy);
        if (z is not null)
        {
            double dz = z[from] - z[to];
            length = 2 * Math.Asin(Math.Min(1, Math.Sqrt(dx * dx + dy * dy + dz * dz) / 2));
        }
        double scaled = length * factor;
        return truncate ? (int)scaled : (int)(scaled + 0.5);
    }
}
