using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>A place as a person names it, with the serials of the units that are meant.</summary>
public sealed record StockSpot(string Site, string Location, string? Lot, IReadOnlyList<string> Serials, string? Owner)
{
    /// <summary>One command names at most so many serials: each is a movement of its own.</summary>
    public const int MostSerials = 1_000;

    /// <summary>The place without a serial.</summary>
    public StockPlace Place => new(Site, Location, Lot, null, Owner, null);

    /// <summary>The places meant, each with its quantity: one, or one unit for each serial.</summary>
    internal IEnumerable<(StockPlace Place, BaseQuantity Quantity)> Places(BaseQuantity quantity) =>
        Serials.Count == 0
            ? [(Place, quantity)]
            : Serials.Select(s => (Place with { Serial = s }, BaseQuantity.Units(1)));

    /// <summary>The second rung of the ladder for every movement: does the input mean anything for this SKU?</summary>
    /// <param name="arriving">
    /// Goods that arrive must be told apart; goods that are here may be named as the books have them.
    /// </param>
    internal Refusal? Check(Stock stock, EnteredQuantity entered, bool arriving, out BaseQuantity quantity)
    {
        quantity = BaseQuantity.Zero;
        if (stock.Master is not { } master)
            return InventoryRefusals.UnknownSku(stock.Sku);
        if (master.ToBase(entered, out quantity) is { } refusal)
            return refusal;
        if (master.Tracking == Tracking.None && Lot is not null)
            return InventoryRefusals.LotNotTracked(stock.Sku, "lot", Lot);
        if (master.Tracking != Tracking.Serial && Serials.Count > 0)
            return InventoryRefusals.LotNotTracked(stock.Sku, "serials", Serials[0]);
        if (Serials.Count > MostSerials)
            return InventoryRefusals.TooManySerials(Serials.Count, MostSerials);
        if (!arriving && Serials.Count == 0 && stock.At(Place) is not null)
            return null;
        if (master.Tracking == Tracking.Lot && Lot is null)
            return InventoryRefusals.LotRequired(stock.Sku);
        var told = Serials.Distinct(StringComparer.Ordinal).Count();
        if (master.Tracking == Tracking.Serial && (told != Serials.Count || BaseQuantity.Units(told) != quantity))
            return InventoryRefusals.SerialsRequired(stock.Sku, quantity, told);
        return null;
    }

    /// <summary>The last rung for goods that leave this spot, or stop being promisable there.</summary>
    /// <param name="withinPool">
    /// Goods that stay at the site, of the same lot and owner, may be promised to someone.
    /// </param>
    internal Refusal? CheckEnough(Stock stock, BaseQuantity quantity, bool withinPool, bool backDated)
    {
        foreach (var serial in Serials)
            if (stock.At(Place with { Serial = serial }) is null)
                return InventoryRefusals.UnknownSerial(serial, Place);
        foreach (var (place, part) in Places(quantity))
            if ((withinPool ? stock.At(place)?.Loose ?? 0 : stock.TakeableAt(place)) < part.Thousandths)
                return InventoryRefusals.InsufficientAt(stock, place, part, backDated);
        if (!withinPool && (stock.PoolAt(Place)?.Free ?? 0) < quantity.Thousandths)
            return InventoryRefusals.InsufficientAt(stock, Place, quantity, backDated);
        return null;
    }
}

/// <summary>
/// A stretch of the past in which a back-dated entry makes the site's balance negative. The edge computes it from the
/// ledger: the state knows no times (the fold sees facts, not envelopes), and a listing of the past needs no guard,
/// unlike today's availability.
/// </summary>
public sealed record PastDip(string Site, DateTime From, DateTime Until, BaseQuantity Lowest);

public sealed partial class Stock
{
    /// <summary>What may leave a place: neither held there nor promised to anyone.</summary>
    internal long TakeableAt(StockPlace place) =>
        Math.Max(0, Math.Min(At(place)?.Loose ?? 0, PoolAt(place)?.Free ?? 0));
}
