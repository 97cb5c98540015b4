using System.Globalization;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>
/// The filters, the sort and the keyset of one read of the order list, as SQL that both providers plan on an index.
/// </summary>
internal sealed class OrderListQuery
{
    internal static readonly Owning Owner = new("venture", Sites: "sites", Customer: "customer");

    private static readonly QueryName State = new("state", QueryKind.Text, "Only orders in this state.")
    {
        OneOf = ["open", "held", "completed", "cancelled"],
    };

    internal static readonly QueryName OfVenture = new("venture", QueryKind.Text, "Only of this venture.");
    internal static readonly QueryName OfCustomer = new("customer", QueryKind.Text, "Only of this customer.");

    /// <summary>Which orders are late.</summary>
    internal static readonly QueryName Due = new("dueBefore", QueryKind.Day, "Only open orders due before this day.");

    private static readonly QueryName Source = new("source", QueryKind.Text, "Only orders from this source.");
    private static readonly QueryName Short = new("short", QueryKind.Flag, "Only orders that wait for stock.");
    private static readonly QueryName Begins = new(
        "q",
        QueryKind.Text,
        "Only orders whose number begins so, by number."
    );

    private static readonly QueryName SortBy = new("sort", QueryKind.Text, "What comes first.")
    {
        OneOf = ["newest", "oldest", "priority", "due"],
        Otherwise = "newest",
    };

    /// <summary>What the list takes in its query.</summary>
    internal static readonly IReadOnlyList<QueryName> Names =
    [
        State,
        OfVenture,
        OfCustomer,
        Due,
        Source,
        Short,
        Begins,
        SortBy,
        .. Lading.Platform.Http.Page.Names,
    ];

    private readonly List<string> conditions = [];
    private string[] keys = ["placed_at", "order_no"];
    private bool descending = true;

    /// <summary>Whether the page lies before the cursor; it is read backwards and turned round.</summary>
    private bool backwards;

    public List<Cell> Parameters { get; } = [];

    /// <summary>Reads the query string.</summary>
    public static OrderListQuery Read(HttpContext http, Caller caller, Checks checks, out Page page)
    {
        var list = new OrderListQuery();
        list.Equal("state", http.OneOf(State, checks));
        list.Equal("customer", http.Given(OfCustomer));
        list.Equal("source", http.Given(Source));
        if (http.Flag(Short, checks))
            list.conditions.Add("waits = 1");
        if (http.Day(Due, checks) is { } day)
            list.conditions.Add($"due < {list.Parameter(Text(day))}");
        list.Venture(http.Given(OfVenture), caller);
        var prefix = http.Given(Begins).ToLowerInvariant();
        if (prefix.Length > 0 && checks.That(OrderNumber.IsValid(prefix), "q", prefix, "q begins an order number."))
            list.StartsWith(prefix);
        list.Sort(http.OneOf(SortBy, checks), prefix.Length > 0);
        page = Lading.Platform.Http.Page.Read(http, checks, list.keys.Length + 1);
        if (page.After is { } after)
            list.Seek(after, checks);
        return list;
    }

    public string Where() => conditions.Count == 0 ? "" : "where " + string.Join(" and ", conditions);

    public string OrderAndLimit(int limit)
    {
        var way = descending != backwards ? "desc" : "asc";
        return $"order by {string.Join(", ", keys.Select(k => $"{k} {way}"))} limit {limit}";
    }

    /// <summary>The key of a row, read by its place among the columns of the list.</summary>
    public Cell[] KeyOf(IRow row) =>
        [
            .. keys.Select(k =>
                k switch
                {
                    "placed_at" => (Cell)row.Integer(10),
                    "priority" => row.Integer(5),
                    "prefix" => row.Text(18),
                    "due" => row.Text(19),
                    _ => row.Text(0),
                }
            ),
        ];

    /// <summary>Cuts the one row too many off and says where the neighbours are.</summary>
    public OrderListPage Page(List<(OrderListItem Item, Cell[] Key)> rows, Page page)
    {
        var more = rows.Count > page.Limit;
        if (more)
            rows.RemoveAt(rows.Count - 1);
        if (backwards)
            rows.Reverse();
        if (rows.Count == 0)
            return new OrderListPage([], null, null);
        var after = backwards || more;
        var before = backwards ? more : page.After is not null;
        return new OrderListPage(
            [.. rows.Select(r => r.Item)],
            after ? Lading.Platform.Http.Page.Cursor(["next", .. rows[^1].Key]) : null,
            before ? Lading.Platform.Http.Page.Cursor(["previous", .. rows[0].Key]) : null
        );
    }

    private void Equal(string column, string value)
    {
        if (value.Length > 0)
            conditions.Add($"{column} = {Parameter(value)}");
    }

    /// <summary>A day as the list holds it.</summary>
    internal static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Venture(string venture, Caller caller)
    {
        Equal("venture", venture);
        if (ReachSql.Where(caller.Reach, Owner, Parameter) is { } reached)
            conditions.Add(reached);
    }

    /// <summary>Numbers are ASCII, so the last character's successor ends the range.</summary>
    private void StartsWith(string prefix)
    {
        conditions.Add($"prefix >= {Parameter(prefix)}");
        conditions.Add($"prefix < {Parameter(prefix[..^1] + (char)(prefix[^1] + 1))}");
    }

    private void Sort(string sort, bool byNumber)
    {
        if (byNumber)
            (keys, descending) = (["prefix", "order_no"], false);
        else if (sort == "priority")
            (keys, descending) = (["priority", "placed_at", "order_no"], false);
        else if (sort == "oldest")
            descending = false;
        else if (sort == "due")
            (keys, descending) = (["due", "order_no"], false);
        if (sort == "due" && !byNumber)
            conditions.Add("due is not null");
    }

    private void Seek(Cell[] cursor, Checks checks)
    {
        var fits = cursor[0].AsText is "next" or "previous";
        for (var i = 0; i < keys.Length; i++)
            fits &=
                cursor[i + 1].IsInteger == keys[i] is "placed_at" or "priority"
                && (cursor[i + 1].IsInteger || cursor[i + 1].AsText is not null);
        if (
            !checks.That(
                fits,
                "cursor",
                null,
                "This is not a cursor of this list.",
                "Use the cursor of the page before, with the same sort."
            )
        )
            return;
        backwards = cursor[0].AsText == "previous";
        var way = descending != backwards ? "<" : ">";
        conditions.Add($"({string.Join(", ", keys)}) {way} ({string.Join(", ", cursor[1..].Select(Parameter))})");
    }

    private string Parameter(Cell value)
    {
        Parameters.Add(value);
        return $"${Parameters.Count}";
    }
}
