using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>One thing that happened to an order.</summary>
/// <param name="Position">Of the fact in the log: <c>GET /events?after={position - 1}</c> shows it whole.</param>
public sealed record TimelineEntry(
    long Position,
    DateTime Happened,
    string Type,
    string Stream,
    string Actor,
    string Text
);

/// <summary>A page of a timeline, oldest first.</summary>
public sealed record TimelinePage(IReadOnlyList<TimelineEntry> Items, string? Next);

/// <summary>
/// <c>GET /orders/{order}/timeline</c>: the order's own facts and those of Inventory that name it as holder, in the
/// order
/// of the log. Texts carry no personal data.
/// </summary>
public static class OrderTimeline
{
    private static readonly Column No = Column.Text("order_no");
    private static readonly Column Position = Column.Integer("position");
    private static readonly Column Happened = Column.Integer("happened");
    private static readonly Column Type = Column.Text("type");
    private static readonly Column Stream = Column.Text("stream");
    private static readonly Column Actor = Column.Text("actor");
    private static readonly Column Entry = Column.Text("entry");
    private static readonly Table Timeline = new(
        "order_timeline",
        [No, Position],
        [Happened, Type, Stream, Actor, Entry]
    );

    private static readonly Type[] Facts =
    [
        typeof(OrderPlaced),
        typeof(OrderSplitOff),
        typeof(OrderLinesChanged),
        typeof(OrderHeld),
        typeof(OrderReleased),
        typeof(OrderCancelled),
        typeof(OrderSplit),
        typeof(OrderAllocated),
        typeof(OrderPicked),
        typeof(OrderShipped),
        typeof(OrderReturned),
        typeof(OrderCompleted),
        typeof(StockReserved),
        typeof(StockShort),
        typeof(ReservationReleased),
        typeof(ReservationExpired),
        typeof(BackorderDropped),
        typeof(ReservationMoved),
        typeof(ReservationUsed),
    ];

    public static readonly Projection Projection = Projection.Of(
        "order-timeline",
        1,
        ProjectionMode.Follower,
        [Timeline],
        Facts,
        Apply
    );

    private static void Apply(Recorded recorded, Rows rows)
    {
        var fact = recorded.Fact;
        var text = Text(fact);
        foreach (var order in Orders(recorded, fact))
        {
            rows.Row(Timeline, order, recorded.Position)
                .Set(Happened, recorded.Happened)
                .Set(Type, recorded.Type)
                .Set(Stream, recorded.Stream.ToString())
                .Set(Actor, recorded.Actor)
                .Set(Entry, text);
        }
    }

    private static IEnumerable<string> Orders(Recorded recorded, object fact) =>
        recorded.Stream.Kind == Order.Kind.Name ? [recorded.Stream.Key]
        : fact is ReservationUsed used ? [used.Holder]
        : FollowStock.Holders(fact);

    /// <summary>A fact in one sentence.</summary>
    internal static string Text(object fact) =>
        fact switch
        {
            OrderPlaced e => $"Placed with {Count(e.Lines.Count, "line")} from {e.Source}, priority {e.Priority}",
            OrderSplitOff e => $"Split off from {e.FromOrder} with {Count(e.Lines.Count, "line")}",
            OrderSplit e => $"{Count(e.Changes.Count, "line")} split off into {e.IntoOrder}",
            OrderLinesChanged e => $"{Count(e.Changes.Count, "line")} changed{Because(e.Reason)}",
            OrderHeld e => $"Held: {e.Reason}",
            OrderReleased e => $"Released{Because(e.Reason)}",
            OrderCancelled e => $"{Sum(e.Lines.Select(l => l.Quantity))} cancelled: {e.Reason}",
            OrderAllocated e => $"{e.Reserved} reserved, {e.Short} short",
            OrderPicked e => $"{Sum(e.Lines.Select(l => l.Quantity))} picked",
            OrderShipped e => $"{Sum(e.Lines.Select(l => l.Quantity))} shipped as {e.Shipment}{By(e.Carrier)}",
            OrderReturned e => $"{Sum(e.Lines.Select(l => l.Quantity))} returned to {e.Site} as {e.Return}: {e.Reason}",
            OrderCompleted e => e.Cancelled ? "Nothing is open: cancelled" : "Nothing is open: complete",
            StockReserved e => $"{Sum(e.Lines)} of {e.Sku} reserved{(e.FromBackorder ? " from the backorder" : "")}",
            StockShort e => $"{Sum(e.Lines.Select(l => l.Quantity))} of {e.Sku} short: {e.Reason}",
            ReservationReleased e => $"{Sum(e.Lines)} of {e.Sku} released: {e.Reason}",
            ReservationExpired e => $"{Sum(e.Lines)} of {e.Sku} lapsed",
            BackorderDropped e => $"{Sum(e.Lines.Select(l => l.Quantity))} of {e.Sku} wait no more: {e.Reason}",
            ReservationMoved e => $"{Sum(e.Lines)} of {e.Sku} reserved moved from {e.FromHolder} to {e.ToHolder}",
            ReservationUsed e => $"{Sum(e.Lines)} of {e.Sku} left the stock",
            _ => throw new InvalidOperationException($"A timeline does not tell {fact.GetType().Name}."),
        };

    private static BaseQuantity Sum(IEnumerable<ReservedLine> lines) =>
        Sum(lines.SelectMany(l => l.Allotments).Select(a => a.Quantity));

    private static BaseQuantity Sum(IEnumerable<BaseQuantity> parts) =>
        parts.Aggregate(BaseQuantity.Zero, (sum, part) => sum + part);

    private static string Count(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count} {thing}s";

    private static string Because(string? reason) => string.IsNullOrEmpty(reason) ? "" : $": {reason}";

    private static string By(string? carrier) => carrier is null ? "" : $" by {carrier}";

    public static async Task<IResult> Handle(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var checks = new Checks();
        var page = Page.Read(http, checks, "i");
        if (page.After is { } cursor)
            checks.That(cursor[0].IsInteger, "cursor", null, "This is not a cursor of this list.");
        if (!checks.Pass)
            return Problems.Of(checks);
        var caller = Caller.Of(http);
        var number = (string)http.Request.RouteValues["order"]!;
        if ((await ReadOrder.Find(caller, number, http.RequestAborted)).Order is null)
            return Problems.Of(OrderRefusals.UnknownOrder(number));
        var after = page.After is { } at ? at[0].AsInteger : 0;
        var items = await caller.Log.Followed.Query(
            "select position, happened, type, stream, actor, entry from order_timeline "
                + $"where order_no = $1 and position > $2 order by position limit {page.Limit + 1}",
            r => new TimelineEntry(
                r.Integer(0),
                ReadOrder.Time(r.Integer(1)),
                r.Text(2)!,
                r.Text(3)!,
                r.Text(4)!,
                r.Text(5)!
            ),
            http.RequestAborted,
            number,
            after
        );
        if (items.Count <= page.Limit)
            return Results.Json(new TimelinePage(items, null), OrdersHttp.Default.TimelinePage);
        items.RemoveAt(page.Limit);
        return Results.Json(new TimelinePage(items, Page.Cursor(items[^1].Position)), OrdersHttp.Default.TimelinePage);
    }
}
