namespace Lading.Optimization.Picking;

/// <summary>
/// Turns the edges chosen by the dynamic programme into a walk: an Euler circuit (Hierholzer) over the aisle ends from
/// the depot, with the picks visited as the walk comes past them.
/// </summary>
internal sealed class PickWalk
{
    private readonly int _ends;
    private readonly int _depotEnd;
    private readonly WarehouseLayout _layout;
    private readonly int[] _columnAisle;
    private readonly SubaisleWalk[] _walks;
    private readonly byte[] _through;
    private readonly byte[] _copies;
    private readonly double[] _gapStart;
    private readonly bool[] _seen;
    private readonly int[] _firstPick;
    private int[] _stack = new int[64];
    private int[] _circuit = new int[64];

    public PickWalk(WarehouseLayout layout, int[] columnAisle)
    {
        _layout = layout;
        _columnAisle = columnAisle;
        _ends = layout.BlockCount + 1;
        _depotEnd = layout.DepotCrossAisle;
        var nodes = columnAisle.Length * _ends;
        _walks = new SubaisleWalk[nodes];
        _through = new byte[nodes];
        _copies = new byte[nodes];
        _gapStart = new double[nodes];
        _seen = new bool[nodes];
        _firstPick = new int[nodes + 1];
    }

    public void Clear(int firstColumn, int lastColumn)
    {
        var from = firstColumn * _ends;
        var count = (lastColumn - firstColumn + 1) * _ends;
        Array.Clear(_walks, from, count);
        Array.Clear(_through, from, count);
        // The copies lead in from the column before, so the column after the last must be empty as well.
        Array.Clear(_copies, from, Math.Min(count + _ends, _copies.Length - from));
        Array.Clear(_seen, from, count);
    }

    public void SetWalk(int column, int block, SubaisleWalk walk, double gapStart)
    {
        var node = column * _ends + block;
        _walks[node] = walk;
        _gapStart[node] = gapStart;
        _through[node] = walk switch
        {
            SubaisleWalk.Through => 1,
            SubaisleWalk.ThroughTwice => 2,
            _ => 0,
        };
    }

    /// <summary>How often the way from the column before to this one is walked on one cross aisle.</summary>
    public void SetCopies(int column, int end, int copies) => _copies[column * _ends + end] = (byte)copies;

    /// <summary>Writes indices into <paramref name="sorted"/> in the order of the walk.</summary>
    public void Visit(ReadOnlySpan<PickPosition> sorted, int depotColumn, Span<int> order)
    {
        IndexPicks(sorted);
        var length = Circuit(depotColumn * _ends + _depotEnd);
        var visited = 0;
        for (var i = 0; i < length; i++)
        {
            var node = _circuit[i];
            if (!_seen[node])
            {
                _seen[node] = true;
                visited = Excursions(sorted, node, order, visited);
            }
            if (i + 1 < length && Math.Abs(_circuit[i + 1] - node) == 1 && SameColumn(node, _circuit[i + 1]))
                visited = PassThrough(node, _circuit[i + 1], order, visited);
        }
    }

    private bool SameColumn(int a, int b) => a / _ends == b / _ends;

    private void IndexPicks(ReadOnlySpan<PickPosition> sorted)
    {
        var pick = 0;
        for (var node = 0; node < _walks.Length; node++)
        {
            _firstPick[node] = pick;
            var aisle = _columnAisle[node / _ends];
            var block = node % _ends;
            while (pick < sorted.Length && sorted[pick].Aisle == aisle && _layout.BlockOf(sorted[pick].Y) == block)
                pick++;
        }
        _firstPick[_walks.Length] = pick;
    }

    private int Excursions(ReadOnlySpan<PickPosition> sorted, int node, Span<int> order, int visited)
    {
        if (_walks[node] is SubaisleWalk.FromFront or SubaisleWalk.AroundLargestGap)
        {
            var all = _walks[node] == SubaisleWalk.FromFront;
            for (var p = _firstPick[node]; p < _firstPick[node + 1]; p++)
            {
                if (all || sorted[p].Y <= _gapStart[node])
                    order[visited++] = p;
            }
        }
        var before = node - 1;
        if (node % _ends > 0 && _walks[before] is SubaisleWalk.FromBack or SubaisleWalk.AroundLargestGap)
        {
            var all = _walks[before] == SubaisleWalk.FromBack;
            for (var p = _firstPick[before + 1] - 1; p >= _firstPick[before]; p--)
            {
                if (all || sorted[p].Y > _gapStart[before])
                    order[visited++] = p;
            }
        }
        return visited;
    }

    private int PassThrough(int from, int to, Span<int> order, int visited)
    {
        var node = Math.Min(from, to);
        if (_walks[node] == SubaisleWalk.None)
            return visited;
        // The second pass of a sub-aisle finds its picks taken.
        _walks[node] = SubaisleWalk.None;
        for (var i = 0; i < _firstPick[node + 1] - _firstPick[node]; i++)
            order[visited++] = from < to ? _firstPick[node] + i : _firstPick[node + 1] - 1 - i;
        return visited;
    }

    private int Circuit(int start)
    {
        var depth = 0;
        var length = 0;
        Push(ref _stack, ref depth, start);
        while (depth > 0)
        {
            var node = _stack[depth - 1];
            var next = TakeEdge(node);
            if (next >= 0)
                Push(ref _stack, ref depth, next);
            else
                Push(ref _circuit, ref length, _stack[--depth]);
        }
        return length;
    }

    private int TakeEdge(int node)
    {
        var end = node % _ends;
        if (end < _ends - 1 && _through[node] > 0)
            return Take(_through, node, node + 1);
        if (end > 0 && _through[node - 1] > 0)
            return Take(_through, node - 1, node - 1);
        if (_copies[node] > 0)
            return Take(_copies, node, node - _ends);
        if (node + _ends < _copies.Length && _copies[node + _ends] > 0)
            return Take(_copies, node + _ends, node + _ends);
        return -1;
    }

    private static int Take(byte[] edges, int edge, int next)
    {
        edges[edge]--;
        return next;
    }

    private static void Push(ref int[] items, ref int count, int item)
    {
        if (count == items.Length)
            Array.Resize(ref items, 2 * count);
        items[count++] = item;
    }
}
