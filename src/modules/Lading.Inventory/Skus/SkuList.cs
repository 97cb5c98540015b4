using System.Text.Json;
using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>A SKU as it is read.</summary>
public sealed record SkuView(
    string Sku,
    string Venture,
    string? Description,
    string BaseUnit,
    IReadOnlyList<UnitConversion> Units,
    string Tracking,
    string Allocation,
    IReadOnlyList<string> SitePreference,
    string? Gtin,
    bool Discontinued
);

/// <summary>Answer of <c>GET /skus</c>.</summary>
public sealed record SkuPage(IReadOnlyList<SkuView> Items, string? Next);

/// <summary>The directory of SKUs, inline.</summary>
public static class SkuList
{
    private static readonly Column Sku = Column.Text("sku");
    private static readonly Column Venture = Column.Text("venture");
    private static readonly Column Description = Column.Text("description");
    private static readonly Column BaseUnit = Column.Text("base_unit");
    private static readonly Column Units = Column.Text("units");
    private static readonly Column Tracked = Column.Text("tracking");
    private static readonly Column Allocation = Column.Text("allocation");
    private static readonly Column Sites = Column.Text("site_preference");
    private static readonly Column Gtin = Column.Text("gtin");
    private static readonly Column Discontinued = Column.Integer("discontinued");
    private static readonly Table Skus = new(
        "sku_row",
        [Sku],
        [Venture, Description, BaseUnit, Units, Tracked, Allocation, Sites, Gtin, Discontinued]
    );

    private const string Columns =
        "sku, venture, description, base_unit, units, tracking, allocation, site_preference, gtin, discontinued";

    /// <summary>The rows.</summary>
    public static readonly Projection Projection = Projection.Of(
        "skus",
        1,
        ProjectionMode.Inline,
        [Skus],
        [typeof(SkuRegistered), typeof(SkuChanged), typeof(SkuDiscontinued)],
        Apply
    );

    private static void Apply(Recorded recorded, Rows rows)
    {
        switch (recorded.Fact)
        {
            case SkuRegistered e:
                Set(rows.Row(Skus, e.Sku), e.Description, e.Units, e.Allocation, e.SitePreference, e.Gtin)
                    .Set(Venture, e.Venture)
                    .Set(BaseUnit, e.BaseUnit)
                    .Set(Tracked, Word(e.Tracking));
                break;
            case SkuChanged e:
                Set(rows.Row(Skus, e.Sku), e.Description, e.Units, e.Allocation, e.SitePreference, e.Gtin);
                break;
            case SkuDiscontinued e:
                rows.Row(Skus, e.Sku).Set(Discontinued, 1);
                break;
        }
    }

    private static RowChange Set(
        RowChange row,
        string? description,
        IReadOnlyList<UnitConversion> units,
        AllocationPolicy allocation,
        IReadOnlyList<string> sites,
        string? gtin
    ) =>
        row.Set(Description, description)
            .Set(Units, JsonSerializer.Serialize(units, InventoryHttp.Default.IReadOnlyListUnitConversion))
            .Set(Allocation, Word(allocation))
            .Set(Sites, JsonSerializer.Serialize(sites, InventoryHttp.Default.IReadOnlyListString))
            .Set(Gtin, gtin);

    /// <summary>A choice as the API writes it.</summary>
    internal static string Word<T>(T choice)
        where T : struct, Enum => choice.ToString().ToLowerInvariant();

    private static readonly QueryName Begins = new("q", QueryKind.Text, "Only SKUs that begin so.");

    /// <summary>What the list takes in its query.</summary>
    internal static readonly IReadOnlyList<QueryName> Names = [Begins, .. Page.Names];

    internal static async Task<IResult> List(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var checks = new Checks();
        var page = Page.Read(http, checks, "t");
        if (!checks.Pass)
            return Problems.Of(checks);
        var caller = Caller.Of(http);
        var filter = new Filter().Seen(caller.Reach, new Owning("venture"));
        if (page.After is { } after)
            filter.Where("sku > {0}", after[0]);
        filter.BeginsWith("sku", http.Given(Begins));
        var rows = await caller.Log.Inline.Query(
            $"select {Columns} from sku_row {filter} order by sku limit {page.Limit + 1}",
            View,
            http.RequestAborted,
            filter.Parameters
        );
        var next = rows.Count > page.Limit ? Page.Cursor(rows[page.Limit - 1].Sku) : null;
        return Results.Json(new SkuPage([.. rows.Take(page.Limit)], next), InventoryHttp.Default.SkuPage);
    }

    internal static async Task<IResult> Read(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var sku = (string)http.Request.RouteValues["sku"]!;
        var caller = Caller.Of(http);
        if (!InventoryDirectory.Of(caller).Shows(caller, sku))
            return Problems.Of(InventoryRefusals.UnknownSku(sku));
        var tag = await Reading.TagOf(http, StockCall.Stream(sku));
        var rows = await caller.Log.Inline.Query(
            $"select {Columns} from sku_row where sku = $1",
            View,
            http.RequestAborted,
            sku
        );
        if (rows.Count == 0 || !caller.Sees(rows[0].Venture))
            return Problems.Of(InventoryRefusals.UnknownSku(sku));
        http.Response.Headers.ETag = tag;
        return Results.Json(rows[0], InventoryHttp.Default.SkuView);
    }

    /// <summary>How a unit of a SKU converts, or null when there is no such SKU or unit.</summary>
    internal static async ValueTask<UnitConversion?> ConversionOf(
        TenantLog log,
        string sku,
        string unit,
        CancellationToken stop
    )
    {
        var rows = await log.Inline.Query($"select {Columns} from sku_row where sku = $1", View, stop, sku);
        return rows.Count == 0 ? null
            : rows[0].BaseUnit == unit ? new UnitConversion(unit, 1, 1)
            : rows[0].Units.FirstOrDefault(u => u.Unit == unit);
    }

    private static SkuView View(IRow r) =>
        new(
            r.Text(0)!,
            r.Text(1)!,
            r.Text(2),
            r.Text(3)!,
            JsonSerializer.Deserialize(r.Text(4)!, InventoryHttp.Default.IReadOnlyListUnitConversion)!,
            r.Text(5)!,
            r.Text(6)!,
            JsonSerializer.Deserialize(r.Text(7)!, InventoryHttp.Default.IReadOnlyListString)!,
            r.Text(8),
            r.Integer(9) != 0
        );
}
