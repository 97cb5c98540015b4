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
    private static readonly string[] States = ["open", "held", "completed", "cancelled"];
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
        var query = http.Request.Query;
        var state = query["state"].ToString();
        if (state.Length > 0)
            checks.That(States.Contains(state), "state", state, $"A state is one of {string.Join(", ", States)}.");
        list.Equal("state", state);
        list.Equal("customer", query["customer"].ToString());
        list.Equal("source", query["source"].ToString());
        var waiting = query["short"].ToString();
        if (checks.That(waiting is "" or "true", "short", waiting, "short is true, or left out.") && waiting.Length > 0)
            list.conditions.Add("waits = 1");
        list.DueBefore(query["dueBefore"].ToString(), checks);
        list.Venture(query["venture"].ToString(), caller);
        var prefix = query["q"].ToString().ToLowerInvariant();
        if (prefix.Length > 0 && checks.That(OrderNumber.IsValid(prefix), "q", prefix, "q begins an order number."))
            list.StartsWith(prefix);
        list.Sort(query["sort"].ToString(), prefix.Length > 0, checks);
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

    internal static bool IsDay(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private void DueBefore(string day, Checks checks)
    {
        if (day.Length > 0 && checks.That(IsDay(day), "dueBefore", day, "A day is written as in 2026-11-22."))
            conditions.Add($"due < {Parameter(day)}");
    }

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

    private void Sort(string sort, bool byNumber, Checks checks)
    {
        checks.That(
            sort is "" or "newest" or "oldest" or "priority" or "due",
            "sort",
            sort,
            "sort is newest, oldest, priority or due."
        );
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
