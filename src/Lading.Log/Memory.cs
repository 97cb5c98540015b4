using Lading.Kernel;

namespace Lading.Log;

/// <summary>The outcomes this tenant remembers: those of the running batch, those of the retention window, found
/// without a random index.</summary>
internal sealed class Memory(ILogStore store, TimeSpan retention)
{
    private readonly OutcomeIndex index = new();
    private readonly List<Outcome> staged = [];
    private readonly Dictionary<CommandId, int> stagedById = [];
    private readonly List<long> candidates = [];
    private readonly List<UInt128> ids = [];
    private long lastBlock;
    private bool loaded;

    public int Count => index.Count;

    /// <summary>Forgets what is older than the retention and indexes the rest.</summary>
    public void Load(DateTime now)
    {
        store.ForgetOutcomes(now - retention);
        index.Clear();
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
                index.Add(id, block.Block);
            lastBlock = block.Block;
        }
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
            write.Outcomes = new StoredOutcomes(lastBlock + 1, now, OutcomeBlock.Pack(staged));
    }

    public void Committed()
    {
        if (staged.Count == 0)
            return;
        lastBlock++;
        foreach (var outcome in staged)
            index.Add(outcome.Id.Value, lastBlock);
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
        index.Find(id, candidates);
        foreach (var block in candidates)
            if (store.ReadOutcomeBlock(block) is { } stored && OutcomeBlock.Find(stored.Body, id) is { } outcome)
                return outcome;
        return null;
    }
}
