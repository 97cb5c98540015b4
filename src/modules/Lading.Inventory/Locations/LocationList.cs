using Lading.Contracts.Inventory;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>A location as a list shows it.</summary>
public sealed record LocationView(string Site, string Location, string Kind, string? Zone, bool Closed);

/// <summary>Answer of <c>GET /locations</c>.</summary>
public sealed record LocationPage(IReadOnlyList<LocationView> Items, string? Next);

/// <summary>The directory of locations, inline. The built-in ones every site has are not listed.</summary>
public static class LocationList
{
    private static readonly Column Site = Column.Text("site");
    private static readonly Column Code = Column.Text("location");
    private static readonly Column Kind = Column.Text("kind");
    private static readonly Column Zone = Column.Text("zone");
    private static readonly Column Closed = Column.Integer("closed");
    private static readonly Table Locations = new("location_row", [Site, Code], [Kind, Zone, Closed]);

    /// <summary>The rows.</summary>
    public static readonly Projection Projection = Projection.Of(
        "locations",
        1,
        ProjectionMode.Inline,
        [Locations],
        [typeof(LocationOpened), typeof(LocationClosed)],
        (recorded, rows) =>
        {
            if (recorded.Fact is LocationOpened e)
                rows.Row(Locations, e.Site, e.Location).Set(Kind, e.Kind).Set(Zone, e.Zone).Set(Closed, 0);
            else if (recorded.Fact is LocationClosed closed)
                rows.Row(Locations, closed.Site, closed.Location).Set(Closed, 1);
        }
    );

    private static readonly QueryName OfSite = new("site", QueryKind.Text, "Only of this site.");

    /// <summary>What the list takes in its query.</summary>
    internal static readonly IReadOnlyList<QueryName> Names = [OfSite, .. Page.Names];

    internal static async Task<IResult> List(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var checks = new Checks();
        var page = Page.Read(http, checks, "tt");
        if (!checks.Pass)
            return Problems.Of(checks);
        var caller = Caller.Of(http);
        var filter = new Filter()
            .WhenGiven("l.site = {0}", http.Given(OfSite))
            .Seen(caller.Reach, new Owning("s.venture", Site: "l.site"));
        if (page.After is { } after)
            filter.After("l.site, l.location", after);
        var rows = await caller.Log.Inline.Query(
            $"""
            select l.site, l.location, l.kind, l.zone, l.closed
            from location_row l join inventory_site s on s.site = l.site {filter}
            order by l.site, l.location limit {page.Limit + 1}
            """,
            r => new LocationView(r.Text(0)!, r.Text(1)!, r.Text(2)!, r.Text(3), r.Integer(4) != 0),
            http.RequestAborted,
            filter.Parameters
        );
        var next =
            rows.Count > page.Limit ? Page.Cursor(rows[page.Limit - 1].Site, rows[page.Limit - 1].Location) : null;
        return Results.Json(new LocationPage([.. rows.Take(page.Limit)], next), InventoryHttp.Default.LocationPage);
    }
}
