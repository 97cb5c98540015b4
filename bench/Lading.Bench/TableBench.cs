using System.Diagnostics;

namespace Lading.Bench;

/// <summary>
/// All figures that are promised of the log, orders and stock, one bench after the other, each in a process of its own
/// so that none runs in what another left in memory. The better part of an hour.
/// </summary>
public static class TableBench
{
    private static readonly string[][] Benches =
    [
        ["append", "2000000", "8"],
        ["place", "15"],
        ["everything", "4000", "300"],
        ["place-postgres"],
        ["hot"],
        ["import"],
        ["everything", "1000", "25"],
        ["big", "1000000"],
        ["growth"],
    ];

    public static async Task<int> Run(string[] args)
    {
        if (args.Length > 0)
        {
            Console.Error.WriteLine("Usage: bench table");
            return 2;
        }

        var failed = new List<string>();
        foreach (var bench in Benches)
        {
            var name = string.Join(' ', bench);
            Console.WriteLine($"== {name}");
            using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, bench))!;
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                failed.Add(name);
        }

        Console.WriteLine(failed.Count == 0 ? "all ran as they should" : $"FAILED: {string.Join(", ", failed)}");
        return failed.Count == 0 ? 0 : 1;
    }
}
