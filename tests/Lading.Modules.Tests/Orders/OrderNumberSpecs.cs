using System.Security.Cryptography;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class OrderNumberSpecs
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("536365", true)]
    [InlineData("SO-1.a_B", true)]
    [InlineData("A234567890123456789012345678901234567890", true)]
    [InlineData("A2345678901234567890123456789012345678901", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("-1", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("ä1", false)]
    public void A_client_may_choose_a_plain_number(string? number, bool valid) =>
        OrderNumber.IsValid(number).ShouldBe(valid);

    [Fact]
    public void A_made_number_is_SO_and_thirteen_characters_that_sort_by_time()
    {
        var early = OrderNumber.Write(OrderNumber.Value(Noon, uint.MaxValue));
        var late = OrderNumber.Write(OrderNumber.Value(Noon.AddMilliseconds(1), 0));
        early.Length.ShouldBe(16);
        OrderNumber.IsValid(early).ShouldBeTrue();
        string.CompareOrdinal(early, late).ShouldBeLessThan(0);
    }

    [Fact]
    public void The_whole_65_bits_fit() => OrderNumber.Write((UInt128.One << 65) - 1).ShouldBe("SO-ZZZZZZZZZZZZZ");

    [Fact]
    public void Numbers_made_in_one_millisecond_rise_and_never_repeat()
    {
        var numbers = new OrderNumbers(new StoppedClock(Noon), RandomNumberGenerator.Create());
        var made = Enumerable.Range(0, 1_000).Select(_ => numbers.Next()).ToArray();
        made.ShouldBe(made.Order(StringComparer.Ordinal).Distinct());
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
