using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>Places an order under a number that nobody has used.</summary>
public static class PlaceOrder
{
    /// <summary>The number is claimed by being the stream's key: the second to ask for it is refused.</summary>
    public static Decision Decide(OrderState order, OrderPlaced wanted)
    {
        if (order.Stage != OrderStage.Unplaced)
            return OrderRefusals.OrderExists(wanted.Order);
        if (OrderLines.Problems(wanted.Lines, wanted.Services).FirstOrDefault() is { } problem)
            return problem;

        // Nothing but charges: there is nothing to ship, so nothing is open.
        return wanted.Lines.Count == 0
            ? Decision.Accept(wanted, new OrderCompleted(wanted.Order))
            : Decision.Accept(wanted);
    }
}
