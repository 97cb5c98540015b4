using Lading.Contracts.Inventory;
using Lading.Inventory;
using Lading.Kernel;

namespace Lading.Modules.Tests.Inventory;

public sealed class BookingSpec
{
    private static readonly StockBooked Twelve = new("file|A", "A", MovementKind.Opening, new(12_000, "EA"));

    private static Spec<Booking> Given(params object[] facts) => new Spec<Booking>(Booking.Kind, "file|A").Given(facts);

    [Fact]
    public void A_name_that_nobody_used_is_claimed() => Given().When(b => Booking.Decide(b, Twelve)).Then(Twelve);

    [Fact]
    public void The_same_is_not_booked_twice() =>
        Given(Twelve).When(b => Booking.Decide(b, Twelve)).ThenRefused("inventory.booked-before");

    [Fact]
    public void Another_quantity_under_the_same_name_is_told_what_stands() =>
        Given(Twelve)
            .When(b => Booking.Decide(b, Twelve with { Entered = new(13_000, "EA") }))
            .ThenRefused("inventory.booked-otherwise")
            .Message.ShouldContain("Opening of 12 EA");

    [Fact]
    public void Another_SKU_under_the_same_name_is_not_told_which_it_was() =>
        Given(Twelve)
            .When(b => Booking.Decide(b, Twelve with { Sku = "B" }))
            .ThenRefused("inventory.booked-otherwise")
            .Message.ShouldEndWith("for another SKU.");
}
