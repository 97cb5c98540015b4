using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>Takes a SKU out of the range; its stock may still be sold and moved.</summary>
public static class DiscontinueSku
{
    internal static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, InventoryHttp.Default.ReasonRequest);
        if (problem is not null)
            return problem;
        var checks = new Checks();
        var sku = checks.Code("sku", (string?)http.Request.RouteValues["sku"]);
        var reason = checks.Text("reason", call!.Body.Reason);
        return await StockCall.Send(call, checks, sku, (_, stock) => Decide(stock, reason), wholeVenture: true);
    }

    /// <summary>Ladder: unknown, discontinued.</summary>
    public static Decision Decide(Stock stock, string reason)
    {
        if (stock.Master is not { } now)
            return InventoryRefusals.UnknownSku(stock.Sku);
        return now.Discontinued
            ? InventoryRefusals.SkuDiscontinued(stock.Sku)
            : Decision.Accept(new SkuDiscontinued(stock.Sku, reason));
    }
}
