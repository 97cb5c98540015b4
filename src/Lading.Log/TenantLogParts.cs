using Lading.Kernel;

namespace Lading.Log;

/// <summary>What a tenant's log is opened with.</summary>
public sealed record TenantLogParts(
    TenantId Tenant,
    LogModel Model,
    ILogStore Store,
    IFollowStore Followers,
    IPersonalCipher Cipher,
    TimeProvider Clock,
    CommitterOptions Options
)
{
    /// <summary>Whether followers run; off for benches and for nodes that only take commands.</summary>
    public bool Follow { get; init; } = true;

    /// <summary>Where followers do not run: whether other nodes' are watched, so that their read models serve
    /// here.</summary>
    public bool Watch { get; init; }

    /// <summary>The cipher's keys, when they are closed with the log.</summary>
    public IDisposable? Keys { get; init; }

    /// <summary>Whether policies and due commands run.</summary>
    public bool React { get; init; } = true;

    /// <summary>How often to look for other nodes' facts when idle; null: no other node writes this tenant.</summary>
    public TimeSpan? Poll { get; init; }
}
