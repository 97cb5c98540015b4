using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Platform.Http;

namespace Lading.Inventory;

/// <summary>What requests to this module have in common, checked field by field.</summary>
internal static class InventoryChecks
{
    public const int MostText = 200;

    /// <summary>A code that becomes part of a stream's name.</summary>
    public static string Code(this Checks checks, string field, string? code, int most = 80)
    {
        checks.That(
            code is { Length: > 0 }
                && code.Length <= most
                && code.Trim() == code
                && !code.Contains('/')
                && !code.Any(char.IsControl),
            field,
            code,
            $"{field} has 1 to {most} printable characters, no slash, no blank at its ends."
        );
        return code ?? "";
    }

    /// <summary>A code that may be left out.</summary>
    public static string? CodeOrNone(this Checks checks, string field, string? code, int most = 80) =>
        code is null ? null : Code(checks, field, code, most);

    /// <summary>A text that must be there.</summary>
    public static string Text(this Checks checks, string field, string? text)
    {
        checks.That(
            !string.IsNullOrWhiteSpace(text) && IsPrintable(text),
            field,
            text,
            $"{field} has 1 to {MostText} printable characters."
        );
        return text ?? "";
    }

    /// <summary>A text that may be left out.</summary>
    public static string? TextOrNone(this Checks checks, string field, string? text)
    {
        checks.That(
            text is null || IsPrintable(text),
            field,
            text,
            $"{field} has at most {MostText} printable characters.",
            "Shorten it."
        );
        return text;
    }

    /// <summary>A site that exists and that the caller may see.</summary>
    public static string Site(this Checks checks, string field, string? site, Caller caller)
    {
        var venture = site is null ? null : InventoryDirectory.Of(caller).VentureOfSite(site);
        checks.That(
            venture is not null && caller.SeesSite(venture, site!),
            field,
            site,
            "There is no such site.",
            "Use a code of GET /api/v1/sites."
        );
        return site ?? "";
    }

    /// <summary>A time that may be left out, in years in which goods move: what lies outside was mistyped.</summary>
    public static void Time(this Checks checks, string field, DateTimeOffset? time) =>
        checks.That(
            time?.UtcDateTime.Year is null or (>= 1970 and <= 2200),
            field,
            time,
            $"{field} lies in the years 1970 to 2200.",
            "Check the year, or leave it out."
        );

    /// <summary>Whose the goods are: a venture, or nobody in particular. Of anybody else's no order could be promised
    /// any.</summary>
    public static string? Owner(this Checks checks, string field, string? owner, Caller caller)
    {
        checks.That(
            owner is null || (InventoryDirectory.Of(caller).HasVenture(owner) && caller.Sees(owner)),
            field,
            owner,
            "An owner is a venture, and there is no such venture.",
            "Use a code of GET /api/v1/ventures, or leave it out for the house's own goods."
        );
        return owner;
    }

    /// <summary>A quantity above 0 with at most three decimals.</summary>
    public static EnteredQuantity Quantity(this Checks checks, decimal? quantity, string? unit)
    {
        const decimal most = 1_000_000_000m;
        checks.That(quantity > 0, "quantity", quantity, "A quantity is more than 0.", "Give a number above 0.");
        checks.That(quantity is null or <= most, "quantity", quantity, $"A quantity is at most {most}.");
        checks.That(
            quantity is null
                || Math.Abs(quantity.Value) > most
                || decimal.Truncate(quantity.Value * 1000) == quantity.Value * 1000,
            "quantity",
            quantity,
            "A quantity has at most three decimals.",
            "Round it, or use a smaller unit."
        );
        checks.That(unit is { Length: > 0 and <= 20 }, "unit", unit, "A unit is needed.", "Use a unit of the SKU.");
        return Math.Abs(quantity ?? 0) <= most
            ? new EnteredQuantity((long)((quantity ?? 0) * 1000), unit ?? "")
            : new EnteredQuantity(0, unit ?? "");
    }

    /// <summary>A place with the serials of the units meant; null when none is named.</summary>
    /// <param name="arriving">
    /// Goods that arrive are a venture's or the house's own; goods that are here may be named as the books have them.
    /// </param>
    public static StockSpot? Spot(
        this Checks checks,
        Caller caller,
        PlaceRequest? place,
        string field,
        bool arriving = false
    )
    {
        if (place is null)
            return null;
        var serials = place.Serials ?? [];
        checks.That(
            serials.Count <= StockSpot.MostSerials,
            $"{field}.serials",
            serials.Count,
            $"At most {StockSpot.MostSerials} serials in one request."
        );
        for (var i = 0; i < Math.Min(serials.Count, StockSpot.MostSerials); i++)
            checks.Code($"{field}.serials[{i}]", serials[i]);
        return new StockSpot(
            checks.Site($"{field}.site", place.Site, caller),
            Location(checks, $"{field}.location", place.Location),
            checks.CodeOrNone($"{field}.lot", place.Lot),
            serials,
            arriving
                ? checks.Owner($"{field}.owner", place.Owner, caller)
                : checks.CodeOrNone($"{field}.owner", place.Owner, 40)
        );
    }

    /// <summary>A location; the staging place of an order has a slash. Left out: the site's default.</summary>
    public static string Location(this Checks checks, string field, string? location)
    {
        if (location is not null && StockPlaces.OrderOf(location) is { } order)
            checks.Code(field, order, 40);
        else if (location is not null && !StockPlaces.IsBuiltIn(location))
            checks.Code(field, location, 40);
        return location ?? StockPlaces.Default;
    }

    private static bool IsPrintable(string text) => text.Length <= MostText && !text.Any(char.IsControl);
}
