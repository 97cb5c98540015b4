namespace Lading.Optimization.Picking;

/// <summary>How to search for batches.</summary>
/// <param name="Progress">When to stop; see <see cref="SearchLimit"/>.</param>
/// <param name="Seed">The same seed and progress give the same plan.</param>
/// <param name="Neighbours">How many nearest orders are considered company for an order.</param>
public sealed record BatchingOptions(SearchProgress Progress, int Seed = 1, int Neighbours = 30);

/// <summary>
/// Order batching and wave building together with exact routes: savings first, then large neighbourhood search that
/// takes related orders or whole rounds apart and puts the orders back by regret (after Zulj, Kramer and Schneider
/// 2018, who combine adaptive large neighbourhood search with tabu search), accepting slightly worse plans less and
/// less.
/// </summary>
public sealed class OrderBatcher
{
    private readonly BatchSpace _space;
    private readonly BatchingProblem _problem;
    private readonly Random _random;
    private readonly BatchingOptions _options;
    private readonly RegretInsertion _insertion;
    private readonly List<int> _removed = [];
    private readonly bool[] _isRemoved;
    private readonly int[] _roundOf;
    private List<DraftBatch> _current;
    private List<DraftBatch> _trial = [];
    private double _currentLength;

    private OrderBatcher(BatchingProblem problem, BatchingOptions options)
    {
        _problem = problem;
        _options = options;
        _random = new Random(options.Seed);
        _space = new BatchSpace(problem, options.Neighbours);
        _insertion = new RegretInsertion(_space, _random);
        _isRemoved = new bool[problem.Orders.Count];
        _roundOf = new int[problem.Orders.Count];
        _current = new SavingsBatching(_space).Build();
        _currentLength = _current.Sum(b => b.Length);
    }

    /// <summary>Plans rounds; never longer than the savings plan it starts from.</summary>
    /// <exception cref="OptimizationInputException">The waves cannot hold the orders.</exception>
    public static BatchPlan Plan(BatchingProblem problem, BatchingOptions options)
    {
        if (options.Neighbours < 1)
            throw new OptimizationInputException("options.neighbours", options.Neighbours, "give at least 1");
        return new OrderBatcher(problem, options).Search();
    }

    private BatchPlan Search()
    {
        List<DraftBatch> best = [.. _current];
        var bestLength = _currentLength;
        var progress = _options.Progress(0);
        for (var iteration = 1; progress < 1 && _current.Count > 1; iteration++)
        {
            var length = Trial();
            // Record to record travel (Dueck 1993): the allowance above the best shrinks to nothing.
            if (length < bestLength * (1 + 0.01 * (1 - progress) * (1 - progress)))
            {
                (_current, _trial) = (_trial, _current);
                _currentLength = length;
                if (length < bestLength - 1e-9)
                {
                    best = [.. _current];
                    bestLength = length;
                }
            }
            progress = _options.Progress(iteration);
        }
        return new BatchPlan([.. best.OrderBy(b => b.Wave).Select(b => new Batch(b.Wave, b.Orders, b.Load, b.Length))]);
    }

    /// <summary>Leaves a changed plan in <see cref="_trial"/> and returns its length.</summary>
    private double Trial()
    {
        for (var round = 0; round < _current.Count; round++)
        {
            foreach (var order in _current[round].Orders)
                _roundOf[order] = round;
        }
        ChooseRemoved();
        _trial.Clear();
        for (var round = 0; round < _current.Count; round++)
        {
            var batch = _current[round];
            var kept = Array.Exists(batch.Orders, o => _isRemoved[o])
                ? _space.Without(batch, o => _isRemoved[o])
                : batch;
            if (kept is not null)
                _trial.Add(kept);
        }
        foreach (var order in _removed)
            _isRemoved[order] = false;
        return _insertion.Insert(_trial, _removed) ? _trial.Sum(b => b.Length) : double.PositiveInfinity;
    }

    private void ChooseRemoved()
    {
        _removed.Clear();
        var seed = _random.Next(_roundOf.Length);
        if (_random.Next(2) == 0)
        {
            var count = 2 + _random.Next(Math.Min(9, _roundOf.Length - 1));
            Remove(seed);
            for (var tries = 0; _removed.Count < count && tries < 4 * count; tries++)
            {
                var near = _space.Neighbours[_removed[_random.Next(_removed.Count)]];
                // Squaring the draw prefers near orders.
                var draw = _random.NextDouble();
                Remove(near[(int)(draw * draw * near.Length)]);
            }
            return;
        }
        var rounds = 2 + _random.Next(2);
        RemoveRound(_roundOf[seed]);
        for (var tries = 0; rounds > 1 && tries < 10; tries++)
        {
            var near = _space.Neighbours[_removed[_random.Next(_removed.Count)]];
            var next = near[_random.Next(near.Length)];
            if (_isRemoved[next])
                continue;
            RemoveRound(_roundOf[next]);
            rounds--;
        }
    }

    private void RemoveRound(int round)
    {
        // Rounds of very many orders are only thinned: putting them all back would cost more than it finds.
        var keep = Math.Max(0, _current[round].Orders.Length - 12);
        foreach (var order in _current[round].Orders)
        {
            if (keep > 0 && _random.Next(2) == 0)
                keep--;
            else
                Remove(order);
        }
    }

    private void Remove(int order)
    {
        if (_isRemoved[order])
            return;
        _isRemoved[order] = true;
        _removed.Add(order);
    }
}
