using System.Globalization;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Cli.Import;

/// <summary>An order to be placed: the request, and the file's row of each of its lines and charges.</summary>
/// <param name="Named">Whether the file itself gives the line's id; otherwise it is the line's place.</param>
/// <param name="Type">Null when the file gives none; so with the priority.</param>
internal sealed record PlannedOrder(
    BatchOrder Request,
    int[] LineRows,
    bool[] Named,
    int[] ServiceRows,
    int Row,
    OrderType? Type,
    int? Priority
);

/// <summary>Goods that a customer took back: so much of a SKU, out of whatever that customer ordered last.</summary>
internal sealed record PlannedReturn(
    int Row,
    string Order,
    int Index,
    string Customer,
    string Sku,
    decimal Quantity,
    string? Unit,
    DateTime At
);

/// <summary>A count that was put right: a negative row of an order that takes nothing back.</summary>
internal sealed record PlannedAdjustment(
    int Row,
    string Order,
    int Index,
    string Sku,
    decimal Quantity,
    string? Unit,
    string? Reason,
    DateTime? At
);

/// <summary>What a file of orders asks for: orders, returns and adjustments, with charges told apart from
/// goods.</summary>
internal sealed class OrderPlan
{
    /// <summary>The number of a part of an order that is too long for one: 573585-2.</summary>
    private const int MostLines = Order.MaxLines;

    private const int UsualPriority = 5;

    private readonly Mapping mapping;
    private readonly RowErrors errors;

    public OrderPlan(IReadOnlyList<FileOrder> orders, Mapping mapping, RowErrors errors)
    {
        (this.mapping, this.errors) = (mapping, errors);
        foreach (var order in orders)
        {
            if (TakesBack(order.Number))
                PlanReturn(order);
            else
                PlanOrder(order);
        }
    }

    public List<PlannedOrder> Orders { get; } = [];

    public List<PlannedReturn> Returns { get; } = [];

    public List<PlannedAdjustment> Adjustments { get; } = [];

    /// <summary>Goods ordered per SKU, with a text for each.</summary>
    public Dictionary<string, (decimal Quantity, string? Description, string? Unit)> Demand { get; } =
        new(StringComparer.Ordinal);

    /// <summary>Customers that order or take back, with a country for each.</summary>
    public Dictionary<string, string?> Customers { get; } = new(StringComparer.Ordinal);

    private bool TakesBack(string number) =>
        mapping.CancellationPrefix is { Length: > 0 } prefix
        && number.Length > prefix.Length
        && number.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
        && char.IsAsciiDigit(number[prefix.Length]);

    private void PlanReturn(FileOrder order)
    {
        foreach (var line in order.Lines)
        {
            if (mapping.Charges.ContainsKey(line.Sku))
                errors.Add(
                    line.Row,
                    "sku",
                    line.Sku,
                    "A charge is taken back: that is money, not goods, and is not imported.",
                    "Book the credit where invoices are kept."
                );
            else if (order.Customer is null)
                errors.Add(
                    line.Row,
                    "customer",
                    "",
                    "Goods are taken back without a customer: there is no order to find.",
                    "Name the customer."
                );
            else
                Returns.Add(
                    new PlannedReturn(
                        line.Row,
                        order.Number,
                        line.Place,
                        order.Customer,
                        line.Sku,
                        Math.Abs(line.Quantity),
                        line.Unit,
                        line.At ?? order.At ?? DateTime.MaxValue
                    )
                );
        }
    }

    private void PlanOrder(FileOrder order)
    {
        var goods = new List<(FileLine Line, int Place)>(order.Lines.Count);
        var services = new List<(ServiceRequest Service, int Row)>();
        foreach (var line in order.Lines)
        {
            if (mapping.Charges.TryGetValue(line.Sku, out var what))
                services.Add((Charge(order, line, what), line.Row));
            else if (line.Quantity > 0)
                goods.Add((line, goods.Count + line.Missed + 1));
            else
                Adjust(order, line);
        }

        foreach (var (code, amount) in order.Charges)
            services.Add(
                (
                    new ServiceRequest
                    {
                        Code = code,
                        Description = code,
                        Amount = Price(order, amount),
                    },
                    order.Row
                )
            );
        if (goods.Count + services.Count == 0)
            return;
        if (order.Customer is not null && Customers.GetValueOrDefault(order.Customer) is null)
            Customers[order.Customer] = order.Country;
        foreach (var (line, _) in goods)
            Note(line);
        var places = goods.Count + order.Missed;
        var parts = goods.ToLookup(g => (g.Place - 1) / MostLines);
        for (var part = 0; part * MostLines < places + services.Count; part++)
            if (Part(order, part, [.. parts[part]], places, services) is { } one)
                Orders.Add(one);
    }

    /// <summary>Its SKU is known to be there, though nobody orders it.</summary>
    private void Adjust(FileOrder order, FileLine line)
    {
        Adjustments.Add(
            new PlannedAdjustment(
                line.Row,
                order.Number,
                line.Place,
                line.Sku,
                line.Quantity,
                line.Unit,
                line.Description,
                line.At ?? order.At
            )
        );
        Demand.TryAdd(line.Sku, (0, null, line.Unit));
    }

    private void Note(FileLine line)
    {
        var (quantity, description, unit) = Demand.GetValueOrDefault(line.Sku);
        Demand[line.Sku] = (quantity + line.Quantity, description ?? line.Description, unit ?? line.Unit);
    }

    /// <summary>
    /// A part of the order; most orders have one. The first parts hold goods, the last what is left and the charges.
    /// Rows that cannot be taken keep their places, so that the others are known by the same ids, in the same part,
    /// when they are mended.
    /// </summary>
    /// <returns>Null when nothing of the part can be taken.</returns>
    private PlannedOrder? Part(
        FileOrder order,
        int part,
        List<(FileLine Line, int Place)> lines,
        int places,
        List<(ServiceRequest Service, int Row)> services
    )
    {
        var from = part * MostLines;
        var taken = Math.Clamp(places - from, 0, MostLines);
        var rest = services.Skip(Math.Max(0, from - places)).Take(MostLines - taken).ToList();
        if (lines.Count + rest.Count == 0)
            return null;
        var number = part == 0 ? order.Number : $"{order.Number}-{part + 1}";
        var request = new BatchOrder
        {
            Id = number,
            Order = number,
            Venture = mapping.Venture,
            Customer = order.Customer,
            Type = order.Type ?? OrderType.Standard,
            Priority = order.Priority ?? UsualPriority,
            RequestedOn = order.RequestedOn is { } day ? DateOnly.FromDateTime(day) : null,
            Reference = order.Reference,
            Source = $"import:{mapping.Source}",
            Happened = order.At is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null,
            ShipTo = Address(order.ShipTo),
            Lines = [.. lines.Select((l, i) => Line(order, l.Line, Id(l.Place - from, i)))],
            Services = [.. rest.Select((s, i) => s.Service with { Line = Id(taken + i + 1, lines.Count + i) })],
        };
        return new PlannedOrder(
            request,
            [.. lines.Select(l => l.Line.Row)],
            [.. lines.Select(l => l.Line.Line is not null)],
            [.. rest.Select(s => s.Row)],
            order.Row,
            order.Type,
            order.Priority
        );
    }

    /// <summary>An id that says a place; null where the place is the one that the API counts itself.</summary>
    private static string? Id(int place, int index) =>
        place == index + 1 ? null : place.ToString(CultureInfo.InvariantCulture);

    private LineRequest Line(FileOrder order, FileLine line, string? place) =>
        new()
        {
            Line = line.Line ?? place,
            Sku = line.Sku,
            Quantity = line.Quantity,
            Unit = line.Unit,
            UnitPrice = line.Price is { } price ? Price(order, price) : null,
            Description = line.Description,
        };

    private ServiceRequest Charge(FileOrder order, FileLine line, string what)
    {
        var count = Math.Abs(line.Quantity);
        var whole = decimal.Truncate(count) == count && count <= 1_000_000;
        return new ServiceRequest
        {
            Code = line.Sku.Replace(' ', '-'),
            Description = line.Description ?? what,
            Quantity = whole ? (long)count : 1,
            Amount = Price(order, line.Quantity * (line.Price ?? 0)) is var price
                ? price with
                {
                    Amount = Minor(price),
                }
                : null,
        };
    }

    private Price Price(FileOrder order, decimal amount) =>
        new(
            amount,
            order.Currency
                ?? mapping.Currency
                ?? throw CommandFailed.Usage(
                    "The file has prices and no currency. Name it in the mapping: \"currency\": \"EUR\"."
                )
        );

    private static decimal Minor(Price price) =>
        decimal.Round(
            price.Amount,
            Currencies.IsKnown(price.Currency) ? Currencies.MinorDigits(price.Currency) : 2,
            MidpointRounding.ToEven
        );

    private static ShipToRequest? Address(string?[]? to) =>
        to is null || to.All(t => t is null)
            ? null
            : new ShipToRequest
            {
                Name = to[0],
                Street = to[1],
                Phone = to[2],
                PostalCode = to[3],
                City = to[4],
                Country = to[5],
            };
}
