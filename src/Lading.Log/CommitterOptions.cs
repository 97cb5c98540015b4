namespace Lading.Log;

/// <summary>The committer's bounds.</summary>
public sealed record CommitterOptions
{
    /// <summary>Client commands that may wait; more are answered 503 at once.</summary>
    public int QueueCapacity { get; init; } = 8_192;

    /// <summary>Reactions that may wait; more wait in their policy.</summary>
    public int ReactionCapacity { get; init; } = 8_192;

    /// <summary>Commands in one batch. A reaction lane that has work gets at least half of it.</summary>
    public int BatchCommands { get; init; } = 1_024;

    /// <summary>Facts after which a batch takes no more commands.</summary>
    public int BatchFacts { get; init; } = 8_192;

    /// <summary>Stream states kept in memory; the least recently used half is let go beyond it.</summary>
    public int CachedStreams { get; init; } = 50_000;

    /// <summary>How long a copy of a command waits for the first one's outcome.</summary>
    public TimeSpan CopyPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long outcomes are remembered.</summary>
    public TimeSpan RememberOutcomes { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Ids in one part of the memory of outcomes; the oldest part is let go as a whole when its time is
    /// over.</summary>
    public int OutcomesInPart { get; init; } = 1_500_000;

    /// <summary>Recent facts kept in memory for followers and policies that are close behind.</summary>
    public int TailFacts { get; init; } = 32_768;
}
