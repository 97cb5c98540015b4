using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>A part to move, in base units of its SKU.</summary>
public sealed record SplitLineRequest(string Line, decimal Quantity);

/// <summary>Body of <c>POST /orders/{order}/split</c>.</summary>
public sealed record SplitRequest
{
    /// <summary>The new order's number; left out: one is made.</summary>
    public string? IntoOrder { get; init; }

    public IReadOnlyList<SplitLineRequest> Lines { get; set; } = [];

    /// <summary>Another address for the new order; left out: the old one's.</summary>
    public ShipToRequest? ShipTo { get; init; }
}

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
    /// <summary><c>POST /orders/{order}/split</c>; the answer speaks of the new order.</summary>
    public static async Task<IResult> Handle(HttpContext http, OrderNumbers numbers)
    {
        var (call, problem) = await CommandCall.Read(http, OrdersHttp.Default.SplitRequest);
        if (problem is not null)
            return problem;
        var number = (string)http.Request.RouteValues["order"]!;
        if (!OrderNumber.IsValid(number))
            return await call!.Refuse(OrderRefusals.UnknownOrder(number));
        var checks = new Checks();
        var command = Read(call!.Body, numbers, checks);
        if (!checks.Pass)
            return await call.Refuse(checks, OrderCall.Location);
        var (old, @new) = (Order.Stream(number), Order.Stream(command.IntoOrder));
        return await call.Send(
            old == @new ? [@new] : [@new, old],
            on =>
            {
                var from = on.State<OrderState>(old);
                if (OrderCall.IsHidden(from, call.Caller))
                    return OrderRefusals.UnknownOrder(number);
                if (OrderWorth.OverLimit(call.Caller, on.Now, from, OrderWorth.Of(from)) is { } over)
                    return over; // in parts it would be within the limit
                var (left, moved) = Decide(from, on.State<OrderState>(@new), command);
                return on.Append(old, left) ?? on.Append(@new, moved);
            },
            OrderCall.Location
        );
    }

    private static SplitOrder Read(SplitRequest body, OrderNumbers numbers, Checks checks)
    {
        var into = body.IntoOrder ?? numbers.Next();
        checks.That(
            OrderNumber.IsValid(into),
            "intoOrder",
            into,
            "That is no order number.",
            "Leave it out and one is made."
        );
        if (body.Lines.Count is < 1 or > Order.MaxLines)
            checks.Add("lines", body.Lines.Count, OrderRefusals.LineCount(body.Lines.Count));
        var lines = new List<SplitLine>(body.Lines.Count);
        foreach (var one in body.Lines.Take(Order.MaxLines))
        {
            var at = new FieldPath("lines", lines.Count);
            Entered.Id(checks, at.Of("line"), one.Line, 40);
            lines.Add(new SplitLine(one.Line, Entered.InBase(one.Quantity, at.Of("quantity"), checks)));
        }

        var address = PlaceOrder.Address(body.ShipTo, $"order/{into}", checks);
        return new SplitOrder(into, lines, address);
    }

    /// <summary>Two answers for two streams; on a refusal the first is it and the second is empty.</summary>
    public static (Decision Old, Decision New) Decide(OrderState from, OrderState into, SplitOrder command)
    {
        if (Refuse(from, into, command) is { } refusal)
            return (refusal, Decision.Accept());

        var lines = new OrderLine[command.Lines.Count];
        var changes = new OrderLineChange[command.Lines.Count];
        var reserved = new List<LineQuantity>(command.Lines.Count);
        for (var i = 0; i < lines.Length; i++)
        {
            var (id, quantity) = command.Lines[i];
            var line = from.Lines[id];
            lines[i] = line.Line with { Quantity = quantity, EnteredQuantity = Divided(line.Line, quantity)!.Value };
            changes[i] = new OrderLineChange(id, line.Line.Sku, line.Line, Without(line.Line, lines[i]));
            var free = line.Open - line.Reserved;
            if (quantity > free)
                reserved.Add(new LineQuantity(id, line.Line.Sku, quantity - free));
        }

        var number = command.IntoOrder;
        return (
            Decision.Accept(new OrderSplit(from.Order, number, changes)),
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
                    Under(command.ShipTo, from.Customer is { } c ? Customer.Subject(c) : $"order/{number}")
                )
            )
        );
    }

    /// <summary>Personal data belongs to the customer, whose key is known only here.</summary>
    private static ShipTo? Under(ShipTo? to, string subject) =>
        to is null
            ? null
            : to with
            {
                Name = to.Name is null ? null : to.Name with { Subject = subject },
                Street = to.Street is null ? null : to.Street with { Subject = subject },
                Phone = to.Phone is null ? null : to.Phone with { Subject = subject },
            };

    /// <summary>What stays of a line when a part goes; null when all of it goes.</summary>
    private static OrderLine? Without(OrderLine line, OrderLine part) =>
        line.Quantity == part.Quantity
            ? null
            : line with
            {
                Quantity = line.Quantity - part.Quantity,
                EnteredQuantity = line.EnteredQuantity - part.EnteredQuantity,
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
            if (Divided(line.Line, quantity) is null)
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
    private static long? Divided(OrderLine line, BaseQuantity part)
    {
        var (whole, rest) = Int128.DivRem((Int128)line.EnteredQuantity * part.Thousandths, line.Quantity.Thousandths);
        return rest == 0 ? (long)whole : null;
    }
}
