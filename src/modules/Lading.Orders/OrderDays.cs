using System.Globalization;
using Lading.Contracts.Orders;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>One venture's orders on one UTC day, by when things happened.</summary>
public sealed record OrderDay(
    string Day,
    string Venture,
    long OrdersPlaced,
    long LinesPlaced,
    decimal UnitsPlaced,
    long Shipments,
    long LinesShipped,
    decimal UnitsShipped,
    long OrdersCancelled,
    long LinesCancelled,
    decimal UnitsCancelled,
    long Returns,
    decimal UnitsReturned
);

/// <summary>The days asked for, newest first.</summary>
public sealed record OrderDayList(IReadOnlyList<OrderDay> Items);

/// <summary>
/// <c>GET /orders/days?from=&amp;to=&amp;venture=</c>: what dashboards read; counted once, never summed on reading.
/// </summary>
public static class OrderDays
{
    private const int MostDays = 366;
    private static readonly Column Day = Column.Text("day");
    private static readonly Column Venture = Column.Text("venture");
    private static readonly Column OrdersPlaced = Column.Integer("orders_placed");
    private static readonly Column LinesPlaced = Column.Integer("lines_placed");
    private static readonly Column UnitsPlaced = Column.Integer("units_placed");
    private static readonly Column Shipments = Column.Integer("shipments");
    private static readonly Column LinesShipped = Column.Integer("lines_shipped");
    private static readonly Column UnitsShipped = Column.Integer("units_shipped");
    private static readonly Column OrdersCancelled = Column.Integer("orders_cancelled");
    private static readonly Column LinesCancelled = Column.Integer("lines_cancelled");
    private static readonly Column UnitsCancelled = Column.Integer("units_cancelled");
    private static readonly Column Returns = Column.Integer("returns");
    private static readonly Column UnitsReturned = Column.Integer("units_returned");

    private static readonly Table Days = new(
        "order_day",
        [Day, Venture],
        [
            OrdersPlaced,
            LinesPlaced,
            UnitsPlaced,
            Shipments,
            LinesShipped,
            UnitsShipped,
            OrdersCancelled,
            LinesCancelled,
            UnitsCancelled,
            Returns,
            UnitsReturned,
        ]
    );

    public static readonly Projection Projection = Projection.Of(
        "order-day",
        1,
        ProjectionMode.Follower,
        [Days],
        [typeof(OrderPlaced), typeof(OrderShipped), typeof(OrderCancelled), typeof(OrderReturned)],
        Apply
    );

    private static void Apply(Recorded recorded, Rows rows)
    {
        var day = recorded.Happened.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        switch (recorded.Fact)
        {
            case OrderPlaced e:
                rows.Row(Days, day, e.Venture)
                    .Add(OrdersPlaced, 1)
                    .Add(LinesPlaced, e.Lines.Count)
                    .Add(UnitsPlaced, e.Lines.Sum(l => l.Quantity.Thousandths));
                break;
            case OrderShipped e:
                rows.Row(Days, day, e.Venture)
                    .Add(Shipments, 1)
                    .Add(LinesShipped, e.Lines.Select(l => l.Line).Distinct(StringComparer.Ordinal).Count())
                    .Add(UnitsShipped, e.Lines.Sum(l => l.Quantity.Thousandths));
                break;
            case OrderCancelled e:
                rows.Row(Days, day, e.Venture)
                    .Add(OrdersCancelled, 1)
                    .Add(LinesCancelled, e.Lines.Count)
                    .Add(UnitsCancelled, e.Lines.Sum(l => l.Quantity.Thousandths));
                break;
            case OrderReturned e:
                rows.Row(Days, day, e.Venture)
                    .Add(Returns, 1)
                    .Add(UnitsReturned, e.Lines.Sum(l => l.Quantity.Thousandths));
                break;
        }
    }

    private static readonly QueryName To = new("to", QueryKind.Day, "The last day; the newest if not said.");

    private static readonly QueryName From = new(
        "from",
        QueryKind.Day,
        "The first day; as many days before the last as are shown if not said."
    );

    /// <summary>What it takes in its query.</summary>
    internal static readonly IReadOnlyList<QueryName> Names = [From, To, OrderListQuery.OfVenture];

    public static async Task<IResult> Handle(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var caller = Caller.Of(http);
        var checks = new Checks();
        var to = http.Day(To, checks) ?? DateOnly.MaxValue;
        var all = to == DateOnly.MaxValue || to.DayNumber < MostDays;
        var from = http.Day(From, checks) ?? (all ? DateOnly.MinValue : to.AddDays(1 - MostDays));
        checks.That(from <= to, "from", from, "from is not after to.");
        if (!checks.Pass)
            return Problems.Of(checks);
        var venture = http.Given(OrderListQuery.OfVenture);
        var rows = await caller.Log.Followed.Query(
            "select day, venture, orders_placed, lines_placed, units_placed, shipments, lines_shipped, units_shipped, "
                + "orders_cancelled, lines_cancelled, units_cancelled, returns, units_returned from order_day "
                + $"where day >= $1 and day <= $2 order by day desc, venture limit {MostDays * 50}",
            Row,
            http.RequestAborted,
            from.ToString("yyyy-MM-dd"),
            to.ToString("yyyy-MM-dd")
        );
        var seen = rows.Where(r => caller.Reach.SeesAll(r.Venture) && (venture.Length == 0 || r.Venture == venture));
        return Results.Json(new OrderDayList([.. seen.Take(MostDays * 10)]), OrdersHttp.Default.OrderDayList);
    }

    private static OrderDay Row(IRow r) =>
        new(
            r.Text(0)!,
            r.Text(1)!,
            r.Integer(2),
            r.Integer(3),
            ReadOrder.Units(r.Integer(4)),
            r.Integer(5),
            r.Integer(6),
            ReadOrder.Units(r.Integer(7)),
            r.Integer(8),
            r.Integer(9),
            ReadOrder.Units(r.Integer(10)),
            r.Integer(11),
            ReadOrder.Units(r.Integer(12))
        );
}
