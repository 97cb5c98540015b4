using System.Collections.Concurrent;

namespace Lading.Server;

/// <summary>How many requests a second one credential may make; 0: any number.</summary>
/// <param name="PerKey">With an API key: far above what one honest program sends, so that one that runs wild leaves
/// room for the others.</param>
/// <param name="PerPerson">As a person, over all their sessions.</param>
public sealed record RateOptions(int PerKey = 30_000, int PerPerson = 500);

/// <summary>
/// Counts requests by credential and lets through what its class may make in a second, a second's worth at once. Kept
/// in this process alone: several nodes let through as many times more.
/// </summary>
public sealed class RateLimits(RateOptions options, TimeProvider clock)
{
    private const int Most = 100_000;
    private readonly ConcurrentDictionary<string, Meter> meters = new(StringComparer.Ordinal);

    /// <summary>Until when what was let through takes at the allowed rate (GCRA).</summary>
    private sealed class Meter
    {
        public long Until;
    }

    /// <summary>Takes one request; false when there were too many.</summary>
    public bool Take(string credential, bool key)
    {
        var rate = key ? options.PerKey : options.PerPerson;
        if (rate <= 0)
            return true;
        if (!meters.TryGetValue(credential, out var meter))
        {
            if (meters.Count >= Most)
                meters.Clear();
            meter = meters.GetOrAdd(credential, _ => new Meter());
        }

        var (now, second) = (clock.GetTimestamp(), clock.TimestampFrequency);
        while (true)
        {
            var until = Volatile.Read(ref meter.Until);
            var next = Math.Max(until, now) + (second / rate);
            if (next - now > second)
                return false;
            if (Interlocked.CompareExchange(ref meter.Until, next, until) == until)
                return true;
        }
    }
}
