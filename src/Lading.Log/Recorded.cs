using Lading.Kernel;

namespace Lading.Log;

/// <summary>A fact as the log holds it: envelope, stored body and, on demand, the decoded fact.</summary>
public sealed class Recorded
{
    private readonly FactWriter reader;
    private object? fact;

    internal Recorded(FactWriter reader, object? fact = null)
    {
        this.reader = reader;
        this.fact = fact;
    }

    /// <summary>1, 2, 3 … in the tenant's log, without a gap.</summary>
    public required long Position { get; init; }

    /// <summary>The stream.</summary>
    public required StreamName Stream { get; init; }

    /// <summary>1, 2, 3 … in the stream.</summary>
    public required long Version { get; init; }

    /// <summary>The stored name: <c>orders.order-placed.v1</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTime Happened { get; init; }

    /// <summary>When the log took it, UTC.</summary>
    public required DateTime RecordedAt { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string Actor { get; init; }

    /// <summary>The command that appended it; the facts of one command stand together.</summary>
    public required CommandId Command { get; init; }

    /// <summary>The business conversation.</summary>
    public string? Correlation { get; init; }

    /// <summary>The position of the fact that caused it, or 0.</summary>
    public long Causation { get; init; }

    /// <summary>The body as stored: JSON, personal values sealed.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>SHA-256 over the previous fact's hash and this fact's envelope and body as stored.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>The decoded fact, upcast to the newest version.</summary>
    public object Fact => fact ??= reader.Decode(this);

    /// <summary>The type of the decoded fact, known without decoding.</summary>
    public Type FactType => fact?.GetType() ?? reader.TypeOf(Type);
}
