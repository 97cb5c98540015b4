using System.Text.Json;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>A quantity in a unit.</summary>
public sealed record EnteredView(decimal Quantity, string Unit);

/// <summary>A line as an answer shows it; quantities without a unit are in base units of the SKU.</summary>
public sealed record OrderLineView(
    string Line,
    string Sku,
    string? Description,
    decimal Quantity,
    EnteredView Entered,
    Price? UnitPrice,
    Price? Amount,
    decimal Open,
    decimal Reserved,
    decimal Short,
    decimal Picked,
    decimal Shipped,
    decimal Returned,
    decimal Cancelled
);

/// <summary>A charge as an answer shows it.</summary>
public sealed record ServiceView(string Line, string Code, string? Description, long Quantity, Price? Amount);

/// <summary>An order as an answer shows it; quantities are sums over its lines.</summary>
public sealed record OrderView(
    string Order,
    string Venture,
    string? Site,
    string? Customer,
    string Type,
    int Priority,
    string State,
    string? RequestedOn,
    IReadOnlyList<string> Sites,
    string? Reference,
    string Source,
    string? SplitFrom,
    string? Reason,
    DateTime PlacedAt,
    DateTime ChangedAt,
    Price? Amount,
    decimal Quantity,
    decimal Reserved,
    decimal Short,
    decimal Picked,
    decimal Shipped,
    decimal Returned,
    decimal Cancelled,
    long Version,
    IReadOnlyList<OrderLineView> Lines,
    IReadOnlyList<ServiceView> Services,
    ShipToRequest? ShipTo
);

/// <summary><c>GET /orders/{order}</c>.</summary>
public static class ReadOrder
{
    private const string RowSql = """
        select order_no, venture, site, customer, kind, priority, state, requested_on, sites, reference, source,
               split_from, reason, placed_at, changed_at, amount, currency, quantity, reserved, short, picked, shipped,
               returned, cancelled, version, services, has_ship_to
        from order_row where order_no = $1
        """;

    private const string LinesSql = """
        select line, sku, description, quantity, entered, unit, currency, price, amount, reserved, short, picked,
               shipped, returned, cancelled
        from order_line where order_no = $1 and quantity > 0 order by place
        """;

    /// <summary>A split of a split of a split: far enough to find the address.</summary>
    private const int MostSplits = 20;

    public static async Task<IResult> Handle(HttpContext http)
    {
        if (await Reading.Ready(http, OrderRow.Projection.Name) is { } notReady)
            return notReady;
        var caller = Caller.Of(http);
        var number = (string)http.Request.RouteValues["order"]!;
        var (order, hasShipTo) = await Find(caller, number, http.RequestAborted);
        if (order is null)
            return Problems.Of(OrderRefusals.UnknownOrder(number));
        var etag = $"\"{order.Version}\"";
        http.Response.Headers.ETag = etag;
        if (http.Given(RequestHeaders.IfNoneMatch) == etag)
            return Results.StatusCode(StatusCodes.Status304NotModified);
        var lines = await caller.Log.Inline.Query(LinesSql, Line, http.RequestAborted, number);
        var address =
            hasShipTo || order.SplitFrom is not null ? await Address(caller.Log, number, http.RequestAborted) : null;
        return Results.Json(order with { Lines = lines, ShipTo = address }, OrdersHttp.Default.OrderView);
    }

    /// <summary>The order without its lines; null when there is none that the caller may see.</summary>
    internal static async Task<(OrderView? Order, bool HasShipTo)> Find(
        Caller caller,
        string number,
        CancellationToken stop
    )
    {
        if (!OrderNumber.IsValid(number))
            return default;
        var found = await caller.Log.Inline.Query(RowSql, r => (Row(r), r.Integer(26) == 1), stop, number);
        return found is [var (order, _), ..] && caller.Reach.SeesRecord(order.Venture, order.Customer, order.Sites)
            ? found[0]
            : default;
    }

    /// <summary>Of these orders those that a caller may see.</summary>
    internal static async ValueTask<IEnumerable<string>> Visible(
        Caller caller,
        IReadOnlyList<string> numbers,
        CancellationToken stop
    )
    {
        var names = string.Join(", ", Enumerable.Range(1, numbers.Count).Select(i => $"${i}"));
        var rows = await caller.Log.Inline.Query(
            $"select order_no, venture, customer, sites from order_row where order_no in ({names})",
            r => (No: r.Text(0)!, Venture: r.Text(1) ?? "", Customer: r.Text(2), Sites: SitesOf(r.Text(3))),
            stop,
            [.. numbers.Select(n => (Cell)n)]
        );
        return rows.Where(r => caller.Reach.SeesRecord(r.Venture, r.Customer, r.Sites)).Select(r => r.No);
    }

    private static IReadOnlyList<string> SitesOf(string? sites) =>
        sites is null ? [] : JsonSerializer.Deserialize(sites, OrdersHttp.Default.IReadOnlyListString)!;

    private static OrderView Row(IRow r) =>
        new(
            r.Text(0)!,
            r.Text(1) ?? "",
            r.Text(2),
            r.Text(3),
            r.Text(4) ?? "",
            (int)r.Integer(5),
            r.Text(6) ?? "",
            r.Text(7),
            SitesOf(r.Text(8)),
            r.Text(9),
            r.Text(10) ?? "",
            r.Text(11),
            r.Text(12),
            Time(r.Integer(13)),
            Time(r.Integer(14)),
            OrderAmounts.Show(r.Integer(15), r.Text(16)),
            Units(r.Integer(17)),
            Units(Math.Max(0, r.Integer(18))),
            Units(r.Integer(19)),
            Units(r.Integer(20)),
            Units(r.Integer(21)),
            Units(r.Integer(22)),
            Units(r.Integer(23)),
            r.Integer(24),
            [],
            Services(r.Text(25)),
            null
        );

    private static OrderLineView Line(IRow r)
    {
        var (quantity, shipped, cancelled) = (r.Integer(3), r.Integer(12), r.Integer(14));
        var open = quantity - shipped - cancelled;
        var reserved = LineState.FreeToGo(new BaseQuantity(r.Integer(9)), new BaseQuantity(open)).Thousandths;
        var price = r.Text(6) is { } currency ? new Price(r.Integer(7) / 1_000_000m, currency) : null;
        return new OrderLineView(
            r.Text(0)!,
            r.Text(1) ?? "",
            r.Text(2),
            Units(quantity),
            new EnteredView(Units(r.Integer(4)), r.Text(5) ?? ""),
            price,
            OrderAmounts.Show(r.Integer(8), r.Text(6)),
            Units(open),
            Units(reserved),
            Units(Math.Min(r.Integer(10), open - reserved)),
            Units(r.Integer(11)),
            Units(shipped),
            Units(r.Integer(13)),
            Units(cancelled)
        );
    }

    /// <summary>The address stands in the order's first fact, or in that of the order it was split from.</summary>
    private static async Task<ShipToRequest?> Address(TenantLog log, string number, CancellationToken stop)
    {
        for (var i = 0; i < MostSplits; i++)
        {
            var first = await log.ReadStream(Order.Stream(number), 0, 1, stop);
            var (to, from) =
                first.Count == 0
                    ? (null, null)
                    : first[0].Fact switch
                    {
                        OrderPlaced e => (e.ShipTo, null),
                        OrderSplitOff e => (e.ShipTo, e.FromOrder),
                        _ => ((ShipTo?)null, (string?)null),
                    };
            if (to is not null)
                return Show(to);
            if (from is null)
                return null;
            number = from;
        }

        return null;
    }

    private static ShipToRequest Show(ShipTo to) =>
        new()
        {
            Name = to.Name?.Text,
            Street = to.Street?.Text,
            Phone = to.Phone?.Text,
            PostalCode = to.PostalCode,
            City = to.City,
            Country = to.Country,
        };

    private static IReadOnlyList<ServiceView> Services(string? text) =>
        text is null
            ? []
            :
            [
                .. JsonSerializer
                    .Deserialize(text, OrdersJson.Default.IReadOnlyListServiceLine)!
                    .Select(s => new ServiceView(
                        s.Line,
                        s.Code,
                        s.Description,
                        s.Quantity,
                        OrderAmounts.Show(s.Amount.Minor, s.Amount.Currency)
                    )),
            ];

    internal static decimal Units(long thousandths) => thousandths / 1000m;

    internal static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);
}
