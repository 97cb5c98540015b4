using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>Body of <c>POST /orders/{order}/ship</c>; without lines: the whole open rest.</summary>
public sealed record ShipRequest
{
    /// <summary>The shipper's own number; left out: one is made.</summary>
    public string? Shipment { get; init; }

    public IReadOnlyList<GoodsRequest>? Lines { get; init; }

    public string? Carrier { get; init; }

    public string? Tracking { get; init; }
}

/// <summary>
/// Says that reserved goods, picked or not, left the house; the order is complete when nothing is open.
/// </summary>
/// <param name="Shipment">The shipper's own number; null: the order's number and a count.</param>
/// <param name="Lines">What left, a line several times when from several lots or places; null: the whole open
/// rest.</param>
public sealed record ShipOrder(string? Shipment, IReadOnlyList<PickedLine>? Lines, string? Carrier, string? Tracking)
{
    /// <summary><c>POST /orders/{order}/ship</c>.</summary>
    public static Task<IResult> Handle(HttpContext http) =>
        OrderCall.Send(http, OrdersHttp.Default.ShipRequest, Read, Decide);

    private static ShipOrder Read(ShipRequest body, Caller caller, Checks checks)
    {
        if (body.Shipment is not null)
            Entered.Id(checks, "shipment", body.Shipment, 60);
        Entered.Text(checks, "carrier", body.Carrier, 100);
        Entered.Text(checks, "tracking", body.Tracking, 100);
        return new ShipOrder(body.Shipment, GoodsRequest.Read(body.Lines, caller, checks), body.Carrier, body.Tracking);
    }

    public static Decision Decide(OrderState order, ShipOrder command)
    {
        if (order.Stage == OrderStage.Unplaced)
            return OrderRefusals.UnknownOrder(order.Order);
        if (command.Shipment is { } used && order.Shipments.Contains(used))
            return OrderRefusals.ShipmentExists(order.Order, used);
        if (order.Stage == OrderStage.Closed)
            return OrderRefusals.OrderClosed(order.Order);
        if (order.Stage == OrderStage.Held)
            return OrderRefusals.OrderHeld(order.Order);

        var lines = command.Lines ?? AllOpen(order);
        var (asked, problem) = OrderLines.Sum(order, lines.Select(l => (l.Line, l.Quantity)));
        if (problem is not null)
            return problem;
        var left = BaseQuantity.Zero;
        foreach (var line in order.Lines.Values)
            left += line.Open;
        foreach (var (id, (at, quantity)) in asked)
        {
            if (quantity > order.Lines[id].Reserved)
                return OrderRefusals.NotReserved(at, id, quantity, order.Lines[id].Reserved);
            left -= quantity;
        }

        var shipment = command.Shipment ?? Orders.Order.NextNumber($"{order.Order}-S", order.Shipments);
        var shipped = new OrderShipped(
            order.Order,
            shipment,
            WithSkus(order, lines),
            command.Carrier,
            command.Tracking,
            order.Venture
        );
        return left.Sign == 0 ? Decision.Accept(shipped, new OrderCompleted(order.Order)) : Decision.Accept(shipped);
    }

    /// <summary>
    /// The order knows each line's SKU; the fact names it for followers that keep no state of the order.
    /// </summary>
    internal static PickedLine[] WithSkus(OrderState order, IReadOnlyList<PickedLine> lines) =>
        lines.Select(l => l with { Sku = order.Lines[l.Line].Line.Sku }).ToArray();

    private static PickedLine[] AllOpen(OrderState order) =>
        order
            .Lines.Values.Where(l => l.Open.Sign > 0)
            .Select(l => new PickedLine(l.Line.Line, l.Line.Sku, l.Open, null, null, null, null))
            .ToArray();
}
