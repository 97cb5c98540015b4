using System.Runtime.ExceptionServices;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Platform.Tenancy;

/// <summary>Where tenants' logs live: opened files, or a database.</summary>
public interface ITenantStores
{
    /// <summary>What a tenant's log is opened with.</summary>
    TenantLogParts Open(Tenant tenant);

    /// <summary>What a tenant's audit log is opened with.</summary>
    TenantLogParts OpenAudit(Tenant tenant);

    /// <summary>Removes a tenant's data; its log is closed.</summary>
    void Remove(Tenant tenant);
}

/// <summary>
/// The tenants of this process. A tenant's log opens when it is first used and closes when it was idle; at most 64 are
/// open. Asking for one
/// that is opening waits for it.
/// </summary>
public sealed class TenantHouse(ISystemStore system, ITenantStores stores, TimeProvider clock) : IAsyncDisposable
{
    private const int MostOpen = 64;
    private readonly Dictionary<TenantId, Opened> open = [];
    private readonly SemaphoreSlim gate = new(1);
    private bool closed;

    private sealed class Opened(TenantLog log)
    {
        public TenantLog Log => log;

        /// <summary>The audit log, once somebody asked for it.</summary>
        public TenantLog? Audit { get; set; }

        public long UsedAt { get; set; }
    }

    /// <summary>All tenants.</summary>
    public IReadOnlyList<Tenant> Tenants => system.Tenants();

    /// <summary>Logs that are open now.</summary>
    public IReadOnlyList<TenantLog> Open
    {
        get
        {
            lock (open)
                return [.. open.Values.Select(o => o.Log)];
        }
    }

    /// <summary>Makes a tenant, or null when the slug is taken.</summary>
    public Tenant? Create(string slug, string name, bool demo = false)
    {
        if (!Tenant.IsSlug(slug))
            throw new ArgumentException(
                $"'{slug}' is not a tenant's short name: lower case letters, digits and hyphens, at most 40."
            );
        var tenant = new Tenant(
            new TenantId(Guid.CreateVersion7(clock.GetUtcNow())),
            slug,
            name,
            clock.GetUtcNow().UtcDateTime,
            demo
        );
        return system.Add(tenant) ? tenant : null;
    }

    /// <summary>The open log of a tenant; opens it when needed.</summary>
    public ValueTask<TenantLog> Log(TenantId id)
    {
        lock (open)
            if (open.TryGetValue(id, out var found))
            {
                found.UsedAt = clock.GetTimestamp();
                return new ValueTask<TenantLog>(found.Log);
            }

        return new ValueTask<TenantLog>(OpenOne(id));
    }

    /// <summary>The audit log of a tenant: opened when something is told to it, closed with the tenant's log.</summary>
    public async ValueTask<TenantLog> Audit(TenantId id)
    {
        while (true)
        {
            await Log(id);
            await gate.WaitAsync();
            try
            {
                Opened? found;
                lock (open)
                    open.TryGetValue(id, out found);
                if (found is not null)
                    return found.Audit ??= await TenantLog.Open(
                        stores.OpenAudit(system.Tenants().First(t => t.Id == id))
                    );
            }
            finally
            {
                gate.Release();
            }
        }
    }

    /// <summary>Closes a tenant's log and removes its data.</summary>
    public async Task Remove(Tenant tenant)
    {
        await Close(tenant.Id);
        system.Remove(tenant.Id);
        stores.Remove(tenant);
    }

    /// <summary>Closes all logs; one that cannot be closed in good order keeps none of the others open.</summary>
    public async ValueTask DisposeAsync()
    {
        closed = true;
        List<TenantId> ids;
        lock (open)
            ids = [.. open.Keys];
        ExceptionDispatchInfo? first = null;
        foreach (var id in ids)
            try
            {
                await Close(id);
            }
            catch (Exception fault)
            {
                first ??= ExceptionDispatchInfo.Capture(fault);
            }

        first?.Throw();
    }

    private async Task<TenantLog> OpenOne(TenantId id)
    {
        await gate.WaitAsync();
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            lock (open)
                if (open.TryGetValue(id, out var found))
                    return found.Log;
            var tenant =
                system.Tenants().FirstOrDefault(t => t.Id == id)
                ?? throw new KeyNotFoundException($"There is no tenant {id}.");
            await CloseIdlest();
            var opened = new Opened(await TenantLog.Open(stores.Open(tenant))) { UsedAt = clock.GetTimestamp() };
            lock (open)
                open[id] = opened;
            return opened.Log;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task CloseIdlest()
    {
        TenantId? idlest = null;
        lock (open)
            if (open.Count >= MostOpen)
                idlest = open.MinBy(o => o.Value.UsedAt).Key;
        if (idlest is { } id)
            await Close(id);
    }

    private async Task Close(TenantId id)
    {
        Opened? found;
        lock (open)
            open.Remove(id, out found);
        if (found is null)
            return;
        try
        {
            await found.Log.DisposeAsync();
        }
        finally
        {
            if (found.Audit is { } audit)
                await audit.DisposeAsync();
        }
    }
}
