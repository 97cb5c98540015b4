using System.Text.Json.Serialization;
using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>Where an order stands, as far as decisions care.</summary>
public enum OrderStage
{
    /// <summary>No such order yet.</summary>
    Unplaced,
    Open,
    Held,

    /// <summary>Nothing is open any more; only returns may follow.</summary>
    Closed,
}

/// <summary>One line as decisions see it. <see cref="Wanted"/> = shipped + open, always.</summary>
/// <remarks>
/// A line that was removed or split off whole stays, with nothing wanted: line ids are never used twice.
/// </remarks>
public sealed class LineState
{
    /// <summary>The line as it now reads; its quantity is what is wanted in all, shipped included.</summary>
    public required OrderLine Line { get; set; }

    /// <summary>
    /// What Inventory holds for the line as far as followed, less what was shipped. More than what is open until a
    /// release is followed; below zero while goods went out whose promise had lapsed.
    /// </summary>
    public BaseQuantity Promised { get; set; }

    /// <summary>What Inventory keeps waiting for the line, as far as followed.</summary>
    public BaseQuantity Waiting { get; set; }

    /// <summary>Picked and not yet shipped.</summary>
    public BaseQuantity Picked { get; set; }

    public BaseQuantity Shipped { get; set; }

    public BaseQuantity Returned { get; set; }

    [JsonIgnore]
    public BaseQuantity Wanted => Line.Quantity;

    /// <summary>Wanted and not shipped.</summary>
    [JsonIgnore]
    public BaseQuantity Open => Line.Quantity - Shipped;

    /// <summary>What may be picked or shipped: promised, and still wanted.</summary>
    [JsonIgnore]
    public BaseQuantity Reserved => FreeToGo(Promised, Open);

    /// <summary>What of a promise counts: not more than is open, not less than nothing.</summary>
    public static BaseQuantity FreeToGo(BaseQuantity promised, BaseQuantity open) =>
        promised.Sign <= 0 ? BaseQuantity.Zero : BaseQuantity.Min(promised, open);

    /// <summary>Open and neither promised nor on its way to being so.</summary>
    [JsonIgnore]
    public BaseQuantity Short => BaseQuantity.Min(Waiting, Open - Reserved);
}

/// <summary>
/// What the decisions of one order read, and nothing else. Holds no personal data. Changed in place by its one
/// owner.
/// </summary>
public sealed class OrderState
{
    public required string Order { get; init; }

    public OrderStage Stage { get; set; }

    public string Venture { get; set; } = "";

    public string? Customer { get; set; }

    public OrderType Type { get; set; }

    public int Priority { get; set; }

    public DateOnly? RequestedOn { get; set; }

    public IReadOnlyList<string> Sites { get; set; } = [];

    /// <summary>By line id, in the order in which they came; never removed.</summary>
    public Dictionary<string, LineState> Lines { get; set; } = new(StringComparer.Ordinal);

    /// <summary>What its charges come to, in minor units of <see cref="ChargesIn"/>.</summary>
    public long Charges { get; set; }

    /// <summary>The currency of its charges; null when it has none.</summary>
    public string? ChargesIn { get; set; }

    /// <summary>The numbers of its shipments: none is used twice.</summary>
    public IReadOnlyList<string> Shipments { get; set; } = [];

    /// <summary>The numbers of its returns: none is used twice.</summary>
    public IReadOnlyList<string> Returns { get; set; } = [];

    /// <summary>Whether anything is still to be shipped.</summary>
    public bool IsAnythingOpen()
    {
        foreach (var line in Lines.Values)
        {
            if (line.Open.Sign > 0)
                return true;
        }

        return false;
    }
}

/// <summary>An order: stream <c>order/{number}</c>. How facts change it; the decisions stand in the slices.</summary>
public static class Order
{
    /// <summary>
    /// Most lines of an order, goods and services together, removed ones included; the largest real order has
    /// 705.
    /// </summary>
    public const int MaxLines = 1_000;

    /// <summary>The largest quantity of a line, in thousandths of the base unit: a thousand million units.</summary>
    public static readonly BaseQuantity MaxQuantity = new(1_000_000_000_000);

    public static readonly StreamKind<OrderState> Kind = new(
        "order",
        key => new OrderState { Order = key },
        Evolve,
        OrdersJson.Default.OrderState,
        snapshotEvery: 100,
        snapshotVersion: 3
    );

    /// <summary>The stream of an order.</summary>
    public static StreamName Stream(string order) => StreamName.Of("order", order);

    /// <summary>The number of the next shipment or return when the sender gave none: counted, and never one that was
    /// given to another.</summary>
    internal static string NextNumber(string prefix, IReadOnlyList<string> used)
    {
        var next = used.Count + 1;
        while (used.Contains($"{prefix}{next}"))
            next++;
        return $"{prefix}{next}";
    }

    /// <summary>Folds one fact in.</summary>
    public static OrderState Evolve(OrderState order, object fact)
    {
        switch (fact)
        {
            case OrderPlaced e:
                Open(order, e.Venture, e.Customer, e.Type, e.Priority, e.RequestedOn, e.Sites, e.Lines);
                order.Charges = e.Services.Sum(OrderAmounts.Of);
                order.ChargesIn = OrderAmounts.Currency([], e.Services);
                break;
            case OrderSplitOff e:
                Open(order, e.Venture, e.Customer, e.Type, e.Priority, e.RequestedOn, e.Sites, e.Lines);
                break;
            case OrderLinesChanged e:
                foreach (var change in e.Changes)
                    Change(order, change);
                break;
            case OrderHeld:
                order.Stage = OrderStage.Held;
                break;
            case OrderReleased:
                order.Stage = OrderStage.Open;
                break;
            case OrderSplit e:
                foreach (var change in e.Changes)
                    Change(order, change);
                break;
            case OrderCancelled e:
                foreach (var part in e.Lines)
                    Cancel(order.Lines[part.Line], part.Quantity);
                break;
            case OrderAllocated e:
                foreach (var part in e.Lines)
                    (order.Lines[part.Line].Promised, order.Lines[part.Line].Waiting) = (part.Reserved, part.Short);
                break;
            case OrderPicked e:
                foreach (var part in e.Lines)
                    order.Lines[part.Line].Picked += part.Quantity;
                break;
            case OrderShipped e:
                order.Shipments = [.. order.Shipments, e.Shipment];
                foreach (var part in e.Lines)
                    Ship(order.Lines[part.Line], part.Quantity);
                break;
            case OrderReturned e:
                order.Returns = [.. order.Returns, e.Return];
                foreach (var part in e.Lines)
                    order.Lines[part.Line].Returned += part.Quantity;
                break;
            case OrderCompleted:
                order.Stage = OrderStage.Closed;
                break;
            default:
                throw new InvalidOperationException($"An order cannot fold a {fact.GetType().Name}.");
        }

        return order;
    }

    private static void Open(
        OrderState order,
        string venture,
        string? customer,
        OrderType type,
        int priority,
        DateOnly? requestedOn,
        IReadOnlyList<string> sites,
        IReadOnlyList<OrderLine> lines
    )
    {
        (order.Stage, order.Venture, order.Customer, order.Type) = (OrderStage.Open, venture, customer, type);
        (order.Priority, order.RequestedOn, order.Sites) = (priority, requestedOn, sites);
        foreach (var line in lines)
            order.Lines.Add(line.Line, new LineState { Line = line });
    }

    private static void Change(OrderState order, OrderLineChange change)
    {
        if (change.Before is null)
            order.Lines.Add(change.Line, new LineState { Line = change.After! });
        else
            order.Lines[change.Line].Line = change.After ?? change.Before with { Quantity = BaseQuantity.Zero };
    }

    private static void Cancel(LineState line, BaseQuantity quantity)
    {
        line.Line = line.Line with { Quantity = line.Line.Quantity - quantity };
        line.Picked = BaseQuantity.Zero;
    }

    private static void Ship(LineState line, BaseQuantity quantity)
    {
        line.Shipped += quantity;
        line.Promised -= quantity;
        line.Picked -= BaseQuantity.Min(line.Picked, quantity);
    }
}
