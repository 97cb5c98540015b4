using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;
using Lading.Orders;
using Lading.Platform;
using Lading.Platform.Tenancy;

namespace Lading.Server;

/// <summary>What a process is started with.</summary>
public sealed record HostOptions
{
    /// <summary>The folder of the embedded default.</summary>
    public string Data { get; init; } = "data";

    /// <summary>The PostgreSQL connection of the app role, or null for the embedded default.</summary>
    public string? Postgres { get; init; }

    /// <summary>Whether followers run here.</summary>
    public bool Follow { get; init; } = true;

    /// <summary>Whether policies and due commands run here.</summary>
    public bool React { get; init; } = true;

    /// <summary>The committers' bounds.</summary>
    public CommitterOptions Committer { get; init; } = new();
}

/// <summary>The composition root without HTTP: modules, stores, tenants, keys. The server and the commands that open files share it.</summary>
public sealed class LadingHost : IAsyncDisposable
{
    private readonly DataFolder? folder;
    private readonly ISystemStore system;

    private LadingHost(ISystemStore system, ITenantStores stores, DataFolder? folder, LogModel model, TimeProvider clock)
    {
        (this.system, this.folder, Model, Clock) = (system, folder, model, clock);
        Tenants = new TenantHouse(system, stores, clock);
        Keys = new ApiKeys(system, clock, shared: folder is null);
    }

    /// <summary>The modules, by hand.</summary>
    public static IReadOnlyList<IModule> Modules { get; } = [new PlatformModule(), new OrdersModule(TimeProvider.System), new InventoryModule()];

    /// <summary>What the modules taught the log.</summary>
    public LogModel Model { get; }

    /// <summary>The tenants.</summary>
    public TenantHouse Tenants { get; }

    /// <summary>Their keys.</summary>
    public ApiKeys Keys { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The data folder, or null on PostgreSQL.</summary>
    public string? Data => folder?.Root;

    /// <summary>Teaches a log what all modules know.</summary>
    public static LogModel Teach()
    {
        var model = new LogModel();
        foreach (var module in Modules)
            module.Teach(model);
        return model;
    }

    /// <summary>Takes the data folder or connects to the database.</summary>
    public static LadingHost Open(HostOptions options, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var model = Teach();
        var folder = DataFolder.Take(options.Data);
        try
        {
            var system = new SqliteSystemStore(folder.SystemDb);
            return new LadingHost(system, new SqliteTenantStores(folder, model, clock, options), folder, model, clock);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Tenants.DisposeAsync();
        system.Dispose();
        folder?.Dispose();
    }
}

/// <summary>Each tenant's files in its own folder.</summary>
internal sealed class SqliteTenantStores(DataFolder folder, LogModel model, TimeProvider clock, HostOptions options) : ITenantStores
{
    public TenantLogParts Open(Tenant tenant)
    {
        var path = Directory.CreateDirectory(folder.OfTenant(tenant.Slug)).FullName;
        var keys = new KeyRing(new SqliteKeyStore(Path.Combine(path, "keys.db")), folder.MasterKey());
        return new TenantLogParts(
            tenant.Id,
            model,
            new SqliteLogStore(Path.Combine(path, "log.db")),
            new SqliteFollowStore(Path.Combine(path, "read.db")),
            keys,
            clock,
            options.Committer
        )
        {
            Keys = keys,
            Follow = options.Follow,
            React = options.React,
        };
    }

    public void Remove(Tenant tenant)
    {
        var path = folder.OfTenant(tenant.Slug);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
