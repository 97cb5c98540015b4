using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>
/// The stored names of the module's facts. A name is for ever: a changed shape gets a new version and an
/// upcast.
/// </summary>
public static class OrdersEvents
{
    public static EventTypes Register(EventTypes types) =>
        types
            .Add("orders.order-placed.v1", OrdersJson.Default.OrderPlaced)
            .Add("orders.order-lines-changed.v1", OrdersJson.Default.OrderLinesChanged)
            .Add("orders.order-held.v1", OrdersJson.Default.OrderHeld)
            .Add("orders.order-released.v1", OrdersJson.Default.OrderReleased)
            .Add("orders.order-cancelled.v1", OrdersJson.Default.OrderCancelled)
            .Add("orders.order-split.v1", OrdersJson.Default.OrderSplit)
            .Add("orders.order-split-off.v1", OrdersJson.Default.OrderSplitOff)
            .Add("orders.order-allocated.v1", OrdersJson.Default.OrderAllocated)
            .Add("orders.order-picked.v1", OrdersJson.Default.OrderPicked)
            .Add("orders.order-shipped.v1", OrdersJson.Default.OrderShipped)
            .Add("orders.order-returned.v1", OrdersJson.Default.OrderReturned)
            .Add("orders.order-completed.v1", OrdersJson.Default.OrderCompleted)
            .Add("orders.goods-taken-back.v1", OrdersJson.Default.GoodsTakenBack)
            .Add("orders.customer-registered.v1", OrdersJson.Default.CustomerRegistered)
            .Add("orders.customer-changed.v1", OrdersJson.Default.CustomerChanged);
}
