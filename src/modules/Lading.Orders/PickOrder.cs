using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>What of a line was picked or shipped, in base units of its SKU.</summary>
public sealed record GoodsRequest
{
    public string? Line { get; init; }

    public decimal? Quantity { get; init; }

    public string? Site { get; init; }

    public string? Location { get; init; }

    public string? Lot { get; init; }

    public IReadOnlyList<string>? Serials { get; init; }

    internal const int MostSerials = 1_000;

    /// <summary>Reads the goods of a request; null stays null.</summary>
    internal static IReadOnlyList<PickedLine>? Read(IReadOnlyList<GoodsRequest>? goods, Caller caller, Checks checks)
    {
        var cut = caller.Reach.IsCutBySites;
        if (goods is null)
        {
            // All that is reserved may lie at sites that are not this caller's.
            checks.That(!cut, "lines", null, "Say which goods, and from which of your sites.", "Give lines.");
            return null;
        }

        if (goods.Count is < 1 or > Order.MaxLines)
            checks.Add("lines", goods.Count, OrderRefusals.LineCount(goods.Count));
        var lines = new List<PickedLine>(goods.Count);
        foreach (var one in goods.Take(Order.MaxLines))
        {
            var at = new FieldPath("lines", lines.Count);
            Entered.Id(checks, at.Of("line"), one.Line, 40);
            var quantity = Entered.InBase(one.Quantity, at.Of("quantity"), checks);
            if (one.Site is not null || cut)
                Entered.Site(checks, at.Of("site"), one.Site, null, caller);
            Entered.Text(checks, at.Of("location"), one.Location, 40);
            Entered.Text(checks, at.Of("lot"), one.Lot, 80);
            CheckSerials(one.Serials, quantity, at.Of("serials"), checks);
            lines.Add(new PickedLine(one.Line ?? "", "", quantity, one.Site, one.Location, one.Lot, one.Serials));
        }

        return lines;
    }

    /// <summary>Serials, where they are named, are as many as the units and no two alike.</summary>
    internal static void CheckSerials(
        IReadOnlyList<string>? serials,
        BaseQuantity quantity,
        FieldPath field,
        Checks checks
    )
    {
        if (serials is null)
            return;
        var fits =
            BaseQuantity.Units(serials.Count) == quantity
            && serials.Distinct(StringComparer.Ordinal).Count() == serials.Count;
        checks.That(fits, field, serials.Count, $"{quantity} units have {quantity} different serial numbers.");
        checks.That(
            serials.Count <= MostSerials,
            field,
            serials.Count,
            $"One entry names at most {MostSerials} serial numbers.",
            "Report the others of the line in an entry of their own."
        );
        checks.That(
            serials.All(s => s.Length is > 0 and <= 80),
            field,
            null,
            "A serial number has 1 to 80 characters."
        );
    }
}

/// <summary>Body of <c>POST /orders/{order}/pick</c>; without lines: all that is reserved.</summary>
public sealed record PickRequest(IReadOnlyList<GoodsRequest>? Lines = null);

/// <summary>Says that reserved goods were picked and stand ready.</summary>
/// <param name="Lines">What was picked, a line several times when from several lots or places; null: all that is
/// reserved.</param>
public sealed record PickOrder(IReadOnlyList<PickedLine>? Lines)
{
    /// <summary><c>POST /orders/{order}/pick</c>.</summary>
    public static Task<IResult> Handle(HttpContext http) =>
        OrderCall.Send(
            http,
            OrdersHttp.Default.PickRequest,
            (body, caller, checks) => new PickOrder(GoodsRequest.Read(body.Lines, caller, checks)),
            Decide
        );

    public static Decision Decide(OrderState order, PickOrder command)
    {
        if (order.Stage == OrderStage.Unplaced)
            return OrderRefusals.UnknownOrder(order.Order);
        if (order.Stage == OrderStage.Closed)
            return OrderRefusals.OrderClosed(order.Order);
        if (order.Stage == OrderStage.Held)
            return OrderRefusals.OrderHeld(order.Order);

        var lines = command.Lines ?? AllReserved(order);
        if (command.Lines is null && lines.Count == 0)
            return OrderRefusals.NothingToPick(order.Order);
        var (asked, problem) = OrderLines.Sum(order, lines.Select(l => (l.Line, l.Quantity)));
        if (problem is not null)
            return problem;
        foreach (var (id, (at, quantity)) in asked)
        {
            var free = order.Lines[id].Reserved - order.Lines[id].Picked;
            if (quantity > free)
                return OrderRefusals.NotReserved(at, id, quantity, free);
        }

        return Decision.Accept(new OrderPicked(order.Order, ShipOrder.WithSkus(order, lines)));
    }

    private static PickedLine[] AllReserved(OrderState order) =>
        order
            .Lines.Values.Where(l => l.Reserved > l.Picked)
            .Select(l => new PickedLine(l.Line.Line, l.Line.Sku, l.Reserved - l.Picked, null, null, null, null))
            .ToArray();
}
