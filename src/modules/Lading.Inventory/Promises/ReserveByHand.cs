using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>Body of <c>POST /inventory/reservations</c>.</summary>
public sealed record ReserveRequest
{
    /// <summary>Who holds it; one reservation of a SKU for each name.</summary>
    public string? Name { get; init; }

    public string? Sku { get; init; }

    public decimal? Quantity { get; init; }

    public string? Unit { get; init; }

    /// <summary>Sites in order of preference; left out: the SKU's preference, then every other.</summary>
    public IReadOnlyList<string>? Sites { get; init; }

    /// <summary>A venture, whose goods are taken before the house's own.</summary>
    public string? Owner { get; init; }

    /// <summary>Lapses after so long, at most 30 days; left out: when it is released.</summary>
    public int? TtlSeconds { get; init; }
}

/// <summary>A person or a channel sets stock aside, all of it or none, until it is released or lapses.</summary>
public static class ReserveByHand
{
    private const int LongestTtl = 30 * 24 * 3600;

    internal static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, InventoryHttp.Default.ReserveRequest);
        if (problem is not null)
            return problem;
        var body = call!.Body;
        var checks = new Checks();
        var sku = checks.Code("sku", body.Sku);
        var name = checks.Code("name", body.Name);
        var entered = checks.Quantity(body.Quantity, body.Unit);
        var sites = SkuChecks.Sites(checks, call.Caller, body.Sites, "sites");
        if (sites.Count == 0 && call.Caller.Reach.IsCutBySites)
            sites = InventoryDirectory.Of(call.Caller).SitesOf(call.Caller);
        var owner = checks.Owner("owner", body.Owner, call.Caller);
        checks.That(
            body.TtlSeconds is null or (> 0 and <= LongestTtl),
            "ttlSeconds",
            body.TtlSeconds,
            $"ttlSeconds is from 1 to {LongestTtl}."
        );
        return await StockCall.Send(
            call,
            checks,
            sku,
            (on, stock) =>
                Decide(
                    stock,
                    new Command(name, entered, sites, owner, LapseOf(on.Now, body.TtlSeconds)),
                    InventoryDirectory.TimeOf(on)
                )
        );
    }

    private static DateTime? LapseOf(DateTime now, int? seconds) => seconds is { } s ? now.AddSeconds(s) : null;

    /// <summary>The one line of such a reservation.</summary>
    public const string Line = "1";

    /// <summary>Holders by hand have a prefix of their own, so that none can be taken for an order.</summary>
    public static string HolderOf(string name) => $"hand/{name}";

    /// <summary>What is asked.</summary>
    public sealed record Command(
        string Name,
        EnteredQuantity Entered,
        IReadOnlyList<string> Sites,
        string? Owner,
        DateTime? Expires
    );

    /// <summary>Ladder: SKU, holder, unit and quantity, expiry, those who wait longer, enough.</summary>
    public static Decision Decide(Stock stock, Command command, SiteTime time) =>
        StockDraft.Decide(stock, time, draft => Rules(draft, command));

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
        if (draft.IsBehind)
            return InventoryRefusals.Settling(stock.Sku);
        var pieces = draft.Find(command.Sites, command.Owner, quantity.Thousandths);
        var lines = StockDraft.Deal(pieces, [new LineWish(Line, quantity.Thousandths)], out var missing);
        if (missing.Count > 0)
            return InventoryRefusals.Insufficient(stock, command.Sites, command.Owner, quantity, draft.Time);
        draft.Append(new StockReserved(stock.Sku, holder, lines, command.Expires, FromBackorder: false));
        return null;
    }
}
