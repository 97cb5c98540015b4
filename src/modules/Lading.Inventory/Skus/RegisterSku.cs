using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>Body of <c>POST /skus</c>.</summary>
public sealed record RegisterSkuRequest
{
    public string? Sku { get; init; }

    public string? Venture { get; init; }

    public string? Description { get; init; }

    /// <summary>Stock is counted in thousandths of it.</summary>
    public string? BaseUnit { get; init; }

    public IReadOnlyList<UnitConversion>? Units { get; init; }

    /// <summary><c>none</c>, <c>lot</c> or <c>serial</c>; left out: none.</summary>
    public string? Tracking { get; init; }

    /// <summary><c>fifo</c> or <c>fefo</c>; left out: fifo.</summary>
    public string? Allocation { get; init; }

    public IReadOnlyList<string>? SitePreference { get; init; }

    public string? Gtin { get; init; }
}

/// <summary>Registers a SKU.</summary>
public static class RegisterSku
{
    internal static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, InventoryHttp.Default.RegisterSkuRequest);
        if (problem is not null)
            return problem;
        var (body, caller) = (call!.Body, call.Caller);
        var checks = new Checks();
        var sku = checks.Code("sku", body.Sku);
        var venture = checks.Code("venture", body.Venture, 40);
        checks.That(
            caller.Reach.SeesAll(venture),
            "venture",
            venture,
            "There is no such venture.",
            "Use a code of GET /api/v1/ventures."
        );
        var fact = new SkuRegistered(
            sku,
            venture,
            checks.TextOrNone("description", body.Description),
            checks.Code("baseUnit", body.BaseUnit, 20),
            SkuChecks.Units(checks, body.Units),
            SkuChecks.Choice<Tracking>(checks, "tracking", body.Tracking),
            SkuChecks.Choice<AllocationPolicy>(checks, "allocation", body.Allocation),
            SkuChecks.Sites(checks, caller, body.SitePreference),
            SkuChecks.Gtin(checks, body.Gtin)
        );
        if (!checks.Pass)
            return await call.Refuse(checks, Created);
        var (stream, of) = (StockCall.Stream(sku), StreamName.Of("venture", venture));
        return await call.Send([stream, of], on => Decide(on, stream, of, fact), Created);
    }

    private static Refusal? Decide(Deciding on, StreamName stream, StreamName venture, SkuRegistered fact) =>
        on.Version(venture) == 0
            ? InventoryRefusals.UnknownVenture(fact.Venture)
            : on.Append(stream, Decide(on.State<Stock>(stream), fact));

    private static string Created(string sku) => $"/api/v1/skus/{Uri.EscapeDataString(sku)}";

    private const long MostInFraction = 1_000_000_000;

    /// <summary>Ladder: exists, conversions.</summary>
    public static Decision Decide(Stock stock, SkuRegistered asked)
    {
        if (stock.Master is not null)
            return InventoryRefusals.SkuExists(stock.Sku);
        if (WrongConversion(asked.BaseUnit, asked.Units) is { } refusal)
            return refusal;
        return Decision.Accept(asked);
    }

    internal static Refusal? WrongConversion(string baseUnit, IReadOnlyList<UnitConversion> units)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { baseUnit };
        foreach (var unit in units)
            if (
                !seen.Add(unit.Unit)
                || unit.Numerator is < 1 or > MostInFraction
                || unit.Denominator is < 1 or > MostInFraction
            )
                return InventoryRefusals.BadConversion(unit);
        return null;
    }
}
