using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Lading.Optimization;
using Lading.Optimization.Picking;

namespace Lading.Scorecards;

/// <summary>
/// Exact pick tours and order batching against their yardsticks. Options: --data FOLDER (else the nearest shared/data
/// above the program, or LADING_DATA_SETS), --seconds S per instance, --seed N, --part tours|batching|large.
/// </summary>
public static class PickingScorecard
{
    public static int Run(string[] args)
    {
        var seconds = double.Parse(Option(args, "--seconds") ?? "1");
        var seed = int.Parse(Option(args, "--seed") ?? "1");
        var part = Option(args, "--part");
        if (part is null or "tours")
            Tours();
        if (part is null or "large")
            Large(seconds, seed);
        if (part is null or "batching")
            return Batching(Option(args, "--data") ?? DataFolder(), seconds, seed);
        return 0;
    }

    private static void Tours()
    {
        Console.WriteLine("| aisles x blocks x picks | length µs | tour µs | S-shape % | return % | largest gap % |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Tour(1, 1, 1);
        foreach (
            var (aisles, blocks, picks) in new[]
            {
                (7, 1, 10),
                (15, 1, 10),
                (7, 1, 40),
                (15, 1, 40),
                (10, 2, 20),
                (10, 2, 40),
                (20, 2, 60),
                (10, 3, 40),
                (10, 4, 40),
                (10, 6, 60),
            }
        )
            Console.WriteLine(Tour(aisles, blocks, picks));
    }

    private static string Tour(int aisles, int blocks, int picks)
    {
        var random = new Random(1);
        var layout = WarehouseLayout.Regular(aisles, 5, blocks, 30.0 / blocks);
        var exact = new ExactPickTour(layout);
        PickPosition[][] orders =
        [
            .. Enumerable
                .Range(0, blocks > 4 ? 20 : 300)
                .Select(_ =>
                    Enumerable
                        .Range(0, picks)
                        .Select(_ => new PickPosition(random.Next(aisles), random.NextDouble() * 30))
                        .ToArray()
                ),
        ];
        var order = new int[picks];
        var length = MicrosecondsOf(orders, blocks, o => exact.Length(o));
        var tour = MicrosecondsOf(orders, blocks, o => exact.Tour(o, order));
        string Above(RouteRule rule) =>
            blocks > 1
                ? "–"
                : $"{orders.Average(o => RuleRoutes.Length(layout, o, rule) / exact.Length(o) - 1) * 100:F1}";
        return $"| {aisles} x {blocks} x {picks} | {length:F2} | {tour:F2} | {Above(RouteRule.SShape)} "
            + $"| {Above(RouteRule.Return)} | {Above(RouteRule.LargestGap)} |";
    }

    private static double MicrosecondsOf(PickPosition[][] orders, int blocks, Func<PickPosition[], double> call)
    {
        var best = double.PositiveInfinity;
        for (var round = 0; round < 12; round++)
        {
            var repeats =
                blocks > 4 ? 1
                : blocks > 3 ? 2
                : 40;
            var before = Cpu();
            for (var i = 0; i < repeats; i++)
            {
                foreach (var order in orders)
                    call(order);
            }
            best = Math.Min(best, (Cpu() - before).TotalMicroseconds / (repeats * orders.Length));
        }
        return best;
    }

    private static int Batching(string? data, double seconds, int seed)
    {
        var zip = data is null ? null : Path.Combine(data, "warehouse", "order_batching-dev.zip");
        if (!File.Exists(zip))
        {
            Console.Error.WriteLine("order_batching-dev.zip not found: give --data or LADING_DATA_SETS");
            return 1;
        }
        using var archive = ZipFile.OpenRead(zip);
        Console.WriteLine();
        Console.WriteLine(
            "| set | instances | orders | saved % | first come + exact tours saves % "
                + "| batches | first-come batches |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|");
        var sums = new SortedDictionary<string, List<double[]>>(StringComparer.Ordinal);
        foreach (var (set, problem) in Instances(archive))
        {
            var baseline = FirstComeBatching.Plan(problem, RouteRule.SShape);
            var routed = FirstComeBatching.Plan(problem, null);
            var plan = OrderBatcher.Plan(problem, new BatchingOptions(Within(seconds), seed));
            if (!sums.TryGetValue(set, out var rows))
                sums.Add(set, rows = []);
            rows.Add([
                problem.Orders.Count,
                100 * (1 - plan.Length / baseline.Length),
                100 * (1 - routed.Length / baseline.Length),
                plan.Batches.Count,
                baseline.Batches.Count,
            ]);
        }
        foreach (var (set, rows) in sums)
        {
            string Mean(int column) => $"{rows.Average(r => r[column]):F1}";
            Console.WriteLine($"| {set} | {rows.Count} | {Mean(0)} | {Mean(1)} | {Mean(2)} | {Mean(3)} | {Mean(4)} |");
        }
        return 0;
    }

    private static IEnumerable<(string Set, BatchingProblem Problem)> Instances(ZipArchive archive)
    {
        TextReader Open(string name) => new StreamReader(archive.GetEntry(name)!.Open(), Encoding.Latin1);
        foreach (var name in archive.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal))
        {
            var parts = name.Split('/');
            if (name.Contains("wsrp_input_layout", StringComparison.Ordinal))
            {
                using var layout = Open(name);
                using var orders = Open(name.Replace("_layout_", "_pedido_", StringComparison.Ordinal));
                yield return ($"Albareda {parts[2]}", AlbaredaReader.Read(layout, orders));
            }
            else if (name.Contains("_Henn/", StringComparison.Ordinal) && parts[^1].Split('-').Length == 4)
            {
                var number = new string([.. parts[^1].TakeWhile(char.IsDigit)]);
                using var setting = Open($"{string.Join('/', parts[..^1])}/sett{number}.txt");
                using var orders = Open(name);
                yield return ($"Henn {parts[1][..3]} {parts[2]}", HennReader.Read(setting, orders));
            }
        }
    }

    /// <summary>A thousand generated orders in one block of ten aisles, as in the sets.</summary>
    private static void Large(double seconds, int seed)
    {
        var random = new Random(7);
        var layout = WarehouseLayout.Regular(aisles: 10, aisleSpacing: 5, blocks: 1, blockLength: 47);
        PickOrder[] orders =
        [
            .. Enumerable
                .Range(0, 1000)
                .Select(o => new PickOrder(
                    $"{o}",
                    [
                        .. Enumerable
                            .Range(0, 1 + random.Next(9))
                            .Select(_ => new OrderLine(new PickPosition(random.Next(10), 1.5 + random.Next(45)), 1)),
                    ]
                )),
        ];
        var problem = new BatchingProblem(layout, orders, new CartLimits(45));
        var baseline = FirstComeBatching.Plan(problem, RouteRule.SShape).Length;
        foreach (var limit in new[] { 0, seconds, 10 * seconds })
        {
            var before = Cpu();
            var plan = OrderBatcher.Plan(problem, new BatchingOptions(Within(limit), seed));
            Console.WriteLine(
                $"1,000 orders: saved {100 * (1 - plan.Length / baseline):F1} % in "
                    + $"{(Cpu() - before).TotalSeconds:F2} s CPU (search limit {limit} s), {plan.Batches.Count} batches"
            );
        }
    }

    /// <summary>CPU seconds of this process, so that a busy machine does not shorten the search.</summary>
    private static SearchProgress Within(double seconds)
    {
        var start = Cpu();
        return done => seconds <= 0 ? 1 : (Cpu() - start).TotalSeconds / seconds;
    }

    private static TimeSpan Cpu() => Environment.CpuUsage.TotalTime;

    private static string? Option(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    private static string? DataFolder()
    {
        if (Environment.GetEnvironmentVariable("LADING_DATA_SETS") is { Length: > 0 } named)
            return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(data))
                return data;
        }
        return null;
    }
}
