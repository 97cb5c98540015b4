using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>Body of <c>POST /orders/{order}/release</c>.</summary>
public sealed record ReleaseRequest(string? Reason = null);

/// <summary>Lets a held order go on.</summary>
public sealed record ReleaseOrder(string? Reason)
{
    /// <summary><c>POST /orders/{order}/release</c>.</summary>
    public static Task<IResult> Handle(HttpContext http) =>
        OrderCall.Send(http, OrdersHttp.Default.ReleaseRequest, Read, Decide);

    private static ReleaseOrder Read(ReleaseRequest body, Caller caller, Checks checks)
    {
        Entered.Text(checks, "reason", body.Reason, 200);
        return new ReleaseOrder(body.Reason);
    }

    public static Decision Decide(OrderState order, ReleaseOrder command) =>
        order.Stage switch
        {
            OrderStage.Unplaced => OrderRefusals.UnknownOrder(order.Order),
            OrderStage.Closed => OrderRefusals.OrderClosed(order.Order),
            OrderStage.Open => OrderRefusals.OrderNotHeld(order.Order),
            _ => Decision.Accept(new OrderReleased(order.Order, command.Reason)),
        };
}
