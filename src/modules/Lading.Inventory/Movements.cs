using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>Body of <c>POST /inventory/movements</c>.</summary>
public sealed record MovementRequest
{
    /// <summary><c>receipt</c>, <c>opening</c>, <c>adjustment</c> or <c>transfer</c>.</summary>
    public string? Type { get; init; }

    public string? Sku { get; init; }

    /// <summary>More than 0; of an adjustment also less: so much was lost.</summary>
    public decimal? Quantity { get; init; }

    public string? Unit { get; init; }

    public string? Site { get; init; }

    /// <summary>Left out: <c>stock</c>, which every site has.</summary>
    public string? Location { get; init; }

    public string? Lot { get; init; }

    public IReadOnlyList<string>? Serials { get; init; }

    public string? Owner { get; init; }

    /// <summary>Of a lot that is received for the first time.</summary>
    public DateOnly? Expires { get; init; }

    /// <summary>Where a transfer goes.</summary>
    public PlaceRequest? To { get; init; }

    /// <summary>Whether what an adjustment takes away was scrapped.</summary>
    public bool Scrap { get; init; }

    /// <summary>Needed for an adjustment.</summary>
    public string? Reason { get; init; }

    public string? Document { get; init; }

    /// <summary>When it happened, if not now.</summary>
    public DateTimeOffset? Happened { get; init; }
}

/// <summary>A site and, if not its default, a location.</summary>
public sealed record PlaceRequest(string? Site, string? Location = null);

/// <summary>One route for what a person or a file says was moved; each type is decided in its own slice.</summary>
public static class Movements
{
    private static readonly string[] Types = ["receipt", "opening", "adjustment", "transfer"];

    internal static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, InventoryHttp.Default.MovementRequest);
        if (problem is not null)
            return problem;
        var body = call!.Body;
        var checks = new Checks();
        checks.That(Types.Contains(body.Type), "type", body.Type, "There is no such movement.", $"Use {string.Join(", ", Types)}.");
        var sku = checks.Code("sku", body.Sku);
        var entered = checks.Quantity(body.Quantity, body.Unit);
        checks.That(body.Quantity is null or > 0 || body.Type == "adjustment", "quantity", body.Quantity, "Only an adjustment takes away.", "Give a number above 0.");
        var spot = checks.Spot(call.Caller, body.Site, body.Location, body.Lot, body.Serials, body.Owner);
        checks.TextOrNone("document", body.Document);
        checks.TextOrNone("reason", body.Reason);
        CheckType(checks, body, call.Caller);
        return body.Type switch
        {
            "adjustment" => await Adjust(call, checks, sku, spot, entered, http.RequestAborted),
            "transfer" => await Transfer(call, checks, sku, spot, entered, http.RequestAborted),
            _ => await Receive(call, checks, sku, spot, entered),
        };
    }

    private static void CheckType(Checks checks, MovementRequest body, Caller caller)
    {
        checks.That(body.Type != "adjustment" || !string.IsNullOrWhiteSpace(body.Reason), "reason", body.Reason, "An adjustment needs its reason.", "Say why in a few words.");
        checks.That(!body.Scrap || (body.Type == "adjustment" && body.Quantity < 0), "scrap", body.Scrap, "Only an adjustment that takes away may scrap.");
        checks.That(body.Expires is null || body.Type != "transfer", "expires", body.Expires, "A transfer keeps the expiry of its lot.", "Leave it out.");
        if (body.Type == "transfer")
            checks.Site("to.site", body.To?.Site, caller);
        else
            checks.That(body.To is null, "to", body.To, "Only a transfer goes to another place.", "Leave it out.");
        if (body.To is not null)
            checks.Location("to.location", body.To.Location);
    }

    private static Task<IResult> Receive(CommandCall<MovementRequest> call, Checks checks, string sku, StockSpot spot, EnteredQuantity entered)
    {
        var body = call.Body;
        var happened = body.Happened?.UtcDateTime;
        var kind = body.Type == "opening" ? MovementKind.Opening : MovementKind.Receipt;
        var place = LocationOf(checks, spot.Site, spot.Location);
        return StockCall.Send(
            call,
            checks,
            sku,
            (on, stock) =>
                ReceiveStock.Decide(
                    stock,
                    on.State<Location>(place!.Value),
                    new ReceiveStock.Command(spot, entered, body.Expires, body.Document, happened ?? on.Now, kind),
                    on.Now
                ),
            happened,
            place
        );
    }

    private static async Task<IResult> Adjust(CommandCall<MovementRequest> call, Checks checks, string sku, StockSpot spot, EnteredQuantity entered, CancellationToken stop)
    {
        var body = call.Body;
        var happened = body.Happened?.UtcDateTime;
        var found = entered.Thousandths > 0;
        var amount = entered with { Thousandths = Math.Abs(entered.Thousandths) };
        var place = LocationOf(checks, spot.Site, spot.Location);
        var dips = await DipsOf(call, checks, sku, found ? null : spot.Site, amount, stop);
        return await StockCall.Send(
            call,
            checks,
            sku,
            (on, stock) =>
                AdjustStock.Decide(
                    stock,
                    on.State<Location>(place!.Value),
                    new AdjustStock.Command(spot, amount, found, body.Expires, body.Reason!, body.Document, happened ?? on.Now, dips)
                    {
                        Scrapped = body.Scrap,
                    },
                    on.Now
                ),
            happened,
            place
        );
    }

    private static async Task<IResult> Transfer(CommandCall<MovementRequest> call, Checks checks, string sku, StockSpot spot, EnteredQuantity entered, CancellationToken stop)
    {
        var body = call.Body;
        var happened = body.Happened?.UtcDateTime;
        var (site, location) = (body.To?.Site ?? "", body.To?.Location ?? StockPlaces.Default);
        var place = LocationOf(checks, site, location);
        var dips = await DipsOf(call, checks, sku, site == spot.Site ? null : spot.Site, entered, stop);
        return await StockCall.Send(
            call,
            checks,
            sku,
            (on, stock) =>
                TransferStock.Decide(
                    stock,
                    on.State<Location>(place!.Value),
                    new TransferStock.Command(spot, site, location, entered, body.Reason, body.Document, happened ?? on.Now, dips),
                    on.Now
                ),
            happened,
            place
        );
    }

    /// <summary>The stream of the location that takes the goods; none before the request is known to be sound.</summary>
    private static StreamName? LocationOf(Checks checks, string site, string location) =>
        checks.Pass ? StockCall.LocationStream(site, location) : null;

    /// <summary>What a back-dated withdrawal does to the past, read from the ledger. The quantity is converted as the SKU is known now.</summary>
    private static async ValueTask<IReadOnlyList<PastDip>> DipsOf(
        CommandCall<MovementRequest> call, Checks checks, string sku, string? site, EnteredQuantity entered, CancellationToken stop)
    {
        if (!checks.Pass || site is null || call.Body.Happened is not { } happened)
            return [];
        var unit = await SkuList.ConversionOf(call.Caller.Log, sku, entered.Unit, stop);
        if (unit is null)
            return [];
        var taken = (long)((Int128)entered.Thousandths * unit.Numerator / unit.Denominator);
        return await StockLedger.Dips(call.Caller.Log, sku, site, happened.UtcDateTime, new BaseQuantity(taken), stop);
    }
}
