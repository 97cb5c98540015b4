using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// Finds the goods of one picked or shipped line and sees to it that they are what the line is promised. The floor is
/// right: when the books do not have what was named the best match is taken, what is missing is booked in from the
/// count, and both are recorded.
/// </summary>
internal sealed class TakeForOrder
{
    private readonly StockDraft draft;
    private readonly string order;
    private readonly PickedLine line;
    private readonly bool isShipment;
    private readonly Action<string, StockPlace, BaseQuantity> move;
    private readonly Stock stock;
    private long left;
    private bool unlike;

    private TakeForOrder(
        StockDraft draft,
        string order,
        PickedLine line,
        bool isShipment,
        Action<string, StockPlace, BaseQuantity> move
    )
    {
        (this.draft, this.order, this.line, this.isShipment, this.move) = (draft, order, line, isShipment, move);
        stock = draft.Stock;
        left = Math.Max(0, line.Quantity.Thousandths);
    }

    /// <param name="draft">The decision.</param>
    /// <param name="order">The holder.</param>
    /// <param name="line">What was taken, as reported.</param>
    /// <param name="isShipment">
    /// A pick never takes what stands picked for this order already; a shipment takes exactly that first.
    /// </param>
    /// <param name="move">
    /// Appends the movement of a line's goods out of a place; the line is promised them when it is called.
    /// </param>
    /// <returns>
    /// What of the line is left to be taken when the decision is full; null when all was.
    /// </returns>
    public static PickedLine? Run(
        StockDraft draft,
        string order,
        PickedLine line,
        bool isShipment,
        Action<string, StockPlace, BaseQuantity> move
    ) => new TakeForOrder(draft, order, line, isShipment, move).Run();

    /// <summary>Takes the lines of the decision's SKU one after the other; answers what is left of them.</summary>
    public static List<PickedLine> Each(
        StockDraft draft,
        IReadOnlyList<PickedLine> lines,
        Func<PickedLine, PickedLine?> take
    )
    {
        var left = new List<PickedLine>();
        foreach (var line in lines)
            if (line.Sku == draft.Stock.Sku && (draft.IsFull ? line : take(line)) is { } rest)
                left.Add(rest);
        return left;
    }

    /// <summary>What of a line is promised and stands on the shelves still.</summary>
    public static BaseQuantity Unpicked(StockDraft draft, string order, PickedLine line)
    {
        var take = new TakeForOrder(draft, order, line, isShipment: false, (_, _, _) => { });
        return new BaseQuantity(take.Promises(named: false).Sum(take.ToTake));
    }

    private PickedLine? Run()
    {
        var serials = line.Serials ?? [];
        var named = 0;
        while (named < serials.Count && !draft.IsFull)
            TakeSerial(serials[named++]);
        TakePromised(named: true);
        if (line.Lot is not null || line.Site is not null)
            TakeFree(named: true);
        if (left > 0 && !draft.IsFull)
        {
            unlike |= line.Lot is not null || (line.Site is not null && Promises(named: false).Any());
            TakePromised(named: false);
        }

        TakeFree(named: false);
        var rest = draft.IsFull && left > 0;
        if (unlike)
            Record(
                rest ? line.Quantity - new BaseQuantity(left) : line.Quantity,
                $"{Line()}: the books do not have {Named()}; other stock was taken"
            );
        if (rest)
            return line with { Quantity = new BaseQuantity(left), Serials = [.. serials.Skip(named)] };
        if (left > 0)
            BookIn();
        return null;
    }

    private void TakeSerial(string serial)
    {
        const long unit = 1000;
        var found = stock.Serial(serial);
        var pool = found is null ? null : stock.PoolAt(found.Place);
        var mine = pool is not null && Promises(named: false).Any(p => p.Pool == pool && ToTake(p) >= unit);
        var picked = found?.Place.Location == StockPlaces.StagingOf(order);
        var here = found is not null && found.Loose >= unit && (isShipment || !picked);
        if (!here || left < unit || !(mine || pool!.Free >= unit))
        {
            unlike = true;
            return;
        }

        if (!mine)
            Swap(pool!, unit);
        left -= unit;
        move(line.Line, found!.Place, new BaseQuantity(unit));
    }

    private IEnumerable<Promise> Promises(bool named) =>
        (stock.ReservationOf(order)?.Promises ?? []).Where(p => p.Line == line.Line && (!named || Fits(p.Pool)));

    private bool Fits(Pool pool) =>
        (line.Site is null || pool.Site == line.Site) && (line.Lot is null || pool.Lot?.Name == line.Lot);

    private void TakePromised(bool named)
    {
        foreach (var promise in Promises(named).ToArray())
            Take(promise.Pool, Math.Min(left, ToTake(promise)), promised: true);
    }

    /// <summary>What of a promise is on the shelves: picked goods stay promised, and are not picked again.</summary>
    private long ToTake(Promise promise)
    {
        if (isShipment)
            return promise.Quantity;
        var staged = promise.Pool.At(StockPlaces.StagingOf(order)).Sum(b => b.OnHand);
        var all = stock.ReservationOf(order)!.Promises.Where(p => p.Pool == promise.Pool).Sum(p => p.Quantity);
        return Math.Max(0, Math.Min(promise.Quantity, all - staged));
    }

    /// <summary>Free stock is taken in the promise's stead; what it stood for is free for others then.</summary>
    private void TakeFree(bool named)
    {
        if (left == 0)
            return;
        var owners = Promises(named: false).Select(p => p.Pool.Owner).Append(null).Distinct().ToArray();
        var free = stock.Pools.Where(p => p.Free > 0 && owners.Contains(p.Owner) && (!named || Fits(p)));
        foreach (var pool in free.OrderBy(Rank).ToArray())
            Take(pool, Math.Min(left, pool.Free), promised: false);
    }

    private (bool, bool, long) Rank(Pool pool) =>
        (pool.Site != line.Site, pool.IsExpired(draft.Time), pool.Lot?.Order ?? 0);

    private void Take(Pool pool, long quantity, bool promised)
    {
        foreach (var (place, take) in Pieces(pool, quantity))
        {
            if (draft.IsFull)
                return;
            if (!promised)
                Swap(pool, take);
            left -= take;
            move(line.Line, place, new BaseQuantity(take));
        }
    }

    private List<(StockPlace Place, long Quantity)> Pieces(Pool pool, long quantity)
    {
        var pieces = new List<(StockPlace, long)>(1);
        foreach (var balance in Places(pool))
        {
            if (quantity == 0)
                break;
            var take = Math.Min(balance.Loose, quantity);
            if (take > 0)
                pieces.Add((balance.Place, take));
            quantity -= take;
        }

        return pieces;
    }

    /// <summary>
    /// Own picked goods, then the named location, then the others; read only as far as goods are needed.
    /// </summary>
    private IEnumerable<Balance> Places(Pool pool)
    {
        var own = StockPlaces.StagingOf(order);
        var named = line.Location;
        if (isShipment)
            foreach (var balance in pool.At(own))
                yield return balance;
        if (named is not null && named != own)
            foreach (var balance in pool.At(named))
                yield return balance;
        foreach (var balance in pool.Balances)
            if (balance.Place.Location != own && balance.Place.Location != named)
                yield return balance;
    }

    /// <summary>
    /// Promises stock to the line in place of what it was promised elsewhere, or of what it still waits for.
    /// </summary>
    private void Swap(Pool pool, long quantity)
    {
        var back = GiveBackElsewhere(pool, quantity);
        var swapped = back.Sum(a => a.Quantity.Thousandths);
        if (swapped > 0)
        {
            draft.Append(
                new ReservationReleased(stock.Sku, order, [new ReservedLine(line.Line, back)], "other stock was taken")
            );
            Promise(pool, swapped, fromBackorder: false);
        }

        var served = Math.Min(quantity - swapped, stock.WaitingOf(order)?.Of(line.Line) ?? 0);
        if (served > 0)
            Promise(pool, served, fromBackorder: true);
        if (quantity > swapped + served)
            Promise(pool, quantity - swapped - served, fromBackorder: false);
    }

    private List<Allotment> GiveBackElsewhere(Pool pool, long quantity)
    {
        var pieces = new List<Allotment>();
        foreach (var promise in Promises(named: false).Where(p => p.Pool != pool && !IsStaged(p.Pool)))
        {
            var take = Math.Min(promise.Quantity, quantity);
            if (take > 0)
                pieces.Add(StockDraft.Piece(promise.Pool, take));
            quantity -= take;
        }

        return pieces;
    }

    /// <summary>What was picked for this order stays promised to it.</summary>
    private bool IsStaged(Pool pool) => !isShipment && pool.At(StockPlaces.StagingOf(order)).Any();

    private void Promise(Pool pool, long quantity, bool fromBackorder) =>
        draft.Append(
            new StockReserved(
                stock.Sku,
                order,
                [new ReservedLine(line.Line, [StockDraft.Piece(pool, quantity)])],
                null,
                fromBackorder
            )
        );

    /// <summary>The goods are in someone's hands, so they were in the house: the books follow.</summary>
    private void BookIn()
    {
        var missing = new BaseQuantity(left);
        var site =
            line.Site
            ?? Promises(named: false).Select(p => p.Pool.Site).FirstOrDefault()
            ?? stock.SitesFor([]).FirstOrDefault()
            ?? "unknown";
        var lot = stock.Master?.Tracking == Tracking.Lot ? line.Lot : null;
        var place = new StockPlace(site, StockPlaces.Default, lot, null, null, null);
        var reason = $"{Line()}: {missing} taken that the books did not have";
        draft.Append(
            new StockMoved(
                stock.Sku,
                MovementKind.Adjustment,
                StockPlace.From("count"),
                place,
                missing,
                null,
                reason,
                order
            )
        );
        Record(missing, reason);
        Swap(stock.PoolAt(place)!, left);
        left = 0;
        move(line.Line, place, missing);
    }

    private void Record(BaseQuantity quantity, string reason)
    {
        var site = line.Site ?? stock.SitesFor([]).FirstOrDefault() ?? "unknown";
        draft.Append(new StockDiscrepancyFound(stock.Sku, site, draft.Now, draft.Now, -quantity, reason));
    }

    private string Line() => $"order {order} line {line.Line}";

    private string Named() =>
        line.Serials is { Count: > 0 } serials ? $"serial {string.Join(", ", serials.Take(5))}"
        : line.Lot is { } lot ? $"lot {lot} at {line.Site ?? "any site"}"
        : $"stock at {line.Site}";
}
