using Lading.Contracts.Orders;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class ShipOrderSpecs : OrderSpec
{
    private static ShipOrder Ship(params PickedLine[] lines) => new("S1", lines, null, null);

    private static readonly ShipOrder ShipAll = new(null, null, "DHL", "123");

    [Fact]
    public void A_reserved_order_ships_whole_and_is_complete() =>
        Given(Placed(Line("1", 6), Line("2", 2, "LAMP")), Allocated(Total("1", 6), Total("2", 2)))
            .When(o => ShipOrder.Decide(o, ShipAll))
            .Then(
                new OrderShipped(No, "SO-1-S1", [Goods("1", 6), Goods("2", 2, "LAMP")], "DHL", "123", "main"),
                Completed
            );

    [Fact]
    public void A_part_ships_and_the_rest_stays_open() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 4, 2)))
            .When(o => ShipOrder.Decide(o, Ship(Goods("1", 3, ""), Goods("1", 1, "", "B"))))
            .Then(Shipped("S1", Goods("1", 3), Goods("1", 1, "JAR", "B")));

    [Fact]
    public void The_last_part_completes_the_order_and_counts_its_shipment() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)), Shipped("S1", Goods("1", 4)))
            .When(o => ShipOrder.Decide(o, ShipAll))
            .Then(new OrderShipped(No, "SO-1-S2", [Goods("1", 2)], "DHL", "123", "main"), Completed);

    [Fact]
    public void A_number_is_used_for_one_shipment() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)), Shipped("S1", Goods("1", 4)))
            .When(o => ShipOrder.Decide(o, Ship(Goods("1", 1))))
            .ThenRefused("orders.shipment-exists")
            .Field.ShouldBe("shipment");

    [Fact]
    public void A_number_that_is_made_is_never_one_that_was_given() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)), Shipped("SO-1-S2", Goods("1", 4)))
            .When(o => ShipOrder.Decide(o, ShipAll))
            .Then(new OrderShipped(No, "SO-1-S3", [Goods("1", 2)], "DHL", "123", "main"), Completed);

    [Fact]
    public void What_is_not_reserved_does_not_ship() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 4, 2)))
            .When(o => ShipOrder.Decide(o, Ship(Goods("1", 3), Goods("1", 2))))
            .ThenRefused("orders.not-reserved")
            .Field.ShouldBe("lines[0].quantity");

    [Fact]
    public void Shipping_the_whole_rest_needs_all_of_it_reserved() =>
        Given(Placed(Line("1", 6), Line("2", 2)), Allocated(Total("1", 6), Total("2", 1, 1)))
            .When(o => ShipOrder.Decide(o, ShipAll))
            .ThenRefused("orders.not-reserved");

    [Fact]
    public void What_was_shipped_does_not_ship_again() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 4, 2)), Shipped("S1", Goods("1", 4)))
            .When(o => ShipOrder.Decide(o, Ship(Goods("1", 1)) with { Shipment = "S2" }))
            .ThenRefused("orders.not-reserved");

    [Fact]
    public void A_line_made_smaller_ships_no_more_than_it_wants() =>
        Given(
                Placed(Line("1", 6)),
                Allocated(Total("1", 6)),
                new OrderLinesChanged(No, "main", 5, ["LDN"], [new("1", "JAR", Line("1", 6), Line("1", 2))], null)
            )
            .When(o => ShipOrder.Decide(o, Ship(Goods("1", 3))))
            .ThenRefused("orders.not-reserved");

    [Fact]
    public void A_held_order_does_not_ship() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)), new OrderHeld(No, "credit"))
            .When(o => ShipOrder.Decide(o, ShipAll))
            .ThenRefused("orders.order-held");

    [Fact]
    public void An_unknown_line_does_not_ship() =>
        Given(Placed(Line("1", 6)))
            .When(o => ShipOrder.Decide(o, Ship(Goods("9", 1))))
            .ThenRefused("orders.unknown-line");

    [Fact]
    public void A_shipment_names_something() =>
        Given(Placed(Line("1", 6))).When(o => ShipOrder.Decide(o, Ship())).ThenRefused("orders.line-count");

    [Fact]
    public void A_quantity_is_positive() =>
        Given(Placed(Line("1", 6)))
            .When(o => ShipOrder.Decide(o, Ship(Goods("1", -1))))
            .ThenRefused("orders.line-quantity");

    [Fact]
    public void An_unknown_order_does_not_ship() =>
        Given().When(o => ShipOrder.Decide(o, ShipAll)).ThenRefused("orders.unknown-order");

    [Fact]
    public void A_complete_order_does_not_ship() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)), Shipped("S1", Goods("1", 6)), Completed)
            .When(o => ShipOrder.Decide(o, ShipAll))
            .ThenRefused("orders.order-closed");
}
