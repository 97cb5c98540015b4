using Lading.Kernel;
using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>
/// One tenant's way into the database: every transaction and every read sets the tenant's scope first, for itself
/// alone. What else is kept per tenant (keys, platform tables) goes through here too.
/// </summary>
/// <param name="lockWait">How long a transaction waits for a lock that another node holds; 10 s when not said.</param>
public sealed class PostgresSession(NpgsqlDataSource app, TenantId tenant, TimeSpan? lockWait = null)
{
    /// <summary>How long a transaction waits for a lock when nothing else is said.</summary>
    public static readonly TimeSpan UsualLockWait = TimeSpan.FromSeconds(10);

    internal const string Scope = "select set_config('app.tenant', $1, true), set_config('search_path', $2, true)";

    /// <summary>
    /// A writer's statements all go by key. A plan made while a tenant was small and kept since would scan what has
    /// grown large: no scan, hash or bitmap is allowed there.
    /// </summary>
    internal const string KeyedScope = $"""
        {Scope}, set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
            set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true), set_config('enable_material', 'off', true), set_config('jit',
                'off', true), set_config('lock_timeout', $3, true)
        """;

    private readonly TimeSpan lockWait = lockWait ?? UsualLockWait;

    private string searchPath = "lading";

    /// <summary>The tenant.</summary>
    public TenantId Tenant { get; } = tenant;

    /// <summary>Starts a transaction; dispose undoes it unless it was committed.</summary>
    public PostgresTransaction Begin() => new(app, Tenant, Volatile.Read(ref searchPath), lockWait);

    /// <summary>One scoped query of a committed state. Parameters are positional: $1, $2 …</summary>
    public async ValueTask<List<T>> Query<T>(
        string sql,
        Func<NpgsqlDataReader, T> map,
        CancellationToken stop,
        params NpgsqlParameter[] parameters
    )
    {
        try
        {
            await using var connection = await app.OpenConnectionAsync(stop);
            await using var batch = new NpgsqlBatch(connection);
            var scope = new NpgsqlBatchCommand(Scope);
            scope.Parameters.Add(PostgresValue.Of(Tenant.Value.ToString()));
            scope.Parameters.Add(PostgresValue.Of(Volatile.Read(ref searchPath)));
            batch.BatchCommands.Add(scope);
            var query = new NpgsqlBatchCommand(sql);
            foreach (var parameter in parameters)
                query.Parameters.Add(parameter);
            batch.BatchCommands.Add(query);
            await using var reader = await batch.ExecuteReaderAsync(stop);
            await reader.NextResultAsync(stop);
            var rows = new List<T>();
            while (await reader.ReadAsync(stop))
                rows.Add(map(reader));
            return rows;
        }
        catch (Exception fault) when (PostgresFault.IsDatabase(fault))
        {
            throw PostgresFault.Of(fault);
        }
    }

    /// <summary>The read models' versions this program knows: their views answer to their plain names.</summary>
    internal void See(IEnumerable<Projection> projections) =>
        Volatile.Write(
            ref searchPath,
            string.Join(
                ", ",
                projections.Where(p => p.Tables.Count > 0).Select(PostgresProjections.Space).Append("lading")
            )
        );
}
