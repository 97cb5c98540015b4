using FsCheck;
using FsCheck.Fluent;
using Lading.Kernel;

namespace Lading.Floors.Tests.Kernel;

public sealed class TimeWindowTests
{
    private static readonly DateTime Noon = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    // Few distinct hours, so that windows often meet, touch and coincide.
    private static readonly Gen<TimeWindow> Windows =
        from start in Gen.Choose(0, 12)
        from length in Gen.Choose(0, 6)
        select Hours(start, start + length);

    private static TimeWindow Hours(int from, int until) => new(Noon.AddHours(from), Noon.AddHours(until));

    [Fact]
    public void Is_half_open()
    {
        Hours(1, 3).Contains(Noon.AddHours(1)).ShouldBeTrue();
        Hours(1, 3).Contains(Noon.AddHours(3)).ShouldBeFalse();
        Hours(1, 3).Contains(Noon.AddHours(3).AddTicks(-1)).ShouldBeTrue();
        Hours(1, 3).Overlaps(Hours(3, 4)).ShouldBeFalse();
        Hours(2, 2).Contains(Noon.AddHours(2)).ShouldBeFalse();
        Hours(1, 3).Overlaps(Hours(2, 2)).ShouldBeFalse();
        Hours(1, 3).Contains(Hours(9, 9)).ShouldBeTrue();
    }

    [Fact]
    public void Overlap_and_containment_say_what_holds_for_every_moment() =>
        Given.Holds(
            Windows,
            Windows,
            (a, b) =>
            {
                // Half-hour steps visit the inside and both ends of every window there is.
                var moments = Enumerable.Range(-1, 42).Select(i => Noon.AddMinutes(30 * i)).ToArray();
                a.Overlaps(b).ShouldBe(moments.Any(m => a.Contains(m) && b.Contains(m)));
                a.Overlaps(b).ShouldBe(b.Overlaps(a));
                a.Contains(b).ShouldBe(moments.Where(b.Contains).All(a.Contains));
                foreach (var moment in moments)
                    (a.Intersect(b)?.Contains(moment) ?? false).ShouldBe(a.Contains(moment) && b.Contains(moment));
            }
        );

    [Fact]
    public void A_shift_moves_everything_alike_and_back() =>
        Given.Holds(
            Windows,
            Windows,
            Gen.Choose(-100, 100).Select(h => TimeSpan.FromHours(h)),
            (a, b, by) =>
            {
                a.Shift(by).Length.ShouldBe(a.Length);
                a.Shift(by).Shift(-by).ShouldBe(a);
                a.Shift(by).From.Kind.ShouldBe(DateTimeKind.Utc);
                a.Shift(by).Overlaps(b.Shift(by)).ShouldBe(a.Overlaps(b));
                a.Shift(by).Contains(a.From + by).ShouldBe(!a.IsEmpty);
            }
        );

    [Fact]
    public void Refuses_ends_in_the_wrong_order_or_not_in_utc()
    {
        TimeWindow.TryCreate(Noon, Noon.AddTicks(-1), out _, out var refusal).ShouldBeFalse();
        Stored.ShouldBeClear(refusal, "time-window.reversed");
        var local = DateTime.SpecifyKind(Noon, DateTimeKind.Unspecified);
        TimeWindow.TryCreate(local, Noon, out _, out refusal).ShouldBeFalse();
        Stored.ShouldBeClear(refusal, "time-window.not-utc");
        TimeWindow.TryCreate(Noon, Noon, out var empty, out _).ShouldBeTrue();
        empty.IsEmpty.ShouldBeTrue();
        Should.Throw<ArgumentException>(() => new TimeWindow(Noon, Noon.AddTicks(-1)));
    }

    [Fact]
    public void Is_stored_by_its_two_ends()
    {
        var window = Hours(0, 2);
        Stored.Json(window).ShouldBe("""{"from":"2026-03-01T12:00:00Z","until":"2026-03-01T14:00:00Z"}""");
        Stored.Read<TimeWindow>(Stored.Json(window)).ShouldBe(window);
        window.ToString().ShouldBe("2026-03-01T12:00:00Z/2026-03-01T14:00:00Z");
    }
}
