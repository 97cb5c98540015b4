using Lading.Contracts.Orders;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>A line as its source last had it.</summary>
public sealed record PlacedLine(string Line, string Sku, decimal Quantity, string Unit, Price? UnitPrice);

/// <summary>An order as its source last had it, whatever else became of it since: what a second copy from the same
/// source is compared with.</summary>
public sealed record PlacedView(string Order, string Source, string? Customer, IReadOnlyList<PlacedLine> Lines);

/// <summary><c>GET /orders/{order}/placed</c>. What a source changes of its own orders has the source as its
/// reason.</summary>
public static class ReadPlaced
{
    private const int Page = 500;

    public static async Task<IResult> Handle(HttpContext http)
    {
        var caller = Caller.Of(http);
        var number = (string)http.Request.RouteValues["order"]!;
        if (!OrderNumber.IsValid(number))
            return Problems.Of(OrderRefusals.UnknownOrder(number));
        var facts = await caller.Log.ReadStream(Order.Stream(number), 0, Page, http.RequestAborted);
        if (
            facts.Count == 0
            || facts[0].Fact is not OrderPlaced placed
            || !caller.Reach.SeesRecord(placed.Venture, placed.Customer, placed.Sites)
        )
            return Problems.Of(OrderRefusals.UnknownOrder(number));
        var lines = placed.Lines.ToDictionary(l => l.Line, StringComparer.Ordinal);
        while (facts.Count > 0)
        {
            foreach (var changed in facts.Select(f => f.Fact).OfType<OrderLinesChanged>())
                if (changed.Reason == placed.Source)
                    Change(lines, changed.Changes);
            facts = await caller.Log.ReadStream(Order.Stream(number), facts[^1].Version, Page, http.RequestAborted);
        }

        var view = new PlacedView(placed.Order, placed.Source, placed.Customer, [.. lines.Values.Select(View)]);
        return Results.Json(view, OrdersHttp.Default.PlacedView);
    }

    private static void Change(Dictionary<string, OrderLine> lines, IReadOnlyList<OrderLineChange> changes)
    {
        foreach (var change in changes)
            if (change.After is { } after)
                lines[change.Line] = after;
            else
                lines.Remove(change.Line);
    }

    private static PlacedLine View(OrderLine line) =>
        new(
            line.Line,
            line.Sku,
            ReadOrder.Units(line.EnteredQuantity),
            line.EnteredUnit,
            line.UnitPrice is { } price ? new Price(price.Millionths / 1_000_000m, price.Currency) : null
        );
}
