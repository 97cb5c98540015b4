using Lading.Kernel;

namespace Lading.Log;

/// <summary>The states of streams in memory: cached, else snapshot and facts from the store.</summary>
internal sealed class Streams(LogModel model, ILogStore store, FactWriter writer, int capacity)
{
    private readonly Dictionary<StreamName, StreamHead> cached = [];
    private readonly HashSet<StreamHead> touched = [];
    private long batch;
    private long nextId;

    public StreamHead Get(StreamName name)
    {
        if (!cached.TryGetValue(name, out var head))
            cached.Add(name, head = Load(name));
        head.UsedIn = batch;
        touched.Add(head);
        return head;
    }

    public bool Holds(StreamName name) => cached.ContainsKey(name);

    public long NextId()
    {
        if (nextId == 0)
            nextId = store.NextStreamId();
        return nextId++;
    }

    /// <summary>Folds a fact another node appended into the state, if it is cached.</summary>
    public void FoldIn(Recorded recorded, long streamId)
    {
        nextId = 0;
        if (!cached.TryGetValue(recorded.Stream, out var head))
            return;
        head.Id = streamId;
        head.State = head.Kind.Evolve(head.State, recorded.Fact);
        head.Version = recorded.Version;
    }

    /// <summary>Adds the snapshots that are due, then lets old states go.</summary>
    public void StageSnapshots(BatchWrite write)
    {
        foreach (var head in touched)
        {
            if (
                head.Kind.SnapshotEvery == 0
                || head.Version - head.SnapshotAt < Math.Max(head.Kind.SnapshotEvery, head.SnapshotCost)
            )
                continue;
            var bytes = writer.WriteSnapshot(head);
            write.Snapshots.Add(new StoredSnapshot(head.Id, head.Version, head.Kind.SnapshotVersion, bytes));
            head.SnapshotAt = head.Version;
            head.SnapshotCost = bytes.Length / 200; // its bytes stay in proportion to its facts'
        }

        touched.Clear();
        batch++;
        if (cached.Count > capacity)
            LetGo();
    }

    public void Forget()
    {
        cached.Clear();
        touched.Clear();
        nextId = 0;
    }

    private void LetGo()
    {
        var used = cached.Values.Select(h => h.UsedIn).Order().ElementAt(cached.Count / 2);
        foreach (var (name, head) in cached.ToList())
            if (head.UsedIn <= used && head.UsedIn < batch - 1)
                cached.Remove(name);
    }

    private StreamHead Load(StreamName name)
    {
        var kind = model.Kind(name.Kind);
        var head = new StreamHead(name, kind, kind.Initial(name.Key));
        if (store.FindStream(name.ToString()) is not { } found)
            return head;
        head.Id = found.Id;
        if (
            kind.SnapshotEvery > 0
            && store.ReadSnapshot(found.Id) is { } snapshot
            && snapshot.SnapshotVersion == kind.SnapshotVersion
        )
        {
            head.State = writer.ReadSnapshot(kind, name, snapshot.State);
            head.Version = head.SnapshotAt = snapshot.Version;
            head.SnapshotCost = snapshot.State.Length / 200;
        }

        foreach (var fact in store.ReadStream(found.Id, head.Version))
        {
            head.State = kind.Evolve(head.State, writer.Read(fact).Fact);
            head.Version = fact.Version;
        }

        return head;
    }
}
