using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Held goods are free again; whoever waits for them gets them in the same decision.</summary>
public static class UnholdStock
{
    /// <summary>What is asked.</summary>
    public sealed record Command(StockSpot At, EnteredQuantity Entered, string? Reason);

    /// <summary>Ladder: SKU, unit and quantity, lot and serials, so much is held.</summary>
    public static Decision Decide(Stock stock, Command command, DateTime now) =>
        StockDraft.Decide(
            stock,
            now,
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
