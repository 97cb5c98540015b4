using FsCheck.Fluent;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

public sealed class QuantityTests
{
    private static Quantity Kg(long thousandths) => new(thousandths, "KG");

    [Fact]
    public void Sums_obey_the_laws_of_addition() =>
        Given.Holds(
            Given.Figure,
            (a, b, c) =>
            {
                (Kg(a) + Kg(b)).ShouldBe(Kg(b) + Kg(a));
                (Kg(a) + Kg(b) + Kg(c)).ShouldBe(Kg(a) + (Kg(b) + Kg(c)));
                (Kg(a) + Kg(b) - Kg(b)).ShouldBe(Kg(a));
                (-Kg(a)).ShouldBe(Kg(0) - Kg(a));
                (Kg(a) * 2).ShouldBe(Kg(a) + Kg(a));
                (Kg(a) < Kg(b)).ShouldBe(a < b);
                (Kg(a) >= Kg(b)).ShouldBe(a >= b);
                new BaseQuantity(a).CompareTo(new BaseQuantity(b)).ShouldBe(a.CompareTo(b));
                (new BaseQuantity(a) + new BaseQuantity(b)).ShouldBe(new BaseQuantity(a + b));
                (new BaseQuantity(a) - new BaseQuantity(b)).ShouldBe(-(new BaseQuantity(b) - new BaseQuantity(a)));
            }
        );

    [Fact]
    public void Overflow_and_two_units_throw()
    {
        Should.Throw<OverflowException>(() => Kg(long.MaxValue) + Kg(1));
        Should.Throw<OverflowException>(() => Kg(long.MinValue) - Kg(1));
        Should.Throw<OverflowException>(() => Quantity.Of(long.MaxValue / 999, "KG"));
        Should.Throw<OverflowException>(() => BaseQuantity.Units(long.MaxValue / 999));
        Should.Throw<OverflowException>(() => new BaseQuantity(long.MaxValue) + new BaseQuantity(1));
        Should.Throw<InvalidOperationException>(() => Kg(1) + new Quantity(1, "LB"));
        Should.Throw<InvalidOperationException>(() => Kg(1) < new Quantity(1, "LB"));
    }

    [Fact]
    public void What_is_written_is_read_back() =>
        Given.Holds(
            Given.AnyLong,
            thousandths =>
            {
                Quantity.TryParse(Kg(thousandths).ToFigureText(), "KG", out var read, out _).ShouldBeTrue();
                read.ShouldBe(Kg(thousandths));
                Stored.Read<Quantity>(Stored.Json(read)).ShouldBe(read);
                var stock = new BaseQuantity(thousandths);
                Stored.Json(stock).ShouldBe($"{thousandths}");
                Stored.Read<BaseQuantity>(Stored.Json(stock)).ShouldBe(stock);
            }
        );

    [Theory]
    [InlineData("2.5", 2500)]
    [InlineData("0.001", 1)]
    [InlineData("-0.010", -10)]
    [InlineData("007", 7000)]
    [InlineData("9223372036854775.807", long.MaxValue)]
    [InlineData("-9223372036854775.808", long.MinValue)]
    public void Reads_decimal_text_exactly(string text, long thousandths)
    {
        Quantity.TryParse(text, "KG", out var quantity, out _).ShouldBeTrue();
        quantity.ShouldBe(Kg(thousandths));
    }

    [Theory]
    [InlineData("1.0001", "KG", SignRule.Any, "quantity.too-fine")]
    [InlineData("1.0000", "KG", SignRule.Any, "quantity.too-fine")]
    [InlineData("9223372036854775.808", "KG", SignRule.Any, "quantity.too-large")]
    [InlineData("-9223372036854775.809", "KG", SignRule.Any, "quantity.too-large")]
    [InlineData("-1", "KG", SignRule.NotNegative, "quantity.negative")]
    [InlineData("0", "KG", SignRule.Positive, "quantity.not-positive")]
    [InlineData("1 000", "KG", SignRule.Any, "quantity.malformed")]
    [InlineData("-", "KG", SignRule.Any, "quantity.malformed")]
    [InlineData("NaN", "KG", SignRule.Any, "quantity.malformed")]
    [InlineData("1", "kg", SignRule.Any, "unit.malformed")]
    [InlineData("1", "", SignRule.Any, "unit.malformed")]
    [InlineData("1", "ABCDEFGHIJKLM", SignRule.Any, "unit.malformed")]
    public void Refuses_what_it_cannot_keep_exactly(string text, string unit, SignRule sign, string code)
    {
        Quantity.TryParse(text, unit, out var quantity, out var refusal, sign).ShouldBeFalse();
        quantity.ShouldBe(default);
        Stored.ShouldBeClear(refusal, code);
    }

    [Fact]
    public void Is_stored_and_shown_plainly()
    {
        Stored.Json(Kg(2500)).ShouldBe("""{"thousandths":2500,"unit":"KG"}""");
        Kg(2500).ToString().ShouldBe("2.5 KG");
        Kg(-1000).ToString().ShouldBe("-1 KG");
        Kg(2500).ToDecimal().ShouldBe(2.5m);
        new BaseQuantity(-1).ToString().ShouldBe("-0.001");
    }
}
