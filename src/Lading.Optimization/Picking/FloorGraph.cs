namespace Lading.Optimization.Picking;

/// <summary>An obstacle: nobody passes this stretch of an aisle (metres from the front, both excluded).</summary>
public readonly record struct BlockedStretch(int Aisle, double FromY, double ToY);

/// <summary>Nobody passes the cross aisle between this aisle and the next.</summary>
public readonly record struct BlockedCrossing(int CrossAisle, int Aisle);

/// <summary>An aisle that may be walked in one direction only.</summary>
public readonly record struct OneWayAisle(int Aisle, bool TowardsBack);

/// <summary>
/// The walking network of a layout with obstacles and one-way aisles, as a directed graph with lengths in metres. Where
/// those rules apply, the closed-form distances and the exact tour no longer hold; distances come from Dijkstra's
/// method (1959) and tours from <see cref="MatrixTour"/>.
/// </summary>
public sealed class FloorGraph
{
    private readonly WarehouseLayout _layout;
    private readonly List<BlockedStretch> _stretches;
    private readonly HashSet<BlockedCrossing> _crossings;
    private readonly Dictionary<int, bool> _oneWay = [];

    /// <exception cref="OptimizationInputException">A rule names an aisle or stretch outside the layout.</exception>
    public FloorGraph(
        WarehouseLayout layout,
        IReadOnlyList<BlockedStretch>? stretches = null,
        IReadOnlyList<BlockedCrossing>? crossings = null,
        IReadOnlyList<OneWayAisle>? oneWay = null
    )
    {
        _layout = layout;
        _stretches = [.. stretches ?? []];
        _crossings = [.. crossings ?? []];
        for (var i = 0; i < _stretches.Count; i++)
        {
            layout.Require(new PickPosition(_stretches[i].Aisle, _stretches[i].FromY), $"stretches[{i}]");
            layout.Require(new PickPosition(_stretches[i].Aisle, _stretches[i].ToY), $"stretches[{i}]");
            if (_stretches[i].ToY <= _stretches[i].FromY)
                throw new OptimizationInputException(
                    $"stretches[{i}].toY",
                    _stretches[i].ToY,
                    "let it end behind its start"
                );
        }
        foreach (var crossing in _crossings)
        {
            if (
                crossing.CrossAisle < 0
                || crossing.CrossAisle > layout.BlockCount
                || crossing.Aisle < 0
                || crossing.Aisle >= layout.AisleCount - 1
            )
                throw new OptimizationInputException(
                    "crossings",
                    crossing,
                    "name a cross aisle and an aisle with a next one"
                );
        }
        foreach (var aisle in oneWay ?? [])
        {
            layout.Require(new PickPosition(aisle.Aisle, layout.CrossAisleY[0]), "oneWay");
            if (!_oneWay.TryAdd(aisle.Aisle, aisle.TowardsBack))
                throw new OptimizationInputException("oneWay.aisle", aisle.Aisle, "give each aisle one direction");
        }
    }

    /// <summary>
    /// Shortest walks between all positions and, as the last row and column, the depot: element [i, j] leads from i to
    /// j.
    /// </summary>
    /// <exception cref="OptimizationInputException">
    /// A position is outside, in an obstacle or cut off from the depot.
    /// </exception>
    public double[,] Distances(IReadOnlyList<PickPosition> picks)
    {
        for (var i = 0; i < picks.Count; i++)
            RequireFree(picks[i], $"picks[{i}]");
        var network = new Network();
        var stops = Build(network, picks);
        var distances = new double[stops.Length, stops.Length];
        // From the depot first: then the stop that is cut off is the one named.
        for (var from = picks.Count; from >= 0; from--)
        {
            var reach = network.From(stops[from]);
            for (var to = 0; to < stops.Length; to++)
            {
                distances[from, to] = reach[stops[to]];
                var cut = from < picks.Count ? from : to;
                if (double.IsPositiveInfinity(distances[from, to]))
                    throw new OptimizationInputException(
                        $"picks[{cut}]",
                        picks[cut],
                        "it cannot be reached and left again: lift an obstacle or a one-way rule"
                    );
            }
        }
        return distances;
    }

    private void RequireFree(PickPosition pick, string field)
    {
        _layout.Require(pick, field);
        if (_stretches.Exists(s => s.Aisle == pick.Aisle && pick.Y > s.FromY && pick.Y < s.ToY))
            throw new OptimizationInputException(field, pick, "it lies within a blocked stretch");
    }

    private int[] Build(Network network, IReadOnlyList<PickPosition> picks)
    {
        var node = new Dictionary<PickPosition, int>();
        for (var aisle = 0; aisle < _layout.AisleCount; aisle++)
            BuildAisle(network, node, aisle, picks);
        var depot = network.Add();
        for (var cross = 0; cross <= _layout.BlockCount; cross++)
            BuildCrossAisle(network, node, cross, cross == _layout.DepotCrossAisle ? depot : -1);
        return [.. picks.Select(p => node[p]), depot];
    }

    private void BuildAisle(
        Network network,
        Dictionary<PickPosition, int> node,
        int aisle,
        IReadOnlyList<PickPosition> picks
    )
    {
        double[] stops =
        [
            .. _layout
                .CrossAisleY.ToArray()
                .Concat(picks.Where(p => p.Aisle == aisle).Select(p => p.Y))
                .Distinct()
                .Order(),
        ];
        var previous = -1;
        for (var i = 0; i < stops.Length; i++)
        {
            var here = node[new PickPosition(aisle, stops[i])] = network.Add();
            if (i > 0 && !_stretches.Exists(s => s.Aisle == aisle && s.FromY < stops[i] && s.ToY > stops[i - 1]))
            {
                var length = stops[i] - stops[i - 1];
                var ruled = _oneWay.TryGetValue(aisle, out var towardsBack);
                if (!ruled || towardsBack)
                    network.Join(previous, here, length);
                if (!ruled || !towardsBack)
                    network.Join(here, previous, length);
            }
            previous = here;
        }
    }

    private void BuildCrossAisle(Network network, Dictionary<PickPosition, int> node, int cross, int depot)
    {
        var y = _layout.CrossAisleY[cross];
        var x = _layout.AisleX;
        for (var aisle = 0; aisle < x.Length; aisle++)
        {
            var here = node[new PickPosition(aisle, y)];
            var isOpen = aisle + 1 < x.Length && !_crossings.Contains(new BlockedCrossing(cross, aisle));
            if (isOpen)
                network.JoinBothWays(here, node[new PickPosition(aisle + 1, y)], x[aisle + 1] - x[aisle]);
            if (depot < 0)
                continue;
            // The depot reaches the aisle ends beside it; past a blocked crossing it stands on the left side of it.
            var isBefore = _layout.DepotX <= x[0] && aisle == 0;
            var isLeft = x[aisle] <= _layout.DepotX && (aisle + 1 == x.Length || x[aisle + 1] > _layout.DepotX);
            var isRight =
                aisle > 0
                && x[aisle - 1] < _layout.DepotX
                && x[aisle] > _layout.DepotX
                && !_crossings.Contains(new BlockedCrossing(cross, aisle - 1));
            if (isBefore || isLeft || isRight)
                network.JoinBothWays(depot, here, _layout.DepotOffset + Math.Abs(_layout.DepotX - x[aisle]));
        }
    }

    private sealed class Network
    {
        private readonly List<List<(int To, double Length)>> _arcs = [];

        public int Add()
        {
            _arcs.Add([]);
            return _arcs.Count - 1;
        }

        public void Join(int from, int to, double length) => _arcs[from].Add((to, length));

        public void JoinBothWays(int a, int b, double length)
        {
            Join(a, b, length);
            Join(b, a, length);
        }

        public double[] From(int start)
        {
            var reach = new double[_arcs.Count];
            Array.Fill(reach, double.PositiveInfinity);
            reach[start] = 0;
            var open = new PriorityQueue<int, double>();
            open.Enqueue(start, 0);
            while (open.TryDequeue(out var node, out var distance))
            {
                if (distance > reach[node])
                    continue;
                foreach (var (to, length) in _arcs[node])
                {
                    if (distance + length >= reach[to])
                        continue;
                    reach[to] = distance + length;
                    open.Enqueue(to, reach[to]);
                }
            }
            return reach;
        }
    }
}
