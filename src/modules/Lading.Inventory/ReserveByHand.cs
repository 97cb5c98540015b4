using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>A person or a channel sets stock aside, all of it or none, until it is released or lapses.</summary>
public static class ReserveByHand
{
    /// <summary>The one line of such a reservation.</summary>
    public const string Line = "1";

    /// <summary>Holders by hand have a prefix of their own, so that none can be taken for an order.</summary>
    public static string HolderOf(string name) => $"hand/{name}";

    /// <summary>What is asked.</summary>
    public sealed record Command(string Name, EnteredQuantity Entered, IReadOnlyList<string> Sites, string? Owner, DateTime? Expires);

    /// <summary>Ladder: SKU, holder, unit and quantity, expiry, enough.</summary>
    public static Decision Decide(Stock stock, Command command, DateTime now) =>
        StockDraft.Decide(stock, now, draft => Rules(draft, command));

    private static Refusal? Rules(StockDraft draft, Command command)
    {
        var stock = draft.Stock;
        var holder = HolderOf(command.Name);
        if (stock.Master is not { } master)
            return InventoryRefusals.UnknownSku(stock.Sku);
        if (stock.ReservationOf(holder) is not null)
            return InventoryRefusals.HolderExists(stock.Sku, command.Name);
        if (master.ToBase(command.Entered, out var quantity) is { } refusal)
            return refusal;
        if (command.Expires <= draft.Now)
            return InventoryRefusals.LapsesAtOnce(command.Expires.Value, draft.Now);
        var pieces = draft.Find(command.Sites, command.Owner, quantity.Thousandths);
        var lines = StockDraft.Deal(pieces, [new LineWish(Line, quantity.Thousandths)], out var missing);
        if (missing.Count > 0)
            return InventoryRefusals.Insufficient(stock, command.Sites, command.Owner, quantity, draft.Today);
        draft.Append(new StockReserved(stock.Sku, holder, lines, command.Expires, FromBackorder: false));
        return null;
    }
}
