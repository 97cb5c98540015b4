using System.Text.Json;
using System.Text.Json.Serialization;
using Lading.Contracts.Inventory;

namespace Lading.Inventory;

/// <summary>
/// A SKU's stock as it is stored in a snapshot: only what cannot be computed from the rest, in a fixed order.
/// </summary>
internal sealed record StockSnapshot(
    string Sku,
    SkuMaster? Master,
    long Sequence,
    IReadOnlyList<Lot> Lots,
    IReadOnlyList<SnapshotBalance> Balances,
    IReadOnlyList<SnapshotReservation> Reservations,
    IReadOnlyList<Waiting> Backorders,
    IReadOnlyList<SnapshotOut> Out,
    bool ForgotOut
);

internal sealed record SnapshotBalance(StockPlace Place, long OnHand, long Held);

internal sealed record SnapshotPromise(string Line, string Site, string? Owner, string? Lot, long Quantity);

internal sealed record SnapshotReservation(string Holder, DateTime? Expires, IReadOnlyList<SnapshotPromise> Promises);

internal sealed record SnapshotOut(string Order, string Line, IReadOnlyList<OutPart> Parts);

/// <summary>Writes and reads a snapshot.</summary>
internal sealed class StockJson : JsonConverter<Stock>
{
    public override Stock Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Stock.Restore(JsonSerializer.Deserialize(ref reader, InventoryJson.Default.StockSnapshot)!);

    public override void Write(Utf8JsonWriter writer, Stock value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Capture(), InventoryJson.Default.StockSnapshot);
}

public sealed partial class Stock
{
    internal StockSnapshot Capture() =>
        new(
            Sku,
            Master,
            Sequence,
            lots.Values.OrderBy(l => l.Order).ToList(),
            balances
                .Values.OrderBy(b => b.Place.ToString(), StringComparer.Ordinal)
                .Select(b => new SnapshotBalance(b.Place, b.OnHand, b.Held))
                .ToList(),
            reservations.Values.OrderBy(r => r.Holder, StringComparer.Ordinal).Select(Capture).ToList(),
            waiting.Values.OrderBy(w => w, Waiting.ByRank).ToList(),
            outBySince.Select(o => new SnapshotOut(o.Order, o.Line, linesOut[(o.Order, o.Line)].Parts)).ToList(),
            ForgotOut
        );

    private static SnapshotReservation Capture(Reservation r) =>
        new(
            r.Holder,
            r.Expires,
            r.Promises.Select(p => new SnapshotPromise(p.Line, p.Pool.Site, p.Pool.Owner, p.Pool.Lot?.Name, p.Quantity))
                .ToList()
        );

    internal static Stock Restore(StockSnapshot from)
    {
        var stock = new Stock(from.Sku)
        {
            Master = from.Master,
            Sequence = from.Sequence,
            ForgotOut = from.ForgotOut,
        };
        foreach (var lot in from.Lots)
            stock.lots.Add(lot.Name, lot);
        foreach (var balance in from.Balances)
            stock.Change(balance.Place, balance.OnHand, balance.Held);
        foreach (var held in from.Reservations)
        {
            var promises = held
                .Promises.Select(p => new Promise(p.Line, stock.PoolOf(p.Site, p.Owner, p.Lot), p.Quantity))
                .ToArray();
            foreach (var promise in promises)
                stock.ChangePool(promise.Pool, 0, promise.Quantity, 0);
            stock.Set(held.Holder, new Reservation(held.Holder, held.Expires, promises));
        }

        foreach (var holder in from.Backorders)
            stock.SetWaiting(holder.Holder, holder);
        foreach (var line in from.Out)
            stock.SetOut((line.Order, line.Line), new LineOut(stock.NextSince, [.. line.Parts]));
        return stock;
    }
}
