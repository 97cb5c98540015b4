using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class PlaceOrderSpecs : OrderSpec
{
    [Fact]
    public void An_order_is_placed_under_a_new_number() =>
        Given().When(o => PlaceOrder.Decide(o, Placed(Line("1", 6)))).Then(Placed(Line("1", 6)));

    [Fact]
    public void A_number_is_taken_once() =>
        Given(Placed(Line("1", 6)))
            .When(o => PlaceOrder.Decide(o, Placed(Line("1", 6))))
            .ThenRefused("orders.order-exists");

    [Fact]
    public void A_number_stays_taken_after_the_order_is_done() =>
        Given(Placed(Line("1", 6)), Cancelled("wrong", Part("1", 6)), Completed)
            .When(o => PlaceOrder.Decide(o, Placed(Line("1", 6))))
            .ThenRefused("orders.order-exists");

    [Fact]
    public void The_same_SKU_may_stand_on_several_lines() =>
        Given()
            .When(o => PlaceOrder.Decide(o, Placed(Line("1", 6), Line("2", 3))))
            .Then(Placed(Line("1", 6), Line("2", 3)));

    [Fact]
    public void A_line_id_is_used_once() =>
        Given()
            .When(o => PlaceOrder.Decide(o, Placed(Line("1", 6), Line("1", 3))))
            .ThenRefused("orders.repeated-line")
            .Field.ShouldBe("lines[1].line");

    [Fact]
    public void A_service_line_may_not_take_the_id_of_a_line() =>
        Given()
            .When(o => PlaceOrder.Decide(o, Placed(Line("1", 6)) with { Services = [Postage("1")] }))
            .ThenRefused("orders.repeated-line")
            .Field.ShouldBe("services[0].line");

    [Fact]
    public void An_order_of_charges_alone_is_complete_at_once()
    {
        var placed = Placed() with { Services = [Postage("1")] };
        Given().When(o => PlaceOrder.Decide(o, placed)).Then(placed, Completed);
    }

    [Fact]
    public void An_order_without_lines_is_refused() =>
        Given().When(o => PlaceOrder.Decide(o, Placed())).ThenRefused("orders.line-count");

    [Theory]
    [InlineData(1_000, null)]
    [InlineData(1_001, "orders.line-count")]
    public void An_order_has_at_most_a_thousand_lines(int count, string? refused)
    {
        var lines = Enumerable.Range(1, count).Select(i => Line($"{i}", 1)).ToArray();
        var outcome = Given().When(o => PlaceOrder.Decide(o, Placed(lines)));
        if (refused is null)
            outcome.Then(Placed(lines));
        else
            outcome.ThenRefused(refused);
    }

    [Theory]
    [InlineData(0, "orders.line-quantity")]
    [InlineData(-1, "orders.line-quantity")]
    [InlineData(1, null)]
    [InlineData(1_000_000_000_000, null)]
    [InlineData(1_000_000_000_001, "orders.line-quantity")]
    public void A_quantity_is_positive_and_bounded(long thousandths, string? refused)
    {
        var placed = Placed(Line("1", 1) with { Quantity = new BaseQuantity(thousandths) });
        var outcome = Given().When(o => PlaceOrder.Decide(o, placed));
        if (refused is null)
            outcome.Then(placed);
        else
            outcome.ThenRefused(refused).Field.ShouldBe("lines[0].quantity");
    }

    [Fact]
    public void The_edge_can_name_every_problem_at_once() =>
        OrderLines
            .Problems([Line("1", 0), Line("1", -3), Line("2", 1)], [Postage("2")])
            .Select(p => (p.Code, p.Field))
            .ShouldBe([
                ("orders.line-quantity", "lines[0].quantity"),
                ("orders.repeated-line", "lines[1].line"),
                ("orders.line-quantity", "lines[1].quantity"),
                ("orders.repeated-line", "services[0].line"),
            ]);

    private static ServiceLine Postage(string line) => new(line, "POST", "Postage", 1, new Money("GBP", 1800));
}
