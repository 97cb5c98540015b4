using Lading.Contracts.Orders;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class PickOrderSpecs : OrderSpec
{
    private static PickOrder Pick(params PickedLine[] lines) => new(lines);

    [Fact]
    public void Reserved_goods_are_picked_with_their_lots_and_the_order_names_the_SKU() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)))
            .When(o => PickOrder.Decide(o, Pick(Goods("1", 2, "", "A"), Goods("1", 4, "", "B"))))
            .Then(new OrderPicked(No, [Goods("1", 2, "JAR", "A"), Goods("1", 4, "JAR", "B")]));

    [Fact]
    public void Without_lines_all_that_is_reserved_and_unpicked_is_picked() =>
        Given(
                Placed(Line("1", 6), Line("2", 3), Line("3", 1)),
                Allocated(Total("1", 6), Total("2", 2, 1)),
                new OrderPicked(No, [Goods("1", 1)])
            )
            .When(o => PickOrder.Decide(o, new PickOrder(null)))
            .Then(new OrderPicked(No, [Goods("1", 5), Goods("2", 2)]));

    [Fact]
    public void Nothing_is_picked_twice() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)), new OrderPicked(No, [Goods("1", 4)]))
            .When(o => PickOrder.Decide(o, Pick(Goods("1", 3))))
            .ThenRefused("orders.not-reserved");

    [Fact]
    public void What_is_short_cannot_be_picked() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 2, 4)))
            .When(o => PickOrder.Decide(o, Pick(Goods("1", 3))))
            .ThenRefused("orders.not-reserved");

    [Fact]
    public void Without_lines_and_without_stock_there_is_nothing_to_pick() =>
        Given(Placed(Line("1", 6)))
            .When(o => PickOrder.Decide(o, new PickOrder(null)))
            .ThenRefused("orders.nothing-to-pick");

    [Fact]
    public void A_held_order_is_not_picked() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)), new OrderHeld(No, "credit"))
            .When(o => PickOrder.Decide(o, Pick(Goods("1", 1))))
            .ThenRefused("orders.order-held");

    [Fact]
    public void An_unknown_line_is_not_picked() =>
        Given(Placed(Line("1", 6)))
            .When(o => PickOrder.Decide(o, Pick(Goods("9", 1))))
            .ThenRefused("orders.unknown-line");

    [Fact]
    public void A_pick_names_something() =>
        Given(Placed(Line("1", 6))).When(o => PickOrder.Decide(o, Pick())).ThenRefused("orders.line-count");

    [Fact]
    public void A_quantity_is_positive() =>
        Given(Placed(Line("1", 6)))
            .When(o => PickOrder.Decide(o, Pick(Goods("1", 0))))
            .ThenRefused("orders.line-quantity");

    [Fact]
    public void An_unknown_order_is_not_picked() =>
        Given().When(o => PickOrder.Decide(o, Pick(Goods("1", 1)))).ThenRefused("orders.unknown-order");

    [Fact]
    public void A_closed_order_is_not_picked() =>
        Given(Placed(Line("1", 6)), Cancelled("x", Part("1", 6)), Completed)
            .When(o => PickOrder.Decide(o, Pick(Goods("1", 1))))
            .ThenRefused("orders.order-closed");
}
