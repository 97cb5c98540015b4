using System.Diagnostics;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Bench;

/// <summary>Verifying the hash chain of a log on SQLite: facts per second, file in the page cache.</summary>
public static class AuditBench
{
    public static async Task<int> Run(string[] args)
    {
        var facts = args.Length > 0 ? int.Parse(args[0]) : 500_000;
        var folder = Directory.CreateTempSubdirectory("lading-audit").FullName;
        try
        {
            var tenant = new TenantId(Guid.CreateVersion7());
            var file = Path.Combine(folder, "log.db");
            await Write(tenant, file, Path.Combine(folder, "read.db"), facts);
            var raw = RawLimits.SqliteRows(file);
            using var stored = new SqliteRawFacts(file);
            for (var round = 0; round < 3; round++)
            {
                var (clock, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
                var report = AuditVerifier.Verify(tenant, stored);
                var rate = report.Facts / clock.Elapsed.TotalSeconds;
                var cpuRate = report.Facts / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
                Console.WriteLine(
                    $"audit verify: {report.Facts:N0} facts, {rate:N0}/s = {rate / raw:P0} of a bare loop over rows "
                        + $"({raw:N0}/s; {cpuRate:N0} per second of processor time), "
                        + $"{(report.Whole ? "whole" : report.Problem)}; {new FileInfo(file).Length / report.Facts} "
                        + $"bytes a fact on disk"
                );
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static async Task Write(TenantId tenant, string file, string read, int facts)
    {
        await using var log = await TenantLog.Open(
            new TenantLogParts(
                tenant,
                AppendBench.Model(),
                new SqliteLogStore(file),
                new SqliteFollowStore(read),
                new AppendBench.NoCipher(),
                TimeProvider.System,
                new CommitterOptions()
            )
            {
                Follow = false,
                React = false,
            }
        );
        await AppendBench.Drive(log, 4096, facts, TimeSpan.MaxValue);
    }
}
