using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Inventory;
using Lading.Kernel;
using static Lading.Modules.Tests.Inventory.StockFacts;

namespace Lading.Modules.Tests.Inventory;

public sealed class FollowPickSpec
{
    internal static Func<Stock, SiteTime, Decision> Pick(params PickedLine[] lines) =>
        (stock, now) => FollowPick.Decide(stock, new OrderPicked("1", lines), now);

    internal static StockMoved Staged(long units, StockPlace? from = null) =>
        Moved(MovementKind.Pick, from ?? Place(), (from ?? Place()) with { Location = "staging/1" }, units, null, "1");

    private static StockDiscrepancyFound Unlike(long units, string reason, string site = "A") =>
        new(Sku, site, StockSpec.Noon, StockSpec.Noon, Q(-units), reason);

    [Fact]
    public void Picked_goods_stand_in_the_orders_staging_place_still_promised() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(3))))
            .When(Pick(Picked("1", 2)))
            .Then(Staged(2))
            .And(s => s.ReservationOf("1")!.Of("1").ShouldBe(3000));

    [Fact]
    public void What_was_left_of_a_pick_stages_no_more_than_is_still_promised_on_the_shelves()
    {
        Func<Stock, SiteTime, Decision> later = (stock, now) =>
            StockDraft.Follow(
                stock,
                now,
                draft => FollowPick.Follow(draft, new OrderPicked("1", [Picked("1", 3)]), later: true)
            );
        StockSpec.Given(Registered(), Received(5), Reserved("1", Line("1", On(2)))).When(later).Then(Staged(2));
        StockSpec.Given(Registered(), Received(5)).When(later).ThenNothing();
    }

    [Fact]
    public void A_full_decision_leaves_the_rest_of_the_goods_and_says_which()
    {
        OrderPicked? left = null;
        StockSpec
            .Given(
                Registered(),
                Received(2),
                Received(2, Place("A", "R1")),
                Received(2, Place("A", "R2")),
                Reserved("1", Line("1", On(4)), Line("2", On(2)))
            )
            .When(
                (stock, now) =>
                    StockDraft.Follow(
                        stock,
                        now,
                        draft =>
                            left = FollowPick.Follow(draft, new OrderPicked("1", [Picked("1", 4), Picked("2", 2)])),
                        own: 1
                    )
            )
            .Then(Staged(2, Place("A", "R1")));
        left!.Lines.Select(l => (l.Line, l.Quantity)).ShouldBe([("1", Q(2)), ("2", Q(2))]);
    }

    [Fact]
    public void The_named_location_is_taken_first() =>
        StockSpec
            .Given(Registered(), Received(5), Received(5, Place("A", "R9")), Reserved("1", Line("1", On(6))))
            .When(Pick(Picked("1", 6, "A", "R9")))
            .Then(Staged(5, Place("A", "R9")), Staged(1));

    [Fact]
    public void Another_orders_picked_goods_are_touched_last() =>
        StockSpec
            .Given(
                Registered(),
                Received(2),
                Received(2, Place("A", "z")),
                Moved(MovementKind.Pick, Place(), Place("A", "staging/2"), 2, null, "2"),
                Reserved("1", Line("1", On(2)))
            )
            .When(Pick(Picked("1", 2)))
            .Then(Staged(2, Place("A", "z")));

    [Fact]
    public void Another_lot_of_free_stock_takes_over_the_promise() =>
        StockSpec
            .Given(
                Registered(Tracking.Lot),
                Received(5, Place(lot: "L1")),
                Received(5, Place(lot: "L2")),
                Reserved("1", Line("1", On(3, lot: "L1")))
            )
            .When(Pick(Picked("1", 3, lot: "L2")))
            .Then(
                new ReservationReleased(Sku, "1", [Line("1", On(3, lot: "L1"))], "other stock was taken"),
                Reserved("1", Line("1", On(3, lot: "L2"))),
                Staged(3, Place(lot: "L2"))
            );

    [Fact]
    public void A_lot_the_books_do_not_have_is_answered_with_the_best_and_recorded() =>
        StockSpec
            .Given(Registered(Tracking.Lot), Received(5, Place(lot: "L1")), Reserved("1", Line("1", On(3, lot: "L1"))))
            .When(Pick(Picked("1", 3, lot: "L7")))
            .Then(
                Staged(3, Place(lot: "L1")),
                Unlike(3, "order 1 line 1: the books do not have lot L7 at A; other stock was taken")
            );

    [Fact]
    public void Named_serials_are_those_units() =>
        StockSpec
            .Given(
                Registered(Tracking.Serial),
                Received(1, Place(serial: "S1")),
                Received(1, Place(serial: "S2")),
                Reserved("1", Line("1", On(1)))
            )
            .When(Pick(Picked("1", 1, serials: "S2")))
            .Then(Staged(1, Place(serial: "S2")));

    [Fact]
    public void An_unknown_serial_is_answered_with_the_best_and_recorded() =>
        StockSpec
            .Given(Registered(Tracking.Serial), Received(1, Place(serial: "S1")), Reserved("1", Line("1", On(1))))
            .When(Pick(Picked("1", 1, serials: "S7")))
            .Then(
                Staged(1, Place(serial: "S1")),
                Unlike(1, "order 1 line 1: the books do not have serial S7; other stock was taken")
            );

    [Fact]
    public void Goods_nobody_promised_take_free_stock() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(1))))
            .When(Pick(Picked("1", 3)))
            .Then(Staged(1), Reserved("1", Line("1", On(2))), Staged(2));

    [Fact]
    public void Goods_picked_already_are_not_picked_again_and_others_keep_theirs() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(3))), Reserved("2", Line("1", On(2))))
            .When(Pick(Picked("1", 3)))
            .Then(Staged(3))
            .When(Pick(Picked("1", 2)))
            .And(s => s.At(Place())!.OnHand.ShouldBe(2000))
            .And(s => s.At(Place("A", "staging/1"))!.OnHand.ShouldBe(5000))
            .And(s => s.ReservationOf("1")!.Of("1").ShouldBe(5000));

    [Fact]
    public void Goods_the_books_do_not_have_are_booked_in_from_the_count_and_nobody_else_loses_a_promise() =>
        StockSpec
            .Given(Registered(), Received(2), Reserved("2", Line("1", On(2))), Short("1", 5, Missing("1", 3)))
            .When(Pick(Picked("1", 3)))
            .Then(
                Moved(
                    MovementKind.Adjustment,
                    StockPlace.From("count"),
                    Place(),
                    3,
                    "order 1 line 1: 3 taken that the books did not have",
                    "1"
                ),
                Unlike(3, "order 1 line 1: 3 taken that the books did not have"),
                Served("1", Line("1", On(3))),
                Staged(3)
            )
            .And(s => s.Backorders.ShouldBeEmpty());
}

public sealed class FollowShipSpec
{
    private static Func<Stock, SiteTime, Decision> Ship(params PickedLine[] lines) =>
        (stock, now) => FollowShip.Decide(stock, new OrderShipped("1", "S-1", lines, null, null), now);

    private static StockMoved Left(long units, StockPlace? from = null) =>
        Moved(MovementKind.Shipment, from ?? Place(), StockPlace.From("customer"), units, null, "1");

    private static ReservationUsed Used(string line, Allotment allotment) => new(Sku, "1", [Line(line, allotment)]);

    [Fact]
    public void A_shipment_uses_the_promise() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(3))))
            .When(Ship(Picked("1", 2)))
            .Then(Used("1", On(2)), Left(2))
            .And(s => s.ReservationOf("1")!.Of("1").ShouldBe(1000))
            .And(s => s.PoolAt(Place())!.OnHand.ShouldBe(3000));

    [Fact]
    public void What_was_picked_for_the_order_leaves_first() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(3))))
            .When(FollowPickSpec.Pick(Picked("1", 2)))
            .When(Ship(Picked("1", 3, null)))
            .Then(Used("1", On(2)), Left(2, Place("A", "staging/1")), Used("1", On(1)), Left(1))
            .And(s => s.Reservations.ShouldBeEmpty());

    [Fact]
    public void Lines_of_one_SKU_leave_together() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(3)), Line("2", On(2))))
            .When(Ship(Picked("1", 3), Picked("2", 2)))
            .Then(Used("1", On(3)), Left(3), Used("2", On(2)), Left(2));

    [Fact]
    public void What_still_waited_and_left_all_the_same_waits_no_more() =>
        StockSpec
            .Given(Registered(), Short("1", 5, Missing("1", 2)))
            .When(Ship(Picked("1", 2)))
            .And(s => s.Backorders.ShouldBeEmpty())
            .And(s => s.Pools.Sum(p => p.OnHand).ShouldBe(0));

    [Fact]
    public void Another_site_than_the_promised_one_frees_the_promise_for_others() =>
        StockSpec
            .Given(Registered(), Received(5), Received(5, Place("B")), Reserved("1", Line("1", On(3))))
            .When(Ship(Picked("1", 3, "B")))
            .Then(
                new ReservationReleased(Sku, "1", [Line("1", On(3))], "other stock was taken"),
                Reserved("1", Line("1", On(3, "B"))),
                Used("1", On(3, "B")),
                Left(3, Place("B"))
            );
}
