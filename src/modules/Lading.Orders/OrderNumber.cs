namespace Lading.Orders;

/// <summary>
/// An order's number: the client's own ([A-Za-z0-9][A-Za-z0-9._-]{0,39}), or one we make: <c>SO-</c> and 13
/// characters of Crockford base32, which hold 42 bits of Unix milliseconds (until 2109) and 23 random bits. Numbers
/// we make sort by time.
/// </summary>
public static class OrderNumber
{
    public const int MaxLength = 40;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int RandomBits = 23;
    private static readonly UInt128 Limit = UInt128.One << 65;

    /// <summary>Whether a client may use this as an order's number.</summary>
    public static bool IsValid(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || !char.IsAsciiLetterOrDigit(text[0]))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
                return false;
        }

        return true;
    }

    /// <summary>The 65-bit value of a moment and some randomness, of which 23 bits are used.</summary>
    public static UInt128 Value(DateTimeOffset at, uint random) =>
        ((UInt128)(ulong)at.ToUnixTimeMilliseconds() << RandomBits) | (random & ((1u << RandomBits) - 1));

    /// <summary>Writes a 65-bit value as a number.</summary>
    public static string Write(UInt128 value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, Limit);
        return string.Create(
            16,
            value,
            static (text, v) =>
            {
                "SO-".CopyTo(text);
                for (var i = text.Length - 1; i >= 3; i--, v >>= 5)
                    text[i] = Alphabet[(int)(uint)(v & 31)];
            }
        );
    }
}
