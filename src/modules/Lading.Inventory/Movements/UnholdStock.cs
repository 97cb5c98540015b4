using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>Held goods are free again; whoever waits for them gets them in the same decision.</summary>
public static class UnholdStock
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
        var command = new Command(
            spot,
            checks.Quantity(body.Quantity, body.Unit),
            checks.TextOrNone("reason", body.Reason)
        );
        return await StockCall.Send(
            call,
            checks,
            sku,
            (on, stock) => Decide(stock, command, InventoryDirectory.TimeOf(on))
        );
    }

    /// <summary>What is asked.</summary>
    public sealed record Command(StockSpot At, EnteredQuantity Entered, string? Reason);

    /// <summary>Ladder: SKU, unit and quantity, lot and serials, so much is held.</summary>
    public static Decision Decide(Stock stock, Command command, SiteTime time) =>
        StockDraft.Decide(
            stock,
            time,
            draft =>
            {
                if (command.At.Check(stock, command.Entered, arriving: false, out var quantity) is { } refusal)
                    return refusal;
                foreach (var (place, part) in command.At.Places(quantity))
                {
                    if ((stock.At(place)?.Held ?? 0) < part.Thousandths)
                        return InventoryRefusals.NotHeld(stock, place, part);
                    draft.Append(new StockUnheld(stock.Sku, place, part, command.Reason));
                }

                return null;
            }
        );
}
