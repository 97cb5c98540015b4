using Lading.Kernel;

namespace Lading.Log;

/// <summary>The refusals of the log itself, in the order in which they are checked.</summary>
public static class LogRefusals
{
    /// <summary>The code of <see cref="StillRunning"/>, the one conflict that passes by waiting.</summary>
    public const string StillRunningCode = "idempotency-key.still-running";

    /// <summary>The queue is full.</summary>
    public static Refusal QueueFull(int waiting) =>
        new(
            "log.queue-full",
            RefusalKind.Unavailable,
            $"{waiting} commands wait already; none was taken.",
            Remedy: "Send it again after a second, with the same Idempotency-Key."
        );

    /// <summary>The tenant's log is closed or closing.</summary>
    public static Refusal Closed() =>
        new(
            "log.closed",
            RefusalKind.Unavailable,
            "The log is closing; the command was not taken.",
            Remedy: "Send it again with the same Idempotency-Key."
        );

    /// <summary>Another node writes, or has stopped while it did. Never remembered.</summary>
    public static Refusal Busy() =>
        new(
            "log.busy",
            RefusalKind.Unavailable,
            "Another node holds this log and has not let go of it in time; nothing was written.",
            Remedy: "Send it again after a second, with the same Idempotency-Key."
        );

    /// <summary>What a fault of the store is to who sent the command.</summary>
    public static Refusal Of(StoreFault fault) =>
        fault switch
        {
            OutcomeUnknown => new Refusal(
                "log.outcome-unknown",
                RefusalKind.Unavailable,
                fault.Message,
                Remedy: "Retry with the same Idempotency-Key: that settles it."
            ),
            StoreBusy => Busy(),
            _ => new Refusal(
                "log.unavailable",
                RefusalKind.Unavailable,
                fault.Message,
                Remedy: "Retry with the same Idempotency-Key."
            ),
        };

    /// <summary>A copy waited long enough for the first, which still runs. Never remembered.</summary>
    public static Refusal StillRunning(TimeSpan waited) =>
        new(
            "idempotency-key.still-running",
            RefusalKind.Conflict,
            $"The first request with this Idempotency-Key still runs after {waited.TotalSeconds:0} s.",
            "Idempotency-Key",
            Remedy: "Send it again after a second, unchanged and with the same key: that gives the first one's outcome."
        );

    /// <summary>The id was used for something else.</summary>
    public static Refusal KeyReused() =>
        new(
            "idempotency-key.reused",
            RefusalKind.Unprocessable,
            "This Idempotency-Key was used for another request within the last 30 days.",
            "Idempotency-Key",
            Remedy: "Use a new key for a new request; repeat the request unchanged to retry it."
        );

    /// <summary>If-Match names another version.</summary>
    public static Refusal VersionMismatch(long expected, long version) =>
        new(
            "if-match.stale",
            RefusalKind.PreconditionFailed,
            $"You read version {expected}; it is version {version} now.",
            "If-Match",
            $"\"{expected}\"",
            "Read it again and decide anew."
        );
}
