using System.Diagnostics;
using Lading.Contracts.Inventory;
using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Bench;

/// <summary>Reservations by 64 clients on one hot SKU against the same on 1,000 SKUs: one committer must not
/// care.</summary>
public static class HotBench
{
    private const int Clients = 64;
    private const long Each = 7;
    private static bool allRight = true;

    /// <summary>Runs both in turn, twice, and prints the ratio of the better runs; then sells one SKU out.</summary>
    public static async Task<int> Run(string[] args)
    {
        var (hot, spread) = (0.0, 0.0);
        for (var round = 0; round < 2; round++)
        {
            spread = Math.Max(spread, await Measure(1_000));
            hot = Math.Max(hot, await Measure(1));
        }

        await SellOut();
        var folder = Directory.CreateTempSubdirectory("lading-bench");
        var raw = RawLimits.SqliteInserts(folder.FullName, 3);
        folder.Delete(recursive: true);
        Console.WriteLine(
            $"reservations      {spread, 10:N0}/s on 1,000 SKUs, {hot, 10:N0}/s on one: {hot / spread:P0}; "
                + $"{spread / raw:P0} and {hot / raw:P0} of a bare insert loop ({raw:N0} rows/s)"
        );
        return allRight ? 0 : 1;
    }

    /// <summary>Reservations a second of stock that does not run out: all must be accepted.</summary>
    private static async Task<double> Measure(int skus)
    {
        await using var company = await Company.Make(skus, 1_000_000_000, follow: false, react: false);
        var clock = Stopwatch.StartNew();
        var (accepted, refused) = await Reserve(company, skus, _ => clock.Elapsed < TimeSpan.FromSeconds(5));
        var rate = accepted / clock.Elapsed.TotalSeconds;
        await Check(company, $"{skus} SKUs", accepted, accepted, refused);
        return rate;
    }

    /// <summary>More is asked for than there is: as many get it as it is enough for, and nobody else.</summary>
    private static async Task SellOut()
    {
        const long enough = 10_000;
        await using var company = await Company.Make(1, (enough * Each) + Each - 1, follow: false, react: false);
        var (accepted, refused) = await Reserve(company, 1, i => i <= 3 * enough);
        await Check(company, "one SKU, sold out", enough, accepted, refused - (2 * enough));
    }

    private static async Task<(long Accepted, long Refused)> Reserve(Company company, int skus, Func<long, bool> goOn)
    {
        long next = 0,
            accepted = 0,
            refused = 0;
        async Task Client()
        {
            for (long i; goOn(i = Interlocked.Increment(ref next)); )
                if ((await Send(company, StockCall.Stream(Company.Sku((int)(i % skus))), i)).Accepted)
                    Interlocked.Increment(ref accepted);
                else
                    Interlocked.Increment(ref refused);
        }

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(Client)));
        return (accepted, refused);
    }

    private static ValueTask<Answer> Send(Company company, StreamName stream, long i) =>
        company.Log.Send(
            new Command
            {
                Id = CommandId.From("hot", i.ToString()),
                Fingerprint = 0,
                Actor = "bench",
                Streams = [stream],
                Decide = on => StockCall.Append(on, stream, Decide(on, stream, i), null),
            }
        );

    private static Decision Decide(Deciding on, StreamName stream, long i) =>
        ReserveByHand.Decide(
            on.State<Stock>(stream),
            new ReserveByHand.Command($"H{i}", new EnteredQuantity(Each * 1_000, "EA"), [], null, null),
            InventoryDirectory.TimeOf(on)
        );

    /// <summary>Not oversold, and as many accepted as there was enough for.</summary>
    private static async Task Check(Company company, string what, long enough, long accepted, long falselyRefused)
    {
        var levels = await company.Log.Inline.Query(
            "select on_hand, reserved from stock_level where site <> ''",
            r => (OnHand: r.Integer(0), Reserved: r.Integer(1)),
            default
        );
        var oversold = levels.Count(l => l.Reserved > l.OnHand);
        var wrong = levels.Sum(l => l.Reserved) != accepted * Each * 1_000 || accepted != enough;
        Console.WriteLine(
            $"  {what}: {accepted:N0} reserved, {oversold} oversold, {falselyRefused} falsely refused"
                + $"{(wrong ? ", AND THE SUMS ARE WRONG" : "")}"
        );
        allRight &= oversold == 0 && falselyRefused == 0 && !wrong;
    }
}
