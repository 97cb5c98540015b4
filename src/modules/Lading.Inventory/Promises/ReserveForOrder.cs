using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// An order was placed: all its lines of this SKU are promised what is there, in the order's site preference, and the
/// rest waits. Never refuses: too little is a fact.
/// </summary>
public static class ReserveForOrder
{
    /// <summary>Promises and shorts for the order's lines of this SKU.</summary>
    public static Decision Decide(Stock stock, OrderPlaced order, SiteTime time) =>
        StockDraft.Follow(stock, time, draft => Follow(draft, order));

    internal static void Follow(StockDraft draft, OrderPlaced order)
    {
        var wanted = order
            .Lines.Where(l => l.Sku == draft.Stock.Sku && l.Quantity > BaseQuantity.Zero)
            .Select(l => new LineWish(l.Line, l.Quantity.Thousandths));
        Promise(draft, new Wish(order.Order, order.Venture, order.Priority, order.Sites), [.. wanted]);
    }

    /// <summary>Who wants it, and from where.</summary>
    internal sealed record Wish(string Order, string Venture, int Priority, IReadOnlyList<string> Sites);

    /// <summary>Promises what is there in one go for all lines, so that two lines never get the same unit.</summary>
    internal static void Promise(StockDraft draft, Wish wish, LineWish[] lines)
    {
        if (lines.Length == 0)
            return;
        var sku = draft.Stock.Sku;
        var pieces = draft.IsBehind ? [] : draft.Find(wish.Sites, wish.Venture, lines.Sum(l => l.Quantity));
        var dealt = StockDraft.Deal(pieces, lines, out var missing);
        if (dealt.Count > 0)
            draft.Append(new StockReserved(sku, wish.Order, dealt, null, FromBackorder: false));
        if (missing.Count == 0)
            return;
        var reason = draft.Stock.Master is null ? "the SKU is not registered" : "not enough available";
        draft.Append(new StockShort(sku, wish.Order, wish.Venture, wish.Priority, wish.Sites, missing, reason));
    }
}
