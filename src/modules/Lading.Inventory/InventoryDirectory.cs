using System.Collections.Concurrent;
using Lading.Contracts.Inventory;
using Lading.Contracts.Platform;
using Lading.Log;
using Lading.Platform.Http;

namespace Lading.Inventory;

/// <summary>
/// Which SKUs, ventures and sites there are, whose they are and what day it is there: our own projection of Platform's
/// ventures and sites beside our SKUs, kept in memory for the hot path. Read by many threads while one applies.
/// </summary>
public sealed class InventoryDirectory
{
    private static readonly Column Code = Column.Text("site");
    private static readonly Column Venture = Column.Text("venture");
    private static readonly Column Zone = Column.Text("time_zone");
    private static readonly Table SiteTable = new("inventory_site", [Code], [Venture, Zone]);
    private static readonly Table VentureTable = new("inventory_venture", [Column.Text("venture")], []);

    /// <summary>Ventures and sites, inline.</summary>
    public static readonly Projection Projection = Projection.Of(
        "inventory-sites",
        2,
        ProjectionMode.Inline,
        [SiteTable, VentureTable],
        [typeof(VentureOpened), typeof(SiteOpened), typeof(SiteChanged)],
        (recorded, rows) =>
        {
            if (recorded.Fact is VentureOpened venture)
                rows.Row(VentureTable, venture.Venture);
            else if (recorded.Fact is SiteOpened site)
                rows.Row(SiteTable, site.Site).Set(Venture, site.Venture).Set(Zone, site.TimeZone);
            else if (recorded.Fact is SiteChanged changed)
                rows.Row(SiteTable, changed.Site).Set(Zone, changed.TimeZone);
        }
    );

    /// <summary>The same in memory, with the SKUs.</summary>
    public static readonly MemoryModel<InventoryDirectory> Memory = new(
        "inventory.directory",
        [typeof(VentureOpened), typeof(SiteOpened), typeof(SiteChanged), typeof(SkuRegistered)],
        Load,
        (known, recorded) => known.Learn(recorded.Fact)
    );

    private readonly ConcurrentDictionary<string, string> ventures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KnownSite> sites = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> skus = new(StringComparer.Ordinal);
    private readonly Func<string, TimeZoneInfo?> zoneOf;

    private InventoryDirectory() => zoneOf = site => sites.GetValueOrDefault(site)?.Zone;

    private sealed record KnownSite(string Venture, TimeZoneInfo? Zone);

    /// <summary>The directory of a caller's tenant.</summary>
    public static InventoryDirectory Of(Caller caller) => caller.Log.Memory(Memory);

    /// <summary>The time of a decision as the tenant's sites have it.</summary>
    public static SiteTime TimeOf(Deciding on) => new(on.Now, on.Memory(Memory).zoneOf);

    /// <summary>Whether there is such a venture.</summary>
    public bool HasVenture(string venture) => ventures.ContainsKey(venture);

    /// <summary>The venture of a SKU, or null.</summary>
    public string? VentureOfSku(string sku) => skus.GetValueOrDefault(sku);

    /// <summary>The venture of a site, or null.</summary>
    public string? VentureOfSite(string site) => sites.GetValueOrDefault(site)?.Venture;

    /// <summary>Whether there is such a SKU and the caller may see it.</summary>
    public bool Shows(Caller caller, string sku) => skus.TryGetValue(sku, out var venture) && caller.Sees(venture);

    /// <summary>Whether the caller may see a SKU's figures at a site; no site: those of the whole venture.</summary>
    public bool Shows(Caller caller, string sku, string? site) =>
        skus.TryGetValue(sku, out var venture)
        && (string.IsNullOrEmpty(site) ? caller.Reach.SeesAll(venture) : caller.SeesSite(venture, site));

    /// <summary>The sites a caller may see, by code.</summary>
    public IReadOnlyList<string> SitesOf(Caller caller) =>
        [.. sites.Where(s => caller.SeesSite(s.Value.Venture, s.Key)).Select(s => s.Key).Order(StringComparer.Ordinal)];

    private void Learn(object fact)
    {
        if (fact is VentureOpened venture)
            ventures[venture.Venture] = venture.Venture;
        else if (fact is SiteOpened site)
            sites[site.Site] = new KnownSite(site.Venture, ZoneNamed(site.TimeZone));
        else if (fact is SiteChanged changed && sites.TryGetValue(changed.Site, out var known))
            sites[changed.Site] = known with { Zone = ZoneNamed(changed.TimeZone) };
        else if (fact is SkuRegistered sku)
            skus[sku.Sku] = sku.Venture;
    }

    private static TimeZoneInfo? ZoneNamed(string? name) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    private static async ValueTask<InventoryDirectory> Load(IReads reads, CancellationToken stop)
    {
        var known = new InventoryDirectory();
        foreach (var venture in await reads.Query("select venture from inventory_venture", r => r.Text(0)!, stop))
            known.ventures[venture] = venture;
        var places = await reads.Query(
            "select site, venture, time_zone from inventory_site",
            r => (Site: r.Text(0)!, Known: new KnownSite(r.Text(1)!, ZoneNamed(r.Text(2)))),
            stop
        );
        foreach (var (site, place) in places)
            known.sites[site] = place;
        var items = await reads.Query("select sku, venture from sku_row", r => (r.Text(0)!, r.Text(1)!), stop);
        foreach (var (sku, venture) in items)
            known.skus[sku] = venture;
        return known;
    }
}
