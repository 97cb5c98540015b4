using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>A storage location: the state of stream <c>location/{site}/{location}</c>.</summary>
public sealed record Location(string Site, string Name, bool Opened, bool Closed)
{
    /// <summary>The stream kind.</summary>
    public const string Kind = "location";

    /// <summary>The state of a location nobody opened; the key is <c>site/location</c>.</summary>
    public static Location Initial(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return new Location(key[..slash], key[(slash + 1)..], false, false);
    }

    /// <summary>Folds one fact in.</summary>
    public static Location Evolve(Location location, object fact) =>
        fact switch
        {
            LocationOpened => location with { Opened = true, Closed = false },
            LocationClosed => location with { Closed = true },
            _ => throw new InvalidOperationException($"A location does not know the fact {fact.GetType().Name}."),
        };

    /// <summary>Whether goods may be put here.</summary>
    public Refusal? MayTake()
    {
        if (StockPlaces.IsBuiltIn(Name))
            return null;
        if (!Opened)
            return InventoryRefusals.UnknownLocation(Site, Name);
        return Closed ? InventoryRefusals.LocationClosed(Site, Name) : null;
    }
}
