using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Lading.Cli.Import;

namespace Lading.Cli;

/// <summary><c>lading import</c>: files become commands; run twice, nothing is doubled.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string> Input = new("FILE")
    {
        Description = "A CSV file with a header row; .gz is unpacked.",
    };

    private static readonly Option<string?> Map = new("--map")
    {
        Description =
            "Which column is which field: a JSON file, see docs/reference/import-mapping.md. Without it "
            + "columns bear the fields' names.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Errors = new("--errors")
    {
        Description =
            "Where rows that were refused are listed with column, value and remedy; otherwise "
            + "NAME.errors.csv here.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> CreateMissing = new("--create-missing")
    {
        Description = "Register SKUs and customers that the orders name and nobody knows.",
    };

    private static readonly Option<decimal?> OpeningStock = new("--opening-stock")
    {
        Description = "Book so many per cent of each SKU's whole demand in the file as opening stock.",
        HelpName = "PERCENT",
    };

    private static readonly Option<bool> Update = new("--update")
    {
        Description = "Change what is there already and is otherwise in the file; without it that is reported.",
    };

    public static Command Build() =>
        new Verb(
            "import",
            "Bring in orders, SKUs, customers and stock from CSV files. May be run twice.",
            "lading import orders orders.csv --map map.json"
        ).With(
            new Verb(
                "orders",
                "Place the orders of a file, grouped by their number over the whole of it.",
                "lading import orders orders.csv.gz --map samples/mappings/uci-online-retail.json --create-missing "
                    + "--opening-stock 90"
            )
                .With([Input, Map, CreateMissing, OpeningStock, Update, Errors, .. Shared.Place, Shared.Json])
                .Does((parsed, stop) => Run(parsed, "orders", stop)),
            Master("skus", "Register the SKUs of a file.", "lading import skus samples/skus.csv", Update),
            Master(
                "customers",
                "Register the customers of a file.",
                "lading import customers samples/customers.csv",
                Update
            ),
            Master(
                "stock",
                "Book the stock of a file, as opening stock unless it says otherwise.",
                "lading import stock samples/stock.csv"
            )
        );

    private static Verb Master(string name, string description, string example, params Symbol[] more) =>
        new Verb(name, description, example)
            .With([Input, Map, .. more, Errors, .. Shared.Place, Shared.Json])
            .Does((parsed, stop) => Run(parsed, name, stop));

    private static async Task<int> Run(ParseResult parsed, string what, CancellationToken stop)
    {
        var input = parsed.GetValue(Input)!;
        var mapping = Mapping.Read(parsed.GetValue(Map));
        if (parsed.GetValue(OpeningStock) is < 0 or > 1_000)
            throw CommandFailed.Usage("--opening-stock is a share in per cent, from 0 to 1000.");
        var errors = new RowErrors();
        var tally = new Tally();
        var clock = Stopwatch.StartNew();
        var summary = new Dictionary<string, object?>();
        try
        {
            await using var place = await Place.Open(parsed, work: true);
            var run = new ImportRun(parsed, place.Api, mapping, errors, tally, summary);
            await (
                what == "orders"
                    ? run.Orders(input, Options(parsed), stop)
                    : run.Master(what, input, what != "stock" && parsed.GetValue(Update), stop)
            );
        }
        catch (UnreadableFile bad)
        {
            throw new CommandFailed(ExitCode.Bad, bad.Message + " Nothing was sent.");
        }

        summary["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 1).ToString(CultureInfo.InvariantCulture);
        return Conclude(parsed, input, errors, summary);
    }

    private static OrderOptions Options(ParseResult parsed) =>
        new(parsed.GetValue(CreateMissing), parsed.GetValue(OpeningStock), parsed.GetValue(Update));

    private static int Conclude(ParseResult parsed, string input, RowErrors errors, Dictionary<string, object?> summary)
    {
        summary["errors"] = (long)errors.Count;
        if (errors.Count > 0)
        {
            var path = parsed.GetValue(Errors) ?? Path.GetFileName(input) + ".errors.csv";
            if (Path.GetFullPath(path) == Path.GetFullPath(input))
                throw CommandFailed.Usage("--errors names the file that is imported.");
            errors.Write(path);
            summary["errorsFile"] = path;
        }

        if (parsed.GetValue(Shared.Json))
            Console.WriteLine(JsonText.Object(summary));
        else
            Say(errors, summary);
        return errors.Count > 0 ? ExitCode.Bad : ExitCode.Done;
    }

    private static void Say(RowErrors errors, Dictionary<string, object?> summary)
    {
        foreach (var (name, value) in summary.Where(s => s.Key is not "errors" and not "errorsFile"))
            Console.WriteLine($"{Words(name), -24}{(value is long count ? Grouped(count) : value)}");
        foreach (var error in errors.Found.Take(5))
            Console.Error.WriteLine(
                Out.Shown($"row {error.Row}, {error.Column} '{error.Value}': {error.Problem} " + $"{error.Remedy}")
            );
        if (errors.Count > 0)
            Console.Error.WriteLine(
                $"{errors.Count.ToString("N0", CultureInfo.InvariantCulture)} problems; all are in "
                    + $"{summary["errorsFile"]}."
            );
    }

    private static string Grouped(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Words(string name) =>
        string.Concat(name.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
}
