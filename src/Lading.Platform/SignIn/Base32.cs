namespace Lading.Platform.SignIn;

/// <summary>RFC 4648 base 32 without padding: how code apps take a secret.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>Bytes as text.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder(((bytes.Length * 8) + 4) / 5);
        var (bits, held) = (0, 0);
        foreach (var b in bytes)
        {
            (bits, held) = (((bits << 8) | b) & 0xFFF, held + 8);
            for (; held >= 5; held -= 5)
                text.Append(Alphabet[(bits >> (held - 5)) & 31]);
        }

        return held > 0 ? text.Append(Alphabet[(bits << (5 - held)) & 31]).ToString() : text.ToString();
    }

    /// <summary>Text as bytes; other characters are an error of the caller.</summary>
    public static byte[] Decode(string text)
    {
        var bytes = new List<byte>(text.Length * 5 / 8);
        var (bits, held) = (0, 0);
        foreach (var c in text.TrimEnd('='))
        {
            var value = Alphabet.IndexOf(char.ToUpperInvariant(c));
            if (value < 0)
                throw new FormatException($"'{c}' is not of base 32.");
            (bits, held) = (((bits << 5) | value) & 0xFFF, held + 5);
            if (held >= 8)
                bytes.Add((byte)(bits >> (held -= 8)));
        }

        return [.. bytes];
    }
}
