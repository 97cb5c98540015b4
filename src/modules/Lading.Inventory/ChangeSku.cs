using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Changes a SKU's master data. Base unit and tracking stay: the stock is counted in them.</summary>
public static class ChangeSku
{
    /// <summary>Ladder: unknown, conversions. The same values again change nothing.</summary>
    public static Decision Decide(Stock stock, SkuChanged asked)
    {
        if (stock.Master is not { } now)
            return InventoryRefusals.UnknownSku(stock.Sku);
        if (RegisterSku.WrongConversion(now.BaseUnit, asked.Units) is { } refusal)
            return refusal;
        var same =
            now.Description == asked.Description
            && now.Gtin == asked.Gtin
            && now.Allocation == asked.Allocation
            && now.Units.SequenceEqual(asked.Units)
            && now.SitePreference.SequenceEqual(asked.SitePreference);
        return same ? Decision.Accept() : Decision.Accept(asked);
    }
}
