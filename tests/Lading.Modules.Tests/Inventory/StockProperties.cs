using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Inventory;
using Lading.Kernel;
using static Lading.Modules.Tests.Inventory.StockFacts;

namespace Lading.Modules.Tests.Inventory;

/// <summary>Any course of business, held against a second set of books.</summary>
public sealed class StockProperties
{
    private static readonly string[] SiteNames = ["A", "B"];
    private static readonly string?[] LotNames = ["L1", "L2", "L3"];
    private static readonly string[] Orders = ["1", "2", "3", "4"];

    /// <summary>One step: what is done, by whom, how much, and how many minutes pass before it.</summary>
    public sealed record Step(int What, int Who, long Units, int Site, int Lot, int Minutes, int Choice);

    private static readonly Gen<Step> Steps =
        from what in Gen.Choose(0, 15)
        from who in Gen.Choose(0, 3)
        from units in Gen.Choose(1, 12)
        from site in Gen.Choose(0, 1)
        from lot in Gen.Choose(0, 2)
        from minutes in Gen.Choose(0, 900)
        from choice in Gen.Choose(0, 9)
        select new Step(what, who, units, site, lot, minutes, choice);

    [Theory]
    [InlineData(Tracking.None, AllocationPolicy.Fifo)]
    [InlineData(Tracking.Lot, AllocationPolicy.Fifo)]
    [InlineData(Tracking.Lot, AllocationPolicy.Fefo)]
    public void Any_course_of_business_keeps_the_books(Tracking tracking, AllocationPolicy allocation) =>
        Prop.ForAll(Steps.ListOf(40).ToArbitrary(), steps => Run(tracking, allocation, steps))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    private static void Run(Tracking tracking, AllocationPolicy allocation, IEnumerable<Step> steps)
    {
        var course = new Course(tracking, allocation);
        foreach (var step in steps)
            course.Do(step);
        course.ShouldReplay();
    }

    /// <summary>A stock, its second books, and all facts so far.</summary>
    private sealed class Course
    {
        private readonly Stock live = new(Sku);
        private readonly StockModel model = new();
        private readonly List<object> log = [];
        private readonly Tracking tracking;
        private DateTime now = StockSpec.Noon;

        public Course(Tracking tracking, AllocationPolicy allocation)
        {
            this.tracking = tracking;
            Take(Decision.Accept(Registered(tracking, allocation, "B")));
        }

        public void Do(Step step)
        {
            now = now.AddMinutes(step.Minutes);
            var before = StockSpec.Text(live);
            var decision = Decide(step);
            StockSpec.Text(live).ShouldBe(before);
            if (decision.IsRefused)
                ShouldBeRightToRefuse(step, decision.Refusal);
            else
                Take(decision);
            NobodyWaitsForWhatIsFree(decision);
        }

        /// <summary>
        /// Never oversold at any prefix, and every unit is somewhere: inside and outside add up to zero.
        /// </summary>
        private void Take(Decision decision)
        {
            foreach (var fact in decision.Events)
            {
                log.Add(fact);
                Stock.Evolve(live, fact);
                model.Apply(fact);
            }

            model
                .Pools.Values.All(p =>
                    p.OnHand >= 0 && p.Held >= 0 && p.Promised >= 0 && p.OnHand - p.Held - p.Promised >= 0
                )
                .ShouldBeTrue();
            (model.Pools.Values.Sum(p => p.OnHand) + model.Outside.Values.Sum()).ShouldBe(0);
            foreach (var pool in live.Pools)
                (pool.OnHand, pool.Held, pool.Reserved).ShouldBe(
                    model.Pools.GetValueOrDefault((pool.Site, pool.Owner, pool.Lot?.Name))
                );
            foreach (var ((holder, line), quantity) in model.Promised)
                (live.ReservationOf(holder)?.Of(line) ?? 0).ShouldBe(quantity);
            foreach (var ((holder, line), quantity) in model.Waiting)
                (live.WaitingOf(holder)?.Of(line) ?? 0).ShouldBe(quantity);
            StockSpec.ShouldHold(live);
        }

        /// <summary>
        /// A no for want of stock is only said when the second books have too little as well, with lapsed promises
        /// given back.
        /// </summary>
        private void ShouldBeRightToRefuse(Step step, Refusal refusal)
        {
            if (step.What != 6 || refusal.Code != "inventory.insufficient-stock")
                return;
            var lapsed = live
                .Reservations.Values.Where(r => r.Expires <= now)
                .SelectMany(r => r.Promises)
                .ToLookup(p => (p.Pool.Site, p.Pool.Owner, p.Pool.Lot?.Name));
            var free = model
                .Pools.Where(p => !Expired(p.Key.Lot))
                .Sum(p => p.Value.OnHand - p.Value.Held - p.Value.Promised + lapsed[p.Key].Sum(l => l.Quantity));
            var ahead = model.Waiting.Values.Sum();
            (free - ahead).ShouldBeLessThan(step.Units * 1000);
        }

        private void NobodyWaitsForWhatIsFree(Decision decision)
        {
            if (decision.IsRefused || model.Waiting.Values.All(w => w == 0))
                return;
            model
                .Pools.Where(p => !Expired(p.Key.Lot))
                .Sum(p => p.Value.OnHand - p.Value.Held - p.Value.Promised)
                .ShouldBe(0);
        }

        private bool Expired(string? lot) => lot is not null && live.LotOf(lot)?.Expires < DateOnly.FromDateTime(now);

        public void ShouldReplay()
        {
            var replayed = log.Aggregate(new Stock(Sku), Stock.Evolve);
            StockSpec.Text(replayed).ShouldBe(StockSpec.Text(live));
            var half = log.Take(log.Count / 2).Aggregate(new Stock(Sku), Stock.Evolve);
            var restored = JsonSerializer.Deserialize(StockSpec.Text(half), InventoryJson.Default.Stock)!;
            StockSpec.Text(log.Skip(log.Count / 2).Aggregate(restored, Stock.Evolve)).ShouldBe(StockSpec.Text(live));
        }

        private Decision Decide(Step s)
        {
            var lot = tracking == Tracking.Lot ? LotNames[s.Lot] : null;
            return s.What < 8 ? ByHand(s, lot) : ForOrder(s, Orders[s.Who], (s.Choice % 2 + 1).ToString(), lot);
        }

        private SiteTime Time => StockSpec.Utc(now);

        private Decision ByHand(Step s, string? lot)
        {
            var (spot, some, to) = (Spot(SiteNames[s.Site], "stock", lot), EA(s.Units), SiteNames[s.Choice % 2]);
            DateOnly? expires =
                lot is null ? null
                : live.LotOf(lot) is { } known ? known.Expires
                : Day(11 + s.Choice);
            DateTime? lapses = s.Choice < 8 ? now.AddMinutes(s.Choice * 200 + 1) : null;
            var receipt = Receipt(s.Units, spot, expires) with { Happened = now };
            return s.What switch
            {
                0 or 1 => ReceiveStock.Decide(live, Stocked, receipt, Time),
                2 => AdjustStock.Decide(
                    live,
                    Stocked,
                    new(spot, some, s.Choice < 3, expires, "c", null, now, []),
                    Time
                ),
                3 => TransferStock.Decide(live, Stocked, new(spot, to, "rack", some, null, null, now, []), Time),
                4 => HoldStock.Decide(live, new(spot, some, "h"), Time),
                5 => UnholdStock.Decide(live, new(spot, some, null), Time),
                6 => ReserveByHand.Decide(live, new(Orders[s.Who], some, [], null, lapses), Time),
                _ => ReleaseReservation.Decide(live, Orders[s.Who], "r", Time),
            };
        }

        private Decision ForOrder(Step s, string order, string line, string? lot)
        {
            var site = s.Choice < 5 ? SiteNames[s.Site] : null;
            var (some, more) = (Ordered(line, s.Units), Ordered(line, s.Choice + 1));
            OrderLine[] both = [Ordered("1", s.Units), Ordered("2", s.Choice + 1)];
            var split = new OrderSplitOff(
                order + "b",
                order,
                "main",
                null,
                OrderType.Standard,
                5,
                null,
                [],
                [some],
                [new(line, Sku, Q(s.Choice))],
                null
            );
            var picked = Picked(line, s.Units, site, null, s.Choice < 3 ? lot : null);
            OrderLineChange[] changes = [new(line, Sku, more, some)];
            PickedLine[] left = [Picked("1", s.Units, site), Picked("2", s.Choice + 1, null)];
            ReturnedLine[] back = [new("1", Sku, Q(s.Units), lot, null)];
            return s.What switch
            {
                8 or 9 => ReserveForOrder.Decide(live, Order(order, s.Choice % 9 + 1, [], both), Time),
                10 => FollowOrderChange.Decide(live, new(order, "main", 5, [], changes, null), Time),
                11 => FollowCancel.Decide(live, new(order, "c", [new("1", Sku, Q(1)), new("2", Sku, Q(1))]), Time),
                12 => FollowSplit.Decide(live, split, Time),
                13 => FollowPick.Decide(live, new(order, [picked]), Time),
                14 => FollowShip.Decide(live, new(order, "s", left, null, null), Time),
                _ => FollowReturn.Decide(live, new(order, "r", SiteNames[s.Site], null, back, s.Choice < 6, "r"), Time),
            };
        }
    }
}
