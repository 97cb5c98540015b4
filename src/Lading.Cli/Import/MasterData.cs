using System.Globalization;
using System.Text.Json;
using Lading.Contracts.Inventory;
using Lading.Inventory;
using Lading.Orders;

namespace Lading.Cli.Import;

/// <summary>Where the import's master data belong: a venture and a site of it.</summary>
internal sealed record ImportPlace(string Venture, string Site)
{
    /// <summary>Those of the mapping, else the only venture and its first site.</summary>
    public static async Task<ImportPlace> Find(Api api, Mapping mapping, CancellationToken stop)
    {
        var ventures = (await api.Get("/api/v1/ventures", stop)).Items().Select(v => v.Text("code")!).ToList();
        var venture =
            mapping.Venture
            ?? (
                ventures is [var only]
                    ? only
                    : throw CommandFailed.Usage(
                        $"Which venture? Name one of {string.Join(", ", ventures)} in the mapping: \"venture\"."
                    )
            );
        var sites = (await api.Get("/api/v1/sites", stop))
            .Items()
            .Where(s => s.Text("venture") == venture)
            .Select(s => s.Text("code")!)
            .ToList();
        var site = mapping.Site ?? sites.FirstOrDefault();
        if (!ventures.Contains(venture) || site is null || !sites.Contains(site))
            throw CommandFailed.Usage(
                $"There is no venture {venture} with a site {site}. There are the ventures "
                    + $"{string.Join(", ", ventures)}."
            );
        return new ImportPlace(venture, site);
    }
}

/// <summary>A row of a file: its number, the column that stands for a field, and its cells by field.</summary>
internal sealed record FileRow(
    int Number,
    Func<string, string> Column,
    IReadOnlyDictionary<string, string>? Cells = null
)
{
    /// <summary>What no single row says, as that an order names a SKU.</summary>
    public static readonly FileRow None = new(0, f => f);

    public string? Cell(string field) => Cells?.GetValueOrDefault(field);
}

/// <summary>Registers SKUs and customers, and books stock: single commands, each known by what the file says.</summary>
internal sealed class MasterData(
    ImportTarget target,
    Mapping mapping,
    ImportPlace place,
    Tally tally,
    RowErrors errors,
    bool update = false
)
{
    private static readonly string[] Reused = ["idempotency-key.reused"];

    /// <summary>Registers one SKU; of one that orders name they know no more.</summary>
    public async ValueTask Sku(RegisterSkuRequest sku, FileRow row, CancellationToken stop)
    {
        sku = sku with { Venture = sku.Venture ?? place.Venture };
        var body = JsonSerializer.Serialize(sku, InventoryHttp.Default.RegisterSkuRequest);
        var reply = await target.Send("/api/v1/skus", body, $"sku {sku.Sku}", stop);
        if (row != FileRow.None && IsThere(reply, "inventory.sku-exists"))
            await Compare(
                $"/api/v1/skus/{Uri.EscapeDataString(sku.Sku!)}",
                v => MasterDifference.Of(v.Deserialize(AnswersJson.Default.SkuView)!, sku),
                row,
                stop
            );
        else
            target.Settle(reply, "skus", row.Number, row.Column, "inventory.sku-exists", Reused[0]);
    }

    /// <summary>Registers one customer, as a SKU.</summary>
    public async ValueTask Customer(RegisterCustomerRequest customer, FileRow row, CancellationToken stop)
    {
        customer = customer with { Venture = customer.Venture ?? place.Venture };
        var body = JsonSerializer.Serialize(customer, OrdersHttp.Default.RegisterCustomerRequest);
        var reply = await target.Send("/api/v1/customers", body, $"customer {customer.Customer}", stop);
        if (row != FileRow.None && IsThere(reply, "orders.customer-exists"))
            await Compare(
                $"/api/v1/customers/{Uri.EscapeDataString(customer.Customer!)}",
                v => MasterDifference.Of(v.Deserialize(AnswersJson.Default.CustomerView)!, customer),
                row,
                stop
            );
        else
            target.Settle(reply, "customers", row.Number, row.Column, "orders.customer-exists", Reused[0]);
    }

    /// <summary>Whether it may be there otherwise than the file has it. The file that registered it is passed over,
    /// unless what was changed since is to be as in the file.</summary>
    private bool IsThere(Reply reply, string exists) =>
        reply.IsGood
            ? reply.IsReplay && update
            : reply.Json.Text("code") is { } code && (code == exists || code == Reused[0]);

    /// <summary>Passes over what is as the file has it; reports the rest or, when asked, changes it.</summary>
    private async ValueTask Compare(
        string path,
        Func<JsonElement, MasterDifference> difference,
        FileRow row,
        CancellationToken stop
    )
    {
        var there = await target.Api.Call(HttpMethod.Get, path, null, null, stop);
        if (!there.IsGood)
        {
            target.Note(there.Json, row.Number, row.Column);
            return;
        }

        var found = difference(there.Json);
        foreach (var field in found.Fixed)
            Differs(row, field, there.Json.Text(field), "This never changes: take it out of the file.");
        if (found.Fields.Count == 0 && found.Fixed.Count == 0)
            tally.Add("there");
        else if (found.Fields.Count > 0 && !update)
            foreach (var field in found.Fields)
                Differs(row, field, there.Json.Text(field), "Say --update to change it as the file has it.");
        else if (found.Fields.Count > 0)
            await Change(path, found.Change, row, stop);
    }

    private void Differs(FileRow row, string field, string? there, string remedy)
    {
        tally.Add("differ");
        errors.Add(
            row.Number,
            row.Column(field),
            row.Cell(field),
            $"It is there as {there ?? "nothing"}, and the file has it otherwise.",
            remedy
        );
    }

    /// <summary>Under a key of its own: what is as the file has it is not changed again, whatever it was in
    /// between.</summary>
    private async ValueTask Change(string path, string body, FileRow row, CancellationToken stop)
    {
        var reply = await target.Send(path, body, $"update {Guid.NewGuid()}", stop, HttpMethod.Put);
        target.Settle(reply, "updated", row.Number, row.Column);
    }

    /// <summary>Registers what the orders name, so that none is refused for want of it.</summary>
    public async Task CreateMissing(OrderPlan plan, CancellationToken stop)
    {
        await ImportTarget.Each(
            plan.Demand,
            (sku, cancelled) =>
                Sku(
                    new RegisterSkuRequest
                    {
                        Sku = sku.Key,
                        Description = sku.Value.Description,
                        BaseUnit = sku.Value.Unit ?? mapping.BaseUnit,
                    },
                    FileRow.None,
                    cancelled
                ),
            stop
        );
        await ImportTarget.Each(
            plan.Customers,
            (customer, cancelled) =>
                Customer(
                    new RegisterCustomerRequest { Customer = customer.Key, Country = customer.Value },
                    FileRow.None,
                    cancelled
                ),
            stop
        );
    }

    /// <summary>Books so many per cent of each SKU's whole demand as what was there before the first order.</summary>
    public Task OpeningStock(OrderPlan plan, decimal percent, CancellationToken stop)
    {
        var first = plan.Orders.Min(o => o.Request.Happened);
        return ImportTarget.Each(
            plan.Demand.Where(d => d.Value.Quantity * percent > 0),
            async (sku, cancelled) =>
            {
                var movement = new MovementRequest
                {
                    Kind = "opening",
                    Sku = sku.Key,
                    To = new PlaceRequest { Site = place.Site },
                    Quantity = Math.Ceiling(sku.Value.Quantity * percent / 100),
                    Unit = sku.Value.Unit ?? mapping.BaseUnit,
                    Document = $"import:{mapping.Source}",
                    Happened = first,
                };
                var booking = target.Booking("opening", sku.Key);
                await Move(movement with { Booking = booking }, "opening stock", FileRow.None, cancelled);
            },
            stop
        );
    }

    /// <summary>Books the adjustments of a file of orders, in the order of the file per SKU.</summary>
    public Task Adjust(IReadOnlyList<PlannedAdjustment> rows, CancellationToken stop) =>
        ImportTarget.Each(
            rows.GroupBy(r => r.Sku, StringComparer.Ordinal),
            async (sku, cancelled) =>
            {
                foreach (var row in sku)
                {
                    var movement = new MovementRequest
                    {
                        Kind = "adjustment",
                        Sku = row.Sku,
                        From = new PlaceRequest { Site = place.Site },
                        Quantity = -row.Quantity,
                        Unit = row.Unit ?? mapping.BaseUnit,
                        Reason = row.Reason ?? $"row of {row.Order}",
                        Document = row.Order,
                        Happened = row.At is { } when ? new DateTimeOffset(when, TimeSpan.Zero) : null,
                    };
                    var index = row.Index.ToString(CultureInfo.InvariantCulture);
                    var booking = target.Booking("adjustment", row.Order, index);
                    var at = new FileRow(row.Row, f => f);
                    await Move(movement with { Booking = booking }, "adjustments", at, cancelled);
                }
            },
            stop
        );

    /// <summary>Books one movement, unless its booking was made before.</summary>
    public async ValueTask Move(MovementRequest movement, string what, FileRow row, CancellationToken stop)
    {
        var body = JsonSerializer.Serialize(movement, InventoryHttp.Default.MovementRequest);
        var reply = await target.Book("/api/v1/inventory/movements", body, movement.Booking!, stop);
        if (reply.Json.Text("code") == "inventory.booked-otherwise")
        {
            tally.Add("differ");
            errors.Add(
                row.Number,
                row.Column("quantity"),
                row.Cell("quantity") ?? movement.Quantity?.ToString(CultureInfo.InvariantCulture),
                $"{movement.Sku} was imported before otherwise: {reply.Json.Text("detail")}",
                "Book the difference as an adjustment."
            );
        }
        else
        {
            target.Settle(reply, what, row.Number, row.Column, "inventory.booked-before");
        }
    }

    /// <summary>Units such as <c>CS=12 PK=1/4</c>: one case is twelve base units, one pack a quarter of one.</summary>
    internal static bool TryUnits(string? text, out List<UnitConversion> units)
    {
        units = [];
        foreach (var part in (text ?? "").Split([' ', ';', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = part.Split('=', '/');
            var denominator = 1L;
            if (
                sides.Length is < 2 or > 3
                || !long.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var numerator)
                || (
                    sides.Length == 3
                    && !long.TryParse(sides[2], NumberStyles.None, CultureInfo.InvariantCulture, out denominator)
                )
            )
                return false;
            units.Add(new UnitConversion(sides[0], numerator, denominator));
        }

        return true;
    }
}
