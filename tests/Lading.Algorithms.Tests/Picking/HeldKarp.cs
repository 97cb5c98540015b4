using Lading.Optimization.Picking;

namespace Lading.Algorithms.Tests.Picking;

/// <summary>Exact tours for a dozen stops over plain distances: shares nothing with the method under test.</summary>
internal static class HeldKarp
{
    public static double Length(WarehouseLayout layout, IReadOnlyList<PickPosition> picks)
    {
        var n = picks.Count;
        var distance = new double[n + 1, n + 1];
        for (var i = 0; i < n; i++)
        {
            distance[n, i] = distance[i, n] = layout.DepotDistance(picks[i]);
            for (var j = 0; j < n; j++)
                distance[i, j] = layout.Distance(picks[i], picks[j]);
        }
        return Length(distance);
    }

    /// <summary>Closed tour from the last row over all others.</summary>
    public static double Length(double[,] distance)
    {
        var n = distance.GetLength(0) - 1;
        if (n == 0)
            return 0;
        var best = new double[1 << n, n];
        for (var set = 1; set < 1 << n; set++)
        {
            for (var last = 0; last < n; last++)
            {
                best[set, last] = double.PositiveInfinity;
                var before = set & ~(1 << last);
                if (before == set)
                    continue;
                if (before == 0)
                    best[set, last] = distance[n, last];
                for (var previous = 0; previous < n; previous++)
                {
                    if ((before & (1 << previous)) != 0)
                        best[set, last] = Math.Min(best[set, last], best[before, previous] + distance[previous, last]);
                }
            }
        }
        return Enumerable.Range(0, n).Min(last => best[(1 << n) - 1, last] + distance[last, n]);
    }
}
