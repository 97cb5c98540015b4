using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>
/// Cancels all that is not shipped, held or not; what is reserved or waiting for it is let go by Inventory.
/// </summary>
public sealed record CancelOrder(string Reason)
{
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
        return Decision.Accept(new OrderCancelled(order.Order, command.Reason, rest), new OrderCompleted(order.Order));
    }
}
