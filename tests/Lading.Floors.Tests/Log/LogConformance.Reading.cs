using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>States, snapshots, reads, the chain, closing.</summary>
public abstract partial class LogConformance
{
    [Fact]
    public async Task A_state_is_read_from_its_snapshot_and_the_facts_after_it()
    {
        var folded = 0;
        var log = await Open(new TestModel { SnapshotEvery = 10, OnFold = _ => Interlocked.Increment(ref folded) });
        for (var i = 0; i < 25; i++)
            await log.Move("a", 1);
        await log.Open();
        folded = 0;
        (await log.State("a")).ShouldBe(new Counter(25, 25));
        folded.ShouldBe(5);
    }

    [Fact]
    public async Task A_snapshot_of_another_version_is_ignored()
    {
        var folded = 0;
        var log = await Open(new TestModel { SnapshotEvery = 10 });
        for (var i = 0; i < 25; i++)
            await log.Move("a", 1);
        log.Model = new TestModel
        {
            SnapshotEvery = 10,
            SnapshotVersion = 2,
            OnFold = _ => Interlocked.Increment(ref folded),
        };
        await log.Open();
        (await log.State("a")).ShouldBe(new Counter(25, 25));
        folded.ShouldBe(25);
        await log.Move("a", 1);
        await log.Open();
        folded = 0;
        (await log.State("a")).ShouldBe(new Counter(26, 26));
        folded.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task States_let_go_are_folded_again()
    {
        var log = Make();
        log.Options = new CommitterOptions { CachedStreams = 8 };
        log.Model = new TestModel { SnapshotEvery = 4 };
        await log.Open();
        var model = new long[40];
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var at = random.Next(40);
            model[at] += i;
            await log.Move($"c{at}", i);
        }

        for (var at = 0; at < 40; at++)
            (await log.State($"c{at}")).Value.ShouldBe(model[at]);
    }

    [Fact]
    public async Task Many_streams_are_let_go_in_one_batch_and_come_back()
    {
        var log = Make();
        log.Options = new CommitterOptions { CachedStreams = 8 };
        await log.Open();
        var streams = Enumerable.Range(0, 200).Select(i => C($"s{i}")).ToArray();
        for (var round = 0; round < 3; round++)
            await log.Send(
                log.Deciding(
                    streams,
                    on =>
                    {
                        foreach (var s in streams)
                            on.Append(s, new CounterMoved(1, ""));
                        return null;
                    }
                )
            );
        (await log.State("s150")).ShouldBe(new Counter(3, 3));
        (await log.Facts()).Count.ShouldBe(600);
    }

    [Fact]
    public async Task An_old_event_version_is_upcast_when_read_and_its_hash_still_stands()
    {
        var log = await Open(new TestModel { MovedName = "test.counter-moved.v1" });
        await log.Move("a", 4);
        log.Model = new TestModel();
        await log.Open();
        await log.Move("a", 2, "new");

        var facts = await log.Facts();
        facts.Select(f => f.Type).ShouldBe(["test.counter-moved.v1", "test.counter-moved.v2"]);
        facts.Select(f => f.Fact).ShouldBe([new CounterMoved(4, "from v1"), new CounterMoved(2, "new")]);
        facts[0].FactType.ShouldBe(typeof(CounterMoved));
        (await log.State("a")).ShouldBe(new Counter(6, 2));
        await ChainHolds(log);
    }

    [Fact]
    public async Task A_fact_nobody_knows_stops_its_stream_and_nothing_else()
    {
        var log = await Open(new TestModel { MovedName = "test.counter-moved.v9" });
        await log.Move("a", 4);
        log.Model = new TestModel();
        await log.Open();
        await Should.ThrowAsync<Exception>(log.Move("a", 1));
        (await log.Move("b", 1)).Accepted.ShouldBeTrue();
    }

    private static async Task ChainHolds(LogUnderTest log)
    {
        await log.Close();
        using var store = log.Provider.OpenLog(log.Tenant);
        var hash = LogHead.Empty.Hash;
        long position = 0;
        foreach (var fact in await store.Reader.ReadAfter(0, int.MaxValue, default))
        {
            fact.Position.ShouldBe(++position);
            hash = HashChain.Next(hash, log.Tenant, fact);
            hash.ShouldBe(fact.Hash);
        }

        (await store.Reader.ReadHead(default)).Hash.ShouldBe(hash);
    }

    [Fact]
    public async Task Every_fact_carries_the_hash_over_the_one_before()
    {
        var log = await Open(new TestModel { Echoes = true });
        for (var i = 0; i < 30; i++)
            await log.Move($"c{i % 3}", i, $"note {i}");
        await log.Level(TestModel.Policy);
        await log.Open();
        await log.Move("a", 1);
        await ChainHolds(log);
    }

    [Fact]
    public async Task Reads_are_paged_by_position_and_by_version()
    {
        var log = Make();
        log.Options = new CommitterOptions { TailFacts = 10 };
        await log.Open();
        for (var i = 1; i <= 30; i++)
            await log.Move(i % 2 == 0 ? "even" : "odd", i);

        async Task Check()
        {
            (await log.Log.ReadAfter(0, 3, default)).Select(f => f.Position).ShouldBe([1, 2, 3]);
            (await log.Log.ReadAfter(27, 10, default)).Select(f => f.Position).ShouldBe([28, 29, 30]);
            (await log.Log.ReadAfter(30, 10, default)).ShouldBeEmpty();
            (await log.Log.ReadAfter(99, 10, default)).ShouldBeEmpty();
            (await log.Log.ReadStream(C("even"), 12, 2, default)).Select(f => f.Position).ShouldBe([26, 28]);
            (await log.Log.ReadStream(C("none"), 0, 2, default)).ShouldBeEmpty();
            (await log.Log.ReadVersion(C("even"), default)).ShouldBe(15);
            (await log.Log.ReadVersion(C("none"), default)).ShouldBe(0);
        }

        await Check();
        await log.Open();
        await Check();
    }

    [Fact]
    public async Task Waiting_past_a_position_ends_when_it_is_passed()
    {
        var log = await Open();
        using var stop = new CancellationTokenSource();
        var never = log.Log.WaitPast(5, stop.Token).AsTask();
        var first = log.Log.WaitPast(0, default).AsTask();
        first.IsCompleted.ShouldBeFalse();
        await log.Move("a", 1);
        (await first).ShouldBeTrue();
        await stop.CancelAsync();
        (await never).ShouldBeFalse();
        (await log.Log.WaitPast(0, new CancellationToken(true))).ShouldBeTrue();
    }

    [Fact]
    public async Task A_directory_in_memory_is_as_new_as_the_answered_command()
    {
        var log = await Open(new TestModel { Directory = true });
        await log.Move("a", 1);
        await log.Move("a", 1);
        log.Log.Memory(log.Model.Moves)["a"].ShouldBe(2);
        await log.Open();
        log.Log.Memory(log.Model.Moves).Keys.ShouldBe(["a"]);
        await log.Move("b", 1);
        log.Log.Memory(log.Model.Moves)["b"].ShouldBe(1);
    }

    [Fact]
    public async Task Closing_answers_everybody_who_waits()
    {
        var log = await Open();
        var gate = await log.Hold();
        var waiting = Enumerable.Range(0, 50).Select(i => log.Log.Send(log.Moving("a", 1)).AsTask()).ToList();
        var open = log.Log;
        var closing = open.DisposeAsync().AsTask();
        var late = open.Send(log.Moving("a", 1)).AsTask();
        gate.Set();
        await closing.WaitAsync(TimeSpan.FromSeconds(20));
        foreach (var answer in waiting)
            await Settled(answer);
        (await late).Refusal!.Kind.ShouldBe(RefusalKind.Unavailable);
        (await open.Send(log.Moving("a", 1))).Refusal!.Kind.ShouldBe(RefusalKind.Unavailable);
        await open.DisposeAsync();
    }

    [Fact]
    public async Task Closing_under_load_answers_everybody_and_keeps_what_it_acknowledged()
    {
        for (var round = 0; round < 5; round++)
        {
            var log = await Open(new TestModel { Echoes = true });
            var acked = 0;
            var open = log.Log;
            var writers = Enumerable
                .Range(0, 8)
                .Select(w =>
                    Task.Run(async () =>
                    {
                        while (true)
                            try
                            {
                                if (!(await open.Send(log.Moving($"c{w}", 1))).Accepted)
                                    return;
                                Interlocked.Increment(ref acked);
                            }
                            catch (StoreFault)
                            {
                                return;
                            }
                    })
                )
                .ToList();
            await LogUnderTest.Until(() => open.Head > 40);
            await log.Close();
            await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(20));
            log.React = log.Follow = false;
            await log.Open();
            (await log.Facts()).Count(f => f.Fact is CounterMoved).ShouldBe(acked);
        }
    }

    private static async Task Settled(Task<Answer> answer)
    {
        try
        {
            await answer.WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (StoreFault)
        {
            // Told that it was not decided: an answer too.
        }
    }
}
