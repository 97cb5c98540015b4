using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Goods in the house may not be promised until someone frees them: damage, inspection, recall.</summary>
public static class HoldStock
{
    /// <summary>What is asked.</summary>
    public sealed record Command(StockSpot At, EnteredQuantity Entered, string Reason);

    /// <summary>Ladder: SKU, unit and quantity, lot and serials, enough that is neither held nor promised.</summary>
    public static Decision Decide(Stock stock, Command command, DateTime now) =>
        StockDraft.Decide(
            stock,
            now,
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
