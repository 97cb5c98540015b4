using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class FollowStockSpecs : OrderSpec
{
    private static Func<OrderState, Decision> Follow(params object[] facts) => o => FollowStock.Decide(o, facts);

    private static OrderLinesChanged Changed(long from, long to) =>
        new(No, "main", 5, ["LDN"], [new("1", "JAR", Line("1", from), Line("1", to))], null);

    [Fact]
    public void What_is_reserved_and_what_is_short_become_totals_per_line() =>
        Given(Placed(Line("1", 6), Line("2", 9)))
            .When(Follow(Reserved("JAR", Held("1", 6), Held("2", 4)), Short("JAR", new ShortLine("2", Units(5)))))
            .Then(Allocated(Total("1", 6), Total("2", 4, 5)));

    [Fact]
    public void A_line_that_spreads_over_sites_and_lots_counts_whole() =>
        Given(Placed(Line("1", 6)))
            .When(
                Follow(
                    Reserved(
                        "JAR",
                        new ReservedLine(
                            "1",
                            [
                                new("LDN", null, "A", Units(1)),
                                new("LDN", null, "B", Units(2)),
                                new("YRK", "X", null, Units(3)),
                            ]
                        )
                    )
                )
            )
            .Then(Allocated(Total("1", 6)));

    [Fact]
    public void Facts_of_several_SKUs_touch_only_their_own_lines() =>
        Given(Placed(Line("1", 6), Line("2", 9, "LAMP")))
            .When(Follow(Reserved("JAR", Held("1", 6)), Short("LAMP", new ShortLine("2", Units(9)))))
            .Then(Allocated(Total("1", 6), Total("2", 0, 9)));

    [Fact]
    public void Later_facts_add_to_what_was_followed_before() =>
        Given(Placed(Line("1", 6), Line("2", 9)), Allocated(Total("1", 2, 4)))
            .When(Follow(Reserved("JAR", Held("2", 9))))
            .Then(Allocated(Total("2", 9)) with { Reserved = Units(11), Short = Units(4) });

    [Fact]
    public void A_freed_backorder_turns_from_short_to_reserved() =>
        Given(Placed(Line("1", 10)), Allocated(Total("1", 4, 6)))
            .When(Follow(Reserved("JAR", Held("1", 5)) with { FromBackorder = true }))
            .Then(Allocated(Total("1", 9, 1)));

    [Fact]
    public void A_release_and_a_lapse_take_from_what_is_reserved() =>
        Given(Placed(Line("1", 6), Line("2", 9)), Allocated(Total("1", 6), Total("2", 9)))
            .When(
                Follow(
                    new ReservationReleased("JAR", No, [Held("1", 2)], "changed"),
                    new ReservationExpired("JAR", No, [Held("2", 9)])
                )
            )
            .Then(Allocated(Total("1", 4), Total("2", 0)));

    [Fact]
    public void A_dropped_backorder_takes_from_what_is_short() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 2, 4)))
            .When(Follow(new BackorderDropped("JAR", No, [new ShortLine("1", Units(3))], "changed")))
            .Then(Allocated(Total("1", 2, 1)));

    [Fact]
    public void A_move_takes_from_one_order_and_gives_to_the_other()
    {
        var moved = new ReservationMoved("JAR", No, "SO-2", [Held("1", 1)], [new ShortLine("1", Units(4))]);
        Given(Placed(Line("1", 10)), Allocated(Total("1", 6, 4))).When(Follow(moved)).Then(Allocated(Total("1", 5)));
        Given(Placed(Line("1", 5)))
            .When(Follow(moved with { FromHolder = "SO-2", ToHolder = No }))
            .Then(Allocated(Total("1", 1, 4)));
        FollowStock.Holders(moved).ShouldBe([No, "SO-2"]);
    }

    [Fact]
    public void A_promise_that_arrives_after_the_line_was_made_smaller_is_undone_by_its_release()
    {
        var order = Given(Placed(Line("1", 10)), Changed(10, 6));
        order.When(Follow(Reserved("JAR", Held("1", 10)))).Then(Allocated(Total("1", 10)) with { Reserved = Units(6) });
        order.State().Lines["1"].Reserved.ShouldBe(Units(6));
        order
            .When(Follow(new ReservationReleased("JAR", No, [Held("1", 4)], "changed")))
            .Then(Allocated(Total("1", 6)));
        order.State().Lines["1"].Reserved.ShouldBe(Units(6));
    }

    [Fact]
    public void Goods_that_went_out_on_a_lapsed_promise_are_promised_again_and_count_once()
    {
        var order = Given(Placed(Line("1", 10)), Allocated(Total("1", 4, 6)), Shipped("S1", Goods("1", 4)));
        order
            .When(Follow(new ReservationExpired("JAR", No, [Held("1", 4)])))
            .Then(Allocated(Total("1", -4, 6)) with { Reserved = Units(0) });
        order.State().Lines["1"].Reserved.ShouldBe(Units(0));
        order.When(Follow(Reserved("JAR", Held("1", 4)))).Then(Allocated(Total("1", 0, 6)));
        order.When(Follow(Reserved("JAR", Held("1", 6)) with { FromBackorder = true })).Then(Allocated(Total("1", 6)));
    }

    [Fact]
    public void A_swap_of_lots_while_shipping_changes_nothing() =>
        Given(Placed(Line("1", 10)), Allocated(Total("1", 4)), Shipped("S1", Goods("1", 4)))
            .When(
                Follow(
                    new ReservationReleased("JAR", No, [Held("1", 4)], "other stock was taken"),
                    Reserved("JAR", Held("1", 4)),
                    new ReservationUsed("JAR", No, [Held("1", 4)])
                )
            )
            .ThenNothing();

    [Fact]
    public void More_promised_from_the_backorder_than_waited_leaves_nothing_waiting() =>
        Given(Placed(Line("1", 10)), Allocated(Total("1", 0, 3)))
            .When(Follow(Reserved("JAR", Held("1", 5)) with { FromBackorder = true }))
            .Then(Allocated(Total("1", 5)));

    [Fact]
    public void What_was_shipped_is_no_longer_reserved() =>
        Given(Placed(Line("1", 10)), Allocated(Total("1", 6)), Shipped("S1", Goods("1", 4)))
            .When(Follow(Reserved("JAR", Held("1", 4))))
            .Then(Allocated(Total("1", 6)));

    [Fact]
    public void Facts_that_undo_each_other_change_nothing() =>
        Given(Placed(Line("1", 6)))
            .When(Follow(Reserved("JAR", Held("1", 6)), new ReservationReleased("JAR", No, [Held("1", 6)], "changed")))
            .ThenNothing();

    [Fact]
    public void After_a_cancellation_late_facts_change_nothing() =>
        Given(Placed(Line("1", 6)), Cancelled("x", Part("1", 6)), Completed)
            .When(Follow(Reserved("JAR", Held("1", 6))))
            .ThenNothing();

    [Fact]
    public void After_the_last_shipment_late_facts_change_nothing() =>
        Given(Placed(Line("1", 6)), Allocated(Total("1", 6)), Shipped("S1", Goods("1", 6)), Completed)
            .When(Follow(Short("JAR", new ShortLine("1", Units(6)))))
            .ThenNothing();

    [Fact]
    public void A_held_order_goes_on_following() =>
        Given(Placed(Line("1", 6)), new OrderHeld(No, "credit"))
            .When(Follow(Reserved("JAR", Held("1", 6))))
            .Then(Allocated(Total("1", 6)));

    [Fact]
    public void A_holder_that_is_no_order_changes_nothing() =>
        Given().When(Follow(Reserved("JAR", Held("1", 6)))).ThenNothing();

    [Fact]
    public void A_line_or_SKU_the_order_does_not_have_changes_nothing() =>
        Given(Placed(Line("1", 6)))
            .When(Follow(Reserved("JAR", Held("9", 6)), Reserved("LAMP", Held("1", 6))))
            .ThenNothing();

    [Fact]
    public void Facts_of_another_order_in_the_same_command_are_left_to_it() =>
        Given(Placed(Line("1", 6)))
            .When(Follow(Reserved("JAR", Held("1", 6)) with { Holder = "SO-2" }, Reserved("JAR", Held("1", 1))))
            .Then(Allocated(Total("1", 1)));
}
