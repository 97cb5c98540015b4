using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>
/// The database of one or more tenants' logs: made by <c>lading db init</c>, brought up to date by <c>lading db
/// migrate</c>, tested before anything is served. Its three roles are named after it: <c>NAME_owner</c> owns everything
/// and cannot log in, <c>NAME_app</c> serves and cannot bypass row-level security, <c>NAME_read</c> only reads.
/// </summary>
public static class PostgresDatabase
{
    /// <summary>
    /// Creates roles, database and schema where they are missing and repairs what is there; answers how the app
    /// connects. Without a password given, the roles keep theirs.
    /// </summary>
    public static async Task<string> Init(
        string admin,
        string database = "lading",
        string? appPassword = null,
        string? readPassword = null
    )
    {
        if (!System.Text.RegularExpressions.Regex.IsMatch(database, "^[a-z][a-z0-9_]{0,56}$"))
            throw new ArgumentException(
                $"A database is named with letters a-z, digits and underscores, not '{database}'."
            );
        await using (var source = NpgsqlDataSource.Create(Unpooled(admin)))
        await using (var connection = await source.OpenConnectionAsync())
        {
            await Run(connection, "select pg_advisory_lock(hashtextextended('lading.init', 0))");
            await Role(connection, $"{database}_owner", "nologin", null);
            await Role(connection, $"{database}_app", "login", appPassword);
            await Role(connection, $"{database}_read", "login", readPassword);
            await Run(connection, $"grant {database}_owner to current_user");
            await using var there = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
            {
                Parameters = { PostgresValue.Of(database) },
            };
            if (await there.ExecuteScalarAsync() is null)
                await Run(
                    connection,
                    $"create database {database} owner {database}_owner template template0 encoding 'UTF8'"
                );
            await Run(connection, $"revoke all on database {database} from public");
            await Run(connection, $"grant connect on database {database} to {database}_app, {database}_read");
        }

        await Migrate(new NpgsqlConnectionStringBuilder(admin) { Database = database }.ConnectionString);
        return new NpgsqlConnectionStringBuilder(admin)
        {
            Database = database,
            Username = $"{database}_app",
            Password = appPassword,
        }.ConnectionString;
    }

    /// <summary>
    /// Brings the schema up to date. Connects as someone who may become the owner, and is closed before anything is
    /// served.
    /// </summary>
    public static async Task Migrate(string owner)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(owner));
        await using var connection = await source.OpenConnectionAsync();
        var database = connection.Database;
        await Run(connection, $"set role {database}_owner");
        await Run(connection, "begin");
        await Run(connection, "select pg_advisory_xact_lock(hashtextextended('lading.migrate', 0))");
        await using (
            var format = new NpgsqlCommand(
                "select obj_description(to_regnamespace('lading'), 'pg_namespace')",
                connection
            )
        )
            if (
                await format.ExecuteScalarAsync() is string text
                && int.Parse(text["format ".Length..]) > PostgresSchema.Format
            )
                throw new StoreFault(
                    $"The database {database} has {text}; this program knows up to {PostgresSchema.Format}. "
                        + "Run the newer program."
                );
        await Run(connection, PostgresSchema.Script());
        foreach (var statement in PostgresSchema.Protect($"{database}_app", $"{database}_read"))
            await Run(connection, statement);
        await Run(connection, "commit");
    }

    /// <summary>
    /// The app's data source: one per process, shared by all tenants; a bounded pool, statements prepared on their
    /// second use.
    /// </summary>
    public static NpgsqlDataSource DataSource(string app)
    {
        var settings = new NpgsqlConnectionStringBuilder(app)
        {
            MaxAutoPrepare = 500,
            AutoPrepareMinUsages = 2,
            TcpKeepAlive = true,
        };
        if (!settings.ContainsKey("Maximum Pool Size"))
            settings.MaxPoolSize = 32;
        return NpgsqlDataSource.Create(settings);
    }

    /// <summary>Refuses to serve from a database that would lose or show what it must not.</summary>
    /// <exception cref="StoreFault">What is wrong and the command that mends it.</exception>
    public static async Task SelfTest(NpgsqlDataSource app) => await new PostgresSelfTest(app).Run();

    private static string Unpooled(string connection) =>
        new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString;

    private static async Task Role(NpgsqlConnection connection, string role, string login, string? password)
    {
        await using var there = new NpgsqlCommand("select 1 from pg_roles where rolname = $1", connection)
        {
            Parameters = { PostgresValue.Of(role) },
        };
        if (await there.ExecuteScalarAsync() is null)
            await Run(connection, $"create role {role}");
        await Run(
            connection,
            $"alter role {role} {login} nosuperuser nobypassrls nocreatedb nocreaterole noreplication"
        );
        await Run(connection, $"alter role {role} set idle_in_transaction_session_timeout = '60s'");
        await Run(connection, $"alter role {role} set tcp_keepalives_idle = 10");
        if (password is not null)
            await Run(connection, $"alter role {role} password {Literal(password)}");
    }

    private static string Literal(string text) =>
        text.Contains('\0')
            ? throw new ArgumentException("A password cannot hold a zero character.")
            : $"E'{text.Replace("\\", "\\\\").Replace("'", "''")}'";

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
