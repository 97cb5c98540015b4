using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>What lines come to, for read models: never throws, whatever stands in an old fact.</summary>
internal static class OrderAmounts
{
    /// <summary>A line's amount in minor units, rounded once; 0 without a price.</summary>
    public static long Of(OrderLine? line) =>
        line?.UnitPrice is { } price
        && Currencies.IsKnown(price.Currency)
        && price.TryAmount(line.EnteredQuantity, out var amount, out _)
            ? Math.Clamp(amount.Minor, -Entered.MaxAmount, Entered.MaxAmount)
            : 0;

    /// <summary>A charge's amount in minor units.</summary>
    public static long Of(ServiceLine service) =>
        Math.Clamp(service.Amount.Minor, -Entered.MaxAmount, Entered.MaxAmount);

    /// <summary>The currency of an order: that of its first price; the edge lets only one in.</summary>
    public static string? Currency(IReadOnlyList<OrderLine> lines, IReadOnlyList<ServiceLine> services) =>
        lines.FirstOrDefault(l => l.UnitPrice is not null)?.UnitPrice?.Currency
        ?? services.FirstOrDefault()?.Amount.Currency;

    /// <summary>The currency that a change of lines names, which is the order's; null when it prices nothing.</summary>
    public static string? Currency(IReadOnlyList<OrderLineChange> changes) =>
        changes.FirstOrDefault(c => c.After?.UnitPrice is not null)?.After?.UnitPrice?.Currency;

    /// <summary>Minor units as an answer shows them.</summary>
    public static Price? Show(long minor, string? currency)
    {
        if (currency is null || !Currencies.IsKnown(currency))
            return null;
        var amount = (decimal)minor;
        for (var i = Currencies.MinorDigits(currency); i > 0; i--)
            amount /= 10m;
        return new Price(amount, currency);
    }
}
