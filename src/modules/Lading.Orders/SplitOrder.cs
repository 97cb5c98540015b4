using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>A part to move.</summary>
public sealed record SplitLine(string Line, BaseQuantity Quantity);

/// <summary>
/// Moves open, unpicked quantities to a new order; lines keep their ids. What is short moves first, so that the
/// old order keeps what is reserved and can go out; Inventory moves the reservations when it follows the new
/// order's first fact.
/// </summary>
/// <param name="ShipTo">Another address for the new order; null: the old order's.</param>
public sealed record SplitOrder(string IntoOrder, IReadOnlyList<SplitLine> Lines, ShipTo? ShipTo = null)
{
    /// <summary>Two answers for two streams; on a refusal the first is it and the second is empty.</summary>
    public static (Decision Old, Decision New) Decide(OrderState from, OrderState into, SplitOrder command)
    {
        if (Refuse(from, into, command) is { } refusal)
            return (refusal, Decision.Accept());

        var lines = new OrderLine[command.Lines.Count];
        var moved = new LineQuantity[command.Lines.Count];
        var reserved = new List<LineQuantity>(command.Lines.Count);
        for (var i = 0; i < lines.Length; i++)
        {
            var (id, quantity) = command.Lines[i];
            var line = from.Lines[id];
            lines[i] = line.Line with { Quantity = quantity, EnteredQuantity = Entered(line.Line, quantity)!.Value };
            moved[i] = new LineQuantity(id, line.Line.Sku, quantity);
            var free = line.Open - line.Reserved;
            if (quantity > free)
                reserved.Add(new LineQuantity(id, line.Line.Sku, quantity - free));
        }

        var number = command.IntoOrder;
        return (
            Decision.Accept(new OrderSplit(from.Order, number, moved)),
            Decision.Accept(
                new OrderSplitOff(
                    number,
                    from.Order,
                    from.Venture,
                    from.Customer,
                    from.Type,
                    from.Priority,
                    from.RequestedOn,
                    from.Sites,
                    lines,
                    reserved,
                    command.ShipTo
                )
            )
        );
    }

    /// <summary>What stays of a line when a part goes.</summary>
    public static OrderLine Without(OrderLine line, BaseQuantity part) =>
        line with
        {
            Quantity = line.Quantity - part,
            EnteredQuantity = line.EnteredQuantity - Entered(line, part)!.Value,
        };

    private static Refusal? Refuse(OrderState from, OrderState into, SplitOrder command)
    {
        if (from.Stage == OrderStage.Unplaced)
            return OrderRefusals.UnknownOrder(from.Order);
        if (command.IntoOrder == from.Order)
            return OrderRefusals.SplitIntoItself(from.Order);
        if (into.Stage != OrderStage.Unplaced)
            return OrderRefusals.OrderExists(command.IntoOrder) with { Field = "intoOrder" };
        if (from.Stage == OrderStage.Closed)
            return OrderRefusals.OrderClosed(from.Order);
        if (from.Stage == OrderStage.Held)
            return OrderRefusals.OrderHeld(from.Order);
        var (asked, problem) = OrderLines.Sum(from, command.Lines.Select(l => (l.Line, l.Quantity)));
        if (problem is not null)
            return problem;
        if (asked.Count != command.Lines.Count)
            return Repeated(command.Lines);
        foreach (var (id, (at, quantity)) in asked)
        {
            var line = from.Lines[id];
            if (quantity > line.Open - line.Picked)
                return OrderRefusals.NotOpen(at, id, quantity, line.Open - line.Picked);
            if (Entered(line.Line, quantity) is null)
                return OrderRefusals.NotWholeUnits(at, id, quantity, line.Line.EnteredUnit);
        }

        var open = from.Lines.Values.Aggregate(BaseQuantity.Zero, (sum, l) => sum + l.Open);
        var goes = asked.Values.Aggregate(BaseQuantity.Zero, (sum, a) => sum + a.Quantity);
        return open == goes ? OrderRefusals.NothingLeft(from.Order) : null;
    }

    private static Refusal Repeated(IReadOnlyList<SplitLine> lines)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var at = 0;
        while (ids.Add(lines[at].Line))
            at++;
        return OrderRefusals.RepeatedLine(at, lines[at].Line);
    }

    /// <summary>The part in the unit that was entered, exactly; null when it does not come out.</summary>
    private static long? Entered(OrderLine line, BaseQuantity part)
    {
        var (whole, rest) = Int128.DivRem((Int128)line.EnteredQuantity * part.Thousandths, line.Quantity.Thousandths);
        return rest == 0 ? (long)whole : null;
    }
}
