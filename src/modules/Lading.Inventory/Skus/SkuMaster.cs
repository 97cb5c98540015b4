using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>What is known of a SKU apart from its stock.</summary>
public sealed record SkuMaster(
    string Sku,
    string Venture,
    string? Description,
    string BaseUnit,
    IReadOnlyList<UnitConversion> Units,
    Tracking Tracking,
    AllocationPolicy Allocation,
    IReadOnlyList<string> SitePreference,
    string? Gtin,
    bool Discontinued
)
{
    /// <summary>
    /// One movement is at most this much, so that sums of millions of movements stay far from overflow.
    /// </summary>
    public static readonly BaseQuantity Most = BaseQuantity.Units(1_000_000_000);

    /// <summary>Converts an entered quantity, exactly or not at all.</summary>
    public Refusal? ToBase(EnteredQuantity entered, out BaseQuantity quantity)
    {
        quantity = BaseQuantity.Zero;
        var unit =
            entered.Unit == BaseUnit
                ? new UnitConversion(BaseUnit, 1, 1)
                : Units.FirstOrDefault(u => u.Unit == entered.Unit);
        if (unit is null)
            return InventoryRefusals.UnknownUnit(this, entered.Unit);
        if (entered.Thousandths <= 0)
            return InventoryRefusals.QuantityOutOfRange(entered);
        var scaled = (Int128)entered.Thousandths * unit.Numerator;
        if (scaled % unit.Denominator != 0)
            return InventoryRefusals.UnitDoesNotDivide(this, entered, unit);
        if (scaled / unit.Denominator > Most.Thousandths)
            return InventoryRefusals.QuantityOutOfRange(entered);
        quantity = new BaseQuantity((long)(scaled / unit.Denominator));
        return null;
    }
}
