using Lading.Contracts.Orders;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class CancelOrderSpecs : OrderSpec
{
    private static readonly CancelOrder Cancel = new("not wanted");

    [Fact]
    public void An_order_is_cancelled_whole() =>
        Given(Placed(Line("1", 6), Line("2", 2, "LAMP")))
            .When(o => CancelOrder.Decide(o, Cancel))
            .Then(Cancelled("not wanted", Part("1", 6), Part("2", 2, "LAMP")), Ended);

    [Fact]
    public void Only_what_is_not_shipped_is_cancelled() =>
        Given(
                Placed(Line("1", 6), Line("2", 2)),
                Allocated(Total("1", 6), Total("2", 2)),
                Shipped("S1", Goods("1", 4), Goods("2", 2))
            )
            .When(o => CancelOrder.Decide(o, Cancel))
            .Then(Cancelled("not wanted", Part("1", 2)), Completed);

    [Fact]
    public void What_is_picked_may_still_be_cancelled() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)), new OrderPicked(No, [Goods("1", 6)]))
            .When(o => CancelOrder.Decide(o, Cancel))
            .Then(Cancelled("not wanted", Part("1", 6)), Ended);

    [Fact]
    public void A_held_order_may_be_cancelled() =>
        Given(Placed(Line("1", 6)), new OrderHeld(No, "credit"))
            .When(o => CancelOrder.Decide(o, Cancel))
            .Then(Cancelled("not wanted", Part("1", 6)), Ended);

    [Fact]
    public void A_line_that_was_removed_is_not_cancelled_again() =>
        Given(
                Placed(Line("1", 6), Line("2", 2)),
                new OrderLinesChanged(No, "main", 5, ["LDN"], [new("1", "JAR", Line("1", 6), null)], null)
            )
            .When(o => CancelOrder.Decide(o, Cancel))
            .Then(Cancelled("not wanted", Part("2", 2)), Ended);

    [Fact]
    public void An_order_is_cancelled_once() =>
        Given(Placed(Line("1", 6)), Cancelled("x", Part("1", 6)), Ended)
            .When(o => CancelOrder.Decide(o, Cancel))
            .ThenRefused("orders.order-closed");

    [Fact]
    public void An_unknown_order_cannot_be_cancelled() =>
        Given().When(o => CancelOrder.Decide(o, Cancel)).ThenRefused("orders.unknown-order");
}
