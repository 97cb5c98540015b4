using Npgsql;

namespace Lading.Faults.Positions;

/// <summary>The control of H4: positions from a sequence, as one would number rows without a lock. A reader of "all
/// after the last" skips what commits late.</summary>
internal static class SequenceRun
{
    private const int Writers = 8;

    public static async Task Try(Trial trial)
    {
        await using var cluster = await Servers.NewCluster();
        await using var source = NpgsqlDataSource.Create(cluster.Admin);
        await Run(source, "create table numbered (position bigserial primary key)");
        using var writing = new CancellationTokenSource();
        var reading = Task.Run(() => Read(source, writing.Token));
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() => Write(source, trial.Seed + w))));
        await writing.CancelAsync();
        var seen = await reading;
        var all = await After(source, 0);
        foreach (var skipped in all.Except(seen).Take(3))
            trial.Violated($"the reader skipped {skipped} of {all.Count}");
    }

    private static async Task Write(NpgsqlDataSource source, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 40; i++)
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var insert = new NpgsqlCommand("insert into numbered default values", connection, transaction);
            await insert.ExecuteNonQueryAsync();
            await Pause.For(random.Next(0, 15));
            await transaction.CommitAsync();
        }
    }

    private static async Task<List<long>> Read(NpgsqlDataSource source, CancellationToken stop)
    {
        var seen = new List<long>();
        while (!stop.IsCancellationRequested)
            seen.AddRange(await After(source, seen.Count == 0 ? 0 : seen[^1]));
        return seen;
    }

    private static async Task<List<long>> After(NpgsqlDataSource source, long last)
    {
        await using var query = source.CreateCommand(
            "select position from numbered where position > $1 order by position"
        );
        query.Parameters.AddWithValue(last);
        await using var rows = await query.ExecuteReaderAsync();
        var found = new List<long>();
        while (await rows.ReadAsync())
            found.Add(rows.GetInt64(0));
        return found;
    }

    private static async Task Run(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
