using System.Globalization;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>What is there of one lot at one site. Of an owner of whom no order may have any, nothing is
/// available.</summary>
public sealed record LotView(
    string Site,
    string Lot,
    string? Owner,
    string? Expires,
    decimal OnHand,
    decimal Reserved,
    decimal Held,
    decimal Available
);

/// <summary>Answer of <c>GET /inventory/stock/{sku}</c>.</summary>
/// <param name="Lots">What lies in lots now, the first 500 by site and name; not said of the past.</param>
/// <param name="MoreLots">Whether there are more of them.</param>
/// <param name="LotsAt">The position that the lots follow to; the levels are never behind.</param>
public sealed record StockView(
    string Sku,
    DateTime? AsOf,
    long? KnownAt,
    LevelView Total,
    IReadOnlyList<LevelView> Sites,
    IReadOnlyList<LotView>? Lots,
    bool? MoreLots,
    long? LotsAt
);

/// <summary>
/// The stock of one SKU: now, as of a past time (<c>asOf</c>), as it was known at a position (<c>knownAt</c>).
/// </summary>
public static class StockOfSku
{
    private const int MostLots = 500;

    internal static async Task<IResult> Read(HttpContext http)
    {
        var checks = new Checks();
        var when = TwoTimes.Read(http, checks);
        if (!checks.Pass)
            return Problems.Of(checks);
        var projection = when.IsNow ? StockLevels.Projection.Name : StockLedger.Projection.Name;
        if (await Reading.Ready(http, projection, when.KnownAt ?? 0) is { } notReady)
            return notReady;
        var sku = (string)http.Request.RouteValues["sku"]!;
        var caller = Caller.Of(http);
        var known = InventoryDirectory.Of(caller);
        if (!known.Shows(caller, sku))
            return Problems.Of(InventoryRefusals.UnknownSku(sku));
        var venture = known.VentureOfSku(sku)!;
        if (when.IsNow)
            http.Response.Headers.ETag = await Reading.TagOf(http, StockCall.Stream(sku));
        var unit = await UnitOf(caller.Log, sku, http.RequestAborted);
        var levels = when.IsNow
            ? await Now(caller.Log, sku, http.RequestAborted)
            : await Past(caller.Log, sku, venture, unit, when, http.RequestAborted);
        var followed = when.IsNow ? caller.Log.Reached(StockLedger.Projection.Name) : -1;
        var lots = followed >= 0 ? await Lots(caller.Log, sku, venture, http.RequestAborted) : null;
        bool? more = lots is null ? null : lots.Count > MostLots;
        levels.RemoveAll(l => !known.Shows(caller, sku, l.Site));
        lots?.RemoveRange(Math.Min(MostLots, lots.Count), more is true ? 1 : 0);
        lots?.RemoveAll(l => !known.Shows(caller, sku, l.Site));
        var total = new LevelView(
            sku,
            null,
            unit,
            levels.Sum(l => l.OnHand),
            levels.Sum(l => l.Reserved),
            levels.Sum(l => l.Held),
            levels.Sum(l => l.Available),
            levels.Sum(l => l.Backordered),
            levels.Sum(l => l.OfOthers)
        );
        var sites = levels.Where(l => l.Site is not null).ToList();
        return Results.Json(
            new StockView(sku, when.AsOf, when.KnownAt, total, sites, lots, more, followed < 0 ? null : followed),
            InventoryHttp.Default.StockView
        );
    }

    internal static async ValueTask<string> UnitOf(TenantLog log, string sku, CancellationToken stop)
    {
        var units = await log.Inline.Query("select base_unit from sku_row where sku = $1", r => r.Text(0)!, stop, sku);
        return units.FirstOrDefault() ?? "";
    }

    private static async ValueTask<List<LevelView>> Now(TenantLog log, string sku, CancellationToken stop) =>
        await log.Inline.Query($"{StockLevels.Select} where l.sku = $1 order by l.site", StockList.View, stop, sku);

    private static async ValueTask<List<LevelView>> Past(
        TenantLog log,
        string sku,
        string venture,
        string unit,
        TwoTimes when,
        CancellationToken stop
    )
    {
        var sums = await StockLedger.Sums(log, sku, when.Until, when.Known, stop);
        return sums.GroupBy(s => s.Site)
            .Select(g =>
            {
                long Of(string figure) => g.Where(s => s.Figure == figure).Sum(s => s.Sum);
                return StockList.Level(
                    sku,
                    g.Key,
                    unit,
                    Of(Figures.OnHand),
                    Of(Figures.Reserved),
                    Of(Figures.Held),
                    Of(Figures.Backordered),
                    g.Where(s => s.Owner.Length > 0 && s.Owner != venture).Sum(s => Figures.InFree(s.Figure) * s.Sum)
                );
            })
            .ToList();
    }

    private static async ValueTask<List<LotView>> Lots(
        TenantLog log,
        string sku,
        string venture,
        CancellationToken stop
    ) =>
        await log.Followed.Query(
            $"""
            select l.site, l.lot, l.owner, e.expires, l.on_hand, l.reserved, l.held
            from stock_lot l left join stock_lot_expiry e on e.sku = l.sku and e.lot = l.lot
            where l.sku = $1 and l.on_hand <> 0 order by l.site, l.lot limit {MostLots + 1}
            """,
            r => View(r, venture),
            stop,
            sku
        );

    private static LotView View(IRow r, string venture)
    {
        var owner = r.Text(2) is { Length: > 0 } named ? named : null;
        var free = r.Integer(4) - r.Integer(5) - r.Integer(6);
        return new LotView(
            r.Text(0)!,
            r.Text(1)!,
            owner,
            r.Text(3),
            StockList.Units(r.Integer(4)),
            StockList.Units(r.Integer(5)),
            StockList.Units(r.Integer(6)),
            StockList.Units(owner is null || owner == venture ? free : 0)
        );
    }
}

/// <summary>
/// The two times of a question: as of when in the world, and as known at which position of the log.
/// </summary>
internal sealed record TwoTimes(DateTime? AsOf, long? KnownAt)
{
    public bool IsNow => AsOf is null && KnownAt is null;

    public long Until => AsOf?.Ticks ?? DateTime.MaxValue.Ticks;

    public long Known => KnownAt ?? long.MaxValue;

    private static readonly QueryName AsOfName = new(
        "asOf",
        QueryKind.Time,
        "As it was at this time in the world; now if not said."
    );

    private static readonly QueryName KnownAtName = new(
        "knownAt",
        QueryKind.Whole,
        "As it was known at this position of the log; all that is known if not said."
    );

    /// <summary>What a question of two times takes in its query.</summary>
    public static readonly IReadOnlyList<QueryName> Names = [AsOfName, KnownAtName];

    public static TwoTimes Read(HttpContext http, Checks checks)
    {
        var (asOf, knownAt) = (http.Time(AsOfName, checks), http.Whole(KnownAtName, checks));
        var head = Caller.Of(http).Log.Head;
        checks.That(
            knownAt is null || knownAt <= head,
            KnownAtName.Name,
            knownAt,
            $"The log ends at {head}: what will be known after it is not known.",
            "Send the Lading-Position of an earlier answer."
        );
        return new TwoTimes(asOf, knownAt);
    }
}
