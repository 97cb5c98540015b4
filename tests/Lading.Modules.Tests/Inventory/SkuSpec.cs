using Lading.Contracts.Inventory;
using Lading.Inventory;
using static Lading.Modules.Tests.Inventory.StockFacts;

namespace Lading.Modules.Tests.Inventory;

public sealed class RegisterSkuSpec
{
    [Fact]
    public void A_new_SKU_is_registered() =>
        StockSpec.Given().When((s, _) => RegisterSku.Decide(s, Registered())).Then(Registered());

    [Fact]
    public void The_same_code_twice_is_refused() =>
        StockSpec
            .Given(Registered())
            .When((s, _) => RegisterSku.Decide(s, Registered()))
            .ThenRefused("inventory.sku-exists", "SKU WIDGET is registered already.");

    [Theory]
    [InlineData("EA", 2, 1)]
    [InlineData("BOX", 0, 1)]
    [InlineData("BOX", 1, 0)]
    [InlineData("BOX", -1, 1)]
    [InlineData("BOX", 1_000_000_001, 1)]
    public void A_conversion_that_means_nothing_is_refused(string unit, long numerator, long denominator) =>
        StockSpec
            .Given()
            .When(
                (s, _) =>
                    RegisterSku.Decide(
                        s,
                        Registered() with
                        {
                            Units = [new UnitConversion(unit, numerator, denominator)],
                        }
                    )
            )
            .ThenRefused("inventory.bad-conversion");
}

public sealed class ChangeSkuSpec
{
    private static readonly SkuChanged Change = new(Sku, "Better", [], AllocationPolicy.Fefo, ["B", "A"], null);

    [Fact]
    public void Master_data_changes() =>
        StockSpec.Given(Registered()).When((s, _) => ChangeSku.Decide(s, Change)).Then(Change);

    [Fact]
    public void The_same_values_again_change_nothing() =>
        StockSpec.Given(Registered(), Change).When((s, _) => ChangeSku.Decide(s, Change)).ThenNothing();

    [Fact]
    public void An_unknown_SKU_is_refused() =>
        StockSpec.Given().When((s, _) => ChangeSku.Decide(s, Change)).ThenRefused("inventory.unknown-sku");

    [Fact]
    public void A_conversion_that_means_nothing_is_refused() =>
        StockSpec
            .Given(Registered())
            .When((s, _) => ChangeSku.Decide(s, Change with { Units = [new("BOX", 1, 1), new("BOX", 2, 1)] }))
            .ThenRefused("inventory.bad-conversion");

    [Fact]
    public void A_new_allocation_policy_reorders_the_stock_that_is_there() =>
        StockSpec
            .Given(
                Registered(Tracking.Lot),
                Received(5, Place(lot: "L1"), Day(30)),
                Received(5, Place(lot: "L2"), Day(20)),
                Change
            )
            .When((s, now) => ReserveForOrder.Decide(s, Order("1", Ordered("1", 1)), now))
            .Then(Reserved("1", Line("1", On(1, lot: "L2"))));
}

public sealed class DiscontinueSkuSpec
{
    [Fact]
    public void A_SKU_is_discontinued_once()
    {
        var gone = new SkuDiscontinued(Sku, "end of season");
        StockSpec.Given(Registered()).When((s, _) => DiscontinueSku.Decide(s, "end of season")).Then(gone);
        StockSpec
            .Given(Registered(), gone)
            .When((s, _) => DiscontinueSku.Decide(s, "again"))
            .ThenRefused("inventory.sku-discontinued");
        StockSpec.Given().When((s, _) => DiscontinueSku.Decide(s, "again")).ThenRefused("inventory.unknown-sku");
    }
}
