namespace Lading.Faults;

/// <summary>A promise and how it is tried: the run writes what it saw into its <see cref="Trial"/>.</summary>
/// <param name="Name">As one asks for it: <c>H1.sqlite</c>; <c>H1</c> asks for all that begin with it.</param>
/// <param name="Promise">What is promised, one sentence.</param>
/// <param name="Unit">What is counted as it goes on: kills, images. None of them is not a good outcome.</param>
/// <param name="Try">Tries it until <see cref="Trial.GoesOn"/> says no.</param>
internal sealed record Experiment(string Name, string Promise, string Unit, Func<Trial, Task> Try)
{
    /// <summary>Seeded bugs that must come out violated: an experiment that misses one proves nothing.</summary>
    public IReadOnlyList<Control> Controls { get; init; } = [];

    /// <summary>What must have come up often enough for the promise to have been tried.</summary>
    public IReadOnlyList<Least> Least { get; init; } = [];

    /// <summary>How long nothing may happen: a run that hangs is told, and is no good outcome.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the short form may take, without its controls.</summary>
    public Short Short { get; init; } = new(5, 20);
}

/// <summary>A bug put in on purpose, in this project and nowhere else.</summary>
/// <param name="Bug">What is wrong, as one word or two: <c>ack-before-commit</c>.</param>
/// <param name="Try">The same experiment with the bug in it.</param>
internal sealed record Control(string Bug, Func<Trial, Task> Try)
{
    /// <summary>Most seconds until the bug must have shown.</summary>
    public int Seconds { get; init; } = 60;
}

/// <summary>A count without which a run says nothing: less of it is as red as an experiment that never ran.</summary>
/// <param name="Count">As the trial counts it.</param>
/// <param name="Share">Its least share of the experiment's unit, rounded down.</param>
/// <param name="Enough">However much of the unit there was, more than this is not asked for.</param>
internal sealed record Least(string Count, double Share, long Enough = long.MaxValue);

/// <summary>The short form: seconds on a developer's machine and in CI.</summary>
internal sealed record Short(int Home, int Ci)
{
    public static bool InCi => Environment.GetEnvironmentVariable("CI") == "true";

    public TimeSpan Time => TimeSpan.FromSeconds(InCi ? Ci : Home);
}

/// <summary>What came out. Unknown is as red as violated: the promise was not seen to hold.</summary>
internal enum Verdict
{
    Ok,
    Violated,
    Unknown,
    Missing,
}

/// <summary>Something this machine does not have; the experiment is skipped by that name, and fails in CI.</summary>
internal sealed class MissingHere(string what) : Exception(what);
