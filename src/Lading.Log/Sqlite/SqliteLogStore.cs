using System.Buffers.Binary;
using Lading.Kernel;
using SQLitePCL;

namespace Lading.Log.Sqlite;

/// <summary>
/// A tenant's log in one SQLite file, written and checkpointed by this connection alone with <c>synchronous=FULL</c>.
/// Commit returns after
/// the WAL is synced; when a sync fails it is not known what is on disk, so nothing more is written.
/// </summary>
public sealed class SqliteLogStore : ILogStore
{
    private readonly SqliteDb db;
    private readonly SqliteRows rows;
    private readonly SqliteProjections projections;
    private readonly SqliteLogReader reader;
    private LogHead head;
    private bool unknown;

    /// <summary>Opens or creates the file.</summary>
    public SqliteLogStore(string path)
    {
        db = SqliteDb.OpenWriter(path, full: true);
        try
        {
            SqliteLogSchema.Ensure(db);
            rows = new SqliteRows(db);
            projections = new SqliteProjections(db);
            projections.Load();
            head = ReadHead(db);
            reader = new SqliteLogReader(path);
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public ILogReader Reader => reader;

    /// <inheritdoc />
    public IReadOnlyDictionary<string, ProjectionState> Inline => projections.States;

    /// <inheritdoc />
    public LogHead Begin() =>
        unknown ? throw new OutcomeUnknown("A sync to disk failed earlier; restart after checking the disk.") : head;

    /// <inheritdoc />
    public void Abandon() { }

    /// <inheritdoc />
    public void Commit(BatchWrite batch)
    {
        if (!batch.IsOnlyBuilding)
        {
            Write(batch);
            return;
        }

        // Rows and how far they were built are one transaction, so a page lost with the power is simply built again;
        // the next commit of facts syncs the whole WAL, these frames before its own.
        db.Execute("pragma synchronous=normal");
        try
        {
            Write(batch);
        }
        finally
        {
            if (!unknown)
                db.Execute("pragma synchronous=full");
        }
    }

    private void Write(BatchWrite batch)
    {
        db.Execute("begin immediate");
        try
        {
            WriteFacts(batch);
            WriteRest(batch);
            if (batch.Rows.Count > 0)
                rows.Write(batch.Rows.Changes, Serving);
            foreach (var step in batch.Builds)
                WriteBuild(step);
        }
        catch
        {
            Rollback();
            throw;
        }

        CommitTransaction();
        if (batch.Builds.Any(b => b.Promote))
            Serve();
        if (batch.Facts.Count > 0)
            head = new LogHead(batch.Facts[^1].Position, batch.Facts[^1].Hash);
    }

    /// <inheritdoc />
    public StoredStream? FindStream(string name)
    {
        var find = db.Prepare("select id from stream where name = ?1");
        find.Bind(1, name);
        var id = find.Step() ? find.Integer(0) : 0;
        find.Reset();
        if (id == 0)
            return null;
        var version = db.Prepare("select max(version) from event where stream = ?1");
        version.Bind(1, id).Step();
        var found = new StoredStream(id, version.Integer(0));
        version.Reset();
        return found;
    }

    /// <inheritdoc />
    public long NextStreamId() => db.Scalar("select coalesce(max(id), 0) + 1 from stream", r => r.Integer(0));

    /// <inheritdoc />
    public StoredSnapshot? ReadSnapshot(long streamId)
    {
        var read = db.Prepare("select version, shape, state from snapshot where stream = ?1");
        read.Bind(1, streamId);
        var found = read.Step()
            ? new StoredSnapshot(streamId, read.Integer(0), (int)read.Integer(1), read.Bytes(2)!)
            : null;
        read.Reset();
        return found;
    }

    /// <inheritdoc />
    public IEnumerable<StoredFact> ReadStream(long streamId, long afterVersion) =>
        SqliteFacts.OfStream(db, streamId, afterVersion, int.MaxValue);

    /// <inheritdoc />
    public IEnumerable<StoredFact> ReadAfter(long position, int max) => SqliteFacts.After(db, position, max);

    /// <inheritdoc />
    public long ReadMark(string policy)
    {
        var read = db.Prepare("select position from mark where policy = ?1");
        read.Bind(1, policy);
        var mark = read.Step() ? read.Integer(0) : 0;
        read.Reset();
        return mark;
    }

    /// <inheritdoc />
    public bool HasDue(DueCommand due)
    {
        var read = db.Prepare("select 1 from due where at = ?1 and stream = ?2 and kind = ?3");
        var found = read.Bind(1, due.At.Ticks).Bind(2, due.Stream.ToString()).Bind(3, due.Kind).Step();
        read.Reset();
        return found;
    }

    /// <inheritdoc />
    public IEnumerable<StoredOutcomes> ReadOutcomes(long after)
    {
        var read = db.Prepare("select block, at, body from outcome where block > ?1 order by block");
        read.Bind(1, after);
        try
        {
            while (read.Step())
                yield return new StoredOutcomes(
                    read.Integer(0),
                    new DateTime(read.Integer(1), DateTimeKind.Utc),
                    read.Bytes(2) ?? []
                );
        }
        finally
        {
            read.Reset();
        }
    }

    /// <inheritdoc />
    public StoredOutcomes? ReadOutcomeBlock(long block)
    {
        var read = db.Prepare("select at, body from outcome where block = ?1");
        read.Bind(1, block);
        var found = read.Step()
            ? new StoredOutcomes(block, new DateTime(read.Integer(0), DateTimeKind.Utc), read.Bytes(1) ?? [])
            : null;
        read.Reset();
        return found;
    }

    /// <inheritdoc />
    public bool ForgetOutcomes(DateTime before)
    {
        // The newest block stays, whatever its age: it carries the numbering.
        const string slice = """
            delete from outcome where at < ?1 and block in (
                select block from outcome where block < (select max(block) from outcome) order by block limit 500)
            """;
        InTransaction(() => db.Prepare(slice).Bind(1, before.Ticks).Run());
        var oldest = db.Scalar(
            "select at, block < (select max(block) from outcome) from outcome order by block limit 1",
            r => r.Integer(1) == 1 ? r.Integer(0) : long.MaxValue
        );
        return oldest > 0 && oldest < before.Ticks;
    }

    /// <inheritdoc />
    public void Declare(IReadOnlyList<Projection> inline)
    {
        foreach (var projection in inline)
        {
            var state = projections.Of(projection.Name);
            if (state.Version == projection.Version || state.Building > 0 || head.Position > 0)
                continue;
            InTransaction(() => projections.Promote(projection, projections.Start(projection), 0));
        }

        declared = inline;
        Serve();
    }

    /// <inheritdoc />
    public int StartBuild(Projection projection)
    {
        var generation = 0;
        InTransaction(() => generation = projections.Start(projection));
        return generation;
    }

    /// <inheritdoc />
    public void Scrub() => db.Checkpoint();

    /// <summary>Closes the file; the WAL is copied in and emptied.</summary>
    public void Dispose()
    {
        reader.Dispose();
        if (!unknown)
            db.Checkpoint();
        db.Dispose();
    }

    private readonly Dictionary<Table, string> served = [];
    private IReadOnlyList<Projection> declared = [];

    private string Serving(Table table) => served[table];

    /// <summary>Where rows go: the tables of the generations that serve, as committed.</summary>
    private void Serve()
    {
        served.Clear();
        foreach (var projection in declared)
            if (projections.Of(projection.Name) is var state && state.Version == projection.Version)
                foreach (var table in projection.Tables)
                    served[table] = ProjectionState.Physical(table, projection.Version, state.Generation);
    }

    private void InTransaction(Action write)
    {
        db.Execute("begin immediate");
        try
        {
            write();
        }
        catch
        {
            Rollback();
            throw;
        }

        CommitTransaction();
    }

    internal static LogHead ReadHead(SqliteDb db) =>
        db.Scalar(
            "select position, hash from event order by position desc limit 1",
            r => (LogHead?)new LogHead(r.Integer(0), r.Bytes(1)!)
        ) ?? LogHead.Empty;

    private void WriteFacts(BatchWrite batch)
    {
        var stream = db.Prepare("insert into stream (id, name) values (?1, ?2)");
        foreach (var (id, name) in batch.Streams)
            stream.Bind(1, id).Bind(2, name).Run();
        var insert = db.Prepare("insert into event values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
        Span<byte> command = stackalloc byte[16];
        foreach (var fact in batch.Facts)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(command, fact.Command.Value);
            insert.Bind(1, fact.Position).Bind(2, fact.StreamId).Bind(3, fact.Version).Bind(4, fact.Type);
            insert.Bind(5, fact.Happened.Ticks).Bind(6, fact.RecordedAt.Ticks).Bind(7, fact.Actor).Bind(8, command);
            insert
                .Bind(9, fact.Correlation)
                .Bind(10, fact.Causation)
                .Bind(11, fact.Body.AsSpan())
                .Bind(12, fact.Hash.AsSpan())
                .Run();
        }
    }

    private void WriteRest(BatchWrite batch)
    {
        if (batch.Outcomes is { } outcomes)
            db.Prepare("insert into outcome values (?1, ?2, ?3)")
                .Bind(1, outcomes.Block)
                .Bind(2, outcomes.At.Ticks)
                .Bind(3, outcomes.Body.AsSpan())
                .Run();
        foreach (var due in batch.Dues)
            db.Prepare("insert into due values (?1, ?2, ?3, ?4) on conflict do nothing")
                .Bind(1, due.At.Ticks)
                .Bind(2, due.Stream.ToString())
                .Bind(3, due.Kind)
                .Bind(4, due.Payload)
                .Run();
        foreach (var due in batch.DuesDone)
            db.Prepare("delete from due where at = ?1 and stream = ?2 and kind = ?3")
                .Bind(1, due.At.Ticks)
                .Bind(2, due.Stream.ToString())
                .Bind(3, due.Kind)
                .Run();
        foreach (var (policy, position) in batch.Marks)
            db.Prepare("insert into mark values (?1, ?2) on conflict do update set position = max(position, ?2)")
                .Bind(1, policy)
                .Bind(2, position)
                .Run();
        foreach (var snapshot in batch.Snapshots)
            db.Prepare(
                    "insert into snapshot values (?1, ?2, ?3, ?4) on conflict do update set version = ?2, shape = ?3, "
                        + "state = ?4"
                )
                .Bind(1, snapshot.StreamId)
                .Bind(2, snapshot.Version)
                .Bind(3, snapshot.SnapshotVersion)
                .Bind(4, snapshot.State.AsSpan())
                .Run();
    }

    private void WriteBuild(BuildStep step)
    {
        rows.Write(step.Rows.Changes, t => ProjectionState.Physical(t, step.Projection.Version, step.Generation));
        if (!step.Promote)
        {
            projections.Save(projections.Of(step.Projection.Name) with { BuiltTo = step.Position });
            return;
        }

        projections.Promote(step.Projection, step.Generation, step.Position);
    }

    private void CommitTransaction()
    {
        try
        {
            db.Execute("commit");
            projections.Committed();
        }
        catch (SqliteFault fault) when (fault.Primary == raw.SQLITE_FULL)
        {
            // No room for the frames: nothing was synced, and the next commit overwrites what was begun.
            Rollback();
            throw;
        }
        catch (SqliteFault fault) when (fault.Primary == raw.SQLITE_IOERR || !db.InTransaction)
        {
            unknown = true;
            throw new OutcomeUnknown(
                $"The disk did not confirm a commit: {fault.Message} Writing has stopped; restart after checking the "
                    + $"disk.",
                fault
            );
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    private void Rollback()
    {
        try
        {
            if (db.InTransaction)
                db.Execute("rollback");
            projections.Load(); // what was changed in memory goes with the transaction
        }
        catch (SqliteFault)
        {
            unknown = true; // whatever stands in the WAL is not confirmed; recovery on the next open decides
        }
    }
}
