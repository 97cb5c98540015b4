using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>Body of <c>PUT /skus/{sku}</c>: all values after the change.</summary>
public sealed record ChangeSkuRequest
{
    public string? Description { get; init; }

    public IReadOnlyList<UnitConversion>? Units { get; init; }

    public string? Allocation { get; init; }

    public IReadOnlyList<string>? SitePreference { get; init; }

    public string? Gtin { get; init; }
}

/// <summary>Changes a SKU's master data. Base unit and tracking stay: the stock is counted in them.</summary>
public static class ChangeSku
{
    internal static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, InventoryHttp.Default.ChangeSkuRequest);
        if (problem is not null)
            return problem;
        var body = call!.Body;
        var checks = new Checks();
        var fact = new SkuChanged(
            checks.Code("sku", (string?)http.Request.RouteValues["sku"]),
            checks.TextOrNone("description", body.Description),
            SkuChecks.Units(checks, body.Units),
            SkuChecks.Choice<AllocationPolicy>(checks, "allocation", body.Allocation),
            SkuChecks.Sites(checks, call.Caller, body.SitePreference),
            SkuChecks.Gtin(checks, body.Gtin)
        );
        return await StockCall.Send(call, checks, fact.Sku, (_, stock) => Decide(stock, fact), wholeVenture: true);
    }

    /// <summary>Ladder: unknown, conversions. The same values again change nothing.</summary>
    public static Decision Decide(Stock stock, SkuChanged asked)
    {
        if (stock.Master is not { } now)
            return InventoryRefusals.UnknownSku(stock.Sku);
        if (RegisterSku.WrongConversion(now.BaseUnit, asked.Units) is { } refusal)
            return refusal;
        var same =
            now.Description == asked.Description
            && now.Gtin == asked.Gtin
            && now.Allocation == asked.Allocation
            && now.Units.SequenceEqual(asked.Units)
            && now.SitePreference.SequenceEqual(asked.SitePreference);
        return same ? Decision.Accept() : Decision.Accept(asked);
    }
}
