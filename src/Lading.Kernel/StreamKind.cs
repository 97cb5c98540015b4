using System.Text.Json.Serialization.Metadata;

namespace Lading.Kernel;

/// <summary>How the streams of one kind fold into the state that decisions read.</summary>
/// <remarks>
/// A state belongs to the committer alone. It may be an immutable record or an object that <c>evolve</c> changes in
/// place and returns: after any failure the committer throws its states away and folds them again from the log.
/// </remarks>
public abstract class StreamKind(string name)
{
    /// <summary>The kind part of the stream name.</summary>
    public string Name { get; } = name;

    /// <summary>A snapshot is stored every so many events; 0 stores none.</summary>
    public abstract int SnapshotEvery { get; }

    /// <summary>Snapshots of another version are ignored and folded anew.</summary>
    public abstract int SnapshotVersion { get; }

    /// <summary>The state of a stream that has no events.</summary>
    public abstract object Initial(string key);

    /// <summary>Folds one fact in. Never validates, never ignores: an unknown fact throws.</summary>
    public abstract object Evolve(object state, object fact);

    /// <summary>Writes a state as the bytes of a snapshot.</summary>
    public abstract byte[] WriteSnapshot(object state);

    /// <summary>Reads a snapshot back.</summary>
    public abstract object ReadSnapshot(ReadOnlySpan<byte> bytes);
}

/// <inheritdoc cref="StreamKind" />
public sealed class StreamKind<TState>(
    string name,
    Func<string, TState> initial,
    Func<TState, object, TState> evolve,
    JsonTypeInfo<TState>? snapshot = null,
    int snapshotEvery = 0,
    int snapshotVersion = 1
) : StreamKind(name)
    where TState : class
{
    /// <inheritdoc />
    public override int SnapshotEvery => snapshot is null ? 0 : snapshotEvery;

    /// <inheritdoc />
    public override int SnapshotVersion => snapshotVersion;

    /// <inheritdoc />
    public override object Initial(string key) => initial(key);

    /// <inheritdoc />
    public override object Evolve(object state, object fact) => evolve((TState)state, fact);

    /// <inheritdoc />
    public override byte[] WriteSnapshot(object state) =>
        System.Text.Json.JsonSerializer.SerializeToUtf8Bytes((TState)state, snapshot!);

    /// <inheritdoc />
    public override object ReadSnapshot(ReadOnlySpan<byte> bytes) =>
        System.Text.Json.JsonSerializer.Deserialize(bytes, snapshot!)!;
}
