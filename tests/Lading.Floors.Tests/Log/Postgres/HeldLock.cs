using Lading.Kernel;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Floors.Tests.Log.Postgres;

/// <summary>A tenant's log held as by another node that has stopped: its lock, on a bare connection.</summary>
public sealed class HeldLock : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly Task taken;

    private HeldLock(NpgsqlConnection connection, Task taken) => (this.connection, this.taken) = (connection, taken);

    /// <summary>Takes the lock.</summary>
    public static async Task<HeldLock> Take(string database, TenantId tenant)
    {
        var held = await Ask(database, tenant);
        await held.taken;
        return held;
    }

    /// <summary>Stands in line for the lock: it is next when this returns.</summary>
    public static async Task<HeldLock> Await(string database, TenantId tenant)
    {
        var held = await Ask(database, tenant);
        await using var look = NpgsqlDataSource.Create(Unpooled(database));
        await using var waiting = look.CreateCommand(
            "select count(*) from pg_locks where locktype = 'advisory' and not granted and pid = $1"
        );
        waiting.Parameters.Add(new NpgsqlParameter { Value = held.connection.ProcessID });
        for (var looks = 0; await waiting.ExecuteScalarAsync() is not > 0L; looks++)
            looks.ShouldBeLessThan(100_000, "It does not wait for the lock.");
        return held;
    }

    /// <summary>Lets go, as the session of a node that ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await taken;
        await connection.DisposeAsync();
    }

    private static async Task<HeldLock> Ask(string database, TenantId tenant)
    {
        var connection = new NpgsqlConnection(Unpooled(database));
        await connection.OpenAsync();
        var take = new NpgsqlCommand("select pg_advisory_lock($1)", connection)
        {
            Parameters = { new NpgsqlParameter { Value = PostgresLogStore.LockKey(tenant, "log") } },
        };
        return new HeldLock(connection, take.ExecuteNonQueryAsync());
    }

    private static string Unpooled(string database) =>
        new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString;
}
