using Lading.Kernel;
using Lading.Platform.Audit;

namespace Lading.Server;

/// <summary>
/// Counts denials by actor, route, code and minute and key use by hour, and writes each count once its time is over:
/// who is refused a million times makes a few rows. What is not written when a process dies is lost; facts of the
/// business never pass here.
/// </summary>
public sealed class AuditCounter(LadingHost host)
{
    /// <summary>So many different counts are kept at once; what comes beyond is counted together.</summary>
    private const int Most = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Counted, long> counts = [];
    private readonly List<(TenantId Tenant, object Fact)> signIns = [];

    private readonly record struct Counted(TenantId Tenant, string Actor, string Route, string Code, DateTime Time);

    /// <summary>A caller of a tenant was refused.</summary>
    public void Denied(TenantId tenant, string actor, string route, string code) =>
        Count(new Counted(tenant, actor, route, code, Floor(TimeSpan.TicksPerMinute)));

    /// <summary>A person signed in, or was refused: the first is told one by one, the second counted like every
    /// denial.</summary>
    public void SignedIn(TenantId tenant, string account, string how, string? failure)
    {
        if (failure is not null)
        {
            Denied(tenant, $"person:{account}", $"sign in by {how}", failure);
            return;
        }

        lock (gate)
            if (signIns.Count < Most)
                signIns.Add((tenant, new SignIn($"person:{account}", how, null, null)));
    }

    /// <summary>A key was used.</summary>
    public void Used(TenantId tenant, string actor) =>
        Count(new Counted(tenant, actor, "", "", Floor(TimeSpan.TicksPerHour)));

    /// <summary>Writes what is over; at the end of the process everything.</summary>
    public async Task Flush(bool all)
    {
        var now = host.Clock.GetUtcNow().UtcDateTime;
        List<(TenantId Tenant, object Fact)> over;
        lock (gate)
        {
            over = [.. signIns];
            signIns.Clear();
            foreach (var (counted, count) in counts.Where(c => all || c.Key.Time + Span(c.Key) <= now).ToList())
            {
                over.Add((counted.Tenant, Fact(counted, count)));
                counts.Remove(counted);
            }
        }

        // The host's own key may be nobody's; and a company may be gone by now.
        var there = host.Tenants.Tenants.Select(t => t.Id).ToHashSet();
        foreach (var tenant in over.Where(c => there.Contains(c.Tenant)).GroupBy(c => c.Tenant))
        {
            var audit = await host.Tenants.Audit(tenant.Key);
            foreach (var page in tenant.Chunk(1_000))
                await AuditTrail.Record(
                    audit,
                    "host:audit",
                    [.. page.Select(c => c.Fact)],
                    CommandId.From("audit", Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N"))
                );
        }
    }

    private static object Fact(Counted counted, long count) =>
        counted.Code.Length == 0
            ? new KeyUsed(counted.Actor, counted.Time, count)
            : new Denied(counted.Actor, counted.Route, counted.Code, counted.Time, count);

    private static TimeSpan Span(Counted counted) =>
        counted.Code.Length == 0 ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(1);

    private void Count(Counted counted)
    {
        if (counted.Tenant == default)
            return; // the host's own keys belong to no tenant, and there is no log to tell
        lock (gate)
        {
            if (counts.Count >= Most && !counts.ContainsKey(counted))
                counted = counted with { Actor = "(many)", Route = "(many)" };
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, counted, out _)++;
        }
    }

    private DateTime Floor(long ticks)
    {
        var now = host.Clock.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - (now.Ticks % ticks), DateTimeKind.Utc);
    }
}
