using Lading.Log;
using Lading.Log.Postgres;
using Lading.Log.Sqlite;
using Npgsql;

namespace Lading.Faults;

/// <summary>Where the log under test lies: a folder, or the app's connection to a PostgreSQL database.</summary>
internal sealed class LogPlace(string where) : IDisposable
{
    private readonly NpgsqlDataSource? database = where.Contains("Host=", StringComparison.OrdinalIgnoreCase)
        ? PostgresDatabase.DataSource(where)
        : null;

    public bool IsPostgres => database is not null;

    private string File => Path.Combine(where, "log.db");

    public ILogStore Store() =>
        database is null ? new SqliteLogStore(File) : PostgresLogStore.Open(database, Ledger.Tenant);

    public IFollowStore Followers() =>
        database is null
            ? new SqliteFollowStore(Path.Combine(where, "read.db"))
            : PostgresFollowStore.Open(database, Ledger.Tenant);

    public void Dispose() => database?.Dispose();
}
