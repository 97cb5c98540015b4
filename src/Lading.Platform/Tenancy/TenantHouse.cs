using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Operations;

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

/// <summary>Where a tenant's log stands, now or when it was closed.</summary>
/// <param name="Stopped">Why nothing is written to it, or why it could not be opened.</param>
/// <param name="Status">Where everybody who follows it stands, with what was left out.</param>
public sealed record TenantState(
    TenantId Tenant,
    long Head,
    int Waiting,
    string? Stopped,
    IReadOnlyList<FollowStatus> Status
)
{
    /// <summary>Whether somebody has to see to it.</summary>
    public bool IsRed => Stopped is not null || Status.Any(s => s.Failure is not null);

    internal static TenantState Of(TenantLog log) =>
        new(log.Tenant, log.Head, log.Waiting, log.Stopped, [.. LeftOuts.Status(log)]);
}

/// <summary>What is remembered of a tenant whose log is closed.</summary>
/// <param name="Next">When it has work that no request asks for, or null: see <see cref="TenantLog.NextWork"/>.</param>
public sealed record Rest(TenantState State, DateTime Since, DateTime? Next);

/// <summary>A tenant's log, open for as long as this is kept.</summary>
public sealed class Held : IDisposable
{
    private readonly TenantHouse house;
    private readonly bool asked;
    private int ended;

    internal Held(TenantHouse house, TenantHouse.Opened opened, bool asked) =>
        (this.house, Opened, this.asked) = (house, opened, asked);

    /// <summary>The log.</summary>
    public TenantLog Log => Opened.Log;

    internal TenantHouse.Opened Opened { get; }

    /// <summary>Lets go: from here on the log may be closed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) == 0)
            house.LetGo(Opened, asked);
    }
}

/// <summary>
/// The tenants of this process. A tenant's log opens when it is first used; when more than <c>mostOpen</c> are open the
/// idlest is closed, but never one that somebody holds: so many are open, or as many as are in use at once. Asking for
/// one that is opening waits for it.
/// </summary>
public sealed class TenantHouse(ISystemStore system, ITenantStores stores, TimeProvider clock, int mostOpen)
    : IAsyncDisposable
{
    private readonly Dictionary<TenantId, Opened> open = [];
    private readonly ConcurrentDictionary<TenantId, Rest> resting = [];
    private readonly SemaphoreSlim gate = new(1);
    private bool closed;

    internal sealed class Opened(TenantLog log)
    {
        public TenantLog Log => log;

        /// <summary>The audit log, once somebody asked for it.</summary>
        public TenantLog? Audit { get; set; }

        /// <summary>What was opened for its own work alone was never used, and is the first to go.</summary>
        public long UsedAt { get; set; } = long.MinValue;

        public int Holders { get; set; }

        /// <summary>How often it was held: tells whether anybody came while its closing was prepared.</summary>
        public long Holds { get; set; }

        /// <summary>A log that stopped writes nothing until the process starts again, so it is not opened anew
        /// either.</summary>
        public bool MayClose => Holders == 0 && log.Stopped is null;
    }

    /// <summary>All tenants.</summary>
    public IReadOnlyList<Tenant> Tenants => system.Tenants();

    /// <summary>Where every log stands that is open now or was since the start.</summary>
    public IReadOnlyCollection<TenantState> States
    {
        get
        {
            var states = resting.ToDictionary(r => r.Key, r => r.Value.State);
            foreach (var log in OpenLogs())
                states[log.Tenant] = TenantState.Of(log);
            return states.Values;
        }
    }

    /// <summary>The tenants whose logs are closed and were open before, or could not be opened.</summary>
    public IReadOnlyDictionary<TenantId, Rest> Resting
    {
        get
        {
            var known = resting.ToDictionary();
            foreach (var log in OpenLogs())
                known.Remove(log.Tenant);
            return known;
        }
    }

    /// <summary>Whether a tenant's log is open now.</summary>
    public bool IsOpen(TenantId id)
    {
        lock (open)
            return open.ContainsKey(id);
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

    /// <summary>The log of a tenant, opened when needed and kept open until it is let go.</summary>
    /// <param name="asked">False when nobody asked for the tenant: its log is closed before those that are
    /// used.</param>
    public async ValueTask<Held> Hold(TenantId id, bool asked = true) => TryHold(id, asked) ?? await OpenOne(id, asked);

    /// <summary>The log of a tenant for who is done with it at once: it may be closed when it is idle, and who goes on
    /// with it holds it.</summary>
    public async ValueTask<TenantLog> Log(TenantId id)
    {
        using var held = await Hold(id);
        return held.Log;
    }

    /// <summary>The audit log of a tenant: opened when something is told to it, closed with the tenant's log, which
    /// who goes on with it holds.</summary>
    public async ValueTask<TenantLog> Audit(TenantId id)
    {
        using var held = await Hold(id);
        await gate.WaitAsync();
        try
        {
            return held.Opened.Audit ??= await TenantLog.Open(
                stores.OpenAudit(system.Tenants().First(t => t.Id == id))
            );
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Closes a tenant's log and removes its data.</summary>
    public async Task Remove(Tenant tenant)
    {
        await Close(tenant.Id);
        Forget(tenant.Id);
        system.Remove(tenant.Id);
        stores.Remove(tenant);
    }

    /// <summary>Nothing is remembered of a tenant that is gone.</summary>
    public void Forget(TenantId id) => resting.TryRemove(id, out _);

    /// <summary>Remembers that a tenant's log could not be opened, or its work not be looked at.</summary>
    public void Failed(TenantId id, string why)
    {
        var before = resting.GetValueOrDefault(id)?.State;
        var state = new TenantState(id, before?.Head ?? 0, 0, why, before?.Status ?? []);
        resting[id] = new Rest(state, clock.GetUtcNow().UtcDateTime, null);
    }

    /// <summary>Closes what is open beyond the most and what was opened for its own work alone, once nobody holds it
    /// any more.</summary>
    public async Task CloseSurplus()
    {
        await gate.WaitAsync();
        try
        {
            await MakeRoom(mostOpen, unasked: true);
        }
        finally
        {
            gate.Release();
        }
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

    internal void LetGo(Opened opened, bool asked)
    {
        lock (open)
        {
            opened.Holders--;
            if (asked)
                opened.UsedAt = clock.GetTimestamp();
        }
    }

    private List<TenantLog> OpenLogs()
    {
        lock (open)
            return [.. open.Values.Select(o => o.Log)];
    }

    private Held? TryHold(TenantId id, bool asked)
    {
        lock (open)
            return open.TryGetValue(id, out var found) ? Hold(found, asked) : null;
    }

    private Held Hold(Opened opened, bool asked)
    {
        opened.Holders++;
        opened.Holds++;
        if (asked)
            opened.UsedAt = clock.GetTimestamp();
        return new Held(this, opened, asked);
    }

    private async Task<Held> OpenOne(TenantId id, bool asked)
    {
        await gate.WaitAsync();
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (TryHold(id, asked) is { } found)
                return found;
            var tenant =
                system.Tenants().FirstOrDefault(t => t.Id == id)
                ?? throw new KeyNotFoundException($"There is no tenant {id}.");
            await MakeRoom(mostOpen - 1, unasked: false);
            var opened = new Opened(await TenantLog.Open(stores.Open(tenant)));
            lock (open)
            {
                open[id] = opened;
                return Hold(opened, asked);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Closes the idlest until so many are open, or all that are open are in use.</summary>
    private async Task MakeRoom(int most, bool unasked)
    {
        while (Idlest(most, unasked) is { } idlest)
        {
            var holds = idlest.Holds;
            var id = idlest.Log.Tenant;
            resting[id] = await RestOf(idlest.Log); // before it is gone from those that are open: it is never unknown
            lock (open)
                if (idlest.Holders > 0 || idlest.Holds != holds)
                    continue;
                else
                    open.Remove(id);
            try
            {
                await Close(idlest);
            }
            catch (Exception fault)
            {
                Failed(id, $"It was not closed in good order: {fault.Message}"); // who opens another is not to blame
            }
        }
    }

    private Opened? Idlest(int most, bool unasked)
    {
        lock (open)
        {
            var idlest = open.Values.Where(o => o.MayClose).MinBy(o => o.UsedAt);
            return open.Count > most || (unasked && idlest?.UsedAt == long.MinValue) ? idlest : null;
        }
    }

    private async Task<Rest> RestOf(TenantLog log)
    {
        var state = TenantState.Of(log);
        var now = clock.GetUtcNow().UtcDateTime;
        try
        {
            return new Rest(state, now, await log.NextWork(CancellationToken.None));
        }
        catch (Exception fault)
        {
            return new Rest(state with { Stopped = fault.Message }, now, null);
        }
    }

    private async Task Close(TenantId id)
    {
        Opened? found;
        lock (open)
            open.Remove(id, out found);
        if (found is not null)
            await Close(found);
    }

    private static async Task Close(Opened opened)
    {
        try
        {
            await opened.Log.DisposeAsync();
        }
        finally
        {
            if (opened.Audit is { } audit)
                await audit.DisposeAsync();
        }
    }
}
