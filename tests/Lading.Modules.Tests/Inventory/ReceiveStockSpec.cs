using Lading.Contracts.Inventory;
using Lading.Inventory;
using Lading.Kernel;
using static Lading.Modules.Tests.Inventory.StockFacts;

namespace Lading.Modules.Tests.Inventory;

public sealed class ReceiveStockSpec
{
    private static Func<Stock, SiteTime, Decision> Receive(ReceiveStock.Command command) =>
        (stock, now) => ReceiveStock.Decide(stock, Stocked, command, now);

    [Fact]
    public void Goods_come_in_from_the_supplier() =>
        StockSpec.Given(Registered()).When(Receive(Receipt(5))).Then(Received(5));

    [Fact]
    public void Opening_stock_comes_from_an_account_of_its_own() =>
        StockSpec
            .Given(Registered())
            .When(Receive(Receipt(5) with { Kind = MovementKind.Opening }))
            .Then(Received(5) with { Kind = MovementKind.Opening, From = StockPlace.From("opening") });

    [Fact]
    public void A_box_is_counted_in_base_units_and_the_entry_is_kept()
    {
        var boxes = new EnteredQuantity(2000, "BOX");
        StockSpec
            .Given(Registered())
            .When(Receive(Receipt(1) with { Entered = boxes }))
            .Then(Received(24) with { Entered = boxes });
    }

    [Fact]
    public void A_unit_that_does_not_divide_is_refused() =>
        StockSpec
            .Given(Registered())
            .When(Receive(Receipt(1) with { Entered = new EnteredQuantity(1000, "GRAM") }))
            .ThenRefused(
                "inventory.unit-does-not-divide",
                "1 GRAM is no whole number of thousandths of EA: one GRAM is 1/7 EA."
            );

    [Fact]
    public void An_unknown_unit_is_refused() =>
        StockSpec
            .Given(Registered())
            .When(Receive(Receipt(1) with { Entered = new EnteredQuantity(1000, "BARREL") }))
            .ThenRefused("inventory.unknown-unit");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_quantity_out_of_range_is_refused(long thousandths) =>
        StockSpec
            .Given(Registered())
            .When(Receive(Receipt(1) with { Entered = new EnteredQuantity(thousandths, "BOX") }))
            .ThenRefused("inventory.quantity-out-of-range");

    [Fact]
    public void An_unknown_SKU_is_refused() =>
        StockSpec.Given().When(Receive(Receipt(1))).ThenRefused("inventory.unknown-sku");

    [Fact]
    public void A_lot_tracked_SKU_needs_its_lot()
    {
        StockSpec.Given(Registered(Tracking.Lot)).When(Receive(Receipt(1))).ThenRefused("inventory.lot-required");
        StockSpec
            .Given(Registered(Tracking.Lot))
            .When(Receive(Receipt(5, Spot(lot: "L1"), Day(20))))
            .Then(Received(5, Place(lot: "L1"), Day(20)));
    }

    [Fact]
    public void What_is_not_tracked_is_not_named()
    {
        StockSpec.Given(Registered()).When(Receive(Receipt(1, Spot(lot: "L1")))).ThenRefused("inventory.not-tracked");
        StockSpec
            .Given(Registered())
            .When(Receive(Receipt(1, Spot(serials: "S1"))))
            .ThenRefused("inventory.not-tracked");
        StockSpec.Given(Registered()).When(Receive(Receipt(1, null, Day(20)))).ThenRefused("inventory.not-tracked");
    }

    [Fact]
    public void A_lot_keeps_its_expiry()
    {
        var lot = Received(5, Place(lot: "L1"), Day(20));
        StockSpec
            .Given(Registered(Tracking.Lot), lot)
            .When(Receive(Receipt(1, Spot(lot: "L1"), Day(21))))
            .ThenRefused("inventory.expiry-differs", "Lot L1 expires 2026-03-20, not 2026-03-21.");
        StockSpec.Given(Registered(Tracking.Lot), lot).When(Receive(Receipt(5, Spot(lot: "L1")))).Then(lot);
    }

    [Fact]
    public void Each_serial_is_a_movement_of_one_unit() =>
        StockSpec
            .Given(Registered(Tracking.Serial))
            .When(Receive(Receipt(2, Spot(serials: ["S1", "S2"]))))
            .Then(
                Received(1, Place(serial: "S1")) with
                {
                    Entered = EA(2),
                },
                Received(1, Place(serial: "S2")) with
                {
                    Entered = EA(2),
                }
            );

    [Theory]
    [InlineData("S1")]
    [InlineData("S1", "S1")]
    [InlineData("S1", "S2", "S3")]
    public void As_many_serials_as_units(params string[] serials) =>
        StockSpec
            .Given(Registered(Tracking.Serial))
            .When(Receive(Receipt(2, Spot(serials: serials))))
            .ThenRefused("inventory.serials-required");

    [Fact]
    public void A_serial_is_in_stock_once() =>
        StockSpec
            .Given(Registered(Tracking.Serial), Received(1, Place("B", serial: "S1")))
            .When(Receive(Receipt(1, Spot(serials: "S1"))))
            .ThenRefused("inventory.serial-in-stock", "Serial S1 is in stock already, at B stock.");

    [Fact]
    public void A_closed_location_takes_nothing() =>
        StockSpec
            .Given(Registered())
            .When(
                (s, now) =>
                    ReceiveStock.Decide(s, new Location("A", "R1", true, true), Receipt(1, Spot("A", "R1")), now)
            )
            .ThenRefused("inventory.location-closed");

    [Fact]
    public void What_happens_later_is_refused() =>
        StockSpec
            .Given(Registered())
            .When(Receive(Receipt(1) with { Happened = StockSpec.Noon.AddTicks(1) }))
            .ThenRefused("inventory.happens-later");

    [Fact]
    public void Those_who_wait_are_served_in_priority_then_age_order() =>
        StockSpec
            .Given(
                Registered(),
                Short("old", 5, Missing("1", 2)),
                Short("young", 5, Missing("1", 2)),
                Short("rush", 1, Missing("1", 1), Missing("2", 1))
            )
            .When(Receive(Receipt(5)))
            .Then(
                Received(5),
                Served("rush", Line("1", On(1)), Line("2", On(1))),
                Served("old", Line("1", On(2))),
                Served("young", Line("1", On(1)))
            )
            .And(s => s.WaitingOf("young")!.Of("1").ShouldBe(1000));

    [Fact]
    public void Who_waits_for_another_site_is_passed_over() =>
        StockSpec
            .Given(
                Registered(),
                Short("far", 1, Missing("1", 1)) with
                {
                    Sites = ["B"],
                },
                Short("near", 9, Missing("1", 1))
            )
            .When(Receive(Receipt(5)))
            .Then(Received(5), Served("near", Line("1", On(1))));

    [Fact]
    public void Expired_goods_serve_nobody() =>
        StockSpec
            .Given(Registered(Tracking.Lot), Short("1", 5, Missing("1", 1)))
            .When(Receive(Receipt(5, Spot(lot: "L1"), Day(9))))
            .Then(Received(5, Place(lot: "L1"), Day(9)));

    [Fact]
    public void Another_owners_goods_serve_only_its_own_orders() =>
        StockSpec
            .Given(
                Registered(),
                Short("1", 1, Missing("1", 1)),
                Short("2", 9, Missing("1", 1)) with
                {
                    Venture = "north",
                }
            )
            .When(Receive(Receipt(5, Spot(owner: "north"))))
            .Then(Received(5, Place(owner: "north")), Served("2", Line("1", On(1, owner: "north"))));

    [Fact]
    public void More_backorders_than_one_decision_serves_wait_for_the_next()
    {
        var waiting = Enumerable
            .Range(1, 501)
            .Select(n => (object)Short($"{n:000}", 5, Missing("1", 1)))
            .Prepend(Registered());
        var spec = StockSpec.Given([.. waiting]);
        Decision first = default;
        spec.When((s, now) => first = Receive(Receipt(600))(s, now));
        first.Events.Count.ShouldBe(501);
        SettleStock.MustGoOn(first).ShouldBeTrue();
        spec.When(SettleStock.Decide).Then(Served("501", Line("1", On(1)))).When(SettleStock.Decide).ThenNothing();
    }

    [Fact]
    public void An_order_placed_while_the_next_decision_is_due_stands_behind_those_who_wait()
    {
        var waiting = Enumerable.Range(1, 1_002).Select(n => (object)Short($"{n:0000}", 5, Missing("1", 1)));
        StockSpec
            .Given([Registered(), .. waiting])
            .When(Receive(Receipt(1_002)))
            .When((s, now) => ReserveForOrder.Decide(s, Order("9999", Ordered("1", 1)), now))
            .And(s => s.ReservationOf("9999").ShouldBeNull())
            .And(s => s.ReservationOf("1002").ShouldNotBeNull());
    }
}
