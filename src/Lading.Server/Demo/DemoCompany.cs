using System.Globalization;
using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Contracts.Platform;
using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Orders;
using Lading.Platform.Access;
using Lading.Platform.Places;
using Lading.Platform.Tenancy;

namespace Lading.Server.Demo;

/// <summary>
/// The company a newcomer sees: a gift wholesaler with two warehouses and their bins, seeded from the sample files.
/// A seeding that was cut off goes on where it stopped; what stands is left alone however long ago it was made, for
/// the log forgets outcomes after a while and would take an opening stock twice.
/// </summary>
public static class DemoCompany
{
    /// <summary>The tenant's short name.</summary>
    public const string Slug = "demo";

    /// <summary>Its one venture.</summary>
    public const string Venture = "gifts";

    private static readonly Settings Reckoning = new("Europe/London", "GBP", "metric");

    private static readonly (string Code, string Name)[] Sites =
    [
        ("leeds", "Leeds warehouse"),
        ("bristol", "Bristol warehouse"),
    ];

    /// <summary>Makes the demo tenant when it is not there, and brings it to its first morning.</summary>
    public static async Task<Tenant> Seed(LadingHost host)
    {
        var tenant =
            host.Tenants.Tenants.FirstOrDefault(t => t.Slug == Slug)
            ?? host.Tenants.Create(Slug, "Wharfside Gifts", demo: true)!;
        using var held = await host.Tenants.Hold(tenant.Id);
        var log = held.Log;
        await SeedPlaces(log);
        await Task.WhenAll(Rows("skus").Select(row => SeedSku(log, row)));
        await Task.WhenAll(Rows("customers").Select(row => SeedCustomer(log, row)));
        var opened = await Standing(log, "select site, location from location_row");
        await Task.WhenAll(
            Rows("locations").Where(row => !opened.Contains(At(row, "location"))).Select(row => SeedLocation(log, row))
        );
        var stocked = await Standing(log, "select site, sku from stock_level");
        var bins = Rows("putaway").ToLookup(row => At(row, "sku"));
        await Task.WhenAll(
            Rows("stock")
                .Where(row => !stocked.Contains(At(row, "sku")))
                .Select(row => SeedStock(log, host.Clock, row, bins[At(row, "sku")]))
        );
        return tenant;
    }

    private static (string Site, string What) At(IReadOnlyDictionary<string, string> row, string what) =>
        (row["site"], row[what]);

    private static async Task<HashSet<(string Site, string What)>> Standing(TenantLog log, string sql) =>
        [.. await log.Inline.Query(sql, r => (r.Text(0)!, r.Text(1)!), CancellationToken.None)];

    private static async Task SeedPlaces(TenantLog log)
    {
        await Send(
            log,
            [Settings.Stream],
            on =>
                on.Version(Settings.Stream) > 0
                    ? null
                    : on.Append(Settings.Stream, Settings.Decide(on.State<Settings>(Settings.Stream), Reckoning))
        );
        var venture = StreamName.Of("venture", Venture);
        await Send(
            log,
            [venture],
            on => on.Append(venture, Lading.Platform.Places.Venture.Open(on.State<Venture>(venture), Venture, "Gifts"))
        );
        foreach (var (code, name) in Sites)
        {
            var site = StreamName.Of("site", code);
            var opened = new SiteOpened(code, Venture, name, Reckoning.TimeZone);
            await Send(
                log,
                [site, venture],
                on => on.Append(site, Site.Open(on.State<Site>(site), on.State<Venture>(venture), opened))
            );
        }
    }

    private static Task SeedSku(TenantLog log, IReadOnlyDictionary<string, string> row)
    {
        var stream = StockCall.Stream(row["sku"]);
        UnitConversion[] units = row["units"].Split('=') is [var unit, var count]
            ? [new UnitConversion(unit, long.Parse(count, CultureInfo.InvariantCulture), 1)]
            : [];
        var sku = new SkuRegistered(
            row["sku"],
            Venture,
            row["description"],
            row["baseUnit"],
            units,
            Tracking.None,
            AllocationPolicy.Fifo,
            [.. Sites.Select(s => s.Code)],
            row["gtin"]
        );
        return Send(log, [stream], on => on.Append(stream, RegisterSku.Decide(on.State<Stock>(stream), sku)));
    }

    private static Task SeedCustomer(TenantLog log, IReadOnlyDictionary<string, string> row)
    {
        var key = row["customer"];
        var stream = Customer.Stream(key);
        Personal Of(string column) => new(Customer.Subject(key), row[column]);
        var customer = new CustomerRegistered(key, Venture, Of("name"), Of("email"), Of("phone"), row["country"]);
        return Send(
            log,
            [stream],
            on => on.Append(stream, RegisterCustomer.Decide(on.State<Customer>(stream), customer))
        );
    }

    /// <summary>Opening stock comes in and is put into its bins; what a seeding that was cut off left unbinned the
    /// demo's day puts away.</summary>
    private static async Task SeedStock(
        TenantLog log,
        TimeProvider clock,
        IReadOnlyDictionary<string, string> row,
        IEnumerable<IReadOnlyDictionary<string, string>> bins
    )
    {
        var (sku, site) = (row["sku"], row["site"]);
        var units = long.Parse(row["quantity"], CultureInfo.InvariantCulture);
        var id = CommandId.From("demo:seed", "stock", sku, site);
        await DemoClock.Receive(log, clock, sku, site, units, row["unit"], MovementKind.Opening, "opening", id);
        foreach (var bin in bins)
        {
            var thousandths = 1000 * long.Parse(bin["quantity"], CultureInfo.InvariantCulture);
            var putAway = CommandId.From("demo:seed", "putaway", sku, site, bin["location"]);
            var quantity = new EnteredQuantity(thousandths, "EA");
            await DemoClock.PutAway(log, clock, sku, site, bin["location"], quantity, putAway);
        }
    }

    private static Task SeedLocation(TenantLog log, IReadOnlyDictionary<string, string> row)
    {
        var stream = StockCall.LocationStream(row["site"], row["location"]);
        var command = new OpenLocation.Command(row["kind"], row["zone"]);
        return Send(log, [stream], on => on.Append(stream, OpenLocation.Decide(on.State<Location>(stream), command)));
    }

    /// <summary>Refusals say that it was done before.</summary>
    private static async Task Send(TenantLog log, IReadOnlyList<StreamName> streams, Func<Deciding, Refusal?> decide) =>
        await log.Send(DemoClock.Demo(CommandId.From("demo:seed", streams[0].ToString()), streams, decide));

    /// <summary>The sample files are ours and hold no quoted fields: splitting at commas is all their reading
    /// needs.</summary>
    private static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string name)
    {
        using var stream = typeof(DemoCompany).Assembly.GetManifestResourceStream($"samples/{name}.csv")!;
        using var lines = new StreamReader(stream);
        var header = lines.ReadLine()!.Split(',');
        while (lines.ReadLine() is { } line)
            yield return header.Zip(line.Split(',')).ToDictionary(f => f.First, f => f.Second, StringComparer.Ordinal);
    }
}
