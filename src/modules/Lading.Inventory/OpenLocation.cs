using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Opens a storage location, for the first time or again.</summary>
public static class OpenLocation
{
    /// <summary>What is asked.</summary>
    public sealed record Command(string Kind, string? Zone);

    /// <summary>A built-in location is open from the start.</summary>
    public static Decision Decide(Location location, Command command) =>
        StockPlaces.IsBuiltIn(location.Name) || location is { Opened: true, Closed: false }
            ? InventoryRefusals.LocationExists(location.Site, location.Name)
            : Decision.Accept(new LocationOpened(location.Site, location.Name, command.Kind, command.Zone));
}
