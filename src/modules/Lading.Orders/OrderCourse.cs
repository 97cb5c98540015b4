using System.Globalization;
using Lading.Contracts.Orders;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Lading.Orders;

/// <summary>What happened in one hour; <c>Hour</c> is UTC, <c>2026-11-22T19</c>.</summary>
public sealed record CourseHour(string Hour, long Placed, long Shipments, decimal UnitsShipped);

/// <summary>The operation as it was at a moment.</summary>
/// <param name="Open">Orders that were placed and not yet completed or cancelled then; said to who sees and asks for
/// all ventures.</param>
/// <param name="Placed">Since <c>From</c>, as are the other counts.</param>
public sealed record OrderCourseView(
    DateTime From,
    DateTime At,
    long? Open,
    long Placed,
    decimal UnitsPlaced,
    long Shipments,
    decimal UnitsShipped,
    long Cancelled,
    IReadOnlyList<CourseHour> Hours
);

/// <summary>
/// <c>GET /orders/course?from=&amp;at=&amp;venture=</c>: the course of the orders up to any minute, by when things
/// happened. Days are summed once and minutes within the last one, so a year ago costs what a minute ago does.
/// </summary>
public static class OrderCourse
{
    /// <summary>A completion does not say its venture: it is counted for the company alone.</summary>
    private const string NoVenture = "";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(8);
    private static readonly Column Day = Column.Text("day");
    private static readonly Column Minute = Column.Text("minute");
    private static readonly Column Venture = Column.Text("venture");
    private static readonly Column Opened = Column.Integer("opened");
    private static readonly Column Closed = Column.Integer("closed");
    private static readonly Column Placed = Column.Integer("placed");
    private static readonly Column UnitsPlaced = Column.Integer("units_placed");
    private static readonly Column Shipments = Column.Integer("shipments");
    private static readonly Column UnitsShipped = Column.Integer("units_shipped");
    private static readonly Column Cancelled = Column.Integer("cancelled");
    private static readonly Table Days = new("order_course_day", [Day, Venture], [Opened, Closed]);

    private static readonly Table Minutes = new(
        "order_course_minute",
        [Minute, Venture],
        [Opened, Closed, Placed, UnitsPlaced, Shipments, UnitsShipped, Cancelled]
    );

    public static readonly Projection Projection = Projection.Of(
        "order-course",
        1,
        ProjectionMode.Follower,
        [Days, Minutes],
        [
            typeof(OrderPlaced),
            typeof(OrderSplitOff),
            typeof(OrderShipped),
            typeof(OrderCompleted),
            typeof(OrderCancelled),
        ],
        Apply
    );

    private static void Apply(Recorded recorded, Rows rows)
    {
        RowChange Now(string venture) => rows.Row(Minutes, MinuteOf(recorded.Happened), venture);
        RowChange Today(string venture) => rows.Row(Days, DayOf(recorded.Happened), venture);
        switch (recorded.Fact)
        {
            case OrderPlaced e:
                Now(e.Venture).Add(Opened, 1).Add(Placed, 1).Add(UnitsPlaced, e.Lines.Sum(l => l.Quantity.Thousandths));
                Today(e.Venture).Add(Opened, 1);
                break;
            case OrderSplitOff e:
                Now(e.Venture).Add(Opened, 1);
                Today(e.Venture).Add(Opened, 1);
                break;
            case OrderShipped e:
                Now(e.Venture).Add(Shipments, 1).Add(UnitsShipped, e.Lines.Sum(l => l.Quantity.Thousandths));
                break;
            case OrderCompleted e:
                Now(NoVenture).Add(Closed, 1);
                Today(NoVenture).Add(Closed, 1);
                break;
            case OrderCancelled e:
                Now(e.Venture).Add(Cancelled, 1);
                break;
        }
    }

    private static readonly QueryName At = new("at", QueryKind.Time, "Until this time; now if not said.");

    private static readonly QueryName From = new(
        "from",
        QueryKind.Time,
        "From this time, at most 8 days before; from the beginning of that day in UTC if not said."
    );

    /// <summary>What it takes in its query.</summary>
    internal static readonly IReadOnlyList<QueryName> Names = [At, From, OrderListQuery.OfVenture];

    public static async Task<IResult> Handle(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var caller = Caller.Of(http);
        var checks = new Checks();
        var at =
            http.Time(At, checks) ?? http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var from = http.Time(From, checks) ?? at.Date;
        checks.That(from <= at && at - from <= Longest, "from", from, "from lies at most 8 days before at.");
        if (!checks.Pass)
            return Problems.Of(checks);
        var venture = http.Given(OrderListQuery.OfVenture);
        bool Seen(string of) => caller.Reach.SeesAll(of) && (venture.Length == 0 || of == venture);
        long? open =
            caller.Reach.IsWhole && venture.Length == 0 ? await OpenAt(caller.Log, at, http.RequestAborted) : null;
        var hours = await Hours(caller.Log, from, at, Seen, http.RequestAborted);
        var view = new OrderCourseView(
            from,
            at,
            open,
            hours.Sum(h => h.Placed),
            ReadOrder.Units(hours.Sum(h => h.UnitsPlaced)),
            hours.Sum(h => h.Shipments),
            ReadOrder.Units(hours.Sum(h => h.UnitsShipped)),
            hours.Sum(h => h.Cancelled),
            [.. hours.GroupBy(h => h.Hour).Select(Sum)]
        );
        return Results.Json(view, OrdersHttp.Default.OrderCourseView);
    }

    private sealed record Row(
        string Hour,
        string Venture,
        long Placed,
        long UnitsPlaced,
        long Shipments,
        long UnitsShipped,
        long Cancelled
    );

    private static CourseHour Sum(IGrouping<string, Row> hour) =>
        new(
            hour.Key,
            hour.Sum(h => h.Placed),
            hour.Sum(h => h.Shipments),
            ReadOrder.Units(hour.Sum(h => h.UnitsShipped))
        );

    private static async ValueTask<long> OpenAt(TenantLog log, DateTime at, CancellationToken stop)
    {
        var rows = await log.Followed.Query(
            """
            select cast(coalesce(sum(change), 0) as bigint) from (
              select opened - closed as change from order_course_day where day < $1
              union all
              select opened - closed as change from order_course_minute where minute >= $1 and minute <= $2
            ) as changes
            """,
            r => r.Integer(0),
            stop,
            DayOf(at),
            MinuteOf(at)
        );
        return rows[0];
    }

    private static async ValueTask<List<Row>> Hours(
        TenantLog log,
        DateTime from,
        DateTime at,
        Func<string, bool> seen,
        CancellationToken stop
    )
    {
        var rows = await log.Followed.Query(
            """
            select substr(minute, 1, 13), venture, cast(sum(placed) as bigint), cast(sum(units_placed) as bigint),
                   cast(sum(shipments) as bigint), cast(sum(units_shipped) as bigint), cast(sum(cancelled) as bigint)
            from order_course_minute where minute >= $1 and minute <= $2
            group by substr(minute, 1, 13), venture order by substr(minute, 1, 13), venture
            """,
            r => new Row(r.Text(0)!, r.Text(1)!, r.Integer(2), r.Integer(3), r.Integer(4), r.Integer(5), r.Integer(6)),
            stop,
            MinuteOf(from),
            MinuteOf(at)
        );
        return [.. rows.Where(r => seen(r.Venture))];
    }

    private static string DayOf(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string MinuteOf(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
