using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Goods of an order were picked: they stand in the order's staging place, still promised to it.</summary>
public static class FollowPick
{
    /// <summary>Never refuses.</summary>
    public static Decision Decide(Stock stock, OrderPicked order, SiteTime time) =>
        StockDraft.Follow(stock, time, draft => Follow(draft, order));

    internal static void Follow(StockDraft draft, OrderPicked order)
    {
        foreach (var line in order.Lines.Where(l => l.Sku == draft.Stock.Sku))
            TakeForOrder.Run(
                draft,
                order.Order,
                line,
                isShipment: false,
                (_, place, quantity) => Stage(draft, order.Order, place, quantity)
            );
    }

    private static void Stage(StockDraft draft, string order, StockPlace place, BaseQuantity quantity)
    {
        var staging = place with { Location = StockPlaces.StagingOf(order) };
        draft.Append(new StockMoved(draft.Stock.Sku, MovementKind.Pick, place, staging, quantity, null, null, order));
    }
}
