using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Closes a location. Goods that arrived in the same moment may still be moved out of it.</summary>
public static class CloseLocation
{
    /// <summary>What is asked, with what the ledger says still lies there.</summary>
    public sealed record Command(string Reason, (string Sku, BaseQuantity Quantity)? Remains);

    /// <summary>Ladder: unknown, closed, not empty.</summary>
    public static Decision Decide(Location location, Command command)
    {
        if (StockPlaces.IsBuiltIn(location.Name) || !location.Opened)
            return InventoryRefusals.UnknownLocation(location.Site, location.Name);
        if (location.Closed)
            return InventoryRefusals.LocationClosed(location.Site, location.Name);
        if (command.Remains is var (sku, quantity))
            return InventoryRefusals.LocationNotEmpty(location.Site, location.Name, sku, quantity);
        return Decision.Accept(new LocationClosed(location.Site, location.Name, command.Reason));
    }
}
