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
    /// <summary>Runs both in turn, twice, and prints the ratio of the better runs.</summary>
    public static async Task<int> Run(string[] args)
    {
        var (hot, spread) = (0.0, 0.0);
        for (var round = 0; round < 2; round++)
        {
            spread = Math.Max(spread, await Measure(1_000));
            hot = Math.Max(hot, await Measure(1));
        }

        var folder = Directory.CreateTempSubdirectory("lading-bench");
        var raw = RawLimits.SqliteInserts(folder.FullName, 3);
        folder.Delete(recursive: true);
        Console.WriteLine(
            $"reservations      {spread, 10:N0}/s on 1,000 SKUs, {hot, 10:N0}/s on one: {hot / spread:P0}; "
                + $"{spread / raw:P0} and {hot / raw:P0} of a bare insert loop ({raw:N0} rows/s)"
        );
        return 0;
    }

    private static async Task<double> Measure(int skus)
    {
        const long stock = 1_000_000;
        await using var company = await Company.Make(skus, stock, follow: false, react: false);
        long next = 0,
            accepted = 0,
            refused = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (clock.Elapsed < TimeSpan.FromSeconds(5))
                        {
                            var i = Interlocked.Increment(ref next);
                            var stream = StockCall.Stream(Company.Sku((int)(i % skus)));
                            var answer = await company.Log.Send(
                                new Command
                                {
                                    Id = CommandId.From("hot", i.ToString()),
                                    Fingerprint = 0,
                                    Actor = "bench",
                                    Streams = [stream],
                                    Decide = on =>
                                        StockCall.Append(
                                            on,
                                            stream,
                                            ReserveByHand.Decide(
                                                on.State<Stock>(stream),
                                                new ReserveByHand.Command(
                                                    $"H{i}",
                                                    new EnteredQuantity(7_000, "EA"),
                                                    [],
                                                    null,
                                                    null
                                                ),
                                                on.Now
                                            ),
                                            null
                                        ),
                                }
                            );
                            if (answer.Accepted)
                                Interlocked.Increment(ref accepted);
                            else
                                Interlocked.Increment(ref refused);
                        }
                    })
                )
        );
        var rate = (accepted + refused) / clock.Elapsed.TotalSeconds;
        await Check(company, skus, stock, accepted, refused);
        return rate;
    }

    /// <summary>Not oversold, and no refusal while seven were still to be had.</summary>
    private static async Task Check(Company company, int skus, long stock, long accepted, long refused)
    {
        var levels = await company.Log.Inline.Query(
            "select on_hand, reserved from stock_level where site <> ''",
            r => (OnHand: r.Integer(0), Reserved: r.Integer(1)),
            default
        );
        var oversold = levels.Count(l => l.Reserved > l.OnHand);
        var (reserved, left) = (levels.Sum(l => l.Reserved), levels.Sum(l => l.OnHand - l.Reserved));
        var wrong = reserved != accepted * 7_000 || (refused > 0 && skus == 1 && left >= 7_000);
        Console.WriteLine(
            $"  {skus} SKUs of {stock:N0}: {accepted:N0} reserved, {refused:N0} refused, {oversold} "
                + $"oversold{(wrong ? ", AND THE SUMS ARE WRONG" : "")}"
        );
    }
}
