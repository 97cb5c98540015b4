using Lading.Kernel;

namespace Lading.Contracts.Orders;

/// <summary>How an order is to be treated.</summary>
public enum OrderType
{
    Standard,
    Rush,
    Wholesale,
    Transfer,
    Sample,
    Replacement,
}

/// <summary>
/// A line of an order. Quantities are in the SKU's base unit; what the customer entered stays beside it.
/// </summary>
/// <param name="Line">Unique in the order, never reused: <c>1</c>, <c>2</c>, or the sender's own id.</param>
/// <param name="EnteredQuantity">As entered, in thousandths of <paramref name="EnteredUnit"/>.</param>
/// <param name="UnitPrice">Per entered unit; null when the order carries no prices.</param>
public sealed record OrderLine(
    string Line,
    string Sku,
    BaseQuantity Quantity,
    long EnteredQuantity,
    string EnteredUnit,
    UnitPrice? UnitPrice,
    string? Description = null
);

/// <summary>A charge that is no stock: postage, bank fees, a manual correction.</summary>
public sealed record ServiceLine(string Line, string Code, string? Description, long Quantity, Money Amount);

/// <summary>Where to and for whom; sealed under the key of the customer.</summary>
public sealed record ShipTo(
    Personal? Name,
    Personal? Street,
    Personal? Phone,
    string? PostalCode,
    string? City,
    string? Country
);

/// <summary>
/// An order was placed. Stream <c>order/{order}</c>; the order's number is the stream's key, unique in the tenant.
/// </summary>
/// <param name="Priority">1 (first) to 9 (last); ties are broken by age.</param>
/// <param name="Sites">
/// Sites to promise from, in order of preference; empty: all sites of the venture in their stated order.
/// </param>
/// <param name="Source">Where it came from: <c>api</c>, <c>import:uci</c>, <c>demo</c>.</param>
public sealed record OrderPlaced(
    string Order,
    string Venture,
    string? Customer,
    OrderType Type,
    int Priority,
    DateOnly? RequestedOn,
    IReadOnlyList<string> Sites,
    IReadOnlyList<OrderLine> Lines,
    IReadOnlyList<ServiceLine> Services,
    ShipTo? ShipTo,
    string? Reference,
    string Source
);

/// <summary>How one line changed: null <c>Before</c> was added, null <c>After</c> was removed.</summary>
public sealed record OrderLineChange(string Line, string Sku, OrderLine? Before, OrderLine? After);

/// <summary>Lines of an open order were added, changed or removed.</summary>
public sealed record OrderLinesChanged(
    string Order,
    string Venture,
    int Priority,
    IReadOnlyList<string> Sites,
    IReadOnlyList<OrderLineChange> Changes,
    string? Reason
);

/// <summary>
/// A customer gave goods back, or no longer wants them; what became of the orders stands beside it. Stream
/// <c>take-back/{takeBack}</c>, so that the same is not taken back twice.
/// </summary>
/// <param name="TakeBack">The sender's own name for it, as a file's source, number and row.</param>
/// <param name="Quantity">Of this time; where more was asked for than was found, another time may add to it.</param>
/// <param name="Orders">Those that it was taken from.</param>
public sealed record GoodsTakenBack(string TakeBack, string Sku, BaseQuantity Quantity, IReadOnlyList<string> Orders);

/// <summary>Work on the order stops until it is released; its reservations stay.</summary>
public sealed record OrderHeld(string Order, string Reason);

/// <summary>A held order goes on.</summary>
public sealed record OrderReleased(string Order, string? Reason);

/// <summary>A quantity of one line, named with its SKU so that followers need no state of the order.</summary>
public sealed record LineQuantity(string Line, string Sku, BaseQuantity Quantity);

/// <summary>
/// The unshipped rest of an order was cancelled: all of <paramref name="Lines"/> is no longer wanted.
/// </summary>
public sealed record OrderCancelled(
    string Order,
    string Reason,
    IReadOnlyList<LineQuantity> Lines,
    string Venture = ""
);

/// <summary>Part of an order moved to a new order; appended to the old order's stream.</summary>
/// <param name="Changes">The lines as they were and as they now read; null <c>After</c>: the whole line went.</param>
public sealed record OrderSplit(string Order, string IntoOrder, IReadOnlyList<OrderLineChange> Changes);

/// <summary>An order came into being by a split; lines keep their ids. Stream of the new order.</summary>
/// <param name="Reserved">
/// What of the lines should take its reservation along; the rest was short. It is moved when Inventory says so
/// (<c>ReservationMoved</c>), from what it then holds: reserved for these, waiting for the rest, the other where
/// one falls short.
/// </param>
/// <param name="ShipTo">Another address; null: that of the order it came from, which holds the personal data
/// once.</param>
public sealed record OrderSplitOff(
    string Order,
    string FromOrder,
    string Venture,
    string? Customer,
    OrderType Type,
    int Priority,
    DateOnly? RequestedOn,
    IReadOnlyList<string> Sites,
    IReadOnlyList<OrderLine> Lines,
    IReadOnlyList<LineQuantity> Reserved,
    ShipTo? ShipTo
);

/// <summary>
/// How much Inventory holds for a line, less what was shipped, and how much it keeps waiting: totals for the line, not
/// deltas. For a moment they may be more than what is open (a release is on its way) or less than nothing (goods went
/// out
/// on a lapsed promise).
/// </summary>
public sealed record LineAllocation(string Line, BaseQuantity Reserved, BaseQuantity Short);

/// <summary>Orders followed Inventory's decision: what of the order is promised now.</summary>
/// <param name="Lines">The lines whose totals changed.</param>
/// <param name="Reserved">Reserved and open, over all lines of the order.</param>
/// <param name="Short">Short and open, over all lines of the order.</param>
public sealed record OrderAllocated(
    string Order,
    IReadOnlyList<LineAllocation> Lines,
    BaseQuantity Reserved,
    BaseQuantity Short
);

/// <summary>Goods of the order were picked from stock and stand ready.</summary>
public sealed record OrderPicked(string Order, IReadOnlyList<PickedLine> Lines);

/// <summary>What was picked of a line; lots and serials where the SKU is tracked.</summary>
public sealed record PickedLine(
    string Line,
    string Sku,
    BaseQuantity Quantity,
    string? Site,
    string? Location,
    string? Lot,
    IReadOnlyList<string>? Serials
);

/// <summary>Reserved or picked goods left the house for the customer.</summary>
public sealed record OrderShipped(
    string Order,
    string Shipment,
    IReadOnlyList<PickedLine> Lines,
    string? Carrier,
    string? Tracking,
    string Venture = ""
);

/// <summary>A customer's returned goods arrived.</summary>
/// <param name="Restock">True: back to available stock; false: held for inspection.</param>
public sealed record OrderReturned(
    string Order,
    string Return,
    string Site,
    string? Location,
    IReadOnlyList<ReturnedLine> Lines,
    bool Restock,
    string Reason,
    string Venture = ""
);

/// <summary>What came back of a line.</summary>
/// <param name="WithCustomer">
/// What of the line was with the customer until then: shipped and not yet returned. Null in older facts.
/// </param>
public sealed record ReturnedLine(
    string Line,
    string Sku,
    BaseQuantity Quantity,
    string? Lot,
    IReadOnlyList<string>? Serials,
    BaseQuantity? WithCustomer = null
);

/// <summary>
/// Nothing of the order is open any more: shipped or cancelled to the last unit. Only returns may follow.
/// </summary>
/// <param name="Cancelled">It ended by being cancelled: nothing of it was ever shipped.</param>
public sealed record OrderCompleted(string Order, bool Cancelled = false);

/// <summary>A customer was registered. Stream <c>customer/{customer}</c>.</summary>
public sealed record CustomerRegistered(
    string Customer,
    string Venture,
    Personal? Name,
    Personal? Email,
    Personal? Phone,
    string? Country
);

/// <summary>A customer's master data changed; the values after the change.</summary>
public sealed record CustomerChanged(
    string Customer,
    Personal? Name,
    Personal? Email,
    Personal? Phone,
    string? Country
);
