using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>How much there is at a site. Available may still hold expired lots, which are never promised.</summary>
/// <param name="Site">Null: what waits for the SKU at no particular site.</param>
/// <param name="Available">On hand, less reserved, less held, less what is others'.</param>
/// <param name="OfOthers">
/// Neither reserved nor held, and of another owner than the SKU's venture: no order may be promised it.
/// </param>
public sealed record LevelView(
    string Sku,
    string? Site,
    string Unit,
    decimal OnHand,
    decimal Reserved,
    decimal Held,
    decimal Available,
    decimal Backordered,
    decimal OfOthers
);

/// <summary>Answer of <c>GET /inventory/stock</c>.</summary>
public sealed record StockPage(IReadOnlyList<LevelView> Items, string? Next);

/// <summary>
/// Levels of many SKUs, by SKU and site: filters <c>sku</c>, <c>q</c> (how it begins), <c>site</c>,
/// <c>short=true</c> (only what waits).
/// </summary>
public static class StockList
{
    private static readonly QueryName Sku = new("sku", QueryKind.Text, "Only this SKU.");
    private static readonly QueryName Begins = new("q", QueryKind.Text, "Only SKUs that begin so.");
    private static readonly QueryName Site = new("site", QueryKind.Text, "Only at this site.");
    private static readonly QueryName Short = new("short", QueryKind.Flag, "Only where someone waits.");

    /// <summary>What the list takes in its query.</summary>
    internal static readonly IReadOnlyList<QueryName> Names = [Sku, Begins, Site, Short, .. Page.Names];

    internal static async Task<IResult> List(HttpContext http)
    {
        if (await Reading.Ready(http, StockLevels.Projection.Name) is { } notReady)
            return notReady;
        var checks = new Checks();
        var page = Page.Read(http, checks, "tt");
        var shortOnly = http.Flag(Short, checks);
        var (caller, site) = (Caller.Of(http), http.Given(Site));
        if (site.Length > 0)
            checks.Site("site", site, caller);
        if (!checks.Pass)
            return Problems.Of(checks);
        var filter = new Filter()
            .WhenGiven("l.sku = {0}", http.Given(Sku))
            .WhenGiven("l.site = {0}", site)
            .BeginsWith("l.sku", http.Given(Begins))
            .Seen(caller.Reach, new Owning("k.venture", Site: "l.site"));
        if (shortOnly)
            filter.Where("l.backordered > 0");
        if (page.After is { } after)
            filter.After("l.sku, l.site", after[0], after[1]);
        var rows = await caller.Log.Inline.Query(
            $"""
            {StockLevels.Select} {filter} order by l.sku, l.site limit {page.Limit + 1}
            """,
            View,
            http.RequestAborted,
            filter.Parameters
        );
        var last = rows.Count > page.Limit ? rows[page.Limit - 1] : null;
        var next = last is null ? null : Page.Cursor(last.Sku, last.Site ?? StockLevels.AnySite);
        return Results.Json(new StockPage([.. rows.Take(page.Limit)], next), InventoryHttp.Default.StockPage);
    }

    internal static LevelView View(IRow r) =>
        Level(r.Text(0)!, r.Text(1)!, r.Text(2)!, r.Integer(3), r.Integer(4), r.Integer(5), r.Integer(6), r.Integer(7));

    internal static LevelView Level(
        string sku,
        string site,
        string unit,
        long onHand,
        long reserved,
        long held,
        long waits,
        long ofOthers
    ) =>
        new(
            sku,
            site.Length == 0 ? null : site,
            unit,
            Units(onHand),
            Units(reserved),
            Units(held),
            Units(onHand - reserved - held - ofOthers),
            Units(waits),
            Units(ofOthers)
        );

    internal static decimal Units(long thousandths) => new BaseQuantity(thousandths).ToDecimal();
}
