using System.Text.Json;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Inventory;

/// <summary>
/// Goods of an order that moved and were too many to book in one command: a line may lie in thousands of places. A due
/// command goes on with them at once; it is the same rule, on what is left.
/// </summary>
/// <remarks>Between the two the order may have gone on. A shipment and a return book what left and what came whatever
/// else was booked; a pick books no more than is still promised on the shelves.</remarks>
internal sealed record GoodsLeft
{
    public OrderPicked? Picked { get; init; }

    public OrderShipped? Shipped { get; init; }

    public OrderReturned? Returned { get; init; }

    /// <summary>When they moved, if that is not when it was recorded.</summary>
    public DateTime? Happened { get; init; }

    /// <summary>Where the log says that they moved.</summary>
    public long Position { get; init; }

    private const string Kind = "inventory.follow-goods";

    /// <summary>
    /// Asks for the follow-up commands of a stream, within a second. Each has a time of its own, by which it is known:
    /// no two facts have one position.
    /// </summary>
    public static void Ask(Deciding on, StreamName stream, IEnumerable<GoodsLeft> later)
    {
        foreach (var left in later)
            on.Due(
                stream,
                Kind,
                on.Now.AddTicks(1 + (left.Position % TimeSpan.TicksPerSecond)),
                JsonSerializer.Serialize(left, InventoryJson.Default.GoodsLeft)
            );
    }

    /// <summary>Follows goods that moved; answers those for which the decision had no room.</summary>
    public static GoodsLeft? Follow(StockDraft draft, GoodsLeft goods, bool later)
    {
        var left = goods with
        {
            Picked = goods.Picked is { } picked ? FollowPick.Follow(draft, picked, later) : null,
            Shipped = goods.Shipped is { } shipped ? FollowShip.Follow(draft, shipped) : null,
            Returned = goods.Returned is { } returned ? FollowReturn.Follow(draft, returned) : null,
        };
        return left is { Picked: null, Shipped: null, Returned: null } ? null : left;
    }

    /// <summary>What a due command does.</summary>
    public static readonly DueHandler Handler = new(
        Kind,
        due =>
        {
            var left = JsonSerializer.Deserialize(due.Payload, InventoryJson.Default.GoodsLeft)!;
            return new Reaction(
                [due.Stream],
                on =>
                {
                    GoodsLeft? later = null;
                    var decision = StockDraft.Follow(
                        on.State<Stock>(due.Stream),
                        InventoryDirectory.TimeOf(on),
                        draft => later = Follow(draft, left, later: true),
                        own: PromiseOrders.Goods
                    );
                    StockCall.Append(on, due.Stream, decision, left.Happened);
                    Ask(on, due.Stream, later is null ? [] : [later]);
                    return null;
                }
            );
        }
    );
}
