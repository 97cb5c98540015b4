using FsCheck;
using FsCheck.Fluent;
using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

/// <summary>Any run of commands over an order and the orders split off it keeps these.</summary>
public sealed class OrderProperties
{
    /// <summary>What one random step does, to which of the orders, to which line, with how much.</summary>
    public sealed record Step(int Kind, int Order, int Line, int Quantity);

    private static readonly Arbitrary<Step[]> Runs = (
        from kind in Gen.Choose(0, 11)
        from order in Gen.Choose(0, 2)
        from line in Gen.Choose(1, 4)
        from quantity in Gen.Choose(1, 12)
        select new Step(kind, order, line, quantity)
    )
        .ArrayOf(160)
        .ToArbitrary();

    [Fact]
    public void After_the_last_fact_of_an_order_only_returns_follow() =>
        Holds(run =>
            run.Logs.Values.All(log => log.SkipWhile(e => e is not OrderCompleted).Skip(1).All(e => e is OrderReturned))
        );

    [Fact]
    public void Replay_equals_live() =>
        Holds(run => run.Logs.All(log => Text(run.Live[log.Key]) == Text(Fold(log.Key, log.Value))));

    [Fact]
    public void A_stored_state_goes_on_like_the_one_that_never_was_stored() =>
        Holds(run =>
            run.Logs.All(log =>
            {
                var half = log.Value.Count / 2;
                var stored = Order.Kind.ReadSnapshot(Order.Kind.WriteSnapshot(Fold(log.Key, log.Value.Take(half))));
                return Text(run.Live[log.Key])
                    == Text((OrderState)log.Value.Skip(half).Aggregate(stored, Order.Kind.Evolve));
            })
        );

    /// <summary>
    /// Counted from the facts alone: what was ordered, less what changes took, is shipped, cancelled or open.
    /// </summary>
    [Fact]
    public void What_was_ordered_is_shipped_cancelled_or_open_over_all_orders() =>
        Holds(run =>
        {
            var facts = run.Logs.Values.SelectMany(l => l).ToList();
            var ordered =
                facts.OfType<OrderPlaced>().Sum(e => e.Lines.Sum(l => l.Quantity.Thousandths))
                + facts.OfType<OrderLinesChanged>().SelectMany(e => e.Changes).Sum(Difference);
            var shipped = facts.OfType<OrderShipped>().SelectMany(e => e.Lines).Sum(l => l.Quantity.Thousandths);
            var cancelled = facts.OfType<OrderCancelled>().SelectMany(e => e.Lines).Sum(l => l.Quantity.Thousandths);
            var open = run.Live.Values.SelectMany(o => o.Lines.Values).Sum(l => l.Open.Thousandths);
            return ordered == shipped + cancelled + open;
        });

    [Fact]
    public void What_a_split_takes_from_one_order_it_gives_to_the_other() =>
        Holds(run =>
        {
            var facts = run.Logs.Values.SelectMany(l => l).ToList();
            var gone = facts.OfType<OrderSplit>().SelectMany(e => e.Changes).Sum(c => -Difference(c));
            var come = facts.OfType<OrderSplitOff>().SelectMany(e => e.Lines).ToList();
            return gone == come.Sum(l => l.Quantity.Thousandths) && gone == come.Sum(l => l.EnteredQuantity);
        });

    [Fact]
    public void Every_line_stays_within_its_bounds() =>
        Holds(run =>
            run.Live.Values.SelectMany(o => o.Lines.Values)
                .All(l =>
                    l.Open.Sign >= 0
                    && l.Reserved.Sign >= 0
                    && l.Waiting.Sign >= 0
                    && l.Picked.Sign >= 0
                    && l.Picked <= l.Open
                    && l.Returned <= l.Shipped
                    && l.Reserved + l.Short <= l.Open
                )
        );

    [Fact]
    public void An_order_is_closed_exactly_when_nothing_is_open() =>
        Holds(run => run.Live.Values.All(o => (o.Stage == OrderStage.Closed) == !o.IsAnythingOpen()));

    private static void Holds(Func<Run, bool> property)
    {
        var reached = 0;
        Prop.ForAll(
                Runs,
                steps =>
                {
                    var run = new Run();
                    foreach (var step in steps)
                        run.Take(step);
                    reached += run.Logs.Values.Sum(l => l.Count(e => e is OrderShipped or OrderSplit or OrderReturned));
                    return property(run);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithQuietOnSuccess(true));
        reached.ShouldBeGreaterThan(150, "the runs must reach splits, shipments and returns");
    }

    private static long Difference(OrderLineChange change) =>
        (change.After?.Quantity.Thousandths ?? 0) - (change.Before?.Quantity.Thousandths ?? 0);

    private static OrderState Fold(string order, IEnumerable<object> facts) =>
        (OrderState)facts.Aggregate(Order.Kind.Initial(order), Order.Kind.Evolve);

    private static string Text(OrderState state) => Convert.ToHexString(Order.Kind.WriteSnapshot(state));

    /// <summary>An order, those split off it, and random commands against them; refusals change nothing.</summary>
    private sealed class Run
    {
        public Dictionary<string, OrderState> Live { get; } = [];

        public Dictionary<string, List<object>> Logs { get; } = [];

        public Run()
        {
            var lines = new[] { Line("1", 10), Line("2", 4), Line("3", 7) };
            Append(
                "A",
                PlaceOrder.Decide(
                    Of("A"),
                    new OrderPlaced("A", "main", null, default, 5, null, [], lines, [], null, null, "api")
                )
            );
        }

        public void Take(Step step)
        {
            var name = Live.Keys.ElementAt(step.Order % Live.Count);
            var order = Of(name);
            var (line, quantity) = ($"{step.Line}", BaseQuantity.Units(step.Quantity));
            var allotted = new ReservedLine(line, [new Allotment("LDN", null, null, quantity)]);
            var goods = new PickedLine(line, "JAR", quantity, null, null, null, null);
            if (step.Kind == 6)
            {
                Split(order, new SplitOrder($"{name}{Live.Count}", [new SplitLine(line, quantity)]));
                return;
            }

            Append(
                name,
                step.Kind switch
                {
                    0 => HoldOrder.Decide(order, new HoldOrder("wait")),
                    1 => ReleaseOrder.Decide(order, new ReleaseOrder(null)),
                    2 when step.Quantity > 11 => CancelOrder.Decide(order, new CancelOrder("no")),
                    2 => ShipOrder.Decide(order, new ShipOrder(null, null, null, null)),
                    3 => ChangeOrderLines.Decide(
                        order,
                        new ChangeOrderLines([new(line, Line(line, step.Quantity))], null)
                    ),
                    4 => ChangeOrderLines.Decide(order, new ChangeOrderLines([new(line, null)], null)),
                    5 => FollowStock.Decide(
                        order,
                        [
                            new StockShort("JAR", name, "main", 5, [], [new ShortLine(line, quantity)], ""),
                            new ReservationReleased("JAR", name, [allotted], ""),
                        ]
                    ),
                    7 => PickOrder.Decide(order, new PickOrder([goods])),
                    8 => ShipOrder.Decide(order, new ShipOrder(null, [goods], null, null)),
                    9 => ReturnOrder.Decide(
                        order,
                        new ReturnOrder(null, "LDN", null, [new(line, "JAR", quantity, null, null)], true, "")
                    ),
                    _ => FollowStock.Decide(order, [new StockReserved("JAR", name, [allotted], null, step.Kind == 11)]),
                }
            );
        }

        private void Split(OrderState order, SplitOrder command)
        {
            var (old, @new) = SplitOrder.Decide(order, Of(command.IntoOrder), command);
            Append(order.Order, old);
            if (!old.IsRefused)
                Append(command.IntoOrder, @new);
        }

        private OrderState Of(string order) =>
            Live.TryGetValue(order, out var state) ? state : new OrderState { Order = order };

        private void Append(string order, Decision decision)
        {
            if (decision.Events.Count == 0)
                return;
            Live[order] = (OrderState)decision.Events.Aggregate((object)Of(order), Order.Kind.Evolve);
            if (!Logs.TryGetValue(order, out var log))
                Logs.Add(order, log = []);
            log.AddRange(decision.Events);
        }

        private static OrderLine Line(string line, int units) =>
            new(line, "JAR", BaseQuantity.Units(units), units * 1000, "each", null);
    }
}
