using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>
/// Folds what Inventory decided into what the order knows of its promise. Never refuses: the goods are where
/// they are.
/// </summary>
/// <remarks>
/// Inventory tells differences; the order keeps their running sums per line and says the new totals. The sums
/// are not cut to what is open: a promise that arrives after the line was made smaller is followed by its release,
/// and both must count. They never fall below nothing: what lapsed while it was being shipped is gone once, not
/// twice. A holder that is no order, a line the order never had, and anything after the order closed change
/// nothing.
/// </remarks>
public static class FollowStock
{
    /// <summary>The orders that a fact of Inventory speaks of; they may turn out to be other holders.</summary>
    public static IEnumerable<string> Holders(object fact) =>
        fact switch
        {
            StockReserved e => [e.Holder],
            StockShort e => [e.Holder],
            ReservationReleased e => [e.Holder],
            ReservationExpired e => [e.Holder],
            BackorderDropped e => [e.Holder],
            ReservationMoved e => [e.FromHolder, e.ToHolder],
            _ => [],
        };

    /// <summary>Follows the facts of one command of Inventory, in their order, for one order.</summary>
    public static Decision Decide(OrderState order, IEnumerable<object> facts)
    {
        if (order.Stage is OrderStage.Unplaced or OrderStage.Closed)
            return Decision.Accept();
        var totals = new Totals(order);
        foreach (var fact in facts)
            Follow(totals, order.Order, fact);
        var changed = totals.Changed();
        return changed.Count == 0 ? Decision.Accept() : Decision.Accept(new OrderAllocated(order.Order, changed));
    }

    private static void Follow(Totals totals, string order, object fact)
    {
        switch (fact)
        {
            case StockReserved e when e.Holder == order:
                totals.Promise(e.Sku, e.Lines, +1, fromWaiting: e.FromBackorder);
                break;
            case StockShort e when e.Holder == order:
                totals.Wait(e.Sku, e.Lines, +1);
                break;
            case ReservationReleased e when e.Holder == order:
                totals.Promise(e.Sku, e.Lines, -1);
                break;
            case ReservationExpired e when e.Holder == order:
                totals.Promise(e.Sku, e.Lines, -1);
                break;
            case BackorderDropped e when e.Holder == order:
                totals.Wait(e.Sku, e.Lines, -1);
                break;
            case ReservationMoved e when e.FromHolder == order || e.ToHolder == order:
                var sign = e.ToHolder == order ? +1 : -1;
                totals.Promise(e.Sku, e.Lines, sign);
                totals.Wait(e.Sku, e.Short, sign);
                break;
        }
    }

    private sealed class Totals(OrderState order)
    {
        private readonly Dictionary<string, LineAllocation> lines = new(StringComparer.Ordinal);

        public void Promise(string sku, IReadOnlyList<ReservedLine> parts, int sign, bool fromWaiting = false)
        {
            foreach (var part in parts)
            {
                var quantity = BaseQuantity.Zero;
                foreach (var allotment in part.Allotments)
                    quantity += allotment.Quantity;
                Add(sku, part.Line, sign > 0 ? quantity : -quantity, fromWaiting ? -quantity : default);
            }
        }

        public void Wait(string sku, IReadOnlyList<ShortLine> parts, int sign)
        {
            foreach (var part in parts)
                Add(sku, part.Line, default, sign > 0 ? part.Quantity : -part.Quantity);
        }

        public List<LineAllocation> Changed() =>
            lines
                .Values.Where(t => t.Reserved != order.Lines[t.Line].Promised || t.Short != order.Lines[t.Line].Waiting)
                .ToList();

        private void Add(string sku, string id, BaseQuantity promised, BaseQuantity waiting)
        {
            if (!order.Lines.TryGetValue(id, out var line) || line.Line.Sku != sku)
                return;
            var now = lines.GetValueOrDefault(id) ?? new LineAllocation(id, line.Promised, line.Waiting);
            lines[id] = new LineAllocation(
                id,
                NotBelowZero(now.Reserved + promised),
                NotBelowZero(now.Short + waiting)
            );
        }

        private static BaseQuantity NotBelowZero(BaseQuantity quantity) => quantity.Sign < 0 ? default : quantity;
    }
}
