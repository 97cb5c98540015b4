using System.Diagnostics;
using System.Text.Json.Nodes;
using Lading.Faults.Disk;

namespace Lading.Faults;

/// <summary>Every write, sync and cut of three workloads fails once; in a process that the library stands in.</summary>
internal static class FailingDisk
{
    public static readonly IReadOnlyList<Experiment> Experiments =
    [
        new(
            "H3.log",
            "A write, sync or cut that fails never becomes an acknowledgement; after a failed sync nothing is written.",
            "points",
            t => Run(t, "fail", "")
        )
        {
            Short = new(3, 8),
            Least = [new Least("stopped", 0.05)],
            Controls = [new(BuggyStore.SwallowFault, t => Run(t, "fail", BuggyStore.SwallowFault))],
        },
        new(
            "H3.http",
            "The same through the server: no false 2xx, a 503 for the rest, and health and status say why it stopped.",
            "points",
            t => Run(t, "fail-http", "")
        )
        {
            Short = new(4, 8),
            Least = [new Least("stopped", 0.03)],
            Controls =
            [
                new(FailingServer.FalseYes, t => Run(t, "fail-http", FailingServer.FalseYes)),
                new(FailingServer.SaysReady, t => Run(t, "fail-http", FailingServer.SaysReady)) { Seconds = 60 },
            ],
        },
    ];

    private static async Task Run(Trial trial, string workload, string bug)
    {
        var memory = Directory.Exists("/dev/shm") ? "/dev/shm" : trial.Folder;
        var folder = Directory
            .CreateDirectory(Path.Combine(memory, $"lading-disk-{Environment.ProcessId}-{workload}"))
            .FullName;
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, [workload, folder, $"{trial.Seed}", bug])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            DiskRecord.Under(start, folder, null);
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line == "begin") // it has found out how many places there are
                    trial.Begin();
                else if (line.StartsWith("count ", StringComparison.Ordinal))
                    trial.Count(line["count ".Length..]);
                else if (line.StartsWith("note ", StringComparison.Ordinal))
                    trial.Note(JsonNode.Parse(line["note ".Length..])!);
                else
                    trial.Violated(line);
                if (line is "count points" or "count not-reached" && !trial.GoesOn(trial.CountOf("points")))
                    process.Kill();
            }

            await process.WaitForExitAsync();
            if (process.ExitCode is not (0 or 137))
                trial.Unclear($"the process on the failing disk ended with {process.ExitCode}: {await error}");
            if (process.ExitCode == 0)
                trial.Count("complete");
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
