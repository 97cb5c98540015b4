using Lading.Contracts.Inventory;
using Lading.Inventory;
using Lading.Kernel;
using static Lading.Modules.Tests.Inventory.StockFacts;

namespace Lading.Modules.Tests.Inventory;

public sealed class AdjustStockSpec
{
    private static AdjustStock.Command Lost(long units, StockSpot? at = null) =>
        new(at ?? Spot(), EA(units), Found: false, null, "counted", "C-7", StockSpec.Noon, []);

    private static Func<Stock, SiteTime, Decision> Adjust(AdjustStock.Command command) =>
        (stock, now) => AdjustStock.Decide(stock, Stocked, command, now);

    private static StockMoved Fact(StockPlace from, StockPlace to, long units) =>
        Moved(MovementKind.Adjustment, from, to, units, "counted", "C-7") with
        {
            Entered = EA(units),
        };

    [Fact]
    public void What_is_found_comes_from_the_count() =>
        StockSpec
            .Given(Registered())
            .When(Adjust(Lost(2) with { Found = true }))
            .Then(Fact(StockPlace.From("count"), Place(), 2));

    [Fact]
    public void What_is_lost_goes_to_the_count() =>
        StockSpec
            .Given(Registered(), Received(5))
            .When(Adjust(Lost(2)))
            .Then(Fact(Place(), StockPlace.From("count"), 2));

    [Fact]
    public void What_is_scrapped_goes_to_scrap() =>
        StockSpec
            .Given(Registered(), Received(5))
            .When(Adjust(Lost(2) with { Scrapped = true }))
            .Then(Fact(Place(), StockPlace.From("scrap"), 2));

    [Fact]
    public void What_is_found_serves_those_who_wait() =>
        StockSpec
            .Given(Registered(), Short("1", 5, Missing("1", 1)))
            .When(Adjust(Lost(2) with { Found = true }))
            .Then(Fact(StockPlace.From("count"), Place(), 2), Served("1", Line("1", On(1))));

    [Fact]
    public void Promised_and_held_stock_cannot_be_lost() =>
        StockSpec
            .Given(Registered(), Received(8), Reserved("1", Line("1", On(5))), Held(1))
            .When(Adjust(Lost(3)))
            .ThenRefused(
                "inventory.insufficient-stock",
                "2 of 3 EA may be taken at A stock: 8 on hand there, 1 held; of the same stock at site A 8 on hand, 5 "
                    + "reserved, 1 held."
            );

    [Fact]
    public void A_back_dated_loss_may_not_make_today_negative() =>
        StockSpec
            .Given(Registered(), Received(8), Reserved("1", Line("1", On(5))))
            .When(Adjust(Lost(4) with { Happened = StockSpec.Noon.AddDays(-1) }))
            .ThenRefused("inventory.would-go-negative");

    [Fact]
    public void A_back_dated_loss_that_makes_the_past_negative_is_listed()
    {
        var dip = new PastDip("A", StockSpec.Noon.AddDays(-2), StockSpec.Noon.AddDays(-1), Q(-2));
        StockSpec
            .Given(Registered(), Received(8))
            .When(Adjust(Lost(4) with { Happened = StockSpec.Noon.AddDays(-2), Dips = [dip] }))
            .Then(
                Fact(Place(), StockPlace.From("count"), 4),
                new StockDiscrepancyFound(Sku, "A", dip.From, dip.Until, Q(-2), "counted")
            );
    }

    [Fact]
    public void What_happens_later_is_refused() =>
        StockSpec
            .Given(Registered(), Received(8))
            .When(Adjust(Lost(4) with { Happened = StockSpec.Noon.AddSeconds(1) }))
            .ThenRefused("inventory.happens-later");

    [Fact]
    public void A_found_lot_keeps_its_expiry() =>
        StockSpec
            .Given(Registered(Tracking.Lot), Received(1, Place(lot: "L1"), Day(20)))
            .When(Adjust(Lost(2, Spot(lot: "L1")) with { Found = true, Expires = Day(21) }))
            .ThenRefused("inventory.expiry-differs");

    [Fact]
    public void A_found_serial_is_not_in_stock_and_a_lost_one_is() =>
        StockSpec
            .Given(Registered(Tracking.Serial), Received(1, Place(serial: "S1")))
            .When(Adjust(Lost(1, Spot(serials: "S1")) with { Found = true }))
            .And(_ => { })
            .ThenRefused("inventory.serial-in-stock");

    [Fact]
    public void An_unknown_serial_cannot_be_lost() =>
        StockSpec
            .Given(Registered(Tracking.Serial), Received(1, Place(serial: "S1")))
            .When(Adjust(Lost(1, Spot(serials: "S2"))))
            .ThenRefused("inventory.unknown-serial", "Serial S2 does not lie at A stock.");

    [Fact]
    public void Found_goods_need_an_open_location() =>
        StockSpec
            .Given(Registered())
            .When(
                (s, now) =>
                    AdjustStock.Decide(
                        s,
                        new Location("A", "R1", false, false),
                        Lost(1, Spot("A", "R1")) with
                        {
                            Found = true,
                        },
                        now
                    )
            )
            .ThenRefused("inventory.unknown-location", "Site A has no location R1.");
}

public sealed class TransferStockSpec
{
    private static TransferStock.Command To(string site, string location, long units, StockSpot? from = null) =>
        new(from ?? Spot(), site, location, EA(units), null, "T-1", StockSpec.Noon, []);

    private static Func<Stock, SiteTime, Decision> Transfer(TransferStock.Command command) =>
        (stock, now) => TransferStock.Decide(stock, Stocked, command, now);

    private static StockMoved Fact(StockPlace from, StockPlace to, long units) =>
        Moved(MovementKind.Transfer, from, to, units, null, "T-1") with
        {
            Entered = EA(units),
        };

    [Fact]
    public void Goods_go_to_another_location() =>
        StockSpec
            .Given(Registered(), Received(5))
            .When(Transfer(To("A", "R1", 2)))
            .Then(Fact(Place(), Place("A", "R1"), 2));

    [Fact]
    public void Promised_goods_move_within_their_site() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(5))))
            .When(Transfer(To("A", "R1", 5)))
            .Then(Fact(Place(), Place("A", "R1"), 5));

    [Fact]
    public void Promised_goods_do_not_leave_their_site() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(4))))
            .When(Transfer(To("B", "stock", 2)))
            .ThenRefused("inventory.insufficient-stock");

    [Fact]
    public void Held_goods_do_not_move() =>
        StockSpec
            .Given(Registered(), Received(5), Held(4))
            .When(Transfer(To("A", "R1", 2)))
            .ThenRefused("inventory.insufficient-stock");

    [Fact]
    public void Goods_that_arrive_at_a_site_serve_those_who_wait_there() =>
        StockSpec
            .Given(Registered(), Received(5), Short("1", 5, Missing("1", 3)) with { Sites = ["B"] })
            .When(Transfer(To("B", "stock", 2)))
            .Then(Fact(Place(), Place("B"), 2), Served("1", Line("1", On(2, "B"))));

    [Fact]
    public void A_lot_takes_its_expiry_along() =>
        StockSpec
            .Given(Registered(Tracking.Lot), Received(5, Place(lot: "L1"), Day(9)))
            .When(Transfer(To("B", "stock", 2, Spot(lot: "L1"))))
            .And(s => s.PoolAt(Place("B", lot: "L1"))!.IsExpired(StockSpec.Utc(StockSpec.Noon)).ShouldBeTrue());

    [Fact]
    public void Nowhere_is_no_transfer() =>
        StockSpec
            .Given(Registered(), Received(5))
            .When(Transfer(To("A", "stock", 2)))
            .ThenRefused("inventory.same-place");

    [Fact]
    public void A_closed_location_takes_nothing() =>
        StockSpec
            .Given(Registered(), Received(5))
            .When((s, now) => TransferStock.Decide(s, new Location("A", "R1", true, true), To("A", "R1", 1), now))
            .ThenRefused("inventory.location-closed", "Location R1 at site A is closed.");

    [Fact]
    public void What_happens_later_is_refused() =>
        StockSpec
            .Given(Registered(), Received(5))
            .When(Transfer(To("B", "stock", 1) with { Happened = StockSpec.Noon.AddDays(1) }))
            .ThenRefused("inventory.happens-later");
}

public sealed class HoldStockSpec
{
    private static Func<Stock, SiteTime, Decision> Hold(long units, StockSpot? at = null) =>
        (stock, now) => HoldStock.Decide(stock, new HoldStock.Command(at ?? Spot(), EA(units), "damaged"), now);

    private static Func<Stock, SiteTime, Decision> Unhold(long units) =>
        (stock, now) => UnholdStock.Decide(stock, new UnholdStock.Command(Spot(), EA(units), "inspected"), now);

    [Fact]
    public void Held_goods_are_not_promised() =>
        StockSpec
            .Given(Registered(), Received(5))
            .When(Hold(4))
            .Then(Held(4))
            .When((s, now) => ReserveForOrder.Decide(s, Order("1", Ordered("1", 2)), now))
            .Then(Reserved("1", Line("1", On(1))), Short("1", 5, Missing("1", 1)));

    [Fact]
    public void Promised_goods_are_not_held() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("1", Line("1", On(3))))
            .When(Hold(3))
            .ThenRefused("inventory.insufficient-stock");

    [Fact]
    public void A_held_serial_is_that_unit() =>
        StockSpec
            .Given(Registered(Tracking.Serial), Received(1, Place(serial: "S1")), Received(1, Place(serial: "S2")))
            .When(Hold(1, Spot(serials: "S2")))
            .Then(Held(1, Place(serial: "S2")));

    [Fact]
    public void Freed_goods_serve_those_who_wait() =>
        StockSpec
            .Given(Registered(), Received(5), Held(5), Short("1", 5, Missing("1", 2)))
            .When(Unhold(3))
            .Then(new StockUnheld(Sku, Place(), Q(3), "inspected"), Served("1", Line("1", On(2))));

    [Fact]
    public void More_than_is_held_cannot_be_freed() =>
        StockSpec
            .Given(Registered(), Received(5), Held(2))
            .When(Unhold(3))
            .ThenRefused("inventory.not-held", "2 of 3 EA are held at A stock.");
}
