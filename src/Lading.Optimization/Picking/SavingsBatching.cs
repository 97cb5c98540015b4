namespace Lading.Optimization.Picking;

/// <summary>
/// Builds rounds by merging the two whose exact tours save most when walked together, and again, until nothing fits or
/// saves (Clarke and Wright's savings, version ii for batching; de Koster, van der Poort and Wolters 1999). Only rounds
/// with neighbouring orders are tried.
/// </summary>
internal sealed class SavingsBatching(BatchSpace space)
{
    private readonly List<DraftBatch?> _rounds = [];
    private readonly int[] _roundOf = new int[space.Places.Length];
    private readonly PriorityQueue<(int A, int B, double Length), double> _merges = new();
    private readonly HashSet<int> _tried = [];

    public List<DraftBatch> Build()
    {
        var waves = WaveAssignment.Earliest(space.Problem);
        for (var order = 0; order < _roundOf.Length; order++)
        {
            _roundOf[order] = order;
            _rounds.Add(space.Single(order, waves[order]));
        }
        for (var order = 0; order < _roundOf.Length; order++)
            Offer(order, onlyLater: true);
        while (_merges.TryDequeue(out var merge, out _))
        {
            if (_rounds[merge.A] is not { } a || _rounds[merge.B] is not { } b)
                continue;
            var joined = space.Merged(a, b, merge.Length);
            _rounds[merge.A] = _rounds[merge.B] = null;
            foreach (var order in joined.Orders)
                _roundOf[order] = _rounds.Count;
            _rounds.Add(joined);
            Offer(_rounds.Count - 1, onlyLater: false);
        }
        return [.. _rounds.OfType<DraftBatch>()];
    }

    private void Offer(int round, bool onlyLater)
    {
        var a = _rounds[round]!;
        var cart = space.Problem.Cart;
        _tried.Clear();
        _tried.Add(round);
        foreach (var neighbour in a.Orders.SelectMany(o => space.Neighbours[o]))
        {
            var other = _roundOf[neighbour];
            if (!_tried.Add(other) || (onlyLater && other < round && space.Neighbours[neighbour].Contains(round)))
                continue;
            var b = _rounds[other]!;
            if (
                a.Wave != b.Wave
                || a.Load + b.Load > cart.Capacity
                || a.Orders.Length + b.Orders.Length > cart.MaxOrders
            )
                continue;
            var length = space.LengthTogether(a.Places, b.Places);
            var saving = a.Length + b.Length - length;
            if (saving > 0)
                _merges.Enqueue((round, other, length), -saving);
        }
    }
}

/// <summary>First waves for orders: those with the least choice first, each into the earliest wave with room.</summary>
internal static class WaveAssignment
{
    public static int[] Earliest(BatchingProblem problem)
    {
        var waves = new int[problem.Orders.Count];
        var room = problem.Waves.Select(w => w.Capacity).ToArray();
        var byLatest = Enumerable
            .Range(0, waves.Length)
            .OrderBy(o => problem.Orders[o].LatestWave)
            .ThenByDescending(o => problem.Loads[o]);
        foreach (var order in byLatest)
        {
            var (earliest, latest) = (problem.Orders[order].EarliestWave, problem.Orders[order].LatestWave);
            var wave = earliest;
            while (wave < room.Length && wave <= latest && room[wave] < problem.Loads[order])
                wave++;
            if (wave >= room.Length || wave > latest)
                throw new OptimizationInputException(
                    $"orders[{order}].load",
                    problem.Loads[order],
                    $"raise the capacity of waves {earliest} to {Math.Min(latest, room.Length - 1)} "
                        + "or allow a later one"
                );
            room[wave] -= problem.Loads[order];
            waves[order] = wave;
        }
        return waves;
    }
}
