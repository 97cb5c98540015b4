using System.Collections.Concurrent;
using System.Text.Json;
using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;

namespace Lading.Orders;

/// <summary>What placing an order checks a SKU against.</summary>
public sealed record KnownSku(
    string Sku,
    string Venture,
    string BaseUnit,
    IReadOnlyList<UnitConversion> Conversions,
    bool Discontinued
)
{
    /// <summary>
    /// How its units convert; null when its conversions contradict each other, then only the base unit serves.
    /// </summary>
    public SkuUnits? Units { get; } =
        SkuUnits.TryCreate(
            BaseUnit,
            Conversions.Select(c => (c.Unit, c.Numerator, c.Denominator)),
            out var units,
            out _
        )
            ? units
            : null;
}

/// <summary>
/// The SKUs, sites, locations, ventures and customers that orders may name: our own projection of the others' facts
/// (decision 18), kept in memory for the hot path. Read by many threads while one applies.
/// </summary>
public sealed class OrdersDirectory
{
    private static readonly Column Sku = Column.Text("sku");
    private static readonly Column SkuVenture = Column.Text("venture");
    private static readonly Column BaseUnit = Column.Text("base_unit");
    private static readonly Column Conversions = Column.Text("conversions");
    private static readonly Column Discontinued = Column.Integer("discontinued");
    private static readonly Table Skus = new("orders_sku", [Sku], [SkuVenture, BaseUnit, Conversions, Discontinued]);

    private static readonly Column Site = Column.Text("site");
    private static readonly Column SiteVenture = Column.Text("venture");
    private static readonly Table Sites = new("orders_site", [Site], [SiteVenture]);

    private static readonly Column LocationSite = Column.Text("site");
    private static readonly Column Location = Column.Text("location");
    private static readonly Column Closed = Column.Integer("closed");
    private static readonly Table Locations = new("orders_location", [LocationSite, Location], [Closed]);

    private static readonly Column Venture = Column.Text("venture");
    private static readonly Table Ventures = new("orders_venture", [Venture], []);

    private static readonly Type[] Facts =
    [
        typeof(SkuRegistered),
        typeof(SkuChanged),
        typeof(SkuDiscontinued),
        typeof(SiteOpened),
        typeof(LocationOpened),
        typeof(LocationClosed),
        typeof(VentureOpened),
    ];

    public static readonly Projection Projection = Projection.Of(
        "orders-directory",
        2,
        ProjectionMode.Inline,
        [Skus, Sites, Locations, Ventures],
        Facts,
        Apply
    );

    /// <summary>The same in memory, with the customers.</summary>
    public static readonly MemoryModel<OrdersDirectory> Memory = new(
        "orders.directory",
        [.. Facts, typeof(CustomerRegistered)],
        Load,
        (known, recorded) => known.Learn(recorded.Fact)
    );

    private readonly ConcurrentDictionary<string, KnownSku> skus = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> sites = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Site, string Location), bool> locations = new();
    private readonly ConcurrentDictionary<string, string> customers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> ventures = new(StringComparer.Ordinal);

    public KnownSku? FindSku(string sku) => skus.GetValueOrDefault(sku);

    /// <summary>The venture of a site, or null.</summary>
    public string? VentureOfSite(string site) => sites.GetValueOrDefault(site);

    /// <summary>Whether goods may be put down at a location: one that is open, or one that every site has.</summary>
    public bool MayTake(string site, string location) =>
        location is StockPlace.Stock or StockPlace.Returns || locations.ContainsKey((site, location));

    /// <summary>The sites of a venture that a caller may see, by code.</summary>
    public IReadOnlyList<string> SitesOf(string? venture, Caller caller) =>
        [
            .. sites
                .Where(s => s.Value == venture && caller.SeesSite(s.Value, s.Key))
                .Select(s => s.Key)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The venture of a customer, or null.</summary>
    public string? VentureOfCustomer(string customer) => customers.GetValueOrDefault(customer);

    public bool HasVenture(string venture) => ventures.ContainsKey(venture);

    /// <summary>The one venture a caller may mean without saying so, or null when there are several.</summary>
    public string? OnlyVenture(Func<string, bool> sees)
    {
        string? only = null;
        foreach (var (venture, _) in ventures)
        {
            if (!sees(venture))
                continue;
            if (only is not null)
                return null;
            only = venture;
        }

        return only;
    }

    /// <summary>Takes one fact in.</summary>
    public void Learn(object fact)
    {
        switch (fact)
        {
            case SkuRegistered e:
                skus[e.Sku] = new KnownSku(e.Sku, e.Venture, e.BaseUnit, e.Units, false);
                break;
            case SkuChanged e when skus.TryGetValue(e.Sku, out var old):
                skus[e.Sku] = new KnownSku(e.Sku, old.Venture, old.BaseUnit, e.Units, old.Discontinued);
                break;
            case SkuDiscontinued e when skus.TryGetValue(e.Sku, out var old):
                skus[e.Sku] = new KnownSku(e.Sku, old.Venture, old.BaseUnit, old.Conversions, true);
                break;
            case SiteOpened e:
                sites[e.Site] = e.Venture;
                break;
            case LocationOpened e:
                locations[(e.Site, e.Location)] = true;
                break;
            case LocationClosed e:
                locations.TryRemove((e.Site, e.Location), out _);
                break;
            case VentureOpened e:
                ventures[e.Venture] = true;
                break;
            case CustomerRegistered e:
                customers[e.Customer] = e.Venture;
                break;
        }
    }

    private static void Apply(Recorded recorded, Rows rows)
    {
        switch (recorded.Fact)
        {
            case SkuRegistered e:
                rows.Row(Skus, e.Sku)
                    .Set(SkuVenture, e.Venture)
                    .Set(BaseUnit, e.BaseUnit)
                    .Set(Conversions, Text(e.Units))
                    .Set(Discontinued, 0);
                break;
            case SkuChanged e:
                rows.Row(Skus, e.Sku).Set(Conversions, Text(e.Units));
                break;
            case SkuDiscontinued e:
                rows.Row(Skus, e.Sku).Set(Discontinued, 1);
                break;
            case SiteOpened e:
                rows.Row(Sites, e.Site).Set(SiteVenture, e.Venture);
                break;
            case LocationOpened e:
                rows.Row(Locations, e.Site, e.Location).Set(Closed, 0);
                break;
            case LocationClosed e:
                rows.Row(Locations, e.Site, e.Location).Set(Closed, 1);
                break;
            case VentureOpened e:
                rows.Row(Ventures, e.Venture);
                break;
        }
    }

    private static async ValueTask<OrdersDirectory> Load(IReads reads, CancellationToken stop)
    {
        var known = new OrdersDirectory();
        var skus = await reads.Query(
            "select sku, venture, base_unit, conversions, discontinued from orders_sku",
            r => new KnownSku(r.Text(0)!, r.Text(1)!, r.Text(2)!, Units(r.Text(3)), r.Integer(4) == 1),
            stop
        );
        foreach (var sku in skus)
            known.skus[sku.Sku] = sku;
        var pairs = "select site, venture from orders_site";
        foreach (var (site, venture) in await reads.Query(pairs, r => (r.Text(0)!, r.Text(1)!), stop))
            known.sites[site] = venture;
        var places = await reads.Query(
            "select site, location, closed from orders_location",
            r => (Place: (r.Text(0)!, r.Text(1)!), Closed: r.Integer(2) == 1),
            stop
        );
        foreach (var (place, _) in places.Where(p => !p.Closed))
            known.locations[place] = true;
        foreach (var venture in await reads.Query("select venture from orders_venture", r => r.Text(0)!, stop))
            known.ventures[venture] = true;
        pairs = "select customer, venture from customer_row where venture is not null";
        foreach (var (customer, venture) in await reads.Query(pairs, r => (r.Text(0)!, r.Text(1)!), stop))
            known.customers[customer] = venture;
        return known;
    }

    private static string? Text(IReadOnlyList<UnitConversion> units) =>
        units.Count == 0 ? null : JsonSerializer.Serialize(units, OrdersHttp.Default.IReadOnlyListUnitConversion);

    private static IReadOnlyList<UnitConversion> Units(string? text) =>
        text is null ? [] : JsonSerializer.Deserialize(text, OrdersHttp.Default.IReadOnlyListUnitConversion)!;
}
