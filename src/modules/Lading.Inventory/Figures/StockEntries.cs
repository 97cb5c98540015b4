using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Inventory;

/// <summary>One line of the ledger: by how much a fact changed a figure at a site.</summary>
public readonly record struct StockEntry(
    string Figure,
    string Site,
    string? Location,
    string? Lot,
    string? Serial,
    string? Owner,
    long Delta,
    string? Holder,
    string? Document
);

/// <summary>
/// The lines a fact writes. Levels, ledger and every explanation rest on these alone, so they cannot disagree.
/// </summary>
public static class StockEntries
{
    /// <summary>The facts that write lines.</summary>
    public static readonly Type[] Facts =
    [
        typeof(StockMoved),
        typeof(StockHeld),
        typeof(StockUnheld),
        typeof(StockReserved),
        typeof(StockShort),
        typeof(ReservationReleased),
        typeof(ReservationExpired),
        typeof(ReservationUsed),
        typeof(ReservationMoved),
        typeof(BackorderDropped),
    ];

    /// <summary>The SKU whose stream holds the fact.</summary>
    public static string SkuOf(Recorded recorded) => recorded.Stream.Key;

    /// <summary>The lines of one fact, in order.</summary>
    public static IEnumerable<StockEntry> Of(object fact) =>
        fact switch
        {
            StockMoved e => Moved(e),
            StockHeld e => [At(Figures.Held, e.Place, e.Quantity, null, e.Reason)],
            StockUnheld e => [At(Figures.Held, e.Place, -e.Quantity, null, e.Reason)],
            StockReserved e => Promised(e.Holder, e.Lines, +1).Concat(e.FromBackorder ? Served(e) : []),
            ReservationReleased e => Promised(e.Holder, e.Lines, -1),
            ReservationExpired e => Promised(e.Holder, e.Lines, -1),
            ReservationUsed e => Promised(e.Holder, e.Lines, -1),
            ReservationMoved e => Followed(e),
            StockShort e => Waits(e.Holder, e.Lines, +1),
            BackorderDropped e => Waits(e.Holder, e.Lines, -1),
            _ => throw new InvalidOperationException($"The ledger does not know the fact {fact.GetType().Name}."),
        };

    private static IEnumerable<StockEntry> Moved(StockMoved e)
    {
        if (e.From.IsInside)
            yield return At(Figures.OnHand, e.From, -e.Quantity, null, e.Document);
        if (e.To.IsInside)
            yield return At(Figures.OnHand, e.To, e.Quantity, null, e.Document);
    }

    private static IEnumerable<StockEntry> Followed(ReservationMoved e) =>
        Promised(e.FromHolder, e.Lines, -1)
            .Concat(Promised(e.ToHolder, e.Lines, +1))
            .Concat(Waits(e.FromHolder, e.Short, -1))
            .Concat(Waits(e.ToHolder, e.Short, +1));

    private static IEnumerable<StockEntry> Served(StockReserved e) =>
        Waits(e.Holder, e.Lines.Select(l => new ShortLine(l.Line, Stock.Total(l))), -1);

    private static IEnumerable<StockEntry> Promised(string holder, IEnumerable<ReservedLine> lines, int sign) =>
        from line in lines
        from a in line.Allotments
        select new StockEntry(
            Figures.Reserved,
            a.Site,
            null,
            a.Lot,
            null,
            a.Owner,
            sign * a.Quantity.Thousandths,
            holder,
            line.Line
        );

    private static IEnumerable<StockEntry> Waits(string holder, IEnumerable<ShortLine> lines, int sign) =>
        from line in lines
        select new StockEntry(
            Figures.Backordered,
            StockLevels.AnySite,
            null,
            null,
            null,
            null,
            sign * line.Quantity.Thousandths,
            holder,
            line.Line
        );

    private static StockEntry At(
        string figure,
        StockPlace place,
        BaseQuantity delta,
        string? holder,
        string? document
    ) =>
        new(
            figure,
            place.Site!,
            place.Location,
            place.Lot,
            place.Serial,
            place.Owner,
            delta.Thousandths,
            holder,
            document
        );
}
