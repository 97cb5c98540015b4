namespace Lading.Optimization.Picking;

/// <summary>
/// Iterated local search on one closed tour. The depot stands at place 0 and never moves. Moves are judged by their
/// full change of length, also where reversing a stretch changes it (asymmetric distances), through running sums.
/// </summary>
internal sealed class TourImprovement
{
    private const int LongestSegment = 3;

    private readonly double[,] _distances;
    private readonly Random _random;
    private readonly int _size;
    private readonly double[] _forward;
    private readonly double[] _backward;
    private readonly double _least;
    private int[] _tour;

    public TourImprovement(double[,] distances, int seed)
    {
        _distances = distances;
        _random = new Random(seed);
        _size = distances.GetLength(0);
        _forward = new double[_size + 1];
        _backward = new double[_size + 1];
        _tour = Nearest();
        // Running sums round with the length of the tour: what is smaller is no gain, or the descent would never end.
        _least = 1e-9 * Math.Max(1, Length());
    }

    public (int[] Order, double Length) Search(SearchProgress progress)
    {
        Descend();
        var best = (int[])_tour.Clone();
        var bestLength = Length();
        for (var kick = 1; progress(kick - 1) < 1; kick++)
        {
            Kick();
            Descend();
            var length = Length();
            if (length <= bestLength + _least)
            {
                (bestLength, best) = (Math.Min(length, bestLength), (int[])_tour.Clone());
                continue;
            }
            best.CopyTo(_tour, 0);
        }
        best.CopyTo(_tour, 0);
        return (best[1..], Length());
    }

    private int At(int place) => _tour[place == _size ? 0 : place];

    private double Length()
    {
        var length = 0.0;
        for (var place = 0; place < _size; place++)
            length += _distances[At(place), At(place + 1)];
        return length;
    }

    private int[] Nearest()
    {
        var tour = new List<int> { _size - 1 };
        var open = Enumerable.Range(0, _size - 1).ToHashSet();
        while (open.Count > 0)
        {
            var next = open.MinBy(stop => (_distances[tour[^1], stop], stop));
            open.Remove(next);
            tour.Add(next);
        }
        return [.. tour];
    }

    private void Descend()
    {
        var improved = true;
        while (improved)
        {
            Sum();
            improved = false;
            for (var from = 1; from < _size; from++)
            {
                if (!Reverse(from) && !MoveSegment(from))
                    continue;
                improved = true;
                Sum();
            }
        }
    }

    private void Sum()
    {
        for (var place = 0; place < _size; place++)
        {
            _forward[place + 1] = _forward[place] + _distances[At(place), At(place + 1)];
            _backward[place + 1] = _backward[place] + _distances[At(place + 1), At(place)];
        }
    }

    /// <summary>2-opt: turn the stretch that begins at <paramref name="from"/>, ending where it helps most.</summary>
    private bool Reverse(int from)
    {
        var (before, first) = (_tour[from - 1], _tour[from]);
        var best = -_least;
        var end = -1;
        for (var to = from + 1; to < _size; to++)
        {
            var (last, after) = (_tour[to], At(to + 1));
            var change =
                _distances[before, last]
                + _distances[first, after]
                - _distances[before, first]
                - _distances[last, after]
                + _backward[to]
                - _backward[from]
                - _forward[to]
                + _forward[from];
            if (change < best)
                (best, end) = (change, to);
        }
        if (end < 0)
            return false;
        Array.Reverse(_tour, from, end - from + 1);
        return true;
    }

    /// <summary>Or-opt: move one to three stops elsewhere, either way round.</summary>
    private bool MoveSegment(int from)
    {
        var best = -_least;
        var (count, target, turned) = (0, 0, false);
        for (var length = 1; length <= LongestSegment && from + length <= _size; length++)
        {
            var to = from + length - 1;
            var (before, first, last, after) = (_tour[from - 1], _tour[from], _tour[to], At(to + 1));
            var gain = _distances[before, first] + _distances[last, after] - _distances[before, after];
            var turn = _backward[to] - _backward[from] - _forward[to] + _forward[from];
            for (var place = 0; place < _size; place++)
            {
                if (place >= from - 1 && place <= to)
                    continue;
                var (left, right) = (_tour[place], At(place + 1));
                var open = -gain - _distances[left, right];
                var straight = open + _distances[left, first] + _distances[last, right];
                var reversed = open + _distances[left, last] + _distances[first, right] + turn;
                if (straight < best)
                    (best, count, target, turned) = (straight, length, place, false);
                if (reversed < best)
                    (best, count, target, turned) = (reversed, length, place, true);
            }
        }
        if (count == 0)
            return false;
        Move(from, count, target, turned);
        return true;
    }

    private void Move(int from, int count, int target, bool turned)
    {
        Span<int> segment = stackalloc int[LongestSegment];
        segment = segment[..count];
        _tour.AsSpan(from, count).CopyTo(segment);
        if (turned)
            segment.Reverse();
        if (target < from)
        {
            Array.Copy(_tour, target + 1, _tour, target + 1 + count, from - target - 1);
            segment.CopyTo(_tour.AsSpan(target + 1));
        }
        else
        {
            Array.Copy(_tour, from + count, _tour, from, target - from - count + 1);
            segment.CopyTo(_tour.AsSpan(target - count + 1));
        }
    }

    /// <summary>
    /// Double bridge on a short stretch: swaps two neighbouring segments, which 2-opt cannot undo at once.
    /// </summary>
    private void Kick()
    {
        var span = Math.Min(_size - 1, 3 + _random.Next(30));
        var start = 1 + _random.Next(_size - span);
        var first = 1 + _random.Next(span - 1);
        int[] stretch = [.. _tour[(start + first)..(start + span)], .. _tour[start..(start + first)]];
        stretch.CopyTo(_tour, start);
    }
}
