using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

public sealed record PalletMovedToBin(string Pallet, string Bin, int Level);

public sealed record PalletWeighed(string Pallet);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PalletMovedToBin))]
[JsonSerializable(typeof(PalletWeighed))]
internal sealed partial class PalletJson : JsonSerializerContext;

public sealed class EventTypesTests
{
    private const string Newest = "yard.pallet-moved-to-bin.v3";

    private static EventTypes Registry() =>
        new EventTypes()
            .Add(Newest, PalletJson.Default.PalletMovedToBin)
            .Upcast("yard.pallet-moved.v1", "yard.pallet-moved-to-bin.v2", body => Renamed(body, "to", "bin"))
            .Upcast("yard.pallet-moved-to-bin.v2", Newest, body => With(body, "level", 1));

    private static JsonObject Renamed(JsonObject body, string from, string to)
    {
        body[to] = body[from]!.DeepClone();
        body.Remove(from);
        return body;
    }

    private static JsonObject With(JsonObject body, string name, int value)
    {
        body[name] = value;
        return body;
    }

    private static object Read(EventTypes types, string name, string body) =>
        types.Read(name, Encoding.UTF8.GetBytes(body));

    [Fact]
    public void A_current_fact_is_found_by_name_and_by_record()
    {
        var types = Registry();
        types.Of(typeof(PalletMovedToBin)).Name.ShouldBe(Newest);
        Read(types, Newest, """{"pallet":"P1","bin":"A-3","level":2}""").ShouldBe(new PalletMovedToBin("P1", "A-3", 2));
        types.All.Select(t => t.Name).ShouldBe([Newest]);
    }

    [Fact]
    public void An_old_body_is_upcast_through_every_version()
    {
        var types = Registry();
        Read(types, "yard.pallet-moved.v1", """{"pallet":"P1","to":"A-3"}""")
            .ShouldBe(new PalletMovedToBin("P1", "A-3", 1));
        Read(types, "yard.pallet-moved-to-bin.v2", """{"pallet":"P1","bin":"B"}""")
            .ShouldBe(new PalletMovedToBin("P1", "B", 1));
    }

    [Fact]
    public void An_unknown_fact_throws_and_is_named()
    {
        var types = Registry();
        types.Knows("yard.pallet-lost.v1").ShouldBeFalse();
        types.Knows("yard.pallet-moved.v1").ShouldBeTrue();
        Should
            .Throw<InvalidOperationException>(() => Read(types, "yard.pallet-lost.v1", "{}"))
            .Message.ShouldContain("yard.pallet-lost.v1");
        Should.Throw<InvalidOperationException>(() => types.Of(typeof(PalletWeighed)));
        Should.Throw<JsonException>(() => Read(types, Newest, "null"));
        Should.Throw<JsonException>(() => Read(types, "yard.pallet-moved.v1", "null"));
    }

    [Fact]
    public void Upcasts_that_lead_nowhere_or_in_a_circle_are_unknown()
    {
        var types = new EventTypes()
            .Upcast("yard.gate-opened.v1", "yard.gate-opened.v2", body => body)
            .Upcast("yard.gate-shut.v1", "yard.gate-shut.v2", body => body)
            .Upcast("yard.gate-shut.v2", "yard.gate-shut.v1", body => body);
        types.Knows("yard.gate-opened.v1").ShouldBeFalse();
        types.Knows("yard.gate-shut.v1").ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => Read(types, "yard.gate-shut.v1", "{}"));
    }

    [Theory]
    [InlineData("yard.pallet-weighed")]
    [InlineData("yard.pallet-weighed.v0")]
    [InlineData("yard.pallet-weighed.v")]
    [InlineData("yard.pallet-weighed.v+1")]
    [InlineData("yard.pallet-weighed.v 1")]
    [InlineData("yard.v1")]
    [InlineData(".v1")]
    [InlineData("")]
    public void A_name_needs_module_fact_and_version(string name) =>
        Should.Throw<ArgumentException>(() => new EventTypes().Add(name, PalletJson.Default.PalletWeighed));

    [Fact]
    public void A_name_and_a_record_are_registered_once()
    {
        Should.Throw<ArgumentException>(() => Registry().Add(Newest, PalletJson.Default.PalletWeighed));
        Should.Throw<ArgumentException>(() => Registry().Add("yard.other.v1", PalletJson.Default.PalletMovedToBin));
        Should.Throw<ArgumentException>(() => Registry().Upcast(Newest, "yard.pallet-moved-to-bin.v4", b => b));
        Should.Throw<ArgumentException>(() => Registry().Add("yard.pallet-moved.v1", PalletJson.Default.PalletWeighed));
    }
}
