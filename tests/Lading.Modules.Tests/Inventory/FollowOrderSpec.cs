using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Inventory;
using Lading.Kernel;
using static Lading.Modules.Tests.Inventory.StockFacts;

namespace Lading.Modules.Tests.Inventory;

public sealed class FollowOrderChangeSpec
{
    private static Func<Stock, SiteTime, Decision> Change(params OrderLineChange[] changes) =>
        (stock, now) =>
            FollowOrderChange.Decide(stock, new OrderLinesChanged("1", "main", 5, [], changes, "customer called"), now);

    private static OrderLineChange From(string line, long before, long after) =>
        new(line, Sku, before == 0 ? null : Ordered(line, before), after == 0 ? null : Ordered(line, after));

    [Fact]
    public void More_is_promised_or_waits() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(3))))
            .When(Change(From("1", 3, 6)))
            .Then(Reserved("1", Line("1", On(2))), Short("1", 5, Missing("1", 1)));

    [Fact]
    public void Less_is_first_what_waits_and_then_what_is_promised() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(5))), Short("1", 5, Missing("1", 2)))
            .When(Change(From("1", 7, 4)))
            .Then(
                new BackorderDropped(Sku, "1", [Missing("1", 2)], "customer called"),
                new ReservationReleased(Sku, "1", [Line("1", On(1))], "customer called")
            );

    [Fact]
    public void What_is_given_back_serves_those_who_wait() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(5))), Short("2", 5, Missing("1", 1)))
            .When(Change(From("1", 5, 3)))
            .Then(
                new ReservationReleased(Sku, "1", [Line("1", On(2))], "customer called"),
                Served("2", Line("1", On(1)))
            );

    [Fact]
    public void A_line_that_becomes_another_is_less_of_one_and_more_of_the_other() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(3))))
            .When(Change(From("1", 3, 0), From("2", 0, 4)))
            .Then(
                new ReservationReleased(Sku, "1", [Line("1", On(3))], "customer called"),
                Reserved("1", Line("2", On(4)))
            );
}

public sealed class FollowCancelSpec
{
    private static readonly Func<Stock, SiteTime, Decision> Cancel = (stock, now) =>
        FollowCancel.Decide(
            stock,
            new OrderCancelled("1", "gone", [new LineQuantity("1", Sku, Q(5)), new LineQuantity("2", "OTHER", Q(1))]),
            now
        );

    [Fact]
    public void Nothing_stays_promised_or_waiting() =>
        StockSpec
            .Given(Registered(), Received(3), Reserved("1", Line("1", On(3))), Short("1", 5, Missing("1", 2)))
            .When(Cancel)
            .Then(
                new BackorderDropped(Sku, "1", [Missing("1", 2)], "gone"),
                new ReservationReleased(Sku, "1", [Line("1", On(3))], "gone")
            )
            .And(s => s.Reservations.ShouldBeEmpty())
            .And(s => s.Backorders.ShouldBeEmpty());

    [Fact]
    public void The_next_in_the_queue_gets_it() =>
        StockSpec
            .Given(Registered(), Received(3), Reserved("1", Line("1", On(3))), Short("2", 5, Missing("1", 2)))
            .When(Cancel)
            .Then(new ReservationReleased(Sku, "1", [Line("1", On(3))], "gone"), Served("2", Line("1", On(2))));

    [Fact]
    public void An_order_that_holds_nothing_changes_nothing() =>
        StockSpec.Given(Registered()).When(Cancel).ThenNothing();
}

public sealed class FollowSplitSpec
{
    private static Func<Stock, SiteTime, Decision> Split(long quantity, long promised) =>
        (stock, now) =>
            FollowSplit.Decide(
                stock,
                new OrderSplitOff(
                    "1-B",
                    "1",
                    "main",
                    null,
                    OrderType.Standard,
                    5,
                    null,
                    [],
                    [Ordered("1", quantity)],
                    [new LineQuantity("1", Sku, Q(promised))],
                    null
                ),
                now
            );

    [Fact]
    public void Promises_and_places_in_the_queue_go_along() =>
        StockSpec
            .Given(
                Registered(),
                Received(5),
                Reserved("1", Line("1", On(5))),
                Short("1", 3, Missing("1", 4)),
                Short("2", 3, Missing("1", 1))
            )
            .When(Split(6, 4))
            .Then(new ReservationMoved(Sku, "1", "1-B", [Line("1", On(4))], [Missing("1", 2)]))
            .And(s => s.WaitingOf("1-B")!.Age.ShouldBe(s.WaitingOf("1")!.Age))
            .When((s, now) => ReceiveStock.Decide(s, Stocked, Receipt(4), now))
            .Then(Received(4), Served("1", Line("1", On(2))), Served("1-B", Line("1", On(2))));

    [Fact]
    public void When_less_waits_than_the_order_thinks_promises_make_up_for_it() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(5))))
            .When(Split(3, 1))
            .Then(new ReservationMoved(Sku, "1", "1-B", [Line("1", On(3))], []));
}

public sealed class FollowReturnSpec
{
    private static Func<Stock, SiteTime, Decision> Return(bool restock, string? lot = null, params string[] serials) =>
        (stock, now) =>
            FollowReturn.Decide(
                stock,
                new OrderReturned(
                    "1",
                    "R-1",
                    "A",
                    null,
                    [new ReturnedLine("1", Sku, Q(2), lot, serials)],
                    restock,
                    "too big"
                ),
                now
            );

    private static StockMoved Back(long units, string? lot = null, string? serial = null) =>
        Moved(
            MovementKind.Return,
            StockPlace.From("customer"),
            Place("A", "returns", lot, serial),
            units,
            "too big",
            "R-1"
        );

    [Fact]
    public void Restocked_goods_serve_those_who_wait() =>
        StockSpec
            .Given(Registered(), Short("2", 5, Missing("1", 1)))
            .When(Return(true))
            .Then(Back(2), Served("2", Line("1", On(1))));

    [Fact]
    public void Goods_to_inspect_are_held() =>
        StockSpec
            .Given(Registered(), Short("2", 5, Missing("1", 1)))
            .When(Return(false))
            .Then(Back(2), Held(2, Place("A", "returns"), "return R-1: too big"));

    [Fact]
    public void Goods_of_an_unknown_lot_are_held_whatever_was_asked() =>
        StockSpec
            .Given(Registered(Tracking.Lot))
            .When(Return(true))
            .Then(Back(2), Held(2, Place("A", "returns"), "return R-1: too big (no lot is known)"))
            .When(Return(true, "L1"))
            .Then(Back(2), Held(2, Place("A", "returns"), "return R-1: too big (lot L1 is not known)"))
            .And(s => s.Lots.ShouldBeEmpty());

    private const string NoSerial = "return R-1: too big (no serial is known)";

    [Fact]
    public void A_serial_that_is_here_already_cannot_come_back() =>
        StockSpec
            .Given(Registered(Tracking.Serial), Received(1, Place(serial: "S1")))
            .When(Return(true, null, "S1", "S2"))
            .Then(Back(1, serial: "S2"), Back(1), Held(1, Place("A", "returns"), NoSerial));
}
