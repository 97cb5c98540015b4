using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// A customer's goods came back: into stock, or held until someone has looked at them. They are whose they were and of
/// the lot they were when they went out.
/// </summary>
public static class FollowReturn
{
    /// <summary>
    /// Never refuses. Goods that cannot be told apart as the SKU demands, or of which it is not known whose they are,
    /// are held, whatever was asked.
    /// </summary>
    public static Decision Decide(Stock stock, OrderReturned order, SiteTime time) =>
        StockDraft.Follow(stock, time, draft => Follow(draft, order));

    /// <summary>What is left when the decision is full, whole lines, else null.</summary>
    internal static OrderReturned? Follow(StockDraft draft, OrderReturned order)
    {
        var left = new List<ReturnedLine>();
        foreach (var line in order.Lines.Where(l => l.Sku == draft.Stock.Sku && l.Quantity > BaseQuantity.Zero))
            if (draft.IsFull)
                left.Add(line);
            else
                Arrive(draft, order, line);
        return left.Count == 0 ? null : order with { Lines = left };
    }

    private static void Arrive(StockDraft draft, OrderReturned order, ReturnedLine line)
    {
        var stock = draft.Stock;
        var tracking = stock.Master?.Tracking ?? Tracking.None;
        var named = tracking == Tracking.Serial ? line.Serials?.Distinct(StringComparer.Ordinal) ?? [] : [];
        var serials = new Queue<string>(named.Where(s => stock.Serial(s) is null));
        foreach (var (owner, lot, quantity, doubt) in Parts(stock, order.Order, line, tracking))
        {
            var place = new StockPlace(order.Site, order.Location ?? StockPlaces.Returns, lot, null, owner, null);
            var (left, unit) = (new BaseQuantity(quantity), BaseQuantity.Units(1));
            while (left >= unit && serials.TryDequeue(out var serial))
            {
                Put(draft, order, line, place with { Serial = serial }, unit, doubt);
                left -= unit;
            }

            var untold =
                tracking == Tracking.Serial ? "no serial is known"
                : tracking == Tracking.Lot && lot is null ? "no lot is known"
                : null;
            if (left > BaseQuantity.Zero)
                Put(draft, order, line, place, left, doubt ?? untold);
        }
    }

    /// <summary>What came back of a line, and what is not certain of it.</summary>
    private readonly record struct Part(string? Owner, string? Lot, long Quantity, string? Doubt);

    /// <summary>
    /// What came back is taken from what went out, in that order. It is certain where it is all of that, or all of one
    /// kind.
    /// </summary>
    private static List<Part> Parts(Stock stock, string order, ReturnedLine line, Tracking tracking)
    {
        var lot = tracking == Tracking.None ? null : line.Lot;
        var wentOut = WentOut(stock, order, line);
        var meant = wentOut.FindAll(p => lot is null || p.Lot == lot);
        var left = line.Quantity.Thousandths;
        var oneOfSeveral = meant.Count > 1 && meant.Sum(p => p.Quantity) > left;
        var parts = new List<Part>(1);
        foreach (var part in meant.TakeWhile(_ => left > 0))
        {
            var take = Math.Min(left, part.Quantity);
            var forgotten = stock.ForgotOut && part is { Owner: null, Lot: null };
            var doubt =
                oneOfSeveral ? "which goods of the line came back is not known"
                : forgotten ? "what went out is not known any more"
                : null;
            parts.Add(new Part(part.Owner, part.Lot, take, doubt));
            left -= take;
        }

        if (left == 0)
            return parts;
        var owners = wentOut.Select(p => p.Owner).Distinct().Take(2).ToList();
        var known = stock.LotOf(lot) is not null;
        var why =
            lot is null ? "so much of the line did not go out"
            : known ? $"lot {lot} did not go out with the line"
            : $"lot {lot} is not known";
        parts.Add(new Part(owners.Count == 1 ? owners[0] : null, known ? lot : null, left, why));
        return parts;
    }

    /// <summary>What is remembered of a line; the rest of what is with the customer is the house's own.</summary>
    private static List<OutPart> WentOut(Stock stock, string order, ReturnedLine line)
    {
        var parts = stock.OutOf(order, line.Line).ToList();
        var told = parts.Sum(p => p.Quantity);
        var all = line.WithCustomer?.Thousandths ?? (told > 0 ? told : line.Quantity.Thousandths);
        if (all > told)
            parts.Add(new OutPart(null, null, all - told));
        return parts;
    }

    private static void Put(
        StockDraft draft,
        OrderReturned order,
        ReturnedLine line,
        StockPlace place,
        BaseQuantity quantity,
        string? doubt
    )
    {
        var sku = draft.Stock.Sku;
        var remembered = place.Owner is not null || place.Lot is not null;
        draft.Append(
            new StockMoved(
                sku,
                MovementKind.Return,
                StockPlace.From("customer"),
                place,
                quantity,
                null,
                order.Reason,
                order.Return,
                null,
                remembered ? order.Order : null,
                remembered ? line.Line : null
            )
        );
        if (order.Restock && doubt is null)
            return;
        var why = doubt is null ? "" : $" ({doubt})";
        draft.Append(new StockHeld(sku, place, quantity, $"return {order.Return}: {order.Reason}{why}"));
    }
}
