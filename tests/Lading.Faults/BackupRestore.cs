using System.Collections.Concurrent;
using Lading.Log;
using Lading.Log.Postgres;
using Lading.Platform.Tenancy;
using Lading.Server;
using Lading.Server.Backups;
using Npgsql;

namespace Lading.Faults;

/// <summary>
/// Takes backups of a log while another process writes it, restores each, and compares the restored log with what was
/// acknowledged before the backup began and with the same positions of the log that went on.
/// </summary>
internal static class BackupRestore
{
    private const string WithoutWal = "copy-without-wal";
    private const string TailCut = "tail-cut";
    private const string Slug = "ledger";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly IReadOnlyList<Experiment> Experiments =
    [
        new(
            "Backup.sqlite",
            "A backup taken under load, restored, is a prefix of the log with all that was acknowledged before it.",
            "backups",
            t => Run(t, "")
        )
        {
            Short = new(2, 5),
            Least = [new Least("facts", 100)],
            Controls = [new(WithoutWal, t => Run(t, WithoutWal)), new(TailCut, t => Run(t, TailCut))],
        },
        new("Backup.postgres", "The same from one snapshot of PostgreSQL, into a new database.", "backups", RunPostgres)
        {
            Short = new(2, 5),
            Least = [new Least("facts", 100)],
            Controls = [new(TailCut, t => RunPostgres(t, TailCut))],
        },
    ];

    private static Tenant Tenant => new(Ledger.Tenant, Slug, "Ledger", DateTime.UnixEpoch, false);

    private static async Task Run(Trial trial, string bug)
    {
        var data = trial.NewFolder("data");
        using (var system = new SqliteSystemStore(Path.Combine(data, "system.db")))
            system.Add(Tenant);
        var log = trial.NewFolder($"data/tenants/{Slug}");
        await using var host = LadingHost.Open(new HostOptions { Data = data });
        await Under(
            trial,
            log,
            async number =>
            {
                var (to, keys) = (Path.Combine(trial.Folder, $"b{number}"), Path.Combine(trial.Folder, $"k{number}"));
                var restored = Path.Combine(trial.Folder, $"r{number}");
                if (bug == WithoutWal)
                {
                    Directory.CreateDirectory(restored);
                    File.Copy(Path.Combine(log, "log.db"), Path.Combine(restored, "log.db"));
                    return restored;
                }

                await Backup.Make(host, to, keys, default);
                Restore.Into(restored, to, keys);
                Directory.Delete(to, true);
                var folder = Path.Combine(restored, "tenants", Slug);
                if (bug == TailCut)
                    CutTail(Path.Combine(folder, "log.db"));
                return folder;
            }
        );
    }

    private static Task RunPostgres(Trial trial) => RunPostgres(trial, "");

    private static async Task RunPostgres(Trial trial, string bug)
    {
        var app = await trial.Servers.NewDatabase();
        await using (var source = PostgresDatabase.DataSource(app))
        using (var system = new PostgresSystemStore(source))
            system.Add(Tenant);
        await using var host = LadingHost.Open(new HostOptions { Postgres = app, Data = trial.NewFolder("data") });
        await Under(
            trial,
            app,
            async number =>
            {
                var (to, keys) = (Path.Combine(trial.Folder, $"b{number}"), Path.Combine(trial.Folder, $"k{number}"));
                await Backup.Make(host, to, keys, default);
                var name = $"lading_restored_{Guid.CreateVersion7():n}";
                var (_, restored) = await Restore.IntoDatabase(trial.Servers.Admin, name, to, keys, default);
                await Serve(restored);
                if (bug == TailCut)
                    await Cut(trial.Servers.Admin, name);
                return restored;
            }
        );
    }

    /// <summary>The product opens it and builds its read models anew.</summary>
    private static async Task Serve(string where)
    {
        using var place = new LogPlace(where);
        await using var log = await Ledger.Open(place, react: false);
        while (log.Reached("faults-balances") < log.Head)
            await log.WaitPast(log.Head, new CancellationTokenSource(20).Token);
    }

    /// <summary>While a writer pays: take and restore one after the other, and compare.</summary>
    private static async Task Under(Trial trial, string where, Func<int, Task<string>> copy)
    {
        var acknowledged = new ConcurrentDictionary<int, long>();
        var options = new WriterOptions(where, 0, trial.Random.Next()) { Payers = 8, Checkpoint = 50 };
        using var writer = new WriterProcess(options, acknowledged);
        writer.Go();
        await writer.Answered.WaitAsync(Patience);
        trial.Begin();
        for (var number = 0; trial.GoesOn(number) || number == 0; number++)
        {
            await KillLoop.Pause(trial.Random.NextDouble() * 150);
            var before = acknowledged.ToDictionary();
            var restored = await copy(number);
            new LedgerCheck(restored).ReadOn(before, trial.Violated);
            using (var there = new PlainLog(restored, Ledger.Tenant.Value))
            using (var here = new PlainLog(where, Ledger.Tenant.Value))
                if (there.After(0) is { Count: > 0 } facts)
                {
                    var same = here.After(facts[^1].Position - 1)[0];
                    if (!same.Hash.AsSpan().SequenceEqual(facts[^1].Hash))
                        trial.Violated($"position {same.Position} is another fact in the restored log");
                    trial.Count("facts", facts.Count);
                }

            trial.Note(
                new
                {
                    number,
                    acknowledged = before.Count,
                    answers = writer.Answers(),
                    facts = trial.CountOf("facts"),
                }
            );
            trial.Count("acknowledged", before.Count);
            trial.Count("backups");
        }

        if (!await writer.Kill())
            trial.Unclear($"the writer ended by itself: {await writer.Error}");
    }

    private static void CutTail(string file)
    {
        using var db = Lading.Log.Sqlite.SqliteDb.OpenWriter(file, full: true);
        db.Execute("delete from event where position > (select max(position) - 20 from event)");
    }

    private static async Task Cut(string admin, string database)
    {
        var there = new NpgsqlConnectionStringBuilder(admin) { Database = database, Pooling = false };
        await using var connection = new NpgsqlConnection(there.ConnectionString);
        await connection.OpenAsync();
        var sql = "delete from lading.event where position > (select max(position) - 20 from lading.event)";
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
