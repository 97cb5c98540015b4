using System.Diagnostics;

namespace Lading.Faults.Tests;

/// <summary>
/// The short form of every experiment with its seeded bugs, as <c>./lading faults NAME --short</c> runs it: a process
/// of its own that starts, kills and starves others. The kill loops are in <see cref="KillTests"/>.
/// </summary>
public class PromiseTests
{
    public static TheoryData<string> Names => [.. Catalogue.All.Except(KillLoop.Experiments).Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_promise_holds_and_every_seeded_bug_is_found(string experiment) => ShortForm(experiment);

    internal static async Task ShortForm(string experiment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Lading.Faults");
        var start = new ProcessStartInfo(program, [experiment, "--short"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var run = Process.Start(start)!;
        var error = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        TestContext.Current.SendDiagnosticMessage(said);
        Assert.SkipWhen(run.ExitCode == 4, said);
        run.ExitCode.ShouldBe(0, said);
    }

    [Fact]
    public async Task A_missed_bug_an_exception_a_hang_an_idle_run_and_a_broken_promise_are_red()
    {
        static Task Nothing(Trial trial) => Task.CompletedTask;
        static Task Fine(Trial trial)
        {
            trial.Count("tries");
            return Task.CompletedTask;
        }
        static Task Broken(Trial trial)
        {
            trial.Violated("as asked");
            return Task.CompletedTask;
        }

        var good = new Experiment("good", "", "tries", Fine) { Controls = [new Control("caught", Broken)] };
        var blind = good with { Name = "blind", Controls = [new Control("missed", Nothing)] };
        var broken = good with { Name = "broken", Try = Broken };
        var faulty = good with { Name = "faulty", Try = _ => throw new InvalidOperationException("as asked") };
        var idle = good with { Name = "idle", Try = Nothing };
        var often = good with { Name = "often", Least = [new Least("tries", 1), new Least("hits", 0.5, Enough: 0)] };
        var seldom = good with { Name = "seldom", Least = [new Least("hits", 1)] };
        var hanging = good with
        {
            Name = "hanging",
            Try = _ => new TaskCompletionSource().Task,
            Patience = TimeSpan.FromMilliseconds(200),
        };
        Experiment[] all = [good, blind, broken, faulty, idle, often, seldom, hanging];
        (await Runner.Run(all, ["good", "--short"])).ShouldBe(0);
        (await Runner.Run(all, ["blind", "--short"])).ShouldBe(3);
        (await Runner.Run(all, ["broken", "--short"])).ShouldBe(1);
        (await Runner.Run(all, ["faulty", "--short"])).ShouldBe(3);
        (await Runner.Run(all, ["idle", "--short"])).ShouldBe(3);
        (await Runner.Run(all, ["often", "--short"])).ShouldBe(0);
        (await Runner.Run(all, ["seldom", "--short"])).ShouldBe(3);
        (await Runner.Run(all, ["hanging", "--short", "--no-controls"])).ShouldBe(3);
        (await Runner.Run(all, ["goo"])).ShouldBe(2);
    }
}
