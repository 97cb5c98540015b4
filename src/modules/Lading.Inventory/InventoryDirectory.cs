using System.Collections.Concurrent;
using Lading.Contracts.Inventory;
using Lading.Contracts.Platform;
using Lading.Log;
using Lading.Platform.Http;

namespace Lading.Inventory;

/// <summary>
/// Which SKUs and sites there are and whose they are: our own projection of Platform's sites beside our
/// SKUs, kept in memory for the hot path. Read by many threads while one applies.
/// </summary>
public sealed class InventoryDirectory
{
    private static readonly Column Code = Column.Text("site");
    private static readonly Column Venture = Column.Text("venture");
    private static readonly Table SiteTable = new("inventory_site", [Code], [Venture]);

    /// <summary>Sites, inline.</summary>
    public static readonly Projection Projection = Projection.Of(
        "inventory-sites",
        1,
        ProjectionMode.Inline,
        [SiteTable],
        [typeof(SiteOpened)],
        (recorded, rows) =>
        {
            var site = (SiteOpened)recorded.Fact;
            rows.Row(SiteTable, site.Site).Set(Venture, site.Venture);
        }
    );

    /// <summary>The same in memory, with the SKUs.</summary>
    public static readonly MemoryModel<InventoryDirectory> Memory = new(
        "inventory.directory",
        [typeof(SiteOpened), typeof(SkuRegistered)],
        Load,
        (known, recorded) => known.Learn(recorded.Fact)
    );

    private readonly ConcurrentDictionary<string, string> sites = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> skus = new(StringComparer.Ordinal);

    /// <summary>The directory of a caller's tenant.</summary>
    public static InventoryDirectory Of(Caller caller) => caller.Log.Memory(Memory);

    /// <summary>The venture of a site, or null.</summary>
    public string? VentureOfSite(string site) => sites.GetValueOrDefault(site);

    /// <summary>Whether there is such a SKU and the caller may see it.</summary>
    public bool Shows(Caller caller, string sku) => skus.TryGetValue(sku, out var venture) && caller.Sees(venture);

    /// <summary>Whether the caller may see a SKU's figures at a site; no site: those of the whole venture.</summary>
    public bool Shows(Caller caller, string sku, string? site) =>
        skus.TryGetValue(sku, out var venture)
        && (string.IsNullOrEmpty(site) ? caller.Reach.SeesAll(venture) : caller.SeesSite(venture, site));

    /// <summary>The sites a caller may see, by code.</summary>
    public IReadOnlyList<string> SitesOf(Caller caller) =>
        [.. sites.Where(s => caller.SeesSite(s.Value, s.Key)).Select(s => s.Key).Order(StringComparer.Ordinal)];

    private void Learn(object fact)
    {
        if (fact is SiteOpened site)
            sites[site.Site] = site.Venture;
        else if (fact is SkuRegistered sku)
            skus[sku.Sku] = sku.Venture;
    }

    private static async ValueTask<InventoryDirectory> Load(IReads reads, CancellationToken stop)
    {
        var known = new InventoryDirectory();
        var places = await reads.Query("select site, venture from inventory_site", r => (r.Text(0)!, r.Text(1)!), stop);
        foreach (var (site, venture) in places)
            known.sites[site] = venture;
        var items = await reads.Query("select sku, venture from sku_row", r => (r.Text(0)!, r.Text(1)!), stop);
        foreach (var (sku, venture) in items)
            known.skus[sku] = venture;
        return known;
    }
}
