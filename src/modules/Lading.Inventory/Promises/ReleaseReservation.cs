using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>Body of <c>POST /inventory/reservations/release</c>.</summary>
public sealed record ReleaseReservationRequest(string? Name, string? Sku, string? Reason = null);

/// <summary>A reservation made by hand is given up; whoever waits for the stock gets it in the same decision.</summary>
public static class ReleaseReservation
{
    internal static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, InventoryHttp.Default.ReleaseReservationRequest);
        if (problem is not null)
            return problem;
        var checks = new Checks();
        var sku = checks.Code("sku", call!.Body.Sku);
        var name = checks.Code("name", call.Body.Name);
        var reason = checks.TextOrNone("reason", call.Body.Reason) ?? "released by hand";
        var known = InventoryDirectory.Of(call.Caller);
        return await StockCall.Send(
            call,
            checks,
            sku,
            (on, stock) =>
                Decide(stock, name, reason, InventoryDirectory.TimeOf(on), site => known.Shows(call.Caller, sku, site))
        );
    }

    /// <summary>Ladder: SKU, holder; one that lies at a site the caller may not see does not exist.</summary>
    public static Decision Decide(
        Stock stock,
        string name,
        string reason,
        SiteTime time,
        Func<string, bool>? sees = null
    ) =>
        StockDraft.Decide(
            stock,
            time,
            draft =>
            {
                if (stock.Master is null)
                    return InventoryRefusals.UnknownSku(stock.Sku);
                var holder = ReserveByHand.HolderOf(name);
                if (stock.ReservationOf(holder) is not { } held)
                    return InventoryRefusals.UnknownHolder(stock.Sku, name);
                var lines = StockDraft.Lines(held.Promises);
                if (sees is not null && lines.Any(l => l.Allotments.Any(a => !sees(a.Site))))
                    return InventoryRefusals.UnknownHolder(stock.Sku, name);
                draft.Append(new ReservationReleased(stock.Sku, holder, lines, reason));
                return null;
            }
        );
}
