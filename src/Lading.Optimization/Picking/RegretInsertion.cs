namespace Lading.Optimization.Picking;

/// <summary>
/// Puts orders into rounds one after the other: first the order that would lose most if it had to take its second
/// choice (regret, Potvin and Rousseau 1993). Costs carry a little noise so that repeated attempts differ.
/// </summary>
internal sealed class RegretInsertion(BatchSpace space, Random random)
{
    private readonly BatchingProblem _problem = space.Problem;
    private readonly double[] _waveLoad = new double[space.Problem.Waves.Count];
    private readonly int[] _roundOf = new int[space.Problem.Orders.Count];
    private readonly List<Pending> _pending = [];

    /// <summary>
    /// False when a wave had no room left for an order: the plan is then incomplete and must be dropped.
    /// </summary>
    public bool Insert(List<DraftBatch> rounds, List<int> orders)
    {
        Array.Clear(_waveLoad);
        Array.Fill(_roundOf, -1);
        for (var round = 0; round < rounds.Count; round++)
        {
            _waveLoad[rounds[round].Wave] += rounds[round].Load;
            foreach (var order in rounds[round].Orders)
                _roundOf[order] = round;
        }
        var noise = random.Next(3) == 0 ? 0 : 0.1;
        _pending.Clear();
        foreach (var order in orders)
        {
            var pending = new Pending(order);
            Consider(pending, rounds, noise);
            _pending.Add(pending);
        }
        while (_pending.Count > 0)
        {
            var next = _pending.MaxBy(p => p.Regret)!;
            _pending.Remove(next);
            if (!Place(rounds, next, out var round))
                return false;
            foreach (var pending in _pending)
                pending.Update(round, Cost(rounds[round], pending.Order, noise));
        }
        return true;
    }

    private void Consider(Pending pending, List<DraftBatch> rounds, double noise)
    {
        pending.Update(-1, (space.Alone[pending.Order], space.Alone[pending.Order]));
        foreach (var neighbour in space.Neighbours[pending.Order])
        {
            var round = _roundOf[neighbour];
            if (round >= 0 && !pending.Knows(round))
                pending.Update(round, Cost(rounds[round], pending.Order, noise));
        }
    }

    /// <summary>
    /// Extra metres with noise, and the new length of the round; infinite when the order may not join.
    /// </summary>
    private (double Extra, double Length) Cost(DraftBatch batch, int order, double noise)
    {
        var cart = _problem.Cart;
        var load = _problem.Loads[order];
        if (batch.Load + load > cart.Capacity || batch.Orders.Length >= cart.MaxOrders || !MayJoin(order, batch.Wave))
            return (double.PositiveInfinity, 0);
        var length = space.LengthTogether(batch.Places, space.Places[order]);
        var extra = length - batch.Length;
        return (noise == 0 ? extra : extra * (1 + noise * (2 * random.NextDouble() - 1)), length);
    }

    private bool MayJoin(int order, int wave) =>
        wave >= _problem.Orders[order].EarliestWave
        && wave <= _problem.Orders[order].LatestWave
        && _waveLoad[wave] + _problem.Loads[order] <= _problem.Waves[wave].Capacity;

    private bool Place(List<DraftBatch> rounds, Pending next, out int round)
    {
        while (true)
        {
            round = next.Best.Round;
            if (double.IsPositiveInfinity(next.Best.Extra))
                return false;
            if (round < 0)
                return Open(rounds, next.Order, out round);
            if (MayJoin(next.Order, rounds[round].Wave))
                break;
            next.Update(round, (double.PositiveInfinity, 0));
        }
        _waveLoad[rounds[round].Wave] += _problem.Loads[next.Order];
        rounds[round] = space.With(rounds[round], next.Order, next.Best.Length);
        return true;
    }

    private bool Open(List<DraftBatch> rounds, int order, out int round)
    {
        round = rounds.Count;
        var last = Math.Min(_problem.Orders[order].LatestWave, _waveLoad.Length - 1);
        for (var wave = _problem.Orders[order].EarliestWave; wave <= last; wave++)
        {
            if (!MayJoin(order, wave))
                continue;
            _waveLoad[wave] += _problem.Loads[order];
            rounds.Add(space.Single(order, wave));
            return true;
        }
        return false;
    }

    /// <summary>An order that waits, with the cost of each round it could join.</summary>
    private sealed class Pending(int order)
    {
        private readonly List<(int Round, double Extra, double Length)> _choices = [];

        public int Order => order;

        public (int Round, double Extra, double Length) Best { get; private set; }

        public double Regret { get; private set; }

        public bool Knows(int round)
        {
            foreach (var choice in _choices)
            {
                if (choice.Round == round)
                    return true;
            }
            return false;
        }

        public void Update(int round, (double Extra, double Length) cost)
        {
            var known = _choices.FindIndex(c => c.Round == round);
            if (known >= 0)
                _choices[known] = (round, cost.Extra, cost.Length);
            else
                _choices.Add((round, cost.Extra, cost.Length));
            Best = (-1, double.PositiveInfinity, 0);
            var second = double.PositiveInfinity;
            foreach (var choice in _choices)
            {
                if (choice.Extra < Best.Extra)
                    (second, Best) = (Best.Extra, choice);
                else
                    second = Math.Min(second, choice.Extra);
            }
            Regret = double.IsPositiveInfinity(second) ? double.MaxValue : second - Best.Extra;
        }
    }
}
