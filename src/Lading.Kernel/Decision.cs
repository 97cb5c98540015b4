using System.Diagnostics.CodeAnalysis;

namespace Lading.Kernel;

/// <summary>What a pure rule answers: the facts that follow, in order, or a refusal. No facts is a valid answer: nothing changed.</summary>
public readonly struct Decision
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

    /// <summary>A refusal is a decision.</summary>
    public static implicit operator Decision(Refusal refusal) => Refuse(refusal);
}
