using Lading.Contracts.Orders;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class ReturnOrderSpecs : OrderSpec
{
    private static readonly object[] Delivered =
    [
        Placed(Line("1", 6)),
        Allocated(Total("1", 6)),
        Shipped("S1", Goods("1", 6)),
        Completed,
    ];

    /// <param name="of">What was with the customer until then, as the fact says.</param>
    private static ReturnedLine Back(string line, long units, long? of = null) =>
        new(line, "JAR", Units(units), null, null, of is { } all ? Units(all) : null);

    private static ReturnOrder Return(params ReturnedLine[] lines) => new(null, "LDN", null, lines, true, "broken");

    private static OrderReturned Returned(string number, params ReturnedLine[] lines) =>
        new(No, number, "LDN", null, lines, true, "broken", "main");

    [Fact]
    public void Shipped_goods_come_back_to_a_complete_order() =>
        Given(Delivered)
            .When(o => ReturnOrder.Decide(o, Return(Back("1", 2), Back("1", 1))))
            .Then(Returned("SO-1-R1", Back("1", 2, of: 6), Back("1", 1, of: 4)));

    [Fact]
    public void Returns_are_counted() =>
        Given([.. Delivered, Returned("SO-1-R1", Back("1", 2))])
            .When(o => ReturnOrder.Decide(o, Return(Back("1", 4))))
            .Then(Returned("SO-1-R2", Back("1", 4, of: 4)));

    [Fact]
    public void A_number_is_used_for_one_return_and_a_made_one_is_never_a_given_one()
    {
        object[] given = [.. Delivered, Returned("SO-1-R2", Back("1", 2))];
        Given(given)
            .When(o => ReturnOrder.Decide(o, Return(Back("1", 1)) with { Return = "SO-1-R2" }))
            .ThenRefused("orders.return-exists")
            .Field.ShouldBe("return");
        Given(given)
            .When(o => ReturnOrder.Decide(o, Return(Back("1", 1))))
            .Then(Returned("SO-1-R3", Back("1", 1, of: 4)));
    }

    [Fact]
    public void No_more_comes_back_than_went_out() =>
        Given([.. Delivered, Returned("SO-1-R1", Back("1", 2))])
            .When(o => ReturnOrder.Decide(o, Return(Back("1", 3), Back("1", 2))))
            .ThenRefused("orders.more-than-shipped");

    [Fact]
    public void A_part_may_come_back_while_the_rest_is_open_or_held() =>
        Given(
                Placed(Line("1", 6)),
                Allocated(Total("1", 4)),
                Shipped("S1", Goods("1", 4)),
                new OrderHeld(No, "complaint")
            )
            .When(o => ReturnOrder.Decide(o, Return(Back("1", 4))))
            .Then(Returned("SO-1-R1", Back("1", 4, of: 4)));

    [Fact]
    public void What_was_never_shipped_does_not_come_back() =>
        Given(Placed(Line("1", 6)))
            .When(o => ReturnOrder.Decide(o, Return(Back("1", 1))))
            .ThenRefused("orders.more-than-shipped");

    [Fact]
    public void An_unknown_line_does_not_come_back() =>
        Given(Delivered).When(o => ReturnOrder.Decide(o, Return(Back("9", 1)))).ThenRefused("orders.unknown-line");

    [Fact]
    public void A_return_names_something() =>
        Given(Delivered).When(o => ReturnOrder.Decide(o, Return())).ThenRefused("orders.line-count");

    [Fact]
    public void A_quantity_is_positive() =>
        Given(Delivered).When(o => ReturnOrder.Decide(o, Return(Back("1", 0)))).ThenRefused("orders.line-quantity");

    [Fact]
    public void An_unknown_order_takes_nothing_back() =>
        Given().When(o => ReturnOrder.Decide(o, Return(Back("1", 1)))).ThenRefused("orders.unknown-order");
}
