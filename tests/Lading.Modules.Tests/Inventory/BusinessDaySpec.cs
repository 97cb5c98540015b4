using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Inventory;
using static Lading.Modules.Tests.Inventory.StockFacts;

namespace Lading.Modules.Tests.Inventory;

/// <summary>
/// A lot is good through its day of expiry, and that day is the site's own: when it ends in Sydney, it has hours to go
/// in Los Angeles.
/// </summary>
public sealed class BusinessDaySpec
{
    private const string Syd = "SYD";
    private const string Lax = "LAX";

    /// <summary>12 March begins in Sydney (UTC+11) and is a day away in Los Angeles (UTC-7).</summary>
    private static readonly DateTime MidnightInSydney = new(2026, 3, 11, 13, 0, 0, DateTimeKind.Utc);

    /// <summary>12 March begins in Los Angeles.</summary>
    private static readonly DateTime MidnightInLosAngeles = new(2026, 3, 12, 7, 0, 0, DateTimeKind.Utc);

    private static readonly TimeSpan Moment = TimeSpan.FromTicks(1);

    /// <summary>Five at a site of a lot that is good through 11 March.</summary>
    private static StockSpec Stocked(string site) =>
        StockSpec
            .Given(Registered(Tracking.Lot, AllocationPolicy.Fefo), Received(5, Place(site, lot: "L1"), Day(11)))
            .In(Syd, "Australia/Sydney")
            .In(Lax, "America/Los_Angeles");

    private static StockSpec Ordered(StockSpec stock) =>
        stock.When((s, time) => ReserveForOrder.Decide(s, Order("1", StockFacts.Ordered("1", 2)), time));

    [Theory]
    [InlineData(Syd)]
    [InlineData(Lax)]
    public void Through_its_last_day_at_the_site_a_lot_is_promised_and_then_no_more(string site)
    {
        var midnight = site == Syd ? MidnightInSydney : MidnightInLosAngeles;
        Ordered(Stocked(site).At(midnight - Moment)).Then(Reserved("1", Line("1", On(2, site, "L1"))));
        Ordered(Stocked(site).At(midnight)).Then(Short("1", 5, Missing("1", 2)));
    }

    [Fact]
    public void One_moment_is_two_days_at_two_sites() =>
        StockSpec
            .Given(
                Registered(Tracking.Lot, AllocationPolicy.Fefo),
                Received(5, Place(Syd, lot: "L1"), Day(11)),
                Received(5, Place(Lax, lot: "L1"))
            )
            .In(Syd, "Australia/Sydney")
            .In(Lax, "America/Los_Angeles")
            .At(MidnightInSydney)
            .When((s, time) => ReserveForOrder.Decide(s, Order("1", 5, [Syd, Lax], StockFacts.Ordered("1", 2)), time))
            .Then(Reserved("1", Line("1", On(2, Lax, "L1"))));

    [Fact]
    public void What_is_due_and_what_is_said_of_a_refusal_go_by_the_sites_day()
    {
        Stocked(Syd)
            .At(MidnightInSydney)
            .When(
                (s, time) => ReserveByHand.Decide(s, new ReserveByHand.Command("promo", EA(1), [Syd], null, null), time)
            )
            .ThenRefused(
                "inventory.insufficient-stock",
                "0 of 1 EA available at site SYD: 5 on hand, 0 reserved, 0 held, 5 expired."
            );
        StockSpec Waiting() =>
            StockSpec
                .Given(
                    Registered(Tracking.Lot, AllocationPolicy.Fefo),
                    Short("1", 5, Missing("1", 2)),
                    Received(5, Place(Syd, lot: "L1"), Day(11))
                )
                .In(Syd, "Australia/Sydney");
        Waiting().At(MidnightInSydney).When(SettleStock.Decide).ThenNothing();
        Waiting().At(MidnightInSydney - Moment).When(SettleStock.Decide).Then(Served("1", Line("1", On(2, Syd, "L1"))));
    }

    [Fact]
    public void A_clock_that_is_put_forward_or_back_moves_the_midnight()
    {
        // Winter time in Sydney began on 5 April 2026: midnight is an hour later than the month before.
        var sydney = TimeZoneInfo.FindSystemTimeZoneById("Australia/Sydney");
        DateOnly DayAt(DateTime now) => new SiteTime(now, _ => sydney).DayAt(Syd);
        var midnight = new DateTime(2026, 4, 6, 14, 0, 0, DateTimeKind.Utc);
        DayAt(midnight - Moment).ShouldBe(new DateOnly(2026, 4, 6));
        DayAt(midnight).ShouldBe(new DateOnly(2026, 4, 7));
    }
}
