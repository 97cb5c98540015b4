using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;
using Npgsql;

namespace Lading.Floors.Tests.Log.Postgres;

public sealed class BrokenConnectionSpec
{
    [Fact]
    public async Task Commands_whose_sessions_are_ended_are_settled_by_retries_and_happen_once()
    {
        var server = await PostgresServer.Require();
        await using var app = PostgresDatabase.DataSource(await server.NewDatabase());
        await using var admin = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.Admin) { Database = app.DatabaseName() }
        );
        await using var log = await Purse.Open(app, Purse.NewTenant());
        var killing = Task.Run(async () =>
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            for (var kills = 0; kills < 60; kills++)
            {
                await using var kill = admin.CreateCommand(
                    """
                    select pg_terminate_backend(pid) from pg_stat_activity where usename like '%\_app' and datname =
                        current_database()
                    order by (state = 'active') desc, random() limit 1
                    """
                );
                await kill.ExecuteScalarAsync();
                await tick.WaitForNextTickAsync();
            }
        });
        var unknown = await Fill(log, writers: 8, each: 60);
        await killing;
        unknown.ShouldBeGreaterThan(0, "The kills were to hit commands in flight.");

        log.Stopped.ShouldBeNull();
        (await Purse.SumOf(log.Inline, "purse_sum", "a")).ShouldBe(480);
        (await log.ReadAfter(0, 1_000, CancellationToken.None))
            .Select(f => f.Position)
            .ShouldBe(Enumerable.Range(1, 480).Select(p => (long)p));
        await NodesSpec.Until(() => log.Reached("purse-followed") >= 480);
        (await Purse.SumOf(log.Followed, "purse_followed", "a")).ShouldBe(480);
    }

    [Fact]
    public async Task A_server_that_crashes_and_starts_again_loses_no_answered_command()
    {
        await PostgresServer.Require();
        if (PostgresCluster.FindBinaries() is not { } binaries)
            Assert.Skip("The server's binaries are not installed");
        else
        {
            await using var cluster = await PostgresCluster.Create(binaries);
            await using var app = PostgresDatabase.DataSource(await PostgresDatabase.Init(cluster.Admin));
            await using (var log = await Purse.Open(app, Purse.NewTenant()))
            {
                var filling = Fill(log, writers: 8, each: 100);
                await NodesSpec.Until(() => log.Head > 50);
                await cluster.Crash();
                await cluster.Start();
                (await filling).ShouldBeGreaterThan(0, "The crash was to hit commands in flight.");
                log.Stopped.ShouldBeNull();
                (await Purse.SumOf(log.Inline, "purse_sum", "a")).ShouldBe(800);
                log.Head.ShouldBe(800);
                await NodesSpec.Until(() => log.Reached("purse-followed") >= 800);
                (await Purse.SumOf(log.Followed, "purse_followed", "a")).ShouldBe(800);
            }

            NpgsqlConnection.ClearPool(app.CreateConnection());
        }
    }

    /// <summary>
    /// The commit arrives, its answer does not: the retry hears of the outcome that stands, on the same store.
    /// </summary>
    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_found_by_the_retry()
    {
        var server = await PostgresServer.Require();
        await using var app = PostgresDatabase.DataSource(await server.NewDatabase());
        await using var admin = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.Admin) { Database = app.DatabaseName() }
        );
        await using var slow = admin.CreateCommand(
            """
            create function lading.linger() returns trigger language plpgsql as
                'begin perform pg_sleep(0.5); return null; end';
            create constraint trigger linger after insert on lading.outcome deferrable initially deferred for each row
                execute function lading.linger();
            """
        );
        await slow.ExecuteNonQueryAsync();
        await using var proxy = new CuttingProxy(app.ConnectionString);
        await using var through = PostgresDatabase.DataSource(proxy.ConnectionString);
        await using var log = await Purse.Open(through, Purse.NewTenant(), follow: false);
        var sent = log.Send(Purse.Fill("a", 7, "1")).AsTask();
        await NodesSpec.Until(() => Lingering(admin));
        proxy.Cut();
        (await Should.ThrowAsync<OutcomeUnknown>(() => sent)).Recoverable.ShouldBeTrue();
        var again = await log.Send(Purse.Fill("a", 7, "1"));
        again.Accepted.ShouldBeTrue();
        again.Replayed.ShouldBeTrue();
        (await Purse.SumOf(log.Inline, "purse_sum", "a")).ShouldBe(7);
        log.Head.ShouldBe(1);
    }

    private static bool Lingering(NpgsqlDataSource admin)
    {
        using var ask = admin.CreateCommand("select count(*) from pg_stat_activity where wait_event = 'PgSleep'");
        return (long)ask.ExecuteScalar()! > 0;
    }

    /// <summary>Sends commands, each until it is answered; answers how many faults there were on the way.</summary>
    private static async Task<int> Fill(TenantLog log, int writers, int each)
    {
        var faults = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, writers)
                .Select(writer =>
                    Task.Run(async () =>
                    {
                        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
                        for (var i = 0; i < each; )
                            try
                            {
                                (await log.Send(Purse.Fill("a", 1, $"{writer}-{i}"))).Accepted.ShouldBeTrue();
                                i++;
                            }
                            catch (StoreFault) when (Interlocked.Increment(ref faults) < 100_000)
                            {
                                await pause.WaitForNextTickAsync();
                            }
                    })
                )
        );
        return faults;
    }
}
