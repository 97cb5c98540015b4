using Lading.Contracts.Inventory;
using Lading.Inventory;
using Lading.Kernel;
using static Lading.Modules.Tests.Inventory.StockFacts;

namespace Lading.Modules.Tests.Inventory;

public sealed class ReserveByHandSpec
{
    private static readonly DateTime Later = StockSpec.Noon.AddMinutes(15);

    private static Func<Stock, SiteTime, Decision> Reserve(
        long units,
        DateTime? expires = null,
        string? owner = null,
        params string[] sites
    ) =>
        (stock, now) =>
            ReserveByHand.Decide(stock, new ReserveByHand.Command("promo", EA(units), sites, owner, expires), now);

    private static StockReserved ByHand(DateTime? expires, params Allotment[] allotments) =>
        new(Sku, "hand/promo", [Line("1", allotments)], expires, false);

    [Fact]
    public void Stock_is_set_aside_until_its_time() =>
        StockSpec
            .Given(Registered(), Received(5))
            .When(Reserve(3, Later))
            .Then(ByHand(Later, On(3)))
            .And(s => s.NextLapse.ShouldBe(Later));

    [Fact]
    public void All_or_nothing_with_the_numbers() =>
        StockSpec
            .Given(Registered(), Received(8), Reserved("1", Line("1", On(5))))
            .When(Reserve(5, sites: "A"))
            .ThenRefused(
                "inventory.insufficient-stock",
                "3 of 5 EA available at site A: 8 on hand, 5 reserved, 0 held."
            );

    [Fact]
    public void Expired_goods_are_named_apart() =>
        StockSpec
            .Given(
                Registered(Tracking.Lot),
                Received(4, Place(lot: "L1"), Day(9)),
                Received(1, Place(lot: "L2"), Day(10))
            )
            .When(Reserve(2))
            .ThenRefused(
                "inventory.insufficient-stock",
                "1 of 2 EA available at any site: 5 on hand, 0 reserved, 0 held, 4 expired."
            );

    [Fact]
    public void Sites_are_taken_in_the_named_order() =>
        StockSpec
            .Given(Registered(), Received(2), Received(2, Place("B")))
            .When(Reserve(3, sites: ["B", "A"]))
            .Then(ByHand(null, On(2, "B"), On(1)));

    [Fact]
    public void An_owners_own_stock_comes_first() =>
        StockSpec
            .Given(Registered(), Received(2), Received(2, Place(owner: "north")))
            .When(Reserve(3, owner: "north"))
            .Then(ByHand(null, On(2, owner: "north"), On(1)));

    [Fact]
    public void A_holder_holds_once() =>
        StockSpec
            .Given(Registered(), Received(5), ByHand(null, On(1)))
            .When(Reserve(1))
            .ThenRefused("inventory.reservation-exists");

    [Fact]
    public void A_time_that_has_come_is_refused() =>
        StockSpec
            .Given(Registered(), Received(5))
            .When(Reserve(1, StockSpec.Noon))
            .ThenRefused("inventory.lapses-at-once");

    [Fact]
    public void An_unknown_SKU_is_refused() => StockSpec.Given().When(Reserve(1)).ThenRefused("inventory.unknown-sku");

    [Fact]
    public void What_is_due_lapses_first_so_lateness_refuses_nobody() =>
        StockSpec
            .Given(Registered(), Received(5), ByHand(Later, On(5)))
            .At(Later)
            .When((s, now) => ReserveByHand.Decide(s, new ReserveByHand.Command("next", EA(5), [], null, null), now))
            .Then(
                new ReservationExpired(Sku, "hand/promo", [Line("1", On(5))]),
                new StockReserved(Sku, "hand/next", [Line("1", On(5))], null, false)
            );

    [Fact]
    public void However_much_lapses_at_once_it_is_free_for_the_next_one()
    {
        var held = Enumerable
            .Range(1, 501)
            .Select(n => (object)new StockReserved(Sku, $"hand/{n}", [Line("1", On(1))], Later, false));
        Decision decision = default;
        StockSpec
            .Given([Registered(), Received(501), .. held])
            .At(Later)
            .When((s, now) => decision = Reserve(501, Later.AddMinutes(1))(s, now));
        decision.Refusal.ShouldBeNull();
        decision.Events.Count(e => e is ReservationExpired).ShouldBe(501);
    }

    [Fact]
    public void Lapsed_stock_serves_those_who_wait_before_anyone_new() =>
        StockSpec
            .Given(Registered(), Received(5), ByHand(Later, On(5)), Short("1", 9, Missing("1", 4)))
            .At(Later)
            .When((s, now) => ReserveForOrder.Decide(s, Order("2", Ordered("1", 2)), now))
            .Then(
                new ReservationExpired(Sku, "hand/promo", [Line("1", On(5))]),
                Served("1", Line("1", On(4))),
                Reserved("2", Line("1", On(1))),
                Short("2", 5, Missing("1", 1))
            );

    [Fact]
    public void A_tick_early_nothing_lapses() =>
        StockSpec
            .Given(Registered(), Received(5), ByHand(Later, On(5)))
            .At(Later.AddTicks(-1))
            .When(SettleStock.Decide)
            .ThenNothing();
}

public sealed class ReleaseReservationSpec
{
    private static readonly Func<Stock, SiteTime, Decision> Release = (stock, now) =>
        ReleaseReservation.Decide(stock, "promo", "over", now);

    [Fact]
    public void Released_stock_serves_those_who_wait() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("hand/promo", Line("1", On(5))), Short("1", 5, Missing("1", 2)))
            .When(Release)
            .Then(
                new ReservationReleased(Sku, "hand/promo", [Line("1", On(5))], "over"),
                Served("1", Line("1", On(2)))
            );

    [Fact]
    public void Nothing_held_is_nothing_to_release() =>
        StockSpec
            .Given(Registered(), Received(5), Reserved("promo", Line("1", On(5))))
            .When(Release)
            .ThenRefused("inventory.unknown-reservation", "promo holds no reservation of SKU WIDGET.");
}

public sealed class ReserveForOrderSpec
{
    private static Func<Stock, SiteTime, Decision> Place(Contracts.Orders.OrderPlaced order) =>
        (stock, now) => ReserveForOrder.Decide(stock, order, now);

    [Fact]
    public void All_lines_of_an_order_are_promised_at_once() =>
        StockSpec
            .Given(Registered(), Received(5))
            .When(Place(Order("1", Ordered("1", 2), Ordered("2", 9, "OTHER"), Ordered("3", 3))))
            .Then(Reserved("1", Line("1", On(2)), Line("3", On(3))));

    [Fact]
    public void Two_lines_never_get_the_same_unit_and_the_rest_waits() =>
        StockSpec
            .Given(Registered(), Received(3))
            .When(Place(Order("1", Ordered("1", 2), Ordered("2", 2))))
            .Then(Reserved("1", Line("1", On(2)), Line("2", On(1))), Short("1", 5, Missing("2", 1)));

    [Fact]
    public void Nothing_there_is_a_fact_and_no_refusal() =>
        StockSpec.Given(Registered()).When(Place(Order("1", Ordered("1", 2)))).Then(Short("1", 5, Missing("1", 2)));

    [Fact]
    public void An_unregistered_SKU_is_a_fact_too() =>
        StockSpec
            .Given()
            .When(Place(Order("1", Ordered("1", 2))))
            .Then(Short("1", 5, Missing("1", 2)) with { Reason = "the SKU is not registered" });

    [Fact]
    public void The_order_names_its_sites() =>
        StockSpec
            .Given(Registered(), Received(5), Received(1, StockFacts.Place("B")))
            .When(Place(Order("1", 5, ["B"], Ordered("1", 2))))
            .Then(Reserved("1", Line("1", On(1, "B"))), Short("1", 5, Missing("1", 1)) with { Sites = ["B"] });

    [Fact]
    public void Else_the_SKUs_preference_comes_first_and_then_every_other_site() =>
        StockSpec
            .Given(
                Registered(Tracking.None, AllocationPolicy.Fifo, "C", "B"),
                Received(1),
                Received(1, StockFacts.Place("B")),
                Received(1, StockFacts.Place("C"))
            )
            .When(Place(Order("1", Ordered("1", 3))))
            .Then(Reserved("1", Line("1", On(1, "C"), On(1, "B"), On(1))));

    [Fact]
    public void First_in_first_out_by_receipt() =>
        StockSpec
            .Given(
                Registered(Tracking.Lot),
                Received(2, StockFacts.Place(lot: "L2"), Day(30)),
                Received(2, StockFacts.Place(lot: "L1"), Day(20))
            )
            .When(Place(Order("1", Ordered("1", 3))))
            .Then(Reserved("1", Line("1", On(2, lot: "L2"), On(1, lot: "L1"))));

    [Fact]
    public void First_expired_first_out_and_never_what_is_expired() =>
        StockSpec
            .Given(
                Registered(Tracking.Lot, AllocationPolicy.Fefo),
                Received(2, StockFacts.Place(lot: "none")),
                Received(2, StockFacts.Place(lot: "late"), Day(30)),
                Received(2, StockFacts.Place(lot: "today"), Day(10)),
                Received(2, StockFacts.Place(lot: "over"), Day(9))
            )
            .When(Place(Order("1", Ordered("1", 7))))
            .Then(
                Reserved("1", Line("1", On(2, lot: "today"), On(2, lot: "late"), On(2, lot: "none"))),
                Short("1", 5, Missing("1", 1))
            );
}
