using System.Numerics;
using FsCheck.Fluent;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

public sealed class UnitPriceTests
{
    private static UnitPrice Price(string text, string currency = "GBP", string per = "EA")
    {
        UnitPrice.TryParse(text, currency, per, out var price, out var refusal).ShouldBeTrue($"{refusal}");
        return price;
    }

    [Theory]
    [InlineData("2.55", "GBP", 6_000, 1530)]
    [InlineData("0.005", "GBP", 1_000, 0)]
    [InlineData("0.015", "GBP", 1_000, 2)]
    [InlineData("0.025", "GBP", 1_000, 2)]
    [InlineData("0.025001", "GBP", 1_000, 3)]
    [InlineData("0.015", "GBP", -1_000, -2)]
    [InlineData("0.025", "GBP", -1_000, -2)]
    [InlineData("0.5", "JPY", 1_000, 0)]
    [InlineData("1.5", "JPY", 1_000, 2)]
    [InlineData("0.0005", "KWD", 3_000, 2)]
    [InlineData("0.000001", "GBP", 1, 0)]
    public void Rounds_half_even_once(string price, string currency, long thousandths, long minor) =>
        Price(price, currency).Amount(thousandths).ShouldBe(new Money(currency, minor));

    [Fact]
    public void An_amount_is_the_nearest_one_and_even_between_two() =>
        Given.Holds(
            Given.Figure,
            Given.Figure.Select(n => n % 1_000_000_000),
            Gen.Elements("GBP", "JPY", "KWD"),
            (millionths, thousandths, currency) =>
            {
                var scale = BigInteger.Pow(10, 9 - Currencies.MinorDigits(currency));
                var exact = (BigInteger)millionths * thousandths;
                if (BigInteger.Abs(exact / scale) > long.MaxValue - 1)
                    return;
                var amount = new UnitPrice(currency, millionths, "EA").Amount(thousandths).Minor;
                var off = BigInteger.Abs(exact - amount * scale) * 2;
                off.ShouldBeLessThanOrEqualTo(scale);
                (off < scale || amount % 2 == 0).ShouldBeTrue();
            }
        );

    [Fact]
    public void An_amount_too_large_is_refused_and_never_wraps()
    {
        var price = new UnitPrice("GBP", long.MaxValue, "EA");
        Should.Throw<OverflowException>(() => price.Amount(1_000_000_000_000));
        price.TryAmount(1_000_000_000_000, out var amount, out var refusal).ShouldBeFalse();
        amount.ShouldBe(default);
        Stored.ShouldBeClear(refusal, "price.amount-too-large");
        price.TryAmount(long.MaxValue, out _, out _).ShouldBeFalse();
        price.TryAmount(0, out amount, out refusal).ShouldBeTrue();
        amount.ShouldBe(Money.Zero("GBP"));
    }

    [Fact]
    public void A_quantity_in_another_unit_is_a_bug()
    {
        Price("2.55").Amount(Quantity.Of(2, "EA")).ShouldBe(new Money("GBP", 510));
        Should.Throw<InvalidOperationException>(() => Price("2.55").Amount(Quantity.Of(2, "CS")));
    }

    [Theory]
    [InlineData("1.2345678", "GBP", "EA", "price.too-fine")]
    [InlineData("-1", "GBP", "EA", "price.negative")]
    [InlineData("x", "GBP", "EA", "price.malformed")]
    [InlineData("9223372036854.775808", "GBP", "EA", "price.too-large")]
    [InlineData("1", "XXX", "EA", "money.currency-unknown")]
    [InlineData("1", "GBP", "each", "unit.malformed")]
    [InlineData("1", "GBP", null, "unit.malformed")]
    public void Refuses_what_is_no_price(string text, string currency, string? per, string code)
    {
        UnitPrice.TryParse(text, currency, per, out _, out var refusal).ShouldBeFalse();
        Stored.ShouldBeClear(refusal, code);
    }

    [Fact]
    public void Is_stored_and_shown_plainly()
    {
        Stored.Json(Price("2.55")).ShouldBe("""{"currency":"GBP","millionths":2550000,"per":"EA"}""");
        Stored.Read<UnitPrice>("""{"currency":"GBP","millionths":2550000,"per":"EA"}""").ShouldBe(Price("2.55"));
        Price("2.5").ToString().ShouldBe("2.50 GBP/EA");
        Price("0.00125").ToString().ShouldBe("0.00125 GBP/EA");
        Price("120", "JPY").ToString().ShouldBe("120 JPY/EA");
    }
}
