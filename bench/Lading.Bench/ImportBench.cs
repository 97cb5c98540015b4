using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Lading.Bench;

/// <summary>Imports a file of order lines by the command line into a server of its own process, as a company
/// would.</summary>
public static partial class ImportBench
{
    private const int Orders = 60_000;
    private const int LinesEach = 5;

    /// <summary>Into a company without orders.</summary>
    public static async Task<int> Run(string[] args)
    {
        const int skus = 1_000;
        await using var company = await Company.Make(skus, 1_000_000_000, follow: true, react: true);
        await company.Host.DisposeAsync();
        await using var server = await OwnProcess.Serve(company);
        return await Into(server.Address, company.Key, skus);
    }

    /// <summary>300,000 lines of 60,000 new orders; the command prints lines a second until the last is durable, and
    /// the time until all are promised.</summary>
    internal static async Task<int> Into(string address, string key, int skus)
    {
        var root = Repository.Root;
        var folder = Directory.CreateTempSubdirectory("lading-import");
        try
        {
            var file = Path.Combine(folder.FullName, "orders.csv");
            await File.WriteAllLinesAsync(file, Lines(skus));
            string[] import = ["import", "orders", file, "--map", Path.Combine(root, "samples/mappings/orders.json")];
            var start = new ProcessStartInfo(
                Path.Combine(root, "lading"),
                [.. import, "--url", address, "--key", key, "--create-missing"]
            )
            {
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            var said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            var raw = RawLimits.SqliteInserts(folder.FullName, 3);
            var durable = LinesEachSecond(said);
            Console.WriteLine(
                $"import            {Orders * LinesEach:N0} lines, ended with {process.ExitCode}; "
                    + $"{durable / raw:P0} of a bare insert loop ({raw:N0} rows/s):"
            );
            foreach (var line in said.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Console.WriteLine($"                  {line}");
            return process.ExitCode;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double LinesEachSecond(string said) =>
        Said().Match(said) is { Success: true } rate
            ? double.Parse(rate.Groups[1].Value, NumberStyles.Number, CultureInfo.InvariantCulture)
            : double.NaN;

    [GeneratedRegex(@"lines per second +([0-9,]+)")]
    private static partial Regex Said();

    private static IEnumerable<string> Lines(int skus)
    {
        yield return "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
        for (var order = 0; order < Orders; order++)
        for (var line = 0; line < LinesEach; line++)
        {
            var sku = Company.Sku(((order * 7) + (line * 131)) % skus);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{900_000 + order},{sku},Bench,{line + 1},2026-01-05 08:31:00,12.50,C{order % 500},United Kingdom"
            );
        }
    }
}
