using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>Where the goods lie. Every change can be taken back exactly while a decision is being tried.</summary>
public sealed partial class Stock
{
    private readonly Dictionary<(string Site, string? Owner, string? Lot), Pool> pools = [];
    private readonly Dictionary<(string Site, string? Owner), Shelf> shelves = [];
    private readonly SortedSet<string> sites = new(StringComparer.Ordinal);
    private readonly Dictionary<StockPlace, Balance> balances = [];
    private readonly Dictionary<string, Balance> serials = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lot> lots = new(StringComparer.Ordinal);

    /// <summary>How to take back what was tried since; null when facts are folded for good.</summary>
    private List<Action>? journal;

    internal IReadOnlyCollection<Pool> Pools => pools.Values;

    internal IReadOnlyCollection<Balance> Balances => balances.Values;

    internal IReadOnlyDictionary<string, Lot> Lots => lots;

    internal Lot? LotOf(string? name) => name is null ? null : lots.GetValueOrDefault(name);

    internal Balance? At(StockPlace place) => balances.GetValueOrDefault(place);

    internal Balance? Serial(string serial) => serials.GetValueOrDefault(serial);

    internal Pool? PoolAt(StockPlace place) => pools.GetValueOrDefault((place.Site!, place.Owner, place.Lot));

    /// <summary>
    /// Makes the pool when it is not there. Only facts do that, after they made the lot known: a question must not.
    /// </summary>
    private Pool PoolOf(StockPlace place) => PoolOf(place.Site!, place.Owner, place.Lot);

    private Pool PoolOf(string site, string? owner, string? lot)
    {
        if (!pools.TryGetValue((site, owner, lot), out var pool))
            pools.Add((site, owner, lot), pool = new Pool(site, owner, LotOf(lot)));
        return pool;
    }

    /// <summary>
    /// Pools that may be promised at a site: the owner's own first, then stock that nobody in particular owns.
    /// </summary>
    internal IEnumerable<Pool> Open(string site, string? owner, SiteTime time)
    {
        if (owner is not null && shelves.TryGetValue((site, owner), out var own))
        {
            foreach (var pool in own.Open)
                if (!pool.IsExpired(time))
                    yield return pool;
        }

        if (shelves.TryGetValue((site, null), out var common))
        {
            foreach (var pool in common.Open)
                if (!pool.IsExpired(time))
                    yield return pool;
        }
    }

    /// <summary>
    /// The sites to look at: the named ones, else the SKU's preference and then every other site that ever had it.
    /// </summary>
    internal IEnumerable<string> SitesFor(IReadOnlyList<string> named)
    {
        if (named.Count > 0)
            return named;
        return Master is { SitePreference.Count: > 0 } m
            ? m.SitePreference.Concat(sites.Except(m.SitePreference))
            : sites;
    }

    private void Change(StockPlace place, long onHand, long held)
    {
        if (!balances.TryGetValue(place, out var balance))
        {
            balance = new Balance(place);
            balances.Add(place, balance);
            PoolOf(place).Balances.Add(balance);
            if (place.Serial is { } serial)
                serials[serial] = balance;
        }

        balance.OnHand = checked(balance.OnHand + onHand);
        balance.Held = checked(balance.Held + held);
        if (balance is { OnHand: 0, Held: 0 })
        {
            balances.Remove(place);
            PoolOf(place).Balances.Remove(balance);
            if (place.Serial is { } serial && serials.GetValueOrDefault(serial) == balance)
                serials.Remove(serial);
        }

        ChangePool(PoolOf(place), onHand, 0, held);
        journal?.Add(() => Change(place, -onHand, -held));
    }

    /// <summary>Keeps the pool on its shelf exactly while it has something free.</summary>
    private void ChangePool(Pool pool, long onHand, long reserved, long held)
    {
        pool.OnHand = checked(pool.OnHand + onHand);
        pool.Reserved = checked(pool.Reserved + reserved);
        pool.Held = checked(pool.Held + held);
        var shelf = ShelfOf(pool.Site, pool.Owner);
        if (pool.Free > 0)
            shelf.Open.Add(pool);
        else
            shelf.Open.Remove(pool);
    }

    private Shelf ShelfOf(string site, string? owner)
    {
        if (shelves.TryGetValue((site, owner), out var shelf))
            return shelf;
        sites.Add(site);
        shelf = new Shelf(site, owner, Master?.Allocation ?? AllocationPolicy.Fifo);
        shelves.Add((site, owner), shelf);
        return shelf;
    }

    private void AddLot(Lot lot)
    {
        lots.Add(lot.Name, lot);
        Sequence++;
        journal?.Add(() =>
        {
            lots.Remove(lot.Name);
            foreach (var key in pools.Keys.Where(k => k.Lot == lot.Name).ToArray())
                pools.Remove(key);
            Sequence--;
        });
    }

    private void SetMaster(SkuMaster? master)
    {
        var before = Master;
        Master = master;
        if (before?.Allocation != master?.Allocation)
        {
            shelves.Clear();
            foreach (var pool in pools.Values)
                ChangePool(pool, 0, 0, 0);
        }

        journal?.Add(() => SetMaster(before));
    }

    /// <summary>From here on every change is remembered so that it can be taken back.</summary>
    internal void BeginTrial()
    {
        if (journal is not null)
            throw new InvalidOperationException($"A decision on the stock of {Sku} began inside another.");
        journal = [];
    }

    /// <summary>Takes back everything since <see cref="BeginTrial"/>, newest first.</summary>
    internal void EndTrial()
    {
        var steps = journal!;
        journal = null;
        for (var i = steps.Count - 1; i >= 0; i--)
            steps[i]();
    }
}
