namespace Lading.Optimization.Slotting;

/// <summary>How to search for a slotting.</summary>
/// <param name="Progress">When to stop; asked once per exchange tried.</param>
/// <param name="Seed">The same seed and progress give the same slotting.</param>
/// <param name="Sample">Rounds walked at most to judge the move of one SKU.</param>
/// <param name="MoveCost">Metres, over all rounds of the stream, that moving one SKU must at least save.</param>
/// <param name="Certainty">
/// Standard errors by which an exchange must pay on the stream; guards against fitting chance.
/// </param>
public sealed record SlottingOptions(
    SearchProgress Progress,
    int Seed = 1,
    int Sample = 150,
    double MoveCost = 0,
    double Certainty = 1
);

/// <summary>
/// Slotting by expected exact tour length: starts from affinity groups laid out along the aisles (after Mantel, Schuur
/// and Heragu 2007, order-oriented slotting), then exchanges SKUs where the exact tours of the stream say it pays.
/// </summary>
public static class SlottingSearch
{
    /// <summary>
    /// A slotting from scratch: place (index) per SKU, begun no worse than the cube-per-order index.
    /// </summary>
    /// <exception cref="OptimizationInputException">Weights and volumes leave a SKU without a place.</exception>
    public static IReadOnlyList<int> Assign(SlottingProblem problem, SlottingOptions options)
    {
        Require(options);
        var affinity = new AffinityGroups(problem, partners: 12);
        var best = CubePerOrderIndex.Assign(problem);
        var judge = new StartJudge(problem);
        var bestWalk = judge.Cost(best);
        foreach (var start in SlottingStarts.All(problem, affinity))
        {
            var walk = judge.Cost(start);
            if (walk < bestWalk)
                (best, bestWalk) = (start, walk);
        }
        return Exchanges(problem, affinity, best, options);
    }

    /// <summary>
    /// Improves a slotting in use, exchange by exchange; each must save <see cref="SlottingOptions.MoveCost"/> per SKU
    /// moved, so a slotting that is good already stays as it is.
    /// </summary>
    /// <exception cref="OptimizationInputException">The current slotting is not feasible.</exception>
    public static IReadOnlyList<int> Improve(
        SlottingProblem problem,
        IReadOnlyList<int> current,
        SlottingOptions options
    )
    {
        Require(options);
        problem.Require(current, nameof(current));
        return Exchanges(problem, new AffinityGroups(problem, partners: 12), current, options);
    }

    /// <summary>Mean cost of a round in metres: its exact tour and its lifting effort.</summary>
    /// <exception cref="OptimizationInputException">The slotting is not feasible.</exception>
    public static double MeanCost(SlottingProblem problem, IReadOnlyList<int> assignment)
    {
        problem.Require(assignment, nameof(assignment));
        return new SlottingCost(problem, assignment, 1, new Random(0)).Total() / problem.Rounds.Length;
    }

    private static void Require(SlottingOptions options)
    {
        if (options.Sample < 1)
            throw new OptimizationInputException("options.sample", options.Sample, "walk at least 1 round");
        if (!double.IsFinite(options.MoveCost) || options.MoveCost < 0)
            throw new OptimizationInputException("options.moveCost", options.MoveCost, "give metres of at least 0");
    }

    private static IReadOnlyList<int> Exchanges(
        SlottingProblem problem,
        AffinityGroups affinity,
        IReadOnlyList<int> start,
        SlottingOptions options
    )
    {
        var random = new Random(options.Seed);
        var cost = new SlottingCost(problem, start, options.Sample, random);
        var targets = new ExchangeTargets(problem, affinity, cost, random);
        for (var tries = 0; options.Progress(tries) < 1; tries++)
        {
            var (sku, location) = targets.Next();
            if (!cost.CanExchange(sku, location))
                continue;
            var moved = cost.SkuAt(location) < 0 ? 1 : 2;
            if (cost.Pays(sku, location, moved * options.MoveCost, options.Certainty))
                cost.Exchange(sku, location);
        }
        return [.. cost.Assignment];
    }
}

/// <summary>Proposes exchanges: to where partners lie, or to a place as far from the depot or nearer.</summary>
internal sealed class ExchangeTargets
{
    private readonly AffinityGroups _affinity;
    private readonly SlottingCost _cost;
    private readonly Random _random;
    private readonly int[] _bySide;
    private readonly int[] _rankBySide;
    private readonly int[] _byWalk;
    private readonly int[] _rankByWalk;
    private readonly int[] _skus;
    private readonly double[] _reach;

    public ExchangeTargets(SlottingProblem problem, AffinityGroups affinity, SlottingCost cost, Random random)
    {
        _affinity = affinity;
        _cost = cost;
        _random = random;
        _byWalk = CubePerOrderIndex.Nearest(problem, acrossWeight: 1);
        _rankByWalk = Ranks(_byWalk);
        _bySide = [.. Enumerable.Range(0, problem.Locations.Count).OrderBy(l => problem.Locations[l].Position)];
        _rankBySide = Ranks(_bySide);
        _skus = [.. Enumerable.Range(0, problem.Skus.Count).Where(s => cost.Frequency[s] > 0)];
        // Frequent SKUs are tried more often, but less than in proportion: rare ones are many.
        _reach = new double[_skus.Length];
        for (var i = 0; i < _skus.Length; i++)
            _reach[i] = (i == 0 ? 0 : _reach[i - 1]) + Math.Sqrt(cost.Frequency[_skus[i]]);
    }

    public (int Sku, int Location) Next()
    {
        if (_skus.Length == 0)
            return (0, 0);
        var drawn = Array.BinarySearch(_reach, _random.NextDouble() * _reach[^1]);
        var sku = _skus[Math.Min(drawn < 0 ? ~drawn : drawn, _skus.Length - 1)];
        var partners = _affinity.Partners[sku];
        if (partners.Length > 0 && _random.Next(4) != 0)
        {
            var partner = partners[_random.Next(partners.Length)];
            return (sku, Near(_bySide, _rankBySide, _cost.LocationOf(partner), 20));
        }
        return (sku, Near(_byWalk, _rankByWalk, _cost.LocationOf(sku), _byWalk.Length / 8 + 2));
    }

    private int Near(int[] sorted, int[] rank, int location, int width)
    {
        var at = rank[location] + _random.Next(-width, width + 1);
        return sorted[Math.Clamp(at, 0, sorted.Length - 1)];
    }

    private static int[] Ranks(int[] sorted)
    {
        var rank = new int[sorted.Length];
        for (var i = 0; i < sorted.Length; i++)
            rank[sorted[i]] = i;
        return rank;
    }
}
