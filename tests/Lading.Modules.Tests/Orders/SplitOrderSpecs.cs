using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class SplitOrderSpecs : OrderSpec
{
    private const string Into = "SO-2";

    private static SplitOrder Split(params SplitLine[] lines) => new(Into, lines);

    private static SplitLine Move(string line, long units) => new(line, Units(units));

    private static OrderState Nowhere() => new() { Order = Into };

    private static OrderSplitOff SplitOff(OrderLine[] lines, params LineQuantity[] reserved) =>
        new(Into, No, "main", "C-1", OrderType.Standard, 5, null, ["LDN"], lines, reserved, null);

    [Fact]
    public void The_old_order_says_what_went() =>
        Given(Placed(Line("1", 6), Line("2", 2)))
            .When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("1", 4))).Old)
            .Then(new OrderSplit(No, Into, [new("1", "JAR", Line("1", 6), Line("1", 2))]));

    [Fact]
    public void A_line_that_goes_whole_stays_known_and_wants_nothing()
    {
        var order = Given(Placed(Line("1", 6), Line("2", 2)));
        order
            .When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("2", 2))).Old)
            .Then(new OrderSplit(No, Into, [new("2", "JAR", Line("2", 2), null)]));
        order.State().Lines["2"].Wanted.ShouldBe(Units(0));
    }

    [Fact]
    public void The_new_order_keeps_line_ids_terms_and_prices()
    {
        var old = Given(Placed(Line("1", 6), Line("2", 2))).State();
        new Spec<OrderState>(Order.Kind, Into)
            .When(o => SplitOrder.Decide(old, o, Split(Move("1", 4))).New)
            .Then(SplitOff([Line("1", 4)]));
    }

    [Fact]
    public void What_is_short_moves_first_and_the_rest_takes_its_reservation_along()
    {
        var order = Given(Placed(Line("1", 10)), Allocated(Total("1", 6, 4))).State();
        var (_, shortOnly) = SplitOrder.Decide(order, Nowhere(), Split(Move("1", 4)));
        var (_, more) = SplitOrder.Decide(order, Nowhere(), Split(Move("1", 5)));
        ((OrderSplitOff)shortOnly.Events[0]).Reserved.ShouldBeEmpty();
        ((OrderSplitOff)more.Events[0]).Reserved.ShouldBe([Part("1", 1)]);
    }

    [Fact]
    public void The_entered_quantity_is_divided_with_the_line()
    {
        var pallets = new OrderLine("1", "JAR", Units(96), 2_000, "pallet", new UnitPrice("GBP", 90_000_000, "pallet"));
        var order = Given(Placed(pallets)).State();
        var (old, @new) = SplitOrder.Decide(order, Nowhere(), Split(Move("1", 24)));
        ((OrderSplitOff)@new.Events[0]).Lines[0].EnteredQuantity.ShouldBe(500);
        Order.Evolve(order, old.Events[0]).Lines["1"].Line.EnteredQuantity.ShouldBe(1_500);
    }

    [Fact]
    public void A_part_that_is_not_whole_in_the_entered_unit_does_not_move() =>
        Given(Placed(Line("1", 96) with { EnteredQuantity = 2_000, EnteredUnit = "pallet" }))
            .When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("1", 5))).Old)
            .ThenRefused("orders.not-whole-units");

    [Fact]
    public void The_largest_quantities_divide_without_overflow()
    {
        var line = Line("1", 1) with { Quantity = Order.MaxQuantity, EnteredQuantity = Order.MaxQuantity.Thousandths };
        Given(Placed(line))
            .When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("1", 999_999_999))).Old)
            .Then(new OrderSplit(No, Into, [new("1", "JAR", line, Line("1", 1))]));
    }

    [Fact]
    public void Picked_goods_do_not_move() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)), new OrderPicked(No, [Goods("1", 4)]))
            .When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("1", 3))).Old)
            .ThenRefused("orders.not-open");

    [Fact]
    public void A_split_leaves_something() =>
        Given(Placed(Line("1", 6), Line("2", 2)))
            .When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("1", 6), Move("2", 2))).Old)
            .ThenRefused("orders.nothing-left");

    [Fact]
    public void A_line_is_named_once_in_a_split() =>
        Given(Placed(Line("1", 6)))
            .When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("1", 1), Move("1", 2))).Old)
            .ThenRefused("orders.repeated-line")
            .Field.ShouldBe("lines[1].line");

    [Fact]
    public void The_new_number_must_be_free()
    {
        var taken = new Spec<OrderState>(Order.Kind, Into).Given(Placed(Line("1", 1)) with { Order = Into }).State();
        Given(Placed(Line("1", 6)))
            .When(o => SplitOrder.Decide(o, taken, Split(Move("1", 1))).Old)
            .ThenRefused("orders.order-exists")
            .Field.ShouldBe("intoOrder");
    }

    [Fact]
    public void An_order_is_not_split_into_itself() =>
        Given(Placed(Line("1", 6)))
            .When(o => SplitOrder.Decide(o, o, Split(Move("1", 1)) with { IntoOrder = No }).Old)
            .ThenRefused("orders.split-into-itself");

    [Fact]
    public void A_held_order_is_not_split_out_of_its_hold() =>
        Given(Placed(Line("1", 6)), new OrderHeld(No, "credit"))
            .When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("1", 1))).Old)
            .ThenRefused("orders.order-held");

    [Fact]
    public void An_unknown_order_cannot_be_split() =>
        Given().When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("1", 1))).Old).ThenRefused("orders.unknown-order");

    [Fact]
    public void An_unknown_line_cannot_be_split() =>
        Given(Placed(Line("1", 6)))
            .When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("9", 1))).Old)
            .ThenRefused("orders.unknown-line");

    [Fact]
    public void A_closed_order_cannot_be_split() =>
        Given(Placed(Line("1", 6)), Cancelled("x", Part("1", 6)), Completed)
            .When(o => SplitOrder.Decide(o, Nowhere(), Split(Move("1", 1))).Old)
            .ThenRefused("orders.order-closed");

    [Fact]
    public void Nothing_is_appended_to_the_new_order_when_the_old_one_refuses() =>
        SplitOrder.Decide(Given().State(), Nowhere(), Split(Move("1", 1))).New.Events.ShouldBeEmpty();
}
