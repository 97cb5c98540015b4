using Lading.Kernel;

namespace Lading.Log;

/// <summary>One tenant's log as modules see it: send commands, read facts, query read models.</summary>
public interface ITenantLog
{
    /// <summary>The tenant.</summary>
    TenantId Tenant { get; }

    /// <summary>The last durable position.</summary>
    long Head { get; }

    /// <summary>Decides and, when accepted, appends durably. A full queue answers at once with a refusal of kind Unavailable.</summary>
    ValueTask<Answer> Send(Command command);

    /// <summary>The remembered answer of a command id, or null: what a retry gets even when its body would not pass validation today.</summary>
    ValueTask<Answer?> Recall(CommandId id, long fingerprint);

    /// <summary>An in-memory directory.</summary>
    T Memory<T>(MemoryModel<T> model)
        where T : class;

    /// <summary>Facts after a position, at most <paramref name="max"/>, in order.</summary>
    ValueTask<IReadOnlyList<Recorded>> ReadAfter(long position, int max, CancellationToken stop);

    /// <summary>Facts of one stream after a version, in order.</summary>
    ValueTask<IReadOnlyList<Recorded>> ReadStream(StreamName stream, long afterVersion, int max, CancellationToken stop);

    /// <summary>The inline read models: as new as the last answered command.</summary>
    IReads Inline { get; }

    /// <summary>The followers' read models: soon as new.</summary>
    IReads Followed { get; }

    /// <summary>Waits until the head is past <paramref name="position"/>; false when <paramref name="stop"/> fired first.</summary>
    ValueTask<bool> WaitPast(long position, CancellationToken stop);

    /// <summary>How far a follower projection or policy has come; the head for inline ones.</summary>
    long Reached(string name);
}
