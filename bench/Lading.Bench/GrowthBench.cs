using System.Diagnostics;
using System.Globalization;

namespace Lading.Bench;

/// <summary>How cost grows with what is there: appends at 10^5, 10^6, 10^7 events, the order list at 10^4,
/// 10^5, 10^6 orders, resident memory at each. Each figure has its ratio to the raw limit of the same moment.</summary>
public static class GrowthBench
{
    private const double Seconds = 5;

    /// <summary>Argument: <c>--most N</c>, the events of the largest log (10,000,000 unless told); the largest company
    /// has a tenth as many orders.</summary>
    public static async Task<int> Run(string[] args)
    {
        var most = 10_000_000;
        if (args is ["--most", var text] && int.TryParse(text, CultureInfo.InvariantCulture, out var given))
            most = given;
        else if (args.Length > 0)
        {
            Console.Error.WriteLine("Usage: bench growth [--most EVENTS]");
            return 2;
        }

        var failed = await Lists(most / 10); // first: what the appends leave in memory is not the lists'
        await Appends(most);
        return failed;
    }

    private static IEnumerable<int> Steps(int first, int most)
    {
        for (long step = first; step <= most; step *= 10)
            yield return (int)step;
    }

    private static async Task Appends(int most)
    {
        var folder = Directory.CreateTempSubdirectory("lading-bench").FullName;
        try
        {
            await using var log = await AppendBench.Open(folder);
            var first = 0.0;
            foreach (var events in Steps(100_000, most))
            {
                await AppendBench.Drive(log, 4096, events - log.Head, TimeSpan.MaxValue);
                var (before, blocks) = (log.Head, AppendBench.Blocks(folder));
                var clock = Stopwatch.StartNew();
                await AppendBench.Drive(log, 256, long.MaxValue, TimeSpan.FromSeconds(Seconds));
                var rate = (log.Head - before) / clock.Elapsed.TotalSeconds;
                var each = (log.Head - before) / (double)(AppendBench.Blocks(folder) - blocks);
                var raw = RawLimits.SqliteInserts(
                    Directory.CreateDirectory(Path.Combine(folder, $"{events}")).FullName,
                    3
                );
                first = first == 0 ? rate : first;
                Console.WriteLine(
                    $"append at {events, 10:N0} events {rate, 8:N0}/s = {rate / raw, 4:P0} of a bare insert loop "
                        + $"({raw:N0}/s), {rate / first:P0} of the first; {each:N0} events a sync; resident "
                        + $"{Resident:N0} MB, of it {GC.GetTotalMemory(forceFullCollection: true) / 1e6:N0} MB live"
                );
            }
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static async Task<int> Lists(int most)
    {
        await using var company = await Company.Make(1_000, 1_000_000_000, follow: true, react: true);
        var (there, first) = (0, 0.0);
        foreach (var orders in Steps(10_000, most))
        {
            await BigBench.Fill(company, orders, there);
            there = orders;
            await using var server = await company.Serve();
            var constant = await RawLimits.KestrelConstant(64, 3);
            async Task<LoadResult> Load(string path)
            {
                var request = HttpLoad.Get("/api/v1" + path, company.Key).AsMemory();
                await HttpLoad.Run(server.Address, 64, TimeSpan.FromSeconds(1.5), long.MaxValue, _ => request);
                return await HttpLoad.Run(
                    server.Address,
                    64,
                    TimeSpan.FromSeconds(Seconds),
                    long.MaxValue,
                    _ => request
                );
            }

            var page = await Load("/orders?limit=50");
            var filtered = await Load("/orders?source=shop&limit=50");
            var (cursor, number) = await BigBench.Cursor(company, server.Address, orders);
            var far = await Load($"/orders?limit=50&cursor={cursor}");
            first = first == 0 ? page.Rate : first;
            Console.WriteLine(
                $"list at {orders, 9:N0} orders, page 1   {page} = {page.Rate / constant:P0} of constant"
            );
            Console.WriteLine($"                          filtered {filtered} = {filtered.Rate / constant:P0}");
            Console.WriteLine(
                $"                          page {number:N0} {far} = {far.Rate / page.Rate:P0} of page 1"
            );
            Console.WriteLine(
                $"                          page 1 is {page.Rate / first:P0} of the first; constant {constant:N0}/s; "
                    + $"resident {Resident:N0} MB with the load, of it "
                    + $"{GC.GetTotalMemory(forceFullCollection: true) / 1e6:N0} MB live"
            );
        }

        return there > 0 ? await BigBench.Start(company, there) : 0;
    }

    private static double Resident => Environment.WorkingSet / 1e6;
}
