using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// An order wants less: first what waits is dropped, then what is promised is released, the last allotment first.
/// </summary>
internal static class GiveBack
{
    public static void Take(StockDraft draft, string holder, IReadOnlyList<LineWish> lines, string reason)
    {
        var dropped = new List<ShortLine>();
        var released = new List<ReservedLine>();
        foreach (var (line, quantity) in lines)
        {
            var waits = Math.Min(quantity, draft.Stock.WaitingOf(holder)?.Of(line) ?? 0);
            if (waits > 0)
                dropped.Add(new ShortLine(line, new BaseQuantity(waits)));
            var back = Pieces(draft.Stock, holder, line, quantity - waits);
            if (back.Count > 0)
                released.Add(new ReservedLine(line, back));
        }

        if (dropped.Count > 0)
            draft.Append(new BackorderDropped(draft.Stock.Sku, holder, dropped, reason));
        if (released.Count > 0)
            draft.Append(new ReservationReleased(draft.Stock.Sku, holder, released, reason));
    }

    /// <summary>Up to so much of what a line is promised, the last allotment first.</summary>
    public static List<Allotment> Pieces(Stock stock, string holder, string line, long quantity)
    {
        var pieces = new List<Allotment>();
        foreach (var promise in (stock.ReservationOf(holder)?.Promises ?? []).Reverse().Where(p => p.Line == line))
        {
            if (quantity <= 0)
                break;
            var take = Math.Min(promise.Quantity, quantity);
            pieces.Add(StockDraft.Piece(promise.Pool, take));
            quantity -= take;
        }

        return pieces;
    }
}
