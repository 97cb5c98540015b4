using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>A reservation made by hand is given up; whoever waits for the stock gets it in the same decision.</summary>
public static class ReleaseReservation
{
    /// <summary>Ladder: SKU, holder.</summary>
    public static Decision Decide(Stock stock, string name, string reason, DateTime now) =>
        StockDraft.Decide(
            stock,
            now,
            draft =>
            {
                if (stock.Master is null)
                    return InventoryRefusals.UnknownSku(stock.Sku);
                var holder = ReserveByHand.HolderOf(name);
                if (stock.ReservationOf(holder) is not { } held)
                    return InventoryRefusals.UnknownHolder(stock.Sku, name);
                draft.Append(new ReservationReleased(stock.Sku, holder, StockDraft.Lines(held.Promises), reason));
                return null;
            }
        );
}
