using System.Diagnostics.CodeAnalysis;

namespace Lading.Kernel;

/// <summary>
/// What a pure rule answers: the facts that follow, in order, or a refusal. No facts is a valid answer: nothing
/// changed.
/// </summary>
/// <remarks>Two decisions are equal when they refuse alike, or accept equal facts in the same order.</remarks>
public readonly struct Decision : IEquatable<Decision>
{
    private readonly object[]? events;

    private Decision(object[]? events, Refusal? refusal)
    {
        this.events = events;
        Refusal = refusal;
    }

    /// <summary>The refusal, when the answer is no.</summary>
    public Refusal? Refusal { get; }

    /// <summary>The facts, in the order in which they happened; empty for a refusal.</summary>
    public IReadOnlyList<object> Events => events ?? [];

    /// <summary>Whether the answer is a refusal.</summary>
    [MemberNotNullWhen(true, nameof(Refusal))]
    public bool IsRefused => Refusal is not null;

    /// <summary>Accepts with these facts.</summary>
    public static Decision Accept(params object[] events) => new(events, null);

    /// <summary>Accepts with these facts.</summary>
    public static Decision Accept(IEnumerable<object> events) => new(events.ToArray(), null);

    /// <summary>Says no.</summary>
    public static Decision Refuse(Refusal refusal) => new(null, refusal);

    /// <inheritdoc />
    public bool Equals(Decision other) => Refusal == other.Refusal && Events.SequenceEqual(other.Events);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Decision other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Refusal, Events.Count, Events.Count > 0 ? Events[0] : null);

    public static bool operator ==(Decision a, Decision b) => a.Equals(b);

    public static bool operator !=(Decision a, Decision b) => !a.Equals(b);

    /// <summary>A refusal is a decision.</summary>
    public static implicit operator Decision(Refusal refusal) => Refuse(refusal);
}
