namespace Lading.Optimization.Travel;

/// <summary>
/// What history says about forecast journeys: the ratio of actual to forecast time, per key (a lane, a driver, a zone
/// and hour: the caller chooses), as quantiles. Keys with little history lean on all journeys: the pooled distribution
/// counts as a fixed number of observations (empirical Bayes shrinkage), so a new key starts at the pool and an old
/// one is itself. Memory per key is bounded and the oldest journeys are forgotten, so the correction follows change.
/// Not safe for concurrent learning.
/// </summary>
public sealed class TravelCorrection
{
    /// <summary>Most keys remembered; beyond it new keys are answered by the pool only.</summary>
    public const int MaxKeys = 1_000_000;

    private const int PoolPoints = 101;
    private const int PoolMemory = 5_000;
    private readonly double _poolWeight;
    private readonly int _memory;
    private readonly Recent _all = new(PoolMemory);
    private readonly Dictionary<string, Recent> _byKey = new(StringComparer.Ordinal);

    /// <param name="poolWeight">How many observations the pool counts for beside a key's own.</param>
    /// <param name="memory">Journeys remembered per key.</param>
    /// <exception cref="OptimizationInputException">A parameter is out of bounds.</exception>
    public TravelCorrection(double poolWeight = 15, int memory = 200)
    {
        if (!(poolWeight is > 0 and <= 10_000))
            throw new OptimizationInputException(nameof(poolWeight), poolWeight, "give a weight up to 10,000");
        if (memory is < 1 or > 10_000)
            throw new OptimizationInputException(nameof(memory), memory, "remember 1 to 10,000 journeys");
        _poolWeight = poolWeight;
        _memory = memory;
    }

    /// <summary>Journeys learnt for a key that are still remembered.</summary>
    public int Known(string key) => _byKey.TryGetValue(key, out var recent) ? recent.Count : 0;

    /// <summary>Learns one journey. Ratios beyond 1:20 are taken for faulty records and refused.</summary>
    /// <exception cref="OptimizationInputException">A time is not positive, or their ratio is not credible.</exception>
    public void Learn(string key, double forecastSeconds, double actualSeconds)
    {
        if (!(forecastSeconds is > 0 and <= 1e9))
            throw new OptimizationInputException(nameof(forecastSeconds), forecastSeconds, "give seconds above 0");
        if (!(actualSeconds is > 0 and <= 1e9))
            throw new OptimizationInputException(nameof(actualSeconds), actualSeconds, "give seconds above 0");
        var ratio = actualSeconds / forecastSeconds;
        if (ratio is < 0.05 or > 20)
            throw new OptimizationInputException(
                nameof(actualSeconds),
                actualSeconds,
                $"leave out a journey {ratio:F2} times its forecast"
            );
        _all.Add(ratio);
        if (!_byKey.TryGetValue(key, out var recent))
        {
            if (_byKey.Count >= MaxKeys)
                return;
            _byKey.Add(key, recent = new Recent(_memory));
        }
        recent.Add(ratio);
    }

    /// <summary>
    /// The factor on a forecast that the journey stays within with the given probability: 0.5 for the likely time, 0.9
    /// for a promise. 1 while nothing is learnt. Rises with the quantile.
    /// </summary>
    /// <exception cref="OptimizationInputException">The quantile is not within 0.01 to 0.99.</exception>
    public double Factor(string key, double quantile)
    {
        if (!(quantile is >= 0.01 and <= 0.99))
            throw new OptimizationInputException(nameof(quantile), quantile, "give a probability from 0.01 to 0.99");
        if (_all.Count == 0)
            return 1;
        if (!_byKey.TryGetValue(key, out var recent))
            return Quantile(_all.Sorted, quantile);
        return Mixed(recent.Sorted, _all.Sorted, quantile);
    }

    /// <summary>
    /// Quantile of the key's ratios, weight 1 each, and the pool's quantiles, sharing the pool's weight.
    /// </summary>
    private double Mixed(double[] own, double[] pool, double quantile)
    {
        var each = _poolWeight / PoolPoints;
        var wanted = quantile * (own.Length + _poolWeight);
        var (mine, point, weight) = (0, 0, 0.0);
        while (true)
        {
            var pooled = point < PoolPoints ? Quantile(pool, (point + 0.5) / PoolPoints) : double.PositiveInfinity;
            var isOwn = mine < own.Length && own[mine] <= pooled;
            weight += isOwn ? 1 : each;
            if (weight >= wanted || (mine == own.Length && point == PoolPoints - 1))
                return isOwn ? own[mine] : pooled;
            if (isOwn)
                mine++;
            else
                point++;
        }
    }

    /// <summary>Linear between order statistics (Hyndman and Fan 1996, type 7).</summary>
    private static double Quantile(double[] sorted, double quantile)
    {
        var at = quantile * (sorted.Length - 1);
        var low = (int)at;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }

    private sealed class Recent(int memory)
    {
        private readonly List<double> _ratios = [];
        private double[]? _sorted;
        private int _oldest;

        public int Count => _ratios.Count;

        public double[] Sorted => _sorted ??= [.. _ratios.Order()];

        public void Add(double ratio)
        {
            _sorted = null;
            if (_ratios.Count < memory)
            {
                _ratios.Add(ratio);
                return;
            }
            _ratios[_oldest] = ratio;
            _oldest = (_oldest + 1) % memory;
        }
    }
}
