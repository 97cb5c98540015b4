using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Floors.Tests.Log.Postgres;

public sealed class IsolationSpec
{
    [Fact]
    public async Task A_tenant_sees_its_own_rows_and_nothing_of_another()
    {
        var app = await (await PostgresServer.Require()).App;
        var (one, other) = (Purse.NewTenant(), Purse.NewTenant());
        await using var mine = await Purse.Open(app, one);
        await using var theirs = await Purse.Open(app, other);
        await mine.Send(Purse.Fill("a", 7, "1"));
        await theirs.Send(Purse.Fill("a", 40, "1"));

        (await Purse.SumOf(mine.Inline, "purse_sum", "a")).ShouldBe(7);
        (await Purse.SumOf(theirs.Inline, "purse_sum", "a")).ShouldBe(40);
        (await mine.ReadAfter(0, 10, CancellationToken.None)).Count.ShouldBe(1);
        var visible = await new PostgresSession(app, one).Query(
            "select tenant from lading.event union select tenant from read_purse_sums__v1.purse_sum__rows",
            r => r.GetGuid(0),
            CancellationToken.None
        );
        visible.ShouldBe([one.Value]);
    }

    [Fact]
    public async Task Without_a_tenant_nothing_is_visible_and_nothing_can_be_written()
    {
        var app = await (await PostgresServer.Require()).App;
        var tenant = Purse.NewTenant();
        await using (var log = await Purse.Open(app, tenant))
            await log.Send(Purse.Fill("a", 7, "1"));

        await using var connection = await app.OpenConnectionAsync();
        (await Scalar(connection, "select count(*) from lading.event")).ShouldBe(0L);
        (await Scalar(connection, "select count(*) from read_purse_sums__v1.purse_sum__rows")).ShouldBe(0L);
        var refused = await Should.ThrowAsync<PostgresException>(() =>
            Scalar(connection, $"insert into lading.mark (tenant, policy, position) values ('{tenant.Value}', 'x', 1)")
        );
        refused.SqlState.ShouldBe("42501");
    }

    [Fact]
    public async Task A_tenant_can_write_no_row_of_another()
    {
        var app = await (await PostgresServer.Require()).App;
        var (one, other) = (Purse.NewTenant(), Purse.NewTenant());
        using var transaction = new PostgresSession(app, one).Begin();
        transaction.Add($"insert into lading.mark (tenant, policy, position) values ('{other.Value}', 'x', 1)");
        Should.Throw<StoreFault>(transaction.Commit).Message.ShouldContain("42501");
    }

    [Fact]
    public async Task The_app_can_neither_change_nor_delete_a_fact()
    {
        var app = await (await PostgresServer.Require()).App;
        foreach (
            var sql in new[]
            {
                "update lading.event set body = ''",
                "delete from lading.event",
                "truncate lading.event",
                "drop table lading.event",
            }
        )
        {
            using var transaction = new PostgresSession(app, Purse.NewTenant()).Begin();
            transaction.Add(sql);
            Should.Throw<StoreFault>(transaction.Commit).Message.ShouldContain("42501");
        }
    }

    [Fact]
    public async Task Every_table_forces_row_level_security_by_tenant()
    {
        var server = await PostgresServer.Require();
        var app = await server.App;
        await using (await Purse.Open(app, Purse.NewTenant()))
            await PostgresDatabase.SelfTest(app);
    }

    [Theory]
    [InlineData(
        "alter table lading.event no force row level security",
        "lading.event does not force row-level security",
        "migrate"
    )]
    [InlineData(
        "alter table read_purse_sums__v1.purse_sum__rows disable row level security",
        "purse_sum__rows does not force",
        "migrate"
    )]
    [InlineData(
        "create policy open on lading.due using (true)",
        "lading.due does not force row-level security",
        "migrate"
    )]
    [InlineData("drop table lading.mark", "lacks lading.mark", "migrate")]
    [InlineData("drop schema lading cascade", "lacks lading.head", "init")]
    [InlineData("create table lading.loose (id bigint primary key)", "lading.loose does not force", "migrate")]
    [InlineData(
        "create view lading.leak as select * from lading.event",
        "lading.leak reads with its owner's rights",
        "migrate"
    )]
    [InlineData(
        "create function lading.leak() returns bigint language sql security definer as "
            + "'select count(*) from lading.event'",
        "lading.leak runs with its owner's rights",
        "drop it"
    )]
    [InlineData("create unique index leak on lading.stream (name)", "lading.stream has a key or index", "migrate")]
    [InlineData("grant {0}_owner to {0}_app", "owns", "init")]
    [InlineData("alter role {0}_app bypassrls", "passes over row-level security", "init")]
    public async Task The_self_test_refuses_a_database_that_would_leak(string damage, string said, string remedy)
    {
        var server = await PostgresServer.Require();
        var connection = await server.NewDatabase();
        await using var app = PostgresDatabase.DataSource(connection);
        await using (await Purse.Open(app, Purse.NewTenant()))
            await PostgresDatabase.SelfTest(app);
        await using (
            var admin = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(server.Admin) { Database = app.DatabaseName(), Pooling = false }
            )
        )
        await using (var break1 = admin.CreateCommand(damage.Replace("{0}", app.DatabaseName())))
            await break1.ExecuteNonQueryAsync();

        var refused = await Should.ThrowAsync<StoreFault>(() => PostgresDatabase.SelfTest(app));
        refused.Message.ShouldContain(said);
        refused.Message.ShouldContain(remedy is "drop it" ? remedy : $"lading db {remedy}");
    }

    [Fact]
    public async Task The_self_test_refuses_a_superuser()
    {
        var server = await PostgresServer.Require();
        var connection = await server.NewDatabase();
        var super = new NpgsqlConnectionStringBuilder(connection)
        {
            Username = new NpgsqlConnectionStringBuilder(server.Admin).Username,
        };
        await using var app = PostgresDatabase.DataSource(super.ConnectionString);
        (await Should.ThrowAsync<StoreFault>(() => PostgresDatabase.SelfTest(app))).Message.ShouldContain(
            "passes over row-level security"
        );
    }

    [Fact]
    public async Task Init_and_migrate_may_be_run_again_and_keep_what_is_there()
    {
        var server = await PostgresServer.Require();
        var connection = await server.NewDatabase();
        await using var app = PostgresDatabase.DataSource(connection);
        var tenant = Purse.NewTenant();
        await using (var log = await Purse.Open(app, tenant))
            await log.Send(Purse.Fill("a", 7, "1"));
        await PostgresDatabase.Init(server.Admin, app.DatabaseName());
        await PostgresDatabase.SelfTest(app);
        await using (var log = await Purse.Open(app, tenant))
            log.Head.ShouldBe(1);
    }

    [Theory]
    [InlineData("x", "v", "pg_temp.x", "integer")]
    [InlineData("x", "v", "x", "integer; drop schema lading")]
    [InlineData("X'", "v", "x", "integer")]
    [InlineData("x", "tenant", "x", "integer")]
    [InlineData("x", "a b", "x", "integer")]
    public async Task The_function_that_makes_tables_takes_only_plain_names_and_types(
        string projection,
        string column,
        string table,
        string type
    )
    {
        var app = await (await PostgresServer.Require()).App;
        await using var connection = await app.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            "select lading.create_read_table($1, 1, $2, array[$3], array[$4], 1, '{}')",
            connection
        );
        foreach (var text in new[] { projection, table, column, type })
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteScalarAsync())).SqlState.ShouldBe("LD003");
    }

    private static async Task<object?> Scalar(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}

internal static class DataSourceNames
{
    extension(NpgsqlDataSource source)
    {
        public string DatabaseName() => new NpgsqlConnectionStringBuilder(source.ConnectionString).Database!;
    }
}
