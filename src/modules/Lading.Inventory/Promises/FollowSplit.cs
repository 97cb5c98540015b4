using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// Part of an order became an order of its own: its promises and its place among those who wait go with it.
/// </summary>
public static class FollowSplit
{
    /// <summary>
    /// Never refuses. Of each line what the order says is promised moves promised, the rest of the line moves waiting.
    /// </summary>
    public static Decision Decide(Stock stock, OrderSplitOff order, SiteTime time) =>
        StockDraft.Follow(stock, time, draft => Follow(draft, order));

    internal static void Follow(StockDraft draft, OrderSplitOff order)
    {
        var moved = new List<ReservedLine>();
        var waits = new List<ShortLine>();
        foreach (var line in order.Lines.Where(l => l.Sku == draft.Stock.Sku))
        {
            var all = line.Quantity.Thousandths;
            var promised = order
                .Reserved.Where(r => r.Line == line.Line && r.Sku == draft.Stock.Sku)
                .Sum(r => r.Quantity.Thousandths);
            var held = draft.Stock.ReservationOf(order.FromOrder)?.Of(line.Line) ?? 0;
            var waiting = Math.Min(
                all - Math.Min(promised, held),
                draft.Stock.WaitingOf(order.FromOrder)?.Of(line.Line) ?? 0
            );
            var pieces = GiveBack.Pieces(draft.Stock, order.FromOrder, line.Line, all - waiting);
            if (pieces.Count > 0)
                moved.Add(new ReservedLine(line.Line, pieces));
            if (waiting > 0)
                waits.Add(new ShortLine(line.Line, new BaseQuantity(waiting)));
        }

        if (moved.Count + waits.Count > 0)
            draft.Append(new ReservationMoved(draft.Stock.Sku, order.FromOrder, order.Order, moved, waits));
    }
}
