using System.Text;
using System.Text.Json;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

public sealed class PersonalTests
{
    private sealed record Visitor(Personal Name, Personal? Phone);

    /// <summary>Writes subject and place into the bytes, so that a test sees what the ciphertext is bound to.</summary>
    private sealed class LegibleCipher(params string[] erased) : IPersonalCipher
    {
        public byte[] Seal(string subject, string place, string text) =>
            Encoding.UTF8.GetBytes($"{subject}|{place}|{text}");

        public string? Open(string subject, string place, byte[] sealedBytes)
        {
            var text = Encoding.UTF8.GetString(sealedBytes);
            text.ShouldStartWith($"{subject}|{place}|");
            return erased.Contains(subject) ? null : text[$"{subject}|{place}|".Length..];
        }
    }

    private static T Within<T>(IPersonalCipher cipher, FactPlace place, Func<T> convert)
    {
        PersonalScope.Enter(cipher, place);
        try
        {
            return convert();
        }
        finally
        {
            PersonalScope.Leave();
        }
    }

    private static readonly FactPlace Place = new("t", "visit/1", 7);

    private static readonly Visitor Ada = new(new("visitor/1", "Ada"), new("visitor/1", "555-01"));

    [Fact]
    public void Is_never_written_outside_the_scope_of_a_cipher()
    {
        Should.Throw<InvalidOperationException>(() => Stored.Json(Ada));
        Within(new LegibleCipher(), Place, () => Stored.Json(Ada)).ShouldNotBeEmpty();
        Should.Throw<InvalidOperationException>(() => Stored.Json(Ada));
    }

    [Fact]
    public void Each_field_is_bound_to_its_own_place_and_opens_there()
    {
        var json = Within(new LegibleCipher(), Place, () => Stored.Json(Ada));
        var name = JsonDocument.Parse(json).RootElement.GetProperty("name");
        Encoding
            .UTF8.GetString(name.GetProperty("sealed").GetBytesFromBase64())
            .ShouldBe("visitor/1|t|visit/1|7#0|Ada");
        json.ShouldContain("\"field\":1");
        Within(new LegibleCipher(), Place, () => Stored.Read<Visitor>(json)).ShouldBe(Ada);
    }

    /// <summary>What is sealed in a log opens at the place as it was written then, and at no other.</summary>
    [Fact]
    public void A_place_is_written_as_it_always_was()
    {
        Place.Of(0).ShouldBe("t|visit/1|7#0");
        (Place with { Version = 0 }).Of(12).ShouldBe("t|visit/1|snapshot#12");
    }

    [Fact]
    public void Reads_as_erased_when_the_key_is_gone_and_cannot_be_stored_again()
    {
        var json = Within(new LegibleCipher(), Place, () => Stored.Json(Ada));
        var read = Within(new LegibleCipher("visitor/1"), Place, () => Stored.Read<Visitor>(json));
        read.Name.ShouldBe(new Personal("visitor/1", null));
        Should.Throw<InvalidOperationException>(() =>
            Within(new LegibleCipher(), Place with { Version = 8 }, () => Stored.Json(read))
        );
        Stored.Read<Visitor>(json).Name.Text.ShouldBeNull("without a scope nothing opens");
    }

    [Fact]
    public void A_damaged_value_throws()
    {
        Should.Throw<JsonException>(() => Stored.Read<Personal>("\"Ada\""));
        Should.Throw<JsonException>(() => Stored.Read<Personal>("""{"of":"visitor/1","field":0}"""));
    }

    [Fact]
    public void Is_masked_wherever_it_is_formatted()
    {
        $"{Ada}".ShouldNotContain("Ada");
        $"{Ada.Name}".ShouldBe("(personal)");
        $"{new Personal("visitor/1", null)}".ShouldBe("(erased)");
    }
}
