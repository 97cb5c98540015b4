using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;

namespace Lading.Orders;

/// <summary>An amount of money in major units: <c>{"amount": 2.55, "currency": "GBP"}</c>.</summary>
public sealed record Price(decimal Amount, string Currency);

/// <summary>A line as entered.</summary>
public sealed record LineRequest
{
    /// <summary>The sender's id of the line; left out: its place, counted from 1.</summary>
    public string? Line { get; init; }

    public string? Sku { get; init; }

    /// <summary>With at most three decimals.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>A unit of the SKU; left out: its base unit.</summary>
    public string? Unit { get; init; }

    /// <summary>For one entered unit, with at most six decimals.</summary>
    public Price? UnitPrice { get; init; }

    public string? Description { get; init; }
}

/// <summary>Turns what was entered into the values of facts, noting everything that is wrong.</summary>
internal static class Entered
{
    /// <summary>The largest amount of a line, in minor units: sums over a thousand lines stay exact.</summary>
    public const long MaxAmount = 1_000_000_000_000_000;

    private const int MaxId = 40;
    private const int FirstYear = 1970;
    private const int LastYear = 2200;

    private static readonly string[] Places = [.. Enumerable.Range(0, 100).Select(i => $"{i}")];

    /// <summary>
    /// Reads a line; what is wrong is noted and stands in for itself as one unit, so that the rest is still
    /// checked.
    /// </summary>
    public static OrderLine Line(
        LineRequest line,
        FieldPath at,
        int place,
        string? venture,
        OrdersDirectory known,
        Checks checks
    )
    {
        var id =
            place < Places.Length && (line.Line is null || line.Line == Places[place])
                ? Places[place]
                : line.Line ?? $"{place}";
        Id(checks, at.Of("line"), id, MaxId);
        Text(checks, at.Of("description"), line.Description, 500);
        var sku = KnownSku(line.Sku, at.Of("sku"), venture, known, checks);
        var unit = line.Unit is { } named && named != sku?.BaseUnit ? named : sku?.BaseUnit ?? "";
        var quantity = Thousandths(line.Quantity, at.Of("quantity"), checks);
        if (
            sku is null
            || quantity is null
            || !TryToBase(sku, unit, quantity.Value, at.Of("unit"), at.Of("quantity"), checks, out var inBase)
        )
            return new OrderLine(id, line.Sku ?? "", BaseQuantity.Units(1), 1000, unit, null, line.Description);
        var price = UnitPrice(line.UnitPrice, unit, quantity.Value, at.Of("unitPrice"), checks);
        // The SKU's own texts, not the request's: an order stays in memory, and these are the same in thousands.
        return new OrderLine(id, sku.Sku, inBase, quantity.Value, unit, price, line.Description);
    }

    /// <summary>A quantity in thousandths; null when it is missing, too fine, or out of bounds.</summary>
    public static long? Thousandths(decimal? quantity, FieldPath field, Checks checks)
    {
        if (!checks.That(quantity is not null, field, null, "A quantity is needed.", "Give a number above 0."))
            return null;
        var inBounds = quantity > 0 && quantity <= Order.MaxQuantity.ToDecimal();
        if (!checks.That(inBounds, field, quantity, $"A quantity is more than 0 and at most {Order.MaxQuantity}."))
            return null;
        var scaled = quantity!.Value * 1000m;
        var whole = decimal.Truncate(scaled) == scaled;
        return checks.That(
            whole,
            field,
            quantity,
            "A quantity has at most three decimals.",
            "Round it, or use a smaller unit."
        )
            ? (long)scaled
            : null;
    }

    /// <summary>A quantity in base units.</summary>
    public static BaseQuantity InBase(decimal? quantity, FieldPath field, Checks checks) =>
        new(Thousandths(quantity, field, checks) ?? 1000);

    /// <summary>An amount in minor units of its currency.</summary>
    public static Money Money(Price? price, FieldPath field, Checks checks)
    {
        if (!checks.That(price is not null, field, null, "An amount is needed.", "Give amount and currency."))
            return default;
        if (Currencies.Check(price!.Currency) is { } refusal)
        {
            checks.Add(field.Of("currency"), price.Currency, refusal);
            return default;
        }

        var digits = Currencies.MinorDigits(price.Currency);
        var inBounds = Math.Abs(price.Amount) <= MaxAmount / 1000;
        if (!checks.That(inBounds, field.Of("amount"), price.Amount, $"An amount is at most {MaxAmount / 1000}."))
            return default;
        var minor = price.Amount * Power(digits);
        var whole = decimal.Truncate(minor) == minor;
        checks.That(whole, field.Of("amount"), price.Amount, $"{price.Currency} has {digits} decimals.", "Round it.");
        return new Money(price.Currency, (long)minor);
    }

    /// <summary>An id: present, short, printable, without slash or blanks at its ends.</summary>
    public static void Id(Checks checks, FieldPath field, string? id, int most) =>
        checks.That(
            id is { Length: > 0 }
                && id.Length <= most
                && id.Trim() == id
                && !id.Contains('/')
                && !id.Any(char.IsControl),
            field,
            id,
            $"An id has 1 to {most} printable characters, no slash, no blank at its ends."
        );

    /// <summary>An optional text: bounded and printable.</summary>
    public static void Text(Checks checks, FieldPath field, string? text, int most) =>
        checks.That(
            text is null || (text.Length <= most && !text.Any(char.IsControl)),
            field,
            text,
            $"A text has at most {most} printable characters.",
            "Shorten it."
        );

    /// <summary>A text that must be there.</summary>
    public static void Needed(Checks checks, FieldPath field, string? text, int most)
    {
        if (checks.That(!string.IsNullOrWhiteSpace(text), field, text, $"{field} is needed.", "Say it in a few words."))
            Text(checks, field, text, most);
    }

    /// <summary>A time that may be left out, in years in which goods move: what lies outside was mistyped.</summary>
    public static void Time(Checks checks, FieldPath field, DateTimeOffset? time) =>
        Year(checks, field, time?.UtcDateTime.Year, time);

    /// <summary>A day that may be left out, within the same years.</summary>
    public static void Day(Checks checks, FieldPath field, DateOnly? day) => Year(checks, field, day?.Year, day);

    private static void Year(Checks checks, FieldPath field, int? year, object? value) =>
        checks.That(
            year is null or (>= FirstYear and <= LastYear),
            field,
            value,
            $"{field} lies in the years {FirstYear} to {LastYear}.",
            "Check the year, or leave it out."
        );

    /// <summary>A site that is known and that the caller may see.</summary>
    public static void Site(Checks checks, FieldPath field, string? site, string? venture, Caller caller)
    {
        var of = site is null ? null : OrderCall.Known(caller).VentureOfSite(site);
        checks.That(
            of is not null && (venture is null || of == venture) && caller.SeesSite(of, site!),
            field,
            site,
            venture is null ? "There is no such site." : $"Venture {venture} has no such site.",
            "Use a code of GET /api/v1/sites."
        );
    }

    /// <summary>A location of a site where goods may be put down; left out: where the site's returns arrive.</summary>
    public static void Location(Checks checks, FieldPath field, string? site, string? location, Caller caller) =>
        checks.That(
            location is null || site is null || OrderCall.Known(caller).MayTake(site, location),
            field,
            location,
            $"Site {site} has no location {location} that is open.",
            "Use a code of GET /api/v1/locations, or leave it out: then the goods lie at the site's returns."
        );

    private static KnownSku? KnownSku(
        string? sku,
        FieldPath field,
        string? venture,
        OrdersDirectory known,
        Checks checks
    )
    {
        var found = sku is null ? null : known.FindSku(sku);
        var here = found is not null && (venture is null || found.Venture == venture);
        if (!checks.That(here, field, sku, $"Venture {venture} has no such SKU.", "Use a code of GET /api/v1/skus."))
            return null;
        checks.That(
            !found!.Discontinued,
            field,
            sku,
            "This SKU is discontinued and takes no new orders.",
            "Order another."
        );
        return found;
    }

    /// <summary>An entered quantity in the base unit of its SKU; what is wrong is noted.</summary>
    internal static bool TryToBase(
        KnownSku sku,
        string unit,
        long thousandths,
        FieldPath unitAt,
        FieldPath quantityAt,
        Checks checks,
        out BaseQuantity quantity
    )
    {
        quantity = new BaseQuantity(thousandths);
        if (unit != sku.BaseUnit)
        {
            if (!checks.That(sku.Units is not null, unitAt, unit, $"Only {sku.BaseUnit} serves for this SKU."))
                return false;
            if (!sku.Units!.TryToBase(new Quantity(thousandths, unit), out quantity, out var refusal))
            {
                checks.Add(refusal.Code == "unit.unknown" ? unitAt : quantityAt, unit, refusal);
                return false;
            }
        }

        return checks.That(
            OrderLines.IsQuantity(quantity),
            quantityAt,
            quantity,
            $"That is more than {Order.MaxQuantity} {sku.BaseUnit}."
        );
    }

    private static UnitPrice? UnitPrice(Price? price, string unit, long thousandths, FieldPath field, Checks checks)
    {
        if (price is null)
            return null;
        if (Currencies.Check(price.Currency) is { } refusal)
        {
            checks.Add(field.Of("currency"), price.Currency, refusal);
            return null;
        }

        checks.That(
            price.Amount >= 0,
            field.Of("amount"),
            price.Amount,
            "Goods have a price of 0 or more.",
            "Write a credit as a service line with an amount below 0."
        );
        var inBounds = Math.Abs(price.Amount) <= 1_000_000_000m;
        var millionths = inBounds ? price.Amount * 1_000_000m : 0;
        checks.That(inBounds, field.Of("amount"), price.Amount, "A unit price is at most 1000000000.");
        var whole = decimal.Truncate(millionths) == millionths;
        checks.That(whole, field.Of("amount"), price.Amount, "A unit price has at most six decimals.", "Round it.");
        var value = new UnitPrice(Currencies.Own(price.Currency), (long)millionths, unit);
        checks.That(
            value.TryAmount(thousandths, out var amount, out _) && Math.Abs(amount.Minor) <= MaxAmount,
            field.Of("amount"),
            price.Amount,
            "The amount of the line is too large.",
            "Check quantity and price."
        );
        return value;
    }

    private static decimal Power(int digits)
    {
        var power = 1m;
        for (var i = 0; i < digits; i++)
            power *= 10m;
        return power;
    }
}
