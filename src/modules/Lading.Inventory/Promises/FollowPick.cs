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

    /// <summary>
    /// What is left when the decision is full, else null. Later, no more is staged than is still promised and on the
    /// shelves: the order may have been shipped or cancelled since.
    /// </summary>
    internal static OrderPicked? Follow(StockDraft draft, OrderPicked order, bool later = false)
    {
        var left = TakeForOrder.Each(draft, order.Lines, Take);
        return left.Count == 0 ? null : order with { Lines = left };

        PickedLine? Take(PickedLine line)
        {
            var still = later ? TakeForOrder.Unpicked(draft, order.Order, line) : line.Quantity;
            return still.Sign == 0
                ? null
                : TakeForOrder.Run(
                    draft,
                    order.Order,
                    line with
                    {
                        Quantity = BaseQuantity.Min(line.Quantity, still),
                    },
                    isShipment: false,
                    (_, place, quantity) => Stage(draft, order.Order, place, quantity)
                );
        }
    }

    private static void Stage(StockDraft draft, string order, StockPlace place, BaseQuantity quantity)
    {
        var staging = place with { Location = StockPlaces.StagingOf(order) };
        draft.Append(new StockMoved(draft.Stock.Sku, MovementKind.Pick, place, staging, quantity, null, null, order));
    }
}
