using System.Collections.Concurrent;
using Lading.Floors.Tests.Log;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Faults;

/// <summary>The same on PostgreSQL, where there are two to kill: the server, every process of it, and the
/// writer.</summary>
internal static class PostgresKillLoop
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task Run(Trial trial, string bug)
    {
        await using var cluster = await Servers.NewCluster("checkpoint_timeout=30s", "max_wal_size=32MB");
        var where = await PostgresDatabase.Init(cluster.Admin, "lading_kills");
        var acknowledged = new ConcurrentDictionary<int, long>();
        var check = new LedgerCheck(where);
        WriterProcess? writer = null;
        trial.Begin();
        while (trial.GoesOn(trial.CountOf("kills")))
        {
            writer ??= Start(trial, where, acknowledged, bug);
            var before = acknowledged.Count;
            await writer.Answered.WaitAsync(Patience);
            await Grow(acknowledged, before);
            await Pause(trial, cluster);
            var (dice, life) = (trial.Random.Next(5), writer);
            if (dice < 4)
                await KillServer(trial, cluster);
            if (dice >= 3)
            {
                await KillWriter(trial, writer);
                writer = null;
            }

            check.ReadOn(acknowledged.ToDictionary(), trial.Violated);
            var how =
                dice < 3 ? "server"
                : dice == 3 ? "both"
                : "writer";
            KillLoop.Note(trial, how, life, acknowledged.Count, check.Payments);
        }

        if (writer is not null)
            await KillWriter(trial, writer);
        new LedgerCheck(where).ReadOn(acknowledged, trial.Violated);
        if (bug.Length == 0 && trial.Verdict == Verdict.Ok)
            await Derived.Check(where, trial.Violated);
        trial.Count("acknowledged", acknowledged.Count);
    }

    private static WriterProcess Start(
        Trial trial,
        string where,
        ConcurrentDictionary<int, long> acknowledged,
        string bug
    )
    {
        var first = acknowledged.IsEmpty ? 0 : acknowledged.Keys.Max() + 1;
        var options = new WriterOptions(where, first, trial.Random.Next()) { Bug = bug, Payers = 24 };
        var writer = new WriterProcess(options, acknowledged);
        writer.Go();
        return writer;
    }

    /// <summary>Until the writer, which may have outlived its server, is served again.</summary>
    private static async Task Grow(ConcurrentDictionary<int, long> acknowledged, int before)
    {
        for (var waits = 0; acknowledged.Count == before && waits < Patience.TotalMilliseconds / 10; waits++)
            await KillLoop.Pause(10);
        if (acknowledged.Count == before)
            throw new TimeoutException("Nothing was acknowledged for a minute after the server came back.");
    }

    /// <summary>A moment of load; one time in five within a checkpoint.</summary>
    private static async Task Pause(Trial trial, PostgresCluster cluster)
    {
        if (trial.Random.Next(5) > 0)
        {
            await KillLoop.Pause(trial.Random.NextDouble() * 100);
            return;
        }

        var checkpoint = Checkpoint(cluster.Admin);
        await KillLoop.Pause(trial.Random.NextDouble() * 40);
        trial.Count(checkpoint.IsCompleted ? "checkpoints" : "kills-checkpoint");
    }

    private static async Task Checkpoint(string admin)
    {
        try
        {
            await using var connection = new NpgsqlConnection(admin + ";Pooling=false");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("checkpoint", connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // The server was killed meanwhile: that was the point.
        }
    }

    private static async Task KillServer(Trial trial, PostgresCluster cluster)
    {
        await cluster.Kill();
        trial.Count("kills");
        trial.Count("kills-server");
        if (trial.Random.Next(4) == 0)
        {
            cluster.Launch();
            await KillLoop.Pause(trial.Random.NextDouble() * 250);
            await cluster.Kill();
            trial.Count("kills");
            trial.Count("kills-recovery");
        }

        await cluster.Start();
    }

    private static async Task KillWriter(Trial trial, WriterProcess writer)
    {
        if (!await writer.Kill())
            trial.Violated($"the writer ended by itself: {await writer.Error}");
        foreach (var contradiction in writer.Contradictions)
            trial.Violated(contradiction);
        writer.Dispose();
        trial.Count("kills");
        trial.Count("kills-writer");
    }
}
