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
    private const int Housekeeping = 1_200;

    /// <summary>
    /// So many events may goods that moved take: a line can lie in any number of places, and each serial is an event.
    /// What is left is for follow-up commands. The most one more line of a return adds beyond it is some two thousand.
    /// </summary>
    internal const int Goods = 1_500;

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
        var (left, goods, time) = (Housekeeping, Goods, InventoryDirectory.TimeOf(on));
        foreach (var stream in streams)
        {
            var room = Math.Min(StockDraft.Room, left / 3);
            var later = new List<GoodsLeft>();
            var decision = Decide(on.State<Stock>(stream), facts, time, room, goods, later);
            var kept = decision.Events.Count(SettleStock.IsHousekeeping);
            left -= Math.Min(left, kept);
            goods -= Math.Min(goods, decision.Events.Count - kept);
            StockCall.Append(on, stream, decision, room, happened);
            GoodsLeft.Ask(on, stream, later.Select(l => l with { Happened = happened }));
        }

        return null;
    }

    /// <summary>All facts of one command in one decision, so that each sees what the one before it did.</summary>
    private static Decision Decide(
        Stock stock,
        Recorded[] facts,
        SiteTime time,
        int room,
        int goods,
        List<GoodsLeft> later
    ) =>
        StockDraft.Follow(
            stock,
            time,
            draft =>
            {
                foreach (var fact in facts)
                    if (Follow(draft, fact.Fact) is { } left)
                        later.Add(left with { Position = fact.Position });
            },
            room,
            goods
        );

    /// <summary>What is left of it when the decision is full.</summary>
    private static GoodsLeft? Follow(StockDraft draft, object fact)
    {
        switch (fact)
        {
            case OrderPlaced e:
                ReserveForOrder.Follow(draft, e);
                return null;
            case OrderLinesChanged e:
                FollowOrderChange.Follow(draft, e);
                return null;
            case OrderCancelled e:
                FollowCancel.Follow(draft, e);
                return null;
            case OrderSplitOff e:
                FollowSplit.Follow(draft, e);
                return null;
            case OrderPicked e:
                return GoodsLeft.Follow(draft, new GoodsLeft { Picked = e }, later: false);
            case OrderShipped e:
                return GoodsLeft.Follow(draft, new GoodsLeft { Shipped = e }, later: false);
            case OrderReturned e:
                return GoodsLeft.Follow(draft, new GoodsLeft { Returned = e }, later: false);
            default:
                return null;
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
