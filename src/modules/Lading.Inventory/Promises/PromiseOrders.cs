using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Inventory;

/// <summary>
/// Stock follows orders: one command per order event, over the streams of all its SKUs, that promises, releases, moves
/// or uses stock. It never refuses: what cannot be had is a fact.
/// </summary>
public static class PromiseOrders
{
    /// <summary>
    /// Housekeeping may take this many of the events one command may append; the order's own facts have the rest.
    /// </summary>
    private const int Housekeeping = 2_000;

    /// <summary>The policy.</summary>
    public static readonly Policy Policy = Policy.On(
        "inventory.promise-orders",
        [
            typeof(OrderPlaced),
            typeof(OrderLinesChanged),
            typeof(OrderCancelled),
            typeof(OrderSplitOff),
            typeof(OrderPicked),
            typeof(OrderShipped),
            typeof(OrderReturned),
        ],
        React
    );

    private static Reaction? React(FactGroup group)
    {
        var facts = group.Facts.Where(f => Policy.Types.Contains(f.Fact.GetType())).ToArray();
        var streams = facts
            .SelectMany(f => Skus(f.Fact))
            .Distinct(StringComparer.Ordinal)
            .Select(StockCall.Stream)
            .ToArray();
        if (streams.Length == 0)
            return null;
        var happened = facts.FirstOrDefault(f => f.Happened < f.RecordedAt)?.Happened;
        return new Reaction(streams, on => Decide(on, streams, facts, happened));
    }

    private static Refusal? Decide(Deciding on, StreamName[] streams, Recorded[] facts, DateTime? happened)
    {
        var (left, time) = (Housekeeping, InventoryDirectory.TimeOf(on));
        foreach (var stream in streams)
        {
            var room = Math.Min(StockDraft.Room, left / 3);
            var decision = Decide(on.State<Stock>(stream), facts, time, room);
            left -= Math.Min(left, decision.Events.Count(SettleStock.IsHousekeeping));
            StockCall.Append(on, stream, decision, room, happened);
        }

        return null;
    }

    /// <summary>All facts of one command in one decision, so that each sees what the one before it did.</summary>
    private static Decision Decide(Stock stock, Recorded[] facts, SiteTime time, int room) =>
        StockDraft.Follow(
            stock,
            time,
            draft =>
            {
                foreach (var fact in facts)
                    Follow(draft, fact.Fact);
            },
            room
        );

    private static void Follow(StockDraft draft, object fact)
    {
        switch (fact)
        {
            case OrderPlaced e:
                ReserveForOrder.Follow(draft, e);
                break;
            case OrderLinesChanged e:
                FollowOrderChange.Follow(draft, e);
                break;
            case OrderCancelled e:
                FollowCancel.Follow(draft, e);
                break;
            case OrderSplitOff e:
                FollowSplit.Follow(draft, e);
                break;
            case OrderPicked e:
                FollowPick.Follow(draft, e);
                break;
            case OrderShipped e:
                FollowShip.Follow(draft, e);
                break;
            case OrderReturned e:
                FollowReturn.Follow(draft, e);
                break;
        }
    }

    private static IEnumerable<string> Skus(object fact) =>
        fact switch
        {
            OrderPlaced e => e.Lines.Select(l => l.Sku),
            OrderLinesChanged e => e
                .Changes.SelectMany(c => new[] { c.Sku, c.Before?.Sku, c.After?.Sku })
                .OfType<string>(),
            OrderCancelled e => e.Lines.Select(l => l.Sku),
            OrderSplitOff e => e.Lines.Select(l => l.Sku),
            OrderPicked e => e.Lines.Select(l => l.Sku),
            OrderShipped e => e.Lines.Select(l => l.Sku),
            OrderReturned e => e.Lines.Select(l => l.Sku),
            _ => [],
        };
}
