using Lading.Contracts.Orders;

namespace Lading.Cli.Import;

/// <summary>One row that is a line of an order.</summary>
/// <param name="Missed">Rows of goods of the order that stand before it and cannot be taken.</param>
/// <param name="Place">Its place among all rows of the order, from 0, those that cannot be taken counted.</param>
internal sealed record FileLine(
    int Row,
    string? Line,
    string Sku,
    string? Description,
    decimal Quantity,
    string? Unit,
    decimal? Price,
    DateTime? At,
    int Missed,
    int Place
);

/// <summary>One order as a file has it: what stands for the whole of it, and its rows, wherever in the file they
/// were.</summary>
internal sealed class FileOrder(int row, string number)
{
    public int Row => row;

    public string Number => number;

    public string? Customer { get; set; }

    public string? Country { get; set; }

    public string? Currency { get; set; }

    public DateTime? At { get; set; }

    public DateTime? RequestedOn { get; set; }

    public OrderType? Type { get; set; }

    public int? Priority { get; set; }

    public string? Reference { get; set; }

    /// <summary>Name, street, phone, postal code, city, country; null when the file has no address.</summary>
    public string?[]? ShipTo { get; set; }

    /// <summary>Charges that stand in columns of the order: code and amount.</summary>
    public List<(string Code, decimal Amount)> Charges { get; } = [];

    public List<FileLine> Lines { get; } = [];

    /// <summary>Rows of goods that cannot be taken.</summary>
    public int Missed { get; set; }

    /// <summary>Rows of all kinds that cannot be taken.</summary>
    public int Refused { get; set; }
}

/// <summary>Reads a file of orders, or of orders and a file of their lines, and groups by order number over the whole
/// of it.</summary>
internal sealed class OrderFile(Mapping mapping, RowErrors errors)
{
    private static readonly string[] OrderFields =
    [
        "customer",
        "country",
        "currency",
        "orderedAt",
        "requestedOn",
        "type",
        "priority",
        "reference",
        "shipToName",
        "shipToStreet",
        "shipToPhone",
        "shipToPostalCode",
        "shipToCity",
        "shipToCountry",
    ];

    private static readonly string[] LineFields =
    [
        "line",
        "sku",
        "description",
        "quantity",
        "unit",
        "unitPrice",
        "discount",
    ];

    private readonly Dictionary<string, FileOrder> byNumber = new(StringComparer.Ordinal);
    private readonly List<FileOrder> inOrder = [];

    /// <summary>Rows read, the header not counted.</summary>
    public int Rows { get; private set; }

    /// <summary>Reads everything; orders come in the order of their first row.</summary>
    public IReadOnlyList<FileOrder> Read(string path, Action<long, long> progress, Action<string> say)
    {
        var second = mapping.Lines;
        string[] fields = second is null ? ["order", .. OrderFields, .. LineFields] : ["order", .. OrderFields];
        string[] needed = second is null ? ["order", "sku", "quantity"] : ["order"];
        ReadOne(path, mapping.Columns, fields, needed, second is null, progress, say);
        if (second is null)
            return inOrder;
        var beside = Path.Combine(Path.GetDirectoryName(path) ?? "", second.File);
        ReadOne(beside, second.Columns, ["order", .. LineFields], ["order", "sku", "quantity"], true, progress, say);
        return inOrder;
    }

    private void ReadOne(
        string path,
        IReadOnlyDictionary<string, string> columns,
        string[] known,
        string[] needed,
        bool lines,
        Action<long, long> progress,
        Action<string> say
    )
    {
        var file = TextFile.Examine(path, mapping.Encoding);
        if (file.Note is { } note)
            say(note);
        using var table = new CsvTable(file, mapping.Separator, mapping.UnquotedColumn);
        var fields = new Fields(table, mapping, columns, known, needed, errors);
        var charges = lines && mapping.Lines is not null ? [] : OrderCharges(table);
        var addressed = known.Any(f =>
            f.StartsWith("shipTo", StringComparison.Ordinal) && fields.Column(f) is var c && table.Place(c) is not null
        );
        while (table.Read())
        {
            Rows++;
            if (Rows % 4096 == 0)
                progress(table.Row, file.Lines);
            if (table.Fault is { } fault)
                errors.Add(table.Row, "", "", fault, "Mend the row.");
            else
                Take(table, fields, charges, addressed, lines);
        }
    }

    private void Take(
        CsvTable table,
        Fields fields,
        (string Code, int Place, string Column)[] charges,
        bool addressed,
        bool lines
    )
    {
        if (fields.Needed("order") is not { } number)
            return;
        var ofLines = lines && mapping.Lines is not null;
        if (!byNumber.TryGetValue(number, out var order))
        {
            if (ofLines)
            {
                errors.Add(
                    table.Row,
                    fields.Column("order"),
                    number,
                    "The file of orders has no such order, or no row of it that can be taken.",
                    "Add it there, mend it there, or take the line out."
                );
                return;
            }

            order = new FileOrder(table.Row, number);
        }

        var taken = ofLines || TakeOrder(order, fields, addressed);
        if ((taken || mapping.Lines is null) && byNumber.TryAdd(number, order))
            inOrder.Add(order);
        foreach (var (code, place, column) in taken ? charges : [])
            TakeCharge(order, table, code, place, column);
        if (lines && !(taken && TakeLine(order, fields)))
            Miss(order, fields);
    }

    /// <summary>A row that cannot be taken keeps its place among the goods of its order: mended, it makes the lines
    /// after it no others. A charge or an adjustment has no place there.</summary>
    private void Miss(FileOrder order, Fields fields)
    {
        order.Refused++;
        var charge = Sku(fields.Text("sku")) is { } sku && mapping.Charges.ContainsKey(sku);
        if (!charge && fields.Text("quantity")?.StartsWith('-') != true)
            order.Missed++;
    }

    private string? Sku(string? sku) => mapping.SkuInCapitals ? sku?.ToUpperInvariant() : sku;

    /// <summary>What stands for the whole order is taken from the first row that says it; two customers in one order
    /// are none, nor are two currencies.</summary>
    private bool TakeOrder(FileOrder order, Fields fields, bool addressed)
    {
        if (
            !fields.Time("orderedAt", out var at)
            || !fields.Time("requestedOn", out var requested)
            || !Priority(fields, out var priority)
        )
            return false;
        var (customer, currency) = (fields.Text("customer"), fields.Text("currency"));
        if (
            !IsOne(order, fields, "customer", order.Customer, customer)
            || !IsOne(order, fields, "currency", order.Currency, currency)
        )
            return false;

        if (fields.Text("type") is { } type && order.Row == fields.Row)
        {
            if (!Enum.TryParse<OrderType>(type, ignoreCase: true, out var known) || !Enum.IsDefined(known))
            {
                errors.Add(
                    fields.Row,
                    fields.Column("type"),
                    type,
                    "There is no such order type.",
                    $"Use {string.Join(", ", Enum.GetNames<OrderType>())}."
                );
                return false;
            }

            order.Type = known;
        }

        order.Customer ??= customer;
        order.Country ??= fields.Text("country");
        order.Currency ??= currency;
        order.Reference ??= fields.Text("reference");
        order.RequestedOn ??= requested;
        order.At = order.At is null || at < order.At ? at ?? order.At : order.At;
        order.Priority = priority ?? order.Priority;
        if (addressed)
            order.ShipTo ??= Address(fields);
        return true;
    }

    /// <summary>Whether a row says of the order what an earlier one said, or nothing.</summary>
    private bool IsOne(FileOrder order, Fields fields, string field, string? earlier, string? said)
    {
        if (said is null || earlier is null || said == earlier)
            return true;
        errors.Add(
            fields.Row,
            fields.Column(field),
            said,
            $"Order {order.Number} has the {field} {earlier} on an earlier row.",
            $"An order has one {field}: mend the cell, or give the row an order of its own."
        );
        return false;
    }

    /// <summary>A whole number from 1 to 9, as the API takes it; false when the cell holds something else.</summary>
    private bool Priority(Fields fields, out int? priority)
    {
        priority = null;
        if (!fields.Number("priority", out var number))
            return false;
        if (number is null)
            return true;
        if (number is >= 1 and <= 9 && decimal.IsInteger(number.Value))
        {
            priority = (int)number.Value;
            return true;
        }

        errors.Add(
            fields.Row,
            fields.Column("priority"),
            fields.Text("priority"),
            "A priority is a whole number from 1 (first) to 9 (last).",
            "Write one, or leave the cell empty: then it is 5."
        );
        return false;
    }

    private static string?[] Address(Fields fields) =>
        [
            fields.Text("shipToName"),
            fields.Text("shipToStreet"),
            fields.Text("shipToPhone"),
            fields.Text("shipToPostalCode"),
            fields.Text("shipToCity"),
            fields.Text("shipToCountry"),
        ];

    private bool TakeLine(FileOrder order, Fields fields)
    {
        var sku = Sku(fields.Needed("sku"));
        if (sku is null || !fields.Number("quantity", out var quantity) || !fields.Number("unitPrice", out var price))
            return false;
        if (!fields.Number("discount", out var discount) || !fields.Time("orderedAt", out var at))
            return false;
        if (quantity is null or 0)
        {
            errors.Add(
                fields.Row,
                fields.Column("quantity"),
                fields.Text("quantity"),
                "A line has a quantity that is not 0.",
                "Fill it in, or take the row out."
            );
            return false;
        }

        if (discount is < 0 or > 1)
        {
            errors.Add(
                fields.Row,
                fields.Column("discount"),
                fields.Text("discount"),
                "A discount is a part from 0 to 1.",
                "Write 0.15 for 15 %."
            );
            return false;
        }

        if (price is not null)
            price = decimal.Round(price.Value * (1 - (discount ?? 0)), 6, MidpointRounding.ToEven);
        order.Lines.Add(
            new FileLine(
                fields.Row,
                fields.Text("line"),
                sku,
                fields.Text("description"),
                quantity.Value,
                fields.Text("unit"),
                price,
                at,
                order.Missed,
                order.Lines.Count + order.Refused
            )
        );
        return true;
    }

    private (string, int, string)[] OrderCharges(CsvTable table) =>
        [
            .. mapping.OrderCharges.Select(c =>
                (
                    c.Key,
                    table.Place(c.Value)
                        ?? throw new UnreadableFile(
                            $"The mapping takes the charge {c.Key} from a column " + $"'{c.Value}', which is not there."
                        ),
                    c.Value
                )
            ),
        ];

    private void TakeCharge(FileOrder order, CsvTable table, string code, int place, string column)
    {
        var cell = table.Cell(place);
        if (cell.Length == 0 || mapping.Nothing.Contains(cell) || order.Charges.Any(c => c.Code == code))
            return;
        const System.Globalization.NumberStyles style =
            System.Globalization.NumberStyles.AllowLeadingSign | System.Globalization.NumberStyles.AllowDecimalPoint;
        if (
            decimal.TryParse(
                cell.Replace(mapping.DecimalPoint, "."),
                style,
                System.Globalization.CultureInfo.InvariantCulture,
                out var amount
            )
        )
        {
            if (amount != 0)
                order.Charges.Add((code, amount));
        }
        else
        {
            errors.Add(table.Row, column, cell, "This is not an amount.", "Write digits.");
        }
    }
}
