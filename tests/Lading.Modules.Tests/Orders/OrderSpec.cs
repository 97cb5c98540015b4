using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

/// <summary>The words in which the specs of orders are written.</summary>
public abstract class OrderSpec
{
    protected const string No = "SO-1";

    protected static Spec<OrderState> Given(params object[] events) =>
        new Spec<OrderState>(Order.Kind, No).Given(events);

    protected static BaseQuantity Units(long units) => BaseQuantity.Units(units);

    protected static OrderLine Line(string line, long units, string sku = "JAR") =>
        new(line, sku, Units(units), units * 1000, "each", new UnitPrice("GBP", 2_550_000, "each"));

    protected static OrderPlaced Placed(params OrderLine[] lines) =>
        new(No, "main", "C-1", OrderType.Standard, 5, null, ["LDN"], lines, [], null, null, "api");

    protected static LineQuantity Part(string line, long units, string sku = "JAR") => new(line, sku, Units(units));

    protected static LineAllocation Total(string line, long reserved, long @short = 0) =>
        new(line, Units(reserved), Units(@short));

    /// <summary>
    /// In most specs every line is named and nothing is more than open, so that the sums are plain.
    /// </summary>
    protected static OrderAllocated Allocated(params LineAllocation[] lines) =>
        new(No, lines, Sum(lines.Select(l => l.Reserved)), Sum(lines.Select(l => l.Short)));

    protected static BaseQuantity Sum(IEnumerable<BaseQuantity> parts) =>
        parts.Aggregate(BaseQuantity.Zero, (sum, part) => sum + part);

    protected static PickedLine Goods(string line, long units, string sku = "JAR", string? lot = null) =>
        new(line, sku, Units(units), null, null, lot, null);

    protected static OrderShipped Shipped(string shipment, params PickedLine[] lines) =>
        new(No, shipment, lines, null, null, "main");

    protected static ReservedLine Held(string line, long units) =>
        new(line, [new Allotment("LDN", null, null, Units(units))]);

    protected static StockReserved Reserved(string sku, params ReservedLine[] lines) =>
        new(sku, No, lines, null, false);

    protected static StockShort Short(string sku, params ShortLine[] lines) =>
        new(sku, No, "main", 5, ["LDN"], lines, "none on hand");

    protected static OrderCancelled Cancelled(string reason, params LineQuantity[] lines) =>
        new(No, reason, lines, "main");

    protected static readonly OrderCompleted Completed = new(No);

    protected static readonly OrderCompleted Ended = new(No, Cancelled: true);
}
