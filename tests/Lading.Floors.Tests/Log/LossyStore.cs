using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>What becomes of a commit.</summary>
internal enum CommitFate
{
    /// <summary>It is durable, and says so.</summary>
    Done,

    /// <summary>It failed and nothing is there.</summary>
    Failed,

    /// <summary>Written, not synced, and its success unknown: a crash may lose it.</summary>
    Unknown,

    /// <summary>It is durable, but the caller is told that it failed: the connection was lost on the way
    /// back.</summary>
    DoneButSaysFailed,

    /// <summary>A lie for the tests' own control: it says durable and is not.</summary>
    AckBeforeSync,
}

/// <summary>A tenant's log in memory.</summary>
internal sealed class LossyLog
{
    public List<StoredFact> Facts { get; } = [];

    public Dictionary<string, long> StreamIds { get; } = new(StringComparer.Ordinal);

    public Dictionary<long, long> Versions { get; } = [];

    public SortedDictionary<long, StoredOutcomes> Outcomes { get; } = [];

    public Dictionary<string, long> Marks { get; } = new(StringComparer.Ordinal);

    public Dictionary<(DateTime, StreamName, string), DueCommand> Dues { get; } = [];

    public Dictionary<long, StoredSnapshot> Snapshots { get; } = [];

    public LossyTables Tables { get; } = new();

    public LogHead Head => Facts.Count == 0 ? LogHead.Empty : new LogHead(Facts[^1].Position, Facts[^1].Hash);

    public static (DateTime, StreamName, string) KeyOf(DueCommand due) => (due.At, due.Stream, due.Kind);

    public void Append(StoredFact fact)
    {
        if (fact.Position != Facts.Count + 1 || fact.Version != Versions.GetValueOrDefault(fact.StreamId) + 1)
            throw new InvalidOperationException(
                $"Position {fact.Position} or version {fact.Version} of {fact.Stream} is not the next."
            );
        Facts.Add(fact);
        Versions[fact.StreamId] = fact.Version;
    }
}

/// <summary>The log store over a disk that loses what was not synced and whose commits may fail before or after they
/// took effect.</summary>
/// <param name="own">The positions that this node wrote, now or before it was started again.</param>
internal sealed class LossyStore(Journal<LossyLog> disk, Func<CommitFate>? fate = null, HashSet<long>? own = null)
    : ILogStore,
        ILogReader
{
    private readonly HashSet<long> own = own ?? [];
    private long begun;

    public ILogReader Reader => this;

    public IReads Reads { get; } = new LossyReads<LossyLog>(disk, l => l.Tables);

    public IReadOnlyDictionary<string, ProjectionState> Inline =>
        disk.Read(l => new Dictionary<string, ProjectionState>(l.Tables.States, StringComparer.Ordinal));

    public LogHead Begin()
    {
        var head = disk.Read(l => l.Head);
        begun = head.Position;
        return head;
    }

    public bool HasNews() => disk.Read(l => l.Head.Position) != begun;

    public Dictionary<string, long> Marks() =>
        disk.Read(l => new Dictionary<string, long>(l.Marks, StringComparer.Ordinal));

    public long? LastOutcomes => disk.Read(l => l.Outcomes.Count == 0 ? 0 : l.Outcomes.Keys.Last());

    public void Abandon() { }

    public void Commit(BatchWrite batch)
    {
        var write = Entry(batch);
        var becomes = fate?.Invoke() ?? CommitFate.Done;
        if (becomes != CommitFate.Failed)
            own.UnionWith(batch.Facts.Select(f => f.Position));
        switch (becomes)
        {
            case CommitFate.Done:
                disk.Write(write, sync: true);
                break;
            case CommitFate.Failed:
                throw new PassingFault();
            case CommitFate.Unknown:
                disk.Write(write, sync: false);
                throw new OutcomeUnknown("The disk did not confirm.");
            case CommitFate.DoneButSaysFailed:
                disk.Write(write, sync: true);
                throw new PassingFault();
            case CommitFate.AckBeforeSync:
                disk.Write(write, sync: false);
                break;
        }
    }

    private static Action<LossyLog> Entry(BatchWrite batch)
    {
        var (streams, facts, outcomes) = (batch.Streams.ToArray(), batch.Facts.ToArray(), batch.Outcomes);
        var (dues, done, marks, snapshots) = (
            batch.Dues.ToArray(),
            batch.DuesDone.ToArray(),
            batch.Marks.ToArray(),
            batch.Snapshots.ToArray()
        );
        var rows = batch.Rows.Changes.ToArray();
        var builds = batch.Builds.Select(b => (Step: b, Rows: b.Rows.Changes.ToArray())).ToArray();
        return log =>
        {
            foreach (var (id, name) in streams)
                log.StreamIds.Add(name, id);
            foreach (var fact in facts)
                log.Append(fact);
            if (outcomes is not null)
                log.Outcomes.Add(outcomes.Block, outcomes);
            foreach (var due in dues)
                log.Dues.TryAdd(LossyLog.KeyOf(due), due);
            foreach (var due in done)
                log.Dues.Remove(LossyLog.KeyOf(due));
            foreach (var (policy, position) in marks)
                log.Marks[policy] = Math.Max(position, log.Marks.GetValueOrDefault(policy));
            foreach (var snapshot in snapshots)
                log.Snapshots[snapshot.StreamId] = snapshot;
            log.Tables.Write(rows);
            foreach (var (step, written) in builds)
                Build(log, step, written);
        };
    }

    private static void Build(LossyLog log, BuildStep build, RowChange[] rows)
    {
        log.Tables.Write(rows, t => ProjectionState.Physical(t, build.Projection.Version, build.Generation));
        var name = build.Projection.Name;
        if (build.Promote)
            log.Tables.Promote(build.Projection, build.Generation, build.Position);
        else
            log.Tables.States[name] = log.Tables.Of(name) with { BuiltTo = build.Position };
    }

    /// <summary>So many of the next looks at what others appended fail on the way.</summary>
    public int Cuts { get; set; }

    /// <summary>How many facts of other nodes this one took in.</summary>
    public long FoldedIn { get; private set; }

    /// <summary>The committer's way to what others appended; looking for the newest fact takes in nothing.</summary>
    IEnumerable<StoredFact> ILogStore.ReadAfter(long position, int max)
    {
        if (Cuts > 0 && max > 1)
        {
            Cuts--;
            throw new PassingFault();
        }

        var facts = disk.Read(l => l.Facts.Skip((int)Math.Max(0, position)).Take(max).ToList());
        FoldedIn += max > 1 ? facts.Count(f => !own.Contains(f.Position)) : 0;
        return facts;
    }

    public StoredStream? FindStream(string name) =>
        disk.Read(l =>
            l.StreamIds.TryGetValue(name, out var id) ? new StoredStream(id, l.Versions[id]) : (StoredStream?)null
        );

    public long NextStreamId() => disk.Read(l => l.StreamIds.Count + 1);

    public StoredSnapshot? ReadSnapshot(long streamId) => disk.Read(l => l.Snapshots.GetValueOrDefault(streamId));

    public IEnumerable<StoredFact> ReadStream(long streamId, long afterVersion) =>
        disk.Read(l => l.Facts.Where(f => f.StreamId == streamId && f.Version > afterVersion).ToList());

    public IEnumerable<StoredFact> ReadAfter(long position, int max) =>
        disk.Read(l => l.Facts.Skip((int)Math.Max(0, position)).Take(max).ToList());

    public long ReadMark(string policy) => disk.Read(l => l.Marks.GetValueOrDefault(policy));

    public bool HasDue(DueCommand due) => disk.Read(l => l.Dues.ContainsKey(LossyLog.KeyOf(due)));

    public IEnumerable<StoredOutcomes> ReadOutcomes(long after) =>
        disk.Read(l => l.Outcomes.Values.Where(o => o.Block > after).ToList());

    public StoredOutcomes? ReadOutcomeBlock(long block) => disk.Read(l => l.Outcomes.GetValueOrDefault(block));

    public bool ForgetOutcomes(DateTime before)
    {
        disk.Write(
            l =>
            {
                foreach (
                    var old in l.Outcomes.Values.Where(o => o.At < before && o.Block < l.Outcomes.Keys.Last()).ToList()
                )
                    l.Outcomes.Remove(old.Block);
            },
            sync: true
        );
        return false;
    }

    public void Declare(IReadOnlyList<Projection> inline)
    {
        foreach (var projection in inline)
            disk.Write(
                l =>
                {
                    var state = l.Tables.Of(projection.Name);
                    if (state.Version != projection.Version && state.Building == 0 && l.Facts.Count == 0)
                        l.Tables.Promote(projection, l.Tables.Start(projection), 0);
                },
                sync: true
            );
    }

    public int StartBuild(Projection projection)
    {
        disk.Write(l => l.Tables.Start(projection), sync: true);
        return disk.Read(l => l.Tables.Of(projection.Name).Building);
    }

    public void Dispose() { }

    ValueTask<IReadOnlyList<StoredFact>> ILogReader.ReadAfter(long position, int max, CancellationToken stop) =>
        ValueTask.FromResult<IReadOnlyList<StoredFact>>([.. ReadAfter(position, max)]);

    ValueTask<IReadOnlyList<StoredFact>> ILogReader.ReadStream(
        string stream,
        long afterVersion,
        int max,
        CancellationToken stop
    ) =>
        ValueTask.FromResult<IReadOnlyList<StoredFact>>(
            FindStream(stream) is { } found ? [.. ReadStream(found.Id, afterVersion).Take(max)] : []
        );

    ValueTask<long> ILogReader.ReadVersion(string stream, CancellationToken stop) =>
        ValueTask.FromResult(
            FindStream(stream) is { } found ? ReadStream(found.Id, 0).Select(f => f.Version).DefaultIfEmpty(0).Max() : 0
        );

    ValueTask<LogHead> ILogReader.ReadHead(CancellationToken stop) => ValueTask.FromResult(Begin());

    ValueTask<IReadOnlyList<DueCommand>> ILogReader.ReadDues(DateTime until, int max, CancellationToken stop) =>
        ValueTask.FromResult(
            disk.Read(l =>
                (IReadOnlyList<DueCommand>)[.. l.Dues.Values.Where(d => d.At <= until).OrderBy(d => d.At).Take(max)]
            )
        );

    ValueTask<IReadOnlyDictionary<string, long>> ILogReader.ReadMarks(CancellationToken stop) =>
        ValueTask.FromResult<IReadOnlyDictionary<string, long>>(Marks());

    private sealed class PassingFault() : StoreFault("The test disk said no.")
    {
        public override bool MayPass => true;
    }
}
