using Lading.Kernel;

namespace Lading.Log;

/// <summary>The facts one command appended, together: what a policy reacts to.</summary>
public sealed record FactGroup(IReadOnlyList<Recorded> Facts)
{
    /// <summary>The position of the last fact: the group's place in the policy's progress.</summary>
    public long Position => Facts[^1].Position;
}

/// <summary>A command that follows from facts. It must not refuse on business grounds: "no stock" is a fact of its
/// own.</summary>
public sealed record Reaction(IReadOnlyList<StreamName> Streams, Func<Deciding, Refusal?> Decide);

/// <summary>
/// Follows the log and answers each command's facts with at most one reaction, whose id is (policy, position): replay
/// and redelivery are
/// harmless. It reads a page, submits in order without waiting, and moves its mark with the commands themselves.
/// </summary>
/// <param name="Name">Kebab-case with the module: <c>inventory.promise-orders</c>.</param>
/// <param name="Types">The facts it looks at; a group without any is passed over without decoding.</param>
public sealed record Policy(string Name, IReadOnlySet<Type> Types, Func<FactGroup, Reaction?> React)
{
    /// <summary>Who its reactions' facts say did it.</summary>
    internal string Actor { get; } = $"policy:{Name}";

    /// <summary>Its reactions' ids: this one at the position reacted to.</summary>
    internal CommandId Series { get; } = CommandId.From("policy", Name);

    /// <summary>A policy over the given facts.</summary>
    public static Policy On(string name, Type[] facts, Func<FactGroup, Reaction?> react) =>
        new(name, facts.ToHashSet(), react);
}

/// <summary>What a due command carries.</summary>
public sealed record DueCommand(StreamName Stream, string Kind, DateTime At, string Payload);

/// <summary>Turns a due command into what it does.</summary>
public sealed record DueHandler(string Kind, Func<DueCommand, Reaction> React);
