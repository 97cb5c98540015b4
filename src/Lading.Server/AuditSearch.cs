using System.Globalization;
using Lading.Log;
using Lading.Platform.Audit;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server;

/// <summary>One entry of the audit: who did what, when.</summary>
/// <param name="Log"><c>business</c>: a fact of administration in the company's log; <c>audit</c>: sign-ins, denials,
/// key use.</param>
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

/// <summary>The audit, searched over both logs: facts of administration, and sign-ins, denials and key use.</summary>
public static class AuditSearch
{
    /// <summary>Serves <c>GET /audit</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host) =>
        api.Get("/audit", "audit.read", http => Search(http, host))
            .ReadsModel()
            .Query(Kind, Actor, From, To)
            .Query(Page.Names)
            .TenantWide()
            .Produces<AuditPage>()
            .WithTags("Operations")
            .WithSummary("Who did what, newest first.");

    private static readonly QueryName Kind = new("kind", QueryKind.Text, "Only acts of this kind.");
    private static readonly QueryName Actor = new("actor", QueryKind.Text, "Only what this person or key did.");
    private static readonly QueryName From = new("from", QueryKind.Time, "Only from this time on.");
    private static readonly QueryName To = new("to", QueryKind.Time, "Only before this time.");

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
        var (from, to) = (http.Time(From, checks), http.Time(To, checks));
        if (!checks.Pass)
            return Problems.Of(checks);
        var caller = Caller.Of(http);
        var asked = new Asked(from, to, http.Given(Kind), http.Given(Actor), page);
        var audit = await host.Tenants.Audit(caller.Tenant);
        var stop = http.RequestAborted;
        var business = await asked.Read(caller.Log.Followed, "business", "audit_fact", "null", "1", stop);
        var told = await asked.Read(audit.Inline, "audit", "audit_entry", "detail", "count", stop);
        List<AuditEntry> items = [.. business.Concat(told).OrderDescending(Newest).Take(page.Limit + 1)];
        var next = items.Count > page.Limit ? items[page.Limit - 1] : null;
        return Results.Json(
            new AuditPage(
                [.. items.Take(page.Limit)],
                next is null ? null : Page.Cursor(next.At.Ticks, next.Log, next.Position)
            ),
            AuditJson.Default.AuditPage
        );
    }

    /// <summary>What is searched for; the same question goes to both logs.</summary>
    private sealed record Asked(DateTime? From, DateTime? To, string Kind, string Actor, Page Page)
    {
        public ValueTask<List<AuditEntry>> Read(
            IReads reads,
            string log,
            string table,
            string detail,
            string count,
            CancellationToken stop
        )
        {
            var (conditions, values) = (new List<string>(), new List<Cell>());
            if (From is { } from)
                Add("at >= {0}", from.Ticks);
            if (To is { } to)
                Add("at < {0}", to.Ticks);
            if (Kind.Length > 0)
                Add("kind = {0}", Kind);
            if (Actor.Length > 0)
                Add("actor = {0}", Actor);
            if (Page.After is { } after)
            {
                // Where both logs speak of one moment the audit log's entries come first, then the higher position.
                var order = string.CompareOrdinal(log, after[1].AsText);
                if (order > 0)
                    Add("at <= {0}", after[0]);
                else if (order < 0)
                    Add("at < {0}", after[0]);
                else
                {
                    values.AddRange([after[0], after[2]]);
                    conditions.Add($"(at, position) < (${values.Count - 1}, ${values.Count})");
                }
            }

            var where = conditions.Count == 0 ? "" : "where " + string.Join(" and ", conditions);
            return reads.Query(
                $"select at, position, kind, actor, subject, {detail}, {count} from {table} {where} "
                    + $"order by at desc, position desc limit {Page.Limit + 1}",
                r => Entry(log, r),
                stop,
                [.. values]
            );

            void Add(string condition, Cell value)
            {
                values.Add(value);
                conditions.Add(condition.Replace("{0}", $"${values.Count}", StringComparison.Ordinal));
            }
        }

        private static AuditEntry Entry(string log, IRow r) =>
            new(
                new DateTime(r.Integer(0), DateTimeKind.Utc),
                log,
                r.Integer(1),
                r.Text(2)!,
                r.Text(3)!,
                r.Text(4),
                r.Text(5),
                r.Integer(6)
            );
    }

    /// <summary>By time, then log, then position.</summary>
    private static readonly Comparer<AuditEntry> Newest = Comparer<AuditEntry>.Create(
        (a, b) =>
            a.At != b.At ? a.At.CompareTo(b.At)
            : a.Log != b.Log ? string.CompareOrdinal(b.Log, a.Log)
            : a.Position.CompareTo(b.Position)
    );
}
