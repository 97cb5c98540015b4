using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Access;
using Lading.Platform.Http;

namespace Lading.Orders;

/// <summary>What an order is worth, for rules that bind who may go how far.</summary>
internal static class OrderWorth
{
    /// <summary>Goods and charges together; null when a line has no price, so that it cannot be told.</summary>
    public static Money? Of(IReadOnlyList<OrderLine> lines, long charges, string? currency) =>
        currency is not null && lines.All(l => l.UnitPrice is not null)
            ? new Money(currency, lines.Sum(OrderAmounts.Of) + charges)
            : null;

    /// <summary>Of an order that is to be placed.</summary>
    public static Money? Of(OrderPlaced wanted) =>
        Of(wanted.Lines, wanted.Services.Sum(OrderAmounts.Of), OrderAmounts.Currency(wanted.Lines, wanted.Services));

    /// <summary>Why a rule keeps this caller from an order that is to be placed, or null; reckons only where a rule
    /// binds.</summary>
    public static Refusal? OverLimit(Caller caller, DateTime now, OrderPlaced wanted) =>
        caller.Allowed.IsLimited
            ? OverLimit(caller, now, Of(wanted), wanted.Venture, wanted.Customer, wanted.Sites)
            : null;

    /// <summary>Of an order as it stands.</summary>
    public static Money? Of(OrderState order) => Of(order, []);

    /// <summary>Of an order as it will stand.</summary>
    public static Money? Of(OrderState order, IReadOnlyList<WantedLine> changes)
    {
        var lines = order.Lines.Where(l => l.Value.Wanted.Sign > 0).ToDictionary(l => l.Key, l => l.Value.Line);
        foreach (var change in changes)
        {
            if (change.After is { } after)
                lines[change.Line] = after;
            else
                lines.Remove(change.Line);
        }

        List<OrderLine> then = [.. lines.Values];
        return Of(then, order.Charges, OrderAmounts.Currency(then, []) ?? order.ChargesIn);
    }

    /// <summary>Why a rule keeps this caller from an order as it stands, or as it would at another worth; null where
    /// there is no such order.</summary>
    public static Refusal? OverLimit(Caller caller, DateTime now, OrderState order, Money? worth) =>
        order.Stage == OrderStage.Unplaced
            ? null
            : OverLimit(caller, now, worth, order.Venture, order.Customer, order.Sites);

    /// <summary>Why a rule keeps this caller from an order of this worth, or null.</summary>
    private static Refusal? OverLimit(
        Caller caller,
        DateTime now,
        Money? worth,
        string venture,
        string? customer,
        IReadOnlyList<string> sites
    ) =>
        caller.Allowed.LimitPassed(worth, now, caller.Identity.SecondFactorAt, venture, customer, sites) is { } most
            ? worth is { } known
                ? AccessRefusals.OverLimit(known, most)
                : AccessRefusals.WorthUnknown(most)
            : null;
}
