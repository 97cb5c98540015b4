using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>
/// The tenant's hash chain: SHA-256 over the previous hash and the length-prefixed envelope and body exactly as stored.
/// The stream's name
/// is hashed with its first fact, its number with every one.
/// </summary>
public static class HashChain
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    /// <summary>The hash of a fact that follows one whose hash is <paramref name="previous"/>.</summary>
    public static byte[] Next(ReadOnlySpan<byte> previous, TenantId tenant, StoredFact fact)
    {
        var hash = new byte[Size];
        Next(previous, tenant, fact, hash);
        return hash;
    }

    /// <summary>As <see cref="Next(ReadOnlySpan{byte}, TenantId, StoredFact)"/>, into 32 bytes that are
    /// there.</summary>
    public static void Next(ReadOnlySpan<byte> previous, TenantId tenant, StoredFact fact, Span<byte> hash)
    {
        var texts = fact.Stream.Length + fact.Type.Length + fact.Actor.Length + (fact.Correlation?.Length ?? 0);
        var most = Size + 16 + (8 * 8) + 16 + (4 * 4) + (texts * 3) + 4 + fact.Body.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        var at = new Writer(buffer);
        at.Raw(previous);
        at.Guid(tenant.Value);
        at.Number(fact.Position);
        at.Number(fact.StreamId);
        at.Number(fact.Version);
        at.Number(fact.Happened.Ticks);
        at.Number(fact.RecordedAt.Ticks);
        at.Number(fact.Causation);
        at.Wide(fact.Command.Value);
        at.Text(fact.Version == 1 ? fact.Stream : "");
        at.Text(fact.Type);
        at.Text(fact.Actor);
        at.Text(fact.Correlation);
        at.Bytes(fact.Body);
        SHA256.HashData(at.Written, hash);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private ref struct Writer(Span<byte> buffer)
    {
        private readonly Span<byte> buffer = buffer;
        private int at;

        public readonly ReadOnlySpan<byte> Written => buffer[..at];

        public void Raw(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(buffer[at..]);
            at += bytes.Length;
        }

        public void Guid(Guid value)
        {
            value.TryWriteBytes(buffer[at..], bigEndian: true, out _);
            at += 16;
        }

        public void Number(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(buffer[at..], value);
            at += 8;
        }

        public void Wide(UInt128 value)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(buffer[at..], value);
            at += 16;
        }

        /// <summary>Nothing and an empty text differ: -1 is the length of nothing.</summary>
        public void Text(string? text)
        {
            if (text is null)
            {
                BinaryPrimitives.WriteInt32LittleEndian(buffer[at..], -1);
                at += 4;
                return;
            }

            var length = Encoding.UTF8.GetBytes(text, buffer[(at + 4)..]);
            BinaryPrimitives.WriteInt32LittleEndian(buffer[at..], length);
            at += 4 + length;
        }

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer[at..], bytes.Length);
            at += 4;
            Raw(bytes);
        }
    }
}
