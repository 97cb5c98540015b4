using System.Collections.Concurrent;
using Lading.Faults.Disk;
using Lading.Floors.Tests.Log;
using Lading.Log;
using Npgsql;

namespace Lading.Faults;

/// <summary>
/// The same on PostgreSQL: every process of the server is recorded, and the writer's answers in the same record, from
/// the moment on when the folder held a ledger without payments. PostgreSQL starts on each image.
/// </summary>
internal static class PostgresPowerLoss
{
    private const int PassesPerRun = 5;
    private const int ImagesPerPass = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>So little memory and so short a WAL that pages are written, and recycled, all the time.</summary>
    private static readonly string[] Small =
    [
        "shared_buffers=512kB",
        "min_wal_size=2MB",
        "max_wal_size=4MB",
        "checkpoint_completion_target=0.1",
        "bgwriter_delay=10ms",
    ];

    public static readonly Experiment Experiment = new(
        "H2.postgres",
        "What PostgreSQL acknowledged survives power loss, whatever of its processes' unsynced writes is lost or torn.",
        "images",
        t => Run(t, "")
    )
    {
        Short = new(4, 8),
        Least = [new Least("acknowledged", 1)],
        Controls =
        [
            Seeded("fsync=off"),
            Seeded("synchronous_commit=off"),
            Seeded("full_page_writes=off"),
            Seeded(BuggyStore.AckBeforeCommit),
        ],
    };

    private static Control Seeded(string bug) => new(bug, t => Run(t, bug)) { Seconds = 60 };

    private static async Task Run(Trial trial, string bug)
    {
        _ = DiskRecord.Library;
        var before = await trial.Servers.EmptyLedger();
        var memory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var place = Directory.CreateDirectory(Path.Combine(memory, $"lading-power-{Environment.ProcessId}")).FullName;
        try
        {
            trial.Begin();
            while (trial.GoesOn(trial.CountOf("images")))
            {
                var changes = await Record(trial, before, Path.Combine(place, "record"), bug);
                if (trial.CountOf("runs") == 0)
                    trial.Begin();
                for (var pass = 0; pass < PassesPerRun && trial.GoesOn(trial.CountOf("images")); pass++)
                    await Lose(trial, changes, before, Path.Combine(place, "image"));
                trial.Count("runs");
                trial.Count("changes", changes.Count);
            }
        }
        finally
        {
            Directory.Delete(place, true);
        }
    }

    /// <summary>One life of a server and a writer, with checkpoints, until the writer is done.</summary>
    private static async Task<List<DiskChange>> Record(Trial trial, StoppedLedger before, string folder, string bug)
    {
        var (data, record) = (Path.Combine(folder, "data"), Path.Combine(folder, "record"));
        var library = Path.Combine(folder, "disk.so");
        Copy(before.Data, data);
        File.Copy(DiskRecord.Library, library);
        await using var cluster = await PostgresCluster.Over(
            Servers.Binaries,
            folder,
            bug.Contains('=') ? [.. Small, bug] : Small,
            $"LD_PRELOAD={library}",
            $"LADING_DISK_DIR={data}",
            $"LADING_DISK_LOG={record}"
        );
        await cluster.Start();
        var options = new WriterOptions(before.App(cluster), 0, trial.Random.Next())
        {
            Payers = trial.Random.Next(1, 12),
            Most = trial.Random.Next(100, 400),
            Bug = bug == BuggyStore.AckBeforeCommit ? bug : "",
        };
        var acknowledged = new ConcurrentDictionary<int, long>();
        using var writer = new WriterProcess(options, acknowledged, s => DiskRecord.Under(s, data, record));
        writer.Go();
        var ended = writer.Ended();
        while (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, KillLoop.Pause(trial.Random.Next(20, 400)));
            await Run(cluster.Admin, "checkpoint");
        }

        if (await ended is not 0 and var code)
            trial.Unclear($"the recorded writer ended with {code}: {await writer.Error}");
        await cluster.Crash();
        return DiskRecord.Read(record, data);
    }

    /// <summary>Goes through the record once and loses power in each third of it.</summary>
    private static async Task Lose(Trial trial, List<DiskChange> changes, StoppedLedger before, string image)
    {
        var disk = new DiskReplay(changes, before.Data, journaled: true);
        var acknowledged = new Dictionary<int, long>();
        var heard = 0;
        for (var part = 0; part < ImagesPerPass && trial.Verdict == Verdict.Ok; part++)
        {
            var moment = 1 + (int)((part + trial.Random.NextDouble()) * changes.Count / ImagesPerPass);
            disk.AdvanceTo(moment);
            for (; heard < disk.Answers.Count; heard++)
                if (WriterProcess.Acknowledgement(disk.Answers[heard]) is { } said)
                    PowerLoss.Hear(trial, acknowledged, said, moment);
            var data = Directory.CreateDirectory(Path.Combine(image, "data")).FullName;
            disk.WriteImage(data, trial.Random, path => path is "postmaster.pid" or "postmaster.opts");
            var wrong = new List<string>();
            await Check(trial, before, image, acknowledged, wrong.Add);
            trial.Count("images");
            trial.Count("acknowledged", acknowledged.Count);
            PowerLoss.Lost(trial, moment, changes.Count, acknowledged.Count, wrong);
        }
    }

    /// <summary>PostgreSQL recovers; then plain SQL reads every row, and now and then the product goes on.</summary>
    private static async Task Check(
        Trial trial,
        StoppedLedger before,
        string image,
        Dictionary<int, long> acknowledged,
        Action<string> wrong
    )
    {
        var goesOn = trial.Random.Next(5) == 0;
        await using var cluster = await PostgresCluster.Over(Servers.Binaries, image, Small);
        try
        {
            await cluster.Start();
            var where = before.App(cluster);
            foreach (var table in await Tables(before.Admin(cluster)))
                await Run(before.Admin(cluster), $"select count(t) from {table} t"); // a torn page has a wrong checksum
            new LedgerCheck(where).ReadOn(acknowledged, wrong);
            if (goesOn)
                await PowerLoss.Reopen(where, acknowledged, wrong).WaitAsync(Patience);
            NpgsqlConnection.ClearAllPools();
            await cluster.Crash();
        }
        catch (Exception fault) when (fault is StoreFault or NpgsqlException or InvalidDataException)
        {
            wrong($"{fault.Message} {cluster.LastWords}");
        }
    }

    private static async Task<List<string>> Tables(string admin)
    {
        await using var connection = new NpgsqlConnection(admin);
        await connection.OpenAsync();
        var sql =
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not like 'pg\\_%' "
            + "and schemaname <> 'information_schema'";
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }

    private static async Task Run(string admin, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(admin) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }
}
