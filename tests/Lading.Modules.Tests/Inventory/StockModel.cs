using Lading.Contracts.Inventory;

namespace Lading.Modules.Tests.Inventory;

/// <summary>
/// The books kept a second time, by someone who has never seen the product's code: facts are added up in the plainest
/// way. What it knows about stock is only this: on hand, held and promised per pool, who waits, and accounts outside.
/// </summary>
internal sealed class StockModel
{
    public Dictionary<
        (string Site, string? Owner, string? Lot),
        (long OnHand, long Held, long Promised)
    > Pools { get; } = [];

    public Dictionary<string, long> Outside { get; } = [];

    public Dictionary<(string Holder, string Line), long> Promised { get; } = [];

    public Dictionary<(string Holder, string Line), long> Waiting { get; } = [];

    public void Apply(object fact)
    {
        switch (fact)
        {
            case StockMoved e:
                Book(e.From, -e.Quantity.Thousandths, 0);
                Book(e.To, e.Quantity.Thousandths, 0);
                break;
            case StockHeld e:
                Book(e.Place, 0, e.Quantity.Thousandths);
                break;
            case StockUnheld e:
                Book(e.Place, 0, -e.Quantity.Thousandths);
                break;
            case StockReserved e:
                Promise(e.Holder, e.Lines, 1);
                foreach (var line in e.FromBackorder ? e.Lines : [])
                    Wait(
                        e.Holder,
                        line.Line,
                        -Math.Min(
                            line.Allotments.Sum(a => a.Quantity.Thousandths),
                            Waiting.GetValueOrDefault((e.Holder, line.Line))
                        )
                    );
                break;
            case ReservationReleased e:
                Promise(e.Holder, e.Lines, -1);
                break;
            case ReservationExpired e:
                Promise(e.Holder, e.Lines, -1);
                break;
            case ReservationUsed e:
                Promise(e.Holder, e.Lines, -1);
                break;
            case StockShort e:
                e.Lines.ToList().ForEach(l => Wait(e.Holder, l.Line, l.Quantity.Thousandths));
                break;
            case BackorderDropped e:
                e.Lines.ToList().ForEach(l => Wait(e.Holder, l.Line, -l.Quantity.Thousandths));
                break;
            case ReservationMoved e:
                Promise(e.FromHolder, e.Lines, -1);
                Promise(e.ToHolder, e.Lines, 1);
                e.Short.ToList().ForEach(l => Wait(e.FromHolder, l.Line, -l.Quantity.Thousandths));
                e.Short.ToList().ForEach(l => Wait(e.ToHolder, l.Line, l.Quantity.Thousandths));
                break;
        }
    }

    private void Book(StockPlace place, long onHand, long held)
    {
        if (place.Outside is { } account)
            Outside[account] = Outside.GetValueOrDefault(account) + onHand;
        else
            Add((place.Site!, place.Owner, place.Lot), onHand, held, 0);
    }

    private void Promise(string holder, IReadOnlyList<ReservedLine> lines, int sign)
    {
        foreach (var line in lines)
        foreach (var a in line.Allotments)
        {
            Add((a.Site, a.Owner, a.Lot), 0, 0, sign * a.Quantity.Thousandths);
            Promised[(holder, line.Line)] =
                Promised.GetValueOrDefault((holder, line.Line)) + (sign * a.Quantity.Thousandths);
        }
    }

    private void Wait(string holder, string line, long quantity) =>
        Waiting[(holder, line)] = Waiting.GetValueOrDefault((holder, line)) + quantity;

    private void Add((string, string?, string?) pool, long onHand, long held, long promised)
    {
        var was = Pools.GetValueOrDefault(pool);
        Pools[pool] = (was.OnHand + onHand, was.Held + held, was.Promised + promised);
    }
}
