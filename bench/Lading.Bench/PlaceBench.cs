using System.Globalization;
using Lading.Floors.Tests.Log;
using Lading.Log.Postgres;

namespace Lading.Bench;

/// <summary>Placing a three-line order over HTTP: authenticated, durable, inline read models on.</summary>
public static class PlaceBench
{
    private const int Skus = 1_000;

    private const double Asked = 10_000;
    private const double AskedOfPostgres = 6_000;

    /// <summary>With reactions and followers stopped; beside it a server that answers a constant.</summary>
    public static async Task<int> Run(string[] args)
    {
        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        var constant = await RawLimits.KestrelConstant(256, 3);
        Console.WriteLine($"constant answer   {constant, 10:N0}/s");
        var failed = 0;
        await using (var company = await Company.Make(Skus, 0, follow: false, react: false))
        {
            var (bare, onTime) = await Place(company, TimeSpan.FromSeconds(seconds), Asked);
            Console.WriteLine($"place, stopped    {bare}  = {bare.Rate / constant:P0} of constant");
            Console.WriteLine($"  open loop       {onTime}");
            failed |= bare.ExitCode | onTime.ExitCode;
        }

        await using (var company = await Company.Make(Skus, 1_000_000_000, follow: true, react: true))
        {
            var (all, _) = await Place(company, TimeSpan.FromSeconds(seconds));
            var behind = company.Log.Status().Max(s => s.Head - s.Position);
            Console.WriteLine($"place, all on     {all}  = {all.Rate / constant:P0}; backlog then {behind:N0} events");
            failed |= all.ExitCode;
        }

        return failed;
    }

    /// <summary>On PostgreSQL: one node, then two that serve the same tenant. Argument: an administrator's connection;
    /// without one a server of its own is started.</summary>
    public static async Task<int> RunPostgres(string[] args)
    {
        if (args.Length > 0)
            return await OnPostgres(args[0]);
        if (PostgresCluster.FindBinaries() is not { } binaries)
        {
            Console.Error.WriteLine("PostgreSQL is not installed: install its server, or name one's administrator.");
            return 1;
        }

        await using var cluster = await PostgresCluster.Create(binaries);
        return await OnPostgres(cluster.Admin);
    }

    private static async Task<int> OnPostgres(string admin)
    {
        var app = await PostgresDatabase.Init(admin, $"lading_bench_{Guid.CreateVersion7():n}");
        var constant = await RawLimits.KestrelConstant(256, 3);
        await using var company = await Company.Make(Skus, 0, follow: false, react: false, postgres: app);
        var (one, onTime) = await Place(company, TimeSpan.FromSeconds(10), AskedOfPostgres);
        Console.WriteLine($"place, PostgreSQL {one}  = {one.Rate / constant:P0} of constant ({constant:N0}/s)");
        Console.WriteLine($"  open loop       {onTime}");
        if (await PgBench.Run(admin, 10) is { } raw)
            Console.WriteLine(
                $"pgbench           {raw, 10:N0}/s, one transaction an order: ours are {one.Rate / raw:P0}"
            );
        await using var second = Server.LadingHost.Open(
            new Server.HostOptions
            {
                Data = company.Folder,
                Postgres = app,
                Follow = false,
                React = false,
                Rates = new Server.RateOptions(PerKey: 0, PerPerson: 0),
            }
        );
        await second.Tenants.Log(company.Tenant.Id);
        await using var first = await company.Serve();
        await using var other = await Server.WebServer.Start(second, "http://127.0.0.1:0");
        var time = TimeSpan.FromSeconds(10);
        var both = await Task.WhenAll(
            HttpLoad.Run(first.Address, 128, time, long.MaxValue, i => Request(company.Key, i, "one")),
            HttpLoad.Run(other.Address, 128, time, long.MaxValue, i => Request(company.Key, i, "two"))
        );
        Console.WriteLine($"  first of two    {both[0]}");
        Console.WriteLine($"  second of two   {both[1]}");
        Console.WriteLine(
            $"two nodes         {both.Sum(b => b.Rate), 10:N0}/s = {both.Sum(b => b.Rate) / one.Rate:P0} of one"
        );
        return both.Sum(b => b.Failures) == 0 ? 0 : 1;
    }

    /// <summary>Places orders for a time, as fast as they are answered; the first two seconds are warm-up and not
    /// counted. Then, when a rate is asked for, at that rate.</summary>
    private static async Task<(LoadResult Closed, LoadResult OnTime)> Place(
        Company company,
        TimeSpan time,
        double? asked = null
    )
    {
        await using var server = await company.Serve();
        Func<long, ReadOnlyMemory<byte>> Orders(string run) => i => Request(company.Key, i, run);
        await HttpLoad.Run(server.Address, 256, TimeSpan.FromSeconds(2), long.MaxValue, Orders("w"));
        var closed = await HttpLoad.Run(server.Address, 256, time, long.MaxValue, Orders("m"));
        var onTime = asked is { } rate
            ? await HttpLoad.OnTime(server.Address, 256, time, Orders("t"), rate, closed)
            : closed;
        return (closed, onTime);
    }

    /// <summary>Order number i: three lines of three SKUs.</summary>
    public static ReadOnlyMemory<byte> Request(string key, long i, string run, bool numbered = false)
    {
        var line = (long n) =>
            $"{{\"sku\":\"{Company.Sku((int)((i * 7 + n * 331) % Skus))}\",\"quantity\":{n + 1},\"unit\":\"EA\","
            + $"\"unitPrice\":{{\"amount\":12.5,\"currency\":\"GBP\"}}}}";
        var number = numbered ? $"\"order\":\"{run}{i}\"," : "";
        var json = $"{{{number}\"venture\":\"main\",\"lines\":[{line(0)},{line(1)},{line(2)}]}}";
        return HttpLoad.Post("/api/v1/orders", key, $"{run}-{i}", json);
    }
}
