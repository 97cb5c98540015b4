using Lading.Contracts.Inventory;

namespace Lading.Inventory;

/// <summary>A lot of the SKU; kept when it is empty, so that a return still knows its expiry.</summary>
internal sealed record Lot(string Name, DateOnly? Expires, long Order);

/// <summary>A quantity at one place of the house. Thousandths of the base unit.</summary>
internal sealed class Balance(StockPlace place)
{
    public StockPlace Place { get; } = place;

    public long OnHand { get; set; }

    public long Held { get; set; }

    public long Loose => OnHand - Held;

    public bool IsStaged => StockPlaces.IsStaging(Place.Location);
}

/// <summary>
/// What a promise is made on: one site, one owner, one lot. Its balances say where it lies. Free is never negative.
/// </summary>
internal sealed class Pool(string site, string? owner, Lot? lot)
{
    public string Site { get; } = site;

    public string? Owner { get; } = owner;

    public Lot? Lot { get; } = lot;

    public long OnHand { get; set; }

    public long Reserved { get; set; }

    public long Held { get; set; }

    public long Free => OnHand - Reserved - Held;

    /// <summary>Shelves before staging, then by name: deterministic, and picked goods are touched last.</summary>
    public SortedSet<Balance> Balances { get; } = new(ByPlace);

    /// <summary>A lot is good through its day of expiry, as the clock at the site has it.</summary>
    public bool IsExpired(SiteTime time) => Lot?.Expires is { } last && last < time.DayAt(Site);

    /// <summary>What lies at one location: one balance, or one for each serial.</summary>
    public IEnumerable<Balance> At(string location)
    {
        var first = new StockPlace(Site, location, Lot?.Name, null, Owner, null);
        return Balances.GetViewBetween(new Balance(first), new Balance(first with { Serial = "\uffff" }));
    }

    private static readonly Comparer<Balance> ByPlace = Comparer<Balance>.Create(
        (a, b) =>
        {
            var order = a.IsStaged.CompareTo(b.IsStaged);
            if (order == 0)
                order = string.CompareOrdinal(a.Place.Location, b.Place.Location);
            return order != 0 ? order : string.CompareOrdinal(a.Place.Serial, b.Place.Serial);
        }
    );
}

/// <summary>
/// The pools of one site and owner that have something free, in the order in which they are promised.
/// </summary>
internal sealed class Shelf(string site, string? owner, AllocationPolicy allocation)
{
    public string Site { get; } = site;

    public string? Owner { get; } = owner;

    public SortedSet<Pool> Open { get; } = new(allocation == AllocationPolicy.Fefo ? Fefo : Fifo);

    private static readonly Comparer<Pool> Fifo = Comparer<Pool>.Create(
        (a, b) => (a.Lot?.Order ?? 0).CompareTo(b.Lot?.Order ?? 0)
    );

    private static readonly Comparer<Pool> Fefo = Comparer<Pool>.Create(
        (a, b) =>
        {
            var order = (a.Lot?.Expires ?? DateOnly.MaxValue).CompareTo(b.Lot?.Expires ?? DateOnly.MaxValue);
            return order != 0 ? order : Fifo.Compare(a, b);
        }
    );
}

/// <summary>How much of a line is promised from one pool.</summary>
internal sealed record Promise(string Line, Pool Pool, long Quantity);

/// <summary>What a holder was promised. Replaced whole on every change.</summary>
internal sealed record Reservation(string Holder, DateTime? Expires, Promise[] Promises)
{
    public long Of(string line) => Promises.Where(p => p.Line == line).Sum(p => p.Quantity);
}

/// <summary>How much of a line waits.</summary>
internal sealed record WaitingLine(string Line, long Quantity);

/// <summary>What a holder waits for. Replaced whole on every change; the age stays.</summary>
internal sealed record Waiting(
    string Holder,
    string Venture,
    int Priority,
    long Age,
    IReadOnlyList<string> Sites,
    WaitingLine[] Lines
)
{
    public long Of(string line) => Lines.FirstOrDefault(l => l.Line == line)?.Quantity ?? 0;

    public static readonly Comparer<Waiting> ByRank = Comparer<Waiting>.Create(
        (a, b) =>
        {
            var order = a.Priority.CompareTo(b.Priority);
            if (order == 0)
                order = a.Age.CompareTo(b.Age);
            return order != 0 ? order : string.CompareOrdinal(a.Holder, b.Holder);
        }
    );
}

/// <summary>
/// Those who wait for the same sites and venture, so for the same stock: only the first of them can be next.
/// </summary>
internal sealed class Queue(string venture, IReadOnlyList<string> sites)
{
    public string Venture { get; } = venture;

    public IReadOnlyList<string> Sites { get; } = sites;

    public SortedSet<Waiting> Line { get; } = new(Waiting.ByRank);
}

/// <summary>The places that every site has without being opened, and the accounts outside.</summary>
public static class StockPlaces
{
    /// <summary>Where goods lie when nobody said where.</summary>
    public const string Default = StockPlace.Stock;

    /// <summary>Where returned goods arrive.</summary>
    public const string Returns = StockPlace.Returns;

    private const string Staging = "staging";

    /// <summary>
    /// Where an order's picked goods stand. One per order, so that a shipment takes its own goods and no one else's.
    /// </summary>
    public static string StagingOf(string order) => $"{Staging}/{order}";

    /// <summary>Whether a location needs no opening.</summary>
    public static bool IsBuiltIn(string location) => location is Default or Returns || IsStaging(location);

    /// <summary>Whose staging place a location is by its form; null when it is none of an order's.</summary>
    internal static string? OrderOf(string location) =>
        location.StartsWith($"{Staging}/", StringComparison.Ordinal) ? location[(Staging.Length + 1)..] : null;

    internal static bool IsStaging(string? location) =>
        location is not null
        && location.StartsWith(Staging, StringComparison.Ordinal)
        && (location.Length == Staging.Length || location[Staging.Length] == '/');
}
