using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>What a command id leads to.</summary>
public readonly record struct Outcome(
    CommandId Id,
    long Fingerprint,
    string Stream,
    long Version,
    long Position,
    Refusal? Refusal
)
{
    /// <summary>As an answer to a retry.</summary>
    public Answer Replay() =>
        new(Refusal, Stream.Length == 0 ? default : StreamName.Parse(Stream), Version, Position, Replayed: true);
}

/// <summary>
/// The outcomes of one batch as one value, so that remembering a command costs no row and no random index of its own.
/// Per outcome: id (16),
/// fingerprint (8), version (8), position (8), stream (2 + n), refusal (4 + n, JSON, 0 when accepted). Little endian.
/// </summary>
public static class OutcomeBlock
{
    private const int Fixed = 16 + 8 + 8 + 8 + 2 + 4;

    /// <summary>Packs outcomes.</summary>
    public static byte[] Pack(IReadOnlyList<Outcome> outcomes)
    {
        var size = 0;
        var refusals = new byte[]?[outcomes.Count];
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].Refusal is { } refusal)
                refusals[i] = JsonSerializer.SerializeToUtf8Bytes(refusal, OutcomeJson.Default.Refusal);
            size += Fixed + Encoding.UTF8.GetByteCount(outcomes[i].Stream) + (refusals[i]?.Length ?? 0);
        }

        var bytes = new byte[size];
        var rest = bytes.AsSpan();
        for (var i = 0; i < outcomes.Count; i++)
            rest = rest[Write(rest, outcomes[i], refusals[i] ?? [])..];
        return bytes;
    }

    /// <summary>Finds the outcome of an id.</summary>
    public static Outcome? Find(ReadOnlySpan<byte> block, CommandId id)
    {
        while (block.Length > 0)
        {
            if (BinaryPrimitives.ReadUInt128LittleEndian(block) == id.Value)
                return Read(block);
            block = block[Length(block)..];
        }

        return null;
    }

    /// <summary>The ids of a block, in order.</summary>
    public static void Ids(ReadOnlySpan<byte> block, List<UInt128> into)
    {
        while (block.Length > 0)
        {
            into.Add(BinaryPrimitives.ReadUInt128LittleEndian(block));
            block = block[Length(block)..];
        }
    }

    private static int Write(Span<byte> to, in Outcome outcome, ReadOnlySpan<byte> refusal)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(to, outcome.Id.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], outcome.Fingerprint);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], outcome.Version);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], outcome.Position);
        var stream = Encoding.UTF8.GetBytes(outcome.Stream, to[42..]);
        BinaryPrimitives.WriteUInt16LittleEndian(to[40..], (ushort)stream);
        BinaryPrimitives.WriteInt32LittleEndian(to[(42 + stream)..], refusal.Length);
        refusal.CopyTo(to[(46 + stream)..]);
        return Fixed + stream + refusal.Length;
    }

    private static Outcome Read(ReadOnlySpan<byte> at)
    {
        var stream = BinaryPrimitives.ReadUInt16LittleEndian(at[40..]);
        var refusal = at.Slice(46 + stream, BinaryPrimitives.ReadInt32LittleEndian(at[(42 + stream)..]));
        return new Outcome(
            new CommandId(BinaryPrimitives.ReadUInt128LittleEndian(at)),
            BinaryPrimitives.ReadInt64LittleEndian(at[16..]),
            Encoding.UTF8.GetString(at.Slice(42, stream)),
            BinaryPrimitives.ReadInt64LittleEndian(at[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(at[32..]),
            refusal.Length == 0 ? null : JsonSerializer.Deserialize(refusal, OutcomeJson.Default.Refusal)
        );
    }

    private static int Length(ReadOnlySpan<byte> at)
    {
        var stream = BinaryPrimitives.ReadUInt16LittleEndian(at[40..]);
        return Fixed + stream + BinaryPrimitives.ReadInt32LittleEndian(at[(42 + stream)..]);
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Refusal))]
internal sealed partial class OutcomeJson : JsonSerializerContext;
