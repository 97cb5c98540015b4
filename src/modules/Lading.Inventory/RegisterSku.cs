using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Registers a SKU.</summary>
public static class RegisterSku
{
    private const long MostInFraction = 1_000_000_000;

    /// <summary>Ladder: exists, conversions.</summary>
    public static Decision Decide(Stock stock, SkuRegistered asked)
    {
        if (stock.Master is not null)
            return InventoryRefusals.SkuExists(stock.Sku);
        if (WrongConversion(asked.BaseUnit, asked.Units) is { } refusal)
            return refusal;
        return Decision.Accept(asked);
    }

    internal static Refusal? WrongConversion(string baseUnit, IReadOnlyList<UnitConversion> units)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { baseUnit };
        foreach (var unit in units)
            if (!seen.Add(unit.Unit) || unit.Numerator is < 1 or > MostInFraction || unit.Denominator is < 1 or > MostInFraction)
                return InventoryRefusals.BadConversion(unit);
        return null;
    }
}
