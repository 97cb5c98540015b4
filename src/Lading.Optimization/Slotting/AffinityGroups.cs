namespace Lading.Optimization.Slotting;

/// <summary>Which SKUs are picked together: nearest partners per SKU, and groups of bounded size.</summary>
internal sealed class AffinityGroups
{
    /// <summary>Rounds longer than this say little about pairs and cost the square of their length.</summary>
    private const int LongestRound = 40;

    private readonly int[] _frequency;
    private readonly List<(double Strength, int A, int B)> _pairs = [];

    public AffinityGroups(SlottingProblem problem, int partners)
    {
        _frequency = SlottingCost.Frequencies(problem);
        var together = new Dictionary<long, int>();
        foreach (var round in problem.Rounds.Where(r => r.Length <= LongestRound))
        {
            for (var i = 0; i < round.Length; i++)
            {
                for (var j = i + 1; j < round.Length; j++)
                {
                    var key = ((long)Math.Min(round[i], round[j]) << 32) | (uint)Math.Max(round[i], round[j]);
                    together[key] = together.GetValueOrDefault(key) + 1;
                }
            }
        }
        foreach (var (key, count) in together)
        {
            // A pair seen once is as likely chance as habit.
            if (count > 1)
                Add((int)(key >> 32), (int)(key & 0xffffffff), count, problem.Rounds.Length);
        }
        _pairs.Sort((x, y) => (-x.Strength, x.A, x.B).CompareTo((-y.Strength, y.A, y.B)));
        Partners = NearestPartners(partners);
    }

    /// <summary>Per SKU the SKUs most strongly bound to it, strongest first.</summary>
    public int[][] Partners { get; }

    /// <summary>
    /// Groups of at most <paramref name="size"/> SKUs, joined along the strongest pairs; all SKUs are in one.
    /// </summary>
    public List<int>[] Grouped(int size)
    {
        var group = Enumerable.Range(0, _frequency.Length).Select(s => new List<int> { s }).ToArray();
        foreach (var (_, a, b) in _pairs)
        {
            if (group[a] == group[b] || group[a].Count + group[b].Count > size)
                continue;
            var (large, small) = group[a].Count >= group[b].Count ? (group[a], group[b]) : (group[b], group[a]);
            large.AddRange(small);
            foreach (var sku in small)
                group[sku] = large;
        }
        return [.. group.Distinct()];
    }

    /// <summary>Strength is the cosine of the pair, less what independent demand would give.</summary>
    private void Add(int a, int b, int count, int rounds)
    {
        var norm = Math.Sqrt((double)_frequency[a] * _frequency[b]);
        var strength = (count - (double)_frequency[a] * _frequency[b] / rounds) / norm;
        if (strength > 0)
            _pairs.Add((strength, a, b));
    }

    private int[][] NearestPartners(int most)
    {
        var partners = _frequency.Select(_ => new List<int>(most)).ToArray();
        foreach (var (_, a, b) in _pairs)
        {
            if (partners[a].Count < most)
                partners[a].Add(b);
            if (partners[b].Count < most)
                partners[b].Add(a);
        }
        return [.. partners.Select(p => p.ToArray())];
    }
}
