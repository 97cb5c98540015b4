using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Inventory;
using Lading.Kernel;
using static Lading.Modules.Tests.Inventory.StockFacts;

namespace Lading.Modules.Tests.Inventory;

/// <summary>What comes back is whose it was, and of the lot it was, when it went out.</summary>
public sealed class ReturnedGoodsSpec
{
    private static readonly StockPlace Mains = Place(owner: "main");

    /// <summary>Shipped by order 1, line 1, out of these pools.</summary>
    private static ReservationUsed Used(params Allotment[] parts) => new(Sku, "1", [Line("1", parts)]);

    private static Func<Stock, SiteTime, Decision> Return(
        long units,
        long of,
        string? lot = null,
        bool restock = true,
        params string[] serials
    ) =>
        (stock, now) =>
            FollowReturn.Decide(
                stock,
                new OrderReturned(
                    "1",
                    "R-1",
                    "B",
                    null,
                    [new ReturnedLine("1", Sku, Q(units), lot, serials, Q(of))],
                    restock,
                    "too big"
                ),
                now
            );

    private static StockPlace At(string? lot = null, string? owner = null, string? serial = null) =>
        Place("B", "returns", lot, serial, owner);

    private static StockMoved Back(long units, StockPlace to) =>
        Moved(MovementKind.Return, StockPlace.From("customer"), to, units, "too big", "R-1") with
        {
            Order = to.Owner is null && to.Lot is null ? null : "1",
            Line = to.Owner is null && to.Lot is null ? null : "1",
        };

    private static StockHeld Doubted(long units, StockPlace at, string why) =>
        Held(units, at, $"return R-1: too big ({why})");

    /// <summary>Goods came in, were promised to line 1 of order 1, and went out as they were promised.</summary>
    private static StockSpec Shipped(Tracking tracking, params (StockPlace From, long Units, DateOnly? Expires)[] goods)
    {
        var facts = new List<object> { Registered(tracking) };
        foreach (var (from, units, expires) in goods)
        {
            var part = new Allotment(from.Site!, from.Owner, from.Lot, Q(units));
            facts.Add(Received(units, from, expires));
            facts.Add(Reserved("1", Line("1", part)));
            facts.Add(Used(part));
            facts.Add(Moved(MovementKind.Shipment, from, StockPlace.From("customer"), units, null, "1"));
        }

        return StockSpec.Given([.. facts]);
    }

    [Fact]
    public void Goods_of_an_owner_come_back_as_the_owners() =>
        Shipped(Tracking.None, (Mains, 3, null))
            .When(Return(3, of: 3))
            .Then(Back(3, At(owner: "main")))
            .And(s => s.PoolAt(At(owner: "main"))!.Free.ShouldBe(3000));

    [Fact]
    public void The_whole_way_of_an_order_ends_where_it_began() =>
        StockSpec
            .Given(Registered(), Received(5, Mains), Received(1))
            .When((s, now) => ReserveForOrder.Decide(s, Order("1", Ordered("1", 6)), now))
            .When((s, now) => FollowPick.Decide(s, new OrderPicked("1", [Picked("1", 4)]), now))
            .When((s, now) => FollowShip.Decide(s, new OrderShipped("1", "S", [Picked("1", 6)], null, null), now))
            .When(Return(6, of: 6))
            .Then(Back(5, At(owner: "main")), Back(1, At()))
            .And(s => s.OutOf("1", "1").ShouldBeEmpty());

    [Fact]
    public void When_part_of_a_mixed_line_comes_back_nobody_knows_whose_it_is() =>
        Shipped(Tracking.None, (Mains, 3, null), (Place(), 2, null))
            .When(Return(1, of: 5))
            .Then(
                Back(1, At(owner: "main")),
                Doubted(1, At(owner: "main"), "which goods of the line came back is not known")
            )
            .When(Return(4, of: 4))
            .Then(Back(2, At(owner: "main")), Back(2, At()));

    [Fact]
    public void The_houses_own_goods_stay_its_own_beside_an_owners() =>
        Shipped(Tracking.None, (Place(), 2, null)).When(Return(2, of: 2)).Then(Back(2, At()));

    [Fact]
    public void A_lot_that_went_out_is_known_without_being_named_and_keeps_its_expiry() =>
        Shipped(Tracking.Lot, (Place(lot: "L1"), 3, Day(20)))
            .When(Return(2, of: 3))
            .Then(Back(2, At("L1")))
            .And(s => s.PoolAt(At("L1"))!.Lot!.Expires.ShouldBe(Day(20)));

    [Fact]
    public void The_named_lot_of_several_is_that_one_and_its_owners() =>
        Shipped(Tracking.Lot, (Place(lot: "L1", owner: "main"), 3, null), (Place(lot: "L2"), 3, null))
            .When(Return(2, of: 6, lot: "L2"))
            .Then(Back(2, At("L2")))
            .When(Return(3, of: 4, lot: "L1"))
            .Then(Back(3, At("L1", "main")));

    [Fact]
    public void One_of_several_lots_unnamed_is_held() =>
        Shipped(Tracking.Lot, (Place(lot: "L1"), 3, null), (Place(lot: "L2"), 3, null))
            .When(Return(2, of: 6))
            .Then(Back(2, At("L1")), Doubted(2, At("L1"), "which goods of the line came back is not known"));

    [Fact]
    public void A_mistyped_lot_is_held_without_a_lot_and_makes_none_known() =>
        Shipped(Tracking.Lot, (Place(lot: "L1", owner: "main"), 3, Day(11)))
            .When(Return(2, of: 3, lot: "L11"))
            .Then(Back(2, At(owner: "main")), Doubted(2, At(owner: "main"), "lot L11 is not known"))
            .And(s => s.Lots.Keys.ShouldBe(["L1"]));

    [Fact]
    public void A_lot_that_did_not_go_out_with_the_line_is_held() =>
        Shipped(Tracking.Lot, (Place(lot: "L1"), 3, null))
            .When((s, now) => ReceiveStock.Decide(s, Stocked, Receipt(5, Spot(lot: "L9")), now))
            .When(Return(2, of: 3, lot: "L9"))
            .Then(Back(2, At("L9")), Doubted(2, At("L9"), "lot L9 did not go out with the line"));

    [Fact]
    public void Serials_come_back_to_their_owner() =>
        Shipped(Tracking.Serial, (Place(serial: "S1", owner: "main"), 1, null))
            .When(Return(1, of: 1, serials: "S1"))
            .Then(Back(1, At(owner: "main", serial: "S1")));

    [Fact]
    public void Goods_to_inspect_are_held_with_what_is_doubtful_of_them() =>
        Shipped(Tracking.None, (Mains, 1, null))
            .When(Return(1, of: 1, restock: false))
            .Then(Back(1, At(owner: "main")), Held(1, At(owner: "main"), "return R-1: too big"));

    [Fact]
    public void What_was_forgotten_is_held()
    {
        var stock = new Stock(Sku);
        Stock.Evolve(stock, Registered());
        for (var i = 0; i <= Stock.MostLinesOut; i++)
        {
            Stock.Evolve(stock, Received(1, Mains));
            Stock.Evolve(stock, Reserved($"{i}", Line("1", On(1, owner: "main"))));
            Stock.Evolve(stock, new ReservationUsed(Sku, $"{i}", [Line("1", On(1, owner: "main"))]));
        }

        stock.OutOf("0", "1").ShouldBeEmpty();
        stock.OutOf("1", "1").ShouldHaveSingleItem();
        Return(1, of: 1)(stock, StockSpec.Utc(StockSpec.Noon)).Events[0].ShouldBe(Back(1, At(owner: "main")));
        var back = new ReturnedLine("1", Sku, Q(1), null, null, Q(1));
        FollowReturn
            .Decide(
                stock,
                new OrderReturned("0", "R-1", "B", null, [back], true, "too big"),
                StockSpec.Utc(StockSpec.Noon)
            )
            .Events.ShouldBe([Back(1, At()), Doubted(1, At(), "what went out is not known any more")]);
    }
}
