using Lading.Optimization;
using Lading.Optimization.Picking;
using Lading.Optimization.Slotting;

namespace Lading.Scorecards;

/// <summary>
/// Slotting against the cube-per-order index on generated streams, judged on orders that the search has not seen.
/// Options: --seconds S, --skus N, --orders N, --seed N.
/// </summary>
public static class SlottingScorecard
{
    public static int Run(string[] args)
    {
        var seconds = double.Parse(Option(args, "--seconds") ?? "25");
        var skus = int.Parse(Option(args, "--skus") ?? "10000");
        var orders = int.Parse(Option(args, "--orders") ?? "100000");
        var seed = int.Parse(Option(args, "--seed") ?? "1");
        double[] affinities = Option(args, "--affinity") is { } one ? [double.Parse(one)] : [0, 0.3, 0.5, 0.7, 0.9];
        Console.WriteLine(
            "| blocks | affinity | random m | COI m | ours m | below COI % | below random % "
                + "| CPU s | moves | reached % | best 2 % of moves |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var blocks in new[] { 1, 2 })
        {
            foreach (var affinity in affinities)
                Row(blocks, affinity, seconds, skus, orders, seed);
        }
        return 0;
    }

    private static void Row(int blocks, double affinity, double seconds, int skus, int orders, int seed)
    {
        const int Aisles = 20;
        var depth = (skus + 2 * Aisles - 1) / (2 * Aisles);
        var length = depth * 0.4;
        var layout = WarehouseLayout.Regular(Aisles, 4, blocks, length / blocks);
        var locations = Enumerable
            .Range(0, skus)
            .Select(i => new StorageLocation(
                $"{i}",
                new PickPosition(i / (2 * depth), (i % (2 * depth) / 2 + 0.5) * 0.4)
            ))
            .ToArray();
        var stream = new AffinityOrderStream(skus, affinity, Seed: seed);
        Sku[] articles = [.. Enumerable.Range(0, skus).Select(i => new Sku($"{i}"))];
        var seen = new SlottingProblem(layout, articles, locations, stream.Draw(orders, seed + 100));
        var unseen = new SlottingProblem(layout, articles, locations, stream.Draw(20_000, seed + 200));
        var start = Cpu();
        var ours = SlottingSearch.Assign(seen, new SlottingOptions(_ => (Cpu() - start).TotalSeconds / seconds, seed));
        var used = (Cpu() - start).TotalSeconds;
        var coi = CubePerOrderIndex.Assign(seen);
        var shuffled = Enumerable.Range(0, skus).ToArray();
        new Random(seed).Shuffle(shuffled);
        var random = SlottingSearch.MeanCost(unseen, shuffled);
        var rule = SlottingSearch.MeanCost(unseen, coi);
        var found = SlottingSearch.MeanCost(unseen, ours);
        var moves = ReslottingMoves.Plan(seen, coi, ours);
        var whole = (SlottingSearch.MeanCost(seen, coi) - SlottingSearch.MeanCost(seen, ours)) * orders;
        var reached = 100 * moves.Sum(m => m.Gain) / whole;
        var best = 100 * moves.Take(moves.Count / 50).Sum(m => m.Gain) / whole;
        Console.WriteLine(
            $"| {blocks} | {affinity} | {random:F1} | {rule:F1} | {found:F1} "
                + $"| {100 * (1 - found / rule):F1} | {100 * (1 - found / random):F1} "
                + $"| {used:F1} | {moves.Count} | {reached:F0} | {best:F0} |"
        );
    }

    private static TimeSpan Cpu() => Environment.CpuUsage.TotalTime;

    private static string? Option(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
