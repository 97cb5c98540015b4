using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Floors.Tests.Log;

/// <summary>Where a conformance test keeps a tenant's log: opens its stores, and opens them again after they were
/// closed.</summary>
public abstract class LogProvider : IAsyncDisposable
{
    /// <summary>Opens the log of a tenant; the one that was open before is closed.</summary>
    public abstract ILogStore OpenLog(TenantId tenant);

    /// <summary>Opens the followers' tables of a tenant.</summary>
    public abstract IFollowStore OpenFollowers(TenantId tenant);

    /// <summary>Removes everything.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Two SQLite files per tenant in a folder of their own.</summary>
public sealed class SqliteProvider : LogProvider
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("lading-log").FullName;

    public string LogFile(TenantId tenant) => Path.Combine(Folder, $"{tenant}.log.db");

    public override ILogStore OpenLog(TenantId tenant) => new SqliteLogStore(LogFile(tenant));

    public override IFollowStore OpenFollowers(TenantId tenant) =>
        new SqliteFollowStore(Path.Combine(Folder, $"{tenant}.read.db"));

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The conformance suite on SQLite.</summary>
public sealed class SqliteLogConformance : LogConformance
{
    protected override LogProvider NewProvider() => new SqliteProvider();
}
