using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Who was promised what, and who waits.</summary>
public sealed partial class Stock
{
    private readonly Dictionary<string, Reservation> reservations = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTime At, string Holder)> lapses = new(ByTime);
    private readonly Dictionary<string, Waiting> waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue> queues = new(StringComparer.Ordinal);

    private static readonly IComparer<(DateTime At, string Holder)> ByTime = Comparer<(DateTime, string)>.Create(
        (a, b) => a.Item1 != b.Item1 ? a.Item1.CompareTo(b.Item1) : string.CompareOrdinal(a.Item2, b.Item2)
    );

    internal IReadOnlyDictionary<string, Reservation> Reservations => reservations;

    internal IReadOnlyDictionary<string, Waiting> Backorders => waiting;

    internal Reservation? ReservationOf(string holder) => reservations.GetValueOrDefault(holder);

    internal Waiting? WaitingOf(string holder) => waiting.GetValueOrDefault(holder);

    /// <summary>When the next promise lapses.</summary>
    public DateTime? NextLapse => lapses.Count == 0 ? null : lapses.Min.At;

    internal Reservation? Lapsed(DateTime now) =>
        lapses.Count > 0 && lapses.Min.At <= now ? reservations[lapses.Min.Holder] : null;

    /// <summary>The first in priority and age of those whom free stock that is good today can serve at all.</summary>
    internal Waiting? NextToServe(SiteTime time)
    {
        Waiting? best = null;
        foreach (var queue in queues.Values)
        {
            var head = queue.Line.Min!;
            if ((best is null || Waiting.ByRank.Compare(head, best) < 0) && HasFree(queue, time))
                best = head;
        }

        return best;
    }

    private bool HasFree(Queue queue, SiteTime time)
    {
        foreach (var site in SitesFor(queue.Sites))
            if (Open(site, queue.Venture, time).Any())
                return true;
        return false;
    }

    private void Promise(string holder, IReadOnlyList<ReservedLine> lines, DateTime? expires)
    {
        var before = ReservationOf(holder);
        var promises = before?.Promises.ToList() ?? [];
        foreach (var line in lines)
        foreach (var allotment in line.Allotments)
            Add(promises, line.Line, allotment, allotment.Quantity.Thousandths);
        Set(holder, new Reservation(holder, before is null ? expires : before.Expires, [.. promises]));
    }

    private void Unpromise(string holder, IReadOnlyList<ReservedLine> lines)
    {
        var before = ReservationOf(holder)!;
        var promises = before.Promises.ToList();
        foreach (var line in lines)
        foreach (var allotment in line.Allotments)
            Add(promises, line.Line, allotment, -allotment.Quantity.Thousandths);
        Set(holder, promises.Count == 0 ? null : before with { Promises = [.. promises] });
    }

    private void Add(List<Promise> promises, string line, Allotment allotment, long quantity)
    {
        var pool = PoolOf(allotment.Site, allotment.Owner, allotment.Lot);
        ChangePool(pool, 0, quantity, 0);
        journal?.Add(() => ChangePool(pool, 0, -quantity, 0));
        var at = promises.FindIndex(p => p.Pool == pool && p.Line == line);
        var sum = (at < 0 ? 0 : promises[at].Quantity) + quantity;
        if (at < 0)
            promises.Add(new Promise(line, pool, sum));
        else if (sum == 0)
            promises.RemoveAt(at);
        else
            promises[at] = promises[at] with { Quantity = sum };
    }

    private void Set(string holder, Reservation? after)
    {
        var before = ReservationOf(holder);
        if (before?.Expires is { } was)
            lapses.Remove((was, holder));
        if (after is null)
            reservations.Remove(holder);
        else
            reservations[holder] = after;
        if (after?.Expires is { } at)
            lapses.Add((at, holder));
        journal?.Add(() => Set(holder, before));
    }

    private void Wait(
        string holder,
        string venture,
        int priority,
        IReadOnlyList<string> at,
        IReadOnlyList<ShortLine> lines,
        long? age = null
    )
    {
        var before = WaitingOf(holder);
        var after = before?.Lines.ToList() ?? [];
        foreach (var line in lines)
            Add(after, line.Line, line.Quantity.Thousandths);
        if (before is null && age is null)
            SetSequence(Sequence + 1);
        SetWaiting(holder, new Waiting(holder, venture, priority, before?.Age ?? age ?? Sequence, at, [.. after]));
    }

    /// <summary>Takes at most what waits: a pick or shipment may bring more than was missing.</summary>
    private void Unwait(string holder, IEnumerable<ShortLine> lines)
    {
        if (WaitingOf(holder) is not { } before)
            return;
        var after = before.Lines.ToList();
        foreach (var line in lines)
            Add(after, line.Line, -Math.Min(line.Quantity.Thousandths, before.Of(line.Line)));
        SetWaiting(holder, after.Count == 0 ? null : before with { Lines = [.. after] });
    }

    private static void Add(List<WaitingLine> lines, string line, long quantity)
    {
        var at = lines.FindIndex(l => l.Line == line);
        var sum = (at < 0 ? 0 : lines[at].Quantity) + quantity;
        if (at >= 0)
            lines.RemoveAt(at);
        if (sum > 0)
            lines.Insert(at < 0 ? lines.Count : at, new WaitingLine(line, sum));
    }

    private void SetSequence(long sequence)
    {
        var before = Sequence;
        Sequence = sequence;
        journal?.Add(() => Sequence = before);
    }

    private void SetWaiting(string holder, Waiting? after)
    {
        var before = WaitingOf(holder);
        if (before is not null)
        {
            var key = KeyOf(before);
            queues[key].Line.Remove(before);
            if (queues[key].Line.Count == 0)
                queues.Remove(key);
            waiting.Remove(holder);
        }

        if (after is not null)
        {
            if (!queues.TryGetValue(KeyOf(after), out var queue))
                queues.Add(KeyOf(after), queue = new Queue(after.Venture, after.Sites));
            queue.Line.Add(after);
            waiting.Add(holder, after);
        }

        journal?.Add(() => SetWaiting(holder, before));
    }

    private static string KeyOf(Waiting w) =>
        w.Sites.Count == 0 ? w.Venture : $"{w.Venture}\n{string.Join('\n', w.Sites)}";
}
