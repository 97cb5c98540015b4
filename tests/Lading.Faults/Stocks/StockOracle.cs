using Lading.Log;

namespace Lading.Faults.Stocks;

/// <summary>
/// Compares what callers were told with what the log holds: whoever was told yes finds their facts there, once and
/// where
/// it was said; whoever was told no left none, and had cause; and the stock, told again from the facts, is never
/// oversold.
/// </summary>
internal sealed class StockOracle(Action<string> wrong, Func<Recorded, int>? numberOf = null)
{
    private readonly List<(long Position, int Number, Wish Wish)> refused = [];
    private readonly Dictionary<int, long> told = [];
    private readonly List<Recorded> group = [];
    private readonly HashSet<int> seen = [];
    private int next;
    private long position;

    public StockReplay Replay { get; } = new(wrong);

    public long RefusalsJudged { get; private set; }

    /// <summary>An answer, as the first caller heard it; the second time it must be the same.</summary>
    public void Told(int number, bool accepted, long at, string? code, Wish? wish)
    {
        var said = accepted ? at : -1;
        if (!told.TryAdd(number, said) && told[number] != said)
            wrong($"command {number} was told {told[number]}, then {said}");
        else if (!accepted && wish is not null && code == "inventory.insufficient-stock")
            refused.Add((at, number, wish));
    }

    /// <summary>Reads the log to its end and judges all that was told.</summary>
    public async Task Judge(Func<long, int, ValueTask<IReadOnlyList<Recorded>>> readAfter)
    {
        refused.Sort((a, b) => a.Position.CompareTo(b.Position));
        while (await readAfter(position, 5_000) is { Count: > 0 } page)
        {
            foreach (var fact in page)
                Take(fact);
            position = page[^1].Position;
        }

        Close();
        JudgeRefusals(long.MaxValue);
        foreach (var (number, at) in told)
            if (at >= 0 && !seen.Contains(number))
                wrong($"command {number}, told yes at {at}, is not there");
        Replay.CheckEnd();
    }

    private void Take(Recorded fact)
    {
        if (fact.Position != position + 1)
            wrong($"position {fact.Position} stands after {position}");
        position = fact.Position;
        if (group.Count > 0 && group[0].Command != fact.Command)
            Close();
        group.Add(fact);
    }

    private void Close()
    {
        if (group.Count == 0)
            return;
        JudgeRefusals(group[0].Position - 1);
        Replay.Apply(group);
        var number = numberOf is null ? StockWork.NumberOf(group[0].Actor) : numberOf(group[0]);
        if (number >= 0)
        {
            if (!seen.Add(number))
                wrong($"command {number} took effect twice, the second time at {group[0].Position}");
            if (told.TryGetValue(number, out var at) && at != group[^1].Position)
                wrong($"command {number} ends at {group[^1].Position}, its caller was told {at}");
        }

        group.Clear();
    }

    /// <summary>Refusals decided up to here: at that position there was less than was asked for.</summary>
    private void JudgeRefusals(long until)
    {
        for (; next < refused.Count && refused[next].Position <= until; next++)
        {
            var (at, number, wish) = refused[next];
            RefusalsJudged++;
            if (Replay.Free(wish.Sku, wish.Sites, wish.Owner) is var free && free >= wish.Quantity)
                wrong($"command {number} was refused at {at} with {free} of {wish.Quantity} of {wish.Sku} free");
        }
    }
}
