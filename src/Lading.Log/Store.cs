using Lading.Kernel;

namespace Lading.Log;

/// <summary>Where a log ends: its last position and that fact's hash (32 zero bytes before the first).</summary>
/// <param name="Batch">Moves with every commit, also of one without facts, in a store that several nodes write; else
/// 0.</param>
public readonly record struct LogHead(long Position, byte[] Hash, long Batch = 0)
{
    /// <summary>An empty log.</summary>
    public static readonly LogHead Empty = new(0, new byte[HashChain.Size]);
}

/// <summary>A fact as stored.</summary>
public sealed record StoredFact(
    long Position,
    long StreamId,
    string Stream,
    long Version,
    string Type,
    DateTime Happened,
    DateTime RecordedAt,
    string Actor,
    CommandId Command,
    string? Correlation,
    long Causation,
    byte[] Body,
    byte[] Hash
);

/// <summary>A stored state of a stream.</summary>
public sealed record StoredSnapshot(long StreamId, long Version, int SnapshotVersion, byte[] State);

/// <summary>Outcomes of one batch, packed; see <see cref="OutcomeBlock"/>. Numbered 1, 2, 3 … per tenant.</summary>
public sealed record StoredOutcomes(long Block, DateTime At, byte[] Body);

/// <summary>A stream's place in the store.</summary>
public readonly record struct StoredStream(long Id, long Version);

/// <summary>Everything one batch writes, in one transaction.</summary>
public sealed class BatchWrite
{
    /// <summary>Streams that come into being, with the ids the committer gave them.</summary>
    public List<(long Id, string Name)> Streams { get; } = [];

    /// <summary>Facts, in position order.</summary>
    public List<StoredFact> Facts { get; } = [];

    /// <summary>Remembered outcomes, or null when nothing is remembered.</summary>
    public StoredOutcomes? Outcomes { get; set; }

    /// <summary>Inline read-model rows.</summary>
    public Rows Rows { get; } = new();

    /// <summary>Due commands to keep.</summary>
    public List<DueCommand> Dues { get; } = [];

    /// <summary>Due commands that ran.</summary>
    public List<DueCommand> DuesDone { get; } = [];

    /// <summary>Policies' new marks.</summary>
    public Dictionary<string, long> Marks { get; } = new(StringComparer.Ordinal);

    /// <summary>States to keep.</summary>
    public List<StoredSnapshot> Snapshots { get; } = [];

    /// <summary>The position the inline read models reach with this batch.</summary>
    public long Head { get; set; }

    /// <summary>Steps of building inline projections.</summary>
    public List<BuildStep> Builds { get; } = [];

    internal bool IsEmpty => Builds.Count == 0 && IsBare;

    /// <summary>Nothing but pages of builds that do not take over yet: what a crash loses of them is built
    /// again.</summary>
    internal bool IsOnlyBuilding => Builds.Count > 0 && Builds.TrueForAll(b => !b.Promote) && IsBare;

    private bool IsBare =>
        Facts.Count == 0
        && Outcomes is null
        && Dues.Count == 0
        && DuesDone.Count == 0
        && Marks.Count == 0
        && Snapshots.Count == 0;

    internal void Reset()
    {
        Streams.Clear();
        Facts.Clear();
        Outcomes = null;
        Rows.Reset();
        Dues.Clear();
        DuesDone.Clear();
        Marks.Clear();
        Snapshots.Clear();
        Builds.Clear();
    }
}

/// <summary>The store could not write the batch and nothing of it is there.</summary>
public class StoreFault(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether trying again later may succeed without anybody's help: a full disk, a busy file, a lost
    /// connection.</summary>
    public virtual bool MayPass => false;
}

/// <summary>The log was closed before the command was decided.</summary>
public sealed class LogClosed() : StoreFault("The log was closed before the command was decided.")
{
    /// <inheritdoc />
    public override bool MayPass => true;
}

/// <summary>The store cannot be reached now; nothing of the batch is there, and trying again later is right.</summary>
public sealed class StoreUnavailable(string message, Exception? inner = null) : StoreFault(message, inner)
{
    /// <inheritdoc />
    public override bool MayPass => true;
}

/// <summary>Another node holds the log for longer than is waited for it; nothing of the batch is there.</summary>
public sealed class StoreBusy(string message, Exception? inner = null) : StoreFault(message, inner)
{
    /// <inheritdoc />
    public override bool MayPass => true;
}

/// <summary>It is not known whether the batch is there: nobody may be told it is, and this store writes no
/// more.</summary>
public sealed class OutcomeUnknown(string message, Exception? inner = null) : StoreFault(message, inner)
{
    /// <summary>Whether the next batch finds out what became of this one, so that the store goes on; a retry then gets
    /// the truth.</summary>
    public bool Recoverable { get; init; }

    /// <inheritdoc />
    public override bool MayPass => Recoverable;
}

/// <summary>
/// The one storage seam: a tenant's log in SQLite, in PostgreSQL, or in a test store that loses what was not synced.
/// All members but
/// <see cref="Reader"/> are called by one thread, the committer's.
/// </summary>
public interface ILogStore : IDisposable
{
    /// <summary>
    /// Starts a batch: takes what lock the store needs and answers where the log ends now (another node may have
    /// appended). The reads below
    /// then see that state until <see cref="Commit"/> or <see cref="Abandon"/>.
    /// </summary>
    LogHead Begin();

    /// <summary>
    /// The newest outcome block as <see cref="Begin"/> saw it; null where no other node writes. A node that only
    /// refused has not moved the
    /// head, and its refusals must be known here all the same.
    /// </summary>
    long? LastOutcomes => null;

    /// <summary>Whether another node has committed since the last <see cref="Begin"/>, asked cheaply and without the
    /// lock.</summary>
    bool HasNews() => false;

    /// <summary>The streams this batch is about to look for, so that a store far away can read them together. Only a
    /// hint.</summary>
    void Expect(IEnumerable<string> streams) { }

    /// <summary>Writes the batch durably; when it returns, all of it is on disk.</summary>
    void Commit(BatchWrite batch);

    /// <summary>Ends a batch that writes nothing, or that failed before commit.</summary>
    void Abandon();

    /// <summary>Finds a stream by name.</summary>
    StoredStream? FindStream(string name);

    /// <summary>The next unused stream id.</summary>
    long NextStreamId();

    /// <summary>The newest snapshot of a stream.</summary>
    StoredSnapshot? ReadSnapshot(long streamId);

    /// <summary>Facts of a stream after a version.</summary>
    IEnumerable<StoredFact> ReadStream(long streamId, long afterVersion);

    /// <summary>Facts after a position: what other nodes appended.</summary>
    IEnumerable<StoredFact> ReadAfter(long position, int max);

    /// <summary>A policy's mark; 0 when it has none.</summary>
    long ReadMark(string policy);

    /// <summary>Whether a due command still waits.</summary>
    bool HasDue(DueCommand due);

    /// <summary>Outcome blocks with numbers above <paramref name="after"/>, in order.</summary>
    IEnumerable<StoredOutcomes> ReadOutcomes(long after);

    /// <summary>One outcome block.</summary>
    StoredOutcomes? ReadOutcomeBlock(long block);

    /// <summary>Deletes some of the outcome blocks older than <paramref name="before"/>, the oldest first; whether more
    /// are left.</summary>
    bool ForgetOutcomes(DateTime before);

    /// <summary>
    /// Makes the inline projections known: those whose version serves, or that start with an empty log, serve; the
    /// others are built first.
    /// </summary>
    void Declare(IReadOnlyList<Projection> inline);

    /// <summary>Where the inline projections stand; those that do not serve get no rows.</summary>
    IReadOnlyDictionary<string, ProjectionState> Inline { get; }

    /// <summary>Starts building a new generation of an inline projection from position 0 and answers its
    /// number.</summary>
    int StartBuild(Projection projection);

    /// <summary>Leaves nothing of overwritten rows behind in files: after an erasure.</summary>
    void Scrub() { }

    /// <summary>Reads for other threads.</summary>
    ILogReader Reader { get; }
}

/// <summary>Reads of the log and its inline tables by any thread, each seeing a committed state.</summary>
public interface ILogReader
{
    /// <summary>Facts after a position, in order.</summary>
    ValueTask<IReadOnlyList<StoredFact>> ReadAfter(long position, int max, CancellationToken stop);

    /// <summary>Facts of a stream after a version.</summary>
    ValueTask<IReadOnlyList<StoredFact>> ReadStream(string stream, long afterVersion, int max, CancellationToken stop);

    /// <summary>The version of a stream: that of its last fact; 0 when it has none.</summary>
    ValueTask<long> ReadVersion(string stream, CancellationToken stop);

    /// <summary>Where the log ends.</summary>
    ValueTask<LogHead> ReadHead(CancellationToken stop);

    /// <summary>Due commands up to a time, oldest first.</summary>
    ValueTask<IReadOnlyList<DueCommand>> ReadDues(DateTime until, int max, CancellationToken stop);

    /// <summary>All policies' marks.</summary>
    ValueTask<IReadOnlyDictionary<string, long>> ReadMarks(CancellationToken stop);

    /// <summary>The inline read models.</summary>
    IReads Reads { get; }
}
