using Lading.Contracts.Inventory;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Inventory;

/// <summary>
/// A sender's own name for one movement, as a file's source and row. It is claimed in the command that moves the goods
/// and kept for ever, so that they are not moved twice, whatever key or credential the second request comes under and
/// however long after.
/// </summary>
public sealed record Booking(StockBooked? Made)
{
    /// <summary>The longest name.</summary>
    public const int MostCharacters = 120;

    /// <summary>How its stream folds.</summary>
    public static readonly StreamKind<Booking> Kind = new("booking", _ => new Booking((StockBooked?)null), Evolve);

    /// <summary>Its stream.</summary>
    public static StreamName Stream(string booking) => StreamName.Of("booking", booking);

    /// <summary>What a request wants to book; null when it gives no name.</summary>
    internal static StockBooked? Wanted(MovementRequest body, EnteredQuantity entered) =>
        body.Booking is null
            ? null
            : new StockBooked(
                body.Booking,
                body.Sku!,
                Enum.Parse<MovementKind>(body.Kind!, ignoreCase: true),
                body is { Kind: "adjustment", From: not null }
                    ? entered with
                    {
                        Thousandths = -entered.Thousandths,
                    }
                    : entered
            );

    /// <summary>Claims the name. It stands first in the ladder: what was booked is told so, whatever became of the
    /// place since.</summary>
    public static Decision Decide(Booking state, StockBooked wanted) =>
        state.Made is not { } made ? Decision.Accept(wanted)
        : made == wanted ? InventoryRefusals.BookedBefore(made)
        : InventoryRefusals.BookedOtherwise(made, wanted);

    private static Booking Evolve(Booking state, object fact) =>
        fact switch
        {
            StockBooked made => new Booking(made),
            _ => throw new InvalidOperationException($"A booking does not know the fact {fact.GetType().Name}."),
        };
}
