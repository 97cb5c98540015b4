using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Inventory;

/// <summary>
/// How a decision on stock becomes facts of a command, from a request or from a fact of another module.
/// </summary>
public static class StockCall
{
    /// <summary>
    /// The due command that goes on where a decision stopped at its limit, and lets promises lapse at their time.
    /// </summary>
    public const string Settle = "inventory.settle";

    /// <summary>The stream of a SKU.</summary>
    public static StreamName Stream(string sku) => StreamName.Of(Stock.Kind, sku);

    /// <summary>The stream of a location.</summary>
    public static StreamName LocationStream(string site, string location) =>
        StreamName.Of(Location.Kind, $"{site}/{location}");

    /// <summary>Sends a decision about one SKU; one the caller may not see does not exist. What concerns the SKU at
    /// all sites needs its whole venture.</summary>
    internal static async Task<IResult> Send<T>(
        CommandCall<T> call,
        Checks checks,
        string sku,
        Func<Deciding, Stock, Decision> decide,
        DateTime? happened = null,
        StreamName? also = null,
        Func<string, string>? created = null,
        bool wholeVenture = false,
        StockBooked? booking = null
    )
        where T : class
    {
        if (!checks.Pass)
            return await call.Refuse(checks, created);
        var known = InventoryDirectory.Of(call.Caller);
        if (!(wholeVenture ? known.Shows(call.Caller, sku, null) : known.Shows(call.Caller, sku)))
            return await call.Refuse(InventoryRefusals.UnknownSku(sku), created);
        var stream = Stream(sku);
        List<StreamName> streams = also is { } other ? [stream, other] : [stream];
        if (booking is not null)
            streams.Add(Booking.Stream(booking.Booking));
        return await call.Send(
            streams,
            on =>
                Once(
                    on,
                    booking,
                    () => Append(on, stream, decide(on, on.State<Stock>(stream)), StockDraft.Room, happened)
                ),
            created
        );
    }

    /// <summary>Books what was not booked under this name before.</summary>
    private static Refusal? Once(Deciding on, StockBooked? booking, Func<Refusal?> book)
    {
        if (booking is null)
            return book();
        var stream = Booking.Stream(booking.Booking);
        var claim = Booking.Decide(on.State<Booking>(stream), booking);
        return claim.Refusal ?? book() ?? on.Append(stream, claim);
    }

    /// <inheritdoc cref="Append(Deciding, StreamName, Decision, int, DateTime?)" />
    public static Refusal? Append(Deciding on, StreamName stream, Decision decision, DateTime? happened) =>
        Append(on, stream, decision, StockDraft.Room, happened);

    /// <summary>
    /// Appends what a decision gave. Goods moved when they moved; promises are made and given up now.
    /// </summary>
    public static Refusal? Append(
        Deciding on,
        StreamName stream,
        Decision decision,
        int room,
        DateTime? happened = null
    )
    {
        if (decision.IsRefused)
            return decision.Refusal;
        foreach (var fact in decision.Events)
        {
            on.Append(stream, fact, fact is StockMoved ? happened : null);
            if (fact is StockReserved { Expires: { } lapses })
                on.Due(stream, Settle, lapses);
        }

        if (SettleStock.MustGoOn(decision, room))
            on.Due(stream, Settle, on.Now.AddTicks(1));
        return null;
    }

    /// <summary>What a due command does.</summary>
    public static readonly DueHandler SettleHandler = new(
        Settle,
        due => new Reaction(
            [due.Stream],
            on =>
                Append(
                    on,
                    due.Stream,
                    SettleStock.Decide(on.State<Stock>(due.Stream), InventoryDirectory.TimeOf(on)),
                    StockDraft.Room
                )
        )
    );
}
