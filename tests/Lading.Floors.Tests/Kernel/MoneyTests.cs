using FsCheck.Fluent;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

public sealed class MoneyTests
{
    private static Money Eur(long minor) => new("EUR", minor);

    [Fact]
    public void Sums_obey_the_laws_of_addition() =>
        Given.Holds(
            Given.Figure.Select(Eur),
            (a, b, c) =>
            {
                (a + b).ShouldBe(b + a);
                (a + b + c).ShouldBe(a + (b + c));
                (a + b - b).ShouldBe(a);
                (a + -a).ShouldBe(Money.Zero("EUR"));
                (a * 3).ShouldBe(a + a + a);
                Money.Sum("EUR", [a, b, c]).ShouldBe(a + b + c);
                (a < b).ShouldBe(b > a);
                (a <= b).ShouldBe(!(a > b));
            }
        );

    [Fact]
    public void Overflow_throws_and_never_wraps()
    {
        Should.Throw<OverflowException>(() => Eur(long.MaxValue) + Eur(1));
        Should.Throw<OverflowException>(() => Eur(long.MinValue) - Eur(1));
        Should.Throw<OverflowException>(() => -Eur(long.MinValue));
        Should.Throw<OverflowException>(() => Eur(long.MaxValue / 2) * 3);
    }

    [Fact]
    public void Two_currencies_in_one_sum_are_a_bug()
    {
        var pounds = new Money("GBP", 1);
        Should.Throw<InvalidOperationException>(() => Eur(1) + pounds);
        Should.Throw<InvalidOperationException>(() => Eur(1) - pounds);
        Should.Throw<InvalidOperationException>(() => Eur(1) < pounds);
        Eur(1).ShouldNotBe(pounds);
    }

    [Fact]
    public void What_is_written_is_read_back() =>
        Given.Holds(
            Given.AnyLong,
            Gen.Elements(Currencies.All.ToArray()),
            (minor, currency) =>
            {
                var money = new Money(currency, minor);
                Money.TryParse(money.ToAmountText(), currency, out var read, out _).ShouldBeTrue();
                read.ShouldBe(money);
                Stored.Read<Money>(Stored.Json(money)).ShouldBe(money);
            }
        );

    [Theory]
    [InlineData("EUR", 1230, "12.30 EUR")]
    [InlineData("JPY", 1230, "1230 JPY")]
    [InlineData("KWD", -5, "-0.005 KWD")]
    [InlineData("EUR", long.MinValue, "-92233720368547758.08 EUR")]
    [InlineData("???", 7, "7 minor units of '???'")]
    public void Is_shown_with_the_digits_of_its_currency(string currency, long minor, string shown) =>
        new Money(currency, minor).ToString().ShouldBe(shown);

    [Theory]
    [InlineData("1.234", "EUR", "money.too-fine")]
    [InlineData("1.0", "JPY", "money.too-fine")]
    [InlineData("1,50", "EUR", "money.malformed")]
    [InlineData("1e3", "EUR", "money.malformed")]
    [InlineData(" 1", "EUR", "money.malformed")]
    [InlineData("+1", "EUR", "money.malformed")]
    [InlineData("--1", "EUR", "money.malformed")]
    [InlineData("1.", "EUR", "money.malformed")]
    [InlineData(".5", "EUR", "money.malformed")]
    [InlineData("1.2.3", "EUR", "money.malformed")]
    [InlineData("٣", "EUR", "money.malformed")]
    [InlineData("", "EUR", "money.malformed")]
    [InlineData(null, "EUR", "money.malformed")]
    [InlineData("92233720368547758.08", "EUR", "money.too-large")]
    [InlineData("99999999999999999999999999999999999999999999999999", "EUR", "money.too-large")]
    [InlineData("1", "eur", "money.currency-unknown")]
    [InlineData("1", "XYZ", "money.currency-unknown")]
    [InlineData("1", null, "money.currency-unknown")]
    public void Refuses_what_it_cannot_keep_exactly(string? text, string? currency, string code)
    {
        Money.TryParse(text, currency, out var money, out var refusal).ShouldBeFalse();
        money.ShouldBe(default);
        Stored.ShouldBeClear(refusal, code);
    }

    [Fact]
    public void Refuses_a_sign_that_is_not_allowed()
    {
        Money.TryParse("-0.01", "EUR", out _, out var negative, SignRule.NotNegative).ShouldBeFalse();
        Stored.ShouldBeClear(negative, "money.negative");
        Money.TryParse("0.00", "EUR", out _, out var zero, SignRule.Positive).ShouldBeFalse();
        Stored.ShouldBeClear(zero, "money.not-positive");
        Money.TryParse("-0", "EUR", out var nothing, out _, SignRule.NotNegative).ShouldBeTrue();
        nothing.ShouldBe(Money.Zero("EUR"));
    }

    [Fact]
    public void A_refusal_repeats_at_most_100_characters()
    {
        Money.TryParse(new string('x', 5000), "EUR", out _, out var refusal).ShouldBeFalse();
        refusal.Value!.Length.ShouldBe(100);
        refusal.Message.Length.ShouldBeLessThan(200);
    }

    [Fact]
    public void Is_stored_as_currency_and_minor_units() =>
        Stored.Json(new Money("GBP", -255)).ShouldBe("""{"currency":"GBP","minor":-255}""");

    [Fact]
    public void Knows_the_minor_digits_of_the_currencies()
    {
        Currencies.All.ShouldAllBe(code => code.Length == 3 && code.All(char.IsAsciiLetterUpper));
        Currencies.MinorDigits("GBP").ShouldBe(2);
        Currencies.MinorDigits("ISK").ShouldBe(0);
        Currencies.MinorDigits("TND").ShouldBe(3);
        Should.Throw<ArgumentException>(() => Currencies.MinorDigits("XYZ"));
    }
}
