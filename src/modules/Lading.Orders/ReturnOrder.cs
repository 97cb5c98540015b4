using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>Takes back shipped goods, from an order that is complete or not, held or not.</summary>
/// <param name="Return">The sender's own number; null: the order's number and a count.</param>
public sealed record ReturnOrder(
    string? Return,
    string Site,
    string? Location,
    IReadOnlyList<ReturnedLine> Lines,
    bool Restock,
    string Reason
)
{
    public static Decision Decide(OrderState order, ReturnOrder command)
    {
        if (order.Stage == OrderStage.Unplaced)
            return OrderRefusals.UnknownOrder(order.Order);
        var (asked, problem) = OrderLines.Sum(order, command.Lines.Select(l => (l.Line, l.Quantity)));
        if (problem is not null)
            return problem;
        foreach (var (id, (at, quantity)) in asked)
        {
            var outside = order.Lines[id].Shipped - order.Lines[id].Returned;
            if (quantity > outside)
                return OrderRefusals.MoreThanShipped(at, id, quantity, outside);
        }

        var lines = command.Lines.Select(l => l with { Sku = order.Lines[l.Line].Line.Sku }).ToArray();
        var number = command.Return ?? $"{order.Order}-R{order.Returns + 1}";
        return Decision.Accept(
            new OrderReturned(
                order.Order,
                number,
                command.Site,
                command.Location,
                lines,
                command.Restock,
                command.Reason
            )
        );
    }
}
