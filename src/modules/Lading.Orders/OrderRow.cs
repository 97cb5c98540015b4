using System.Collections.Frozen;
using System.Text.Json;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Orders;

/// <summary>
/// The order as it stands, and its lines: inline, so that who placed an order reads it back at once. Personal data
/// is not
/// copied here; <c>GET /orders/{order}</c> opens it from the order's first fact, where an erased person reads as
/// erased.
/// </summary>
public static class OrderRow
{
    private static readonly Column No = Column.Text("order_no");
    private static readonly Column Venture = Column.Text("venture");
    private static readonly Column Site = Column.Text("site");
    private static readonly Column Customer = Column.Text("customer");
    private static readonly Column Kind = Column.Text("kind");
    private static readonly Column Priority = Column.Integer("priority");
    private static readonly Column State = Column.Text("state");
    private static readonly Column RequestedOn = Column.Text("requested_on");
    private static readonly Column Sites = Column.Text("sites");
    private static readonly Column Reference = Column.Text("reference");
    private static readonly Column Source = Column.Text("source");
    private static readonly Column SplitFrom = Column.Text("split_from");
    private static readonly Column HasShipTo = Column.Integer("has_ship_to");
    private static readonly Column Reason = Column.Text("reason");
    private static readonly Column PlacedAt = Column.Integer("placed_at");
    private static readonly Column ChangedAt = Column.Integer("changed_at");
    private static readonly Column Currency = Column.Text("currency");
    private static readonly Column Amount = Column.Integer("amount");
    private static readonly Column Services = Column.Text("services");
    private static readonly Column Quantity = Column.Integer("quantity");
    private static readonly Column Reserved = Column.Integer("reserved");
    private static readonly Column Short = Column.Integer("short");
    private static readonly Column Picked = Column.Integer("picked");
    private static readonly Column Shipped = Column.Integer("shipped");
    private static readonly Column Returned = Column.Integer("returned");
    private static readonly Column Cancelled = Column.Integer("cancelled");
    private static readonly Column Version = Column.Integer("version");

    private static readonly Table Orders = new(
        "order_row",
        [No],
        [
            Venture,
            Site,
            Customer,
            Kind,
            Priority,
            State,
            RequestedOn,
            Sites,
            Reference,
            Source,
            SplitFrom,
            HasShipTo,
            Reason,
            PlacedAt,
            ChangedAt,
            Currency,
            Amount,
            Services,
            Quantity,
            Reserved,
            Short,
            Picked,
            Shipped,
            Returned,
            Cancelled,
            Version,
        ]
    );

    private static readonly FrozenDictionary<OrderType, string> Names = Enum.GetValues<OrderType>()
        .ToFrozenDictionary(type => type, type => JsonNamingPolicy.CamelCase.ConvertName($"{type}"));

    private static readonly Type[] Facts =
    [
        typeof(OrderPlaced),
        typeof(OrderSplitOff),
        typeof(OrderLinesChanged),
        typeof(OrderHeld),
        typeof(OrderReleased),
        typeof(OrderCancelled),
        typeof(OrderSplit),
        typeof(OrderAllocated),
        typeof(OrderPicked),
        typeof(OrderShipped),
        typeof(OrderReturned),
        typeof(OrderCompleted),
    ];

    public static readonly Projection Projection = Projection.Of(
        "order-row",
        2,
        ProjectionMode.Inline,
        [Orders, OrderLineRow.Table],
        Facts,
        Apply
    );

    private static void Apply(Recorded recorded, Rows rows)
    {
        var row = rows.Row(Orders, recorded.Stream.Key)
            .Set(Version, recorded.Version)
            .Set(ChangedAt, recorded.RecordedAt);
        OrderLineRow.Apply(recorded, rows);
        switch (recorded.Fact)
        {
            case OrderPlaced e:
                Place(row, e, recorded);
                break;
            case OrderSplitOff e:
                Begin(row, e.Venture, e.Customer, e.Type, e.Priority, e.RequestedOn, e.Sites, e.Lines, recorded)
                    .Set(Currency, OrderAmounts.Currency(e.Lines, []))
                    .Set(Amount, e.Lines.Sum(OrderAmounts.Of))
                    .Set(Source, "split")
                    .Set(SplitFrom, e.FromOrder)
                    .Set(HasShipTo, e.ShipTo is null ? 0 : 1);
                break;
            case OrderLinesChanged e:
                Change(row, e.Changes);
                break;
            case OrderSplit e:
                Change(row, e.Changes);
                break;
            case OrderHeld e:
                row.Set(State, "held").Set(Reason, e.Reason);
                break;
            case OrderReleased e:
                row.Set(State, "open").Set(Reason, e.Reason);
                break;
            case OrderAllocated e:
                row.Set(Reserved, e.Reserved).Set(Short, e.Short);
                break;
            case OrderPicked e:
                row.Add(Picked, e.Lines.Sum(l => l.Quantity.Thousandths));
                break;
            case OrderShipped e:
                var shipped = e.Lines.Sum(l => l.Quantity.Thousandths);
                row.Add(Shipped, shipped).Add(Reserved, -shipped);
                break;
            case OrderReturned e:
                row.Add(Returned, e.Lines.Sum(l => l.Quantity.Thousandths));
                break;
            case OrderCancelled e:
                row.Set(Reason, e.Reason).Add(Cancelled, e.Lines.Sum(l => l.Quantity.Thousandths));
                break;
            case OrderCompleted e:
                row.Set(State, e.Cancelled ? "cancelled" : "completed").Set(Reserved, 0).Set(Short, 0);
                break;
        }
    }

    private static void Place(RowChange row, OrderPlaced e, Recorded recorded) =>
        Begin(row, e.Venture, e.Customer, e.Type, e.Priority, e.RequestedOn, e.Sites, e.Lines, recorded)
            .Set(Reference, e.Reference)
            .Set(Source, e.Source)
            .Set(HasShipTo, e.ShipTo is null ? 0 : 1)
            .Set(Currency, OrderAmounts.Currency(e.Lines, e.Services))
            .Set(Amount, e.Lines.Sum(OrderAmounts.Of) + e.Services.Sum(OrderAmounts.Of))
            .Set(
                Services,
                e.Services.Count == 0
                    ? null
                    : JsonSerializer.Serialize(e.Services, OrdersJson.Default.IReadOnlyListServiceLine)
            );

    private static RowChange Begin(
        RowChange row,
        string venture,
        string? customer,
        OrderType kind,
        int priority,
        DateOnly? requestedOn,
        IReadOnlyList<string> sites,
        IReadOnlyList<OrderLine> lines,
        Recorded recorded
    ) =>
        row.Set(Venture, venture)
            .Set(Customer, customer)
            .Set(Kind, Name(kind))
            .Set(Priority, priority)
            .Set(RequestedOn, requestedOn?.ToString("yyyy-MM-dd"))
            .Set(Site, sites.Count > 0 ? sites[0] : null)
            .Set(
                Sites,
                sites.Count > 0 ? JsonSerializer.Serialize(sites, OrdersHttp.Default.IReadOnlyListString) : null
            )
            .Set(State, "open")
            .Set(PlacedAt, recorded.Happened)
            .Set(Quantity, lines.Sum(l => l.Quantity.Thousandths));

    private static void Change(RowChange row, IReadOnlyList<OrderLineChange> changes)
    {
        if (OrderAmounts.Currency(changes) is { } currency)
            row.Set(Currency, currency);
        row.Add(Quantity, changes.Sum(c => Of(c.After) - Of(c.Before)))
            .Add(Amount, changes.Sum(c => OrderAmounts.Of(c.After) - OrderAmounts.Of(c.Before)));
    }

    private static long Of(OrderLine? line) => line?.Quantity.Thousandths ?? 0;

    /// <summary>An order type as it stands in rows and answers.</summary>
    internal static string Name(OrderType type) => Names[type];
}
