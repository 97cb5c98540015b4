using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class ChangeOrderLinesSpecs : OrderSpec
{
    private static ChangeOrderLines To(params WantedLine[] lines) => new(lines, "phoned");

    private static WantedLine Set(string line, long units, string sku = "JAR") => new(line, Line(line, units, sku));

    private static WantedLine Remove(string line) => new(line, null);

    private static OrderLinesChanged Changed(params OrderLineChange[] changes) =>
        new(No, "main", 5, ["LDN"], changes, "phoned");

    [Fact]
    public void Lines_are_added_changed_and_removed_in_one_go() =>
        Given(Placed(Line("1", 6), Line("2", 2)))
            .When(o => ChangeOrderLines.Decide(o, To(Set("1", 8), Remove("2"), Set("3", 1, "LAMP"))))
            .Then(
                Changed(
                    new("1", "JAR", Line("1", 6), Line("1", 8)),
                    new("2", "JAR", Line("2", 2), null),
                    new("3", "LAMP", null, Line("3", 1, "LAMP"))
                )
            );

    [Fact]
    public void A_change_to_what_is_already_so_changes_nothing() =>
        Given(Placed(Line("1", 6))).When(o => ChangeOrderLines.Decide(o, To(Set("1", 6)))).ThenNothing();

    [Fact]
    public void A_held_order_may_be_changed() =>
        Given(Placed(Line("1", 6)), new OrderHeld(No, "check"))
            .When(o => ChangeOrderLines.Decide(o, To(Set("1", 5))))
            .Then(Changed(new OrderLineChange("1", "JAR", Line("1", 6), Line("1", 5))));

    [Fact]
    public void An_order_whose_open_rest_goes_away_is_complete() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 4)), Shipped("S1", Goods("1", 4)))
            .When(o => ChangeOrderLines.Decide(o, To(Set("1", 4))))
            .Then(Changed(new OrderLineChange("1", "JAR", Line("1", 6), Line("1", 4))), Completed);

    [Fact]
    public void An_unshipped_order_is_not_changed_into_nothing() =>
        Given(Placed(Line("1", 6)))
            .When(o => ChangeOrderLines.Decide(o, To(Remove("1"))))
            .ThenRefused("orders.nothing-left");

    [Fact]
    public void A_line_does_not_become_less_than_what_is_picked_and_shipped() =>
        Given(
                Placed(Line("1", 6)),
                Allocated(Total("1", 6)),
                Shipped("S1", Goods("1", 2)),
                new OrderPicked(No, [Goods("1", 1)])
            )
            .When(o => ChangeOrderLines.Decide(o, To(Set("1", 2))))
            .ThenRefused("orders.below-picked");

    [Fact]
    public void A_line_keeps_its_SKU() =>
        Given(Placed(Line("1", 6)))
            .When(o => ChangeOrderLines.Decide(o, To(Set("1", 6, "LAMP"))))
            .ThenRefused("orders.line-sku-fixed");

    [Fact]
    public void The_id_of_a_removed_line_is_not_used_again() =>
        Given(Placed(Line("1", 6), Line("2", 2)), Changed(new OrderLineChange("2", "JAR", Line("2", 2), null)))
            .When(o => ChangeOrderLines.Decide(o, To(Set("2", 2))))
            .ThenRefused("orders.line-used-before");

    [Fact]
    public void An_unknown_line_cannot_be_removed() =>
        Given(Placed(Line("1", 6)))
            .When(o => ChangeOrderLines.Decide(o, To(Remove("9"))))
            .ThenRefused("orders.unknown-line");

    [Fact]
    public void A_line_is_named_once_in_a_change() =>
        Given(Placed(Line("1", 6)))
            .When(o => ChangeOrderLines.Decide(o, To(Set("1", 2), Set("1", 3))))
            .ThenRefused("orders.repeated-line");

    [Fact]
    public void A_change_names_something() =>
        Given(Placed(Line("1", 6))).When(o => ChangeOrderLines.Decide(o, To())).ThenRefused("orders.line-count");

    [Fact]
    public void An_order_never_holds_more_than_a_thousand_lines_removed_ones_included()
    {
        var lines = Enumerable.Range(1, Order.MaxLines).Select(i => Line($"{i}", 1)).ToArray();
        Given(Placed(lines), Changed(new OrderLineChange("7", "JAR", Line("7", 1), null)))
            .When(o => ChangeOrderLines.Decide(o, To(Set("new", 1))))
            .ThenRefused("orders.line-count");
    }

    [Fact]
    public void A_quantity_is_positive() =>
        Given(Placed(Line("1", 6)))
            .When(o => ChangeOrderLines.Decide(o, To(new WantedLine("1", Line("1", 1) with { Quantity = default }))))
            .ThenRefused("orders.line-quantity");

    [Fact]
    public void An_unknown_order_cannot_be_changed() =>
        Given().When(o => ChangeOrderLines.Decide(o, To(Set("1", 1)))).ThenRefused("orders.unknown-order");

    [Fact]
    public void A_closed_order_cannot_be_changed() =>
        Given(Placed(Line("1", 6)), Cancelled("x", Part("1", 6)), Completed)
            .When(o => ChangeOrderLines.Decide(o, To(Set("1", 1))))
            .ThenRefused("orders.order-closed");
}
