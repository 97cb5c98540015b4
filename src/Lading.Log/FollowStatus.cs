namespace Lading.Log;

/// <summary>Why a follower or policy stands still, and since when it is behind.</summary>
public sealed record FollowStatus(
    string Name,
    string Kind,
    long Position,
    long Head,
    string? Failure,
    int? BuiltPercent
);
