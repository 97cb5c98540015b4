using Lading.Kernel;

namespace Lading.Log;

/// <summary>
/// The outcomes this tenant remembers: those of the running batch, those of the retention window, found without a
/// random index. The window is kept in parts by age: one that is full is never touched again and goes as a whole.
/// </summary>
internal sealed class Memory(ILogStore store, CommitterOptions options)
{
    private readonly Queue<Part> parts = new();
    private Part newest = new();
    private readonly List<Outcome> staged = [];
    private readonly Dictionary<CommandId, int> stagedById = [];
    private readonly List<long> candidates = [];
    private readonly List<UInt128> ids = [];
    private DateTime stagedAt;
    private DateTime? forgetBefore;
    private long lastBlock;
    private bool loaded;

    public int Count => parts.Sum(p => p.Index.Count) + newest.Index.Count;

    /// <summary>Forgets what is older than the retention and indexes the rest.</summary>
    public void Load(DateTime now)
    {
        while (store.ForgetOutcomes(now - options.RememberOutcomes)) { }

        parts.Clear();
        newest = new Part();
        lastBlock = 0;
        FoldIn();
        loaded = true;
    }

    /// <summary>Indexes the blocks that came since, by this node before a failure or by another one.</summary>
    public void FoldIn()
    {
        foreach (var block in store.ReadOutcomes(lastBlock))
        {
            ids.Clear();
            OutcomeBlock.Ids(block.Body, ids);
            foreach (var id in ids)
                newest.Index.Add(id, block.Block);
            Filled(block.At);
            lastBlock = block.Block;
        }
    }

    /// <summary>Lets go of the parts whose time is over, here and, a slice at a time, in the store. Outside any
    /// transaction.</summary>
    public void LetGo(DateTime now)
    {
        var before = now - options.RememberOutcomes;
        while (parts.TryPeek(out var oldest) && oldest.Until < before)
        {
            parts.Dequeue();
            forgetBefore = before;
        }

        if (forgetBefore is not { } due)
            return;
        try
        {
            if (!store.ForgetOutcomes(due))
                forgetBefore = null;
        }
        catch (StoreFault fault) when (fault is not OutcomeUnknown)
        {
            // Nobody waits for it: the next batch tries again, and a store that is ill says so to that batch.
        }
    }

    private void Filled(DateTime at)
    {
        newest.Until = at;
        if (newest.Index.Count < options.OutcomesInPart)
            return;
        parts.Enqueue(newest);
        newest = new Part();
    }

    /// <summary>Looks at the blocks another node wrote, if there are any.</summary>
    public void CatchUp(long? newest)
    {
        if (newest > lastBlock)
            FoldIn();
    }

    /// <summary>The outcome of an id: the refusal 422 when the fingerprint differs.</summary>
    public Outcome? Find(CommandId id, long fingerprint)
    {
        if (!loaded)
        {
            FoldIn();
            loaded = true;
        }

        if (Known(id) is not { } outcome)
            return null;
        return outcome.Fingerprint == fingerprint ? outcome : outcome with { Refusal = LogRefusals.KeyReused() };
    }

    public void Remember(Outcome outcome)
    {
        stagedById.Add(outcome.Id, staged.Count);
        staged.Add(outcome);
    }

    public void Stage(BatchWrite write, DateTime now)
    {
        if (staged.Count > 0)
            write.Outcomes = new StoredOutcomes(lastBlock + 1, stagedAt = now, OutcomeBlock.Pack(staged));
    }

    public void Committed()
    {
        if (staged.Count == 0)
            return;
        lastBlock++;
        foreach (var outcome in staged)
            newest.Index.Add(outcome.Id.Value, lastBlock);
        Filled(stagedAt);
    }

    public void Reset()
    {
        staged.Clear();
        stagedById.Clear();
    }

    /// <summary>After a failed batch: what the store holds is looked at again before the next answer.</summary>
    public void Forget() => loaded = false;

    private Outcome? Known(CommandId id)
    {
        if (stagedById.TryGetValue(id, out var at))
            return staged[at];
        candidates.Clear();
        newest.Index.Find(id, candidates);
        foreach (var part in parts)
            part.Index.Find(id, candidates);
        foreach (var block in candidates)
            if (store.ReadOutcomeBlock(block) is { } stored && OutcomeBlock.Find(stored.Body, id) is { } outcome)
                return outcome;
        return null;
    }

    /// <summary>Outcomes up to a time.</summary>
    private sealed class Part
    {
        public OutcomeIndex Index { get; } = new();

        public DateTime Until { get; set; }
    }
}
