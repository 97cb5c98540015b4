using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Inventory;

/// <summary>
/// Every line ever written, and its sum per day, to add up as of any time and as known at any position; beside it what
/// lies at each location and in each lot now. A follower: it may be a moment behind the levels.
/// </summary>
public static class StockLedger
{
    private static readonly Column Sku = Column.Text("sku");
    private static readonly Column Position = Column.Integer("position");
    private static readonly Column Number = Column.Integer("n");
    private static readonly Column Happened = Column.Integer("happened");
    private static readonly Column Figure = Column.Text("figure");
    private static readonly Column Site = Column.Text("site");
    private static readonly Column Place = Column.Text("location");
    private static readonly Column Lot = Column.Text("lot");
    private static readonly Column Serial = Column.Text("serial");
    private static readonly Column Owner = Column.Text("owner");
    private static readonly Column Delta = Column.Integer("delta");
    private static readonly Column Holder = Column.Text("holder");
    private static readonly Column Document = Column.Text("document");
    private static readonly Column Type = Column.Text("type");

    /// <summary>
    /// In the order of the log, so that writing is appending. The index holds all that a sum as of a time reads, in the
    /// order in which an explanation is read.
    /// </summary>
    private static readonly Table Entries = new(
        "stock_entry",
        [Position, Number],
        [Sku, Happened, Figure, Site, Place, Lot, Serial, Owner, Delta, Holder, Document, Type],
        ["sku", "happened", "position", "n", "figure", "site", "delta", "owner"]
    );

    private static readonly Column DaySku = Column.Text("sku");
    private static readonly Column Day = Column.Integer("day");
    private static readonly Column DaySite = Column.Text("site");
    private static readonly Column DayFigure = Column.Text("figure");
    private static readonly Column DayOwner = Column.Text("owner");
    private static readonly Column DayDelta = Column.Integer("delta");
    private static readonly Column LastPosition = Column.Integer("last_position");

    /// <summary>What happened on a UTC day, and the last position that says so: a day with a later one than a question
    /// knows of is added up from its lines.</summary>
    private static readonly Table Days = new(
        "stock_day",
        [DaySku, Day, DaySite, DayFigure, DayOwner],
        [DayDelta, LastPosition]
    );

    private static readonly Column LotSku = Column.Text("sku");
    private static readonly Column LotSite = Column.Text("site");
    private static readonly Column LotName = Column.Text("lot");
    private static readonly Column LotOwner = Column.Text("owner");
    private static readonly Column LotOnHand = Column.Integer("on_hand");
    private static readonly Column LotReserved = Column.Integer("reserved");
    private static readonly Column LotHeld = Column.Integer("held");
    private static readonly Table Lots = new(
        "stock_lot",
        [LotSku, LotSite, LotName, LotOwner],
        [LotOnHand, LotReserved, LotHeld]
    );

    private static readonly Column ExpirySku = Column.Text("sku");
    private static readonly Column ExpiryLot = Column.Text("lot");
    private static readonly Column Expires = Column.Text("expires");
    private static readonly Table Expiries = new("stock_lot_expiry", [ExpirySku, ExpiryLot], [Expires]);

    private static readonly Column AtSite = Column.Text("site");
    private static readonly Column AtLocation = Column.Text("location");
    private static readonly Column AtSku = Column.Text("sku");
    private static readonly Column AtOnHand = Column.Integer("on_hand");
    private static readonly Table Locations = new(
        "stock_location",
        [AtSite, AtLocation, AtSku],
        [AtOnHand],
        ["sku", "site", "location", "on_hand"]
    );

    /// <summary>The ledger.</summary>
    public static readonly Projection Projection = Projection.Of(
        "stock-ledger",
        4,
        ProjectionMode.Follower,
        [Entries, Days, Lots, Expiries, Locations],
        StockEntries.Facts,
        Apply
    );

    private static void Apply(Recorded recorded, Rows rows)
    {
        var sku = StockEntries.SkuOf(recorded);
        var n = 0;
        foreach (var e in StockEntries.Of(recorded.Fact))
        {
            rows.Row(Entries, recorded.Position, n++)
                .Set(Sku, sku)
                .Set(Happened, recorded.Happened)
                .Set(Figure, e.Figure)
                .Set(Site, e.Site)
                .Set(Place, e.Location)
                .Set(Lot, e.Lot)
                .Set(Serial, e.Serial)
                .Set(Owner, e.Owner)
                .Set(Delta, e.Delta)
                .Set(Holder, e.Holder)
                .Set(Document, e.Document)
                .Set(Type, recorded.Type);
            rows.Row(Days, sku, DayOf(recorded.Happened), e.Site, e.Figure, e.Owner ?? "")
                .Add(DayDelta, e.Delta)
                .Set(LastPosition, recorded.Position);
            AddUp(sku, e, rows);
        }

        if (recorded.Fact is StockMoved { Kind: not MovementKind.Transfer, To.Lot: { } lot, Expires: { } day })
            rows.Row(Expiries, sku, lot)
                .Set(Expires, day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static long DayOf(DateTime happened) => happened.Ticks / TimeSpan.TicksPerDay;

    /// <summary>A figure of a SKU at a site, of one owner; no owner: an empty text.</summary>
    internal readonly record struct Figured(string Site, string Figure, string Owner, long Sum);

    /// <summary>The figures of a SKU at each site as of a time, as known at a position.</summary>
    internal static async ValueTask<IReadOnlyList<Figured>> Sums(
        TenantLog log,
        string sku,
        long until,
        long known,
        CancellationToken stop
    ) =>
        await log.Followed.Query(
            """
            select site, figure, owner, cast(sum(delta) as bigint) from (
                select site, figure, owner, delta from stock_day where sku = $1 and day < $2 and last_position <= $5
                union all
                select site, figure, coalesce(owner, ''), delta from stock_entry
                where sku = $1 and happened >= $3 and happened <= $4 and position <= $5
                union all
                select e.site, e.figure, d.owner, e.delta from stock_day d
                join stock_entry e on e.sku = d.sku and e.site = d.site and e.figure = d.figure
                    and coalesce(e.owner, '') = d.owner
                    and e.happened >= d.day * $6 and e.happened < (d.day + 1) * $6 and e.position <= $5
                where d.sku = $1 and d.day < $2 and d.last_position > $5
            ) as line group by site, figure, owner order by site, figure, owner
            """,
            r => new Figured(r.Text(0)!, r.Text(1)!, r.Text(2)!, r.Integer(3)),
            stop,
            sku,
            until / TimeSpan.TicksPerDay,
            until / TimeSpan.TicksPerDay * TimeSpan.TicksPerDay,
            until,
            known,
            TimeSpan.TicksPerDay
        );

    private static void AddUp(string sku, StockEntry e, Rows rows)
    {
        if (e.Lot is not null)
            rows.Row(Lots, sku, e.Site, e.Lot, e.Owner ?? "").Add(LotColumn(e.Figure), e.Delta);
        if (e is { Figure: Figures.OnHand, Location: { } location } && !StockPlaces.IsBuiltIn(location))
            rows.Row(Locations, e.Site, location, sku).Add(AtOnHand, e.Delta);
    }

    private static Column LotColumn(string figure) =>
        figure switch
        {
            Figures.OnHand => LotOnHand,
            Figures.Reserved => LotReserved,
            _ => LotHeld,
        };

    /// <summary>What of any SKU lies at a location, or null when it is empty.</summary>
    internal static async ValueTask<(string Sku, BaseQuantity Quantity)?> Remains(
        TenantLog log,
        string site,
        string location,
        CancellationToken stop
    )
    {
        var rows = await log.Followed.Query(
            "select sku, on_hand from stock_location where site = $1 and location = $2 and on_hand > 0 order by sku "
                + "limit 1",
            r => (r.Text(0)!, new BaseQuantity(r.Integer(1))),
            stop,
            site,
            location
        );
        return rows.Count == 0 ? null : rows[0];
    }

    private const int DipPage = 20_000;

    /// <summary>Where a quantity taken from a site at a past time makes the site's balance negative.</summary>
    internal static async ValueTask<IReadOnlyList<PastDip>> Dips(
        TenantLog log,
        string sku,
        string site,
        DateTime from,
        BaseQuantity taken,
        CancellationToken stop
    )
    {
        var sums = await Sums(log, sku, from.Ticks, long.MaxValue, stop);
        var opening = sums.Where(s => s.Site == site && s.Figure == Figures.OnHand).Sum(s => s.Sum);
        var dips = new PastDips(site, from, opening - taken.Thousandths);
        var (happened, position, n) = (from, long.MaxValue, 0L);
        while (true)
        {
            var later = await log.Followed.Query(
                $"""
                select happened, position, n, delta from stock_entry where sku = $1 and figure = 'onHand' and site = $2
                and (happened, position, n) > ($3, $4, $5) order by happened, position, n limit {DipPage}
                """,
                r => (At: r.Integer(0), Position: r.Integer(1), N: r.Integer(2), Delta: r.Integer(3)),
                stop,
                sku,
                site,
                happened,
                position,
                n
            );
            foreach (var entry in later)
                dips.Add(new DateTime(entry.At, DateTimeKind.Utc), entry.Delta);
            if (later.Count < DipPage)
                return dips.Found();
            (happened, position, n) = (new DateTime(later[^1].At, DateTimeKind.Utc), later[^1].Position, later[^1].N);
        }
    }
}

/// <summary>Finds the stretches in which a running balance is below zero: the first twenty.</summary>
internal sealed class PastDips(string site, DateTime start, long balance)
{
    private const int Most = 20;
    private readonly List<PastDip> dips = [];
    private long balance = balance;
    private DateTime? since = balance < 0 ? start : null;
    private long lowest = balance;

    /// <summary>The balance moves; in the order of time.</summary>
    public void Add(DateTime at, long delta)
    {
        balance += delta;
        if (balance < 0)
        {
            since ??= at;
            lowest = Math.Min(lowest, balance);
        }
        else if (since is { } from)
        {
            if (at > from && dips.Count < Most)
                dips.Add(new PastDip(site, from, at, new BaseQuantity(lowest)));
            (since, lowest) = (null, 0);
        }
    }

    /// <summary>The last stretch may be open: its end is the time of the decision.</summary>
    public IReadOnlyList<PastDip> Found()
    {
        if (since is { } open && dips.Count < Most)
            dips.Add(new PastDip(site, open, DateTime.MaxValue, new BaseQuantity(lowest)));
        return dips;
    }
}
