using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// The books follow what was counted, or goods are scrapped; against the outside account <c>count</c> or <c>scrap</c>.
/// </summary>
public static class AdjustStock
{
    /// <summary>What is asked: so much more or less than the books say, and why.</summary>
    public sealed record Command(
        StockSpot At,
        EnteredQuantity Entered,
        bool Found,
        DateOnly? Expires,
        string Reason,
        string? Document,
        DateTime Happened,
        IReadOnlyList<PastDip> Dips
    )
    {
        /// <summary>Scrapped goods leave to an account of their own.</summary>
        public bool Scrapped { get; init; }
    }

    /// <summary>
    /// Ladder: SKU, unit and quantity, lot and serials, time, location (for found goods), enough (for lost goods).
    /// </summary>
    public static Decision Decide(Stock stock, Location location, Command command, SiteTime time) =>
        StockDraft.Decide(stock, time, draft => Rules(draft, location, command));

    private static Refusal? Rules(StockDraft draft, Location location, Command command)
    {
        var stock = draft.Stock;
        if (command.At.Check(stock, command.Entered, command.Found, out var quantity) is { } refusal)
            return refusal;
        if (command.Happened > draft.Now)
            return InventoryRefusals.HappensLater(command.Happened, draft.Now);
        var no = command.Found
            ? CheckFound(stock, location, command)
            : command.At.CheckEnough(stock, quantity, withinPool: false, command.Happened < draft.Now);
        if (no is not null)
            return no;
        var outside = StockPlace.From(command.Scrapped ? "scrap" : "count");
        foreach (var (place, part) in command.At.Places(quantity))
        {
            var (from, to) = command.Found ? (outside, place) : (place, outside);
            var expires = command.Found ? stock.LotOf(place.Lot)?.Expires ?? command.Expires : null;
            draft.Append(
                new StockMoved(
                    stock.Sku,
                    MovementKind.Adjustment,
                    from,
                    to,
                    part,
                    expires,
                    command.Reason,
                    command.Document,
                    command.Entered
                )
            );
        }

        draft.List(command.Dips, command.Reason);
        return null;
    }

    private static Refusal? CheckFound(Stock stock, Location location, Command command)
    {
        foreach (var serial in command.At.Serials)
            if (stock.Serial(serial) is { } there)
                return InventoryRefusals.SerialInStock(serial, there.Place);
        if (stock.LotOf(command.At.Lot) is { } lot && command.Expires is not null && lot.Expires != command.Expires)
            return InventoryRefusals.ExpiryDiffers(lot, command.Expires);
        return location.MayTake();
    }
}
