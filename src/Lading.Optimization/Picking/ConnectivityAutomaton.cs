namespace Lading.Optimization.Picking;

/// <summary>How a sub-aisle (one aisle within one block) is walked in a shortest tour.</summary>
internal enum SubaisleWalk : byte
{
    None,
    Through,
    ThroughTwice,
    FromFront,
    FromBack,
    AroundLargestGap,
}

/// <summary>
/// The equivalence classes of partial tours for a number of cross aisles, with all moves between them. A class holds,
/// for each end of the current aisle, whether the tour touches it, the parity of its degree, and which ends hang
/// together (Ratliff and Rosenthal 1983 list those of two cross aisles, counting the finished tour apart; Roodbergen
/// and de Koster 2001 those of three; Pansart, Catusse and Cambazard 2018 the general case). The classes are generated
/// here, not listed by hand.
/// </summary>
internal sealed class ConnectivityAutomaton
{
    /// <summary>Two cross aisles have 6 classes here, three 24, four 112, seven 16,768: more would be slow.</summary>
    public const int MaxCrossAisles = 7;

    public const int None = -1;

    private static readonly Lazy<ConnectivityAutomaton>[] Shared =
    [
        .. Enumerable
            .Range(0, MaxCrossAisles + 1)
            .Select(ends => new Lazy<ConnectivityAutomaton>(() => new ConnectivityAutomaton(ends))),
    ];

    private readonly Dictionary<ulong, int> _index = [];
    private readonly List<ulong> _classes = [];
    private readonly int _ends;

    private ConnectivityAutomaton(int ends)
    {
        _ends = ends;
        ClassOf(0);
        var drops = new List<(int From, int To, int Touched)>();
        var touch = Enumerable.Range(0, ends).Select(_ => new List<int>()).ToArray();
        var walks = Enumerable.Range(0, (ends - 1) * 5).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < _classes.Count; i++)
            Expand(i, drops, touch, walks);
        Drops = [.. drops.OrderByDescending(d => d.Touched).Select(d => (d.From, d.To))];
        Touch = [.. touch.Select(t => t.ToArray())];
        Walks = new (int From, int To)[walks.Length][];
        for (var w = 0; w < walks.Length; w++)
            Walks[w] = [.. walks[w].Select((to, from) => (from, to)).Where(m => m.to != None)];
        Copies = [.. _classes.Select(CopiesOf)];
        Complete = [.. Enumerable.Range(0, _classes.Count).Where(i => IsComplete(_classes[i]))];
    }

    public int Count => _classes.Count;

    /// <summary>
    /// Moves that leave an end behind between two aisles; longer classes first, so one pass is the closure.
    /// </summary>
    public (int From, int To)[] Drops { get; }

    /// <summary>Per end: the class after that end is touched (the depot stands there).</summary>
    public int[][] Touch { get; }

    /// <summary>Per block and walk (see <see cref="WalkIndex"/>): the moves it allows.</summary>
    public (int From, int To)[][] Walks { get; }

    /// <summary>Per class: how many times the gap to the next aisle is walked, over all cross aisles.</summary>
    public int[] Copies { get; }

    /// <summary>Classes that are a whole tour: one piece, every degree even.</summary>
    public int[] Complete { get; }

    public static ConnectivityAutomaton For(int crossAisles) => Shared[crossAisles].Value;

    public static int WalkIndex(int block, SubaisleWalk walk) => block * 5 + (int)walk - 1;

    /// <summary>How many times one cross aisle is walked between this class and the next aisle: 0, 1 or 2.</summary>
    public int CopiesAt(int classIndex, int end)
    {
        var label = Label(_classes[classIndex], end);
        return label == 0 ? 0
            : (label & 1) == 1 ? 1
            : 2;
    }

    private void Expand(int index, List<(int, int, int)> drops, List<int>[] touch, List<int>[] walks)
    {
        var state = _classes[index];
        for (var end = 0; end < _ends; end++)
        {
            touch[end].Add(ClassOf(Touched(state, end)));
            if (CanDrop(state, end))
                drops.Add((index, ClassOf(Canonical(With(state, end, 0))), TouchedEnds(state)));
        }
        for (var block = 0; block < _ends - 1; block++)
        {
            var both = Touched(Touched(state, block), block + 1);
            walks[WalkIndex(block, SubaisleWalk.Through)].Add(ClassOf(Joined(both, block, odd: true)));
            var apart = Piece(both, block) != Piece(both, block + 1);
            walks[WalkIndex(block, SubaisleWalk.ThroughTwice)]
                .Add(apart ? ClassOf(Joined(both, block, odd: false)) : None);
            walks[WalkIndex(block, SubaisleWalk.FromFront)].Add(ClassOf(Touched(state, block)));
            walks[WalkIndex(block, SubaisleWalk.FromBack)].Add(ClassOf(Touched(state, block + 1)));
            walks[WalkIndex(block, SubaisleWalk.AroundLargestGap)].Add(ClassOf(both));
        }
    }

    // A class is packed four bits per end: the low bit is odd parity, the others number the piece; 0 is untouched.
    private static int Label(ulong state, int end) => (int)(state >> (4 * end)) & 15;

    private static int Piece(ulong state, int end) => Label(state, end) >> 1;

    private static ulong With(ulong state, int end, int label) =>
        (state & ~(15UL << (4 * end))) | ((ulong)label << (4 * end));

    private int ClassOf(ulong state)
    {
        if (_index.TryGetValue(state, out var known))
            return known;
        _index.Add(state, _classes.Count);
        _classes.Add(state);
        return _classes.Count - 1;
    }

    private ulong Touched(ulong state, int end) =>
        Label(state, end) != 0 ? state : Canonical(With(state, end, FreePiece(state) << 1));

    private ulong Joined(ulong state, int block, bool odd)
    {
        var kept = Piece(state, block);
        var lost = Piece(state, block + 1);
        for (var end = 0; end < _ends; end++)
        {
            if (Piece(state, end) == lost && Label(state, end) != 0)
                state = With(state, end, (kept << 1) | (Label(state, end) & 1));
        }
        if (odd)
            state ^= (1UL << (4 * block)) | (1UL << (4 * (block + 1)));
        return Canonical(state);
    }

    private int FreePiece(ulong state)
    {
        var piece = 1;
        while (Enumerable.Range(0, _ends).Any(end => Piece(state, end) == piece))
            piece++;
        return piece;
    }

    private ulong Canonical(ulong state)
    {
        Span<int> renamed = stackalloc int[16];
        var next = 1;
        var canonical = 0UL;
        for (var end = 0; end < _ends; end++)
        {
            var label = Label(state, end);
            if (label == 0)
                continue;
            if (renamed[label >> 1] == 0)
                renamed[label >> 1] = next++;
            canonical = With(canonical, end, (renamed[label >> 1] << 1) | (label & 1));
        }
        return canonical;
    }

    private bool CanDrop(ulong state, int end)
    {
        var label = Label(state, end);
        if (label == 0 || (label & 1) == 1)
            return false;
        return Enumerable.Range(0, _ends).Any(other => other != end && Piece(state, other) == label >> 1);
    }

    private int TouchedEnds(ulong state) => Enumerable.Range(0, _ends).Count(end => Label(state, end) != 0);

    private int CopiesOf(ulong state) =>
        Enumerable
            .Range(0, _ends)
            .Sum(end =>
                Label(state, end) == 0 ? 0
                : (Label(state, end) & 1) == 1 ? 1
                : 2
            );

    private bool IsComplete(ulong state) =>
        state != 0 && Enumerable.Range(0, _ends).All(end => Label(state, end) is 0 or 2);
}
