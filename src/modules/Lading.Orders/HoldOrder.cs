using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>Stops work on an order; what is reserved for it stays reserved.</summary>
public sealed record HoldOrder(string Reason)
{
    public static Decision Decide(OrderState order, HoldOrder command) =>
        order.Stage switch
        {
            OrderStage.Unplaced => OrderRefusals.UnknownOrder(order.Order),
            OrderStage.Closed => OrderRefusals.OrderClosed(order.Order),
            OrderStage.Held => OrderRefusals.OrderHeld(order.Order),
            _ => Decision.Accept(new OrderHeld(order.Order, command.Reason)),
        };
}
