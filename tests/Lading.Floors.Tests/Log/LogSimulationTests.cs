using System.Diagnostics;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>The engine under crashes and failing commits, seed after seed; and the proof that the check sees a
/// lie.</summary>
public sealed class LogSimulationTests
{
    /// <summary>Set LADING_SIM_SEEDS to run more, LADING_SIM_FIRST to start elsewhere.</summary>
    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var n) ? n : otherwise;

    [Fact]
    public void No_seed_loses_doubles_or_bends_anything()
    {
        var (first, crashes, told) = (Setting("LADING_SIM_FIRST", 1), 0, 0);
        var clock = Stopwatch.StartNew();
        var seeds = Setting("LADING_SIM_SEEDS", 250);
        for (var seed = first; seed < first + seeds; seed++)
        {
            using var run = new LogSimulation(seed).Run(400);
            SimulationCheck.Check(run).ShouldBeEmpty($"seed {seed}");
            (crashes, told) = (crashes + run.Crashes, told + run.Told.Count);
        }

        TestContext.Current.SendDiagnosticMessage(
            $"{seeds} seeds, {crashes} crashes, {told} commands told in {clock.Elapsed.TotalSeconds:0.0} s"
        );
        crashes.ShouldBeGreaterThan(seeds);
        told.ShouldBeGreaterThan(40 * seeds);
    }

    [Fact]
    public void The_same_seed_is_the_same_run()
    {
        using var one = new LogSimulation(17).Run(400);
        using var two = new LogSimulation(17).Run(400);
        one.Disk.State.Head.Hash.ShouldBe(two.Disk.State.Head.Hash);
        one.Told.ShouldBe(two.Told);
    }

    [Fact]
    public void A_store_that_says_durable_before_it_is_gets_caught()
    {
        var caught = 0;
        for (var seed = 1; seed <= 20; seed++)
        {
            using var run = new LogSimulation(seed, CommitFate.AckBeforeSync).Run(400);
            if (SimulationCheck.Check(run).Any(w => w.Contains("acknowledged", StringComparison.Ordinal)))
                caught++;
        }

        caught.ShouldBeGreaterThan(10);
    }
}
