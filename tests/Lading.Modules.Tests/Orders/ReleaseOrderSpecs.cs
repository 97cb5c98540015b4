using Lading.Contracts.Orders;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class ReleaseOrderSpecs : OrderSpec
{
    private static readonly ReleaseOrder Release = new("paid");

    [Fact]
    public void A_held_order_is_released() =>
        Given(Placed(Line("1", 6)), new OrderHeld(No, "credit"))
            .When(o => ReleaseOrder.Decide(o, Release))
            .Then(new OrderReleased(No, "paid"));

    [Fact]
    public void Only_a_held_order_is_released() =>
        Given(Placed(Line("1", 6))).When(o => ReleaseOrder.Decide(o, Release)).ThenRefused("orders.order-not-held");

    [Fact]
    public void An_unknown_order_cannot_be_released() =>
        Given().When(o => ReleaseOrder.Decide(o, Release)).ThenRefused("orders.unknown-order");

    [Fact]
    public void A_closed_order_cannot_be_released() =>
        Given(Placed(Line("1", 6)), new OrderHeld(No, "credit"), Cancelled("x", Part("1", 6)), Completed)
            .When(o => ReleaseOrder.Decide(o, Release))
            .ThenRefused("orders.order-closed");
}
