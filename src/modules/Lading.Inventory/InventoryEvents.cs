using System.Text.Json.Serialization;
using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>The stored names of this module's facts.</summary>
public static class InventoryEvents
{
    /// <summary>Registers every fact.</summary>
    public static void Register(EventTypes types) =>
        types
            .Add("inventory.sku-registered.v1", InventoryJson.Default.SkuRegistered)
            .Add("inventory.sku-changed.v1", InventoryJson.Default.SkuChanged)
            .Add("inventory.sku-discontinued.v1", InventoryJson.Default.SkuDiscontinued)
            .Add("inventory.location-opened.v1", InventoryJson.Default.LocationOpened)
            .Add("inventory.location-closed.v1", InventoryJson.Default.LocationClosed)
            .Add("inventory.stock-moved.v1", InventoryJson.Default.StockMoved)
            .Add("inventory.stock-booked.v1", InventoryJson.Default.StockBooked)
            .Add("inventory.stock-held.v1", InventoryJson.Default.StockHeld)
            .Add("inventory.stock-unheld.v1", InventoryJson.Default.StockUnheld)
            .Add("inventory.stock-reserved.v1", InventoryJson.Default.StockReserved)
            .Add("inventory.stock-short.v1", InventoryJson.Default.StockShort)
            .Add("inventory.reservation-released.v1", InventoryJson.Default.ReservationReleased)
            .Add("inventory.reservation-expired.v1", InventoryJson.Default.ReservationExpired)
            .Add("inventory.backorder-dropped.v1", InventoryJson.Default.BackorderDropped)
            .Add("inventory.reservation-moved.v1", InventoryJson.Default.ReservationMoved)
            .Add("inventory.reservation-used.v1", InventoryJson.Default.ReservationUsed)
            .Add("inventory.stock-discrepancy-found.v1", InventoryJson.Default.StockDiscrepancyFound);
}

/// <summary>How facts and snapshots are written: camelCase, enums by name, nothing written for null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(SkuRegistered))]
[JsonSerializable(typeof(SkuChanged))]
[JsonSerializable(typeof(SkuDiscontinued))]
[JsonSerializable(typeof(LocationOpened))]
[JsonSerializable(typeof(LocationClosed))]
[JsonSerializable(typeof(StockMoved))]
[JsonSerializable(typeof(StockBooked))]
[JsonSerializable(typeof(StockHeld))]
[JsonSerializable(typeof(StockUnheld))]
[JsonSerializable(typeof(StockReserved))]
[JsonSerializable(typeof(StockShort))]
[JsonSerializable(typeof(ReservationReleased))]
[JsonSerializable(typeof(ReservationExpired))]
[JsonSerializable(typeof(BackorderDropped))]
[JsonSerializable(typeof(ReservationMoved))]
[JsonSerializable(typeof(GoodsLeft))]
[JsonSerializable(typeof(ReservationUsed))]
[JsonSerializable(typeof(StockDiscrepancyFound))]
[JsonSerializable(typeof(Stock))]
[JsonSerializable(typeof(StockSnapshot))]
[JsonSerializable(typeof(Location))]
internal sealed partial class InventoryJson : JsonSerializerContext;
