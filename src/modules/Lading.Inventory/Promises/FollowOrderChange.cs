using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// Lines of an order changed: what is no longer wanted is given back, first what waits and then what is promised; what
/// is wanted more is promised or waits.
/// </summary>
public static class FollowOrderChange
{
    /// <summary>Never refuses.</summary>
    public static Decision Decide(Stock stock, OrderLinesChanged order, SiteTime time) =>
        StockDraft.Follow(stock, time, draft => Follow(draft, order));

    internal static void Follow(StockDraft draft, OrderLinesChanged order)
    {
        var less = new List<LineWish>();
        var more = new List<LineWish>();
        foreach (var change in order.Changes)
        {
            var delta = Wanted(change.After, draft.Stock.Sku) - Wanted(change.Before, draft.Stock.Sku);
            if (delta < 0)
                less.Add(new LineWish(change.Line, -delta));
            else if (delta > 0)
                more.Add(new LineWish(change.Line, delta));
        }

        GiveBack.Take(draft, order.Order, less, order.Reason ?? "changed");
        ReserveForOrder.Promise(draft, new(order.Order, order.Venture, order.Priority, order.Sites), [.. more]);
    }

    private static long Wanted(OrderLine? line, string sku) => line?.Sku == sku ? line.Quantity.Thousandths : 0;
}
