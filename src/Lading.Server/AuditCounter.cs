using System.Runtime.InteropServices;
using Lading.Kernel;
using Lading.Platform.Audit;
using Lading.Platform.Tenancy;

namespace Lading.Server;

/// <summary>
/// Counts denials and refused sign-ins by actor, route, code and minute, key use by the hour, and everything else
/// between two writings; writes each count once its time is over. Who does a thing a million times makes a few rows.
/// What a log does not take is kept and told again under the same command id, so it is told once. What is not written
/// when a process dies is lost; facts of the business never pass here.
/// </summary>
public sealed class AuditCounter(LadingHost host)
{
    /// <summary>So many different counts of one kind are kept for a tenant; what comes beyond is counted together. Who
    /// is refused in a thousand ways hides neither who signed in nor anything of another company.</summary>
    private const int Most = 1_000;

    private const string Many = "(many)";
    private readonly Lock gate = new();
    private readonly Dictionary<(TenantId Tenant, Kind Kind), Dictionary<Counted, long>> counts = [];

    /// <summary>What a tenant's log did not take yet; while it waits, nothing more of that tenant is taken out of the
    /// counts.</summary>
    private readonly Dictionary<TenantId, Queue<Page>> waiting = [];

    private readonly SemaphoreSlim one = new(1);

    private enum Kind
    {
        Denied,
        KeyUsed,
        SignIn,
        Done,
    }

    private readonly record struct Counted(
        TenantId Tenant,
        Kind Kind,
        string Actor,
        string? Subject,
        string? Detail,
        DateTime Time
    );

    private sealed record Page(CommandId Id, DateTime Made, IReadOnlyList<object> Facts);

    /// <summary>A caller of a tenant was refused.</summary>
    public void Denied(TenantId tenant, string actor, string route, string code) =>
        Count(new Counted(tenant, Kind.Denied, actor, route, code, Floor(TimeSpan.TicksPerMinute)), 1);

    /// <summary>A key was used.</summary>
    public void Used(TenantId tenant, string actor) =>
        Count(new Counted(tenant, Kind.KeyUsed, actor, null, null, Floor(TimeSpan.TicksPerHour)), 1);

    /// <summary>Somebody signed in, was refused, or did something to an account.</summary>
    public void Noticed(TenantId tenant, object fact) =>
        Count(
            fact switch
            {
                SignIn { Failure: null } e => new Counted(tenant, Kind.SignIn, e.Actor, e.How, null, default),
                SignIn e => new Counted(tenant, Kind.SignIn, e.Actor, e.How, e.Failure, Floor(TimeSpan.TicksPerMinute)),
                Done e => new Counted(tenant, Kind.Done, e.Actor, e.Subject, e.What, default),
                _ => throw new ArgumentException($"{fact.GetType().Name} is not counted here.", nameof(fact)),
            },
            fact is Done { Count: var times } ? times : 1
        );

    /// <summary>Writes what is over; at the end of the process everything. Answers of which tenants that failed, by
    /// short name, and why.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Flush(bool all)
    {
        await one.WaitAsync();
        try
        {
            // The host's own key may be nobody's; and a company may be gone by now.
            var there = host.Tenants.Tenants.ToDictionary(t => t.Id);
            foreach (var gone in waiting.Keys.Where(id => !there.ContainsKey(id)).ToList())
                waiting.Remove(gone);
            var faults = new Dictionary<string, string>(StringComparer.Ordinal);
            await WriteAll(there, faults);
            Take(all, there);
            await WriteAll(there, faults);
            return faults;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Makes pages of what is over, for tenants of which none wait.</summary>
    private void Take(bool all, Dictionary<TenantId, Tenant> there)
    {
        var now = host.Clock.GetUtcNow().UtcDateTime;
        var over = new List<(Counted Counted, long Count)>();
        lock (gate)
            foreach (
                var (of, kept) in counts.Where(c =>
                    there.ContainsKey(c.Key.Tenant) && !waiting.ContainsKey(c.Key.Tenant)
                )
            )
            {
                foreach (var (counted, count) in kept.Where(c => all || c.Key.Time + Span(of.Kind) <= now))
                {
                    over.Add((counted, count));
                    kept.Remove(counted);
                }

                if (kept.Count == 0)
                    counts.Remove(of);
            }

        foreach (var tenant in over.GroupBy(c => c.Counted.Tenant))
            waiting[tenant.Key] = new Queue<Page>(
                tenant
                    .Chunk(1_000)
                    .Select(page => new Page(NewId(), now, [.. page.Select(c => Fact(c.Counted, c.Count))]))
            );
    }

    private async Task WriteAll(Dictionary<TenantId, Tenant> there, Dictionary<string, string> faults)
    {
        foreach (var tenant in waiting.Keys.Select(id => there[id]).Where(t => !faults.ContainsKey(t.Slug)).ToList())
            try
            {
                await Write(tenant.Id);
            }
            catch (Exception fault)
            {
                faults[tenant.Slug] = fault.Message;
            }
    }

    private async Task Write(TenantId tenant)
    {
        using var held = await host.Tenants.Hold(tenant);
        var audit = await host.Tenants.Audit(tenant);
        for (var pages = waiting[tenant]; pages.TryPeek(out var page); pages.Dequeue())
            await AuditTrail.Record(audit, page.Made, "host:audit", page.Facts, page.Id);
        waiting.Remove(tenant);
    }

    private CommandId NewId() => CommandId.From("audit", Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N"));

    private static object Fact(Counted counted, long count) =>
        counted.Kind switch
        {
            Kind.Denied => new Denied(counted.Actor, counted.Subject!, counted.Detail!, counted.Time, count),
            Kind.KeyUsed => new KeyUsed(counted.Actor, counted.Time, count),
            Kind.SignIn => new SignIn(counted.Actor, counted.Subject!, counted.Detail, count),
            _ => new Done(counted.Actor, counted.Detail!, counted.Subject, count),
        };

    /// <summary>How long a count is open; what is zero is written the next time.</summary>
    private static TimeSpan Span(Kind kind) =>
        kind switch
        {
            Kind.KeyUsed => TimeSpan.FromHours(1),
            Kind.Denied or Kind.SignIn => TimeSpan.FromMinutes(1),
            _ => TimeSpan.Zero,
        };

    private void Count(Counted counted, long times)
    {
        if (counted.Tenant == default)
            return; // the host's own keys belong to no tenant, and there is no log to tell
        lock (gate)
        {
            if (!counts.TryGetValue((counted.Tenant, counted.Kind), out var kept))
                counts[(counted.Tenant, counted.Kind)] = kept = [];
            if (kept.Count >= Most && !kept.ContainsKey(counted))
                counted = counted with { Actor = Many, Subject = Many };
            CollectionsMarshal.GetValueRefOrAddDefault(kept, counted, out _) += times;
        }
    }

    private DateTime Floor(long ticks)
    {
        var now = host.Clock.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - (now.Ticks % ticks), DateTimeKind.Utc);
    }
}
