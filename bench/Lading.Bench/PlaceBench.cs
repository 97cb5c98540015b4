using System.Globalization;

namespace Lading.Bench;

/// <summary>Placing a three-line order over HTTP: authenticated, durable, inline read models on.</summary>
public static class PlaceBench
{
    private const int Skus = 1_000;

    /// <summary>With reactions and followers stopped; beside it a server that answers a constant.</summary>
    public static async Task<int> Run(string[] args)
    {
        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        var constant = await RawLimits.KestrelConstant(256, 3);
        Console.WriteLine($"constant answer   {constant, 10:N0}/s");
        await using (var company = await Company.Make(Skus, 0, follow: false, react: false))
        {
            var bare = await Place(company, TimeSpan.FromSeconds(seconds));
            Console.WriteLine($"place, stopped    {bare}  = {bare.Rate / constant:P0} of constant");
        }

        await using (var company = await Company.Make(Skus, 1_000_000_000, follow: true, react: true))
        {
            var all = await Place(company, TimeSpan.FromSeconds(seconds));
            var behind = company.Log.Status().Max(s => s.Head - s.Position);
            Console.WriteLine($"place, all on     {all}  = {all.Rate / constant:P0}; backlog then {behind:N0} events");
        }

        return 0;
    }

    /// <summary>On PostgreSQL: one node, then two that serve the same tenant. Argument: the app's connection.</summary>
    public static async Task<int> RunPostgres(string[] args)
    {
        var constant = await RawLimits.KestrelConstant(256, 3);
        await using var company = await Company.Make(Skus, 0, follow: false, react: false, postgres: args[0]);
        var one = await Place(company, TimeSpan.FromSeconds(10));
        Console.WriteLine($"place, PostgreSQL {one}  = {one.Rate / constant:P0} of constant ({constant:N0}/s)");
        if (args.Length > 1 && await PgBench.Run(args[1], 10) is { } raw)
            Console.WriteLine(
                $"pgbench           {raw, 10:N0}/s, one transaction an order: ours are {one.Rate / raw:P0}"
            );
        await using var second = Server.LadingHost.Open(
            new Server.HostOptions
            {
                Data = company.Folder,
                Postgres = args[0],
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

    /// <summary>Places orders for a time; the first two seconds are warm-up and not counted.</summary>
    public static async Task<LoadResult> Place(Company company, TimeSpan time, int connections = 256)
    {
        await using var server = await company.Serve();
        await HttpLoad.Run(
            server.Address,
            connections,
            TimeSpan.FromSeconds(2),
            long.MaxValue,
            i => Request(company.Key, i, "w")
        );
        return await HttpLoad.Run(server.Address, connections, time, long.MaxValue, i => Request(company.Key, i, "m"));
    }

    /// <summary>Order number i: three lines of three SKUs.</summary>
    public static ReadOnlyMemory<byte> Request(string key, long i, string run)
    {
        var line = (long n) =>
            $"{{\"sku\":\"{Company.Sku((int)((i * 7 + n * 331) % Skus))}\",\"quantity\":{n + 1},\"unit\":\"EA\","
            + $"\"unitPrice\":{{\"amount\":12.5,\"currency\":\"GBP\"}}}}";
        var json = $"{{\"venture\":\"main\",\"lines\":[{line(0)},{line(1)},{line(2)}]}}";
        return HttpLoad.Post("/api/v1/orders", key, $"{run}-{i}", json);
    }
}
