using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>
/// One step of an explanation: the fact, by how much it changed the figure, and what the figure was then.
/// </summary>
public sealed record ExplainStep(
    string Event,
    string Type,
    DateTime Happened,
    string? Site,
    string? Location,
    string? Lot,
    string? Serial,
    string? Owner,
    string Changes,
    decimal Delta,
    decimal Running,
    string? Holder,
    string? Document
);

/// <summary>Answer of <c>GET /inventory/stock/{sku}/explain</c>.</summary>
/// <param name="Value">The figure; the running total of the last step is exactly this.</param>
public sealed record Explanation(
    string Sku,
    string Figure,
    string? Site,
    DateTime? AsOf,
    long? KnownAt,
    string Unit,
    decimal Value,
    string Formula,
    IReadOnlyList<ExplainStep> Steps,
    string? Next
);

/// <summary>
/// Opens a figure into the exact facts that make it, oldest first, with running totals and links to the facts.
/// </summary>
public static class ExplainStock
{
    private static readonly QueryName Figure = new("figure", QueryKind.Text, "The figure to open.")
    {
        OneOf = Figures.All,
        Otherwise = Figures.Available,
    };

    private static readonly QueryName Site = new(
        "site",
        QueryKind.Text,
        "The figure at this site; of all if not said."
    );

    /// <summary>What it takes in its query.</summary>
    internal static readonly IReadOnlyList<QueryName> Names = [Figure, Site, .. TwoTimes.Names, .. Page.Names];

    internal static async Task<IResult> Read(HttpContext http)
    {
        var checks = new Checks();
        var when = TwoTimes.Read(http, checks);
        var page = Page.Read(http, checks, "iiiii");
        var figure = http.OneOf(Figure, checks);
        if (!checks.Pass)
            return Problems.Of(checks);
        var sku = (string)http.Request.RouteValues["sku"]!;
        var caller = Caller.Of(http);
        if (!InventoryDirectory.Of(caller).Shows(caller, sku))
            return Problems.Of(InventoryRefusals.UnknownSku(sku));
        var site = http.Given(Site) is { Length: > 0 } at ? at : null;
        if (site is not null)
            checks.Site("site", site, caller);
        if (!checks.Pass)
            return Problems.Of(checks);
        if (await Reading.Ready(http, StockLedger.Projection.Name, when.KnownAt ?? 0) is { } behind)
            return behind;
        // All pages answer for one position of the log, so that the last running total is exactly the figure.
        var known = page.After is { } after ? after[4].AsInteger : caller.Log.Reached(StockLedger.Projection.Name);
        when = when with { KnownAt = Math.Min(when.Known, known) };
        var (value, rows) = await Query(caller, sku, figure, site, when, page, http.RequestAborted);
        return Results.Json(
            Build(
                sku,
                figure,
                site,
                when,
                page,
                value,
                rows,
                await StockOfSku.UnitOf(caller.Log, sku, http.RequestAborted)
            ),
            InventoryHttp.Default.Explanation
        );
    }

    private sealed record Row(long Happened, long Position, long N, long Delta, ExplainStep Step);

    private static Explanation Build(
        string sku,
        string figure,
        string? site,
        TwoTimes when,
        Page page,
        long value,
        List<Row> rows,
        string unit
    )
    {
        var running = page.After is { } after ? after[3].AsInteger : 0;
        var steps = new List<ExplainStep>();
        foreach (var row in rows.Take(page.Limit))
        {
            running += row.Delta;
            steps.Add(row.Step with { Running = StockList.Units(running) });
        }

        var last = rows.Count > page.Limit ? rows[page.Limit - 1] : null;
        var next = last is null ? null : Page.Cursor(last.Happened, last.Position, last.N, running, when.Known);
        var formula = figure switch
        {
            Figures.Available => "on hand - reserved - held, without what is others'",
            Figures.OfOthers => "on hand - reserved - held of other owners",
            _ => figure,
        };
        return new Explanation(
            sku,
            figure,
            site,
            when.AsOf,
            when.KnownAt,
            unit,
            StockList.Units(value),
            formula,
            steps,
            next
        );
    }

    private static async ValueTask<(long Value, List<Row> Rows)> Query(
        Caller caller,
        string sku,
        string figure,
        string? site,
        TwoTimes when,
        Page page,
        CancellationToken stop
    )
    {
        const string signed = "case when figure = 'onHand' then delta else -delta end";
        var isFree = figure is Figures.Available or Figures.OfOthers;
        var delta = isFree ? signed : "delta";
        var venture = InventoryDirectory.Of(caller).VentureOfSku(sku)!;
        var filter = new Filter()
            .Where("sku = {0}", sku)
            .Where("happened <= {0}", when.Until)
            .Where("position <= {0}", when.Known);
        if (isFree)
            filter.Where("figure <> 'backordered'");
        else
            filter.Where("figure = {0}", figure);
        if (figure == Figures.Available)
            filter.Where("coalesce(owner, {0}) = {0}", venture);
        else if (figure == Figures.OfOthers)
            filter.Where("owner <> {0}", venture);
        if (site is not null)
            filter.Where("site = {0}", site);
        var (log, known) = (caller.Log, InventoryDirectory.Of(caller));
        if (!known.Shows(caller, sku, null))
            filter.OneOf("site", known.SitesOf(caller));
        var sums = await StockLedger.Sums(log, sku, when.Until, when.Known, stop);
        var value = sums.Where(s => (site is null || s.Site == site) && known.Shows(caller, sku, s.Site))
            .Sum(s => Counts(figure, s, venture) * s.Sum);
        if (page.After is { } after)
            filter.After("happened, position, n", after[0], after[1], after[2]);
        var rows = await log.Followed.Query(
            $"""
            select happened, position, n, {delta}, type, site, location, lot, serial, owner, figure, holder, document
            from stock_entry {filter} order by happened, position, n limit {page.Limit + 1}
            """,
            Read,
            stop,
            filter.Parameters
        );
        return (value, rows);
    }

    /// <summary>With which sign one figure counts in another.</summary>
    private static int Counts(string asked, StockLedger.Figured one, string venture)
    {
        var others = one.Owner.Length > 0 && one.Owner != venture;
        return asked switch
        {
            Figures.Available => others ? 0 : Figures.InFree(one.Figure),
            Figures.OfOthers => others ? Figures.InFree(one.Figure) : 0,
            _ => asked == one.Figure ? 1 : 0,
        };
    }

    private static Row Read(IRow r) =>
        new(
            r.Integer(0),
            r.Integer(1),
            r.Integer(2),
            r.Integer(3),
            new ExplainStep(
                $"/api/v1/events/{r.Integer(1)}",
                r.Text(4)!,
                new DateTime(r.Integer(0), DateTimeKind.Utc),
                r.Text(5) is { Length: > 0 } site ? site : null,
                r.Text(6),
                r.Text(7),
                r.Text(8),
                r.Text(9),
                r.Text(10)!,
                StockList.Units(r.Integer(3)),
                0,
                r.Text(11),
                r.Text(12)
            )
        );
}
