using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Text.Json;

namespace Lading.Bench;

/// <summary>What a process used: processor time, the collector's pauses and collections, and what was allocated, by
/// type.</summary>
/// <param name="User">Seconds of processor time in the program and its libraries.</param>
/// <param name="System">Seconds in the kernel.</param>
/// <param name="Paused">Seconds for which the collector held all threads.</param>
/// <param name="Collections">Of each generation; an older one counts for the younger too.</param>
/// <param name="Types">Shares of the allocated bytes, by samples of some 100 kB; the largest first.</param>
internal sealed record ProfileResult(
    double Seconds,
    double User,
    double System,
    double Paused,
    long Allocated,
    int[] Collections,
    KeyValuePair<string, double>[] Types
)
{
    public static ProfileResult Read(string line) => JsonSerializer.Deserialize<ProfileResult>(line)!;
}

/// <summary>Watches its own process from when it is made.</summary>
internal sealed class Profile : EventListener
{
    private const EventKeywords Gc = (EventKeywords)1;
    private const int AllocationTick = 10;
    private readonly ConcurrentDictionary<string, long> bytes = new(StringComparer.Ordinal);
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly (TimeSpan User, TimeSpan System, TimeSpan Paused, long Allocated, int[] Collections) before =
        Now();

    /// <summary>What was used since, as one line.</summary>
    public string Line()
    {
        var now = Now();
        var all = (double)Math.Max(1, bytes.Values.Sum());
        return JsonSerializer.Serialize(
            new ProfileResult(
                clock.Elapsed.TotalSeconds,
                (now.User - before.User).TotalSeconds,
                (now.System - before.System).TotalSeconds,
                (now.Paused - before.Paused).TotalSeconds,
                now.Allocated - before.Allocated,
                [.. now.Collections.Zip(before.Collections, (a, b) => a - b)],
                [
                    .. bytes
                        .OrderByDescending(b => b.Value)
                        .Take(25)
                        .Select(b => KeyValuePair.Create(b.Key, b.Value / all)),
                ]
            )
        );
    }

    /// <inheritdoc />
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
            EnableEvents(eventSource, EventLevel.Verbose, Gc);
    }

    /// <inheritdoc />
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId != AllocationTick || eventData.PayloadNames is not { } names)
            return;
        var (type, amount) = (names.IndexOf("TypeName"), names.IndexOf("AllocationAmount64"));
        if (type >= 0 && amount >= 0)
            bytes.AddOrUpdate(
                (string)eventData.Payload![type]!,
                Convert.ToInt64(eventData.Payload[amount]),
                (_, sum) => sum + Convert.ToInt64(eventData.Payload[amount])
            );
    }

    private static (TimeSpan User, TimeSpan System, TimeSpan Paused, long Allocated, int[] Collections) Now()
    {
        using var self = Process.GetCurrentProcess();
        return (
            self.UserProcessorTime,
            self.PrivilegedProcessorTime,
            GC.GetTotalPauseDuration(),
            GC.GetTotalAllocatedBytes(),
            [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)]
        );
    }
}
