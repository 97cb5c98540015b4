namespace Lading.Optimization.Picking;

/// <summary>
/// Shortest pick tours by dynamic programming over the aisles, exact for one block (Ratliff and Rosenthal 1983), two
/// blocks (Roodbergen and de Koster 2001) and, at growing cost, up to six (Pansart, Catusse and Cambazard 2018).
/// Lengths are metres. One instance serves one thread: its buffers are reused and a call allocates nothing once warm.
/// </summary>
public sealed class ExactPickTour
{
    /// <summary>Most blocks this method takes on; use <see cref="MatrixTour"/> above it.</summary>
    public const int MaxBlocks = ConnectivityAutomaton.MaxCrossAisles - 1;

    /// <summary>Most positions in one tour.</summary>
    public const int MaxPicks = 100_000;

    private readonly ConnectivityAutomaton _automaton;
    private readonly PickWalk _walk;
    private readonly SubaisleCosts _costs;
    private readonly int[] _columnAisle;
    private readonly double[] _columnX;
    private readonly int[] _aisleColumn;
    private readonly int _depotColumn;
    private double[] _reach;
    private double[] _next;
    private PickPosition[] _sorted = new PickPosition[64];
    private int[] _sortedIndex = new int[64];
    private double[] _trace = [];
    private int _traced;

    /// <exception cref="OptimizationInputException">
    /// The layout has more than <see cref="MaxBlocks"/> blocks.
    /// </exception>
    public ExactPickTour(WarehouseLayout layout)
    {
        if (layout.BlockCount > MaxBlocks)
            throw new OptimizationInputException(
                "layout.blockCount",
                layout.BlockCount,
                $"use MatrixTour for more than {MaxBlocks} blocks"
            );
        Layout = layout;
        _automaton = ConnectivityAutomaton.For(layout.BlockCount + 1);
        _reach = new double[_automaton.Count];
        _next = new double[_automaton.Count];
        _costs = new SubaisleCosts(layout);
        (_columnAisle, _columnX, _depotColumn) = Columns(layout);
        _aisleColumn = new int[layout.AisleCount];
        for (var column = 0; column < _columnAisle.Length; column++)
        {
            if (_columnAisle[column] >= 0)
                _aisleColumn[_columnAisle[column]] = column;
        }
        _walk = new PickWalk(layout, _columnAisle);
    }

    public WarehouseLayout Layout { get; }

    /// <summary>Length of the shortest tour from the depot past all positions and back; 0 without positions.</summary>
    /// <exception cref="OptimizationInputException">A position lies outside the layout.</exception>
    public double Length(ReadOnlySpan<PickPosition> picks)
    {
        if (picks.IsEmpty)
            return 0;
        Sort(picks);
        _costs.Load(_sorted.AsSpan(0, picks.Length));
        return Solve(tracing: false);
    }

    /// <summary>
    /// The shortest tour itself: writes the indices of <paramref name="picks"/> in the order they are visited and
    /// returns the length. Two positions at one place are visited one after the other.
    /// </summary>
    /// <exception cref="OptimizationInputException">
    /// A position lies outside the layout or the order is too short.
    /// </exception>
    public double Tour(ReadOnlySpan<PickPosition> picks, Span<int> order)
    {
        if (order.Length < picks.Length)
            throw new OptimizationInputException("order.length", order.Length, "give one place per position");
        if (picks.IsEmpty)
            return 0;
        Sort(picks);
        _costs.Load(_sorted.AsSpan(0, picks.Length));
        var length = Solve(tracing: true);
        Backtrack();
        _walk.Visit(_sorted.AsSpan(0, picks.Length), _depotColumn, order);
        for (var i = 0; i < picks.Length; i++)
            order[i] = _sortedIndex[order[i]];
        return length;
    }

    /// <summary>Length for picks already condensed; the batching search keeps them as bit sets.</summary>
    internal double LengthOf(LocationIndex index, ReadOnlySpan<ulong> places)
    {
        _costs.Load(index, places);
        return _costs.IsEmpty ? 0 : Solve(tracing: false);
    }

    private double Solve(bool tracing)
    {
        var first = Math.Min(_aisleColumn[_costs.FirstAisle], _depotColumn);
        var last = Math.Max(_aisleColumn[_costs.LastAisle], _depotColumn);
        _traced = 0;
        Array.Fill(_reach, double.PositiveInfinity);
        _reach[0] = 0;
        for (var column = first; column <= last; column++)
        {
            if (column > first)
                Advance(_columnX[column] - _columnX[column - 1]);
            if (column == _depotColumn)
                TouchDepot();
            if (tracing)
                Keep();
            if (_columnAisle[column] >= 0)
                WalkAisle(_columnAisle[column], tracing);
        }
        return _reach[BestComplete()] + 2 * Layout.DepotOffset;
    }

    private int BestComplete()
    {
        var best = _automaton.Complete[0];
        foreach (var complete in _automaton.Complete)
        {
            if (_reach[complete] < _reach[best])
                best = complete;
        }
        return best;
    }

    private void Advance(double gap)
    {
        var reach = _reach;
        foreach (var (from, to) in _automaton.Drops)
        {
            if (reach[from] < reach[to])
                reach[to] = reach[from];
        }
        var copies = _automaton.Copies;
        for (var i = 0; i < reach.Length; i++)
            reach[i] += copies[i] * gap;
    }

    private void TouchDepot()
    {
        var touched = _automaton.Touch[Layout.DepotCrossAisle];
        for (var i = 0; i < touched.Length; i++)
        {
            if (touched[i] == i || double.IsPositiveInfinity(_reach[i]))
                continue;
            _reach[touched[i]] = Math.Min(_reach[touched[i]], _reach[i]);
            _reach[i] = double.PositiveInfinity;
        }
    }

    private void WalkAisle(int aisle, bool tracing)
    {
        for (var block = 0; block < Layout.BlockCount; block++)
        {
            if (_costs.IsOccupied(aisle, block))
            {
                Array.Fill(_next, double.PositiveInfinity);
                Relax(block, SubaisleWalk.FromFront, _costs.FromFront(aisle, block));
                Relax(block, SubaisleWalk.FromBack, _costs.FromBack(aisle, block));
                Relax(block, SubaisleWalk.AroundLargestGap, _costs.AroundLargestGap(aisle, block));
            }
            else
            {
                Array.Copy(_reach, _next, _next.Length);
            }
            Relax(block, SubaisleWalk.Through, _costs.BlockLength(block));
            Relax(block, SubaisleWalk.ThroughTwice, 2 * _costs.BlockLength(block));
            (_reach, _next) = (_next, _reach);
            if (tracing)
                Keep();
        }
    }

    private void Relax(int block, SubaisleWalk walk, double cost)
    {
        var reach = _reach;
        var next = _next;
        foreach (var (from, to) in _automaton.Walks[ConnectivityAutomaton.WalkIndex(block, walk)])
        {
            var through = reach[from] + cost;
            if (through < next[to])
                next[to] = through;
        }
    }

    private void Keep()
    {
        var size = _reach.Length;
        if (_trace.Length < (_traced + 1) * size)
            Array.Resize(ref _trace, Math.Max(2 * _trace.Length, (_traced + 1) * size));
        _reach.CopyTo(_trace, _traced++ * size);
    }

    /// <summary>Follows the kept costs backwards; the sums were formed alike, so they compare exactly.</summary>
    private void Backtrack()
    {
        var first = Math.Min(_aisleColumn[_costs.FirstAisle], _depotColumn);
        var last = Math.Max(_aisleColumn[_costs.LastAisle], _depotColumn);
        _walk.Clear(first, last);
        var step = _traced - 1;
        var state = BestComplete();
        for (var column = last; column >= first; column--)
        {
            var aisle = _columnAisle[column];
            for (var block = Layout.BlockCount - 1; block >= 0 && aisle >= 0; block--, step--)
            {
                var walk = WalkInto(aisle, block, step, ref state);
                _walk.SetWalk(column, block, walk, _costs.GapStart(aisle, block));
            }
            if (column == first)
                break;
            var gap = _columnX[column] - _columnX[column - 1];
            var target = _trace[step * _reach.Length + state];
            if (column == _depotColumn)
                state = BeforeTouch(step, state, gap, target);
            for (var end = 0; end <= Layout.BlockCount; end++)
                _walk.SetCopies(column, end, _automaton.CopiesAt(state, end));
            state = BeforeDrops(step, state, gap, target);
            if (state == ConnectivityAutomaton.None)
                throw new InvalidOperationException("The kept costs do not lead back to the first aisle.");
            step--;
        }
    }

    private SubaisleWalk WalkInto(int aisle, int block, int step, ref int state)
    {
        var before = _trace.AsSpan((step - 1) * _reach.Length, _reach.Length);
        var target = _trace[step * _reach.Length + state];
        if (!_costs.IsOccupied(aisle, block) && before[state] == target)
            return SubaisleWalk.None;
        for (var walk = SubaisleWalk.Through; walk <= SubaisleWalk.AroundLargestGap; walk++)
        {
            var cost = _costs.Of(walk, aisle, block);
            if (double.IsPositiveInfinity(cost))
                continue;
            foreach (var (from, to) in _automaton.Walks[ConnectivityAutomaton.WalkIndex(block, walk)])
            {
                if (to == state && before[from] + cost == target)
                {
                    state = from;
                    return walk;
                }
            }
        }
        throw new InvalidOperationException("The kept costs do not lead back to the first aisle.");
    }

    private int BeforeTouch(int step, int state, double gap, double target)
    {
        var touched = _automaton.Touch[Layout.DepotCrossAisle];
        for (var from = 0; from < touched.Length; from++)
        {
            if (touched[from] == state && BeforeDrops(step, from, gap, target) != ConnectivityAutomaton.None)
                return from;
        }
        return state;
    }

    /// <summary>The class before the gap was crossed; a chain of drops is followed, its cost is added once.</summary>
    private int BeforeDrops(int step, int state, double gap, double target) =>
        DropChain(
            _trace.AsSpan((step - 1) * _reach.Length, _reach.Length),
            state,
            _automaton.Copies[state] * gap,
            target
        );

    private int DropChain(ReadOnlySpan<double> before, int state, double cost, double target)
    {
        if (before[state] + cost == target)
            return state;
        foreach (var (from, to) in _automaton.Drops)
        {
            if (to != state)
                continue;
            var origin = DropChain(before, from, cost, target);
            if (origin != ConnectivityAutomaton.None)
                return origin;
        }
        return ConnectivityAutomaton.None;
    }

    private void Sort(ReadOnlySpan<PickPosition> picks)
    {
        if (picks.Length > MaxPicks)
            throw new OptimizationInputException(
                "picks.count",
                picks.Length,
                $"split tours above {MaxPicks} positions"
            );
        if (_sorted.Length < picks.Length)
        {
            _sorted = new PickPosition[picks.Length * 2];
            _sortedIndex = new int[picks.Length * 2];
        }
        for (var i = 0; i < picks.Length; i++)
        {
            if (
                (uint)picks[i].Aisle >= (uint)Layout.AisleCount
                || !(picks[i].Y >= Layout.CrossAisleY[0] && picks[i].Y <= Layout.CrossAisleY[^1])
            )
                Layout.Require(picks[i], $"picks[{i}]");
            _sorted[i] = picks[i];
            _sortedIndex[i] = i;
        }
        _sorted.AsSpan(0, picks.Length).Sort(_sortedIndex.AsSpan(0, picks.Length));
    }

    /// <summary>Aisles in order; a depot between two aisles gets a column of its own without an aisle (-1).</summary>
    private static (int[] Aisle, double[] X, int Depot) Columns(WarehouseLayout layout)
    {
        var aisles = new List<int>();
        var xs = new List<double>();
        var depot = -1;
        for (var aisle = 0; aisle <= layout.AisleCount; aisle++)
        {
            var x = aisle < layout.AisleCount ? layout.AisleX[aisle] : double.PositiveInfinity;
            if (depot < 0 && layout.DepotX <= x)
            {
                depot = aisles.Count;
                if (layout.DepotX < x)
                {
                    aisles.Add(-1);
                    xs.Add(layout.DepotX);
                }
            }
            if (aisle < layout.AisleCount)
            {
                aisles.Add(aisle);
                xs.Add(x);
            }
        }
        return ([.. aisles], [.. xs], depot);
    }
}
