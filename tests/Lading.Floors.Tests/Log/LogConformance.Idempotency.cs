using Lading.Kernel;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>The same command id: the same answer, one effect.</summary>
public abstract partial class LogConformance
{
    [Fact]
    public async Task The_same_command_again_gets_the_same_answer_and_has_no_effect()
    {
        var log = await Open();
        var first = await log.Move("a", 5, id: "pay");
        await log.Move("a", 1);
        var again = await log.Move("a", 5, id: "pay");

        again.ShouldBe(first with { Replayed = true });
        (await log.State("a")).Value.ShouldBe(6);
    }

    [Fact]
    public async Task A_refusal_is_remembered_like_an_acceptance()
    {
        var log = await Open();
        var first = await log.Send(Refusing(log, "no"));
        (await log.Send(log.Moving("a", 1, id: "no"))).ShouldBe(first with { Replayed = true });
        await log.Open();
        (await log.Send(log.Moving("a", 1, id: "no"))).ShouldBe(first with { Replayed = true });
        log.Log.Head.ShouldBe(0);
    }

    [Fact]
    public async Task A_month_later_an_id_is_forgotten_while_the_log_runs_and_younger_ones_are_not()
    {
        var log = Make();
        log.Options = new CommitterOptions { OutcomesInPart = 4 };
        await log.Open();
        for (var i = 0; i < 6; i++)
            await log.Move("a", 1, id: $"old-{i}");
        log.Clock.Advance(TimeSpan.FromDays(29));
        (await log.Move("a", 1, id: "old-0")).Replayed.ShouldBeTrue();
        for (var i = 0; i < 4; i++)
            await log.Move("a", 1, id: $"young-{i}");
        log.Clock.Advance(TimeSpan.FromDays(2));
        (await log.Move("a", 1, id: "old-0")).Replayed.ShouldBeFalse();
        (await log.Move("a", 1, id: "young-0")).Replayed.ShouldBeTrue();
        (await log.Move("a", 1, id: "old-0")).Replayed.ShouldBeTrue();
        await log.Open();
        (await log.Move("a", 1, id: "young-3")).Replayed.ShouldBeTrue();
    }

    [Fact]
    public async Task The_same_id_with_another_body_is_unprocessable()
    {
        var log = await Open();
        await log.Move("a", 5, id: "pay");
        var other = await log.Send(
            log.Deciding(
                [C("a")],
                on =>
                {
                    on.Append(C("a"), new CounterMoved(9, ""));
                    return null;
                },
                "pay",
                fingerprint: 8
            )
        );
        other.Refusal!.Kind.ShouldBe(RefusalKind.Unprocessable);
        (await log.Move("a", 5, id: "pay")).Accepted.ShouldBeTrue();
        (await log.Facts()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Copies_within_one_batch_take_effect_once()
    {
        var log = await Open();
        var gate = await log.Hold();
        var copies = Enumerable.Range(0, 8).Select(_ => log.Log.Send(log.Moving("a", 1, id: "same")).AsTask()).ToList();
        var other = log.Log.Send(log.Deciding([C("a")], _ => null, "same", fingerprint: 8)).AsTask();
        gate.Set();
        var answers = await Task.WhenAll(copies);

        answers.Count(a => !a.Replayed).ShouldBe(1);
        answers.Select(a => a with { Replayed = false }).Distinct().Count().ShouldBe(1);
        (await other).Refusal!.Kind.ShouldBe(RefusalKind.Unprocessable);
        (await log.Facts()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_copy_waits_ten_seconds_for_a_first_that_stands_still_and_its_refusal_is_not_remembered()
    {
        var log = await Open();
        var gate = await log.Hold();
        var first = log.Log.Send(log.Moving("a", 5, id: "pay")).AsTask();
        log.Clock.Advance(TimeSpan.FromSeconds(5));
        var copy = log.Log.Send(log.Moving("a", 5, id: "pay")).AsTask();
        var recall = log.Log.Recall(CommandId.From("pay"), 7).AsTask();
        log.Clock.Advance(TimeSpan.FromSeconds(9));
        copy.IsCompleted.ShouldBeFalse("it waits for the outcome");
        log.Clock.Advance(TimeSpan.FromSeconds(1));
        var late = (await copy.WaitAsync(LogUnderTest.Patience)).Refusal!;
        (late.Code, late.Kind).ShouldBe((LogRefusals.StillRunningCode, RefusalKind.Conflict));
        (await recall.WaitAsync(LogUnderTest.Patience))!.Refusal.ShouldBe(late);
        first.IsCompleted.ShouldBeFalse("the first waits as long as it takes");
        gate.Set();

        var answer = await first;
        answer.Accepted.ShouldBeTrue();
        (await log.Move("a", 5, id: "pay")).ShouldBe(answer with { Replayed = true });
        await log.Open();
        (await log.Move("a", 5, id: "pay")).ShouldBe(answer with { Replayed = true });
        (await log.Facts()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_copy_that_was_told_to_ask_again_is_not_decided_when_the_first_fails()
    {
        var log = await Open();
        var gate = await log.Hold();
        var first = log.Log.Send(log.Deciding([C("a")], _ => throw new InvalidOperationException(), "pay")).AsTask();
        var copy = log.Log.Send(log.Moving("a", 5, id: "pay")).AsTask();
        log.Clock.Advance(TimeSpan.FromSeconds(10));
        (await copy.WaitAsync(LogUnderTest.Patience)).Refusal!.Code.ShouldBe(LogRefusals.StillRunningCode);
        gate.Set();
        await Should.ThrowAsync<InvalidOperationException>(first);
        (await log.Move("a", 1)).Position.ShouldBe(1);
    }

    [Fact]
    public async Task Copies_that_race_take_effect_once()
    {
        var log = await Open();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => log.Move("a", 1, id: $"race-{i / 8}"))));
        (await log.Facts()).Count.ShouldBe(25);
        (await log.Facts()).Select(f => f.Command).Distinct().Count().ShouldBe(25);
    }

    [Fact]
    public async Task Outcomes_survive_reopening_many_times()
    {
        var log = await Open();
        var answers = new Dictionary<string, Answer>();
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < 20; i++)
                answers[$"k{round}-{i}"] = await log.Move("a", i, id: $"k{round}-{i}");
            await log.Open();
            foreach (var (id, answer) in answers)
                (await log.Send(log.Moving("a", 1, id: id))).ShouldBe(answer with { Replayed = true });
        }

        (await log.Facts()).Count.ShouldBe(80);
    }

    [Fact]
    public async Task Outcomes_are_forgotten_after_their_time()
    {
        var log = await Open();
        await log.Move("a", 1, id: "old");
        log.Clock.Advance(TimeSpan.FromDays(20));
        await log.Move("a", 1, id: "young");
        log.Clock.Advance(TimeSpan.FromDays(11));
        await log.Open();
        (await log.Move("a", 1, id: "young")).Replayed.ShouldBeTrue();
        (await log.Move("a", 1, id: "old")).Replayed.ShouldBeFalse();
        (await log.Facts()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Recall_finds_what_is_remembered_and_decides_nothing()
    {
        var log = await Open();
        var answer = await log.Move("a", 1, id: "known");
        (await log.Log.Recall(CommandId.From("known"), 7)).ShouldBe(answer with { Replayed = true });
        (await log.Log.Recall(CommandId.From("known"), 8))!.Refusal!.Kind.ShouldBe(RefusalKind.Unprocessable);
        (await log.Log.Recall(CommandId.From("unknown"), 7)).ShouldBeNull();
        log.Log.Head.ShouldBe(1);
    }

    [Fact]
    public async Task A_command_that_threw_is_not_remembered()
    {
        var log = await Open();
        var failing = true;
        Command Flaky() =>
            log.Deciding(
                [C("a")],
                on =>
                {
                    if (failing)
                        throw new InvalidOperationException("not yet");
                    on.Append(C("a"), new CounterMoved(1, ""));
                    return null;
                },
                "flaky"
            );
        await Should.ThrowAsync<InvalidOperationException>(log.Send(Flaky()));
        failing = false;
        (await log.Send(Flaky())).ShouldBe(new Answer(null, C("a"), 1, 1, Replayed: false));
    }
}
