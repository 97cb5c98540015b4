using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>Body of <c>POST /orders/take-back</c>.</summary>
public sealed record TakeBackRequest
{
    /// <summary>
    /// The sender's own name for what is taken back, 1 to 120 characters. The same again takes nothing twice, under
    /// whatever Idempotency-Key and however long after; what was not found the first time may be found then.
    /// </summary>
    public string? TakeBack { get; init; }

    public string? Sku { get; init; }

    public decimal? Quantity { get; init; }

    /// <summary>A unit of the SKU; left out: its base unit.</summary>
    public string? Unit { get; init; }

    /// <summary>Where to take it from, the newest first; an order that is not there is passed over.</summary>
    public IReadOnlyList<string> Orders { get; set; } = [];

    /// <summary>Where shipped goods come back to, which needs <c>orders.fulfil</c> too; left out: only what is not
    /// shipped is taken back.</summary>
    public string? Site { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Answer of <c>POST /orders/take-back</c>, in base units of the SKU: what was taken back under this name so
/// far, and what of it no order had.</summary>
public sealed record TakenBack(string TakeBack, decimal Quantity, decimal Missing, long Position);

/// <summary>What was taken back under one name so far.</summary>
public sealed record TakenSoFar(string? Sku, BaseQuantity Quantity);

/// <summary>
/// Takes a quantity of a SKU back out of orders: of the first that has any of it unshipped, then the next; and when no
/// order has more, what was shipped comes back. All in one command, so that a row of a file is taken whole or not.
/// </summary>
public sealed record TakeBack(
    string Name,
    string Sku,
    BaseQuantity Quantity,
    string BaseUnit,
    string? Site,
    string Reason
)
{
    private const int MostOrders = 100;
    private const int MostName = 120;

    /// <summary>How the stream of a name folds.</summary>
    public static readonly StreamKind<TakenSoFar> Kind = new("take-back", _ => new TakenSoFar(null, default), Evolve);

    /// <summary>What becomes of one order.</summary>
    public sealed record Part(OrderState Order, Decision Facts);

    /// <summary><c>POST /orders/take-back</c>.</summary>
    public static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, OrdersHttp.Default.TakeBackRequest);
        if (problem is not null)
            return problem;
        var (caller, checks) = (call!.Caller, new Checks());
        var command = Read(call.Body, caller, checks);
        if (!checks.Pass)
            return await call.Refuse(checks);
        var name = StreamName.Of(Kind.Name, command.Name);
        StreamName[] orders = [.. call.Body.Orders.Distinct(StringComparer.Ordinal).Select(Order.Stream)];
        var answer = await call.Ask([name, .. orders], on => Take(on, name, orders, caller, command));
        var usual = call.Respond(answer);
        if (!answer.Accepted)
            return usual;
        var facts = await caller.Log.ReadStream(name, 0, (int)answer.Version, http.RequestAborted);
        var taken = facts.Aggregate(BaseQuantity.Zero, (sum, f) => sum + ((GoodsTakenBack)f.Fact).Quantity);
        var missing = (command.Quantity - taken).ToDecimal();
        return Results.Json(
            new TakenBack(command.Name, taken.ToDecimal(), missing, answer.Position),
            OrdersHttp.Default.TakenBack
        );
    }

    private static TakeBack Read(TakeBackRequest body, Caller caller, Checks checks)
    {
        Entered.Id(checks, "takeBack", body.TakeBack, MostName);
        Entered.Needed(checks, "reason", body.Reason, 200);
        if (body.Site is not null)
            Entered.Site(checks, "site", body.Site, null, caller);
        checks.That(
            body.Orders.Count is >= 1 and <= MostOrders,
            "orders",
            body.Orders.Count,
            $"1 to {MostOrders} orders are named."
        );
        for (var i = 0; i < Math.Min(body.Orders.Count, MostOrders); i++)
            checks.That(
                OrderNumber.IsValid(body.Orders[i]),
                $"orders[{i}]",
                body.Orders[i],
                "That is no order number."
            );
        var sku = body.Sku is null ? null : OrderCall.Known(caller).FindSku(body.Sku);
        if (sku is not null && !caller.Sees(sku.Venture))
            sku = null;
        checks.That(sku is not null, "sku", body.Sku, "There is no such SKU.", "Use a code of GET /api/v1/skus.");
        var quantity = BaseQuantity.Zero;
        if (sku is not null && Entered.Thousandths(body.Quantity, "quantity", checks) is { } entered)
            Entered.TryToBase(sku, body.Unit ?? sku.BaseUnit, entered, "unit", "quantity", checks, out quantity);
        return new TakeBack(
            body.TakeBack ?? "",
            body.Sku ?? "",
            quantity,
            sku?.BaseUnit ?? "",
            body.Site,
            body.Reason ?? ""
        );
    }

    private static Refusal? Take(
        Deciding on,
        StreamName name,
        IReadOnlyList<StreamName> orders,
        Caller caller,
        TakeBack command
    )
    {
        var fulfil = caller.Rights.Find("orders.fulfil") is { SecondPerson: 0 } allowed
            ? allowed.At(on.Now, caller.Identity.SecondFactorAt, out _)
            : null;
        OrderState[] seen =
        [
            .. orders
                .Select(on.State<OrderState>)
                .Where(o => o.Stage != OrderStage.Unplaced && !OrderCall.IsHidden(o, caller)),
        ];
        var (parts, taken, refusal) = Decide(
            on.State<TakenSoFar>(name),
            seen,
            command,
            order =>
                fulfil is not null
                && fulfil.SeesRecord(order.Venture, order.Customer, order.Sites)
                && fulfil.SeesSite(order.Venture, command.Site!)
        );
        if (refusal is not null)
            return refusal;
        foreach (var (order, _) in parts)
            if (OrderWorth.OverLimit(caller, on.Now, order, OrderWorth.Of(order)) is { } over)
                return over;
        foreach (var (order, facts) in parts)
            on.Append(Order.Stream(order.Order), facts);
        on.Append(name, taken!);
        return null;
    }

    /// <summary>
    /// Ladder: taken back before; each order's own rules; anything found. What is held is taken from as well: nothing
    /// goes out by it.
    /// </summary>
    /// <param name="orders">Those to take from, in this order.</param>
    /// <param name="mayReturn">Whether what was shipped of an order may be brought back to the named site.</param>
    public static (IReadOnlyList<Part> Parts, GoodsTakenBack? Fact, Refusal? Refusal) Decide(
        TakenSoFar before,
        IReadOnlyList<OrderState> orders,
        TakeBack command,
        Func<OrderState, bool> mayReturn
    )
    {
        var rest = command.Quantity - before.Quantity;
        if (before.Sku is not null && (before.Sku != command.Sku || rest.Sign < 0))
            return ([], null, OrderRefusals.TakenBackOtherwise(command.Name));
        if (rest.Sign == 0)
            return ([], null, OrderRefusals.TakenBackBefore(command.Name));
        var parts = new List<Part>();
        var wanted = rest;
        foreach (var order in orders)
            if (Of(order, command.Sku, l => l.Open - l.Picked, ref rest) is { Count: > 0 } open)
                parts.Add(new Part(order, Lessen(order, open, command)));
        if (command.Site is { } site)
            foreach (var order in orders)
                if (
                    mayReturn(order)
                    && Of(order, command.Sku, l => l.Shipped - l.Returned, ref rest) is { Count: > 0 } shipped
                )
                    parts.Add(new Part(order, Return(order, shipped, site, command.Reason)));
        if (parts.FirstOrDefault(p => p.Facts.IsRefused) is { } no)
            return ([], null, no.Facts.Refusal);
        if (parts.Count == 0)
            return ([], null, OrderRefusals.NothingToTakeBack(command.Sku, wanted));
        string[] from = [.. parts.Select(p => p.Order.Order).Distinct(StringComparer.Ordinal)];
        return (parts, new GoodsTakenBack(command.Name, command.Sku, wanted - rest, from), null);
    }

    /// <summary>What of an order's lines is taken, line by line, of what there is.</summary>
    private static Dictionary<string, BaseQuantity> Of(
        OrderState order,
        string sku,
        Func<LineState, BaseQuantity> there,
        ref BaseQuantity rest
    )
    {
        var taken = new Dictionary<string, BaseQuantity>(StringComparer.Ordinal);
        foreach (var (id, line) in order.Lines)
        {
            if (rest.Sign == 0 || line.Line.Sku != sku || there(line).Sign <= 0)
                continue;
            taken[id] = BaseQuantity.Min(rest, there(line));
            rest -= taken[id];
        }

        return taken;
    }

    /// <summary>An order of which nothing would be left, and nothing went out, is cancelled.</summary>
    private static Decision Lessen(OrderState order, Dictionary<string, BaseQuantity> taken, TakeBack command)
    {
        if (order.Lines.All(l => l.Value.Shipped.Sign == 0 && l.Value.Open == taken.GetValueOrDefault(l.Key)))
            return CancelOrder.Decide(order, new CancelOrder(command.Reason));
        var lines = new List<WantedLine>(taken.Count);
        foreach (var (id, quantity) in taken)
        {
            var (line, left) = (order.Lines[id].Line, order.Lines[id].Wanted - quantity);
            var after = left.Sign == 0 ? null : With(line, left, command.BaseUnit);
            if (after is null && left.Sign > 0)
                return OrderRefusals.PriceDoesNotDivide(order.Order, line, left, command.BaseUnit);
            lines.Add(new WantedLine(id, after));
        }

        return ChangeOrderLines.Decide(order, new ChangeOrderLines(lines, command.Reason));
    }

    private static Decision Return(
        OrderState order,
        Dictionary<string, BaseQuantity> taken,
        string site,
        string reason
    ) =>
        ReturnOrder.Decide(
            order,
            new ReturnOrder(
                null,
                site,
                null,
                [.. taken.Select(t => new ReturnedLine(t.Key, "", t.Value, null, null))],
                Restock: false,
                reason
            )
        );

    /// <summary>
    /// A line with another quantity: in the unit that was entered where it comes out, else in the base unit at the
    /// exact price of one; null when neither does. So the amount follows the goods, whatever unit they were priced in.
    /// </summary>
    internal static OrderLine? With(OrderLine line, BaseQuantity quantity, string baseUnit)
    {
        var (entered, odd) = Scaled(line.EnteredQuantity, quantity.Thousandths, line.Quantity.Thousandths);
        if (odd == 0)
            return line with { Quantity = quantity, EnteredQuantity = entered };
        var inBase = line with { Quantity = quantity, EnteredQuantity = quantity.Thousandths, EnteredUnit = baseUnit };
        if (line.UnitPrice is not { } price)
            return inBase;
        var (millionths, broken) = Scaled(price.Millionths, line.EnteredQuantity, line.Quantity.Thousandths);
        return broken == 0 ? inBase with { UnitPrice = price with { Millionths = millionths, Per = baseUnit } } : null;
    }

    private static (long Whole, long Odd) Scaled(long value, long by, long over)
    {
        var (whole, rest) = Int128.DivRem((Int128)value * by, over);
        return ((long)whole, (long)rest);
    }

    private static TakenSoFar Evolve(TakenSoFar state, object fact) =>
        fact switch
        {
            GoodsTakenBack f => new TakenSoFar(f.Sku, state.Quantity + f.Quantity),
            _ => throw new InvalidOperationException($"A take-back cannot fold a {fact.GetType().Name}."),
        };
}
