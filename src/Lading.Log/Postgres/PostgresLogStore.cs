using System.Buffers.Binary;
using System.Security.Cryptography;
using Lading.Kernel;
using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>
/// A tenant's log in PostgreSQL, which several nodes may write: a batch holds the tenant's advisory lock from its first
/// statement to its commit, so positions are dense and a reader that saw one saw all before it. A lock that is not to
/// be had in time is a fault that passes; a lost COMMIT is settled by the next batch; a warning at COMMIT ends writing
/// for good.
/// </summary>
public sealed class PostgresLogStore : ILogStore
{
    private readonly PostgresSession session;
    private readonly PostgresProjections projections = new(inline: true);
    private readonly PostgresBatchWriter writer;
    private readonly PostgresExpected expected = new();
    private readonly PostgresSweeper sweeper;
    private readonly long lockKey;
    private PostgresTransaction? transaction;
    private PostgresHead head;
    private IReadOnlyList<Projection>? declared;
    private long seenBatch = -1;
    private long seenProjections = -1;
    private bool unsettled;
    private OutcomeUnknown? stopped;

    private PostgresLogStore(PostgresSession session)
    {
        this.session = session;
        writer = new PostgresBatchWriter(projections);
        sweeper = new PostgresSweeper(session);
        Reader = new PostgresLogReader(session);
        lockKey = LockKey(session.Tenant, "log");
    }

    /// <summary>
    /// Opens a tenant's log; <paramref name="app"/> comes from <see cref="PostgresDatabase.DataSource"/> and is shared
    /// by all tenants.
    /// </summary>
    public static PostgresLogStore Open(NpgsqlDataSource app, TenantId tenant, TimeSpan? lockWait = null) =>
        new(new PostgresSession(app, tenant, lockWait));

    /// <inheritdoc />
    public ILogReader Reader { get; }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, ProjectionState> Inline => projections.States;

    /// <inheritdoc />
    public LogHead Begin()
    {
        if (stopped is not null)
            throw new OutcomeUnknown(stopped.Message, stopped);
        if (unsettled)
            Settle();
        Lock();
        try
        {
            if (head.Projections != seenProjections)
            {
                projections.Load(transaction!);
                seenProjections = head.Projections;
            }

            RefuseAnotherVersion();
        }
        catch
        {
            Abandon();
            throw;
        }

        seenBatch = head.Batch;
        return new LogHead(head.Position, head.Hash, head.Batch);
    }

    /// <inheritdoc />
    public bool HasNews()
    {
        try
        {
            using var look = session.Begin();
            return look.Query("select batch from lading.head", r => r.GetInt64(0)) is [var batch] && batch != seenBatch;
        }
        catch (StoreFault)
        {
            return false; // an idle node has nothing to say about a server that is away; the next command will
        }
    }

    /// <inheritdoc />
    public void Expect(IEnumerable<string> streams) => expected.Load(Current, streams);

    /// <inheritdoc />
    public void Commit(BatchWrite batch)
    {
        var current = Current;
        var registry = batch.Builds.Count > 0;
        try
        {
            var next = writer.Write(current, batch, head);
            current.Commit();
            if (registry)
                projections.Publish();
            head = next;
            seenBatch = next.Batch;
            seenProjections = next.Projections;
        }
        catch (Exception fault)
        {
            if (registry)
                seenProjections = -1;
            Failed(fault);
            throw;
        }
        finally
        {
            Abandon();
        }

        foreach (var promoted in batch.Builds.Where(b => b.Promote))
            sweeper.Sweep(promoted.Projection, promoted.Generation);
    }

    /// <inheritdoc />
    public void Abandon()
    {
        transaction?.Dispose();
        transaction = null;
        expected.Clear();
    }

    /// <inheritdoc />
    public StoredStream? FindStream(string name) =>
        expected.TryFind(name, out var found)
            ? found
            : Current
                .Query(
                    "select id, (select max(version) from lading.event where stream = s.id) "
                        + "from lading.stream s where name = $1",
                    r => (StoredStream?)new StoredStream(r.GetInt64(0), r.GetInt64(1)),
                    PostgresValue.Of(name)
                )
                .FirstOrDefault();

    /// <inheritdoc />
    public long NextStreamId() => head.Streams + 1;

    /// <inheritdoc />
    public StoredSnapshot? ReadSnapshot(long streamId) =>
        expected.TrySnapshot(streamId, out var snapshot)
            ? snapshot
            : Current
                .Query(
                    "select version, shape, state from lading.snapshot where stream = $1",
                    r => new StoredSnapshot(streamId, r.GetInt64(0), r.GetInt32(1), r.GetFieldValue<byte[]>(2)),
                    PostgresValue.Of(streamId)
                )
                .FirstOrDefault();

    /// <inheritdoc />
    public IEnumerable<StoredFact> ReadStream(long streamId, long afterVersion) =>
        expected.TryFacts(streamId, afterVersion) is { } facts
            ? facts
            : Current.Query(
                PostgresFacts.OfStream,
                PostgresFacts.Read,
                PostgresValue.Of(streamId),
                PostgresValue.Of(afterVersion),
                PostgresValue.Of(long.MaxValue)
            );

    /// <inheritdoc />
    public IEnumerable<StoredFact> ReadAfter(long position, int max) =>
        Current.Query(PostgresFacts.After, PostgresFacts.Read, PostgresValue.Of(position), PostgresValue.Of((long)max));

    /// <inheritdoc />
    public long ReadMark(string policy) =>
        Current
            .Query("select position from lading.mark where policy = $1", r => r.GetInt64(0), PostgresValue.Of(policy))
            .FirstOrDefault();

    /// <inheritdoc />
    public bool HasDue(DueCommand due) =>
        Current
            .Query(
                "select 1 from lading.due where at = $1 and stream = $2 and kind = $3",
                _ => true,
                PostgresValue.Of(due.At.Ticks),
                PostgresValue.Of(due.Stream.ToString()),
                PostgresValue.Of(due.Kind)
            )
            .Count > 0;

    /// <inheritdoc />
    public IEnumerable<StoredOutcomes> ReadOutcomes(long after)
    {
        while (true)
        {
            var page = Current.Query(
                "select block, at, body from lading.outcome where block > $1 order by block limit 500",
                Outcomes,
                PostgresValue.Of(after)
            );
            foreach (var block in page)
                yield return block;
            if (page.Count < 500)
                yield break;
            after = page[^1].Block;
        }
    }

    /// <inheritdoc />
    public StoredOutcomes? ReadOutcomeBlock(long block) =>
        Current
            .Query("select block, at, body from lading.outcome where block = $1", Outcomes, PostgresValue.Of(block))
            .FirstOrDefault();

    /// <inheritdoc />
    public bool ForgetOutcomes(DateTime before)
    {
        using var forget = session.Begin();
        var gone = forget.Query(
            """
            delete from lading.outcome where at < $1 and block in (
                select block from lading.outcome where block < (select max(block) from lading.outcome)
                order by block limit 500) returning block
            """,
            r => r.GetInt64(0),
            PostgresValue.Of(before.Ticks)
        );
        forget.Commit();
        return gone.Count == 500;
    }

    /// <summary>
    /// Makes the inline read models known and their tables where they are missing. From here on they are the ones this
    /// tenant's appends keep: another version, or one that is not declared any more, serves no longer.
    /// </summary>
    public void Declare(IReadOnlyList<Projection> inline)
    {
        session.See(inline);
        InLock(to =>
        {
            foreach (var projection in inline)
            {
                PostgresProjections.Ensure(to, projection);
                var state = projections.Of(projection.Name);
                if (state.Version == projection.Version)
                    continue;
                if (head.Position == 0 && state.Building == 0)
                    projections.Promote(to, projection, state.Generation + 1, 0);
                else if (state.Version != 0)
                    projections.Save(to, state with { Version = 0 });
            }

            foreach (
                var state in projections
                    .States.Values.Where(s => s.Version != 0 && inline.All(p => p.Name != s.Name))
                    .ToList()
            )
                projections.Save(to, state with { Version = 0 });
        });
        declared = inline;
        writer.Serve(inline);
    }

    /// <inheritdoc />
    public int StartBuild(Projection projection)
    {
        var generation = 0;
        InLock(to => generation = projections.Start(to, projection));
        return generation;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Abandon();
        sweeper.Dispose();
    }

    internal static long LockKey(TenantId tenant, string purpose)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"lading {purpose} {tenant}"), digest);
        return BinaryPrimitives.ReadInt64LittleEndian(digest);
    }

    private PostgresTransaction Current => transaction ?? throw new InvalidOperationException("No batch has begun.");

    private static StoredOutcomes Outcomes(NpgsqlDataReader r) =>
        new(r.GetInt64(0), new DateTime(r.GetInt64(1), DateTimeKind.Utc), r.GetFieldValue<byte[]>(2));

    /// <summary>
    /// The lock is a statement of its own: only a statement that starts after it sees what its last holder committed.
    /// </summary>
    private void Lock()
    {
        Abandon();
        transaction = session.Begin();
        transaction.Add("select pg_advisory_xact_lock($1)", PostgresValue.Of(lockKey));
        head = transaction.Query(PostgresHead.Select, PostgresHead.Read).FirstOrDefault(PostgresHead.None);
    }

    /// <summary>
    /// After a lost COMMIT: waits for its transaction to end by taking the lock, then commits something of its own, so
    /// that what is read from here on is as durable, and as replicated, as anything acknowledged.
    /// </summary>
    private void Settle()
    {
        InLock(_ => { });
        unsettled = false;
    }

    /// <summary>Runs a change of the registry as a batch of its own.</summary>
    private void InLock(Action<PostgresTransaction> change)
    {
        Lock();
        try
        {
            projections.Load(Current);
            change(Current);
            var next = head with { Batch = head.Batch + 1, Projections = head.Projections + 1 };
            next.Write(Current);
            Current.Commit();
            projections.Publish();
            seenProjections = next.Projections;
        }
        catch (Exception fault)
        {
            seenProjections = -1;
            Failed(fault);
            throw;
        }
        finally
        {
            Abandon();
        }
    }

    private void Failed(Exception fault)
    {
        if (fault is OutcomeUnknown { Recoverable: true })
            unsettled = true;
        else if (fault is OutcomeUnknown unknown)
            stopped = unknown;
    }

    /// <summary>
    /// A node whose program keeps other read models than the ones that serve would append facts that are missing in
    /// them.
    /// </summary>
    private void RefuseAnotherVersion()
    {
        if (declared is null)
            return;
        foreach (var state in projections.States.Values)
            if (state.Version != 0 && declared.All(p => p.Name != state.Name || p.Version != state.Version))
                throw new StoreFault(
                    $"The read model {state.Name} is kept in version {state.Version} by another program version; "
                        + "bring this node to the same version."
                );
    }
}
