using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>
/// Body of <c>POST /orders/{order}/lines</c>: lines as they are to be, and ids of lines to take away.
/// </summary>
public sealed record ChangeLinesRequest
{
    /// <summary>Each with its id: a known one is replaced, a new one added.</summary>
    public IReadOnlyList<LineRequest> Lines { get; set; } = [];

    public IReadOnlyList<string> Remove { get; set; } = [];

    public string? Reason { get; init; }
}

/// <summary>What a line is to be: null takes it away, a new id adds it.</summary>
/// <param name="Venture">Whose SKU it is, as the directory says; null: not asked.</param>
public sealed record WantedLine(string Line, OrderLine? After, string? Venture = null);

/// <summary>Adds, changes or removes lines of an order that is open or held.</summary>
public sealed record ChangeOrderLines(IReadOnlyList<WantedLine> Lines, string? Reason)
{
    /// <summary><c>POST /orders/{order}/lines</c>.</summary>
    public static Task<IResult> Handle(HttpContext http) =>
        OrderCall.Send(http, OrdersHttp.Default.ChangeLinesRequest, Read, Decide, Allow);

    /// <summary>An order beyond the caller's limit is neither theirs to change nor to be grown into.</summary>
    private static Refusal? Allow(OrderState order, ChangeOrderLines command, Caller caller, DateTime now) =>
        OrderWorth.OverLimit(caller, now, order, OrderWorth.Of(order))
        ?? OrderWorth.OverLimit(caller, now, order, OrderWorth.Of(order, command.Lines));

    private static ChangeOrderLines Read(ChangeLinesRequest body, Caller caller, Checks checks)
    {
        var known = OrderCall.Known(caller);
        Entered.Text(checks, "reason", body.Reason, 200);
        var lines = new List<WantedLine>(body.Lines.Count + body.Remove.Count);
        foreach (var line in body.Lines.Take(Order.MaxLines))
        {
            var at = new FieldPath("lines", lines.Count);
            checks.That(
                line.Line is not null,
                at.Of("line"),
                null,
                "A change names its line.",
                "Give the line's id, or a new one."
            );
            var after = Entered.Line(line, at, lines.Count + 1, null, known, checks);
            lines.Add(new WantedLine(line.Line ?? "", after, known.FindSku(after.Sku)?.Venture));
        }

        lines.AddRange(body.Remove.Take(Order.MaxLines).Select(id => new WantedLine(id, null)));
        var count = body.Lines.Count + body.Remove.Count;
        if (count > Order.MaxLines)
            checks.Add("lines", count, OrderRefusals.LineCount(count));
        foreach (var problem in Problems(lines))
            checks.Add(problem.Field!, problem.Value, problem);
        return new ChangeOrderLines(lines, body.Reason);
    }

    public static Decision Decide(OrderState order, ChangeOrderLines command)
    {
        if (order.Stage == OrderStage.Unplaced)
            return OrderRefusals.UnknownOrder(order.Order);
        if (order.Stage == OrderStage.Closed)
            return OrderRefusals.OrderClosed(order.Order);
        if (Problems(command.Lines).FirstOrDefault() is { } problem)
            return problem;

        var changes = new List<OrderLineChange>(command.Lines.Count);
        var currency = OrderAmounts.Currency([.. order.Lines.Values.Select(l => l.Line)], []) ?? order.ChargesIn;
        for (var i = 0; i < command.Lines.Count; i++)
        {
            if (command.Lines[i].After?.UnitPrice?.Currency is { } priced && priced != (currency ??= priced))
                return OrderRefusals.OtherCurrency(i, priced, currency);
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
        var (id, after, venture) = wanted;
        if (venture is not null && venture != order.Venture)
            return (null, OrderRefusals.SkuOfOtherVenture(at, after!.Sku, order.Venture));
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
