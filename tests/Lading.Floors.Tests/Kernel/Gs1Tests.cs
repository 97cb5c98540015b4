using FsCheck;
using FsCheck.Fluent;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

public sealed class Gs1Tests
{
    [Theory]
    [InlineData("4006381333931", "04006381333931")]
    [InlineData("036000291452", "00036000291452")]
    [InlineData("96385074", "00000096385074")]
    [InlineData("10614141000415", "10614141000415")]
    public void Reads_a_gtin_of_every_length_as_14_digits(string text, string digits)
    {
        Gtin.TryParse(text, out var gtin, out var refusal).ShouldBeTrue($"{refusal}");
        gtin.ToString().ShouldBe(digits);
        Gtin.TryParse(digits, out var again, out _).ShouldBeTrue();
        again.ShouldBe(gtin);
        Stored.Json(gtin).ShouldBe($"\"{digits}\"");
        Stored.Read<Gtin>(Stored.Json(gtin)).ShouldBe(gtin);
    }

    [Fact]
    public void Every_single_wrong_digit_is_detected() =>
        Given.Holds(
            Gen.Elements(7, 11, 12, 13, 17).SelectMany(Given.Digits),
            body =>
            {
                var right = body + Gs1.CheckDigit(body);
                Read(right).ShouldBeNull();
                for (var at = 0; at < right.Length; at++)
                {
                    foreach (var wrong in "0123456789".Where(d => d != right[at]))
                        Read($"{right[..at]}{wrong}{right[(at + 1)..]}")!.Code.ShouldEndWith(".check-digit");
                }
            }
        );

    [Fact]
    public void A_made_sscc_is_read_back_and_its_parts_stand_in_it() =>
        Given.Holds(
            Gen.Choose(0, 9),
            Gen.Choose(4, 12).SelectMany(Given.Digits),
            Gen.Choose(0, 9999),
            (extension, prefix, serial) =>
            {
                Sscc.TryMake(extension, prefix, serial, out var made, out var refusal).ShouldBeTrue($"{refusal}");
                var digits = made.ToString();
                digits.Length.ShouldBe(18);
                digits.ShouldStartWith($"{extension}{prefix}");
                long.Parse(digits[(1 + prefix.Length)..17]).ShouldBe(serial);
                Sscc.TryParse(digits, out var read, out _).ShouldBeTrue();
                read.ShouldBe(made);
            }
        );

    [Fact]
    public void The_sscc_of_the_standard_is_made_from_its_parts()
    {
        Sscc.TryMake(0, "0614141", 123456789, out var sscc, out _).ShouldBeTrue();
        sscc.ToString().ShouldBe("006141411234567890");
        Stored.Read<Sscc>(Stored.Json(sscc)).ShouldBe(sscc);
    }

    [Theory]
    [InlineData(10, "0614141", 1, "sscc.extension")]
    [InlineData(-1, "0614141", 1, "sscc.extension")]
    [InlineData(0, "061", 1, "sscc.prefix")]
    [InlineData(0, "0614141000000", 1, "sscc.prefix")]
    [InlineData(0, "06141x1", 1, "sscc.prefix")]
    [InlineData(0, null, 1, "sscc.prefix")]
    [InlineData(0, "0614141", -1, "sscc.serial")]
    [InlineData(0, "0614141", 1_000_000_000, "sscc.serial")]
    public void No_sscc_is_made_from_bad_parts(int extension, string? prefix, long serial, string code)
    {
        Sscc.TryMake(extension, prefix, serial, out var sscc, out var refusal).ShouldBeFalse();
        sscc.ShouldBe(default);
        Stored.ShouldBeClear(refusal, code);
    }

    [Theory]
    [InlineData("400638133393", "gtin.check-digit")]
    [InlineData("4006381333932", "gtin.check-digit")]
    [InlineData("400638133393X", "gtin.malformed")]
    [InlineData("4006381 33393", "gtin.malformed")]
    [InlineData("123456789", "gtin.malformed")]
    [InlineData("٤٠٠٦٣٨١٣٣٣٩٣١", "gtin.malformed")]
    [InlineData("", "gtin.malformed")]
    [InlineData(null, "gtin.malformed")]
    public void Refuses_what_is_no_gtin(string? text, string code)
    {
        Gtin.TryParse(text, out var gtin, out var refusal).ShouldBeFalse();
        gtin.ToString().ShouldBe("");
        Stored.ShouldBeClear(refusal, code);
    }

    [Fact]
    public void Reads_a_gln_and_refuses_what_is_none()
    {
        Gln.TryParse("0614141000012", out var gln, out _).ShouldBeTrue();
        Stored.Read<Gln>(Stored.Json(gln)).ToString().ShouldBe("0614141000012");
        Gln.TryParse("614141000012", out _, out var refusal).ShouldBeFalse();
        Stored.ShouldBeClear(refusal, "gln.malformed");
        refusal.Remedy.ShouldBe("A GLN has 13 digits, without blanks or hyphens.");
        Gln.TryParse("0614141000013", out _, out refusal).ShouldBeFalse();
        refusal.Message.ShouldContain("its other digits call for 2");
    }

    [Fact]
    public void A_damaged_identifier_in_a_stored_body_throws()
    {
        Should.Throw<System.Text.Json.JsonException>(() => Stored.Read<Gtin>("\"4006381333932\""));
        Should.Throw<System.Text.Json.JsonException>(() => Stored.Read<Sscc>("7"));
    }

    private static Refusal? Read(string digits)
    {
        Refusal? refusal;
        if (digits.Length == 18)
            Sscc.TryParse(digits, out _, out refusal);
        else
            Gtin.TryParse(digits, out _, out refusal);
        return refusal;
    }
}
