using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>One line of <c>GET /inventory/discrepancies</c>.</summary>
public sealed record DiscrepancyView(
    string Sku,
    string Site,
    DateTime From,
    DateTime Until,
    decimal Lowest,
    string Reason,
    string Event
);

/// <summary>Answer of <c>GET /inventory/discrepancies</c>.</summary>
public sealed record DiscrepancyPage(IReadOnlyList<DiscrepancyView> Items, string? Next);

/// <summary>Where the books were found to be wrong: known, listed, never hidden. Newest first.</summary>
public static class Discrepancies
{
    private static readonly Column Position = Column.Integer("position");
    private static readonly Column Sku = Column.Text("sku");
    private static readonly Column Site = Column.Text("site");
    private static readonly Column Since = Column.Integer("since");
    private static readonly Column Until = Column.Integer("until");
    private static readonly Column Lowest = Column.Integer("lowest");
    private static readonly Column Reason = Column.Text("reason");
    private static readonly Table Found = new(
        "stock_discrepancy",
        [Position],
        [Sku, Site, Since, Until, Lowest, Reason],
        ["sku", "position"]
    );

    /// <summary>The list.</summary>
    public static readonly Projection Projection = Projection.Of(
        "stock-discrepancies",
        1,
        ProjectionMode.Follower,
        [Found],
        [typeof(StockDiscrepancyFound)],
        (recorded, rows) =>
        {
            var e = (StockDiscrepancyFound)recorded.Fact;
            rows.Row(Found, recorded.Position)
                .Set(Sku, e.Sku)
                .Set(Site, e.Site)
                .Set(Since, e.From)
                .Set(Until, e.Until)
                .Set(Lowest, e.Lowest)
                .Set(Reason, e.Reason);
        }
    );

    private static readonly QueryName OfSku = new("sku", QueryKind.Text, "Only of this SKU.");

    /// <summary>What the list takes in its query.</summary>
    internal static readonly IReadOnlyList<QueryName> Names = [.. Page.Names, OfSku];

    internal static async Task<IResult> List(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var checks = new Checks();
        var page = Page.Read(http, checks, "i");
        if (!checks.Pass)
            return Problems.Of(checks);
        var caller = Caller.Of(http);
        var known = InventoryDirectory.Of(caller);
        var before = page.After is { } after ? after[0].AsInteger : long.MaxValue;
        var sku = http.Given(OfSku);
        var sql = "select position, sku, site, since, until, lowest, reason from stock_discrepancy where position < $1";
        var rows = await caller.Log.Followed.Query(
            sku.Length > 0
                ? $"{sql} and sku = $2 order by position desc limit {page.Limit + 1}"
                : $"{sql} order by position desc limit {page.Limit + 1}",
            r => (At: r.Integer(0), View: View(r)),
            http.RequestAborted,
            sku.Length > 0 ? [before, sku] : [before]
        );
        var shown = rows.Take(page.Limit)
            .Where(r => known.Shows(caller, r.View.Sku, r.View.Site))
            .Select(r => r.View)
            .ToList();
        var next = rows.Count > page.Limit ? Page.Cursor(rows[page.Limit - 1].At) : null;
        return Results.Json(new DiscrepancyPage(shown, next), InventoryHttp.Default.DiscrepancyPage);
    }

    private static DiscrepancyView View(IRow r) =>
        new(
            r.Text(1)!,
            r.Text(2)!,
            new DateTime(r.Integer(3), DateTimeKind.Utc),
            new DateTime(r.Integer(4), DateTimeKind.Utc),
            new BaseQuantity(r.Integer(5)).ToDecimal(),
            r.Text(6)!,
            $"/api/v1/events/{r.Integer(0)}"
        );
}
