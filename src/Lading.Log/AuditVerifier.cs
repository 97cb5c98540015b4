using System.Buffers.Binary;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>What verifying a log found.</summary>
/// <param name="Facts">Facts that were read.</param>
/// <param name="Head">Where the log ends, as far as it is whole.</param>
/// <param name="BadPosition">The first position at which something is wrong, or null.</param>
/// <param name="Problem">What is wrong there.</param>
public sealed record AuditReport(long Facts, LogHead Head, long? BadPosition, string? Problem)
{
    /// <summary>Whether every fact is there, in order and as it was written.</summary>
    public bool Whole => BadPosition is null;
}

/// <summary>One stored fact while it is verified: spans into the store's own memory, valid until the next one is
/// read.</summary>
public ref struct RawFact
{
    /// <summary>The position.</summary>
    public long Position;

    /// <summary>The stream's number.</summary>
    public long StreamId;

    /// <summary>The version in the stream.</summary>
    public long Version;

    /// <summary>When it happened, ticks.</summary>
    public long Happened;

    /// <summary>When it was recorded, ticks.</summary>
    public long RecordedAt;

    /// <summary>The position of its cause.</summary>
    public long Causation;

    /// <summary>The command id, 16 bytes little endian.</summary>
    public ReadOnlySpan<byte> Command;

    /// <summary>The stream's name, UTF-8; read only when the version is 1.</summary>
    public ReadOnlySpan<byte> Stream;

    /// <summary>The event name, UTF-8.</summary>
    public ReadOnlySpan<byte> Type;

    /// <summary>Who asked, UTF-8.</summary>
    public ReadOnlySpan<byte> Actor;

    /// <summary>Whether there is a correlation.</summary>
    public bool HasCorrelation;

    /// <summary>The correlation, UTF-8.</summary>
    public ReadOnlySpan<byte> Correlation;

    /// <summary>The body as stored.</summary>
    public ReadOnlySpan<byte> Body;

    /// <summary>The hash that stands with it.</summary>
    public ReadOnlySpan<byte> Hash;
}

/// <summary>Sees the stored facts of a log in position order; false ends the walk.</summary>
public delegate bool RawFactVisitor(in RawFact fact);

/// <summary>Walks the stored facts of one tenant without decoding them.</summary>
public interface IRawFacts : IDisposable
{
    /// <summary>Visits all facts in position order.</summary>
    void Visit(RawFactVisitor visitor);

    /// <summary>Streams that hold no fact, or of which the last fact is not there: what a cut tail leaves
    /// behind.</summary>
    IReadOnlyList<string> EmptyStreams();
}

/// <summary>
/// Recomputes the hash chain of a tenant's log from its stored bytes. Changes, insertions, deletions and swaps show at
/// the first bad
/// position. A tail that was cut off, or a log rewritten as a whole, shows only against a head that was kept elsewhere:
/// pass it.
/// </summary>
public static class AuditVerifier
{
    /// <summary>Verifies; <paramref name="known"/> is a head seen or signed earlier that must still be part of the
    /// log.</summary>
    public static AuditReport Verify(
        TenantId tenant,
        IRawFacts facts,
        LogHead? known = null,
        Action<long>? progress = null
    ) => VerifyAgainst(tenant, facts, known is { } head ? [head] : [], progress);

    /// <summary>Verifies; all of <paramref name="known"/>, in the order of their positions, must still be part of the
    /// log. A log written anew differs at the first of them behind the change.</summary>
    public static AuditReport VerifyAgainst(
        TenantId tenant,
        IRawFacts facts,
        IReadOnlyList<LogHead> known,
        Action<long>? progress = null
    )
    {
        var walk = new Walk(tenant, known, progress);
        facts.Visit(walk.See);
        if (walk.Problem is null && known is [.., var last] && walk.Head.Position < last.Position)
            walk.Fail(
                walk.Head.Position + 1,
                $"The log ends at {walk.Head.Position}, but position {last.Position} was known: the tail is missing."
            );
        if (walk.Problem is null && facts.EmptyStreams() is [var orphan, ..])
            walk.Fail(
                walk.Head.Position + 1,
                $"The stream {orphan} is named but holds no facts: its facts were at the missing tail."
            );
        return new AuditReport(walk.Count, walk.Head, walk.BadPosition, walk.Problem);
    }

    private sealed class Walk(TenantId tenant, IReadOnlyList<LogHead> known, Action<long>? progress)
    {
        private readonly Dictionary<long, long> versions = [];
        private readonly byte[] hash = new byte[HashChain.Size];
        private readonly RawHasher hasher = new(tenant);
        private long position;
        private int compared;

        public long Count { get; private set; }

        public long? BadPosition { get; private set; }

        public string? Problem { get; private set; }

        public LogHead Head => new(position, [.. hash]);

        public void Fail(long at, string problem) => (BadPosition, Problem) = (at, problem);

        public bool See(in RawFact fact)
        {
            Count++;
            var next = position + 1;
            if (fact.Position != next)
                Fail(next, $"Position {next} is missing: the next is {fact.Position}.");
            else if (versions.GetValueOrDefault(fact.StreamId) + 1 is var version && fact.Version != version)
                Fail(next, $"It has version {fact.Version} of its stream, where {version} follows.");
            else if (!hasher.Follows(hash, fact))
                Fail(
                    next,
                    "Its hash does not follow from the fact before it and its own content: one of them was changed."
                );
            if (Problem is not null)
                return false;
            position = next;
            versions[fact.StreamId] = fact.Version;
            fact.Hash.CopyTo(hash);
            for (; Problem is null && compared < known.Count && known[compared].Position <= position; compared++)
                if (known[compared].Position == position && !known[compared].Hash.AsSpan().SequenceEqual(hash))
                    Fail(
                        position,
                        "The log is whole in itself, but this is not the head that was known: it was written anew"
                            + (compared > 0 ? $" after position {known[compared - 1].Position}." : ".")
                    );
            if (Count % 100_000 == 0)
                progress?.Invoke(Count);
            return Problem is null;
        }
    }

    /// <summary>The hash of <see cref="HashChain"/>, from bytes as stored.</summary>
    private sealed class RawHasher(TenantId tenant)
    {
        private readonly byte[] tenantBytes = tenant.Value.ToByteArray(bigEndian: true);
        private readonly byte[] computed = new byte[HashChain.Size];
        private byte[] buffer = new byte[4096];

        public bool Follows(ReadOnlySpan<byte> previous, in RawFact fact)
        {
            if (fact.Hash.Length != HashChain.Size || fact.Command.Length != 16)
                return false;
            var most =
                HashChain.Size
                + 16
                + (6 * 8)
                + 16
                + (5 * 4)
                + fact.Stream.Length
                + fact.Type.Length
                + fact.Actor.Length
                + fact.Correlation.Length
                + fact.Body.Length;
            if (buffer.Length < most)
                buffer = new byte[most * 2];
            var rest = buffer.AsSpan();
            Put(ref rest, previous);
            Put(ref rest, tenantBytes);
            Put(ref rest, fact.Position);
            Put(ref rest, fact.StreamId);
            Put(ref rest, fact.Version);
            Put(ref rest, fact.Happened);
            Put(ref rest, fact.RecordedAt);
            Put(ref rest, fact.Causation);
            Put(ref rest, fact.Command);
            PutSized(ref rest, fact.Version == 1 ? fact.Stream : []);
            PutSized(ref rest, fact.Type);
            PutSized(ref rest, fact.Actor);
            if (fact.HasCorrelation)
                PutSized(ref rest, fact.Correlation);
            else
                PutLength(ref rest, -1);
            PutSized(ref rest, fact.Body);
            System.Security.Cryptography.SHA256.HashData(buffer.AsSpan(0, buffer.Length - rest.Length), computed);
            return fact.Hash.SequenceEqual(computed);
        }

        private static void Put(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(rest);
            rest = rest[bytes.Length..];
        }

        private static void Put(ref Span<byte> rest, long number)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, number);
            rest = rest[8..];
        }

        private static void PutLength(ref Span<byte> rest, int length)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, length);
            rest = rest[4..];
        }

        private static void PutSized(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
        {
            PutLength(ref rest, bytes.Length);
            Put(ref rest, bytes);
        }
    }
}
