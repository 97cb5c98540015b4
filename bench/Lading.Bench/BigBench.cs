using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Orders;
using Lading.Server;

namespace Lading.Bench;

/// <summary>
/// What depends on how much there is: builds a company of many orders, promised and followed, then measures reads,
/// lists, explanations, as-of
/// figures, the start, a rebuild of everything and the verification of the chain.
/// </summary>
public static class BigBench
{
    private const int Skus = 1_000;

    /// <summary>Arguments: how many orders (1,000,000 takes some minutes to make); then the parts to run, all when none
    /// is named: reads, verify, rebuild, start.</summary>
    public static async Task<int> Run(string[] args)
    {
        var orders = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        await using var company = await Company.Make(Skus, 1_000_000_000, follow: true, react: true);
        await Fill(company, orders);
        await AddMovements(company, "DEEP", 100_000, perCommand: 200);
        await AddMovements(company, "TEN", 10_000, perCommand: 200);
        await company.Settle();
        bool Asked(string part) => args.Length < 2 || args[1..].Contains(part);
        var failed = 0;
        if (Asked("reads"))
            failed |= await Reads(company, orders);
        if (Asked("verify"))
            failed |= Verify(company) ? 0 : 1;
        if (Asked("rebuild"))
            await Rebuild(company);
        if (Asked("start"))
            failed |= await Start(company, orders);
        return failed;
    }

    /// <summary>Places the orders from a number on, up to another.</summary>
    internal static async Task Fill(Company company, int orders, int from = 0)
    {
        var clock = Stopwatch.StartNew();
        var next = from - 1;
        await Task.WhenAll(
            Enumerable
                .Range(0, 2_000)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        for (int i; (i = Interlocked.Increment(ref next)) < orders; )
                            await Place(company, i);
                    })
                )
        );
        var placed = clock.Elapsed.TotalSeconds;
        await company.Settle();
        Console.WriteLine(
            $"filled            {orders - from:N0} orders in {placed:N0} s in process, all promised and followed after "
                + $"{clock.Elapsed.TotalSeconds:N0} s: {company.Log.Head:N0} events"
        );
    }

    private static async Task Place(Company company, int i)
    {
        var number = $"N{i:D8}";
        var stream = Order.Stream(number);
        var lines = Enumerable
            .Range(1, 3)
            .Select(l => new OrderLine(
                $"{l}",
                Company.Sku(((i * 7) + (l * 331)) % Skus),
                BaseQuantity.Units(l),
                l * 1000,
                "EA",
                new UnitPrice("GBP", 12_500_000, "EA")
            ))
            .ToArray();
        var fact = new OrderPlaced(
            number,
            "main",
            null,
            OrderType.Standard,
            5,
            null,
            [],
            lines,
            [],
            null,
            null,
            i % 10 == 0 ? "shop" : "api"
        );
        var command = new Command
        {
            Id = CommandId.From("fill", number),
            Fingerprint = 0,
            Actor = "bench",
            Streams = [stream],
            Decide = on => on.Append(stream, PlaceOrder.Decide(on.State<OrderState>(stream), fact)),
        };
        while (await company.Log.Send(command) is { Refusal.Kind: RefusalKind.Unavailable })
            await Task.Delay(5);
    }

    private static readonly DateTime Today = TimeProvider.System.GetUtcNow().UtcDateTime;

    /// <summary>Receipts spread evenly over the last thousand days.</summary>
    private static async Task AddMovements(Company company, string sku, int count, int perCommand)
    {
        await company.Put(
            StockCall.Stream(sku),
            new SkuRegistered(sku, "main", "deep", "EA", [], Tracking.None, AllocationPolicy.Fifo, ["north"], null)
        );
        var place = new StockPlace("north", "stock", null, null, null, null);
        for (var done = 0; done < count; done += perCommand)
        {
            var facts = Enumerable
                .Range(0, perCommand)
                .Select(_ =>
                    (object)
                        new StockMoved(
                            sku,
                            MovementKind.Receipt,
                            StockPlace.From("supplier"),
                            place,
                            BaseQuantity.Units(1),
                            null,
                            null,
                            null,
                            null
                        )
                )
                .ToArray();
            await company.PutAt(StockCall.Stream(sku), Today.AddDays(-1000.0 * (count - done) / count), facts);
        }
    }

    private static async Task<int> Reads(Company company, int orders)
    {
        await using var server = await company.Serve();
        var constant = await RawLimits.KestrelConstant(64, 3);
        Console.WriteLine($"constant answer   {constant, 10:N0}/s");
        var failed = 0;
        async Task<LoadResult> Load(string name, Func<long, string> path, double? asked = null)
        {
            var seconds = TimeSpan.FromSeconds(5);
            ReadOnlyMemory<byte> Request(long i) => HttpLoad.Get("/api/v1" + path(i), company.Key);
            await HttpLoad.Run(server.Address, 64, TimeSpan.FromSeconds(1.5), long.MaxValue, Request);
            var result = await HttpLoad.Run(server.Address, 64, seconds, long.MaxValue, Request);
            Console.WriteLine($"{name, -17} {result}  = {result.Rate / constant:P0} of constant");
            failed |= result.ExitCode;
            if (asked is not { } rate)
                return result;
            var onTime = await HttpLoad.OnTime(server.Address, 64, seconds, Request, rate, result);
            Console.WriteLine($"  open loop       {onTime}");
            failed |= onTime.ExitCode;
            return result;
        }

        await Load("stock of a SKU", i => $"/inventory/stock/{Company.Sku((int)(i * 37 % Skus))}", 15_000);
        await Load("order by number", i => $"/orders/N{i * 7919 % orders:D8}", 12_000);
        await Load("list, filtered", _ => "/orders?source=shop&limit=50", 2_500);
        var first = await Load("list, page 1", _ => "/orders?limit=50");
        var (deep, pages) = await Cursor(company, server.Address, orders);
        var far = await Load("list, page far in", _ => $"/orders?limit=50&cursor={deep}");
        Console.WriteLine($"                  page {pages:N0} costs {first.Rate / far.Rate:N2} x page 1");
        await Load("explain, 10,000", _ => "/inventory/stock/TEN/explain?figure=onHand&site=north&limit=50", 2_500);
        string Past(long i) =>
            Uri.EscapeDataString(Today.AddDays(-(i * 37 % 1000) - 0.3).ToString("O", CultureInfo.InvariantCulture));
        await Load("asOf, 100,000", i => $"/inventory/stock/DEEP?asOf={Past(i)}", 2_500);
        return failed;
    }

    /// <summary>The cursor of page 10,000 of fifty, or of the page in the middle where there are fewer.</summary>
    internal static async Task<(string Cursor, int Page)> Cursor(Company company, string address, int orders)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", company.Key);
        var page = JsonNode.Parse(await http.GetStringAsync("/api/v1/orders?limit=500"))!;
        var steps = Math.Min(1_000, orders / 500 / 2);
        for (var step = 1; step < steps; step++)
            page = JsonNode.Parse(await http.GetStringAsync($"/api/v1/orders?limit=500&cursor={page["next"]}"))!;
        return ((string)page["next"]!, steps * 10);
    }

    private static bool Verify(Company company)
    {
        var path = Path.Combine(company.Folder, "tenants", company.Tenant.Slug, "log.db");
        var raw = RawLimits.SqliteRows(path);
        var clock = Stopwatch.StartNew();
        using var facts = new Lading.Log.Sqlite.SqliteRawFacts(path);
        var report = AuditVerifier.Verify(company.Tenant.Id, facts);
        var rate = report.Facts / clock.Elapsed.TotalSeconds;
        Console.WriteLine(
            $"audit verify      {rate, 10:N0} events/s = {rate / raw:P0} of a bare loop over the rows ({raw:N0}/s), "
                + $"{report.Facts:N0} events, {(report.Whole ? "whole" : report.Problem)}"
        );
        return report.Whole;
    }

    private static async Task Rebuild(Company company)
    {
        var clock = Stopwatch.StartNew();
        var before = Environment.CpuUsage.TotalTime;
        foreach (var projection in company.Log.Model.Projections)
            company.Log.Rebuild(projection.Name);
        await company.Settle();
        var each = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / company.Log.Head;
        var rate = company.Log.Head / clock.Elapsed.TotalSeconds;
        var raw = RawLimits.SqliteInserts(company.Folder, 3);
        Console.WriteLine(
            $"rebuild all       {rate, 10:N0} events/s = {rate / raw:P0} of a bare insert loop ({raw:N0} rows/s), "
                + $"{company.Log.Model.Projections.Count} projections in one pass, {each:N1} µs of one core each"
        );
        await Count(company.Log.Inline, "order_row", "order_line", "stock_level");
        await Count(company.Log.Followed, "order_list", "stock_entry");
    }

    private static async Task Count(IReads reads, params string[] tables)
    {
        foreach (var table in tables)
        {
            var rows = await reads.Query($"select count(*) from {table}", r => r.Integer(0), default);
            Console.WriteLine($"                  {table}: {rows[0]:N0} rows");
        }
    }

    /// <summary>A new process opens the same folder and answers its first order; then what it keeps in memory, at once
    /// and after a while of reading; then a file is imported into it.</summary>
    internal static async Task<int> Start(Company company, int orders)
    {
        var head = company.Log.Head;
        await company.Host.DisposeAsync();
        var raw = await RawStart();
        var clock = Stopwatch.StartNew();
        await using var server = await OwnProcess.Serve(company);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", company.Key);
        await http.GetStringAsync("/api/v1/orders/N00000001");
        var (first, resident) = (clock.Elapsed.TotalSeconds, server.ResidentMegabytes);
        ReadOnlyMemory<byte> Request(long i) => HttpLoad.Get($"/api/v1/orders/N{i * 7919 % orders:D8}", company.Key);
        await HttpLoad.Run(server.Address, 64, TimeSpan.FromSeconds(10), long.MaxValue, Request);
        Console.WriteLine(
            $"start             {first:N2} s to the first answer with {head:N0} events ({first / raw:N1} times a "
                + $"process that starts and ends, {raw:N2} s); resident {resident:N0} MB, "
                + $"{server.ResidentMegabytes:N0} MB after ten seconds of reading"
        );
        return await ImportBench.Into(server.Address, company.Key, Skus);
    }

    /// <summary>How long a process of this program takes that says how it is used and ends, in seconds.</summary>
    private static async Task<double> RawStart()
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, ["help"]) { RedirectStandardError = true }
        )!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>
    /// The server over a folder, until its standard input ends: a process of its own to measure. Arguments: the
    /// folder; <c>stopped</c> without followers and reactions. A line on its standard input begins a profile, the next
    /// one ends it and is answered with it.
    /// </summary>
    public static async Task<int> Serve(string[] args)
    {
        var all = !args.Contains("stopped");
        await using var host = LadingHost.Open(
            new HostOptions
            {
                Data = args[0],
                Rates = new RateOptions(0, 0),
                Follow = all,
                React = all,
            }
        );
        foreach (var tenant in host.Tenants.Tenants)
            await host.Tenants.Log(tenant.Id);
        await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
        Console.WriteLine(server.Address);
        while (Console.ReadLine() is not null)
        {
            using var profile = new Profile();
            if (Console.ReadLine() is not null)
                Console.WriteLine(profile.Line());
        }

        return 0;
    }
}
