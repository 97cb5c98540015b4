using Lading.Contracts.Orders;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>A line as it was first ordered.</summary>
public sealed record PlacedLine(string Line, string Sku, decimal Quantity, string Unit, Price? UnitPrice);

/// <summary>An order as it was placed, whatever became of it since: what a second copy from the same source is compared
/// with.</summary>
public sealed record PlacedView(string Order, string Source, string? Customer, IReadOnlyList<PlacedLine> Lines);

/// <summary><c>GET /orders/{order}/placed</c>.</summary>
public static class ReadPlaced
{
    public static async Task<IResult> Handle(HttpContext http)
    {
        var caller = Caller.Of(http);
        var number = (string)http.Request.RouteValues["order"]!;
        if (!OrderNumber.IsValid(number))
            return Problems.Of(OrderRefusals.UnknownOrder(number));
        var first = await caller.Log.ReadStream(Order.Stream(number), 0, 1, http.RequestAborted);
        if (
            first.Count == 0
            || first[0].Fact is not OrderPlaced placed
            || !caller.Reach.SeesRecord(placed.Venture, placed.Customer, placed.Sites)
        )
            return Problems.Of(OrderRefusals.UnknownOrder(number));
        var lines = placed.Lines.Select(l => new PlacedLine(
            l.Line,
            l.Sku,
            ReadOrder.Units(l.EnteredQuantity),
            l.EnteredUnit,
            l.UnitPrice is { } price ? new Price(price.Millionths / 1_000_000m, price.Currency) : null
        ));
        var view = new PlacedView(placed.Order, placed.Source, placed.Customer, [.. lines]);
        return Results.Json(view, OrdersHttp.Default.PlacedView);
    }
}
