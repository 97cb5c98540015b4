using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Lading.Bench;

/// <summary>
/// What the database does by itself: pgbench, 16 clients, one transaction an order with the same rows as ours, but
/// without dense positions, hashes, or anybody who decides.
/// </summary>
public static partial class PgBench
{
    private const string Schema = """
        drop schema if exists raw_bench cascade;
        create schema raw_bench;
        create table raw_bench.event (position bigserial primary key, stream text not null, version int not null,
            body bytea not null, unique (stream, version));
        create table raw_bench.outcome (id uuid primary key, answer bytea not null);
        create table raw_bench.order_row (order_no text primary key, venture text, state text, placed_at bigint,
            amount bigint, quantity bigint);
        create table raw_bench.order_line (order_no text, line int, sku text, quantity bigint, price bigint,
            primary key (order_no, line));
        """;

    private const string Order = """
        \set id random(1, 1000000000000)
        begin;
        insert into raw_bench.event (stream, version, body)
            values ('order/' || :id, 1, decode(repeat('ab', 600), 'hex'));
        insert into raw_bench.outcome values (gen_random_uuid(), decode(repeat('ab', 60), 'hex'));
        insert into raw_bench.order_row values (:id::text, 'main', 'placed', 638000000000000000, 7500, 6000);
        insert into raw_bench.order_line values (:id::text, 1, 'SKU-00001', 1000, 1250),
            (:id::text, 2, 'SKU-00002', 2000, 1250), (:id::text, 3, 'SKU-00003', 3000, 1250);
        commit;
        """;

    /// <summary>Transactions per second, or null when pgbench is not installed.</summary>
    public static async Task<double?> Run(string admin, int seconds)
    {
        if (Find() is not { } program)
            return null;
        await using (var source = NpgsqlDataSource.Create(admin))
            await source.CreateCommand(Schema).ExecuteNonQueryAsync();
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Order);
            var to = new NpgsqlConnectionStringBuilder(admin);
            string[] arguments =
            [
                "-h",
                to.Host!,
                "-p",
                to.Port.ToString(CultureInfo.InvariantCulture),
                "-U",
                to.Username!,
                "-n",
                "-c",
                "16",
                "-j",
                "2",
                "-T",
                seconds.ToString(CultureInfo.InvariantCulture),
                "-f",
                script,
                to.Database!,
            ];
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
            start.Environment["PGPASSWORD"] = to.Password ?? "";
            using var process = Process.Start(start)!;
            var said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return Rate().Match(said) is { Success: true } rate
                ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"pgbench ended with {process.ExitCode}: {said}");
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(
                Directory.Exists("/usr/lib/postgresql")
                    ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin"))
                    : []
            )
            .Select(d => Path.Combine(d, "pgbench"))
            .FirstOrDefault(File.Exists);

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();
}
