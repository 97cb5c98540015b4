using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>Policies and due commands: exactly once, in order, never silently stopped.</summary>
public abstract partial class LogConformance
{
    private static async Task<List<long>> Echoes(LogUnderTest log) =>
        (await log.Facts()).Select(f => f.Fact).OfType<Echoed>().Select(e => e.Position).ToList();

    private static async Task EchoesAreExact(LogUnderTest log)
    {
        var moves = (await log.Facts())
            .Where(f => f.Fact is CounterMoved)
            .GroupBy(f => f.Command)
            .Select(g => g.Last().Position);
        (await Echoes(log)).ShouldBe(moves);
    }

    [Fact]
    public async Task A_policy_reacts_to_each_command_once_and_in_order_across_reopenings()
    {
        var log = await Open(new TestModel { Echoes = true });
        for (var round = 0; round < 6; round++)
        {
            var sent = Enumerable.Range(0, 60).Select(i => log.Log.Send(log.Moving($"c{i % 4}", 1)).AsTask()).ToList();
            await Task.WhenAll(sent);
            if (round == 3)
                await log.Level(TestModel.Policy);
            await log.Open();
        }

        await log.Level(TestModel.Policy);
        await EchoesAreExact(log);
        var echo = (await log.Facts()).First(f => f.Fact is Echoed);
        (echo.Actor, echo.Causation, echo.Correlation).ShouldBe(
            ($"policy:{TestModel.Policy}", ((Echoed)echo.Fact).Position, "c-1")
        );
    }

    [Fact]
    public async Task A_group_is_never_cut_by_a_page()
    {
        var log = Make();
        log.Model = new TestModel { Echoes = true };
        log.React = false;
        await log.Open();
        foreach (var size in new[] { 3_000, 2_999, 2, 5_000, 1, 4_000, 4_000 })
            await log.Send(Appending(log, size));
        log.React = true;
        await log.Open();
        await log.Level(TestModel.Policy);
        (await log.Facts())
            .Select(f => f.Fact)
            .OfType<Echoed>()
            .Select(e => e.Facts)
            .ShouldBe([3_000, 2_999, 2, 5_000, 1, 4_000, 4_000]);
    }

    [Fact]
    public async Task A_policy_that_throws_stops_says_why_and_goes_on_when_asked()
    {
        var broken = true;
        var log = await Open(
            new TestModel
            {
                Echoes = true,
                BeforeEcho = g =>
                {
                    if (broken && g.Position == 3)
                        throw new InvalidOperationException("third");
                },
            }
        );
        var gate = await log.Hold();
        var sent = Enumerable.Range(0, 5).Select(_ => log.Log.Send(log.Moving("a", 1)).AsTask()).ToList();
        gate.Set();
        await Task.WhenAll(sent);
        await LogUnderTest.Until(() => log.Status(TestModel.Policy).Failure is not null);
        log.Status(TestModel.Policy).Failure!.ShouldContain("third");
        (await Echoes(log)).ShouldBe([1, 2]);
        broken = false;
        log.Log.Resume(TestModel.Policy).ShouldBeTrue();
        await LogUnderTest.Until(() => log.Log.Reached(TestModel.Policy) >= 10);
        await EchoesAreExact(log);
    }

    [Fact]
    public async Task A_skipped_group_stays_skipped_after_reopening()
    {
        var log = await Open(
            new TestModel
            {
                Echoes = true,
                BeforeEcho = g =>
                {
                    if (g.Position == 3)
                        throw new InvalidOperationException("third");
                },
            }
        );
        var gate = await log.Hold();
        var sent = Enumerable.Range(0, 3).Select(_ => log.Log.Send(log.Moving("a", 1)).AsTask()).ToList();
        gate.Set();
        await Task.WhenAll(sent);
        await LogUnderTest.Until(() => log.Status(TestModel.Policy).Failure is not null);
        log.Log.Resume(TestModel.Policy, skip: 4).ShouldBeFalse();
        log.Log.Resume(TestModel.Policy, skip: 3).ShouldBeTrue();
        await log.Level(TestModel.Policy);
        await log.Open();
        await log.Move("a", 1);
        await LogUnderTest.Until(() =>
            log.Log.Reached(TestModel.Policy) >= 6 || log.Status(TestModel.Policy).Failure is not null
        );
        log.Status(TestModel.Policy).Failure.ShouldBeNull();
        (await Echoes(log)).ShouldBe([1, 2, 6]);
    }

    [Fact]
    public async Task Due_commands_run_once_when_their_time_has_come()
    {
        var log = await Open();
        var bell = StreamName.Of("bell", "noon");
        var at = log.Clock.Utc.AddMinutes(10);
        for (var i = 0; i < 3; i++)
            await log.Send(
                log.Deciding(
                    [bell],
                    on =>
                    {
                        on.Due(bell, "ring", at, "first");
                        on.Due(bell, "ring", at.AddMinutes(10));
                        return null;
                    }
                )
            );
        await log.Open();
        log.Log.Head.ShouldBe(0);
        log.Clock.Advance(TimeSpan.FromMinutes(11));
        await log.Log.WaitPast(0, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        await log.Open();
        log.Clock.Advance(TimeSpan.FromMinutes(1));
        await log.Open();
        log.Log.Head.ShouldBe(1);
        log.Clock.Advance(TimeSpan.FromMinutes(20));
        await log.Log.WaitPast(1, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        (await log.Facts()).Select(f => f.Fact).ShouldBe([new Rang("first"), new Rang("")]);
        (await log.Facts())[0].Actor.ShouldBe("due:ring");
    }

    [Fact]
    public async Task A_due_command_that_fails_is_shown_and_holds_up_nobody()
    {
        var log = await Open(new TestModel { Echoes = true });
        var bell = StreamName.Of("bell", "b");
        var at = log.Clock.Utc.AddMinutes(1);
        await log.Send(
            log.Deciding(
                [bell],
                on =>
                {
                    on.Due(bell, "nobody-handles-this", at);
                    on.Due(C("wrong-kind"), "ring", at.AddSeconds(1));
                    on.Due(bell, "ring", at.AddSeconds(2), "ok");
                    return null;
                }
            )
        );
        log.Clock.Advance(TimeSpan.FromMinutes(5));
        await log.Log.WaitPast(0, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        (await log.Facts())[0].Fact.ShouldBe(new Rang("ok"));
        await LogUnderTest.Until(() => log.Log.Status().Count(s => s.Kind == "due") == 2);
        await log.Move("a", 1);
        await log.Level(TestModel.Policy);
        (await Echoes(log)).ShouldBe([2]);
    }

    [Fact]
    public async Task A_due_command_that_was_left_out_never_runs_and_is_no_longer_shown()
    {
        var log = Make();
        ILogReader reader = null!;
        await log.Open(store =>
        {
            reader = store.Reader;
            return store;
        });
        var bell = StreamName.Of("bell", "b/1");
        await log.Send(
            log.Deciding(
                [bell],
                on =>
                {
                    on.Due(bell, "nobody-handles-this", log.Clock.Utc);
                    return null;
                }
            )
        );
        const string Name = "due nobody-handles-this bell/b/1";
        log.Clock.Advance(TimeSpan.FromSeconds(5));
        await LogUnderTest.Until(() => log.Log.StandsAt(Name) == 0);
        log.Log.Resume(Name, skip: 7).ShouldBeFalse();
        log.Log.Resume(Name, skip: 0).ShouldBeTrue();
        log.Clock.Advance(TimeSpan.FromSeconds(5));
        await LogUnderTest.Until(async () => (await reader.ReadDues(log.Clock.Utc, 10, default)).Count == 0);
        await log.Open();
        log.Clock.Advance(TimeSpan.FromSeconds(5));
        await log.Move("a", 1);
        log.Log.Status().Any(s => s.Kind == "due").ShouldBeFalse();
    }

    [Fact]
    public async Task A_policy_waits_for_a_full_lane_and_clients_are_not_starved()
    {
        var log = Make();
        log.Options = new CommitterOptions { ReactionCapacity = 2, BatchCommands = 4 };
        log.Model = new TestModel { Echoes = true };
        await log.Open();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => log.Move("a", 1))));
        await log.Level(TestModel.Policy);
        await EchoesAreExact(log);
    }
}
