using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Orders;

/// <summary>
/// Folds what Inventory decided into what the order knows of its promise. Never refuses: the goods are where
/// they are.
/// </summary>
/// <remarks>
/// Inventory tells differences; the order keeps their running sums per line and says the new totals. The sums are
/// not cut
/// to what is open: a promise that arrives after the line was made smaller is followed by its release, and both must
/// count. Nor are they cut at zero: goods that went out on a lapsed promise are promised again by Inventory before it
/// books them out. ReservationUsed is not followed, because the order counted its shipment when it decided it. A
/// holder
/// that is no order, a line the order never had, and anything after the order closed change nothing.
/// </remarks>
public static class FollowStock
{
    /// <summary>One command over all the orders that one command of Inventory spoke of.</summary>
    public static readonly Policy Policy = Policy.On(
        "orders.follow-stock",
        [
            typeof(StockReserved),
            typeof(StockShort),
            typeof(ReservationReleased),
            typeof(ReservationExpired),
            typeof(BackorderDropped),
            typeof(ReservationMoved),
        ],
        React
    );

    private static Reaction? React(FactGroup group)
    {
        var byOrder = new Dictionary<string, List<object>>(StringComparer.Ordinal);
        foreach (var recorded in group.Facts)
        {
            if (!Policy.Types.Contains(recorded.FactType))
                continue;
            foreach (var holder in Holders(recorded.Fact).Where(OrderNumber.IsValid))
            {
                if (!byOrder.TryGetValue(holder, out var facts))
                    byOrder.Add(holder, facts = []);
                facts.Add(recorded.Fact);
            }
        }

        var orders = byOrder.Select(o => (Stream: Order.Stream(o.Key), Facts: o.Value)).ToArray();
        return orders.Length == 0
            ? null
            : new Reaction(
                [.. orders.Select(o => o.Stream)],
                on =>
                {
                    foreach (var (stream, facts) in orders)
                        on.Append(stream, Decide(on.State<OrderState>(stream), facts));
                    return null;
                }
            );
    }

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
        return totals.Conclude();
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

        public Decision Conclude()
        {
            var changed = lines.Values.Where(IsNews).ToList();
            if (changed.Count == 0)
                return Decision.Accept();
            var (reserved, @short) = (BaseQuantity.Zero, BaseQuantity.Zero);
            foreach (var (id, line) in order.Lines)
            {
                var now = lines.GetValueOrDefault(id) ?? new LineAllocation(id, line.Promised, line.Waiting);
                var free = LineState.FreeToGo(now.Reserved, line.Open);
                reserved += free;
                @short += BaseQuantity.Min(now.Short, line.Open - free);
            }

            return Decision.Accept(new OrderAllocated(order.Order, changed, reserved, @short));
        }

        private bool IsNews(LineAllocation now) =>
            now.Reserved != order.Lines[now.Line].Promised || now.Short != order.Lines[now.Line].Waiting;

        private void Add(string sku, string id, BaseQuantity promised, BaseQuantity waiting)
        {
            if (!order.Lines.TryGetValue(id, out var line) || line.Line.Sku != sku)
                return;
            var now = lines.GetValueOrDefault(id) ?? new LineAllocation(id, line.Promised, line.Waiting);
            var left = now.Short + waiting;
            lines[id] = new LineAllocation(id, now.Reserved + promised, left.Sign < 0 ? BaseQuantity.Zero : left);
        }
    }
}
