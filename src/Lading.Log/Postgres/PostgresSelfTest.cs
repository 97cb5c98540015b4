using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>What is checked before the first request, with the rights of the role that will serve.</summary>
internal sealed class PostgresSelfTest(NpgsqlDataSource app)
{
    private const string Tables = """
        select n.nspname || '.' || c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_has_role(c.relowner,
            'member'),
            coalesce((select bool_and(pg_get_expr(p.polqual, p.polrelid) = $1 and pg_get_expr(p.polwithcheck,
                p.polrelid) = $1)
                from pg_policy p where p.polrelid = c.oid), false),
            coalesce((select bool_and(a.attname = 'tenant') from pg_index i join pg_attribute a on a.attrelid = c.oid
                and a.attnum = i.indkey[0]
                where i.indrelid = c.oid), false)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and (n.nspname = 'lading' or n.nspname like 'read\_%')
        """;

    private const string Views = """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('v', 'm') and (n.nspname = 'lading' or n.nspname like 'read\_%')
            and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false)
        """;

    /// <summary>What the role may call that runs with its owner's rights, but for the one that makes tables.</summary>
    private const string Functions = """
        select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
            and n.nspname || '.' || p.proname <> 'lading.create_read_table'
            and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')
        """;

    /// <summary>How the server prints <see cref="PostgresSchema.Policy"/>.</summary>
    private const string Policy = "(tenant = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)";

    private string database = "";

    public async Task Run()
    {
        try
        {
            await using var connection = await app.OpenConnectionAsync();
            database = connection.Database;
            await CheckRole(connection);
            await CheckDurability(connection);
            await CheckTables(connection);
            await CheckProbe(connection);
        }
        catch (Exception fault) when (PostgresFault.IsDatabase(fault))
        {
            throw PostgresFault.Of(fault);
        }
    }

    private async Task CheckRole(NpgsqlConnection connection)
    {
        var (name, super, bypass) = (
            await Rows(
                connection,
                "select rolname::text, rolsuper, rolbypassrls from pg_roles where rolname = current_user",
                r => (r.GetString(0), r.GetBoolean(1), r.GetBoolean(2))
            )
        )[0];
        if (super || bypass)
            throw new StoreFault(
                $"The role {name} passes over row-level security; serve as {database}_app. {Remedy("init")}"
            );
    }

    private async Task CheckDurability(NpgsqlConnection connection)
    {
        var off = await Rows(
            connection,
            "select name from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') "
                + "and setting = 'off'",
            r => r.GetString(0)
        );
        if (off.Count > 0)
            throw new StoreFault(
                $"The server runs with {string.Join(", ", off)} off: acknowledged facts could be lost. "
                    + "Turn it on and reload the server."
            );
    }

    private async Task CheckTables(NpgsqlConnection connection)
    {
        var tables = await Rows(
            connection,
            Tables,
            r =>
                (
                    Name: r.GetString(0),
                    Enabled: r.GetBoolean(1),
                    Forced: r.GetBoolean(2),
                    Owned: r.GetBoolean(3),
                    Policy: r.GetBoolean(4),
                    Keyed: r.GetBoolean(5)
                ),
            PostgresValue.Of(Policy)
        );
        var missing = PostgresSchema.Tables.Keys.Select(t => $"lading.{t}").Except(tables.Select(t => t.Name)).ToList();
        if (missing.Count > 0)
            throw new StoreFault(
                $"The database {database} lacks {string.Join(", ", missing)}. "
                    + Remedy(missing.Count == PostgresSchema.Tables.Count ? "init" : "migrate")
            );
        foreach (var table in tables)
        {
            if (table.Owned)
                throw new StoreFault(
                    $"The role that serves owns {table.Name} or may become its owner; serve as {database}_app. "
                        + Remedy("init")
                );
            if (!table.Enabled || !table.Forced || !table.Policy)
                throw new StoreFault($"{table.Name} does not force row-level security by tenant. {Remedy("migrate")}");
            if (!table.Keyed)
                throw new StoreFault(
                    $"{table.Name} has a key or index that does not begin with the tenant. {Remedy("migrate")}"
                );
        }

        if (await Rows(connection, Views, r => r.GetString(0)) is [var view, ..])
            throw new StoreFault(
                $"The view {view} reads with its owner's rights, past row-level security. {Remedy("migrate")}"
            );
        if (await Rows(connection, Functions, r => r.GetString(0)) is [var function, ..])
            throw new StoreFault(
                $"The function {function} runs with its owner's rights, past row-level security; drop it."
            );
    }

    /// <summary>Writes a row as one tenant and looks for it as another and as nobody; nothing of it stays.</summary>
    private async Task CheckProbe(NpgsqlConnection connection)
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var transaction = await connection.BeginTransactionAsync();
        await Scope(connection, one.ToString());
        await Rows(
            connection,
            "insert into lading.mark (tenant, policy, position) values ($1, 'self-test', 1) returning 1",
            _ => 0,
            PostgresValue.Of(one)
        );
        var own = await Seen(connection, one);
        await Scope(connection, other.ToString());
        var foreign = await Seen(connection, one);
        await Scope(connection, "");
        var unset = await Seen(connection, one);
        await transaction.RollbackAsync();
        if ((own, foreign, unset) != (1, 0, 0))
            throw new StoreFault(
                $"A row of one tenant was seen {own} times by itself, {foreign} by another, {unset} by nobody. "
                    + Remedy("migrate")
            );
    }

    private static Task<List<int>> Scope(NpgsqlConnection connection, string tenant) =>
        Rows(connection, "select set_config('app.tenant', $1, true)", _ => 0, PostgresValue.Of(tenant));

    private static async Task<long> Seen(NpgsqlConnection connection, Guid tenant) =>
        (
            await Rows(
                connection,
                "select count(*) from lading.mark where tenant = $1",
                r => r.GetInt64(0),
                PostgresValue.Of(tenant)
            )
        )[0];

    private static string Remedy(string command) => $"Run: lading db {command} --postgres ADMIN";

    private static async Task<List<T>> Rows<T>(
        NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> map,
        params NpgsqlParameter[] parameters
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(map(reader));
        return rows;
    }
}
