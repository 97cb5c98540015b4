using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

public sealed class UnitTests
{
    private static readonly Gen<string> AnyUnit = Gen.Elements(UnitsOfMeasure.All.Select(u => u.Code).ToArray());

    private static SkuUnits Sku(string baseUnit, params (string, long, long)[] conversions)
    {
        SkuUnits.TryCreate(baseUnit, conversions, out var units, out var refusal).ShouldBeTrue($"{refusal}");
        return units!;
    }

    [Theory]
    [InlineData("1", "LB", "OZ", "16")]
    [InlineData("1", "TON", "LB", "2000")]
    [InlineData("1", "LTN", "LB", "2240")]
    [InlineData("1", "CWT", "OZ", "1600")]
    [InlineData("100000", "LB", "KG", "45359.237")]
    [InlineData("2.5", "TNE", "KG", "2500")]
    [InlineData("1", "GAL", "FLOZ", "128")]
    [InlineData("1", "BBL", "QT", "168")]
    [InlineData("1000", "GAL", "ML", "3785411.784")]
    [InlineData("1", "YD3", "FT3", "27")]
    [InlineData("1", "M3", "L", "1000")]
    [InlineData("1", "MI", "FT", "5280")]
    [InlineData("1", "FT", "IN", "12")]
    [InlineData("1", "IN", "MM", "25.4")]
    [InlineData("12.5", "FT2", "M2", null)]
    [InlineData("100000", "FT2", "M2", "9290.304")]
    [InlineData("3", "GRO", "DZ", "36")]
    [InlineData("1", "EA", "DZ", null)]
    [InlineData("1", "LB", "KG", null)]
    [InlineData("0", "LB", "KG", "0")]
    public void Converts_by_standard_exactly_or_not_at_all(string figure, string from, string to, string? expected)
    {
        Quantity.TryParse(figure, from, out var entered, out _).ShouldBeTrue();
        entered.TryConvert(to, out var converted, out var refusal).ShouldBe(expected is not null);
        if (expected is null)
            Stored.ShouldBeClear(refusal, "unit.does-not-divide");
        else
            converted.ToString().ShouldBe($"{expected} {to}");
    }

    [Fact]
    public void A_conversion_is_exact_and_comes_back_or_is_refused() =>
        Given.Holds(
            Given.Figure,
            AnyUnit,
            AnyUnit,
            (thousandths, from, to) =>
            {
                var entered = new Quantity(thousandths, from);
                if (UnitsOfMeasure.Between(from, to) is not { } ratio)
                {
                    entered.TryConvert(to, out _, out var unrelated).ShouldBeFalse();
                    unrelated!.Code.ShouldBe("unit.unrelated");
                    return;
                }

                var (whole, rest) = BigInteger.DivRem((BigInteger)thousandths * ratio.Numerator, ratio.Denominator);
                var fits = whole >= long.MinValue && whole <= long.MaxValue;
                entered.TryConvert(to, out var converted, out var refusal).ShouldBe(rest.IsZero && fits);
                if (refusal is not null)
                {
                    refusal.Code.ShouldBe(rest.IsZero ? "unit.too-large" : "unit.does-not-divide");
                    return;
                }

                ((BigInteger)converted.Thousandths).ShouldBe(whole);
                converted.TryConvert(from, out var back, out _).ShouldBeTrue();
                back.ShouldBe(entered);
            }
        );

    [Fact]
    public void Every_pair_of_standard_units_has_a_ratio_or_none_and_both_ways_agree()
    {
        foreach (var (from, to) in UnitsOfMeasure.All.SelectMany(a => UnitsOfMeasure.All.Select(b => (a, b))))
        {
            var there = UnitsOfMeasure.Between(from.Code, to.Code);
            var related = from == to || (from.Dimension == to.Dimension && from.Dimension != Dimension.Package);
            (there is not null).ShouldBe(related, $"{from.Code} {to.Code}");
            if (there is { } ratio)
                UnitsOfMeasure.Between(to.Code, from.Code).ShouldBe(ratio.Inverse());
        }

        UnitsOfMeasure.All.ShouldAllBe(u => UnitsOfMeasure.IsCode(u.Code));
    }

    [Fact]
    public void A_sku_converts_by_its_own_units_and_what_follows_from_them()
    {
        var water = Sku("EA", ("CS", 12, 1), ("PAL", 720, 1), ("KG", 2, 3));
        Converted(water, "2.5", "CS").ShouldBe(BaseQuantity.Units(30));
        Converted(water, "1", "PAL").ShouldBe(BaseQuantity.Units(720));
        Converted(water, "2", "DZ").ShouldBe(BaseQuantity.Units(24));
        Converted(water, "1500", "G").ShouldBe(BaseQuantity.Units(1));
        water.TryFromBase(BaseQuantity.Units(720), "CS", out var cases, out _).ShouldBeTrue();
        cases.ShouldBe(Quantity.Of(60, "CS"));
        water.TryConvert(Quantity.Of(1, "PAL"), "KG", out var mass, out _).ShouldBeTrue();
        mass.ShouldBe(Quantity.Of(1080, "KG"));
        water.TryToBase(Quantity.Of(1, "KG"), out _, out var refusal).ShouldBeFalse();
        Stored.ShouldBeClear(refusal, "unit.does-not-divide");
        water.TryToBase(Quantity.Of(1, "L"), out _, out refusal).ShouldBeFalse();
        Stored.ShouldBeClear(refusal, "unit.unknown");
        water.TryToBase(Quantity.Of(long.MaxValue / 1000, "PAL"), out _, out refusal).ShouldBeFalse();
        Stored.ShouldBeClear(refusal, "unit.too-large");
    }

    [Theory]
    [InlineData("ea", "CS", 12, 1, "unit.malformed")]
    [InlineData("EA", "a case", 12, 1, "unit.malformed")]
    [InlineData("EA", "CS", 0, 1, "unit.bad-ratio")]
    [InlineData("EA", "CS", 12, -1, "unit.bad-ratio")]
    [InlineData("EA", "CS", 2_000_000_000, 1, "unit.bad-ratio")]
    [InlineData("EA", "EA", 1, 1, "unit.named-twice")]
    [InlineData("EA", "PAL", 720, 1, "unit.named-twice")]
    [InlineData("EA", "DZ", 10, 1, "unit.contradiction")]
    public void A_sku_refuses_units_that_mean_nothing(string baseUnit, string unit, long over, long under, string code)
    {
        (string, long, long)[] conversions = [("PAL", 360, 1), (unit, over, under)];
        SkuUnits.TryCreate(baseUnit, conversions, out var units, out var refusal).ShouldBeFalse();
        units.ShouldBeNull();
        Stored.ShouldBeClear(refusal, code);
    }

    [Fact]
    public void A_sku_may_repeat_the_standard_and_has_at_most_50_conversions()
    {
        Converted(Sku("EA", ("DZ", 12, 1)), "1", "DZ").ShouldBe(BaseQuantity.Units(12));
        var many = Enumerable.Range(1, 51).Select(i => ($"BOX-{i}", (long)i, 1L)).ToArray();
        Sku("EA", many[..50]).ToBase("BOX-50").ShouldBe(new Ratio(50, 1));
        SkuUnits.TryCreate("EA", many, out _, out var refusal).ShouldBeFalse();
        refusal!.Code.ShouldBe("unit.too-many");
    }

    [Fact]
    public void Parts_of_a_ratio_beyond_64_bits_are_refused_and_never_wrap()
    {
        const long prime = 999_999_937;
        var odd = Sku("EA", ("BBL", prime, 999_999_929), ("MI", 999_999_893, prime));
        odd.TryConvert(Quantity.Of(1, "FLOZ"), "MM", out _, out var refusal).ShouldBeFalse();
        Stored.ShouldBeClear(refusal, "unit.too-large");
        var (large, small) = (new Ratio(long.MaxValue, 1), new Ratio(1, long.MaxValue));
        Should.Throw<OverflowException>(() => large * new Ratio(3, 1));
        Should.Throw<OverflowException>(() => small / new Ratio(3, 1));
        large.TryOver(new Ratio(1, 3)).ShouldBeNull();
        (large * small).ShouldBe(Ratio.One);
        Should.Throw<ArgumentOutOfRangeException>(() => new Ratio(0, 1));
    }

    [Fact]
    public void Ratios_obey_the_laws_of_fractions() =>
        Given.Holds(
            Given.AnyLong.Select(n => Math.Abs(n % 1_000_000) + 1).Two().Select(p => new Ratio(p.Item1, p.Item2)),
            (a, b, c) =>
            {
                (a * b).ShouldBe(b * a);
                (a * b * c).ShouldBe(a * (b * c));
                (a / b * b).ShouldBe(a);
                (a * a.Inverse()).ShouldBe(Ratio.One);
            }
        );

    private static BaseQuantity Converted(SkuUnits units, string figure, string unit)
    {
        Quantity.TryParse(figure, unit, out var entered, out _).ShouldBeTrue();
        units.TryToBase(entered, out var quantity, out var refusal).ShouldBeTrue($"{refusal}");
        return quantity;
    }
}
