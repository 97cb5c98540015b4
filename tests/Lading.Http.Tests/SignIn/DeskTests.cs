using Lading.Platform.SignIn;

namespace Lading.Http.Tests.SignIn;

/// <summary>The desk at which passwords are hashed: who would wait longer than its patience is told so at
/// once.</summary>
public class DeskTests
{
    private readonly MovedClock clock = new();

    [Fact]
    public async Task A_crowd_is_let_in_as_far_as_it_will_be_served_in_time_and_the_rest_is_refused_without_waiting()
    {
        using var desk = new PasswordDesk(TimeSpan.FromSeconds(2), clock);
        for (var i = 0; i < 50; i++)
            await Serve(desk, TimeSpan.FromMilliseconds(500));
        var places = Enumerable.Range(0, 200).Select(_ => desk.Enter()).ToList();
        places.Count(p => p is not null).ShouldBe(5, "one is served and four wait half a second each");
        places[0]!.Dispose();
        places[0]!.Dispose();
        desk.Enter().ShouldNotBeNull();
        desk.Enter().ShouldBeNull("a place left twice is one place");
    }

    [Fact]
    public async Task A_turn_that_comes_too_late_is_no_turn()
    {
        using var desk = new PasswordDesk(TimeSpan.FromSeconds(2), clock);
        using var place = desk.Enter()!;
        clock.Advance(TimeSpan.FromSeconds(2) + TimeSpan.FromTicks(1));
        var (served, _) = await place.Run(() => Task.FromResult(1), TestContext.Current.CancellationToken);
        served.ShouldBeFalse();
        await Serve(desk, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Who_still_waits_when_the_patience_is_over_is_answered_then()
    {
        using var desk = new PasswordDesk(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        using var first = desk.Enter()!;
        using var second = desk.Enter()!;
        var held = new TaskCompletionSource<int>();
        var (began, stop) = (new TaskCompletionSource(), TestContext.Current.CancellationToken);
        var serving = first.Run(
            () =>
            {
                began.SetResult();
                return held.Task;
            },
            stop
        );
        await began.Task;
        (await second.Run(() => Task.FromResult(1), stop)).Served.ShouldBeFalse("the first is not done");
        held.SetResult(1);
        (await serving).Served.ShouldBeTrue();
    }

    private async Task Serve(PasswordDesk desk, TimeSpan time)
    {
        using var place = desk.Enter()!;
        var (served, _) = await place.Run(
            () =>
            {
                clock.Advance(time);
                return Task.FromResult(0);
            },
            TestContext.Current.CancellationToken
        );
        served.ShouldBeTrue();
    }
}
