using Lading.Contracts.Orders;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class HoldOrderSpecs : OrderSpec
{
    private static readonly HoldOrder Hold = new("credit");

    [Fact]
    public void An_open_order_is_held() =>
        Given(Placed(Line("1", 6))).When(o => HoldOrder.Decide(o, Hold)).Then(new OrderHeld(No, "credit"));

    [Fact]
    public void A_held_order_is_not_held_again() =>
        Given(Placed(Line("1", 6)), new OrderHeld(No, "credit"))
            .When(o => HoldOrder.Decide(o, Hold))
            .ThenRefused("orders.order-held");

    [Fact]
    public void An_unknown_order_cannot_be_held() =>
        Given().When(o => HoldOrder.Decide(o, Hold)).ThenRefused("orders.unknown-order");

    [Fact]
    public void A_closed_order_cannot_be_held() =>
        Given(Placed(Line("1", 6)), Cancelled("wrong", Part("1", 6)), Completed)
            .When(o => HoldOrder.Decide(o, Hold))
            .ThenRefused("orders.order-closed");
}
