using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>What a line is to be: null takes it away, a new id adds it.</summary>
public sealed record WantedLine(string Line, OrderLine? After);

/// <summary>Adds, changes or removes lines of an order that is open or held.</summary>
public sealed record ChangeOrderLines(IReadOnlyList<WantedLine> Lines, string? Reason)
{
    public static Decision Decide(OrderState order, ChangeOrderLines command)
    {
        if (order.Stage == OrderStage.Unplaced)
            return OrderRefusals.UnknownOrder(order.Order);
        if (order.Stage == OrderStage.Closed)
            return OrderRefusals.OrderClosed(order.Order);
        if (Problems(command.Lines).FirstOrDefault() is { } problem)
            return problem;

        var changes = new List<OrderLineChange>(command.Lines.Count);
        for (var i = 0; i < command.Lines.Count; i++)
        {
            var (change, refusal) = Change(order, command.Lines[i], i);
            if (refusal is not null)
                return refusal;
            if (change!.Before != change.After)
                changes.Add(change);
        }

        var added = changes.Count(c => c.Before is null);
        if (order.Lines.Count + added > Order.MaxLines)
            return OrderRefusals.LineCount(order.Lines.Count + added);
        return changes.Count == 0 ? Decision.Accept() : Conclude(order, changes, command.Reason);
    }

    /// <summary>What is wrong with the request by itself, all of it.</summary>
    public static IEnumerable<Refusal> Problems(IReadOnlyList<WantedLine> lines)
    {
        if (lines.Count is < 1 or > Order.MaxLines)
            yield return OrderRefusals.LineCount(lines.Count);
        var ids = new HashSet<string>(lines.Count, StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            if (!ids.Add(lines[i].Line))
                yield return OrderRefusals.RepeatedLine(i, lines[i].Line);
            if (lines[i].After is { } after && !OrderLines.IsQuantity(after.Quantity))
                yield return OrderRefusals.LineQuantity(i, after.Quantity);
        }
    }

    private static (OrderLineChange? Change, Refusal? Refusal) Change(OrderState order, WantedLine wanted, int at)
    {
        var (id, after) = wanted;
        if (!order.Lines.TryGetValue(id, out var line))
        {
            return after is null
                ? (null, OrderRefusals.UnknownLine(at, order.Order, id))
                : (new OrderLineChange(id, after.Sku, null, after), null);
        }

        if (line.Wanted.Sign == 0)
            return (null, OrderRefusals.LineUsedBefore(at, id));
        if (after is not null && after.Sku != line.Line.Sku)
            return (null, OrderRefusals.LineSkuFixed(at, id, line.Line.Sku));
        var least = line.Shipped + line.Picked;
        if ((after?.Quantity ?? BaseQuantity.Zero) < least)
            return (null, OrderRefusals.BelowPicked(at, id, least));
        return (new OrderLineChange(id, line.Line.Sku, line.Line, after), null);
    }

    /// <summary>
    /// An order whose rest went away by changes is complete when goods were shipped; else it should be
    /// cancelled.
    /// </summary>
    private static Decision Conclude(OrderState order, List<OrderLineChange> changes, string? reason)
    {
        var (wanted, shipped) = (BaseQuantity.Zero, BaseQuantity.Zero);
        foreach (var line in order.Lines.Values)
            (wanted, shipped) = (wanted + line.Wanted, shipped + line.Shipped);
        foreach (var change in changes)
            wanted += (change.After?.Quantity ?? default) - (change.Before?.Quantity ?? default);

        if (wanted.Sign == 0)
            return OrderRefusals.NothingLeft(order.Order);
        var changed = new OrderLinesChanged(order.Order, order.Venture, order.Priority, order.Sites, changes, reason);
        return wanted == shipped ? Decision.Accept(changed, new OrderCompleted(order.Order)) : Decision.Accept(changed);
    }
}
