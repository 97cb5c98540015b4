using Lading.Contracts.Inventory;
using Lading.Inventory;
using Lading.Kernel;
using static Lading.Modules.Tests.Inventory.StockFacts;

namespace Lading.Modules.Tests.Inventory;

/// <summary>
/// What is stored is a promise to the future: every event version has its JSON committed here and reads back the same.
/// </summary>
public sealed class StoredFactsSpec
{
    private static readonly object[] Facts =
    [
        Registered(Tracking.Lot, AllocationPolicy.Fefo, "A", "B") with
        {
            Gtin = "04012345678901",
        },
        new SkuChanged(Sku, "A better widget", [new UnitConversion("BOX", 12, 1)], AllocationPolicy.Fifo, ["B"], null),
        new SkuDiscontinued(Sku, "end of season"),
        new LocationOpened("A", "R1-01", "rack", "cold"),
        new LocationClosed("A", "R1-01", "torn down"),
        Received(24, Place(lot: "L1", serial: "S1", owner: "north"), Day(20)) with
        {
            Entered = new EnteredQuantity(2000, "BOX"),
            Reason = "late",
        },
        new StockBooked("file|stock|opening|W1", Sku, MovementKind.Opening, new EnteredQuantity(2000, "BOX")),
        Held(2),
        new StockUnheld(Sku, Place(), Q(1), "inspected"),
        new StockReserved(Sku, "1001", [Line("1", On(2, "A", "L1", "north"), On(1, "B"))], StockSpec.Noon, true),
        Short("1001", 3, Missing("1", 4)) with
        {
            Sites = ["A"],
        },
        new ReservationReleased(Sku, "1001", [Line("1", On(1))], "changed"),
        new ReservationExpired(Sku, "hand/promo", [Line("1", On(1))]),
        new BackorderDropped(Sku, "1001", [Missing("1", 4)], "cancelled"),
        new ReservationMoved(Sku, "1001", "1001-B", [Line("1", On(1))], [Missing("1", 1)]),
        new ReservationUsed(Sku, "1001", [Line("1", On(1))]),
        new StockDiscrepancyFound(Sku, "A", StockSpec.Noon.AddDays(-2), StockSpec.Noon, Q(-3), "counted late"),
    ];

    private static readonly EventTypes Types = Registry();

    public static TheoryData<string> Names() => [.. Types.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_stored_version_keeps_its_JSON(string name) => StoredJson.Keeps(Types, Facts, name);

    [Fact]
    public void Every_fact_of_the_module_is_registered() =>
        typeof(StockMoved)
            .Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(StockMoved).Namespace && t.IsSealed && !t.IsEnum)
            .Except([
                typeof(UnitConversion),
                typeof(StockPlace),
                typeof(EnteredQuantity),
                typeof(Allotment),
                typeof(ReservedLine),
                typeof(ShortLine),
            ])
            .ShouldBe(Types.All.Select(t => t.ClrType), ignoreOrder: true);

    private static EventTypes Registry()
    {
        var types = new EventTypes();
        InventoryEvents.Register(types);
        return types;
    }
}
