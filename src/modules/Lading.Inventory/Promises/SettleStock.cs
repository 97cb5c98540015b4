using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// What is due on its own: promises that lapse, and backorders that were too many to serve in the decision that freed
/// the stock.
/// </summary>
public static class SettleStock
{
    /// <summary>Nothing due is a valid answer: another decision was faster.</summary>
    public static Decision Decide(Stock stock, SiteTime time) => StockDraft.Follow(stock, time, _ => { });

    /// <summary>Whether a decision stopped at its limit, so that a follow-up command must go on.</summary>
    public static bool MustGoOn(Decision decision, int room = StockDraft.Room) =>
        decision.Events.Count(e => e is StockReserved { FromBackorder: true }) >= room
        || decision.Events.Count(e => e is ReservationExpired) >= room;

    /// <summary>What a decision did for others than its own caller.</summary>
    internal static bool IsHousekeeping(object fact) =>
        fact is ReservationExpired or StockReserved { FromBackorder: true };
}
