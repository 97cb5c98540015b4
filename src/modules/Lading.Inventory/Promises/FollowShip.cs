using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Goods of an order left the house: the promise is used up and they are with the customer.</summary>
public static class FollowShip
{
    /// <summary>Never refuses.</summary>
    public static Decision Decide(Stock stock, OrderShipped order, SiteTime time) =>
        StockDraft.Follow(stock, time, draft => Follow(draft, order));

    /// <summary>What is left when the decision is full, else null.</summary>
    internal static OrderShipped? Follow(StockDraft draft, OrderShipped order)
    {
        var left = TakeForOrder.Each(
            draft,
            order.Lines,
            line =>
                TakeForOrder.Run(
                    draft,
                    order.Order,
                    line,
                    isShipment: true,
                    (id, place, quantity) => Leave(draft, order.Order, id, place, quantity)
                )
        );
        return left.Count == 0 ? null : order with { Lines = left };
    }

    private static void Leave(StockDraft draft, string order, string line, StockPlace place, BaseQuantity quantity)
    {
        var used = new Allotment(place.Site!, place.Owner, place.Lot, quantity);
        draft.Append(new ReservationUsed(draft.Stock.Sku, order, [new ReservedLine(line, [used])]));
        draft.Append(
            new StockMoved(
                draft.Stock.Sku,
                MovementKind.Shipment,
                place,
                StockPlace.From("customer"),
                quantity,
                null,
                null,
                order
            )
        );
    }
}
