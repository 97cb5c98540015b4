using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>
/// What a tenant's log promises, whatever store holds it. A store passes by deriving this class with its
/// <see cref="LogProvider"/>. This
/// part: appending, refusing, failing.
/// </summary>
public abstract partial class LogConformance : IAsyncLifetime
{
    private readonly List<LogUnderTest> opened = [];

    private LogProvider provider = null!;

    protected abstract LogProvider NewProvider();

    /// <summary>Lets a provider prepare itself (start a server) or skip by name.</summary>
    public virtual ValueTask InitializeAsync()
    {
        provider = NewProvider();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var log in opened)
            await log.DisposeAsync();
        await provider.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private LogUnderTest Make()
    {
        var log = new LogUnderTest(provider);
        opened.Add(log);
        return log;
    }

    private Task<LogUnderTest> Open(TestModel? model = null)
    {
        var log = Make();
        log.Model = model ?? log.Model;
        return log.Open();
    }

    private static StreamName C(string key) => LogUnderTest.Counter(key);

    [Fact]
    public async Task What_was_appended_is_read_back_with_its_envelope()
    {
        var log = await Open();
        var happened = log.Clock.Utc.AddDays(-1);
        var answer = await log.Send(
            log.Deciding(
                [C("a")],
                on =>
                {
                    on.Append(C("a"), new CounterMoved(3, "ä \0 €"), happened);
                    return null;
                },
                id: "one"
            )
        );

        answer.ShouldBe(new Answer(null, C("a"), 1, 1, Replayed: false));
        await log.Open();
        var fact = (await log.Facts()).ShouldHaveSingleItem();
        (fact.Position, fact.Stream, fact.Version, fact.Type).ShouldBe((1L, C("a"), 1L, "test.counter-moved.v2"));
        (fact.Happened, fact.RecordedAt, fact.Happened.Kind).ShouldBe((happened, log.Clock.Utc, DateTimeKind.Utc));
        (fact.Actor, fact.Command, fact.Correlation, fact.Causation).ShouldBe(
            ("key:test", CommandId.From("one"), "c-1", 0L)
        );
        fact.Fact.ShouldBe(new CounterMoved(3, "ä \0 €"));
        fact.Hash.Length.ShouldBe(32);
    }

    [Fact]
    public async Task Positions_and_versions_have_no_gap_under_many_writers()
    {
        var log = await Open();
        await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(w =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 50; i++)
                            (await log.Move($"c{w % 5}", 1)).Accepted.ShouldBeTrue();
                    })
                )
        );

        await log.Open();
        var facts = await log.Facts();
        facts.Select(f => f.Position).ShouldBe(Enumerable.Range(1, 800).Select(i => (long)i));
        foreach (var stream in facts.GroupBy(f => f.Stream))
            stream.Select(f => f.Version).ShouldBe(Enumerable.Range(1, stream.Count()).Select(i => (long)i));
        log.Log.Head.ShouldBe(800);
    }

    [Fact]
    public async Task One_command_changes_several_streams_or_none()
    {
        var log = await Open();
        await log.Move("a", 1);
        var answer = await log.Send(
            log.Deciding(
                [C("b"), C("a")],
                on =>
                {
                    on.Append(C("a"), new CounterMoved(2, ""));
                    on.Append(C("b"), new CounterMoved(3, ""));
                    on.Append(C("a"), new CounterMoved(4, ""));
                    return null;
                }
            )
        );

        answer.ShouldBe(new Answer(null, C("b"), 1, 4, Replayed: false));
        (await log.State("a")).ShouldBe(new Counter(7, 3));
        (await log.State("b")).ShouldBe(new Counter(3, 1));
        await Should.ThrowAsync<Exception>(
            log.Send(
                log.Deciding(
                    [C("a"), C("b")],
                    on =>
                    {
                        on.Append(C("a"), new CounterMoved(5, ""));
                        on.Append(C("b"), new Poisoned("evolve throws"));
                        return null;
                    }
                )
            )
        );
        (await log.State("a")).ShouldBe(new Counter(7, 3));
        log.Log.Head.ShouldBe(4);
    }

    [Fact]
    public async Task A_refusal_leaves_the_log_unchanged()
    {
        var log = await Open();
        await log.Move("a", 1);
        var answer = await log.Send(Refusing(log, "no-1"));

        answer.Refusal!.Code.ShouldBe("test.no");
        (answer.Version, answer.Position).ShouldBe((1L, 1L));
        (await log.Facts()).Count.ShouldBe(1);
        await log.Open();
        log.Log.Head.ShouldBe(1);
    }

    private static Command Refusing(LogUnderTest log, string id, long fingerprint = 7) =>
        log.Deciding(
            [C("a")],
            _ => new Refusal("test.no", RefusalKind.Conflict, "No.", "field", "value", "remedy"),
            id,
            fingerprint
        );

    [Fact]
    public async Task A_rule_that_throws_touches_only_its_caller()
    {
        var log = await Open();
        var gate = await log.Hold();
        var before = log.Log.Send(log.Moving("a", 1)).AsTask();
        var guilty = log
            .Log.Send(log.Deciding([C("a")], _ => throw new ArithmeticException("the rule's own bug")))
            .AsTask();
        var unnamed = log
            .Log.Send(
                log.Deciding(
                    [C("a")],
                    on =>
                    {
                        on.Append(C("b"), new CounterMoved(1, ""));
                        return null;
                    }
                )
            )
            .AsTask();
        var unknownKind = log.Log.Send(log.Deciding([StreamName.Of("nobody", "1")], _ => null)).AsTask();
        var both = log
            .Log.Send(
                log.Deciding(
                    [C("a")],
                    on =>
                    {
                        on.Append(C("a"), new CounterMoved(1, ""));
                        return new Refusal("test.no", RefusalKind.Conflict, "No.");
                    }
                )
            )
            .AsTask();
        var after = log.Log.Send(log.Moving("a", 2)).AsTask();
        gate.Set();

        (await before).Accepted.ShouldBeTrue();
        (await after).Version.ShouldBe(2);
        (await Should.ThrowAsync<ArithmeticException>(guilty)).Message.ShouldBe("the rule's own bug");
        await Should.ThrowAsync<InvalidOperationException>(unnamed);
        await Should.ThrowAsync<InvalidOperationException>(unknownKind);
        await Should.ThrowAsync<InvalidOperationException>(both);
        (await log.State("a")).ShouldBe(new Counter(3, 2));
        log.Log.Head.ShouldBe(2);
    }

    [Fact]
    public async Task A_fold_that_throws_touches_only_the_guilty_command()
    {
        var log = await Open();
        await log.Move("a", 10);
        var gate = await log.Hold();
        var before = Enumerable.Range(0, 3).Select(_ => log.Log.Send(log.Moving("a", 1)).AsTask()).ToList();
        var guilty = log
            .Log.Send(
                log.Deciding(
                    [C("a")],
                    on =>
                    {
                        on.Append(C("a"), new Poisoned("never folds"));
                        return null;
                    }
                )
            )
            .AsTask();
        var overflow = log.Log.Send(log.Moving("a", long.MaxValue)).AsTask();
        var after = Enumerable.Range(0, 3).Select(_ => log.Log.Send(log.Moving("a", 1)).AsTask()).ToList();
        gate.Set();

        foreach (var innocent in before.Concat(after))
            (await innocent).Accepted.ShouldBeTrue();
        (await Should.ThrowAsync<Exception>(guilty)).ToString().ShouldContain("never folds");
        await Should.ThrowAsync<Exception>(overflow);
        (await log.State("a")).ShouldBe(new Counter(16, 7));
        await log.Open();
        (await log.State("a")).ShouldBe(new Counter(16, 7));
        (await log.Facts()).Select(f => f.Version).ShouldBe([1, 2, 3, 4, 5, 6, 7]);
    }

    [Fact]
    public async Task An_inline_projection_that_throws_touches_only_the_guilty_command()
    {
        var model = new TestModel
        {
            BeforeCounters = f =>
            {
                if (((CounterMoved)f.Fact).Note == "bad row")
                    throw new InvalidOperationException("bad row");
            },
        };
        var log = await Open(model);
        var gate = await log.Hold();
        var good = log.Log.Send(log.Moving("a", 1)).AsTask();
        var bad = log.Log.Send(log.Moving("a", 2, "bad row")).AsTask();
        var last = log.Log.Send(log.Moving("a", 4)).AsTask();
        gate.Set();

        (await good).Accepted.ShouldBeTrue();
        (await last).Accepted.ShouldBeTrue();
        await Should.ThrowAsync<Exception>(bad);
        (await log.CounterRows()).ShouldBe([("a", 5, "", 2)]);
    }

    [Fact]
    public async Task A_sum_that_overflows_in_a_row_fails_its_command_and_keeps_the_row_whole()
    {
        var log = await Open(new TestModel { BeforeCounters = null });
        await log.Move("a", long.MaxValue - 5);
        await Should.ThrowAsync<Exception>(
            log.Send(
                log.Deciding(
                    [C("a"), C("z")],
                    on =>
                    {
                        on.Append(C("a"), new CounterMoved(10, ""));
                        return null;
                    }
                )
            )
        );
        (await log.CounterRows()).ShouldBe([("a", long.MaxValue - 5, "", 1)]);
        (await log.Move("a", 5)).Version.ShouldBe(2);
    }

    [Fact]
    public async Task Limits_on_one_command_are_kept()
    {
        var log = await Open();
        await Should.ThrowAsync<InvalidOperationException>(log.Send(log.Deciding([], _ => null)));
        var many = Enumerable.Range(0, Command.MaxStreams + 1).Select(i => C($"m{i}")).ToArray();
        await Should.ThrowAsync<InvalidOperationException>(log.Send(log.Deciding(many, _ => null)));
        await Should.ThrowAsync<InvalidOperationException>(log.Send(Appending(log, Command.MaxEvents + 1)));
        (await log.Send(Appending(log, Command.MaxEvents))).Position.ShouldBe(Command.MaxEvents);
    }

    private static Command Appending(LogUnderTest log, int facts) =>
        log.Deciding(
            [C("a")],
            on =>
            {
                for (var i = 0; i < facts; i++)
                    on.Append(C("a"), new CounterMoved(1, ""));
                return null;
            }
        );

    [Fact]
    public async Task If_match_compares_with_the_primary_stream()
    {
        var log = await Open();
        await log.Move("a", 1);
        await log.Move("a", 1);
        var stale = log.Moving("a", 5);
        var refused = await log.Send(
            new Command
            {
                Id = stale.Id,
                Fingerprint = 7,
                Actor = "key:test",
                Streams = stale.Streams,
                Decide = stale.Decide,
                IfMatch = 1,
            }
        );
        (refused.Refusal!.Kind, refused.Version).ShouldBe((RefusalKind.PreconditionFailed, 2L));

        var fresh = log.Moving("a", 5);
        var taken = await log.Send(
            new Command
            {
                Id = fresh.Id,
                Fingerprint = 7,
                Actor = "key:test",
                Streams = fresh.Streams,
                Decide = fresh.Decide,
                IfMatch = 2,
            }
        );
        (taken.Accepted, taken.Version).ShouldBe((true, 3L));
    }

    [Fact]
    public async Task Time_in_the_log_never_goes_back()
    {
        var log = await Open();
        await log.Move("a", 1);
        var first = log.Clock.Utc;
        log.Clock.Advance(TimeSpan.FromHours(-1));
        await log.Move("a", 1);
        await log.Open();
        await log.Move("a", 1);
        (await log.Facts()).Select(f => f.RecordedAt).ShouldAllBe(at => at == first);
    }

    [Fact]
    public async Task A_full_queue_answers_unavailable_at_once()
    {
        var log = Make();
        log.Options = new CommitterOptions { QueueCapacity = 4 };
        await log.Open();
        var gate = await log.Hold();
        var waiting = Enumerable.Range(0, 4).Select(_ => log.Log.Send(log.Moving("a", 1)).AsTask()).ToList();
        var refused = log.Log.Send(log.Moving("a", 1));
        refused.IsCompleted.ShouldBeTrue();
        (await refused).Refusal!.Kind.ShouldBe(RefusalKind.Unavailable);
        log.Log.Waiting.ShouldBe(4);
        gate.Set();
        foreach (var taken in waiting)
            (await taken).Accepted.ShouldBeTrue();
        (await log.Facts()).Count.ShouldBe(4);
    }
}
