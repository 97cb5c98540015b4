using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>Lets a held order go on.</summary>
public sealed record ReleaseOrder(string? Reason)
{
    public static Decision Decide(OrderState order, ReleaseOrder command) =>
        order.Stage switch
        {
            OrderStage.Unplaced => OrderRefusals.UnknownOrder(order.Order),
            OrderStage.Closed => OrderRefusals.OrderClosed(order.Order),
            OrderStage.Open => OrderRefusals.OrderNotHeld(order.Order),
            _ => Decision.Accept(new OrderReleased(order.Order, command.Reason)),
        };
}
