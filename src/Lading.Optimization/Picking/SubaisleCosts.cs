using System.Numerics;

namespace Lading.Optimization.Picking;

/// <summary>
/// What each way of walking a sub-aisle costs for one set of picks. Cells are reset lazily by a stamp.
/// </summary>
internal sealed class SubaisleCosts(WarehouseLayout layout)
{
    private readonly int _blocks = layout.BlockCount;
    private readonly double[] _crossAisleY = layout.CrossAisleY.ToArray();
    private readonly Cell[] _cells = new Cell[layout.AisleCount * layout.BlockCount];
    private int _stamp;

    public int FirstAisle { get; private set; }

    public int LastAisle { get; private set; }

    public bool IsEmpty => LastAisle < FirstAisle;

    public double BlockLength(int block) => _crossAisleY[block + 1] - _crossAisleY[block];

    public bool IsOccupied(int aisle, int block) => _cells[aisle * _blocks + block].Stamp == _stamp;

    public double FromFront(int aisle, int block) =>
        2 * (_cells[aisle * _blocks + block].Furthest - _crossAisleY[block]);

    public double FromBack(int aisle, int block) =>
        2 * (_crossAisleY[block + 1] - _cells[aisle * _blocks + block].Nearest);

    public double AroundLargestGap(int aisle, int block) =>
        2 * (BlockLength(block) - _cells[aisle * _blocks + block].Gap);

    /// <summary>Where the largest gap between two picks begins: picks up to here are taken from the front.</summary>
    public double GapStart(int aisle, int block) => _cells[aisle * _blocks + block].GapStart;

    public double Of(SubaisleWalk walk, int aisle, int block) =>
        walk switch
        {
            SubaisleWalk.Through => BlockLength(block),
            SubaisleWalk.ThroughTwice => 2 * BlockLength(block),
            _ when !IsOccupied(aisle, block) => double.PositiveInfinity,
            SubaisleWalk.FromFront => FromFront(aisle, block),
            SubaisleWalk.FromBack => FromBack(aisle, block),
            _ => AroundLargestGap(aisle, block),
        };

    /// <summary>Takes picks sorted by aisle and distance.</summary>
    public void Load(ReadOnlySpan<PickPosition> sorted)
    {
        _stamp++;
        FirstAisle = sorted[0].Aisle;
        LastAisle = sorted[^1].Aisle;
        foreach (var pick in sorted)
            Add(pick.Aisle, _blocks == 1 ? 0 : layout.BlockOf(pick.Y), pick.Y);
    }

    /// <summary>Takes picks as a bit set over the places of <paramref name="index"/>.</summary>
    public void Load(LocationIndex index, ReadOnlySpan<ulong> places)
    {
        _stamp++;
        FirstAisle = int.MaxValue;
        LastAisle = -1;
        for (var word = 0; word < places.Length; word++)
        {
            var bits = places[word];
            if (bits == 0)
                continue;
            var aisle = index.AisleOfWord(word);
            FirstAisle = Math.Min(FirstAisle, aisle);
            LastAisle = aisle;
            while (bits != 0)
            {
                var place = (word << 6) + BitOperations.TrailingZeroCount(bits);
                Add(aisle, index.BlockOf(place), index.Y(place));
                bits &= bits - 1;
            }
        }
    }

    private void Add(int aisle, int block, double y)
    {
        ref var cell = ref _cells[aisle * _blocks + block];
        if (cell.Stamp != _stamp)
        {
            // One pick has no gap between picks; walking round "the gap before it" is the walk from the back.
            cell = new Cell
            {
                Stamp = _stamp,
                Nearest = y,
                Furthest = y,
                Gap = 0,
                GapStart = y,
            };
            return;
        }
        var gap = y - cell.Furthest;
        if (gap > cell.Gap)
        {
            cell.Gap = gap;
            cell.GapStart = cell.Furthest;
        }
        cell.Furthest = y;
    }

    private struct Cell
    {
        public int Stamp;
        public double Nearest;
        public double Furthest;
        public double Gap;
        public double GapStart;
    }
}
