using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Log;

namespace Lading.Faults.Stocks;

/// <summary>
/// Stock told again from the log's facts alone, with nothing of the product's fold: how much lies where, who was
/// promised what, who waits. After each command it asks: was anything sold that is not there, does anybody wait for
/// what is free, was a promise ended that nobody held?
/// </summary>
internal sealed class StockReplay(Action<string> wrong)
{
    /// <summary>One decision serves at most so many that wait; beyond it a follow-up command goes on.</summary>
    private const int Housekeeping = 100;
    private readonly Dictionary<string, Sku> skus = new(StringComparer.Ordinal);
    private readonly HashSet<Sku> touched = [];
    private readonly HashSet<string> done = new(StringComparer.Ordinal);
    private int housekeeping;

    public long Lapsed { get; private set; }

    public long Promised { get; private set; }

    public long Waited { get; private set; }

    /// <summary>One site's stock of one owner and lot.</summary>
    private sealed class Pool
    {
        public long OnHand { get; set; }

        public long Reserved { get; set; }

        public long Held { get; set; }

        public long Free => OnHand - Reserved - Held;
    }

    private sealed record Queue(string Venture, IReadOnlyList<string> Sites, Dictionary<string, long> Lines);

    private sealed class Sku(string name)
    {
        public string Name => name;

        public Dictionary<(string Site, string? Owner, string? Lot), Pool> Pools { get; } = [];

        public Dictionary<StockPlace, long> Places { get; } = [];

        public Dictionary<
            string,
            Dictionary<(string Line, string Site, string? Owner, string? Lot), long>
        > Promises { get; } = [];

        public Dictionary<string, DateTime> Lapses { get; } = [];

        public Dictionary<string, Queue> Waiting { get; } = [];

        public Pool At(string site, string? owner, string? lot)
        {
            if (!Pools.TryGetValue((site, owner, lot), out var pool))
                Pools.Add((site, owner, lot), pool = new Pool());
            return pool;
        }

        public long Free(IReadOnlyList<string> sites, string? owner)
        {
            var sum = 0L;
            foreach (var (key, pool) in Pools)
                if ((key.Owner is null || key.Owner == owner) && (sites.Count == 0 || sites.Contains(key.Site)))
                    sum += pool.Free;
            return sum;
        }
    }

    /// <summary>Who still holds what has a time to lapse.</summary>
    public IEnumerable<string> Lingering => skus.Values.SelectMany(s => s.Lapses.Keys);

    /// <summary>What could be promised now from these sites to this owner.</summary>
    public long Free(string sku, IReadOnlyList<string> sites, string? owner) => Of(sku).Free(sites, owner);

    /// <summary>Those that any fact was about.</summary>
    public IEnumerable<string> Skus => skus.Keys;

    /// <summary>On hand, reserved, held and waiting of a SKU.</summary>
    public (long OnHand, long Reserved, long Held, long Waiting) Sum(string sku)
    {
        var pools = Of(sku).Pools.Values;
        return (
            pools.Sum(p => p.OnHand),
            pools.Sum(p => p.Reserved),
            pools.Sum(p => p.Held),
            Of(sku).Waiting.Values.Sum(w => w.Lines.Values.Sum())
        );
    }

    /// <summary>All facts of one command.</summary>
    public void Apply(IEnumerable<Recorded> command)
    {
        Recorded? last = null;
        foreach (var recorded in command)
            Apply(last = recorded);
        foreach (var sku in touched)
            CheckAfter(sku, last!);
        touched.Clear();
        housekeeping = 0;
    }

    private void CheckAfter(Sku sku, Recorded last)
    {
        foreach (var (key, pool) in sku.Pools)
            if (pool.Free < 0 || pool.OnHand < 0 || pool.Reserved < 0 || pool.Held < 0)
                wrong(
                    $"after {last.Position} ({last.Actor}) {sku.Name} at {key} has {pool.OnHand} on hand, "
                        + $"{pool.Reserved} reserved, {pool.Held} held: oversold"
                );
        if (housekeeping < Housekeeping)
            foreach (var (holder, queue) in sku.Waiting)
                if (sku.Free(queue.Sites, queue.Venture) is > 0 and var free)
                    wrong($"after {last.Position} ({last.Actor}) {holder} waits for {sku.Name} while {free} are free");
    }

    /// <summary>In the end, when all reactions are done: what is no longer wanted holds nothing.</summary>
    public void CheckEnd()
    {
        foreach (var sku in skus.Values)
        foreach (var holder in sku.Promises.Keys.Concat(sku.Waiting.Keys).Where(done.Contains))
            wrong($"{holder} is complete and still holds or waits for {sku.Name}");
    }

    private Sku Of(string name)
    {
        if (!skus.TryGetValue(name, out var sku))
            skus.Add(name, sku = new Sku(name));
        return sku;
    }

    private Sku Touch(string name)
    {
        var sku = Of(name);
        touched.Add(sku);
        return sku;
    }

    private void Apply(Recorded recorded)
    {
        switch (recorded.Fact)
        {
            case StockMoved e:
                Move(Touch(e.Sku), e.From, -e.Quantity.Thousandths, recorded);
                Move(Touch(e.Sku), e.To, e.Quantity.Thousandths, recorded);
                break;
            case StockHeld e:
                PoolOf(Touch(e.Sku), e.Place).Held += e.Quantity.Thousandths;
                break;
            case StockUnheld e:
                PoolOf(Touch(e.Sku), e.Place).Held -= e.Quantity.Thousandths;
                break;
            case StockReserved e:
                Reserve(Touch(e.Sku), e);
                break;
            case ReservationReleased e:
                End(Touch(e.Sku), e.Holder, e.Lines, recorded);
                break;
            case ReservationUsed e:
                End(Touch(e.Sku), e.Holder, e.Lines, recorded);
                break;
            case ReservationExpired e:
                Expire(Touch(e.Sku), e, recorded);
                break;
            case ReservationMoved e:
                Follow(Touch(e.Sku), e, recorded);
                break;
            case StockShort e:
                Waited++;
                Wait(Touch(e.Sku), e.Holder, e.Venture, e.Sites, e.Lines);
                break;
            case BackorderDropped e:
                foreach (var line in e.Lines)
                    Unwait(Touch(e.Sku), e.Holder, line.Line, line.Quantity.Thousandths);
                break;
            case OrderCancelled { } e:
                done.Add(e.Order);
                break;
            case OrderCompleted e:
                done.Add(e.Order);
                break;
        }
    }

    private static Pool PoolOf(Sku sku, StockPlace place) => sku.At(place.Site!, place.Owner, place.Lot);

    private void Move(Sku sku, StockPlace place, long by, Recorded recorded)
    {
        if (!place.IsInside)
            return;
        PoolOf(sku, place).OnHand += by;
        var there = sku.Places[place] = sku.Places.GetValueOrDefault(place) + by;
        if (there < 0)
            wrong(
                $"position {recorded.Position} takes {-by} of {sku.Name} from {place.Site} {place.Location}: "
                    + $"{there} left"
            );
        if (there == 0)
            sku.Places.Remove(place);
    }

    private void Reserve(Sku sku, StockReserved e)
    {
        Promised++;
        housekeeping += e.FromBackorder ? 1 : 0;
        if (e.Expires is { } at && !sku.Promises.ContainsKey(e.Holder))
            sku.Lapses[e.Holder] = at;
        foreach (var line in e.Lines)
        foreach (var part in line.Allotments)
        {
            Change(sku, e.Holder, line.Line, part, part.Quantity.Thousandths);
            if (e.FromBackorder)
                Unwait(sku, e.Holder, line.Line, part.Quantity.Thousandths);
        }
    }

    private void End(Sku sku, string holder, IReadOnlyList<ReservedLine> lines, Recorded recorded)
    {
        foreach (var line in lines)
        foreach (var part in line.Allotments)
            if (Change(sku, holder, line.Line, part, -part.Quantity.Thousandths) < 0)
                wrong($"position {recorded.Position} ends more of {sku.Name} than {holder} was promised");
        if (!sku.Promises.ContainsKey(holder))
            sku.Lapses.Remove(holder);
    }

    private void Expire(Sku sku, ReservationExpired e, Recorded recorded)
    {
        Lapsed++;
        housekeeping++;
        if (!sku.Lapses.TryGetValue(e.Holder, out var at) || at > recorded.RecordedAt)
            wrong($"position {recorded.Position}: the promise of {e.Holder} lapsed before its time");
        End(sku, e.Holder, e.Lines, recorded);
        if (sku.Promises.ContainsKey(e.Holder))
            wrong($"position {recorded.Position}: a part of the promise of {e.Holder} stayed when it lapsed");
    }

    private void Follow(Sku sku, ReservationMoved e, Recorded recorded)
    {
        var waits = sku.Waiting.GetValueOrDefault(e.FromHolder);
        End(sku, e.FromHolder, e.Lines, recorded);
        foreach (var line in e.Lines)
        foreach (var part in line.Allotments)
            Change(sku, e.ToHolder, line.Line, part, part.Quantity.Thousandths);
        foreach (var line in e.Short)
            Unwait(sku, e.FromHolder, line.Line, line.Quantity.Thousandths);
        if (e.Short.Count > 0 && waits is null)
            wrong($"position {recorded.Position} moves a wait of {e.FromHolder} that there is not");
        else if (e.Short.Count > 0)
            Wait(sku, e.ToHolder, waits!.Venture, waits.Sites, e.Short);
    }

    private static long Change(Sku sku, string holder, string line, Allotment part, long by)
    {
        sku.At(part.Site, part.Owner, part.Lot).Reserved += by;
        if (!sku.Promises.TryGetValue(holder, out var held))
            sku.Promises.Add(holder, held = []);
        var key = (line, part.Site, part.Owner, part.Lot);
        var now = held[key] = held.GetValueOrDefault(key) + by;
        if (now == 0)
            held.Remove(key);
        if (held.Count == 0)
            sku.Promises.Remove(holder);
        return now;
    }

    private static void Wait(
        Sku sku,
        string holder,
        string venture,
        IReadOnlyList<string> sites,
        IReadOnlyList<ShortLine> lines
    )
    {
        if (!sku.Waiting.TryGetValue(holder, out var queue))
            sku.Waiting.Add(holder, queue = new Queue(venture, sites, new(StringComparer.Ordinal)));
        foreach (var line in lines)
            queue.Lines[line.Line] = queue.Lines.GetValueOrDefault(line.Line) + line.Quantity.Thousandths;
    }

    /// <summary>At most what waits: a pick may bring more than was missing.</summary>
    private static void Unwait(Sku sku, string holder, string line, long by)
    {
        if (!sku.Waiting.TryGetValue(holder, out var queue))
            return;
        var left = queue.Lines.GetValueOrDefault(line) - by;
        if (left > 0)
            queue.Lines[line] = left;
        else
            queue.Lines.Remove(line);
        if (queue.Lines.Count == 0)
            sku.Waiting.Remove(holder);
    }
}
