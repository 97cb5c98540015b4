using System.Collections.Concurrent;
using Lading.Faults.Stocks;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Faults.Positions;

/// <summary>
/// H4: two or three nodes serve one tenant on PostgreSQL while their connections are killed and other transactions hold
/// the tenant's lock, or append and are rolled back; readers, through every node and with plain SQL, keep cursors. No
/// reader skips a position or sees there another fact than the others.
/// </summary>
internal sealed class OrderRun(Trial trial, int nodes)
{
    private const int Writers = 512;
    private const int Readers = 8;
    private static readonly TimeSpan Lie = TimeSpan.FromSeconds(3);

    /// <summary>When all is written, a reader that sees nothing new for so long has come as far as it will.</summary>
    private TimeSpan patience = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource writing = new();
    private readonly ConcurrentDictionary<int, long> acknowledged = new();
    private readonly Sightings sightings = new(trial);
    private int sent;
    private long facts;
    private long written;
    private TimeSpan ended;

    public static IReadOnlyList<Experiment> Experiments { get; } =
    [
        Of(2) with
        {
            Controls =
            [
                new Control("positions-from-a-sequence", SequenceRun.Try),
                new Control(
                    "takes-what-was-rolled-back-for-written",
                    trial => new OrderRun(trial, 2) { lies = true }.Run()
                ),
                new Control(
                    "a-reader-that-stays-behind",
                    trial => new OrderRun(trial, 2) { deaf = true, patience = TimeSpan.FromSeconds(1) }.Run()
                ),
            ],
        },
        Of(3),
        CommitRun.Experiment,
    ];

    private bool lies;
    private bool deaf;

    private static Experiment Of(int nodes) =>
        new(
            $"H4.nodes{nodes}",
            $"Readers skip nothing and positions have no gap while {nodes} nodes write one tenant on PostgreSQL.",
            "facts",
            trial => new OrderRun(trial, nodes).Run()
        )
        {
            Short = new Short(4, 8),
            Least = [new Least("killed", 0.00002), new Least("held", 0.00002), new Least("rolled-back", 0.00002)],
        };

    private async Task Run()
    {
        var connection = await trial.Servers.NewDatabase();
        await using var app = PostgresDatabase.DataSource(connection);
        var logs = new List<TenantLog>();
        try
        {
            for (var i = 0; i < nodes; i++)
                logs.Add(await Open(app));
            trial.Begin();
            var reading = Enumerable.Range(0, Readers).Select(r => Task.Run(() => Read(app, logs, r))).ToArray();
            var chaos = Task.Run(() => Disturb(app));
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() => Write(logs, w))));
            (written, ended) = (await Head(app), trial.Elapsed);
            await writing.CancelAsync();
            await chaos;
            await Task.WhenAll(reading);
            await Judge(logs[0]);
        }
        finally
        {
            foreach (var log in logs)
                await log.DisposeAsync();
        }
    }

    private static ValueTask<TenantLog> Open(NpgsqlDataSource app) =>
        TenantLog.Open(
            new TenantLogParts(
                Ledger.Tenant,
                Ledger.Model(),
                PostgresLogStore.Open(app, Ledger.Tenant),
                PostgresFollowStore.Open(app, Ledger.Tenant),
                new NoPersonal(),
                TimeProvider.System,
                new CommitterOptions()
            )
            {
                Poll = TimeSpan.FromMilliseconds(10),
                Follow = false,
                React = false,
            }
        );

    /// <summary>A payment is sent, to any node, until it is answered.</summary>
    private async Task Write(List<TenantLog> logs, int writer)
    {
        var random = new Random(unchecked((trial.Seed * 37) + writer));
        while (trial.GoesOn(Volatile.Read(ref facts)) && (!(lies || deaf) || trial.Elapsed < Lie))
        {
            var number = Interlocked.Increment(ref sent) - 1;
            for (var tries = 0; tries < 200; tries++)
            {
                var node = random.Next(nodes);
                try
                {
                    var answer = await logs[node].Send(Ledger.Payment(number));
                    var (at, refused) = (answer.Position, answer.Refusal?.Code);
                    trial.Note(
                        new
                        {
                            writer,
                            number,
                            node,
                            at,
                            refused,
                        }
                    );
                    if (!answer.Accepted)
                        continue;
                    acknowledged[number] = at;
                    Interlocked.Add(ref facts, Ledger.FactsOf(number));
                    break;
                }
                catch (StoreFault fault)
                {
                    trial.Count(fault is OutcomeUnknown ? "outcomes-unknown" : "faults-told");
                    trial.Note(
                        new
                        {
                            writer,
                            number,
                            node,
                            fault = fault.Message,
                        }
                    );
                    await Pause.For(random.Next(1, 10));
                }
            }
        }
    }

    private async Task Read(NpgsqlDataSource app, List<TenantLog> logs, int reader)
    {
        var session = new PostgresSession(app, Ledger.Tenant);
        var news = TimeSpan.Zero;
        for (var last = 0L; trial.Verdict == Verdict.Ok; )
        {
            var stopping = writing.IsCancellationRequested;
            if (stopping && trial.Elapsed > (news > ended ? news : ended) + patience)
                return;
            try
            {
                var page =
                    reader % 2 == 0
                        ? [.. (await logs[reader / 2 % nodes].ReadAfter(last, 2_000, default)).Select(Sighting.Of)]
                        : Plain(session, last);
                if (deaf && reader == 0 && last > 0)
                    page = [];
                foreach (var seen in page)
                    sightings.See(reader, last++, seen);
                if (page.Count == 0 && stopping && last >= written)
                    return;
                if (page.Count == 0)
                {
                    await Pause.For(1);
                    continue;
                }

                news = trial.Elapsed;
                trial.Stir();
            }
            catch (Exception cut) when (cut is StoreFault or NpgsqlException)
            {
                trial.Count("reads-cut");
            }
        }
    }

    private static List<Sighting> Plain(PostgresSession session, long after)
    {
        using var transaction = session.Begin();
        return transaction.Query(
            "select position, hash from lading.event where position > $1 order by position limit 2000",
            r => new Sighting(r.GetInt64(0), BitConverter.ToInt64(r.GetFieldValue<byte[]>(1))),
            new NpgsqlParameter { Value = after }
        );
    }

    /// <summary>Kills connections, holds the tenant's lock, appends and rolls back; what it does to whom is
    /// dice.</summary>
    private async Task Disturb(NpgsqlDataSource app)
    {
        var random = new Random(trial.Seed);
        while (!writing.IsCancellationRequested)
        {
            await Pause.For(random.Next(5, 150));
            try
            {
                switch (random.Next(3))
                {
                    case 0:
                        await using (var kill = app.CreateCommand(Kill))
                            trial.Count("killed", Convert.ToInt64(await kill.ExecuteScalarAsync()));
                        break;
                    case 1:
                        await Hold(app, "select 1", random.Next(1, 400));
                        trial.Count("held");
                        break;
                    default:
                        await Hold(app, Forged, random.Next(1, 100));
                        trial.Count("rolled-back");
                        break;
                }
            }
            catch (Exception cut) when (cut is StoreFault or NpgsqlException)
            {
                trial.Count("disturber-cut");
            }
        }
    }

    private const string Kill =
        "select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity "
        + "where usename = current_user and pid <> pg_backend_pid() "
        + "and backend_type = 'client backend' order by random() limit 1) one";

    /// <summary>The next fact, as the next writer will number it.</summary>
    private const string Forged =
        "insert into lading.event select tenant, position + 1, stream, version + 1000000, type, happened, recorded, "
        + "actor, command, correlation, causation, body, hash from lading.event order by position desc limit 1";

    /// <summary>Under the tenant's lock, as a writer that never gets to its commit.</summary>
    private async Task Hold(NpgsqlDataSource app, string statement, int milliseconds)
    {
        using var transaction = new PostgresSession(app, Ledger.Tenant).Begin();
        transaction.Query(
            "select 1 from pg_advisory_xact_lock($1)",
            r => r.GetInt32(0),
            new NpgsqlParameter { Value = PostgresLogStore.LockKey(Ledger.Tenant, "log") }
        );
        transaction.Add(statement);
        transaction.Query("select 1", r => r.GetInt32(0));
        await Pause.For(milliseconds);
        if (lies && acknowledged.Keys.FirstOrDefault() is var number)
            acknowledged[number] = await Head(app) + 1; // the control: takes what it rolls back for written
    }

    private static async Task<long> Head(NpgsqlDataSource app)
    {
        for (; ; )
            try
            {
                using var look = new PostgresSession(app, Ledger.Tenant).Begin();
                return look.Query("select coalesce(max(position), 0) from lading.event", r => r.GetInt64(0))[0];
            }
            catch (StoreFault)
            {
                await Pause.For(5);
            }
    }

    /// <summary>Reads once more when it meets a connection that was killed while it lay idle.</summary>
    private static async Task<IReadOnlyList<Recorded>> ReadOn(TenantLog log, long after)
    {
        for (var tries = 0; ; tries++)
            try
            {
                return await log.ReadAfter(after, 5_000, default);
            }
            catch (StoreFault) when (tries < 200)
            {
                await Pause.For(1);
            }
    }

    /// <summary>What was acknowledged ends where it was said; every reader came to the end.</summary>
    private async Task Judge(TenantLog log)
    {
        var ends = new Dictionary<CommandId, (long Last, int Facts)>();
        for (var last = 0L; await ReadOn(log, last) is { Count: > 0 } page; last = page[^1].Position)
        {
            trial.Stir();
            foreach (var fact in page)
                ends[fact.Command] = (fact.Position, ends.GetValueOrDefault(fact.Command).Facts + 1);
        }

        foreach (var (number, at) in acknowledged)
            if (!ends.TryGetValue(Ledger.IdOf(number), out var there) || there != (at, Ledger.FactsOf(number)))
                trial.Violated($"payment {number}, acknowledged at {at}, is {there}");
        sightings.CheckEnd(written, Readers);
        trial.Count("acknowledged", acknowledged.Count);
        trial.Count("facts", written);
    }
}

/// <summary>A position and what a reader saw there.</summary>
internal readonly record struct Sighting(long Position, long Hash)
{
    public static Sighting Of(Recorded fact) => new(fact.Position, BitConverter.ToInt64(fact.Hash.Span));
}

/// <summary>What all readers saw, position by position.</summary>
internal sealed class Sightings(Trial trial)
{
    private readonly List<long> hashes = [];
    private readonly Dictionary<int, long> reached = [];

    public void See(int reader, long last, Sighting seen)
    {
        if (seen.Position != last + 1)
            trial.Violated($"reader {reader} saw {seen.Position} after {last}");
        lock (hashes)
        {
            reached[reader] = seen.Position;
            if (seen.Position == hashes.Count + 1)
                hashes.Add(seen.Hash);
            else if (seen.Position <= hashes.Count && hashes[(int)seen.Position - 1] != seen.Hash)
                trial.Violated($"reader {reader} saw another fact at {seen.Position} than one before it");
        }
    }

    public void CheckEnd(long head, int readers)
    {
        for (var reader = 0; reader < readers; reader++)
            if (reached.GetValueOrDefault(reader) is var at && at < head)
                trial.Violated($"reader {reader} came to {at} of {head}");
    }
}
