using Lading.Kernel;

namespace Lading.Log;

/// <summary>A stream in the committer's hands: its integer id in the store, its version, its folded state.</summary>
internal sealed class StreamHead(StreamName name, StreamKind kind, object state)
{
    public StreamName Name { get; } = name;

    public StreamKind Kind { get; } = kind;

    /// <summary>The store's integer key; 0 until the stream's first fact is appended.</summary>
    public long Id { get; set; }

    public object State { get; set; } = state;

    public long Version { get; set; }

    /// <summary>The version the last stored snapshot stands for.</summary>
    public long SnapshotAt { get; set; }

    /// <summary>Facts that must follow before the next snapshot is worth its size.</summary>
    public long SnapshotCost { get; set; }

    /// <summary>The batch that last used it: what was not used lately is let go.</summary>
    public long UsedIn { get; set; }
}
