using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>Read models: inline with the command, followed exactly once, built anew beside the one that
/// serves.</summary>
public abstract partial class LogConformance
{
    [Fact]
    public async Task Inline_rows_are_there_when_the_command_is_answered()
    {
        var log = await Open();
        await log.Move("a", 5, "");
        (await log.CounterRows()).ShouldBe([("a", 5, "", 1)]);
        await log.Move("a", -2, "second");
        (await log.CounterRows()).ShouldBe([("a", 3, "second", 2)]);
        log.Log.Reached(TestModel.CountersName).ShouldBe(log.Log.Head);
    }

    [Fact]
    public async Task A_follower_applies_each_fact_once_across_reopenings()
    {
        var log = await Open();
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 40; i++)
                await log.Move("a", 1);
            if (round % 2 == 0)
                await log.Level(TestModel.HistoryName);
            await log.Open();
        }

        await log.Level(TestModel.HistoryName);
        (await log.HistoryRows()).ShouldBe(Enumerable.Range(1, 200).Select(i => ((long)i, 1L, 1L)));
        (await log.HistoryTotal()).ShouldBe(200);
    }

    [Fact]
    public async Task A_follower_far_behind_the_tail_reads_the_store()
    {
        var log = Make();
        log.Options = new CommitterOptions { TailFacts = 16 };
        log.Follow = false;
        await log.Open();
        for (var i = 0; i < 60; i++)
            await log.Move("a", 1);
        log.Follow = true;
        await log.Open();
        await log.Level(TestModel.HistoryName);
        (await log.HistoryTotal()).ShouldBe(60);
    }

    [Fact]
    public async Task A_follower_that_throws_stops_before_the_fact_says_why_and_goes_on_when_asked()
    {
        var broken = true;
        var model = new TestModel
        {
            BeforeHistory = f =>
            {
                if (broken && f.Position == 7)
                    throw new InvalidOperationException("row seven");
            },
        };
        var log = await Open(model);
        var gate = await log.Hold();
        var sent = Enumerable.Range(0, 10).Select(_ => log.Log.Send(log.Moving("a", 1)).AsTask()).ToList();
        gate.Set();
        await Task.WhenAll(sent);
        await LogUnderTest.Until(() => log.Status(TestModel.HistoryName).Failure is not null);

        log.Status(TestModel.HistoryName).Failure!.ShouldContain("7");
        log.Status(TestModel.HistoryName).Failure!.ShouldContain("row seven");
        log.Status(TestModel.HistoryName).Position.ShouldBe(6);
        (await log.HistoryTotal()).ShouldBe(6);
        await log.Open();
        log.Status(TestModel.HistoryName).Failure!.ShouldContain("row seven");
        broken = false;
        log.Log.Resume(TestModel.HistoryName).ShouldBeTrue();
        await log.Level(TestModel.HistoryName);
        (await log.HistoryRows()).ShouldBe(Enumerable.Range(1, 10).Select(i => ((long)i, 1L, 1L)));
        log.Log.Resume(TestModel.HistoryName).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stopped_follower_skips_only_the_fact_it_stopped_at()
    {
        var model = new TestModel
        {
            BeforeHistory = f =>
            {
                if (f.Position == 7)
                    throw new InvalidOperationException("row seven");
            },
        };
        var log = await Open(model);
        var gate = await log.Hold();
        var sent = Enumerable.Range(0, 10).Select(_ => log.Log.Send(log.Moving("a", 1)).AsTask()).ToList();
        gate.Set();
        await Task.WhenAll(sent);
        await LogUnderTest.Until(() => log.Status(TestModel.HistoryName).Failure is not null);

        log.Log.Resume(TestModel.HistoryName, skip: 9).ShouldBeFalse();
        log.Log.Resume(TestModel.HistoryName, skip: 7).ShouldBeTrue();
        await log.Level(TestModel.HistoryName);
        (await log.HistoryRows()).Select(r => r.Position).ShouldBe([1, 2, 3, 4, 5, 6, 8, 9, 10]);
        (await log.HistoryTotal()).ShouldBe(9);
        await log.Open();
        await log.Move("a", 1);
        await log.Level(TestModel.HistoryName);
        (await log.HistoryTotal()).ShouldBe(10);
    }

    [Fact]
    public async Task A_follower_whose_rows_cannot_be_written_stops_at_the_guilty_fact()
    {
        var model = new TestModel();
        var log = await Open(model);
        await log.Move("a", long.MaxValue - 10);
        var gate = await log.Hold();
        var sent = new[] { 1L, 1, 50, 1 }.Select(by => log.Log.Send(log.Moving("b", by)).AsTask()).ToList();
        gate.Set();
        await Task.WhenAll(sent);
        await LogUnderTest.Until(() => log.Status(TestModel.HistoryName).Failure is not null);
        log.Status(TestModel.HistoryName).Position.ShouldBe(3);
        (await log.HistoryTotal()).ShouldBe(long.MaxValue - 8);
        log.Log.Resume(TestModel.HistoryName, skip: 4).ShouldBeTrue();
        await log.Level(TestModel.HistoryName);
        (await log.HistoryTotal()).ShouldBe(long.MaxValue - 7);
    }

    [Theory]
    [InlineData(TestModel.CountersName)]
    [InlineData(TestModel.HistoryName)]
    public async Task A_projection_is_rebuilt_under_load_and_takes_over_with_equal_rows(string name)
    {
        var log = await Open(new TestModel { Directory = true });
        for (var i = 0; i < 200; i++)
            await log.Move($"c{i % 7}", i, $"n{i}");
        await log.Level(TestModel.HistoryName);
        using var stop = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await log.Move($"c{i % 9}", 1, $"load {i}");
        });
        for (var round = 0; round < 3; round++)
        {
            var before = log.Log.Head;
            await log.Log.WaitPast(before + 20, TestContext.Current.CancellationToken);
            log.Log.Rebuild(name).ShouldBeTrue();
            await LogUnderTest.Until(
                () => log.Log.Status().All(s => s.BuiltPercent is null && s.Failure is null),
                () => string.Join("; ", log.Log.Status())
            );
        }

        await stop.CancelAsync();
        await load;
        await log.Level(TestModel.HistoryName);
        await RowsEqualTheLog(log);
        log.Log.Memory(log.Model.Moves).Keys.Order().ShouldBe(Enumerable.Range(0, 9).Select(i => $"c{i}"));
        await log.Open();
        await log.Move("c0", 1);
        await log.Level(TestModel.HistoryName);
        await RowsEqualTheLog(log);
    }

    private static async Task RowsEqualTheLog(LogUnderTest log)
    {
        var facts = (await log.Facts()).Where(f => f.Fact is CounterMoved).ToList();
        var expected = facts
            .GroupBy(f => f.Stream.Key)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g =>
                (
                    g.Key,
                    g.Sum(f => ((CounterMoved)f.Fact).By),
                    (string?)((CounterMoved)g.Last().Fact).Note,
                    g.Last().Position
                )
            );
        (await log.CounterRows()).ShouldBe(expected);
        (await log.HistoryRows()).ShouldBe(facts.Select(f => (f.Position, ((CounterMoved)f.Fact).By, 1L)));
        (await log.HistoryTotal()).ShouldBe(facts.Sum(f => ((CounterMoved)f.Fact).By));
    }

    [Fact]
    public async Task A_new_version_of_a_projection_is_built_beside_the_old_one_and_switched()
    {
        var log = await Open();
        for (var i = 0; i < 50; i++)
            await log.Move($"c{i % 3}", i);
        await log.Level(TestModel.HistoryName);
        log.Model = new TestModel
        {
            CountersVersion = 2,
            HistoryVersion = 2,
            Directory = true,
        };
        await log.Open();
        await log.Move("c0", 1);
        await LogUnderTest.Until(() =>
            log.Log.Reached(TestModel.CountersName) >= 51 && log.Log.Reached(TestModel.HistoryName) >= 51
        );
        await RowsEqualTheLog(log);
        await LogUnderTest.Until(() => Loaded(log));
        await log.Move("c9", 1);
        log.Log.Memory(log.Model.Moves)["c9"].ShouldBe(1);
        await log.Level(TestModel.HistoryName);
        await RowsEqualTheLog(log);
    }

    private static bool Loaded(LogUnderTest log)
    {
        try
        {
            return log.Log.Memory(log.Model.Moves).Count > 0;
        }
        catch (StoreFault)
        {
            return false;
        }
    }

    [Fact]
    public async Task A_build_that_throws_stops_alone_and_the_serving_one_goes_on()
    {
        var log = await Open();
        for (var i = 0; i < 20; i++)
            await log.Move("a", 1);
        await log.Level(TestModel.HistoryName);
        var broken = true;
        log.Model = new TestModel
        {
            CountersVersion = 2,
            BeforeCounters = f =>
            {
                if (broken && f.Position == 11)
                    throw new InvalidOperationException("row eleven");
            },
        };
        await log.Open();
        await LogUnderTest.Until(() =>
            log.Log.Status().Any(s => s.Failure?.Contains("row eleven", StringComparison.Ordinal) == true)
        );
        await log.Move("a", 1);
        await log.Level(TestModel.HistoryName);
        log.Log.Reached(TestModel.CountersName).ShouldBe(-1);
        broken = false;
        log.Log.Resume(TestModel.CountersName).ShouldBeTrue();
        await LogUnderTest.Until(() => log.Log.Reached(TestModel.CountersName) == 21);
        await RowsEqualTheLog(log);
    }

    [Fact]
    public async Task Skipping_in_a_build_leaves_the_serving_generation_where_it_is()
    {
        var broken = false;
        var model = new TestModel
        {
            BeforeHistory = f =>
            {
                if (broken && f.Position == 5)
                    throw new InvalidOperationException("five");
            },
        };
        var log = await Open(model);
        for (var i = 0; i < 20; i++)
            await log.Move("a", 1);
        await log.Level(TestModel.HistoryName);
        broken = true;
        log.Log.Rebuild(TestModel.HistoryName).ShouldBeTrue();
        await LogUnderTest.Until(() => log.Log.Status().Any(s => s.Failure is not null));
        log.Log.Reached(TestModel.HistoryName).ShouldBe(20);
        log.Log.Resume(TestModel.HistoryName, skip: 5).ShouldBeTrue();
        await LogUnderTest.Until(() => log.Log.Status().All(s => s.Failure is null && s.BuiltPercent is null));
        await log.Open();
        await log.Move("a", 1);
        await log.Level(TestModel.HistoryName);
        (await log.HistoryRows())
            .Select(r => (r.Position, r.Seen))
            .ShouldBe(Enumerable.Range(1, 21).Where(i => i != 5).Select(i => ((long)i, 1L)));
        (await log.HistoryTotal()).ShouldBe(20);
    }

    [Fact]
    public async Task Those_that_serve_take_turns_with_a_build_and_end_with_the_same_rows()
    {
        var log = Make();
        log.Follow = false;
        await log.Open();
        for (var i = 1; i <= 10; i++)
            await log.Move("a", i);
        var facts = await log.Facts();
        await log.Close();
        var model = log.Model.Build();
        using var store = log.Provider.OpenFollowers(log.Tenant);
        var follower = new Follower(model, store, (after, _) => [.. facts.Skip((int)after).Take(1)], _ => []);
        follower.Open(head: 0);
        for (var i = 0; i < 8; i++)
            follower.Step(head: 10).ShouldBeTrue();
        follower.Rebuild(model.Projections.Single(p => p.Name == TestModel.HistoryName));
        for (var i = 0; i < 4; i++)
            follower.Step(head: 10).ShouldBeTrue();
        follower.Reached(TestModel.HistoryName).ShouldBe(10);
        follower.Status(10).ShouldContain(s => s.BuiltPercent == 20);
        while (follower.Step(head: 10))
            follower.Status(10).ShouldAllBe(s => s.Failure == null);
        follower.Status(10).ShouldAllBe(s => s.BuiltPercent == null && s.Position == 10);
        var rows = await store.Reads.Query(
            "select position from test_history order by position",
            r => r.Integer(0),
            default
        );
        rows.ShouldBe(Enumerable.Range(1, 10).Select(i => (long)i));
    }

    [Fact]
    public async Task Asking_when_nothing_follows_answers_no_and_does_not_hang()
    {
        var log = Make();
        log.Follow = false;
        await log.Open();
        var resumed = Task.Run(() => log.Log.Resume(TestModel.HistoryName));
        (await resumed.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeFalse();
    }
}
