using Lading.Contracts.Inventory;
using Lading.Inventory;
using Lading.Kernel;

namespace Lading.Modules.Tests.Inventory;

public sealed class LocationSpec
{
    private static readonly LocationOpened Opened = new("A", "R1-01", "rack", "cold");
    private static readonly LocationClosed Closed = new("A", "R1-01", "torn down");

    [Fact]
    public void A_location_is_opened() => OpenLocation.Decide(After(), new("rack", "cold")).Events.ShouldBe([Opened]);

    [Fact]
    public void An_open_location_is_not_opened_again() =>
        OpenLocation.Decide(After(Opened), new("rack", null)).Refusal!.Code.ShouldBe("inventory.location-exists");

    [Fact]
    public void A_closed_location_may_be_opened_again() =>
        OpenLocation.Decide(After(Opened, Closed), new("rack", "cold")).Events.ShouldBe([Opened]);

    [Theory]
    [InlineData("stock")]
    [InlineData("returns")]
    [InlineData("staging/1001")]
    public void Built_in_locations_are_open_from_the_start(string name)
    {
        var location = Location.Initial($"A/{name}");
        location.MayTake().ShouldBeNull();
        OpenLocation.Decide(location, new("rack", null)).Refusal!.Code.ShouldBe("inventory.location-exists");
        CloseLocation.Decide(location, new("x", null)).Refusal!.Code.ShouldBe("inventory.unknown-location");
    }

    [Fact]
    public void An_empty_location_is_closed_once()
    {
        CloseLocation.Decide(After(Opened), new("torn down", null)).Events.ShouldBe([Closed]);
        CloseLocation
            .Decide(After(Opened, Closed), new("torn down", null))
            .Refusal!.Code.ShouldBe("inventory.location-closed");
        CloseLocation.Decide(After(), new("torn down", null)).Refusal!.Code.ShouldBe("inventory.unknown-location");
    }

    [Fact]
    public void A_location_with_goods_stays_open()
    {
        var refusal = CloseLocation.Decide(After(Opened), new("torn down", ("WIDGET", BaseQuantity.Units(3)))).Refusal!;
        refusal.Code.ShouldBe("inventory.location-not-empty");
        refusal.Message.ShouldBe("3 of SKU WIDGET lie at A R1-01.");
    }

    [Fact]
    public void Only_an_open_location_takes_goods()
    {
        After().MayTake()!.Code.ShouldBe("inventory.unknown-location");
        After(Opened).MayTake().ShouldBeNull();
        After(Opened, Closed).MayTake()!.Code.ShouldBe("inventory.location-closed");
    }

    private static Location After(params object[] facts) =>
        facts.Aggregate(Location.Initial("A/R1-01"), Location.Evolve);
}
