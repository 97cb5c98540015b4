using Lading.Contracts.Inventory;

namespace Lading.Inventory;

/// <summary>
/// What went out to customers and is somebody's, or of a lot, so that a return comes back as what it was. What is
/// simply the house's own is not remembered: it is the rest of a line.
/// </summary>
public sealed partial class Stock
{
    /// <summary>
    /// So many lines are remembered, then the one that went out first is forgotten: a state must not grow with its
    /// history, and returns come within weeks.
    /// </summary>
    internal const int MostLinesOut = 10_000;

    private readonly Dictionary<(string Order, string Line), LineOut> linesOut = [];
    private readonly SortedSet<(long Since, string Order, string Line)> outBySince = [];

    /// <summary>Whether a line was forgotten: from then on a line that is not remembered may have been any.</summary>
    internal bool ForgotOut { get; private set; }

    /// <summary>What of a line is out and remembered.</summary>
    internal IReadOnlyList<OutPart> OutOf(string order, string line) =>
        linesOut.TryGetValue((order, line), out var known) ? known.Parts : [];

    private long NextSince => outBySince.Count == 0 ? 1 : outBySince.Max.Since + 1;

    private void GoOut(string order, IReadOnlyList<ReservedLine> lines)
    {
        foreach (var line in lines)
        foreach (var allotment in line.Allotments)
            if (allotment.Owner is not null || allotment.Lot is not null)
                AddOut((order, line.Line), allotment.Owner, allotment.Lot, allotment.Quantity.Thousandths);
        while (linesOut.Count > MostLinesOut)
        {
            SetOut((outBySince.Min.Order, outBySince.Min.Line), null);
            SetForgotOut();
        }
    }

    private void ComeBack(string order, string line, StockPlace to, long quantity)
    {
        if (OutOf(order, line).FirstOrDefault(p => p.Owner == to.Owner && p.Lot == to.Lot) is { } part)
            AddOut((order, line), part.Owner, part.Lot, -Math.Min(quantity, part.Quantity));
    }

    private void AddOut((string Order, string Line) key, string? owner, string? lot, long quantity)
    {
        var before = linesOut.GetValueOrDefault(key);
        var parts = before?.Parts.ToList() ?? [];
        var at = parts.FindIndex(p => p.Owner == owner && p.Lot == lot);
        var sum = (at < 0 ? 0 : parts[at].Quantity) + quantity;
        if (at < 0)
            parts.Add(new OutPart(owner, lot, sum));
        else if (sum == 0)
            parts.RemoveAt(at);
        else
            parts[at] = parts[at] with { Quantity = sum };
        SetOut(key, parts.Count == 0 ? null : new LineOut(before?.Since ?? NextSince, [.. parts]));
    }

    private void SetOut((string Order, string Line) key, LineOut? after)
    {
        var before = linesOut.GetValueOrDefault(key);
        if (before is not null)
            outBySince.Remove((before.Since, key.Order, key.Line));
        if (after is null)
            linesOut.Remove(key);
        else
            linesOut[key] = after;
        if (after is not null)
            outBySince.Add((after.Since, key.Order, key.Line));
        journal?.Add(() => SetOut(key, before));
    }

    private void SetForgotOut()
    {
        var before = ForgotOut;
        ForgotOut = true;
        journal?.Add(() => ForgotOut = before);
    }
}

/// <summary>A part of a line that is with the customer: whose it is, and of which lot. Thousandths.</summary>
internal sealed record OutPart(string? Owner, string? Lot, long Quantity);

/// <summary>What of a line is with the customer, and how early it went out. Replaced whole on every change.</summary>
internal sealed record LineOut(long Since, OutPart[] Parts);
