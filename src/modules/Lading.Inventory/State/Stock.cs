using System.Text.Json.Serialization;
using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Inventory;

/// <summary>
/// All stock of one SKU: the state of stream <c>sku/{sku}</c>. Changed in place by the facts; a decision tries its
/// facts on it and takes them back before it answers (<see cref="StockDraft"/>). Every step is O(log n) in lots,
/// reservations and backorders.
/// </summary>
[JsonConverter(typeof(StockJson))]
public sealed partial class Stock(string sku)
{
    /// <summary>The stream kind.</summary>
    public const string Kind = "sku";

    /// <summary>The SKU.</summary>
    public string Sku { get; } = sku;

    /// <summary>Its master data; null until it is registered.</summary>
    public SkuMaster? Master { get; private set; }

    /// <summary>Counts lots and waiting holders: who came first.</summary>
    internal long Sequence { get; private set; }

    /// <summary>Folds one fact in. Never validates; a fact it does not know is a bug.</summary>
    public static Stock Evolve(Stock stock, object fact)
    {
        stock.Fold(fact);
        return stock;
    }

    private void Fold(object fact)
    {
        switch (fact)
        {
            case StockReserved e:
                Promise(e.Holder, e.Lines, e.Expires);
                if (e.FromBackorder)
                    Unwait(e.Holder, e.Lines.Select(l => new ShortLine(l.Line, Total(l))));
                break;
            case ReservationUsed e:
                Unpromise(e.Holder, e.Lines);
                GoOut(e.Holder, e.Lines);
                break;
            case ReservationReleased e:
                Unpromise(e.Holder, e.Lines);
                break;
            case ReservationExpired e:
                Unpromise(e.Holder, e.Lines);
                break;
            case StockMoved e:
                Move(e);
                break;
            case StockShort e:
                Wait(e.Holder, e.Venture, e.Priority, e.Sites, e.Lines);
                break;
            case BackorderDropped e:
                Unwait(e.Holder, e.Lines);
                break;
            case ReservationMoved e:
                Follow(e);
                break;
            case StockHeld e:
                Change(e.Place, 0, e.Quantity.Thousandths);
                break;
            case StockUnheld e:
                Change(e.Place, 0, -e.Quantity.Thousandths);
                break;
            case StockDiscrepancyFound:
                break;
            default:
                FoldMaster(fact);
                break;
        }
    }

    private void FoldMaster(object fact) =>
        SetMaster(
            fact switch
            {
                SkuRegistered e => new SkuMaster(
                    e.Sku,
                    e.Venture,
                    e.Description,
                    e.BaseUnit,
                    e.Units,
                    e.Tracking,
                    e.Allocation,
                    e.SitePreference,
                    e.Gtin,
                    Discontinued: false
                ),
                SkuChanged e => Master! with
                {
                    Description = e.Description,
                    Units = e.Units,
                    Allocation = e.Allocation,
                    SitePreference = e.SitePreference,
                    Gtin = e.Gtin,
                },
                SkuDiscontinued => Master! with { Discontinued = true },
                _ => throw new InvalidOperationException($"Stock does not know the fact {fact.GetType().Name}."),
            }
        );

    private void Move(StockMoved e)
    {
        if (e.To.Lot is { } lot && !lots.ContainsKey(lot))
            AddLot(new Lot(lot, e.Expires, Sequence + 1));
        if (e.From.IsInside)
            Change(e.From, -e.Quantity.Thousandths, 0);
        if (e.To.IsInside)
            Change(e.To, e.Quantity.Thousandths, 0);
        if (e is { Kind: MovementKind.Return, Order: { } order, Line: { } line })
            ComeBack(order, line, e.To, e.Quantity.Thousandths);
    }

    private void Follow(ReservationMoved e)
    {
        var from = waiting.GetValueOrDefault(e.FromHolder);
        var expires = reservations.GetValueOrDefault(e.FromHolder)?.Expires;
        if (e.Lines.Count > 0)
        {
            Unpromise(e.FromHolder, e.Lines);
            Promise(e.ToHolder, e.Lines, expires);
        }

        if (e.Short.Count > 0 && from is not null)
        {
            Unwait(e.FromHolder, e.Short);
            Wait(e.ToHolder, from.Venture, from.Priority, from.Sites, e.Short, from.Age);
        }
    }

    internal static BaseQuantity Total(ReservedLine line)
    {
        var sum = BaseQuantity.Zero;
        foreach (var allotment in line.Allotments)
            sum += allotment.Quantity;
        return sum;
    }
}
