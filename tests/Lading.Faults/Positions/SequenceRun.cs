using Npgsql;

namespace Lading.Faults.Positions;

/// <summary>The control of H4: positions from a sequence, as one would number rows without a lock. A reader of "all
/// after the last" skips what commits late, and the check of the real readers sees it.</summary>
internal static class SequenceRun
{
    private const int Writers = 8;

    public static async Task Try(Trial trial)
    {
        await using var cluster = await Servers.NewCluster();
        await using var source = NpgsqlDataSource.Create(cluster.Admin);
        await Run(source, "create table numbered (position bigserial primary key)");
        using var writing = new CancellationTokenSource();
        var sightings = new Sightings(trial);
        var reading = Task.Run(() => Read(source, sightings, writing.Token));
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() => Write(source, trial.Seed + w))));
        await writing.CancelAsync();
        await reading;
        sightings.CheckEnd((await After(source, 0))[^1], readers: 1);
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

    private static async Task Read(NpgsqlDataSource source, Sightings sightings, CancellationToken stop)
    {
        var last = 0L;
        for (var stopping = false; !stopping; )
        {
            stopping = stop.IsCancellationRequested;
            foreach (var position in await After(source, last))
            {
                sightings.See(0, last, new Sighting(position, position));
                last = position;
            }
        }
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
