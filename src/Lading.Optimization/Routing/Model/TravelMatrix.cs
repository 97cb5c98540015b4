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

/// <summary>Distances and durations between all locations of a problem, possibly asymmetric. Either stored cells or
/// straight lines between coordinates computed when asked for, so that 20,000 stops fit in memory.</summary>
public sealed class TravelMatrix
{
    private readonly int[]? distance;
    private readonly int[]? duration;
    private readonly double[]? x;
    private readonly double[]? y;
    private readonly double factor;
    private readonly bool truncate;

    private TravelMatrix(int size, int[] distance, int[] duration)
    {
        Size = size;
        this.distance = distance;
        this.duration = duration;
    }

    private TravelMatrix(double[] x, double[] y, double factor, bool truncate)
    {
        Size = x.Length;
        this.x = x;
        this.y = y;
        this.factor = factor;
        this.truncate = truncate;
    }

    /// <summary>Number of rows and columns.</summary>
    public int Size { get; }

    /// <summary>Distance and duration are the same numbers.</summary>
    public bool DurationIsDistance => distance is null || ReferenceEquals(distance, duration);

    /// <summary>Cells are straight lines between these points; null when they are stored.</summary>
    internal (double[] X, double[] Y)? Points => x is null ? null : (x, y!);

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
        return new TravelMatrix(x, y, factor, truncate);
    }

    public int Distance(int from, int to) => distance is null ? Line(from, to) : distance[from * Size + to];

    public int Duration(int from, int to) => duration is null ? Line(from, to) : duration[from * Size + to];

    /// <summary>The first cell outside 0 to <see cref="RoutingLimits.Leg"/>, or null.</summary>
    internal (int From, int To)? FirstBadCell()
    {
        if (distance is null)
        {
            double width = (x!.Max() - x!.Min()) + (y!.Max() - y!.Min());
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
        double scaled = Math.Sqrt(dx * dx + dy * dy) * factor;
        return truncate ? (int)scaled : (int)(scaled + 0.5);
    }
}
