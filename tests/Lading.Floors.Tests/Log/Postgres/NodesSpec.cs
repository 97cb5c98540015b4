using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;

namespace Lading.Floors.Tests.Log.Postgres;

public sealed class NodesSpec
{
    [Fact]
    public async Task Two_nodes_on_one_tenant_lose_no_update_and_leave_no_gap()
    {
        var app = await (await PostgresServer.Require()).App;
        var tenant = Purse.NewTenant();
        await using var first = await Purse.Open(app, tenant);
        await using var second = await Purse.Open(app, tenant);
        TenantLog[] nodes = [first, second];
        const int Writers = 16,
            Each = 60;
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(writer =>
                    Task.Run(async () =>
                    {
                        var taken = new List<(long By, Answer Answer)>();
                        for (var i = 0; i < Each; i++)
                        {
                            var by = i % 3 == 2 ? -2 : 1;
                            taken.Add((by, await nodes[writer % 2].Send(Purse.Fill($"{i % 4}", by, $"{writer}-{i}"))));
                        }

                        return taken;
                    })
                )
        );

        var accepted = answers.SelectMany(a => a).Where(a => a.Answer.Accepted).ToList();
        var facts = await Facts(first, accepted.Count);
        facts.Select(f => f.Position).ShouldBe(Enumerable.Range(1, accepted.Count).Select(p => (long)p));
        foreach (var stream in facts.GroupBy(f => f.Stream.Key))
        {
            stream.Select(f => f.Version).ShouldBe(Enumerable.Range(1, stream.Count()).Select(v => (long)v));
            var running = 0L;
            stream
                .All(f => (running += ((PurseFilled)f.Fact).By) >= 0)
                .ShouldBeTrue($"purse {stream.Key} went below zero");
            (await Purse.SumOf(second.Inline, "purse_sum", stream.Key)).ShouldBe(running);
        }

        facts.Sum(f => ((PurseFilled)f.Fact).By).ShouldBe(accepted.Sum(a => a.By));
        await Followed(first, facts);
    }

    [Fact]
    public async Task The_chain_that_two_nodes_write_is_whole()
    {
        var app = await (await PostgresServer.Require()).App;
        var tenant = Purse.NewTenant();
        await using var first = await Purse.Open(app, tenant);
        await using var second = await Purse.Open(app, tenant);
        for (var i = 0; i < 20; i++)
            await (i % 2 == 0 ? first : second).Send(Purse.Fill("a", 1, $"{i}"));
        var previous = LogHead.Empty.Hash;
        using var store = PostgresLogStore.Open(app, tenant);
        foreach (var fact in await store.Reader.ReadAfter(0, 100, CancellationToken.None))
        {
            fact.Hash.ShouldBe(HashChain.Next(previous, tenant, fact));
            previous = fact.Hash;
        }
    }

    [Fact]
    public async Task A_command_sent_to_two_nodes_happens_once_and_both_hear_the_same()
    {
        var app = await (await PostgresServer.Require()).App;
        var tenant = Purse.NewTenant();
        await using var first = await Purse.Open(app, tenant);
        await using var second = await Purse.Open(app, tenant);
        for (var i = 0; i < 50; i++)
        {
            var both = await Task.WhenAll(
                first.Send(Purse.Fill("a", 1, $"{i}")).AsTask(),
                second.Send(Purse.Fill("a", 1, $"{i}")).AsTask()
            );
            both[0].Position.ShouldBe(both[1].Position);
            both.Count(a => a.Replayed).ShouldBe(1);
        }

        (await Purse.SumOf(first.Inline, "purse_sum", "a")).ShouldBe(50);
    }

    [Fact]
    public async Task A_refusal_is_remembered_by_the_other_node_though_no_position_moved()
    {
        var app = await (await PostgresServer.Require()).App;
        var tenant = Purse.NewTenant();
        await using var first = await Purse.Open(app, tenant);
        await using var second = await Purse.Open(app, tenant);
        (await first.Send(Purse.Fill("a", -5, "x"))).Refusal!.Code.ShouldBe("purse.empty");
        var again = await second.Send(Purse.Fill("a", -5, "x"));
        again.Refusal!.Code.ShouldBe("purse.empty");
        again.Replayed.ShouldBeTrue();
        (await second.Send(Purse.Fill("a", -6, "x"))).Refusal!.Code.ShouldBe("idempotency-key.reused");
    }

    [Fact]
    public async Task An_idle_node_hears_of_the_others_facts()
    {
        var app = await (await PostgresServer.Require()).App;
        var tenant = Purse.NewTenant();
        await using var writing = await Purse.Open(app, tenant);
        await using var idle = await Purse.Open(app, tenant);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        for (var i = 1; i <= 3; i++)
        {
            await writing.Send(Purse.Fill("a", 1, $"{i}"));
            (await idle.WaitPast(i - 1, patience.Token)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task One_tenant_rebuilds_while_the_other_is_read_undisturbed()
    {
        var app = await (await PostgresServer.Require()).App;
        await using var still = await Purse.Open(app, Purse.NewTenant());
        await using var rebuilding = await Purse.Open(app, Purse.NewTenant());
        foreach (var log in new[] { still, rebuilding })
            for (var i = 1; i <= 5; i++)
                await log.Send(Purse.Fill("a", i, $"{i}"));
        rebuilding.Rebuild("purse-sums");
        rebuilding.Rebuild("purse-followed");
        await Until(() => rebuilding.Status().All(s => s.BuiltPercent is null && s.Position >= 5));
        await rebuilding.Send(Purse.Fill("a", 6, "6"));
        (await Purse.SumOf(rebuilding.Inline, "purse_sum", "a")).ShouldBe(21);
        (await Purse.SumOf(still.Inline, "purse_sum", "a")).ShouldBe(15);
        await Until(() => rebuilding.Reached("purse-followed") >= 6);
        (await Purse.SumOf(rebuilding.Followed, "purse_followed", "a")).ShouldBe(21);
    }

    [Fact]
    public async Task A_new_version_is_built_and_an_old_program_may_no_longer_append()
    {
        var app = await (await PostgresServer.Require()).App;
        var tenant = Purse.NewTenant();
        await using var old = await Purse.Open(app, tenant);
        await old.Send(Purse.Fill("a", 7, "1"));
        await using var upgraded = await Purse.Open(app, tenant, version: 2);
        await Until(() => upgraded.Reached("purse-sums") >= 1);
        (await Purse.SumOf(upgraded.Inline, "purse_sum", "a")).ShouldBe(7);
        (await upgraded.Send(Purse.Fill("a", 1, "2"))).Accepted.ShouldBeTrue();
        (
            await Should.ThrowAsync<StoreFault>(async () => await old.Send(Purse.Fill("a", 1, "3")))
        ).Message.ShouldContain("version 2");
        (await Should.ThrowAsync<StoreFault>(() => Purse.SumOf(old.Inline, "purse_sum", "a"))).Message.ShouldContain(
            "being built"
        );
        (await Purse.SumOf(upgraded.Inline, "purse_sum", "a")).ShouldBe(8);
    }

    private static async Task<List<Recorded>> Facts(TenantLog log, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        (await log.WaitPast(count - 1, patience.Token)).ShouldBeTrue();
        return [.. await log.ReadAfter(0, 10_000, CancellationToken.None)];
    }

    private static async Task Followed(TenantLog log, List<Recorded> facts)
    {
        await Until(() => log.Reached("purse-followed") >= facts.Count);
        foreach (var stream in facts.GroupBy(f => f.Stream.Key))
            (await Purse.SumOf(log.Followed, "purse_followed", stream.Key)).ShouldBe(
                stream.Sum(f => ((PurseFilled)f.Fact).By)
            );
    }

    internal static async Task Until(Func<bool> reached)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var tries = 0; !reached(); tries++)
        {
            tries.ShouldBeLessThan(1_500, "It was not reached in time.");
            await tick.WaitForNextTickAsync();
        }
    }
}
