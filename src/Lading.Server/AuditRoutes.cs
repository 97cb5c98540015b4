using System.Globalization;
using System.Text.Json.Serialization;
using Lading.Log;
using Lading.Platform.Audit;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server;

/// <summary>Answer of <c>GET /audit/chain</c>.</summary>
/// <param name="Head">Where the log ends: <c>POSITION:HASH</c>. Kept elsewhere, it shows later that nothing was cut off
/// or written anew.</param>
public sealed record AuditView(long Facts, string Head, long? BadPosition, string? Problem);

/// <summary>One entry of the audit: who did what, when.</summary>
/// <param name="Log"><c>business</c>: a fact of administration in the company's log; <c>audit</c>: sign-ins, denials, key
/// use.</param>
/// <param name="Subject">What it was done to, or the route that was refused.</param>
/// <param name="Count">How often: denials are counted by the minute, key use by the hour.</param>
public sealed record AuditEntry(
    DateTime At,
    string Log,
    long Position,
    string Kind,
    string Actor,
    string? Subject,
    string? Detail,
    long Count
);

/// <summary>Answer of <c>GET /audit</c>, newest first.</summary>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Items, string? Next);

/// <summary>The audit: searched over both logs, and the proof that their chains are whole.</summary>
public static class AuditRoutes
{
    private static readonly SemaphoreSlim One = new(1);

    /// <summary>Serves <c>/audit</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host)
    {
        api.Get("/audit", "audit.read", http => Search(http, host))
            .TenantWide()
            .Produces<AuditPage>()
            .WithTags("Operations")
            .WithSummary("Who did what, newest first: kind, actor, from, to, limit, cursor.");
        api.Get("/audit/chain", "audit.read", http => Verify(http, host))
            .TenantWide()
            .Produces<AuditView>()
            .WithTags("Operations")
            .WithSummary("Is every event there, in order, as it was written? log=audit asks it of the audit log.");
    }

    private static async Task<IResult> Search(HttpContext http, LadingHost host)
    {
        if (await Reading.Ready(http, AuditFacts.Projection.Name) is { } notReady)
            return notReady;
        var checks = new Checks();
        var page = Page.Read(http, checks, 3);
        if (page.After is { } cursor)
            checks.That(
                cursor[0].IsInteger && cursor[1].AsText is not null && cursor[2].IsInteger,
                "cursor",
                null,
                "This is not a cursor of this list."
            );
        var (from, to) = (Time(http, "from", checks), Time(http, "to", checks));
        if (!checks.Pass)
            return Problems.Of(checks);
        var caller = Caller.Of(http);
        var (kind, actor) = (http.Request.Query["kind"].ToString(), http.Request.Query["actor"].ToString());
        var audit = await host.Tenants.Audit(caller.Tenant);
        var business = await Read(caller.Log.Followed, "business", "audit_fact", "null", "1");
        var told = await Read(audit.Inline, "audit", "audit_entry", "detail", "count");
        List<AuditEntry> items = [.. business.Concat(told).OrderDescending(Newest).Take(page.Limit + 1)];
        var next = items.Count > page.Limit ? items[page.Limit - 1] : null;
        return Results.Json(
            new AuditPage(
                [.. items.Take(page.Limit)],
                next is null ? null : Page.Cursor(next.At.Ticks, next.Log, next.Position)
            ),
            AuditJson.Default.AuditPage
        );

        ValueTask<List<AuditEntry>> Read(IReads reads, string log, string table, string detail, string count)
        {
            var (conditions, values) = (new List<string>(), new List<Cell>());
            Add("at >= {0}", from?.Ticks);
            Add("at < {0}", to?.Ticks);
            Add("kind = {0}", kind.Length > 0 ? kind : null);
            Add("actor = {0}", actor.Length > 0 ? actor : null);
            if (page.After is { } after)
            {
                // Where both logs speak of one moment the audit log's entries come first, then the higher position.
                var lower = string.CompareOrdinal(log, after[1].AsText);
                Add(lower > 0 ? "at < {0}" : "at <= {0}", after[0].AsInteger);
                if (lower == 0)
                {
                    values.Add(after[0]);
                    values.Add(after[2]);
                    conditions.Add($"(at, position) < (${values.Count - 1}, ${values.Count})");
                }
            }

            var where = conditions.Count == 0 ? "" : "where " + string.Join(" and ", conditions);
            return reads.Query(
                $"select at, position, kind, actor, subject, {detail}, {count} from {table} {where} "
                    + $"order by at desc, position desc limit {page.Limit + 1}",
                r => new AuditEntry(
                    new DateTime(r.Integer(0), DateTimeKind.Utc),
                    log,
                    r.Integer(1),
                    r.Text(2)!,
                    r.Text(3)!,
                    r.Text(4),
                    r.Text(5),
                    r.Integer(6)
                ),
                http.RequestAborted,
                [.. values]
            );

            void Add(string condition, Cell? value)
            {
                if (value is not { } given || (!given.IsInteger && given.AsText is null))
                    return;
                values.Add(given);
                conditions.Add(condition.Replace("{0}", $"${values.Count}", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>By time, then log, then position.</summary>
    private static readonly Comparer<AuditEntry> Newest = Comparer<AuditEntry>.Create(
        (a, b) =>
            a.At != b.At ? a.At.CompareTo(b.At)
            : a.Log != b.Log ? string.CompareOrdinal(b.Log, a.Log)
            : a.Position.CompareTo(b.Position)
    );

    private static DateTime? Time(HttpContext http, string name, Checks checks)
    {
        var text = http.Request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        var good = DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        );
        checks.That(good, name, text, $"{name} is a time.", "Send ISO 8601 in UTC, such as 2026-03-10T12:00:00Z.");
        return time.UtcDateTime;
    }

    private static async Task<IResult> Verify(HttpContext http, LadingHost host)
    {
        var checks = new Checks();
        var text = http.Request.Query["head"].ToString();
        var log = http.Request.Query["log"].ToString();
        var known = ReadHead(text.Length == 0 ? null : text, out var good);
        checks.That(good, "head", text, "A head is POSITION:HASH.", "Send the head of an earlier answer.");
        checks.That(log is "" or "business" or "audit", "log", log, "log is business or audit.");
        if (!checks.Pass)
            return Problems.Of(checks);
        var id = Caller.Of(http).Tenant;
        var tenant = host.Tenants.Tenants.First(t => t.Id == id);
        if (log == "audit")
            await host.Tenants.Audit(id); // so that there is one to verify
        await One.WaitAsync(http.RequestAborted);
        try
        {
            var report = await Task.Factory.StartNew(
                () =>
                {
                    using var facts = log == "audit" ? host.RawAudit(tenant)! : host.RawFacts(tenant);
                    return AuditVerifier.Verify(
                        log == "audit" ? AuditTrail.IdOf(id) : id,
                        facts,
                        known,
                        _ => http.RequestAborted.ThrowIfCancellationRequested()
                    );
                },
                http.RequestAborted,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            return Results.Json(View(report), AuditJson.Default.AuditView);
        }
        finally
        {
            One.Release();
        }
    }

    /// <summary>A report as an answer shows it.</summary>
    public static AuditView View(AuditReport report)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Head.Position}:{Convert.ToHexStringLower(report.Head.Hash)}"
        );
        return new AuditView(report.Facts, head, report.BadPosition, report.Problem);
    }

    /// <summary>Reads a head; null for none.</summary>
    public static LogHead? ReadHead(string? text, out bool good)
    {
        good = true;
        if (text is null)
            return null;
        var parts = text.Split(':');
        good =
            parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && parts[1].Length == 64
            && parts[1].All(char.IsAsciiHexDigit);
        return good
            ? new LogHead(long.Parse(parts[0], CultureInfo.InvariantCulture), Convert.FromHexString(parts[1]))
            : null;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AuditView))]
[JsonSerializable(typeof(AuditPage))]
public sealed partial class AuditJson : JsonSerializerContext;
