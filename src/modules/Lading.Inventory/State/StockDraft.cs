using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// A decision at work: each fact it appends is folded at once, so that the next step sees it, and all are taken back
/// before the decision answers. So the rules of a decision and the fold can never disagree, and the caller's state is
/// as it was.
/// </summary>
internal sealed class StockDraft
{
    /// <summary>
    /// The most lapses, and the most backorders served, that one decision appends beside its own facts, where it can
    /// leave the rest to a follow-up command.
    /// </summary>
    public const int Room = 500;

    /// <summary>
    /// The most of what is overdue that goes before a request, of lapses as of backorders: with what the request itself
    /// frees, one command speaks of no more orders than another can follow.
    /// </summary>
    public const int Overdue = 2 * Room;

    private readonly List<object> facts = [];
    private int full = int.MaxValue;

    private StockDraft(Stock stock, SiteTime time) => (Stock, Time) = (stock, time);

    public Stock Stock { get; }

    public SiteTime Time { get; }

    public DateTime Now => Time.Now;

    /// <summary>
    /// Whether something overdue was left for a follow-up command. What is free then is for those who wait longer.
    /// </summary>
    public bool IsBehind { get; private set; }

    /// <summary>
    /// Whether the facts of its own have come to their limit: goods still to be moved are for a follow-up command.
    /// </summary>
    public bool IsFull => facts.Count >= full;

    /// <summary>
    /// Runs the rules of a request. Before them goes what is overdue, lapses and a promise to those who wait, so that
    /// none is refused for what is free by now; after them whoever waits for what they made free, at most
    /// <see cref="Room" /> of them. Where more than <see cref="Overdue" /> is overdue, who is refused is told to come
    /// back instead.
    /// </summary>
    public static Decision Decide(Stock stock, SiteTime time, Func<StockDraft, Refusal?> rules) =>
        Decide(
            stock,
            time,
            draft =>
                rules(draft) is not { } refusal ? null
                : draft.IsBehind && refusal.Kind == RefusalKind.Conflict ? InventoryRefusals.Settling(stock.Sku)
                : refusal,
            Overdue,
            Room
        );

    /// <summary>
    /// Follows what has happened, or only what is due: before and after it go at most <paramref name="room"/> lapses
    /// and promises to those who wait; the rest is for a follow-up command. <paramref name="own"/> is how many facts
    /// of its own it may have before it is full.
    /// </summary>
    public static Decision Follow(
        Stock stock,
        SiteTime time,
        Action<StockDraft> rules,
        int room = Room,
        int own = int.MaxValue
    ) =>
        Decide(
            stock,
            time,
            draft =>
            {
                draft.full = own > int.MaxValue - draft.facts.Count ? int.MaxValue : draft.facts.Count + own;
                rules(draft);
                return null;
            },
            room,
            room
        );

    private static Decision Decide(Stock stock, SiteTime time, Func<StockDraft, Refusal?> rules, int before, int after)
    {
        var draft = new StockDraft(stock, time);
        stock.BeginTrial();
        try
        {
            var lapsed = draft.Lapse(before);
            var served = draft.ServeBackorders(before);
            draft.IsBehind = !(lapsed && served);
            var refusal = rules(draft);
            if (refusal is not null)
                return refusal;
            draft.ServeBackorders(after);
            return Decision.Accept(draft.facts);
        }
        finally
        {
            stock.EndTrial();
        }
    }

    public void Append(object fact)
    {
        Stock.Evolve(Stock, fact);
        facts.Add(fact);
    }

    /// <summary>Lists where a back-dated entry made a past balance negative.</summary>
    public void List(IReadOnlyList<PastDip> dips, string reason)
    {
        foreach (var dip in dips)
            Append(
                new StockDiscrepancyFound(
                    Stock.Sku,
                    dip.Site,
                    dip.From,
                    dip.Until < Now ? dip.Until : Now,
                    dip.Lowest,
                    reason
                )
            );
    }

    /// <summary>False when it stopped at the limit; so does the next.</summary>
    private bool Lapse(int room)
    {
        for (var i = 0; Stock.Lapsed(Now) is { } over; i++)
        {
            if (i == room)
                return false;
            Append(new ReservationExpired(Stock.Sku, over.Holder, Lines(over.Promises)));
        }

        return true;
    }

    private bool ServeBackorders(int room)
    {
        for (var i = 0; Stock.Backorders.Count > 0 && Stock.NextToServe(Time) is { } next; i++)
        {
            if (i == room)
                return false;
            var wanted = next.Lines.Select(l => new LineWish(l.Line, l.Quantity)).ToArray();
            var pieces = Find(next.Sites, next.Venture, wanted.Sum(w => w.Quantity));
            Append(new StockReserved(Stock.Sku, next.Holder, Deal(pieces, wanted, out _), null, FromBackorder: true));
        }

        return true;
    }

    /// <summary>
    /// The best free stock for a quantity, without promising it yet: less than wanted when there is not more.
    /// </summary>
    public List<(Pool Pool, long Quantity)> Find(IReadOnlyList<string> sites, string? owner, long wanted)
    {
        var pieces = new List<(Pool, long)>();
        foreach (var site in Stock.SitesFor(sites))
        foreach (var pool in Stock.Open(site, owner, Time))
        {
            if (wanted == 0)
                return pieces;
            var take = Math.Min(pool.Free, wanted);
            pieces.Add((pool, take));
            wanted -= take;
        }

        return pieces;
    }

    /// <summary>Deals the pieces to the lines in order; what no piece was left for comes out as short.</summary>
    public static List<ReservedLine> Deal(
        List<(Pool Pool, long Quantity)> pieces,
        IReadOnlyList<LineWish> lines,
        out List<ShortLine> missing
    )
    {
        var dealt = new List<ReservedLine>(lines.Count);
        missing = [];
        var next = 0;
        var left = pieces.Count > 0 ? pieces[0].Quantity : 0;
        foreach (var (line, quantity) in lines)
        {
            var need = quantity;
            var allotments = new List<Allotment>(1);
            while (need > 0 && next < pieces.Count)
            {
                var take = Math.Min(need, left);
                allotments.Add(Piece(pieces[next].Pool, take));
                need -= take;
                left -= take;
                if (left == 0 && ++next < pieces.Count)
                    left = pieces[next].Quantity;
            }

            if (allotments.Count > 0)
                dealt.Add(new ReservedLine(line, allotments));
            if (need > 0)
                missing.Add(new ShortLine(line, new BaseQuantity(need)));
        }

        return dealt;
    }

    public static Allotment Piece(Pool pool, long quantity) =>
        new(pool.Site, pool.Owner, pool.Lot?.Name, new BaseQuantity(quantity));

    public static List<ReservedLine> Lines(IEnumerable<Promise> promises) =>
        promises
            .GroupBy(p => p.Line)
            .Select(g => new ReservedLine(g.Key, g.Select(p => Piece(p.Pool, p.Quantity)).ToList()))
            .ToList();
}

/// <summary>How much of a line is wanted.</summary>
internal readonly record struct LineWish(string Line, long Quantity);
