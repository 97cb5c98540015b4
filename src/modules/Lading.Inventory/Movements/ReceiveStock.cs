using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// Goods come in from a supplier, or are entered as opening stock; whoever waits for them gets them in the same
/// decision.
/// </summary>
public static class ReceiveStock
{
    /// <summary>What is asked. <paramref name="Happened"/> may lie in the past.</summary>
    public sealed record Command(
        StockSpot To,
        EnteredQuantity Entered,
        DateOnly? Expires,
        string? Document,
        DateTime Happened,
        MovementKind Kind = MovementKind.Receipt
    );

    /// <summary>Ladder: SKU, unit and quantity, lot and serials, expiry, time, location.</summary>
    public static Decision Decide(Stock stock, Location location, Command command, SiteTime time) =>
        StockDraft.Decide(stock, time, draft => Rules(draft, location, command));

    private static Refusal? Rules(StockDraft draft, Location location, Command command)
    {
        var stock = draft.Stock;
        if (command.To.Check(stock, command.Entered, arriving: true, out var quantity) is { } refusal)
            return refusal;
        foreach (var serial in command.To.Serials)
            if (stock.Serial(serial) is { } there)
                return InventoryRefusals.SerialInStock(serial, there.Place);
        if (stock.LotOf(command.To.Lot) is { } lot && command.Expires is not null && lot.Expires != command.Expires)
            return InventoryRefusals.ExpiryDiffers(lot, command.Expires);
        if (command.To.Lot is null && command.Expires is { } day)
            return InventoryRefusals.LotNotTracked(stock.Sku, "expires", $"{day:yyyy-MM-dd}");
        if (command.Happened > draft.Now)
            return InventoryRefusals.HappensLater(command.Happened, draft.Now);
        if (location.MayTake() is { } closed)
            return closed;
        var from = StockPlace.From(command.Kind == MovementKind.Opening ? "opening" : "supplier");
        var expires = stock.LotOf(command.To.Lot) is { } known ? known.Expires : command.Expires;
        foreach (var (place, part) in command.To.Places(quantity))
            draft.Append(
                new StockMoved(
                    stock.Sku,
                    command.Kind,
                    from,
                    place,
                    part,
                    expires,
                    null,
                    command.Document,
                    command.Entered
                )
            );
        return null;
    }
}
