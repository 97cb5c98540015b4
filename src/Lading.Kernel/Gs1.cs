using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lading.Kernel;

/// <summary>
/// The check digit that GTIN, SSCC and GLN share (GS1 General Specifications, 7.9): weights 3 and 1 alternate from the
/// right, beginning with 3; the digit brings the sum to a multiple of ten. It detects every single wrong digit.
/// </summary>
public static class Gs1
{
    /// <summary>The check digit for a text of digits, as a character.</summary>
    public static char CheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            if (!char.IsAsciiDigit(digits[i]))
                throw new ArgumentException($"'{digits}' is not all digits.");
            sum += (digits[i] - '0') * ((digits.Length - i) % 2 == 1 ? 3 : 1);
        }

        return (char)('0' + (10 - sum % 10) % 10);
    }

    /// <summary>Refuses a text that is not an identifier of one of these lengths, check digit included.</summary>
    internal static Refusal? Check(string? text, string topic, string name, params ReadOnlySpan<int> lengths)
    {
        var value = DecimalText.Shown(text ?? "");
        if (!lengths.Contains(text?.Length ?? 0) || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            var expected = string.Join(" or ", lengths.ToArray());
            return new Refusal(
                $"{topic}.malformed",
                RefusalKind.Invalid,
                $"'{value}' is not a {name}.",
                null,
                value,
                $"A {name} has {expected} digits, without blanks or hyphens."
            );
        }

        var right = CheckDigit(text.AsSpan(0, text!.Length - 1));
        return text[^1] == right
            ? null
            : new Refusal(
                $"{topic}.check-digit",
                RefusalKind.Invalid,
                $"The last digit of '{value}' is {text[^1]}; its other digits call for {right}.",
                null,
                value,
                $"Compare the {name} with the label: a digit is wrong or two are swapped."
            );
    }
}

/// <summary>
/// Global Trade Item Number: names a trade item or a package of it. Read with 8, 12, 13 or 14 digits and kept with 14
/// (zeros in front), so that one item has one value. Stored as its 14 digits.
/// </summary>
[JsonConverter(typeof(GtinJson))]
public readonly record struct Gtin
{
    private readonly string? digits;

    private Gtin(string digits) => this.digits = digits;

    /// <summary>Reads a GTIN-8, -12 (UPC), -13 (EAN) or -14.</summary>
    public static bool TryParse(string? text, out Gtin gtin, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = Gs1.Check(text, "gtin", "GTIN", 8, 12, 13, 14);
        gtin = refusal is null ? new Gtin(text!.PadLeft(14, '0')) : default;
        return refusal is null;
    }

    /// <summary>Its 14 digits; empty for an uninitialised value.</summary>
    public override string ToString() => digits ?? "";
}

/// <summary>Global Location Number: names a party or a place, 13 digits. Stored as its digits.</summary>
[JsonConverter(typeof(GlnJson))]
public readonly record struct Gln
{
    private readonly string? digits;

    private Gln(string digits) => this.digits = digits;

    /// <summary>Reads a GLN.</summary>
    public static bool TryParse(string? text, out Gln gln, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = Gs1.Check(text, "gln", "GLN", 13);
        gln = refusal is null ? new Gln(text!) : default;
        return refusal is null;
    }

    /// <summary>Its 13 digits; empty for an uninitialised value.</summary>
    public override string ToString() => digits ?? "";
}

/// <summary>
/// Serial Shipping Container Code: names one pallet, case or other logistic unit, 18 digits. Stored as its digits.
/// </summary>
[JsonConverter(typeof(SsccJson))]
public readonly record struct Sscc
{
    private readonly string? digits;

    private Sscc(string digits) => this.digits = digits;

    /// <summary>Reads an SSCC, without the application identifier 00 in front.</summary>
    public static bool TryParse(string? text, out Sscc sscc, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = Gs1.Check(text, "sscc", "SSCC", 18);
        sscc = refusal is null ? new Sscc(text!) : default;
        return refusal is null;
    }

    /// <summary>
    /// Makes the code of a new logistic unit: extension digit, company prefix, serial reference, check digit.
    /// </summary>
    /// <param name="extension">0 to 9, free for the company to use.</param>
    /// <param name="companyPrefix">The GS1 company prefix, 4 to 12 digits.</param>
    /// <param name="serial">The serial reference; it fills the 16 − prefix digits that are left.</param>
    public static bool TryMake(
        int extension,
        string? companyPrefix,
        long serial,
        out Sscc sscc,
        [NotNullWhen(false)] out Refusal? refusal
    )
    {
        sscc = default;
        refusal = MakeProblem(extension, companyPrefix ?? "", serial);
        if (refusal is not null)
            return false;
        var body = $"{extension}{companyPrefix}{serial.ToString().PadLeft(16 - companyPrefix!.Length, '0')}";
        sscc = new Sscc(body + Gs1.CheckDigit(body));
        return true;
    }

    /// <summary>Its 18 digits; empty for an uninitialised value.</summary>
    public override string ToString() => digits ?? "";

    private static Refusal? MakeProblem(int extension, string prefix, long serial)
    {
        if (extension is < 0 or > 9)
            return Refused("extension", $"{extension} is not an extension digit.", $"{extension}", "Give 0 to 9.");
        if (prefix.Length is < 4 or > 12 || prefix.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            var value = DecimalText.Shown(prefix);
            return Refused("prefix", $"'{value}' is not a GS1 company prefix.", value, "Give its 4 to 12 digits.");
        }

        var room = 16 - prefix.Length;
        return serial >= 0 && serial.ToString().Length <= room
            ? null
            : Refused(
                "serial",
                $"The serial reference {serial} does not fit beside the prefix {prefix}.",
                $"{serial}",
                $"Give 0 or more, at most {room} digits; change the extension digit when they are used up."
            );
    }

    private static Refusal Refused(string code, string message, string value, string remedy) =>
        new($"sscc.{code}", RefusalKind.Invalid, message, null, value, remedy);
}

/// <summary>Writes an identifier as its digits; what is stored was checked, so a bad one is a damaged body.</summary>
internal abstract class Gs1Json<T> : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var value)
            ? value
            : throw new JsonException($"Expected the digits of a {typeof(T).Name}.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    protected abstract bool TryParse(string? text, out T value);
}

internal sealed class GtinJson : Gs1Json<Gtin>
{
    protected override bool TryParse(string? text, out Gtin value) => Gtin.TryParse(text, out value, out _);
}

internal sealed class GlnJson : Gs1Json<Gln>
{
    protected override bool TryParse(string? text, out Gln value) => Gln.TryParse(text, out value, out _);
}

internal sealed class SsccJson : Gs1Json<Sscc>
{
    protected override bool TryParse(string? text, out Sscc value) => Sscc.TryParse(text, out value, out _);
}
