using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>What of a line came back, in base units of its SKU.</summary>
public sealed record ReturnedRequest
{
    public string? Line { get; init; }

    public decimal? Quantity { get; init; }

    public string? Lot { get; init; }

    public IReadOnlyList<string>? Serials { get; init; }
}

/// <summary>Body of <c>POST /orders/{order}/return</c>.</summary>
public sealed record ReturnRequest
{
    /// <summary>The sender's own number; left out: one is made.</summary>
    public string? Return { get; init; }

    public string? Site { get; init; }

    /// <summary>Left out: <c>returns</c>, which every site has.</summary>
    public string? Location { get; init; }

    public IReadOnlyList<ReturnedRequest> Lines { get; set; } = [];

    /// <summary>True: back to available stock; false: held for inspection.</summary>
    public bool Restock { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Takes back shipped goods, from an order that is complete or not, held or not.</summary>
/// <param name="Return">The sender's own number; null: the order's number and a count.</param>
public sealed record ReturnOrder(
    string? Return,
    string Site,
    string? Location,
    IReadOnlyList<ReturnedLine> Lines,
    bool Restock,
    string Reason
)
{
    /// <summary><c>POST /orders/{order}/return</c>.</summary>
    public static Task<IResult> Handle(HttpContext http) =>
        OrderCall.Send(http, OrdersHttp.Default.ReturnRequest, Read, Decide);

    private static ReturnOrder Read(ReturnRequest body, Caller caller, Checks checks)
    {
        if (body.Return is not null)
            Entered.Id(checks, "return", body.Return, 60);
        Entered.Site(checks, "site", body.Site, null, caller);
        Entered.Location(checks, "location", body.Site, body.Location, caller);
        Entered.Needed(checks, "reason", body.Reason, 200);
        if (body.Lines.Count is < 1 or > Order.MaxLines)
            checks.Add("lines", body.Lines.Count, OrderRefusals.LineCount(body.Lines.Count));
        var lines = new List<ReturnedLine>(body.Lines.Count);
        foreach (var one in body.Lines.Take(Order.MaxLines))
        {
            var at = new FieldPath("lines", lines.Count);
            Entered.Id(checks, at.Of("line"), one.Line, 40);
            var quantity = Entered.InBase(one.Quantity, at.Of("quantity"), checks);
            Entered.Text(checks, at.Of("lot"), one.Lot, 80);
            GoodsRequest.CheckSerials(one.Serials, quantity, at.Of("serials"), checks);
            lines.Add(new ReturnedLine(one.Line ?? "", "", quantity, one.Lot, one.Serials));
        }

        return new ReturnOrder(body.Return, body.Site ?? "", body.Location, lines, body.Restock, body.Reason ?? "");
    }

    public static Decision Decide(OrderState order, ReturnOrder command)
    {
        if (order.Stage == OrderStage.Unplaced)
            return OrderRefusals.UnknownOrder(order.Order);
        if (command.Return is { } used && order.Returns.Contains(used))
            return OrderRefusals.ReturnExists(order.Order, used);
        var (asked, problem) = OrderLines.Sum(order, command.Lines.Select(l => (l.Line, l.Quantity)));
        if (problem is not null)
            return problem;
        foreach (var (id, (at, quantity)) in asked)
        {
            var outside = order.Lines[id].Shipped - order.Lines[id].Returned;
            if (quantity > outside)
                return OrderRefusals.MoreThanShipped(at, id, quantity, outside);
        }

        var number = command.Return ?? Orders.Order.NextNumber($"{order.Order}-R", order.Returns);
        return Decision.Accept(
            new OrderReturned(
                order.Order,
                number,
                command.Site,
                command.Location,
                Told(order, command.Lines),
                command.Restock,
                command.Reason,
                order.Venture
            )
        );
    }

    /// <summary>The lines with their SKUs and with what of each was with the customer until then.</summary>
    private static ReturnedLine[] Told(OrderState order, IReadOnlyList<ReturnedLine> lines)
    {
        var back = new Dictionary<string, BaseQuantity>(StringComparer.Ordinal);
        return [.. lines.Select(Tell)];

        ReturnedLine Tell(ReturnedLine line)
        {
            var (state, before) = (order.Lines[line.Line], back.GetValueOrDefault(line.Line));
            back[line.Line] = before + line.Quantity;
            return line with { Sku = state.Line.Sku, WithCustomer = state.Shipped - state.Returned - before };
        }
    }
}
