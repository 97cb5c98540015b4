namespace Lading.Faults.Tests;

/// <summary>The kill loops: they wait for processes to start most of the time, so they run beside
/// <see cref="PromiseTests"/>.</summary>
public class KillTests
{
    public static TheoryData<string> Names => [.. KillLoop.Experiments.Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_was_acknowledged_survives_and_every_seeded_bug_is_found(string experiment) =>
        PromiseTests.ShortForm(experiment);
}
