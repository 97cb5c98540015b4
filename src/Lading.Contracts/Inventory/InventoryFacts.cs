using Lading.Kernel;

namespace Lading.Contracts.Inventory;

/// <summary>How a SKU's units are told apart.</summary>
public enum Tracking
{
    None,
    Lot,
    Serial,
}

/// <summary>Which stock is promised first.</summary>
public enum AllocationPolicy
{
    /// <summary>First in, first out, by the time of receipt.</summary>
    Fifo,

    /// <summary>First expired, first out; stock without expiry last. Expired stock is never promised.</summary>
    Fefo,
}

/// <summary>
/// An exact conversion of a unit to the SKU's base unit: one <see cref="Unit"/> is Numerator/Denominator base units.
/// </summary>
public sealed record UnitConversion(string Unit, long Numerator, long Denominator);

/// <summary>A SKU was registered. Stream <c>sku/{sku}</c>, which holds all its stock too.</summary>
public sealed record SkuRegistered(
    string Sku,
    string Venture,
    string? Description,
    string BaseUnit,
    IReadOnlyList<UnitConversion> Units,
    Tracking Tracking,
    AllocationPolicy Allocation,
    IReadOnlyList<string> SitePreference,
    string? Gtin
);

/// <summary>A SKU's description, units, allocation or site preference changed; the values after the change.</summary>
public sealed record SkuChanged(
    string Sku,
    string? Description,
    IReadOnlyList<UnitConversion> Units,
    AllocationPolicy Allocation,
    IReadOnlyList<string> SitePreference,
    string? Gtin
);

/// <summary>A SKU takes no new orders; what is there may still be sold or moved.</summary>
public sealed record SkuDiscontinued(string Sku, string Reason);

/// <summary>A storage location was opened at a site. Stream <c>location/{site}/{location}</c>.</summary>
public sealed record LocationOpened(string Site, string Location, string Kind, string? Zone);

/// <summary>A location takes no more stock; what lies there may be moved out.</summary>
public sealed record LocationClosed(string Site, string Location, string Reason);

/// <summary>
/// Where a quantity of a SKU lies, or an outside account it comes from or goes to. Inside: site and location are set.
/// Outside: <see cref="Outside"/> names the account (<c>supplier</c>, <c>customer</c>, <c>count</c>, <c>scrap</c>,
/// <c>opening</c>).
/// </summary>
public sealed record StockPlace(
    string? Site,
    string? Location,
    string? Lot,
    string? Serial,
    string? Owner,
    string? Outside
)
{
    /// <summary>Where goods lie when nobody said where; every site has it without its being opened.</summary>
    public const string Stock = "stock";

    /// <summary>Where returned goods arrive; every site has it too.</summary>
    public const string Returns = "returns";

    /// <summary>An account outside the house.</summary>
    public static StockPlace From(string outside) => new(null, null, null, null, null, outside);

    /// <summary>Whether this is a place in the house.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsInside => Outside is null;
}

/// <summary>Why stock moved.</summary>
public enum MovementKind
{
    Receipt,
    Adjustment,
    Transfer,
    Pick,
    Shipment,
    Return,
    Opening,
}

/// <summary>A quantity as a person entered it, before it was converted to the base unit.</summary>
public sealed record EnteredQuantity(long Thousandths, string Unit);

/// <summary>
/// Double entry: a quantity (always positive) went from one place to another. Happened may be back-dated in the
/// envelope.
/// </summary>
/// <param name="Expires">The expiry of the lot, when it is first received.</param>
/// <param name="Entered">
/// What was entered, when a person or a file stated it; null for what follows from an order.
/// </param>
/// <param name="Order">
/// Of a return of goods that are somebody's or of a lot: the order they had gone out with; else null.
/// </param>
/// <param name="Line">The line of that order.</param>
public sealed record StockMoved(
    string Sku,
    MovementKind Kind,
    StockPlace From,
    StockPlace To,
    BaseQuantity Quantity,
    DateOnly? Expires,
    string? Reason,
    string? Document,
    EnteredQuantity? Entered = null,
    string? Order = null,
    string? Line = null
);

/// <summary>
/// What a sender calls a booking of its own was booked; the goods' movement stands beside it. Stream
/// <c>booking/{booking}</c>: the second to book under the same name is refused.
/// </summary>
/// <param name="Entered">As stated; below zero for what was missing or scrapped.</param>
public sealed record StockBooked(string Booking, string Sku, MovementKind Kind, EnteredQuantity Entered);

/// <summary>A quantity in the house may not be promised (damage, inspection).</summary>
public sealed record StockHeld(string Sku, StockPlace Place, BaseQuantity Quantity, string Reason);

/// <summary>Held stock is free again.</summary>
public sealed record StockUnheld(string Sku, StockPlace Place, BaseQuantity Quantity, string? Reason);

/// <summary>Stock set aside at one site, of one owner and, where lots are tracked, of one lot.</summary>
public sealed record Allotment(string Site, string? Owner, string? Lot, BaseQuantity Quantity);

/// <summary>What one line of an order (or another holder) got.</summary>
public sealed record ReservedLine(string Line, IReadOnlyList<Allotment> Allotments);

/// <summary>Stock was promised. Allotments are deltas, added to what the line already holds.</summary>
/// <param name="Holder">The order number, or the name of a reservation made by hand or by a channel.</param>
/// <param name="Expires">When the promise lapses; null: when it is used or released.</param>
/// <param name="FromBackorder">Whether it serves a line that was short before.</param>
public sealed record StockReserved(
    string Sku,
    string Holder,
    IReadOnlyList<ReservedLine> Lines,
    DateTime? Expires,
    bool FromBackorder
);

/// <summary>A short quantity of one line.</summary>
public sealed record ShortLine(string Line, BaseQuantity Quantity);

/// <summary>Not enough to promise: the rest waits as a backorder, in priority then age order.</summary>
public sealed record StockShort(
    string Sku,
    string Holder,
    string Venture,
    int Priority,
    IReadOnlyList<string> Sites,
    IReadOnlyList<ShortLine> Lines,
    string Reason
);

/// <summary>Promised stock is free again, by release, change or cancellation.</summary>
public sealed record ReservationReleased(string Sku, string Holder, IReadOnlyList<ReservedLine> Lines, string Reason);

/// <summary>
/// A promise lapsed at its time; the order's lines that held it are short or gone, as the holder decides.
/// </summary>
public sealed record ReservationExpired(string Sku, string Holder, IReadOnlyList<ReservedLine> Lines);

/// <summary>A waiting backorder is no longer wanted, in whole or in part.</summary>
public sealed record BackorderDropped(string Sku, string Holder, IReadOnlyList<ShortLine> Lines, string Reason);

/// <summary>Promised stock and waiting backorders went over from one order to another (a split).</summary>
public sealed record ReservationMoved(
    string Sku,
    string FromHolder,
    string ToHolder,
    IReadOnlyList<ReservedLine> Lines,
    IReadOnlyList<ShortLine> Short
);

/// <summary>Promised stock was used up by a shipment; the goods' movement stands beside it.</summary>
public sealed record ReservationUsed(string Sku, string Holder, IReadOnlyList<ReservedLine> Lines);

/// <summary>A back-dated entry made a past balance negative between two times: known, listed, never hidden.</summary>
public sealed record StockDiscrepancyFound(
    string Sku,
    string Site,
    DateTime From,
    DateTime Until,
    BaseQuantity Lowest,
    string Reason
);
