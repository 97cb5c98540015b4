using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>Says that reserved goods were picked and stand ready.</summary>
/// <param name="Lines">What was picked, a line several times when from several lots or places; null: all that is
/// reserved.</param>
public sealed record PickOrder(IReadOnlyList<PickedLine>? Lines)
{
    public static Decision Decide(OrderState order, PickOrder command)
    {
        if (order.Stage == OrderStage.Unplaced)
            return OrderRefusals.UnknownOrder(order.Order);
        if (order.Stage == OrderStage.Closed)
            return OrderRefusals.OrderClosed(order.Order);
        if (order.Stage == OrderStage.Held)
            return OrderRefusals.OrderHeld(order.Order);

        var lines = command.Lines ?? AllReserved(order);
        if (command.Lines is null && lines.Count == 0)
            return OrderRefusals.NothingToPick(order.Order);
        var (asked, problem) = OrderLines.Sum(order, lines.Select(l => (l.Line, l.Quantity)));
        if (problem is not null)
            return problem;
        foreach (var (id, (at, quantity)) in asked)
        {
            var free = order.Lines[id].Reserved - order.Lines[id].Picked;
            if (quantity > free)
                return OrderRefusals.NotReserved(at, id, quantity, free);
        }

        return Decision.Accept(new OrderPicked(order.Order, ShipOrder.WithSkus(order, lines)));
    }

    private static PickedLine[] AllReserved(OrderState order) =>
        order
            .Lines.Values.Where(l => l.Reserved > l.Picked)
            .Select(l => new PickedLine(l.Line.Line, l.Line.Sku, l.Reserved - l.Picked, null, null, null, null))
            .ToArray();
}
