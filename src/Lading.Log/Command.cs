using Lading.Kernel;

namespace Lading.Log;

/// <summary>One request to change the tenant's facts: the streams it may touch and the rule that decides.</summary>
/// <remarks>
/// The streams are named before deciding; a decision that needs another is a new command. Limits: 2,000 streams, 5,000
/// events.
/// The rule runs on the committer's thread, after and before others, never beside them: it must not block, read a clock
/// or do I/O.
/// </remarks>
public sealed class Command
{
    /// <summary>The most streams one command may name.</summary>
    public const int MaxStreams = 2_000;

    /// <summary>The most events one command may append.</summary>
    public const int MaxEvents = 5_000;

    /// <summary>Identifies the command: sending it again returns the remembered outcome.</summary>
    public required CommandId Id { get; init; }

    /// <summary>Of method, path, If-Match and raw body: the same id with another fingerprint is refused
    /// (422).</summary>
    public required long Fingerprint { get; init; }

    /// <summary>Who asks: <c>key:ab12cd34</c>, <c>policy:inventory.promise-orders</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>The streams the rule may read and append to; the first is the primary one, which the answer speaks
    /// of.</summary>
    public required IReadOnlyList<StreamName> Streams { get; init; }

    /// <summary>The version the primary stream must have (<c>If-Match</c>), or null.</summary>
    public long? IfMatch { get; init; }

    /// <summary>Ties the facts of one business conversation together.</summary>
    public string? Correlation { get; init; }

    /// <summary>The position of the fact that caused this command, or 0.</summary>
    public long Causation { get; init; }

    /// <summary>The rule: appends facts to <see cref="Deciding"/> and returns null, or returns a refusal and appends
    /// nothing.</summary>
    public required Func<Deciding, Refusal?> Decide { get; init; }
}

/// <summary>What a rule may see and say while it decides.</summary>
public sealed class Deciding
{
    private readonly Func<StreamName, StreamHead> heads;
    private readonly IReadOnlyList<StreamName> named;
    private readonly Directories directories;
    private HashSet<StreamName>? quick;

    internal Deciding(
        Func<StreamName, StreamHead> heads,
        IReadOnlyList<StreamName> named,
        Directories directories,
        DateTime now
    )
    {
        (this.heads, this.named, this.directories) = (heads, named, directories);
        Now = now;
    }

    /// <summary>The time of this decision, UTC; also the recorded time of its facts.</summary>
    public DateTime Now { get; }

    internal List<PendingFact> Facts { get; } = [];

    internal List<PendingDue> Dues { get; } = [];

    /// <summary>The current state of a named stream.</summary>
    public TState State<TState>(StreamName stream)
        where TState : class => (TState)Head(stream).State;

    /// <summary>How many facts the stream holds; 0: it does not exist.</summary>
    public long Version(StreamName stream) => Head(stream).Version;

    /// <summary>An in-memory directory as the last batch left it: what this batch decided is not in it yet, so no rule
    /// may rest on it that must hold to the fact; a stream may.</summary>
    public T Memory<T>(MemoryModel<T> model)
        where T : class => (T)directories.Get(model.Name);

    /// <summary>Appends one fact; it is folded into the state after the rule returned.</summary>
    /// <param name="happened">When it happened, if not now.</param>
    public void Append(StreamName stream, object fact, DateTime? happened = null)
    {
        if (happened is { Kind: not DateTimeKind.Utc })
            throw new ArgumentException("When a fact happened is given in UTC.", nameof(happened));
        Head(stream);
        Facts.Add(new PendingFact(stream, fact, happened ?? Now));
    }

    /// <summary>Appends what a pure decision gave, or passes its refusal on.</summary>
    public Refusal? Append(StreamName stream, Decision decision, DateTime? happened = null)
    {
        if (decision.IsRefused)
            return decision.Refusal;
        foreach (var fact in decision.Events)
            Append(stream, fact, happened);
        return null;
    }

    /// <summary>Asks for a due command: at <paramref name="at"/> the handler of <paramref name="kind"/> gets the stream
    /// and payload.</summary>
    /// <remarks>Its id is (stream, kind, at): asking twice is asking once.</remarks>
    public void Due(StreamName stream, string kind, DateTime at, string payload = "")
    {
        if (at.Kind != DateTimeKind.Utc)
            throw new ArgumentException("When a command is due is given in UTC.", nameof(at));
        Dues.Add(new PendingDue(stream, kind, at, payload));
    }

    private StreamHead Head(StreamName stream)
    {
        if (named.Count > 8 ? !(quick ??= [.. named]).Contains(stream) : !named.Contains(stream))
            throw new InvalidOperationException($"The command did not name the stream {stream}.");
        return heads(stream);
    }
}

internal readonly record struct PendingFact(StreamName Stream, object Fact, DateTime Happened);

internal readonly record struct PendingDue(StreamName Stream, string Kind, DateTime At, string Payload);

/// <summary>What became of a command. Durable when it says accepted.</summary>
/// <param name="Refusal">The reason when refused; null when accepted.</param>
/// <param name="Stream">The primary stream.</param>
/// <param name="Version">The primary stream's version after the command.</param>
/// <param name="Position">The last position of the tenant's log this answer reflects.</param>
/// <param name="Replayed">Whether this is a remembered outcome.</param>
public sealed record Answer(Refusal? Refusal, StreamName Stream, long Version, long Position, bool Replayed)
{
    /// <summary>Whether the facts are in the log.</summary>
    public bool Accepted => Refusal is null;
}
