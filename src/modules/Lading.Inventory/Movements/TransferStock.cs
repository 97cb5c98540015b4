using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// Goods go to another location or site of the house. Promised goods may move within their site, not away from it.
/// </summary>
public static class TransferStock
{
    /// <summary>What is asked; lot, serials and owner are those of <paramref name="From"/>.</summary>
    public sealed record Command(
        StockSpot From,
        string ToSite,
        string ToLocation,
        EnteredQuantity Entered,
        string? Reason,
        string? Document,
        DateTime Happened,
        IReadOnlyList<PastDip> Dips
    );

    /// <summary>Ladder: SKU, unit and quantity, lot and serials, time, same place, location, enough.</summary>
    public static Decision Decide(Stock stock, Location to, Command command, SiteTime time) =>
        StockDraft.Decide(stock, time, draft => Rules(draft, to, command));

    private static Refusal? Rules(StockDraft draft, Location to, Command command)
    {
        var stock = draft.Stock;
        var from = command.From;
        if (from.Check(stock, command.Entered, arriving: false, out var quantity) is { } refusal)
            return refusal;
        if (command.Happened > draft.Now)
            return InventoryRefusals.HappensLater(command.Happened, draft.Now);
        if (from.Site == command.ToSite && from.Location == command.ToLocation)
            return InventoryRefusals.SamePlace(from.Place);
        if (to.MayTake() is { } closed)
            return closed;
        if (from.CheckEnough(stock, quantity, from.Site == command.ToSite, command.Happened < draft.Now) is { } tooFew)
            return tooFew;
        foreach (var (place, part) in from.Places(quantity))
        {
            var target = place with { Site = command.ToSite, Location = command.ToLocation };
            draft.Append(
                new StockMoved(
                    stock.Sku,
                    MovementKind.Transfer,
                    place,
                    target,
                    part,
                    null,
                    command.Reason,
                    command.Document,
                    command.Entered
                )
            );
        }

        draft.List(command.Dips, command.Reason ?? "transfer");
        return null;
    }
}
