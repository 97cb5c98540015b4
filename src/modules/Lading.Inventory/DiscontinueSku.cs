using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Takes a SKU out of the range; its stock may still be sold and moved.</summary>
public static class DiscontinueSku
{
    /// <summary>Ladder: unknown, discontinued.</summary>
    public static Decision Decide(Stock stock, string reason)
    {
        if (stock.Master is not { } now)
            return InventoryRefusals.UnknownSku(stock.Sku);
        return now.Discontinued
            ? InventoryRefusals.SkuDiscontinued(stock.Sku)
            : Decision.Accept(new SkuDiscontinued(stock.Sku, reason));
    }
}
