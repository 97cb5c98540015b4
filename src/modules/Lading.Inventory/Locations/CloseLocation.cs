using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>Closes a location. Goods that arrived in the same moment may still be moved out of it.</summary>
public static class CloseLocation
{
    internal static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, InventoryHttp.Default.ReasonRequest);
        if (problem is not null)
            return problem;
        var checks = new Checks();
        var site = checks.Site("site", (string?)http.Request.RouteValues["site"], call!.Caller);
        var location = checks.Code("location", (string?)http.Request.RouteValues["location"], 40);
        var reason = checks.Text("reason", call.Body.Reason);
        if (!checks.Pass)
            return await call.Refuse(checks);
        // What lies there is the ledger's word: it must have heard of everything decided so far.
        if (await Reading.Level(http, StockLedger.Projection.Name, call.Caller.Log.Head) is { } behind)
            return behind;
        var remains = await StockLedger.Remains(call.Caller.Log, site, location, http.RequestAborted);
        var stream = StockCall.LocationStream(site, location);
        return await call.Send(
            [stream],
            on => on.Append(stream, Decide(on.State<Location>(stream), new Command(reason, remains)))
        );
    }

    /// <summary>What is asked, with what the ledger says still lies there.</summary>
    public sealed record Command(string Reason, (string Sku, BaseQuantity Quantity)? Remains);

    /// <summary>Ladder: unknown, closed, not empty.</summary>
    public static Decision Decide(Location location, Command command)
    {
        if (StockPlaces.IsBuiltIn(location.Name) || !location.Opened)
            return InventoryRefusals.UnknownLocation(location.Site, location.Name);
        if (location.Closed)
            return InventoryRefusals.LocationClosed(location.Site, location.Name);
        if (command.Remains is var (sku, quantity))
            return InventoryRefusals.LocationNotEmpty(location.Site, location.Name, sku, quantity);
        return Decision.Accept(new LocationClosed(location.Site, location.Name, command.Reason));
    }
}
