namespace Lading.Log;

/// <summary>One generation of one projection on its way through the log.</summary>
internal sealed class FollowTrack(Projection projection, int generation, long position, bool building)
{
    public Projection Projection => projection;

    public int Generation => generation;

    public long Position { get; set; } = position;

    /// <summary>Where the store has it: before <see cref="Position"/> when a fact was skipped since.</summary>
    public long Stored { get; set; } = position;

    public bool Building { get; set; } = building;

    public Rows Rows { get; set; } = new();

    public string? Failure { get; set; }

    /// <summary>The fact it stopped at; 0 when it stopped for another reason.</summary>
    public long FailedAt { get; set; }

    /// <summary>Whether the store has it elsewhere than where it stopped here.</summary>
    public bool Differs(ProjectionState stored) =>
        Building
            ? stored.Building != Generation || stored.BuiltTo > Stored
            : stored.Failure is null || stored.Position > Stored || stored.Generation != Generation;
}
