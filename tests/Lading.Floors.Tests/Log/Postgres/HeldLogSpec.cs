using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;

namespace Lading.Floors.Tests.Log.Postgres;

/// <summary>Another node holds the tenant's log and does not let go: nobody waits for it without end.</summary>
public sealed class HeldLogSpec
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task All_who_wait_are_told_that_nothing_was_written_and_each_command_happens_once_later()
    {
        var database = await (await PostgresServer.Require()).NewDatabase();
        await using var app = PostgresDatabase.DataSource(database);
        var tenant = Purse.NewTenant();
        await using var log = await Purse.Open(app, tenant, lockWait: Wait);
        var first = new ManualResetEventSlim();
        var holding = log.Send(Blocked(first)).AsTask();
        await NodesSpec.Until(() => log.Waiting == 0);
        var sent = Enumerable.Range(0, 3).Select(i => log.Send(Purse.Fill("a", 7, $"{i}")).AsTask()).ToList();
        await using var held = await HeldLock.Await(database, tenant);
        first.Set();
        (await holding).Accepted.ShouldBeTrue();

        (await Should.ThrowAsync<StoreBusy>(() => sent[0].WaitAsync(Patience))).MayPass.ShouldBeTrue();
        await held.DisposeAsync(); // who came with the first does not get a wait of its own
        foreach (var other in sent.Skip(1))
            await Should.ThrowAsync<StoreBusy>(() => other.WaitAsync(Patience));
        log.Stopped.ShouldBeNull();
        foreach (var i in Enumerable.Range(0, 3))
            (await log.Send(Purse.Fill("a", 7, $"{i}"))).Replayed.ShouldBeFalse();
        (await log.Send(Purse.Fill("a", 7, "0"))).Replayed.ShouldBeTrue();
        (await Purse.SumOf(log.Inline, "purse_sum", "a")).ShouldBe(21);
    }

    [Fact]
    public async Task A_copy_at_another_node_is_told_so_and_followers_go_on_when_the_log_is_free()
    {
        var database = await (await PostgresServer.Require()).NewDatabase();
        await using var app = PostgresDatabase.DataSource(database);
        var tenant = Purse.NewTenant();
        await using var first = await Purse.Open(app, tenant, follow: false);
        await using var second = await Purse.Open(app, tenant, lockWait: Wait);
        (await first.Send(Purse.Fill("a", 7, "1"))).Accepted.ShouldBeTrue();
        await using (await HeldLock.Take(database, tenant))
            await Should.ThrowAsync<StoreBusy>(() => second.Send(Purse.Fill("a", 7, "1")).AsTask().WaitAsync(Patience));
        (await second.Send(Purse.Fill("a", 7, "1"))).Replayed.ShouldBeTrue();
        second.Stopped.ShouldBeNull();
        await NodesSpec.Until(() => second.Reached("purse-followed") >= 1);
        second.Status().ShouldAllBe(s => s.Failure == null);
    }

    [Fact]
    public async Task A_log_that_is_held_cannot_be_opened_and_can_be_when_it_is_free()
    {
        var database = await (await PostgresServer.Require()).NewDatabase();
        await using var app = PostgresDatabase.DataSource(database);
        var tenant = Purse.NewTenant();
        await using (await HeldLock.Take(database, tenant))
            await Should.ThrowAsync<StoreBusy>(() =>
                Purse.Open(app, tenant, lockWait: Wait).AsTask().WaitAsync(Patience)
            );
        await using var log = await Purse.Open(app, tenant, lockWait: Wait);
        (await log.Send(Purse.Fill("a", 7, "1"))).Accepted.ShouldBeTrue();
    }

    private static Command Blocked(ManualResetEventSlim gate) =>
        new()
        {
            Id = CommandId.From("held"),
            Fingerprint = 0,
            Actor = "test",
            Streams = [StreamName.Of("purse", "held")],
            Decide = _ =>
            {
                gate.Wait(Patience);
                return null;
            },
        };
}
