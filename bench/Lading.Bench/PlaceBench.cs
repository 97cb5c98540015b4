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
            Console.WriteLine($"place, all on     {all}  backlog then {behind:N0} events");
        }

        return 0;
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
            $"{{\"sku\":\"{Company.Sku((int)((i * 7 + n * 331) % Skus))}\",\"quantity\":{n + 1},\"unit\":\"EA\",\"unitPrice\":{{\"amount\":12.5,\"currency\":\"GBP\"}}}}";
        var json = $"{{\"venture\":\"main\",\"lines\":[{line(0)},{line(1)},{line(2)}]}}";
        return HttpLoad.Post("/api/v1/orders", key, $"{run}-{i}", json);
    }
}
