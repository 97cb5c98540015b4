using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Inventory;
using Lading.Kernel;

namespace Lading.Modules.Tests.Inventory;

/// <summary>Short words for facts and places, so that a spec reads as a sentence.</summary>
internal static class StockFacts
{
    public const string Sku = StockSpec.Sku;

    public static readonly Location Stocked = new("A", "stock", false, false);

    public static BaseQuantity Q(long units) => BaseQuantity.Units(units);

    public static EnteredQuantity EA(long units) => new(units * 1000, "EA");

    public static SkuRegistered Registered(
        Tracking tracking = Tracking.None,
        AllocationPolicy allocation = AllocationPolicy.Fifo,
        params string[] preference
    ) =>
        new(
            Sku,
            "main",
            "A widget",
            "EA",
            [new UnitConversion("BOX", 12, 1), new UnitConversion("GRAM", 1, 7)],
            tracking,
            allocation,
            preference,
            null
        );

    public static StockPlace Place(
        string site = "A",
        string location = "stock",
        string? lot = null,
        string? serial = null,
        string? owner = null
    ) => new(site, location, lot, serial, owner, null);

    public static StockSpot Spot(
        string site = "A",
        string location = "stock",
        string? lot = null,
        string? owner = null,
        params string[] serials
    ) => new(site, location, lot, serials, owner);

    public static StockMoved Received(long units, StockPlace? to = null, DateOnly? expires = null) =>
        new(
            Sku,
            MovementKind.Receipt,
            StockPlace.From("supplier"),
            to ?? Place(),
            Q(units),
            expires,
            null,
            "PO-1",
            EA(units)
        );

    public static StockMoved Moved(
        MovementKind kind,
        StockPlace from,
        StockPlace to,
        long units,
        string? reason,
        string? document
    ) => new(Sku, kind, from, to, Q(units), null, reason, document);

    public static Allotment On(long units, string site = "A", string? lot = null, string? owner = null) =>
        new(site, owner, lot, Q(units));

    public static ReservedLine Line(string line, params Allotment[] allotments) => new(line, allotments);

    public static ShortLine Missing(string line, long units) => new(line, Q(units));

    public static StockReserved Reserved(string holder, params ReservedLine[] lines) =>
        new(Sku, holder, lines, null, false);

    public static StockReserved Served(string holder, params ReservedLine[] lines) =>
        new(Sku, holder, lines, null, true);

    public static StockShort Short(string holder, int priority, params ShortLine[] lines) =>
        new(Sku, holder, "main", priority, [], lines, "not enough available");

    public static StockHeld Held(long units, StockPlace? at = null, string reason = "damaged") =>
        new(Sku, at ?? Place(), Q(units), reason);

    public static OrderLine Ordered(string line, long units, string sku = Sku) =>
        new(line, sku, Q(units), units * 1000, "EA", null);

    public static OrderPlaced Order(string order, params OrderLine[] lines) => Order(order, 5, [], lines);

    public static OrderPlaced Order(string order, int priority, string[] sites, params OrderLine[] lines) =>
        new(order, "main", "C1", OrderType.Standard, priority, null, sites, lines, [], null, null, "api");

    public static PickedLine Picked(
        string line,
        long units,
        string? site = "A",
        string? location = null,
        string? lot = null,
        params string[] serials
    ) => new(line, Sku, Q(units), site, location, lot, serials);

    public static DateOnly Day(int day) => new(2026, 3, day);

    public static ReceiveStock.Command Receipt(long units, StockSpot? to = null, DateOnly? expires = null) =>
        new(to ?? Spot(), EA(units), expires, "PO-1", StockSpec.Noon);
}
