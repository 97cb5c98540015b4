using System.CommandLine;
using System.Text.Json;
using Lading.Cli.Import;

namespace Lading.Cli;

/// <summary><c>lading export</c>: orders with their lines, stock levels, the log.</summary>
internal static class ExportCommand
{
    private const int PageSize = 500;
    private const int ReadsAtOnce = 16;

    private static readonly string[] OrderColumns =
    [
        "order",
        "venture",
        "customer",
        "type",
        "priority",
        "state",
        "requestedOn",
        "reference",
        "source",
        "placedAt",
    ];

    private static readonly string[] LineColumns =
    [
        "line",
        "sku",
        "description",
        "quantity",
        "open",
        "reserved",
        "short",
        "picked",
        "shipped",
        "returned",
        "cancelled",
    ];

    private static readonly string[] StockColumns =
    [
        "sku",
        "site",
        "unit",
        "onHand",
        "reserved",
        "held",
        "available",
        "backordered",
    ];
    private static readonly string[] EventColumns =
    [
        "position",
        "happened",
        "recorded",
        "type",
        "stream",
        "version",
        "actor",
        "body",
    ];

    private static readonly Option<string?> File = new("--out")
    {
        Description = "The file to write; otherwise standard output.",
        HelpName = "FILE",
    };

    private static readonly Option<string> Format = OneOf();

    public static Command Build() =>
        new Verb(
            "export",
            "Write orders, stock or events as CSV or NDJSON.",
            "lading export orders --out orders.csv"
        ).With(
            What(
                "orders",
                "Orders, a row for each line; NDJSON has one order a line.",
                (api, sink, stop) => Orders(api, sink, stop)
            ),
            What(
                "stock",
                "Stock levels by SKU and site.",
                (api, sink, stop) => Pages(api, "/api/v1/inventory/stock?", sink.Item, StockColumns, sink, stop)
            ),
            What("events", "The log from its first fact.", Events)
        );

    private static Option<string> OneOf()
    {
        var format = new Option<string>("--format")
        {
            Description = "csv or ndjson.",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => "csv",
        };
        format.AcceptOnlyFromAmong("csv", "ndjson");
        return format;
    }

    private static Verb What(string name, string description, Func<Api, Sink, CancellationToken, Task> write) =>
        new Verb(name, description, $"lading export {name} --out {name}.csv")
            .With([File, Format, .. Shared.Place])
            .Does(
                async (parsed, stop) =>
                {
                    await using var place = await Place.Open(parsed, work: true);
                    var csv = parsed.GetValue(Format) == "csv";
                    if (parsed.GetValue(File) is not { } path)
                    {
                        await using var text = new StreamWriter(Console.OpenStandardOutput());
                        using var rows = new Sink(text, csv, _ => { });
                        await write(place.Api, rows, stop);
                        return ExitCode.Done;
                    }

                    using var bar = new Progress($"Exporting {name}", open: true);
                    using var target = new WholeFile(path);
                    long count;
                    using (var rows = new Sink(target.Text, csv, n => bar.Say($"Exporting {name}: {n:N0} rows")))
                    {
                        await write(place.Api, rows, stop);
                        count = rows.Count;
                    }

                    target.Keep();
                    bar.Done();
                    Console.Error.WriteLine($"{count} rows are in {path}.");
                    return ExitCode.Done;
                }
            );

    private static async Task Orders(Api api, Sink sink, CancellationToken stop)
    {
        sink.Head([.. OrderColumns, .. LineColumns, "unitPrice", "currency"]);
        await EachPage(
            api,
            "/api/v1/orders?",
            sink,
            async page =>
            {
                // A page's orders are read side by side and written in its order.
                var orders = new JsonElement[page.Count];
                var options = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = stop };
                await Parallel.ForAsync(
                    0,
                    page.Count,
                    options,
                    async (i, cancelled) =>
                        orders[i] = await api.Get(
                            $"/api/v1/orders/{Uri.EscapeDataString(page[i].Text("order")!)}",
                            cancelled
                        )
                );
                foreach (var order in orders)
                    sink.Order(order, OrderColumns, LineColumns);
            },
            stop
        );
    }

    private static Task Pages(
        Api api,
        string path,
        Action<JsonElement, string[]> write,
        string[] columns,
        Sink sink,
        CancellationToken stop
    )
    {
        sink.Head(columns);
        return EachPage(
            api,
            path,
            sink,
            page =>
            {
                foreach (var item in page)
                    write(item, columns);
                return Task.CompletedTask;
            },
            stop
        );
    }

    private static async Task EachPage(
        Api api,
        string path,
        Sink sink,
        Func<List<JsonElement>, Task> take,
        CancellationToken stop
    )
    {
        string? cursor = null;
        do
        {
            var page = await api.Get(
                $"{path}limit={PageSize}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}",
                stop
            );
            await take([.. page.Items()]);
            sink.Report();
            cursor = page.Text("next");
        } while (cursor is not null);
    }

    private static async Task Events(Api api, Sink sink, CancellationToken stop)
    {
        sink.Head(EventColumns);
        long? after = 0;
        while (after is { } position)
        {
            var page = await api.Get($"/api/v1/events?after={position}&limit={PageSize}", stop);
            foreach (var item in page.Items())
                sink.Item(item, EventColumns);
            sink.Report();
            after =
                page.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.Number
                    ? next.GetInt64()
                    : null;
        }
    }

    /// <summary>Where rows go: CSV that a spreadsheet runs nothing of, or the API's own JSON, one object a
    /// line.</summary>
    private sealed class Sink(TextWriter text, bool csv, Action<long> progress) : IDisposable
    {
        private readonly CsvText rows = new(text);

        public long Count { get; private set; }

        /// <summary>Says how far it is, after each page.</summary>
        public void Report() => progress(Count);

        public void Head(string[] columns)
        {
            if (csv)
                rows.Row(columns);
        }

        public void Item(JsonElement item, string[] columns)
        {
            Count++;
            if (csv)
                rows.Row([.. columns.Select(c => item.Text(c))]);
            else
                text.Write(item.GetRawText() + "\n");
        }

        public void Order(JsonElement order, string[] columns, string[] lineColumns)
        {
            if (!csv)
            {
                Item(order, columns);
                return;
            }

            foreach (var line in order.Items("lines"))
            {
                Count++;
                var price = line.TryGetProperty("unitPrice", out var p) ? p : default;
                rows.Row([
                    .. columns.Select(c => order.Text(c)),
                    .. lineColumns.Select(c => line.Text(c)),
                    price.Text("amount"),
                    price.Text("currency"),
                ]);
            }
        }

        public void Dispose() => rows.Dispose();
    }
}
