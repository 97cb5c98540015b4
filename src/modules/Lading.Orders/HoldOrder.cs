using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>Body of <c>POST /orders/{order}/hold</c>.</summary>
public sealed record HoldRequest(string Reason);

/// <summary>Stops work on an order; what is reserved for it stays reserved.</summary>
public sealed record HoldOrder(string Reason)
{
    /// <summary><c>POST /orders/{order}/hold</c>.</summary>
    public static Task<IResult> Handle(HttpContext http) =>
        OrderCall.Send(http, OrdersHttp.Default.HoldRequest, Read, Decide);

    private static HoldOrder Read(HoldRequest body, Caller caller, Checks checks)
    {
        Entered.Needed(checks, "reason", body.Reason, 200);
        return new HoldOrder(body.Reason);
    }

    public static Decision Decide(OrderState order, HoldOrder command) =>
        order.Stage switch
        {
            OrderStage.Unplaced => OrderRefusals.UnknownOrder(order.Order),
            OrderStage.Closed => OrderRefusals.OrderClosed(order.Order),
            OrderStage.Held => OrderRefusals.OrderHeld(order.Order),
            _ => Decision.Accept(new OrderHeld(order.Order, command.Reason)),
        };
}
