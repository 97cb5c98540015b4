namespace Lading.Optimization.Picking;

/// <summary>
/// Tours over any distance matrix, symmetric or not: exact by dynamic programming over subsets up to
/// <see cref="ExactStops"/> stops (Held and Karp 1962), beyond that iterated local search with 2-opt, Or-opt and
/// double-bridge kicks (Lin and Kernighan's neighbourhoods as in Johnson and McGeoch 1997). Used for layouts with
/// obstacles, one-way aisles or more blocks than <see cref="ExactPickTour"/> takes.
/// </summary>
public static class MatrixTour
{
    /// <summary>Up to here the tour is proven shortest.</summary>
    public const int ExactStops = 12;

    /// <summary>Most stops in one tour: the first descent runs to its end, about a second for this many.</summary>
    public const int MaxStops = 1_000;

    /// <summary>
    /// Closed tour from the last row of <paramref name="distances"/> (the depot) past all other rows.
    /// </summary>
    /// <param name="distances">Metres from row to column, finite and not negative.</param>
    /// <param name="progress">When the search beyond <see cref="ExactStops"/> stops; asked once per kick.</param>
    /// <param name="seed">The same seed and progress give the same tour.</param>
    /// <returns>The rows in order of visit, without the depot, and the length.</returns>
    /// <exception cref="OptimizationInputException">
    /// The matrix is not square, too large or holds a bad number.
    /// </exception>
    public static (int[] Order, double Length) Solve(double[,] distances, SearchProgress progress, int seed = 1)
    {
        Require(distances);
        var stops = distances.GetLength(0) - 1;
        if (stops == 0)
            return ([], 0);
        return stops <= ExactStops
            ? OverSubsets(distances, stops)
            : new TourImprovement(distances, seed).Search(progress);
    }

    private static void Require(double[,] distances)
    {
        var rows = distances.GetLength(0);
        if (rows != distances.GetLength(1) || rows is 0 or > MaxStops + 1)
            throw new OptimizationInputException(
                "distances",
                $"{rows} x {distances.GetLength(1)}",
                $"give a square of 1 to {MaxStops + 1} rows"
            );
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < rows; j++)
            {
                if (!double.IsFinite(distances[i, j]) || distances[i, j] < 0)
                    throw new OptimizationInputException(
                        $"distances[{i}, {j}]",
                        distances[i, j],
                        "give finite metres of at least 0"
                    );
            }
        }
    }

    private static (int[] Order, double Length) OverSubsets(double[,] distances, int stops)
    {
        var all = (1 << stops) - 1;
        var best = new double[(all + 1) * stops];
        Array.Fill(best, double.PositiveInfinity);
        for (var set = 1; set <= all; set++)
        {
            for (var last = 0; last < stops; last++)
            {
                var before = set & ~(1 << last);
                if (before == set)
                    continue;
                var least = before == 0 ? distances[stops, last] : double.PositiveInfinity;
                for (var previous = 0; previous < stops; previous++)
                {
                    if ((before >> previous & 1) != 0)
                        least = Math.Min(least, best[before * stops + previous] + distances[previous, last]);
                }
                best[set * stops + last] = least;
            }
        }
        return Unwind(distances, best, stops, all);
    }

    private static (int[] Order, double Length) Unwind(double[,] distances, double[] best, int stops, int all)
    {
        var order = new int[stops];
        var next = stops;
        var length = 0.0;
        for (var (place, set) = (stops - 1, all); place >= 0; place--)
        {
            var chosen = -1;
            for (var last = 0; last < stops; last++)
            {
                if (
                    (set >> last & 1) != 0
                    && (
                        chosen < 0
                        || best[set * stops + last] + distances[last, next]
                            < best[set * stops + chosen] + distances[chosen, next]
                    )
                )
                    chosen = last;
            }
            order[place] = chosen;
            length += distances[chosen, next];
            next = chosen;
            set &= ~(1 << chosen);
        }
        return (order, length + distances[stops, order[0]]);
    }
}
