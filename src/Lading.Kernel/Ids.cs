using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Lading.Kernel;

/// <summary>A customer company: the unit of isolation, of ordering and of the hash chain.</summary>
public readonly record struct TenantId(Guid Value)
{
    /// <inheritdoc />
    public override string ToString() => Value.ToString("N");
}

/// <summary>
/// Identifies one command for idempotency: 128 bits, derived from (credential, key) for a client's command, from
/// (stream, kind, due time) for a due one. The tenant is not part of it: a tenant's log never sees another's commands.
/// </summary>
public readonly record struct CommandId(UInt128 Value)
{
    /// <summary>Derives an id from parts; each part is length-prefixed, so ("a","bc") and ("ab","c") differ.</summary>
    public static CommandId From(params ReadOnlySpan<string> parts)
    {
        var most = 0;
        foreach (var part in parts)
            most += 4 + (part.Length * 3);
        var rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> buffer = rented ?? stackalloc byte[512];
        var at = 0;
        foreach (var part in parts)
        {
            var length = Encoding.UTF8.GetBytes(part, buffer[(at + 4)..]);
            BinaryPrimitives.WriteInt32LittleEndian(buffer[at..], length);
            at += 4 + length;
        }

        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(buffer[..at], digest);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return new CommandId(BinaryPrimitives.ReadUInt128LittleEndian(digest));
    }

    /// <summary>The id of a place in a series that is itself named by an id: number n of it.</summary>
    public CommandId At(long number) => new(Value ^ ((UInt128)(ulong)number << 64));

    /// <inheritdoc />
    public override string ToString() => Value.ToString("x32");
}

/// <summary>Names a stream within a tenant: a kind and a natural key, written <c>kind/key</c>.</summary>
/// <remarks>A business key that must be unique is claimed by being the key of a stream.</remarks>
public readonly record struct StreamName
{
    /// <summary>The longest whole name, in characters.</summary>
    public const int MaxLength = 200;

    private readonly string? name;
    private readonly string? kind;
    private readonly string? key;

    private StreamName(string name, string kind, string key) => (this.name, this.kind, this.key) = (name, kind, key);

    /// <summary>The kind: <c>order</c>, <c>sku</c>.</summary>
    public string Kind => kind ?? "";

    /// <summary>The key within the kind.</summary>
    public string Key => key ?? "";

    /// <summary>Makes a name; the kind has no slash, the key may.</summary>
    public static StreamName Of(string kind, string key)
    {
        if (kind.Length == 0 || key.Length == 0 || kind.Contains('/') || kind.Length + key.Length + 1 > MaxLength)
            throw new ArgumentException(
                $"'{kind}/{key}' is not a stream name: kind and key are needed, at most {MaxLength} characters."
            );
        return new StreamName($"{kind}/{key}", kind, key);
    }

    /// <summary>Reads a name back from its text.</summary>
    public static StreamName Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1)
            throw new FormatException($"'{text}' is not a stream name: expected kind/key.");
        return new StreamName(text, text[..slash], text[(slash + 1)..]);
    }

    /// <summary>By the whole name.</summary>
    public bool Equals(StreamName other) => name == other.name;

    /// <inheritdoc />
    public override int GetHashCode() => name?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <inheritdoc />
    public override string ToString() => name ?? "";
}
