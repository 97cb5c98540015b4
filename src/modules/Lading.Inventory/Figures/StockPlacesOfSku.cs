using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>How much of a SKU lies at one location.</summary>
public sealed record PlaceView(string Site, string Location, decimal OnHand);

/// <summary>Answer of <c>GET /inventory/stock/{sku}/locations</c>, by site and location.</summary>
/// <param name="Complete">Whether the SKU lies at no more locations than are shown.</param>
public sealed record PlacesView(string Sku, string Unit, IReadOnlyList<PlaceView> Items, bool Complete);

/// <summary>
/// Where a SKU lies now: the opened locations that hold any of it. What lies at a site's built-in places, or is picked
/// for an order already, is no one's to fetch and not among them. With <c>holder</c> only the sites where that order or
/// reservation is promised some: where its picker has to go.
/// </summary>
public static class StockPlacesOfSku
{
    private const int Most = 500;

    /// <summary>For whom it is to be fetched.</summary>
    internal static readonly QueryName Holder = new(
        "holder",
        QueryKind.Text,
        "An order or a reservation by hand: only the sites where it is promised some."
    );

    internal static async Task<IResult> Read(HttpContext http)
    {
        if (await Reading.Ready(http, StockLedger.Projection.Name) is { } notReady)
            return notReady;
        var sku = (string)http.Request.RouteValues["sku"]!;
        var caller = Caller.Of(http);
        var known = InventoryDirectory.Of(caller);
        if (!known.Shows(caller, sku))
            return Problems.Of(InventoryRefusals.UnknownSku(sku));
        var holder = http.Given(Holder);
        var promised =
            holder.Length == 0
                ? ""
                : """
                    and site in (
                        select site from stock_entry where sku = $1 and holder = $2 and figure = 'reserved'
                        group by site having sum(delta) > 0)
                    """;
        var rows = await caller.Log.Followed.Query(
            $"""
            select site, location, on_hand from stock_location where sku = $1 and on_hand > 0 {promised}
            order by site, location limit {Most + 1}
            """,
            r => new PlaceView(r.Text(0)!, r.Text(1)!, StockList.Units(r.Integer(2))),
            http.RequestAborted,
            promised.Length == 0 ? [sku] : [sku, holder]
        );
        var seen = rows.Take(Most).Where(place => known.Shows(caller, sku, place.Site));
        var unit = await StockOfSku.UnitOf(caller.Log, sku, http.RequestAborted);
        return Results.Json(new PlacesView(sku, unit, [.. seen], rows.Count <= Most), InventoryHttp.Default.PlacesView);
    }
}
