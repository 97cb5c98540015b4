using System.Text.Json;
using System.Text.Json.Nodes;
using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

/// <summary>
/// The stored JSON of every event version is a file in <c>snapshots/</c>; a fact that is stored otherwise, or a
/// file that is no longer read, is a broken promise to every log there is. LADING_WRITE_SNAPSHOTS=1 writes the
/// files of new facts.
/// </summary>
public sealed class FactSnapshots
{
    private static readonly EventTypes Types = OrdersEvents.Register(new EventTypes());

    private static readonly OrderLine Line = new(
        "1",
        "85123A",
        BaseQuantity.Units(12),
        500,
        "dozen",
        new UnitPrice("GBP", 30_600_000, "dozen"),
        "T-light holder"
    );

    private static readonly OrderLine Bare = new("2", "71053", new BaseQuantity(1_500), 1_500, "kg", null);
    private static readonly LineQuantity Part = new("1", "85123A", BaseQuantity.Units(5));
    private static readonly PickedLine Goods = new(
        "1",
        "85123A",
        BaseQuantity.Units(5),
        "LDN",
        "A-01",
        "L7",
        ["S1", "S2"]
    );
    private static readonly PickedLine BareGoods = new("2", "71053", new BaseQuantity(1_500), null, null, null, null);

    private static readonly ShipTo Address = new(Of("Ada"), Of("1 Mill Lane"), null, "E1 6AN", "London", "GB");

    private static readonly object[] Facts =
    [
        new OrderPlaced(
            "536365",
            "main",
            "17850",
            OrderType.Rush,
            2,
            new DateOnly(2026, 12, 24),
            ["LDN", "YRK"],
            [Line, Bare],
            [new ServiceLine("3", "POST", "Postage", 1, new Money("GBP", 1800))],
            Address,
            "PO 77",
            "import:uci"
        ),
        new OrderLinesChanged(
            "536365",
            "main",
            2,
            ["LDN"],
            [new("1", "85123A", Line, null), new("4", "22423", null, Bare with { Line = "4", Sku = "22423" })],
            "phoned"
        ),
        new OrderHeld("536365", "credit"),
        new OrderReleased("536365", "paid"),
        new OrderCancelled("536365", "not wanted", [Part], "main"),
        new OrderSplit(
            "536365",
            "536365-B",
            [new("1", "85123A", Line, Line with { Quantity = BaseQuantity.Units(6), EnteredQuantity = 250 })]
        ),
        new OrderSplitOff(
            "536365-B",
            "536365",
            "main",
            "17850",
            OrderType.Standard,
            5,
            null,
            [],
            [Line],
            [Part],
            Address
        ),
        new OrderAllocated(
            "536365",
            [new LineAllocation("1", BaseQuantity.Units(5), new BaseQuantity(7_000))],
            BaseQuantity.Units(5),
            BaseQuantity.Units(7)
        ),
        new OrderPicked("536365", [Goods, BareGoods]),
        new OrderShipped("536365", "536365-S1", [Goods, BareGoods], "DHL", "JD014", "main"),
        new OrderReturned(
            "536365",
            "536365-R1",
            "LDN",
            "RET-1",
            [new ReturnedLine("1", "85123A", BaseQuantity.Units(1), "L7", ["S1"])],
            false,
            "broken",
            "main"
        ),
        new OrderCompleted("536365", Cancelled: true),
        new CustomerRegistered("17850", "main", Of("Ada"), Of("ada@example.org"), null, "GB"),
        new CustomerChanged("17850", null, null, Of("+44 20 7946 0000"), "FR"),
        new GoodsTakenBack("uci|C536379|0", "85123A", BaseQuantity.Units(5), ["536365", "536367"]),
    ];

    public static TheoryData<string> Names => new(Types.All.Select(t => t.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_fact_is_stored_as_it_always_was(string name)
    {
        var type = Types.All.Single(t => t.Name == name);
        var fact = Facts.Single(f => f.GetType() == type.ClrType);
        var json = Write(type, fact);
        var file = Path.Combine(Folder, $"{name}.json");
        if (Environment.GetEnvironmentVariable("LADING_WRITE_SNAPSHOTS") == "1" && !File.Exists(file))
            File.WriteAllText(file, Indented(json));

        Indented(json).ShouldBe(File.ReadAllText(file));
        Fact.Text(Read(name, File.ReadAllBytes(file))).ShouldBe(Fact.Text(fact));
    }

    [Fact]
    public void Every_snapshot_can_still_be_read() =>
        Directory
            .GetFiles(Folder, "*.json")
            .Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Where(n => n != "order-state")
            .ShouldAllBe(n => Types.Knows(n));

    [Fact]
    public void A_stored_state_of_an_order_reads_back_whole()
    {
        var kind = Order.Kind;
        var state = (OrderState)
            new[] { Facts[0], Facts[7], Facts[9], Facts[10] }.Aggregate(kind.Initial("536365"), kind.Evolve);
        var bytes = kind.WriteSnapshot(state);
        var file = Path.Combine(Folder, "order-state.json");
        if (Environment.GetEnvironmentVariable("LADING_WRITE_SNAPSHOTS") == "1" && !File.Exists(file))
            File.WriteAllText(file, Indented(bytes));

        Indented(bytes).ShouldBe(File.ReadAllText(file), "raise snapshotVersion and write the file anew");
        kind.WriteSnapshot(kind.ReadSnapshot(bytes)).ShouldBe(bytes);
    }

    [Fact]
    public void An_erased_person_reads_as_erased_and_the_rest_stays()
    {
        var type = Types.Of(typeof(CustomerRegistered));
        var json = Write(type, Facts[12]);
        PersonalScope.Enter(new PlainCipher(Erased: true), new FactPlace("t", "customer/17850", 1));
        var fact = (CustomerRegistered)Types.Read(type.Name, json);
        PersonalScope.Leave();
        fact.Name.ShouldBe(new Personal("customer/17850", null));
        fact.Country.ShouldBe("GB");
    }

    private static Personal Of(string text) => new("customer/17850", text);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "../../../Orders/snapshots");

    private static string Indented(byte[] json) =>
        JsonNode.Parse(json)!.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";

    private static byte[] Write(EventType type, object fact)
    {
        PersonalScope.Enter(new PlainCipher(), default);
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(fact, type.Json);
        }
        finally
        {
            PersonalScope.Leave();
        }
    }

    private static object Read(string name, byte[] body)
    {
        PersonalScope.Enter(new PlainCipher(), default);
        try
        {
            return Types.Read(name, body);
        }
        finally
        {
            PersonalScope.Leave();
        }
    }
}
