namespace Lading.Optimization.Slotting;

/// <summary>
/// Seeded order streams with a known structure, for tests and scorecards: SKUs belong to families, demand is skewed
/// (Zipf) within and between families, and the lines of an order follow the family of the first with a given chance.
/// </summary>
/// <param name="Skus">Number of SKUs.</param>
/// <param name="Affinity">
/// Chance that a further line comes from the family of the first: 0 is independent demand.
/// </param>
/// <param name="Skew">Zipf exponent of demand; 0 is even.</param>
/// <param name="MeanLines">Mean lines per order, at least 1.</param>
/// <param name="Seed">Fixes families and popularity; orders have a seed of their own.</param>
public sealed record AffinityOrderStream(
    int Skus,
    double Affinity,
    double Skew = 0.8,
    double MeanLines = 4,
    int Seed = 1
)
{
    private const int LargestFamily = 30;
    private const int MostLines = 25;

    /// <summary>Draws orders; another seed gives an independent stream of the same structure.</summary>
    /// <exception cref="OptimizationInputException">A parameter is out of bounds.</exception>
    public int[][] Draw(int orders, int seed)
    {
        Require(orders);
        var (families, familyOf, reach) = Families();
        var familyReach = families.Select(f => Running(f.Select(s => Weight(s, reach)))).ToArray();
        var random = new Random(seed);
        var drawn = new int[orders][];
        for (var o = 0; o < orders; o++)
        {
            var first = Pick(reach, random);
            var lines = new HashSet<int> { first };
            var wanted = Lines(random);
            for (var tries = 0; lines.Count < wanted && tries < 4 * wanted; tries++)
            {
                var family = familyOf[first];
                lines.Add(
                    random.NextDouble() < Affinity
                        ? families[family][Pick(familyReach[family], random)]
                        : Pick(reach, random)
                );
            }
            drawn[o] = [.. lines];
        }
        return drawn;
    }

    private void Require(int orders)
    {
        if (Skus is < 1 or > SlottingProblem.MaxSkus)
            throw new OptimizationInputException(nameof(Skus), Skus, $"give 1 to {SlottingProblem.MaxSkus}");
        if (!(Affinity is >= 0 and <= 1))
            throw new OptimizationInputException(nameof(Affinity), Affinity, "give a chance from 0 to 1");
        if (!(Skew is >= 0 and <= 3))
            throw new OptimizationInputException(nameof(Skew), Skew, "give an exponent from 0 to 3");
        if (!(MeanLines is >= 1 and <= MostLines))
            throw new OptimizationInputException(nameof(MeanLines), MeanLines, $"give 1 to {MostLines}");
        if (orders < 1)
            throw new OptimizationInputException(nameof(orders), orders, "draw at least 1 order");
    }

    private (List<int[]> Families, int[] FamilyOf, double[] Reach) Families()
    {
        var random = new Random(Seed);
        var shuffled = Enumerable.Range(0, Skus).ToArray();
        random.Shuffle(shuffled);
        var weight = new double[Skus];
        for (var rank = 0; rank < Skus; rank++)
            weight[shuffled[rank]] = Math.Pow(rank + 1, -Skew);
        // Families cut across popularity: each has bestsellers and slow movers.
        random.Shuffle(shuffled);
        var families = new List<int[]>();
        var familyOf = new int[Skus];
        for (var from = 0; from < Skus; )
        {
            var size = Math.Min(Skus - from, 5 + random.Next(LargestFamily - 4));
            foreach (var sku in shuffled.AsSpan(from, size))
                familyOf[sku] = families.Count;
            families.Add(shuffled[from..(from + size)]);
            from += size;
        }
        return (families, familyOf, Running(weight));
    }

    private int Lines(Random random)
    {
        var lines = 1;
        while (lines < MostLines && random.NextDouble() < 1 - 1 / MeanLines)
            lines++;
        return lines;
    }

    private static double Weight(int sku, double[] reach) => reach[sku] - (sku == 0 ? 0 : reach[sku - 1]);

    private static double[] Running(IEnumerable<double> weights)
    {
        var sum = 0.0;
        return [.. weights.Select(w => sum += w)];
    }

    private static int Pick(double[] reach, Random random)
    {
        var at = Array.BinarySearch(reach, random.NextDouble() * reach[^1]);
        return Math.Min(at < 0 ? ~at : at, reach.Length - 1);
    }
}
