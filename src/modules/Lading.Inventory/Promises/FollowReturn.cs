using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>A customer's goods came back: into stock, or held until someone has looked at them.</summary>
public static class FollowReturn
{
    /// <summary>
    /// Never refuses. Goods that cannot be told apart as the SKU demands are held, whatever was asked.
    /// </summary>
    public static Decision Decide(Stock stock, OrderReturned order, DateTime now) =>
        StockDraft.Follow(stock, now, draft => Follow(draft, order));

    internal static void Follow(StockDraft draft, OrderReturned order)
    {
        foreach (var line in order.Lines.Where(l => l.Sku == draft.Stock.Sku && l.Quantity > BaseQuantity.Zero))
            Arrive(draft, order, line);
    }

    private static void Arrive(StockDraft draft, OrderReturned order, ReturnedLine line)
    {
        var stock = draft.Stock;
        var tracking = stock.Master?.Tracking ?? Tracking.None;
        var place = new StockPlace(
            order.Site,
            order.Location ?? StockPlaces.Returns,
            tracking == Tracking.None ? null : line.Lot,
            null,
            null,
            null
        );
        var left = line.Quantity;
        foreach (var serial in tracking == Tracking.Serial ? line.Serials?.Distinct(StringComparer.Ordinal) ?? [] : [])
        {
            var unit = BaseQuantity.Units(1);
            if (left < unit || stock.Serial(serial) is not null)
                continue;
            Put(draft, order, place with { Serial = serial }, unit, hold: !order.Restock);
            left -= unit;
        }

        var untold = tracking == Tracking.Serial || (tracking == Tracking.Lot && place.Lot is null);
        if (left > BaseQuantity.Zero)
            Put(draft, order, place, left, hold: !order.Restock || untold);
    }

    private static void Put(StockDraft draft, OrderReturned order, StockPlace place, BaseQuantity quantity, bool hold)
    {
        var sku = draft.Stock.Sku;
        draft.Append(
            new StockMoved(
                sku,
                MovementKind.Return,
                StockPlace.From("customer"),
                place,
                quantity,
                null,
                order.Reason,
                order.Return
            )
        );
        if (hold)
            draft.Append(new StockHeld(sku, place, quantity, $"return {order.Return}: {order.Reason}"));
    }
}
