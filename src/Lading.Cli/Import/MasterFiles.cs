using Lading.Inventory;
using Lading.Orders;

namespace Lading.Cli.Import;

/// <summary>Files of SKUs, customers and stock: one command a row, read and sent a few thousand rows at a time; rows of
/// the same SKU or customer one after another, as the file has them.</summary>
internal sealed class MasterFiles(ImportTarget target, MasterData data, Mapping mapping, RowErrors errors)
{
    private const int RowsAtOnce = 2_000;
    private static readonly string[] SkuFields =
    [
        "sku",
        "venture",
        "description",
        "baseUnit",
        "units",
        "tracking",
        "allocation",
        "sitePreference",
        "gtin",
    ];

    private static readonly string[] CustomerFields = ["customer", "venture", "name", "email", "phone", "country"];
    private static readonly string[] StockFields =
    [
        "sku",
        "kind",
        "site",
        "location",
        "quantity",
        "unit",
        "lot",
        "serials",
        "expires",
        "owner",
        "document",
        "reason",
        "happened",
    ];

    /// <summary>One row to be sent, and whose it is.</summary>
    private sealed record Sending(string Of, Func<CancellationToken, ValueTask> Send);

    /// <summary>Rows read.</summary>
    public int Rows { get; private set; }

    public Task Skus(string path, Action<long, long> progress, Action<string> say, CancellationToken stop) =>
        Read(
            path,
            SkuFields,
            ["sku"],
            fields =>
            {
                var sku = fields.Needed("sku");
                if (!MasterData.TryUnits(fields.Text("units"), out var units))
                {
                    errors.Add(
                        fields.Row,
                        fields.Column("units"),
                        fields.Text("units"),
                        "These are not units.",
                        "Write CS=12, or CS=12 PK=1/4."
                    );
                    return null;
                }

                var row = fields.Here();
                var request = new RegisterSkuRequest
                {
                    Sku = mapping.SkuInCapitals ? sku?.ToUpperInvariant() : sku,
                    Venture = fields.Text("venture"),
                    Description = fields.Text("description"),
                    BaseUnit = fields.Text("baseUnit") ?? mapping.BaseUnit,
                    Units = units,
                    Tracking = fields.Text("tracking"),
                    Allocation = fields.Text("allocation"),
                    SitePreference = fields
                        .Text("sitePreference")
                        ?.Split([' ', ';', ','], StringSplitOptions.RemoveEmptyEntries),
                    Gtin = fields.Text("gtin"),
                };
                return sku is null ? null : new Sending(request.Sku!, cancelled => data.Sku(request, row, cancelled));
            },
            progress,
            say,
            stop
        );

    public Task Customers(string path, Action<long, long> progress, Action<string> say, CancellationToken stop) =>
        Read(
            path,
            CustomerFields,
            ["customer"],
            fields =>
            {
                if (fields.Needed("customer") is not { } customer)
                    return null;
                var row = fields.Here();
                var request = new RegisterCustomerRequest
                {
                    Customer = customer,
                    Venture = fields.Text("venture"),
                    Name = fields.Text("name"),
                    Email = fields.Text("email"),
                    Phone = fields.Text("phone"),
                    Country = fields.Text("country"),
                };
                return new Sending(customer, cancelled => data.Customer(request, row, cancelled));
            },
            progress,
            say,
            stop
        );

    /// <summary>Two rows that are named alike are two bookings: the second is known as such.</summary>
    public Task Stock(string path, string site, Action<long, long> progress, Action<string> say, CancellationToken stop)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return Read(
            path,
            StockFields,
            ["sku", "quantity"],
            fields =>
            {
                var sku = fields.Needed("sku");
                if (
                    sku is null
                    || !fields.Number("quantity", out var quantity)
                    || !fields.Time("expires", out var expires)
                    || !fields.Time("happened", out var happened)
                )
                    return null;
                var kind = fields.Text("kind") ?? "opening";
                var lost = kind == "adjustment" && quantity < 0;
                if (quantity is null or 0 || (quantity < 0 && !lost))
                {
                    errors.Add(
                        fields.Row,
                        fields.Column("quantity"),
                        fields.Text("quantity"),
                        "Stock has a quantity above 0.",
                        "Take the row out."
                    );
                    return null;
                }

                var spot = new PlaceRequest
                {
                    Site = fields.Text("site") ?? site,
                    Location = fields.Text("location"),
                    Lot = fields.Text("lot"),
                    Serials = fields.Text("serials")?.Split([' ', ';'], StringSplitOptions.RemoveEmptyEntries),
                    Owner = fields.Text("owner"),
                };
                var movement = new MovementRequest
                {
                    Kind = kind,
                    Sku = mapping.SkuInCapitals ? sku.ToUpperInvariant() : sku,
                    From = lost ? spot : null,
                    To = lost ? null : spot,
                    Quantity = Math.Abs(quantity.Value),
                    Unit = fields.Text("unit") ?? mapping.BaseUnit,
                    Expires = expires is { } day ? DateOnly.FromDateTime(day) : null,
                    Document = fields.Text("document") ?? $"import:{mapping.Source}",
                    Reason = fields.Text("reason"),
                    Happened = happened is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null,
                };
                var row = fields.Here();
                var booking = target.Booking(Named(kind, movement, spot, fields));
                var count = seen[booking] = seen.GetValueOrDefault(booking) + 1;
                if (count > 1)
                    booking = target.Booking([.. Named(kind, movement, spot, fields), $"{count}"]);
                movement = movement with { Booking = booking };
                return new Sending(movement.Sku, cancelled => data.Move(movement, "movements", row, cancelled));
            },
            progress,
            say,
            stop
        );
    }

    /// <summary>What names a row of stock: which goods, where, whose, by which document, and, unless it is what was
    /// there at the opening, when. A quantity is no name: one that differs is reported.</summary>
    private static string?[] Named(string kind, MovementRequest movement, PlaceRequest spot, Fields fields) =>
        [
            "stock",
            kind,
            movement.Sku,
            spot.Site,
            spot.Location,
            spot.Lot,
            string.Join(' ', spot.Serials ?? []),
            spot.Owner,
            fields.Text("document"),
            kind == "opening" ? null : fields.Text("happened"),
        ];

    private async Task Read(
        string path,
        string[] known,
        string[] needed,
        Func<Fields, Sending?> plan,
        Action<long, long> progress,
        Action<string> say,
        CancellationToken stop
    )
    {
        var file = TextFile.Examine(path, mapping.Encoding);
        if (file.Note is { } note)
            say(note);
        using var table = new CsvTable(file, mapping.Separator, mapping.UnquotedColumn);
        var fields = new Fields(table, mapping, mapping.Columns, known, needed, errors);
        var waiting = new List<Sending>(RowsAtOnce);
        while (table.Read())
        {
            Rows++;
            if (table.Fault is { } fault)
                errors.Add(table.Row, "", "", fault, "Mend the row.");
            else if (plan(fields) is { } sending)
                waiting.Add(sending);
            if (waiting.Count < RowsAtOnce)
                continue;
            await Flush(waiting, stop);
            progress(table.Row, file.Lines);
        }

        await Flush(waiting, stop);
    }

    private static async Task Flush(List<Sending> waiting, CancellationToken stop)
    {
        await ImportTarget.Each(
            waiting.GroupBy(w => w.Of, StringComparer.Ordinal),
            async (rows, cancelled) =>
            {
                foreach (var row in rows)
                    await row.Send(cancelled);
            },
            stop
        );
        waiting.Clear();
    }
}
