using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class TakeBackSpecs : OrderSpec
{
    private static readonly OrderLine TwoCases = new(
        "1",
        "JAR",
        Units(24),
        2_000,
        "CS",
        new UnitPrice("GBP", 30_000_000, "CS")
    );

    private static readonly OrderShipped AllOut = Shipped("S1", Goods("1", 6));

    private static TakenSoFar Before(long units = 0) =>
        units == 0 ? new TakenSoFar(null, Units(0)) : new TakenSoFar("JAR", Units(units));

    private static TakeBack Asked(long units, string? site = "LDN") =>
        new("uci|C9|0", "JAR", Units(units), "each", site, "taken back by C9");

    private static OrderState State(string order, params object[] facts) =>
        new Spec<OrderState>(Order.Kind, order).Given(facts).State();

    private static (IReadOnlyList<TakeBack.Part> Parts, GoodsTakenBack? Fact, Refusal? Refusal) Take(
        TakeBack asked,
        TakenSoFar before,
        params OrderState[] orders
    ) => TakeBack.Decide(before, orders, asked, _ => true);

    private static OrderLine AfterTaking(long units, OrderLine line)
    {
        var (parts, _, refusal) = Take(Asked(units), Before(), State(No, Placed(line)));
        refusal.ShouldBeNull();
        return parts.Single().Facts.Events.OfType<OrderLinesChanged>().Single().Changes.Single().After!;
    }

    [Fact]
    public void The_first_order_gives_what_is_not_shipped_and_then_the_next()
    {
        var (parts, fact, _) = Take(
            Asked(8),
            Before(),
            State("SO-2", Placed(Line("1", 3), Line("2", 2, "LID"))),
            State("SO-1", Placed(Line("1", 6)))
        );
        parts.Select(p => p.Order.Order).ShouldBe(["SO-2", "SO-1"]);
        parts[0].Facts.Events.Single().ShouldBeOfType<OrderLinesChanged>().Changes.Single().After.ShouldBeNull();
        var less = parts[1].Facts.Events.Single().ShouldBeOfType<OrderLinesChanged>().Changes.Single();
        less.After!.Quantity.ShouldBe(Units(1));
        fact!.Quantity.ShouldBe(Units(8));
        fact.Orders.ShouldBe(["SO-2", "SO-1"]);
    }

    [Fact]
    public void The_same_SKU_on_two_lines_gives_of_both()
    {
        var (parts, fact, _) = Take(Asked(7), Before(), State(No, Placed(Line("1", 4), Line("2", 4))));
        var changes = parts.Single().Facts.Events.OfType<OrderLinesChanged>().Single().Changes;
        changes.Select(c => c.After?.Quantity).ShouldBe([null, Units(1)]);
        fact!.Quantity.ShouldBe(Units(7));
    }

    [Fact]
    public void An_order_of_which_nothing_is_left_is_cancelled() =>
        Take(Asked(6), Before(), State(No, Placed(Line("1", 6))))
            .Parts.Single()
            .Facts.Events.Select(e => e.GetType())
            .ShouldBe([typeof(OrderCancelled), typeof(OrderCompleted)]);

    [Fact]
    public void What_is_picked_stays_and_what_was_shipped_comes_back_last()
    {
        var picked = State("SO-2", Placed(Line("1", 6)), Allocated(Total("1", 6)), Picked(4));
        var shipped = State("SO-1", Placed(Line("1", 6)), Allocated(Total("1", 6)), AllOut, Completed);
        var (parts, fact, _) = Take(Asked(5), Before(), shipped, picked);
        parts.Select(p => p.Order.Order).ShouldBe(["SO-2", "SO-1"]);
        parts[1].Facts.Events.Single().ShouldBeOfType<OrderReturned>().Lines.Single().Quantity.ShouldBe(Units(3));
        fact!.Quantity.ShouldBe(Units(5));
    }

    [Fact]
    public void Nothing_comes_back_without_a_site() =>
        Take(Asked(5, site: null), Before(), State(No, Placed(Line("1", 6)), AllOut, Completed))
            .Refusal!.Code.ShouldBe("orders.nothing-to-take-back");

    [Fact]
    public void Nothing_comes_back_to_who_may_not_bring_it() =>
        TakeBack
            .Decide(Before(), [State(No, Placed(Line("1", 6)), AllOut, Completed)], Asked(5), _ => false)
            .Refusal!.Code.ShouldBe("orders.nothing-to-take-back");

    [Fact]
    public void The_same_is_not_taken_twice() =>
        Take(Asked(4), Before(4), State(No, Placed(Line("1", 6)))).Refusal!.Code.ShouldBe("orders.taken-back-before");

    [Fact]
    public void What_was_not_found_the_first_time_is_taken_the_second() =>
        Take(Asked(4), Before(1), State(No, Placed(Line("1", 6)))).Fact!.Quantity.ShouldBe(Units(3));

    [Fact]
    public void Less_than_was_taken_or_another_SKU_is_refused()
    {
        var order = State(No, Placed(Line("1", 6)));
        Take(Asked(3), Before(4), order).Refusal!.Code.ShouldBe("orders.taken-back-otherwise");
        Take(Asked(4), new TakenSoFar("LID", Units(4)), order).Refusal!.Code.ShouldBe("orders.taken-back-otherwise");
    }

    [Fact]
    public void A_line_stays_in_its_unit_where_it_comes_out() =>
        AfterTaking(12, TwoCases).ShouldBe(TwoCases with { Quantity = Units(12), EnteredQuantity = 1_000 });

    [Fact]
    public void Else_it_is_kept_in_base_units_at_the_exact_price_of_one() =>
        AfterTaking(5, TwoCases)
            .ShouldBe(
                TwoCases with
                {
                    Quantity = Units(19),
                    EnteredQuantity = 19_000,
                    EnteredUnit = "each",
                    UnitPrice = new UnitPrice("GBP", 2_500_000, "each"),
                }
            );

    [Fact]
    public void A_price_that_does_not_come_out_is_refused()
    {
        var odd = TwoCases with { UnitPrice = new UnitPrice("GBP", 10_000_000, "CS") };
        var (parts, fact, refusal) = Take(Asked(5), Before(), State(No, Placed(odd)));
        refusal!.Code.ShouldBe("orders.price-does-not-divide");
        (parts.Count, fact).ShouldBe((0, null));
    }

    private static OrderPicked Picked(long units) => new(No, [Goods("1", units)]);
}
