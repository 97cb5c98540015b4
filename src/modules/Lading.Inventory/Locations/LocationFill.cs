using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>What lies at a location, over all SKUs in their base units: a measure for a picture, not for the
/// books.</summary>
public sealed record FillView(string Location, string Kind, string? Zone, int Skus, decimal OnHand);

/// <summary>Answer of <c>GET /locations/fill</c>.</summary>
/// <param name="Complete">Whether the site has no more open locations than are shown.</param>
public sealed record FillPage(string Site, IReadOnlyList<FillView> Items, bool Complete);

/// <summary>The open locations of one site with what lies there.</summary>
public static class LocationFill
{
    private const int Most = 5_000;

    /// <summary>Which site.</summary>
    internal static readonly QueryName Site = new("site", QueryKind.Text, "The code of the site.") { IsNeeded = true };

    internal static async Task<IResult> Read(HttpContext http)
    {
        if (await Reading.Ready(http, StockLedger.Projection.Name) is { } notReady)
            return notReady;
        var checks = new Checks();
        var site = http.Given(Site);
        checks.That(site.Length > 0, "site", site, "Name the site.", "Add ?site= with the code of a site.");
        if (!checks.Pass)
            return Problems.Of(checks);
        var caller = Caller.Of(http);
        var filter = new Filter()
            .Where("l.site = {0}", site)
            .Where("l.closed = 0")
            .Seen(caller.Reach, new Owning("s.venture", Site: "l.site"));
        var locations = await caller.Log.Inline.Query(
            $"""
            select l.location, l.kind, l.zone from location_row l join inventory_site s on s.site = l.site {filter}
            order by l.location limit {Most + 1}
            """,
            r => (Location: r.Text(0)!, Kind: r.Text(1)!, Zone: r.Text(2)),
            http.RequestAborted,
            filter.Parameters
        );
        var lying = await caller.Log.Followed.Query(
            """
            select location, count(*), cast(sum(on_hand) as bigint) from stock_location
            where site = $1 and on_hand > 0 group by location
            """,
            r => (Location: r.Text(0)!, Skus: (int)r.Integer(1), OnHand: r.Integer(2)),
            http.RequestAborted,
            site
        );
        var at = lying.ToDictionary(l => l.Location, StringComparer.Ordinal);
        var items = locations
            .Take(Most)
            .Select(l =>
                at.TryGetValue(l.Location, out var here)
                    ? new FillView(l.Location, l.Kind, l.Zone, here.Skus, StockList.Units(here.OnHand))
                    : new FillView(l.Location, l.Kind, l.Zone, 0, 0)
            );
        var page = new FillPage(site, [.. items], locations.Count <= Most);
        return Results.Json(page, InventoryHttp.Default.FillPage);
    }
}
