using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>The unshipped rest of an order was cancelled: nothing of its lines waits or is promised any more.</summary>
public static class FollowCancel
{
    /// <summary>Never refuses. Lines, not quantities, are obeyed: what was cancelled must not stay promised.</summary>
    public static Decision Decide(Stock stock, OrderCancelled order, SiteTime time) =>
        StockDraft.Follow(stock, time, draft => Follow(draft, order));

    internal static void Follow(StockDraft draft, OrderCancelled order)
    {
        var lines = order.Lines.Where(l => l.Sku == draft.Stock.Sku).Select(l => new LineWish(l.Line, long.MaxValue));
        GiveBack.Take(draft, order.Order, lines.ToList(), order.Reason);
    }
}
