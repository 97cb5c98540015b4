namespace Lading.Optimization.Picking;

/// <summary>A round while the search works on it. Never changed: a move makes a new one, so undoing is free.</summary>
internal sealed record DraftBatch(int Wave, int[] Orders, ulong[] Places, double Load, double Length);

/// <summary>Evaluates rounds by their exact tour and knows which orders lie near each other.</summary>
internal sealed class BatchSpace
{
    private readonly ExactPickTour _exact;
    private readonly LocationIndex _index;
    private readonly ulong[] _union;

    public BatchSpace(BatchingProblem problem, int neighbours)
    {
        Problem = problem;
        _exact = new ExactPickTour(problem.Layout);
        _index = new LocationIndex(problem.Layout, problem.Orders.SelectMany(o => o.Lines).Select(l => l.Position));
        _union = new ulong[_index.Words];
        Places = [.. problem.Orders.Select(PlacesOf)];
        Alone = [.. Places.Select(p => _exact.LengthOf(_index, p))];
        Neighbours = Nearest(neighbours);
    }

    public BatchingProblem Problem { get; }

    /// <summary>Bit set of places per order.</summary>
    public ulong[][] Places { get; }

    /// <summary>Walk for each order by itself.</summary>
    public double[] Alone { get; }

    /// <summary>Per order: the orders that share most of its way, nearest first.</summary>
    public int[][] Neighbours { get; }

    public DraftBatch Single(int order, int wave) =>
        new(wave, [order], Places[order], Problem.Loads[order], Alone[order]);

    public DraftBatch With(DraftBatch batch, int order, double length) =>
        new(
            batch.Wave,
            [.. batch.Orders, order],
            Or(batch.Places, Places[order]),
            batch.Load + Problem.Loads[order],
            length
        );

    public DraftBatch Merged(DraftBatch a, DraftBatch b, double length) =>
        new(a.Wave, [.. a.Orders, .. b.Orders], Or(a.Places, b.Places), a.Load + b.Load, length);

    /// <summary>The round without some of its orders, or null when none are left.</summary>
    public DraftBatch? Without(DraftBatch batch, Func<int, bool> leaves)
    {
        int[] kept = [.. batch.Orders.Where(o => !leaves(o))];
        if (kept.Length == 0)
            return null;
        var places = new ulong[_index.Words];
        var load = 0.0;
        foreach (var order in kept)
        {
            load += Problem.Loads[order];
            OrInto(places, Places[order]);
        }
        return new DraftBatch(batch.Wave, kept, places, load, _exact.LengthOf(_index, places));
    }

    /// <summary>Walk for two sets of places together, in metres.</summary>
    public double LengthTogether(ulong[] a, ulong[] b)
    {
        for (var w = 0; w < _union.Length; w++)
            _union[w] = a[w] | b[w];
        return _exact.LengthOf(_index, _union);
    }

    private ulong[] PlacesOf(PickOrder order)
    {
        var places = new ulong[_index.Words];
        foreach (var line in order.Lines)
        {
            var place = _index.PlaceOf(line.Position);
            places[place >> 6] |= 1UL << (place & 63);
        }
        return places;
    }

    /// <summary>
    /// Nearness without a tour: shared aisles each save about one passage, a shared stretch of the front aisle
    /// saves walking it twice. Good enough to choose whom to try exactly.
    /// </summary>
    private int[][] Nearest(int count)
    {
        var n = Places.Length;
        var layout = Problem.Layout;
        var passage = layout.CrossAisleY[^1] - layout.CrossAisleY[0];
        var reach = new (double Left, double Right)[n];
        for (var i = 0; i < n; i++)
        {
            var xs = Problem
                .Orders[i]
                .Lines.Select(l => layout.AisleX[l.Position.Aisle])
                .Append(layout.DepotX)
                .ToList();
            reach[i] = (xs.Min(), xs.Max());
        }
        var nearest = new int[n][];
        var scores = new double[n];
        var others = new int[n];
        var kept = Math.Min(count, n - 1);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var shared = Math.Min(reach[i].Right, reach[j].Right) - Math.Max(reach[i].Left, reach[j].Left);
                scores[j] =
                    j == i
                        ? double.PositiveInfinity
                        : passage * (ApartWords(Places[i], Places[j]) - SharedWords(Places[i], Places[j])) - 2 * shared;
                others[j] = j;
            }
            Array.Sort(scores, others);
            nearest[i] = others[..kept];
        }
        return nearest;
    }

    private static int SharedWords(ulong[] a, ulong[] b)
    {
        var shared = 0;
        for (var w = 0; w < a.Length; w++)
            shared += a[w] != 0 && b[w] != 0 ? 1 : 0;
        return shared;
    }

    private static double ApartWords(ulong[] a, ulong[] b)
    {
        var apart = 0;
        for (var w = 0; w < a.Length; w++)
            apart += (a[w] != 0) != (b[w] != 0) ? 1 : 0;
        return 0.25 * apart;
    }

    private static ulong[] Or(ulong[] a, ulong[] b)
    {
        var union = (ulong[])a.Clone();
        OrInto(union, b);
        return union;
    }

    private static void OrInto(ulong[] into, ulong[] from)
    {
        for (var w = 0; w < into.Length; w++)
            into[w] |= from[w];
    }
}
