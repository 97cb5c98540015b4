using Lading.Log;
using Lading.Log.Postgres;

namespace Lading.Floors.Tests.Log.Postgres;

public sealed class CommitSpec
{
    /// <summary>
    /// A deferred trigger speaks during COMMIT, as the server does when it stops waiting for a standby.
    /// </summary>
    private const string Trigger = """
        create function lading.speak() returns trigger language plpgsql as
            'begin raise {0} ''canceling wait for synchronous replication''; return null; end';
        create constraint trigger speak after insert on lading.event deferrable initially deferred for each row
            execute function lading.speak();
        """;

    /// <summary>What a server says when it is stopped at once, the first time only.</summary>
    private const string HangingUp = """
        create sequence lading.once;
        create function lading.hang_up() returns trigger language plpgsql security definer as $$
        begin
            if nextval('lading.once') = 1 then
                raise warning using errcode = '57P01', message = 'terminating connection';
                perform pg_terminate_backend(pg_backend_pid());
            end if;
            return null;
        end $$;
        create constraint trigger hang_up after insert on lading.event deferrable initially deferred
            for each row execute function lading.hang_up();
        """;

    /// <summary>Only a COMMIT without a bound on its waits is let through.</summary>
    private const string Bounding = """
        create function lading.look() returns trigger language plpgsql as $$
        begin
            if current_setting('lock_timeout') <> '0' then
                raise exception 'COMMIT may be cut short after %', current_setting('lock_timeout');
            end if;
            return null;
        end $$;
        create constraint trigger look after insert on lading.event deferrable initially deferred
            for each row execute function lading.look();
        """;

    /// <summary>Cut short, it could be taken for a success.</summary>
    [Fact]
    public async Task A_commit_waits_for_as_long_as_it_takes_though_the_wait_for_the_log_is_bounded()
    {
        await using var app = await Database(Bounding);
        var tenant = Purse.NewTenant();
        await using var log = await Purse.Open(app, tenant);
        using (var transaction = new PostgresSession(app, tenant).Begin())
            transaction.Query("show lock_timeout", r => r.GetString(0)).ShouldBe(["10s"]);
        (await log.Send(Purse.Fill("a", 7, "1"))).Accepted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_warning_during_commit_is_never_a_success_and_ends_writing()
    {
        await using var app = await Database(Speaking("warning"));
        var tenant = Purse.NewTenant();
        await using var log = await Purse.Open(app, tenant);
        var unknown = await Should.ThrowAsync<OutcomeUnknown>(async () => await log.Send(Purse.Fill("a", 7, "1")));
        unknown.Recoverable.ShouldBeFalse();
        unknown.Message.ShouldContain("canceling wait for synchronous replication");
        await Should.ThrowAsync<StoreFault>(async () => await log.Send(Purse.Fill("a", 7, "2")));
        log.Stopped.ShouldNotBeNull();
    }

    /// <summary>The driver reports this commit as a success; the store must not.</summary>
    [Fact]
    public async Task A_commit_that_stopped_waiting_for_its_standby_is_never_a_success()
    {
        await PostgresServer.Require();
        if (PostgresCluster.FindBinaries() is not { } binaries)
            Assert.Skip("The server's binaries are not installed");
        else
        {
            await using var cluster = await PostgresCluster.Create(binaries);
            await using var app = PostgresDatabase.DataSource(await PostgresDatabase.Init(cluster.Admin));
            await using var log = await Purse.Open(app, Purse.NewTenant(), follow: false);
            await using var admin = Npgsql.NpgsqlDataSource.Create(cluster.Admin);
            await Run(admin, "alter system set synchronous_standby_names = 'missing'");
            await Run(admin, "select pg_reload_conf()");
            await NodesSpec.Until(() =>
                Run(admin, "show synchronous_standby_names").GetAwaiter().GetResult() is "missing"
            );
            var sent = log.Send(Purse.Fill("a", 7, "1")).AsTask();
            const string Cancel =
                "select count(pg_cancel_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'";
            await NodesSpec.Until(() => Run(admin, Cancel).GetAwaiter().GetResult() is > 0L);
            var unknown = await Should.ThrowAsync<OutcomeUnknown>(() => sent);
            unknown.Recoverable.ShouldBeFalse();
            log.Stopped.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_warning_with_which_the_server_hangs_up_is_a_lost_connection_that_a_retry_settles()
    {
        await using var app = await Database(HangingUp);
        await using var log = await Purse.Open(app, Purse.NewTenant(), follow: false);
        var unknown = await Should.ThrowAsync<OutcomeUnknown>(async () => await log.Send(Purse.Fill("a", 7, "1")));
        unknown.Recoverable.ShouldBeTrue();
        (await log.Send(Purse.Fill("a", 7, "1"))).Accepted.ShouldBeTrue();
        (await Purse.SumOf(log.Inline, "purse_sum", "a")).ShouldBe(7);
        log.Stopped.ShouldBeNull();
    }

    [Fact]
    public async Task A_notice_during_commit_is_no_warning()
    {
        await using var app = await Database(Speaking("notice"));
        await using var log = await Purse.Open(app, Purse.NewTenant());
        (await log.Send(Purse.Fill("a", 7, "1"))).Accepted.ShouldBeTrue();
    }

    [Fact]
    public async Task An_error_during_commit_wrote_nothing_and_the_next_command_succeeds()
    {
        await using var app = await Database(Speaking("exception"));
        await using var log = await Purse.Open(app, Purse.NewTenant());
        var fault = await Should.ThrowAsync<StoreFault>(async () => await log.Send(Purse.Fill("a", 7, "1")));
        fault.ShouldNotBeOfType<OutcomeUnknown>();
        (await log.Send(Purse.Fill("a", -1, "2"))).Refusal!.Code.ShouldBe("purse.empty");
        log.Head.ShouldBe(0);
    }

    [Fact]
    public async Task A_transaction_whose_statement_failed_cannot_be_committed()
    {
        var app = await (await PostgresServer.Require()).App;
        using var transaction = new PostgresSession(app, Purse.NewTenant()).Begin();
        Should.Throw<StoreFault>(() => transaction.Query("select 1 / 0", r => r.GetInt32(0)));
        Should.Throw<ObjectDisposedException>(transaction.Commit);
    }

    private static async Task<object?> Run(Npgsql.NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static string Speaking(string level) => Trigger.Replace("{0}", level);

    private static async Task<Npgsql.NpgsqlDataSource> Database(string change)
    {
        var server = await PostgresServer.Require();
        var app = PostgresDatabase.DataSource(await server.NewDatabase());
        await using var admin = Npgsql.NpgsqlDataSource.Create(
            new Npgsql.NpgsqlConnectionStringBuilder(server.Admin) { Database = app.DatabaseName(), Pooling = false }
        );
        await using var command = admin.CreateCommand(change);
        await command.ExecuteNonQueryAsync();
        return app;
    }
}
