using Lading.Contracts.Inventory;
using Lading.Contracts.Platform;
using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Bench;

/// <summary>A company to measure: one venture, two sites, numbered SKUs with stock, a key, and the server over
/// it.</summary>
public sealed class Company : IAsyncDisposable
{
    private readonly string folder;

    private Company(string folder, LadingHost host, Tenant tenant, TenantLog log, string key) =>
        (this.folder, Host, Tenant, Log, Key) = (folder, host, tenant, log, key);

    /// <summary>The composition.</summary>
    public LadingHost Host { get; }

    /// <summary>The tenant.</summary>
    public Tenant Tenant { get; }

    /// <summary>Its log.</summary>
    public TenantLog Log { get; }

    /// <summary>A key with all scopes.</summary>
    public string Key { get; }

    /// <summary>Where its data is.</summary>
    public string Folder => folder;

    /// <summary>Makes the company in a new folder.</summary>
    public static async Task<Company> Make(int skus, long stockPerSku, bool follow, bool react, string? postgres = null)
    {
        var folder = Directory.CreateTempSubdirectory("lading-bench").FullName;
        var host = LadingHost.Open(
            new HostOptions
            {
                Data = folder,
                Follow = follow,
                React = react,
                Postgres = postgres,
                Rates = new RateOptions(PerKey: 0, PerPerson: 0),
            }
        );
        var tenant = host.Tenants.Create($"bench-{Guid.NewGuid():N}"[..30], "Bench")!;
        var log = await host.Tenants.Log(tenant.Id);
        var key = host.Keys.Issue(tenant.Id, "bench", ["*"], null, null).Secret;
        var company = new Company(folder, host, tenant, log, key);
        await company.Put(StreamName.Of("venture", "main"), new VentureOpened("main", "Main"));
        foreach (var site in (string[])["north", "south"])
            await company.Put(StreamName.Of("site", site), new SiteOpened(site, "main", site, "Europe/London"));
        await Parallel.ForAsync(
            0,
            skus,
            new ParallelOptions { MaxDegreeOfParallelism = 200 },
            async (i, _) => await company.AddSku(i, stockPerSku)
        );
        return company;
    }

    /// <summary>The code of SKU number i.</summary>
    public static string Sku(int i) => $"SKU-{i:D5}";

    /// <summary>Starts the server on a free port.</summary>
    public Task<WebServer> Serve() => WebServer.Start(Host, "http://127.0.0.1:0");

    /// <summary>Waits until all that follows the log is level with it, but what stands still.</summary>
    public async Task Settle()
    {
        while (Log.Status().Any(s => s.Failure is null && (s.Position < s.Head || s.BuiltPercent is not null)))
            await Task.Delay(20);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Appends facts as they are.</summary>
    public Task Put(StreamName stream, params object[] facts) => PutAt(stream, null, facts);

    /// <summary>Appends facts that happened at a time.</summary>
    public async Task PutAt(StreamName stream, DateTime? happened, params object[] facts)
    {
        var answer = await Log.Send(
            new Command
            {
                Id = CommandId.From("bench", stream.ToString(), Guid.NewGuid().ToString()),
                Fingerprint = 0,
                Actor = "bench",
                Streams = [stream],
                Decide = on =>
                {
                    foreach (var fact in facts)
                        on.Append(stream, fact, happened);
                    return null;
                },
            }
        );
        if (!answer.Accepted)
            throw new InvalidOperationException(answer.Refusal!.Message);
    }

    private Task AddSku(int i, long stock)
    {
        var sku = new SkuRegistered(
            Sku(i),
            "main",
            $"Bench article {i}",
            "EA",
            [],
            Tracking.None,
            AllocationPolicy.Fifo,
            ["north", "south"],
            null
        );
        var place = new StockPlace("north", "stock", null, null, null, null);
        return stock == 0
            ? Put(StreamName.Of("sku", Sku(i)), sku)
            : Put(
                StreamName.Of("sku", Sku(i)),
                sku,
                new StockMoved(
                    Sku(i),
                    MovementKind.Opening,
                    StockPlace.From("opening"),
                    place,
                    BaseQuantity.Units(stock),
                    null,
                    null,
                    null,
                    null
                )
            );
    }
}
