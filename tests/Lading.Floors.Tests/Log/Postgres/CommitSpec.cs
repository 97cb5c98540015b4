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

    [Fact]
    public async Task A_warning_during_commit_is_never_a_success_and_ends_writing()
    {
        await using var app = await Speaking("warning");
        var tenant = Purse.NewTenant();
        await using var log = await Purse.Open(app, tenant);
        var unknown = await Should.ThrowAsync<OutcomeUnknown>(async () => await log.Send(Purse.Fill("a", 7, "1")));
        unknown.Recoverable.ShouldBeFalse();
        unknown.Message.ShouldContain("canceling wait for synchronous replication");
        await Should.ThrowAsync<StoreFault>(async () => await log.Send(Purse.Fill("a", 7, "2")));
        log.Stopped.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_notice_during_commit_is_no_warning()
    {
        await using var app = await Speaking("notice");
        await using var log = await Purse.Open(app, Purse.NewTenant());
        (await log.Send(Purse.Fill("a", 7, "1"))).Accepted.ShouldBeTrue();
    }

    [Fact]
    public async Task An_error_during_commit_wrote_nothing_and_the_next_command_succeeds()
    {
        await using var app = await Speaking("exception");
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

    private static async Task<Npgsql.NpgsqlDataSource> Speaking(string level)
    {
        var server = await PostgresServer.Require();
        var app = PostgresDatabase.DataSource(await server.NewDatabase());
        await using var admin = Npgsql.NpgsqlDataSource.Create(
            new Npgsql.NpgsqlConnectionStringBuilder(server.Admin) { Database = app.DatabaseName(), Pooling = false }
        );
        await using var command = admin.CreateCommand(Trigger.Replace("{0}", level));
        await command.ExecuteNonQueryAsync();
        return app;
    }
}
