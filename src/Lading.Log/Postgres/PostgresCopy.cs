using Lading.Kernel;
using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>
/// The engine's tables as files in PostgreSQL's own binary form, all from one snapshot, so that they belong together
/// although everybody goes on writing. Read models are left out: a new database builds them from the log.
/// </summary>
public static class PostgresCopy
{
    private const string KeyTable = "subject_key";

    private static IEnumerable<string> DataTables =>
        PostgresSchema.Tables.Keys.Where(t => t is not (KeyTable or "projection"));

    /// <summary>Writes who there is and every tenant's log below a folder; answers where each log ends.</summary>
    public static async Task<IReadOnlyDictionary<TenantId, LogHead>> WriteData(
        NpgsqlDataSource app,
        IReadOnlyList<(TenantId Id, string Slug)> tenants,
        string folder,
        CancellationToken stop
    )
    {
        await using var connection = await Snapshot(app, stop);
        foreach (var table in PostgresSchema.OverAll)
            await Write(connection, $"lading_system.{table}", "true", Path.Combine(folder, "system"), table, stop);
        var heads = new Dictionary<TenantId, LogHead>();
        foreach (var (id, slug) in tenants)
        {
            await Scope(connection, id, stop);
            foreach (var table in DataTables)
                await WriteOf(connection, id, table, Path.Combine(folder, "tenants", slug), stop);
            await using var head = new NpgsqlCommand("select position, hash from lading.head", connection);
            await using var read = await head.ExecuteReaderAsync(stop);
            if (await read.ReadAsync(stop))
                heads[id] = new LogHead(read.GetInt64(0), (byte[])read[1]);
        }

        return heads;
    }

    /// <summary>Writes data keys, wrapped as they are: of each scope into its folder below this one.</summary>
    public static async Task WriteKeys(
        NpgsqlDataSource app,
        IReadOnlyList<(TenantId Id, string Folder)> scopes,
        string folder,
        CancellationToken stop
    )
    {
        await using var connection = await Snapshot(app, stop);
        foreach (var (id, below) in scopes)
        {
            await Scope(connection, id, stop);
            await WriteOf(connection, id, KeyTable, Path.Combine(folder, below), stop);
        }
    }

    /// <summary>Fills a database that holds nobody yet; all of it or nothing.</summary>
    /// <param name="admin">Connects to that database as someone row-level security does not bind: a superuser, or a
    /// role with BYPASSRLS that owns the tables.</param>
    /// <exception cref="StoreFault">Somebody is in it already.</exception>
    public static async Task Read(string admin, string data, string? keys, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(admin);
        await connection.OpenAsync(stop);
        await Run(connection, "begin", stop);
        await using (var anybody = new NpgsqlCommand("select count(*) from lading_system.company", connection))
            if (await anybody.ExecuteScalarAsync(stop) is > 0L)
                throw new StoreFault($"The database {connection.Database} has tenants: restore into a new one.");
        foreach (var table in PostgresSchema.OverAll)
            await ReadOne(connection, $"lading_system.{table}", Path.Combine(data, "system", table + ".copy"), stop);
        foreach (var table in DataTables)
        foreach (var file in Files(Path.Combine(data, "tenants"), table))
            await ReadOne(connection, $"lading.{table}", file, stop);
        foreach (var file in keys is null ? [] : Files(keys, KeyTable))
            await ReadOne(connection, $"lading.{KeyTable}", file, stop);
        await Run(connection, "commit", stop);
        await Run(connection, "analyze", stop);
    }

    private static IEnumerable<string> Files(string folder, string table) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, table + ".copy", SearchOption.AllDirectories) : [];

    private static async Task<NpgsqlConnection> Snapshot(NpgsqlDataSource app, CancellationToken stop)
    {
        var connection = await app.OpenConnectionAsync(stop);
        await Run(connection, "begin isolation level repeatable read read only", stop);
        return connection;
    }

    private static async Task Scope(NpgsqlConnection connection, TenantId tenant, CancellationToken stop)
    {
        await using var scope = new NpgsqlCommand("select set_config('app.tenant', $1, true)", connection);
        scope.Parameters.Add(PostgresValue.Of(tenant.Value.ToString()));
        await scope.ExecuteNonQueryAsync(stop);
    }

    private static Task WriteOf(
        NpgsqlConnection connection,
        TenantId tenant,
        string table,
        string folder,
        CancellationToken stop
    ) => Write(connection, $"lading.{table}", $"tenant = '{tenant.Value}'", folder, table, stop);

    private static async Task Write(
        NpgsqlConnection connection,
        string table,
        string rows,
        string folder,
        string name,
        CancellationToken stop
    )
    {
        Directory.CreateDirectory(folder);
        await using var file = File.Create(Path.Combine(folder, name + ".copy"));
        var copy = $"copy (select * from {table} where {rows}) to stdout (format binary)";
        await using var from = await connection.BeginRawBinaryCopyAsync(copy, stop);
        await from.CopyToAsync(file, stop);
    }

    private static async Task ReadOne(NpgsqlConnection connection, string table, string path, CancellationToken stop)
    {
        await using var file = File.OpenRead(path);
        await using var to = await connection.BeginRawBinaryCopyAsync($"copy {table} from stdin (format binary)", stop);
        await file.CopyToAsync(to, stop);
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(stop);
    }
}
