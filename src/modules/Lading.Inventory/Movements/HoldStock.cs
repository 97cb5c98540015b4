using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>Body of <c>POST /inventory/holds</c> and <c>POST /inventory/holds/release</c>.</summary>
public sealed record HoldStockRequest
{
    public string? Sku { get; init; }

    public decimal? Quantity { get; init; }

    public string? Unit { get; init; }

    public PlaceRequest? At { get; init; }

    /// <summary>Needed to hold, not to free.</summary>
    public string? Reason { get; init; }
}

/// <summary>Goods in the house may not be promised until someone frees them: damage, inspection, recall.</summary>
public static class HoldStock
{
    internal static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, InventoryHttp.Default.HoldStockRequest);
        if (problem is not null)
            return problem;
        var body = call!.Body;
        var checks = new Checks();
        var sku = checks.Code("sku", body.Sku);
        checks.That(body.At is not null, "at", null, "The place of the goods is needed.", "Give at with its site.");
        var spot = checks.Spot(call.Caller, body.At, "at") ?? new StockSpot("", "", null, [], null);
        var command = new Command(spot, checks.Quantity(body.Quantity, body.Unit), checks.Text("reason", body.Reason));
        return await StockCall.Send(
            call,
            checks,
            sku,
            (on, stock) => Decide(stock, command, InventoryDirectory.TimeOf(on))
        );
    }

    /// <summary>What is asked.</summary>
    public sealed record Command(StockSpot At, EnteredQuantity Entered, string Reason);

    /// <summary>Ladder: SKU, unit and quantity, lot and serials, enough that is neither held nor promised.</summary>
    public static Decision Decide(Stock stock, Command command, SiteTime time) =>
        StockDraft.Decide(
            stock,
            time,
            draft =>
            {
                if (command.At.Check(stock, command.Entered, arriving: false, out var quantity) is { } refusal)
                    return refusal;
                if (command.At.CheckEnough(stock, quantity, withinPool: false, backDated: false) is { } tooFew)
                    return tooFew;
                foreach (var (place, part) in command.At.Places(quantity))
                    draft.Append(new StockHeld(stock.Sku, place, part, command.Reason));
                return null;
            }
        );
}
