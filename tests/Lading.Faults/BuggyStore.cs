using System.Runtime.CompilerServices;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Faults;

/// <summary>
/// The product's store with at most one bug put in, for the controls; it stands only here, so no build of the product
/// has it. Also asks for checkpoints on the committer's thread, where the product makes them.
/// </summary>
internal sealed class BuggyStore : ILogStore
{
    public const string AckBeforeCommit = "ack-before-commit"; // the writer does this one itself
    public const string SplitBatch = "split-batch";
    public const string HeadInMemory = "head-in-memory";
    public const string SyncNormal = "synchronous-normal";
    public const string SyncOff = "synchronous-off";
    public const string SwallowFault = "swallow-fault";
    private readonly ILogStore inner;
    private readonly string bug;
    private LogHead memory = LogHead.Empty;
    private Action? checkpointed;

    public BuggyStore(ILogStore inner, string bug)
    {
        (this.inner, this.bug) = (inner, bug);
        if (bug == SyncNormal)
            Connection((SqliteLogStore)inner).Execute("pragma synchronous=normal");
        if (bug == SyncOff)
            Connection((SqliteLogStore)inner).Execute("pragma synchronous=off");
    }

    /// <summary>Empties the WAL at the next batch.</summary>
    public void CheckpointSoon(Action done) => Interlocked.Exchange(ref checkpointed, done);

    public LogHead Begin()
    {
        if (Interlocked.Exchange(ref checkpointed, null) is { } done)
        {
            inner.Scrub();
            done();
        }

        var head = inner.Begin();
        return bug == HeadInMemory && memory.Position != head.Position ? head with { Hash = memory.Hash } : head;
    }

    public void Commit(BatchWrite batch)
    {
        if (batch.Facts.Count > 0)
            memory = new LogHead(batch.Facts[^1].Position, batch.Facts[^1].Hash);
        if (bug == SplitBatch && Seam(batch) is > 0 and var seam)
        {
            var first = new BatchWrite();
            first.Streams.AddRange(batch.Streams);
            first.Facts.AddRange(batch.Facts[..seam]);
            inner.Commit(first);
            SpinWait.SpinUntil(() => false, millisecondsTimeout: 5); // so that a kill is likely to fall between
            batch.Streams.Clear();
            batch.Facts.RemoveRange(0, seam);
        }

        try
        {
            inner.Commit(batch);
        }
        catch (StoreFault) when (bug == SwallowFault)
        {
            // As if it were there.
        }
    }

    /// <summary>Some place within the facts of one command; 0 when every command has one fact.</summary>
    private static int Seam(BatchWrite batch)
    {
        for (var i = 1; i < batch.Facts.Count; i++)
            if (batch.Facts[i].Command == batch.Facts[i - 1].Command)
                return i;
        return 0;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "db")]
    private static extern ref SqliteDb Connection(SqliteLogStore store);

    public ILogReader Reader => inner.Reader;

    public long? LastOutcomes => inner.LastOutcomes;

    public IReadOnlyDictionary<string, ProjectionState> Inline => inner.Inline;

    public bool HasNews() => inner.HasNews();

    public void Expect(IEnumerable<string> streams) => inner.Expect(streams);

    public void Abandon() => inner.Abandon();

    public StoredStream? FindStream(string name) => inner.FindStream(name);

    public long NextStreamId() => inner.NextStreamId();

    public StoredSnapshot? ReadSnapshot(long streamId) => inner.ReadSnapshot(streamId);

    public IEnumerable<StoredFact> ReadStream(long streamId, long afterVersion) =>
        inner.ReadStream(streamId, afterVersion);

    public IEnumerable<StoredFact> ReadAfter(long position, int max) => inner.ReadAfter(position, max);

    public long ReadMark(string policy) => inner.ReadMark(policy);

    public bool HasDue(DueCommand due) => inner.HasDue(due);

    public IEnumerable<StoredOutcomes> ReadOutcomes(long after) => inner.ReadOutcomes(after);

    public StoredOutcomes? ReadOutcomeBlock(long block) => inner.ReadOutcomeBlock(block);

    public bool ForgetOutcomes(DateTime before) => inner.ForgetOutcomes(before);

    public void Declare(IReadOnlyList<Projection> inline) => inner.Declare(inline);

    public int StartBuild(Projection projection) => inner.StartBuild(projection);

    public void Scrub() => inner.Scrub();

    public void Dispose() => inner.Dispose();
}
