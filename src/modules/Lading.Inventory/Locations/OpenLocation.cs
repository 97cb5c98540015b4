using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>Body of <c>POST /locations</c>.</summary>
public sealed record OpenLocationRequest(string? Site, string? Location, string? Kind, string? Zone = null);

/// <summary>Opens a storage location, for the first time or again.</summary>
public static class OpenLocation
{
    internal static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, InventoryHttp.Default.OpenLocationRequest);
        if (problem is not null)
            return problem;
        var body = call!.Body;
        var checks = new Checks();
        var site = checks.Site("site", body.Site, call.Caller);
        var location = checks.Code("location", body.Location, 40);
        var command = new Command(checks.Code("kind", body.Kind, 40), checks.CodeOrNone("zone", body.Zone, 40));
        if (!checks.Pass)
            return await call.Refuse(checks, Created);
        var stream = StockCall.LocationStream(site, location);
        return await call.Send([stream], on => on.Append(stream, Decide(on.State<Location>(stream), command)), Created);
    }

    private static string Created(string key) =>
        $"/api/v1/locations?site={Uri.EscapeDataString(key[..key.IndexOf('/')])}";

    /// <summary>What is asked.</summary>
    public sealed record Command(string Kind, string? Zone);

    /// <summary>A built-in location is open from the start.</summary>
    public static Decision Decide(Location location, Command command) =>
        StockPlaces.IsBuiltIn(location.Name) || location is { Opened: true, Closed: false }
            ? InventoryRefusals.LocationExists(location.Site, location.Name)
            : Decision.Accept(new LocationOpened(location.Site, location.Name, command.Kind, command.Zone));
}
