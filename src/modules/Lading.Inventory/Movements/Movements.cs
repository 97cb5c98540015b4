using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>
/// Body of <c>POST /inventory/movements</c>: so much went from one place to another. A receipt and opening stock have
/// only <c>to</c>, a transfer has both, an adjustment has <c>to</c> for what was found and <c>from</c> for what is
/// missing.
/// </summary>
public sealed record MovementRequest
{
    /// <summary><c>receipt</c>, <c>opening</c>, <c>adjustment</c> or <c>transfer</c>.</summary>
    public string? Kind { get; init; }

    public string? Sku { get; init; }

    /// <summary>More than 0, with at most three decimals.</summary>
    public decimal? Quantity { get; init; }

    public string? Unit { get; init; }

    public PlaceRequest? From { get; init; }

    public PlaceRequest? To { get; init; }

    /// <summary>Of a lot that is received for the first time.</summary>
    public DateOnly? Expires { get; init; }

    /// <summary>Whether what an adjustment takes away was scrapped.</summary>
    public bool Scrap { get; init; }

    /// <summary>Needed for an adjustment.</summary>
    public string? Reason { get; init; }

    public string? Document { get; init; }

    /// <summary>When it happened, if not now.</summary>
    public DateTimeOffset? Happened { get; init; }

    /// <summary>
    /// The sender's own name for this movement, 1 to 120 characters. The second request with the same one moves nothing
    /// and is refused, under whatever Idempotency-Key and however long after.
    /// </summary>
    public string? Booking { get; init; }
}

/// <summary>
/// Where goods lie, and which of them. Of a transfer's <c>to</c> only site and location count: the goods stay the same.
/// </summary>
public sealed record PlaceRequest
{
    public string? Site { get; init; }

    /// <summary>Left out: <c>stock</c>, which every site has.</summary>
    public string? Location { get; init; }

    public string? Lot { get; init; }

    public IReadOnlyList<string>? Serials { get; init; }

    /// <summary>A venture; left out: the house's own.</summary>
    public string? Owner { get; init; }
}

/// <summary>One route for what a person or a file says was moved; each kind is decided in its own slice.</summary>
public static class Movements
{
    private static readonly string[] Kinds = ["receipt", "opening", "adjustment", "transfer"];

    internal static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, InventoryHttp.Default.MovementRequest);
        if (problem is not null)
            return problem;
        var body = call!.Body;
        var checks = new Checks();
        checks.That(
            Kinds.Contains(body.Kind),
            "kind",
            body.Kind,
            "There is no such movement.",
            $"Use {string.Join(", ", Kinds)}."
        );
        var sku = checks.Code("sku", body.Sku);
        var entered = checks.Quantity(body.Quantity, body.Unit);
        checks.TextOrNone("document", body.Document);
        checks.TextOrNone("reason", body.Reason);
        checks.Time("happened", body.Happened);
        checks.CodeOrNone("booking", body.Booking, Booking.MostCharacters);
        CheckKind(checks, body);
        var from = checks.Spot(call.Caller, body.From, "from");
        var to = checks.Spot(call.Caller, body.To, "to", arriving: body.Kind != "transfer");

        // Past balances are the ledger's word: for a back-dated withdrawal it must have heard of all decided so far.
        if (
            checks.Pass
            && body is { Happened: not null, From: not null }
            && await Reading.Level(http, StockLedger.Projection.Name, call.Caller.Log.Head) is { } behind
        )
            return behind;
        return body.Kind switch
        {
            "adjustment" => await Adjust(call, checks, sku, from, to, entered, http.RequestAborted),
            "transfer" => await Transfer(call, checks, sku, from, to, entered, http.RequestAborted),
            _ => await Receive(call, checks, sku, to, entered),
        };
    }

    private static void CheckKind(Checks checks, MovementRequest body)
    {
        var (from, to) = (body.From is not null, body.To is not null);
        if (body.Kind == "adjustment")
            checks.That(
                from != to,
                "from",
                null,
                "An adjustment has either from (missing) or to (found).",
                "Give one of the two."
            );
        else if (Kinds.Contains(body.Kind))
            checks.That(
                from == (body.Kind == "transfer"),
                "from",
                null,
                "A transfer comes from a place, a receipt from outside.",
                from ? "Leave from out." : "Give from."
            );
        checks.That(
            to || body.Kind is "adjustment" || !Kinds.Contains(body.Kind),
            "to",
            null,
            "The goods go to a place.",
            "Give to with its site."
        );
        checks.That(
            body.Kind != "adjustment" || !string.IsNullOrWhiteSpace(body.Reason),
            "reason",
            body.Reason,
            "An adjustment needs its reason.",
            "Say why in a few words."
        );
        checks.That(
            !body.Scrap || (body.Kind == "adjustment" && from),
            "scrap",
            body.Scrap,
            "Only an adjustment that takes away may scrap."
        );
        checks.That(
            body.Expires is null || body.Kind != "transfer",
            "expires",
            body.Expires,
            "A transfer keeps the expiry of its lot.",
            "Leave it out."
        );
        var named =
            body.Kind == "transfer"
            && (body.To?.Lot is not null || body.To?.Owner is not null || body.To?.Serials is not null);
        checks.That(!named, "to", null, "A transfer changes neither lot, serials nor owner.", "Name them in from.");
    }

    private static Task<IResult> Receive(
        CommandCall<MovementRequest> call,
        Checks checks,
        string sku,
        StockSpot? to,
        EnteredQuantity entered
    )
    {
        var body = call.Body;
        var happened = body.Happened?.UtcDateTime;
        var kind = body.Kind == "opening" ? MovementKind.Opening : MovementKind.Receipt;
        var place = LocationOf(checks, to);
        return StockCall.Send(
            call,
            checks,
            sku,
            (on, stock) =>
                ReceiveStock.Decide(
                    stock,
                    on.State<Location>(place!.Value),
                    new ReceiveStock.Command(to!, entered, body.Expires, body.Document, happened ?? on.Now, kind),
                    InventoryDirectory.TimeOf(on)
                ),
            happened,
            place,
            booking: checks.Pass ? Booking.Wanted(body, entered) : null
        );
    }

    private static async Task<IResult> Adjust(
        CommandCall<MovementRequest> call,
        Checks checks,
        string sku,
        StockSpot? from,
        StockSpot? to,
        EnteredQuantity entered,
        CancellationToken stop
    )
    {
        var body = call.Body;
        var happened = body.Happened?.UtcDateTime;
        var place = LocationOf(checks, from ?? to);
        var dips = await DipsOf(call, checks, sku, from?.Site, entered, stop);
        return await StockCall.Send(
            call,
            checks,
            sku,
            (on, stock) =>
                AdjustStock.Decide(
                    stock,
                    on.State<Location>(place!.Value),
                    new AdjustStock.Command(
                        from ?? to!,
                        entered,
                        from is null,
                        body.Expires,
                        body.Reason!,
                        body.Document,
                        happened ?? on.Now,
                        dips
                    )
                    {
                        Scrapped = body.Scrap,
                    },
                    InventoryDirectory.TimeOf(on)
                ),
            happened,
            place,
            booking: checks.Pass ? Booking.Wanted(body, entered) : null
        );
    }

    private static async Task<IResult> Transfer(
        CommandCall<MovementRequest> call,
        Checks checks,
        string sku,
        StockSpot? from,
        StockSpot? to,
        EnteredQuantity entered,
        CancellationToken stop
    )
    {
        var body = call.Body;
        var happened = body.Happened?.UtcDateTime;
        var place = LocationOf(checks, to);
        var dips = await DipsOf(call, checks, sku, from?.Site == to?.Site ? null : from?.Site, entered, stop);
        return await StockCall.Send(
            call,
            checks,
            sku,
            (on, stock) =>
                TransferStock.Decide(
                    stock,
                    on.State<Location>(place!.Value),
                    new TransferStock.Command(
                        from!,
                        to!.Site,
                        to.Location,
                        entered,
                        body.Reason,
                        body.Document,
                        happened ?? on.Now,
                        dips
                    ),
                    InventoryDirectory.TimeOf(on)
                ),
            happened,
            place,
            booking: checks.Pass ? Booking.Wanted(body, entered) : null
        );
    }

    /// <summary>
    /// The stream of the location that takes the goods; none before the request is known to be sound.
    /// </summary>
    private static StreamName? LocationOf(Checks checks, StockSpot? spot) =>
        checks.Pass && spot is not null ? StockCall.LocationStream(spot.Site, spot.Location) : null;

    /// <summary>
    /// What a back-dated withdrawal does to the past, read from the ledger. The quantity is converted as the SKU is
    /// known now.
    /// </summary>
    private static async ValueTask<IReadOnlyList<PastDip>> DipsOf(
        CommandCall<MovementRequest> call,
        Checks checks,
        string sku,
        string? site,
        EnteredQuantity entered,
        CancellationToken stop
    )
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
