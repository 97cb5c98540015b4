using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>An order in a list.</summary>
public sealed record OrderListItem(
    string Order,
    string Venture,
    string? Site,
    string? Customer,
    string Type,
    int Priority,
    string State,
    string? RequestedOn,
    string? Reference,
    string Source,
    DateTime PlacedAt,
    Price? Amount,
    int Lines,
    decimal Quantity,
    decimal Reserved,
    decimal Short,
    decimal Shipped
);

/// <summary>A page of the list; a cursor is there when a page lies that way.</summary>
public sealed record OrderListPage(IReadOnlyList<OrderListItem> Items, string? Next, string? Previous);

/// <summary>
/// <c>GET /orders</c>: newest first, oldest first, by priority then age, by the day asked for, or, with <c>q</c>, by
/// number from those that begin with it. Filters <c>state</c>, <c>venture</c>, <c>customer</c>, <c>source</c>,
/// <c>q</c>, <c>short</c> (what waits for stock), <c>dueBefore</c> (unfinished, asked for before a day).
/// </summary>
public static class OrderList
{
    private static readonly Column No = Column.Text("order_no");
    private static readonly Column Prefix = Column.Text("prefix");
    private static readonly Column Venture = Column.Text("venture");
    private static readonly Column Site = Column.Text("site");
    private static readonly Column Sites = Column.Text("sites");
    private static readonly Column Customer = Column.Text("customer");
    private static readonly Column Kind = Column.Text("kind");
    private static readonly Column Priority = Column.Integer("priority");
    private static readonly Column State = Column.Text("state");
    private static readonly Column RequestedOn = Column.Text("requested_on");
    private static readonly Column Reference = Column.Text("reference");
    private static readonly Column Source = Column.Text("source");
    private static readonly Column PlacedAt = Column.Integer("placed_at");
    private static readonly Column Currency = Column.Text("currency");
    private static readonly Column Amount = Column.Integer("amount");
    private static readonly Column Lines = Column.Integer("lines");
    private static readonly Column Quantity = Column.Integer("quantity");
    private static readonly Column Reserved = Column.Integer("reserved");
    private static readonly Column Short = Column.Integer("short");
    private static readonly Column Shipped = Column.Integer("shipped");

    /// <summary>1 while something of the order waits for stock.</summary>
    private static readonly Column Waits = Column.Integer("waits");

    /// <summary>The day asked for, while the order is unfinished.</summary>
    private static readonly Column Due = Column.Text("due");

    private static readonly Table Orders = new(
        "order_list",
        [No],
        [
            Prefix,
            Venture,
            Site,
            Sites,
            Customer,
            Kind,
            Priority,
            State,
            RequestedOn,
            Reference,
            Source,
            PlacedAt,
            Currency,
            Amount,
            Lines,
            Quantity,
            Reserved,
            Short,
            Shipped,
            Waits,
            Due,
        ],
        ["placed_at", "order_no"],
        ["priority", "placed_at", "order_no"],
        ["prefix", "order_no"],
        ["state", "placed_at", "order_no"],
        ["state", "priority", "placed_at", "order_no"],
        ["customer", "placed_at", "order_no"],
        ["venture", "placed_at", "order_no"],
        ["source", "placed_at", "order_no"],
        ["waits", "placed_at", "order_no"],
        ["due", "order_no"]
    );

    private static readonly Type[] Facts =
    [
        typeof(OrderPlaced),
        typeof(OrderSplitOff),
        typeof(OrderLinesChanged),
        typeof(OrderHeld),
        typeof(OrderReleased),
        typeof(OrderSplit),
        typeof(OrderAllocated),
        typeof(OrderShipped),
        typeof(OrderCompleted),
    ];

    public static readonly Projection Projection = Projection.Of(
        "order-list",
        4,
        ProjectionMode.Follower,
        [Orders],
        Facts,
        Apply
    );

    private static void Apply(Recorded recorded, Rows rows)
    {
        var row = rows.Row(Orders, recorded.Stream.Key);
        switch (recorded.Fact)
        {
            case OrderPlaced e:
                Place(row, e, recorded);
                break;
            case OrderSplitOff e:
                SplitOff(row, e, recorded);
                break;
            case OrderLinesChanged e:
                Change(row, e.Changes);
                break;
            case OrderSplit e:
                Change(row, e.Changes);
                break;
            case OrderHeld:
                row.Set(State, "held");
                break;
            case OrderReleased:
                row.Set(State, "open");
                break;
            case OrderAllocated e:
                row.Set(Reserved, e.Reserved).Set(Short, e.Short).Set(Waits, e.Short.Thousandths > 0 ? 1 : 0);
                break;
            case OrderShipped e:
                var shipped = e.Lines.Sum(l => l.Quantity.Thousandths);
                row.Add(Shipped, shipped).Add(Reserved, -shipped);
                break;
            case OrderCompleted e:
                row.Set(State, e.Cancelled ? "cancelled" : "completed")
                    .Set(Reserved, 0)
                    .Set(Short, 0)
                    .Set(Waits, 0)
                    .Set(Due, (string?)null);
                break;
        }
    }

    private static void Place(RowChange row, OrderPlaced e, Recorded recorded) =>
        Begin(row, e.Order, e.Venture, e.Customer, e.Type, e.Priority, e.RequestedOn, e.Sites, e.Lines, recorded)
            .Set(Reference, e.Reference)
            .Set(Source, e.Source)
            .Set(Currency, OrderAmounts.Currency(e.Lines, e.Services))
            .Set(Amount, e.Lines.Sum(OrderAmounts.Of) + e.Services.Sum(OrderAmounts.Of));

    private static void SplitOff(RowChange row, OrderSplitOff e, Recorded recorded) =>
        Begin(row, e.Order, e.Venture, e.Customer, e.Type, e.Priority, e.RequestedOn, e.Sites, e.Lines, recorded)
            .Set(Source, "split")
            .Set(Currency, OrderAmounts.Currency(e.Lines, []))
            .Set(Amount, e.Lines.Sum(OrderAmounts.Of));

    private static RowChange Begin(
        RowChange row,
        string order,
        string venture,
        string? customer,
        OrderType kind,
        int priority,
        DateOnly? requestedOn,
        IReadOnlyList<string> sites,
        IReadOnlyList<OrderLine> lines,
        Recorded recorded
    ) =>
        row.Set(Prefix, order.ToLowerInvariant())
            .Set(Venture, venture)
            .Set(Customer, customer)
            .Set(Kind, OrderRow.Name(kind))
            .Set(Priority, priority)
            .Set(RequestedOn, requestedOn?.ToString("yyyy-MM-dd"))
            .Set(Due, requestedOn?.ToString("yyyy-MM-dd"))
            .Set(Site, sites.Count > 0 ? sites[0] : null)
            .Set(Sites, ReachSql.Pack(sites))
            .Set(State, "open")
            .Set(PlacedAt, recorded.Happened)
            .Set(Lines, lines.Count)
            .Set(Quantity, lines.Sum(l => l.Quantity.Thousandths));

    private static void Change(RowChange row, IReadOnlyList<OrderLineChange> changes)
    {
        if (OrderAmounts.Currency(changes) is { } currency)
            row.Set(Currency, currency);
        row.Add(
                Quantity,
                changes.Sum(c =>
                    (c.After?.Quantity ?? default).Thousandths - (c.Before?.Quantity ?? default).Thousandths
                )
            )
            .Add(Lines, changes.Sum(c => (c.After is null ? 0 : 1) - (c.Before is null ? 0 : 1)))
            .Add(Amount, changes.Sum(c => OrderAmounts.Of(c.After) - OrderAmounts.Of(c.Before)));
    }

    /// <summary>The columns of an item, in the order in which <see cref="Item"/> reads them.</summary>
    private const string Columns =
        "order_no, venture, site, customer, kind, priority, state, requested_on, reference, source, placed_at, amount, "
        + "currency, lines, quantity, reserved, short, shipped, prefix, due";

    public static async Task<IResult> Handle(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var caller = Caller.Of(http);
        var checks = new Checks();
        var list = OrderListQuery.Read(http, caller, checks, out var page);
        if (!checks.Pass)
            return Problems.Of(checks);
        var rows = await caller.Log.Followed.Query(
            $"select {Columns} from order_list {list.Where()} {list.OrderAndLimit(page.Limit + 1)}",
            r => (Item(r), list.KeyOf(r)),
            http.RequestAborted,
            [.. list.Parameters]
        );
        return Results.Json(list.Page(rows, page), OrdersHttp.Default.OrderListPage);
    }

    private static OrderListItem Item(IRow r) =>
        new(
            r.Text(0)!,
            r.Text(1) ?? "",
            r.Text(2),
            r.Text(3),
            r.Text(4) ?? "",
            (int)r.Integer(5),
            r.Text(6) ?? "",
            r.Text(7),
            r.Text(8),
            r.Text(9) ?? "",
            ReadOrder.Time(r.Integer(10)),
            OrderAmounts.Show(r.Integer(11), r.Text(12)),
            (int)r.Integer(13),
            ReadOrder.Units(r.Integer(14)),
            ReadOrder.Units(Math.Max(0, r.Integer(15))),
            ReadOrder.Units(r.Integer(16)),
            ReadOrder.Units(r.Integer(17))
        );
}
