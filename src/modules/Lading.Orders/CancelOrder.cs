using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>Body of <c>POST /orders/{order}/cancel</c>.</summary>
public sealed record CancelRequest(string Reason);

/// <summary>
/// Cancels all that is not shipped, held or not; what is reserved or waiting for it is let go by Inventory.
/// </summary>
public sealed record CancelOrder(string Reason)
{
    /// <summary><c>POST /orders/{order}/cancel</c>.</summary>
    public static Task<IResult> Handle(HttpContext http) =>
        OrderCall.Send(http, OrdersHttp.Default.CancelRequest, Read, Decide);

    private static CancelOrder Read(CancelRequest body, Caller caller, Checks checks)
    {
        Entered.Needed(checks, "reason", body.Reason, 200);
        return new CancelOrder(body.Reason);
    }

    public static Decision Decide(OrderState order, CancelOrder command)
    {
        if (order.Stage == OrderStage.Unplaced)
            return OrderRefusals.UnknownOrder(order.Order);
        if (order.Stage == OrderStage.Closed)
            return OrderRefusals.OrderClosed(order.Order);

        var rest = order
            .Lines.Values.Where(l => l.Open.Sign > 0)
            .Select(l => new LineQuantity(l.Line.Line, l.Line.Sku, l.Open))
            .ToArray();
        return Decision.Accept(
            new OrderCancelled(order.Order, command.Reason, rest, order.Venture),
            new OrderCompleted(order.Order, Cancelled: order.Lines.Values.All(l => l.Shipped.Sign == 0))
        );
    }
}
