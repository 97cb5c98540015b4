using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Lading.Kernel;

/// <summary>
/// A span of time, half-open: <see cref="From"/> belongs to it, <see cref="Until"/> does not, so that windows that meet
/// neither overlap nor leave a gap. Both ends are UTC. Stored as <c>{"from":"2026-03-01T08:00:00Z","until":"…"}</c>.
/// </summary>
public readonly record struct TimeWindow
{
    /// <summary>Makes a window; an empty one, whose ends are equal, contains nothing and overlaps nothing.</summary>
    /// <exception cref="ArgumentException">An end is not UTC, or the window ends before it begins.</exception>
    [JsonConstructor]
    public TimeWindow(DateTime from, DateTime until)
    {
        if (Problem(from, until) is { } problem)
            throw new ArgumentException(problem.Message);
        (From, Until) = (from, until);
    }

    /// <summary>The first moment inside.</summary>
    public DateTime From { get; }

    /// <summary>The first moment after it.</summary>
    public DateTime Until { get; }

    /// <summary>Whether nothing is inside.</summary>
    [JsonIgnore]
    public bool IsEmpty => From == Until;

    /// <summary>How long it is.</summary>
    [JsonIgnore]
    public TimeSpan Length => Until - From;

    /// <summary>Takes a window as entered.</summary>
    public static bool TryCreate(
        DateTime from,
        DateTime until,
        out TimeWindow window,
        [NotNullWhen(false)] out Refusal? refusal
    )
    {
        refusal = Problem(from, until);
        window = refusal is null ? new TimeWindow(from, until) : default;
        return refusal is null;
    }

    /// <summary>Whether a moment is inside.</summary>
    public bool Contains(DateTime moment) => From <= moment && moment < Until;

    /// <summary>Whether all of another window is inside; an empty one is inside any.</summary>
    public bool Contains(TimeWindow other) => other.IsEmpty || (From <= other.From && other.Until <= Until);

    /// <summary>Whether a moment is inside both.</summary>
    public bool Overlaps(TimeWindow other) => Intersect(other) is not null;

    /// <summary>What is inside both, or null when nothing is.</summary>
    public TimeWindow? Intersect(TimeWindow other)
    {
        var from = From > other.From ? From : other.From;
        var until = Until < other.Until ? Until : other.Until;
        return from < until ? new TimeWindow(from, until) : null;
    }

    /// <summary>The same length, so much later; earlier when negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An end leaves the years 1 to 9999.</exception>
    public TimeWindow Shift(TimeSpan by) => new(From + by, Until + by);

    /// <summary>For people: <c>2026-03-01T08:00:00Z/2026-03-01T10:00:00Z</c>, as ISO 8601 writes an interval.</summary>
    public override string ToString() => $"{Shown(From)}/{Shown(Until)}";

    private static Refusal? Problem(DateTime from, DateTime until)
    {
        if (from.Kind != DateTimeKind.Utc || until.Kind != DateTimeKind.Utc)
            return Refused("not-utc", "A window's ends are given in UTC.", from, until, "End both times in Z.");
        return from <= until
            ? null
            : Refused("reversed", "A window does not end before it begins.", from, until, "Swap the two ends.");
    }

    private static Refusal Refused(string code, string rule, DateTime from, DateTime until, string remedy)
    {
        var value = $"{Shown(from)}/{Shown(until)}";
        return new Refusal($"time-window.{code}", RefusalKind.Invalid, $"{rule} Got {value}.", null, value, remedy);
    }

    private static string Shown(DateTime moment) =>
        moment.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
}
