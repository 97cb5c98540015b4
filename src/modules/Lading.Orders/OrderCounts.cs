using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>How many orders are in each state. A count ends at <c>Most</c>: what is larger is said as that.</summary>
/// <param name="Waiting">Unfinished orders of which something waits for stock.</param>
/// <param name="Late">Unfinished orders that were asked for before the day in the query.</param>
public sealed record OrderCountsView(
    long Open,
    long Held,
    long Completed,
    long Cancelled,
    long Waiting,
    long Late,
    long Most
);

/// <summary><c>GET /orders/counts?venture=&amp;customer=&amp;dueBefore=</c>: each count reads at most
/// <see cref="Most"/> entries of an index, however many orders there are.</summary>
public static class OrderCounts
{
    /// <summary>Where counting ends: a person acts no differently on more.</summary>
    public const int Most = 10_000;

    /// <summary>What it takes in its query.</summary>
    internal static readonly IReadOnlyList<QueryName> Names =
    [
        OrderListQuery.OfVenture,
        OrderListQuery.OfCustomer,
        OrderListQuery.Due,
    ];

    public static async Task<IResult> Handle(HttpContext http)
    {
        if (await Reading.Ready(http, OrderList.Projection.Name) is { } notReady)
            return notReady;
        var caller = Caller.Of(http);
        var checks = new Checks();
        var day = http.Day(OrderListQuery.Due, checks);
        if (!checks.Pass)
            return Problems.Of(checks);
        var counts = new long[6];
        string[] conditions = ["state = 'open'", "state = 'held'", "state = 'completed'", "state = 'cancelled'"];
        for (var i = 0; i < conditions.Length; i++)
            counts[i] = await Count(http, caller, conditions[i], null);
        counts[4] = await Count(http, caller, "waits = 1", null);
        counts[5] = day is { } due ? await Count(http, caller, "due < $1", OrderListQuery.Text(due)) : 0;
        return Results.Json(
            new OrderCountsView(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], Most),
            OrdersHttp.Default.OrderCountsView
        );
    }

    private static async ValueTask<long> Count(HttpContext http, Caller caller, string condition, string? value)
    {
        var parameters = new List<Cell>();
        if (value is not null)
            parameters.Add(value);
        var where = condition;
        foreach (var name in (ReadOnlySpan<QueryName>)[OrderListQuery.OfVenture, OrderListQuery.OfCustomer])
            if (http.Given(name) is { Length: > 0 } given)
            {
                parameters.Add(given);
                where += $" and {name.Name} = ${parameters.Count}";
            }

        if (ReachSql.Where(caller.Reach, OrderListQuery.Owner, Parameter) is { } reached)
            where += $" and {reached}";
        var rows = await caller.Log.Followed.Query(
            $"select count(*) from (select 1 as one from order_list where {where} limit {Most}) as counted",
            r => r.Integer(0),
            http.RequestAborted,
            [.. parameters]
        );
        return rows[0];

        string Parameter(Cell given)
        {
            parameters.Add(given);
            return $"${parameters.Count}";
        }
    }
}
