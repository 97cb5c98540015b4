using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lading.Kernel;

/// <summary>
/// A personal value inside a fact (a name, an e-mail, a street). In the log it stands only as ciphertext under the key
/// of its <see cref="Subject"/>; when that key is destroyed it reads as erased (<see cref="Text"/> is null), and the
/// log stays whole.
/// </summary>
/// <param name="Subject">Whose key protects it: <c>customer/4711</c>.</param>
/// <param name="Text">The value, or null when the subject was erased.</param>
[JsonConverter(typeof(PersonalJson))]
public sealed record Personal(string Subject, string? Text)
{
    /// <summary>Masked: a personal value never reaches a log line by being formatted.</summary>
    public override string ToString() => Text is null ? "(erased)" : "(personal)";
}

/// <summary>
/// Seals and opens personal values while a fact is written or read; the log engine provides it per tenant.
/// </summary>
public interface IPersonalCipher
{
    /// <summary>
    /// Encrypts; <paramref name="place"/> binds the ciphertext to (tenant, stream, version, ordinal of the field).
    /// </summary>
    byte[] Seal(string subject, string place, string text);

    /// <summary>Decrypts, or null when the subject's key is destroyed.</summary>
    string? Open(string subject, string place, byte[] sealedBytes);

    /// <summary>Called before anything sealed since is committed: new keys are durable when it returns.</summary>
    void MakeDurable() { }
}

/// <summary>
/// Says, on the current thread, under which cipher and for which stored fact personal values are being converted.
/// </summary>
public static class PersonalScope
{
    [ThreadStatic]
    private static IPersonalCipher? cipher;

    [ThreadStatic]
    private static FactPlace place;

    [ThreadStatic]
    private static int ordinal;

    [ThreadStatic]
    private static bool keepsErased;

    /// <summary>
    /// Runs a conversion for the fact stored at <paramref name="at"/>. A fact never carries an erased value; a snapshot
    /// folded from facts
    /// may (<paramref name="erased"/>).
    /// </summary>
    public static void Enter(IPersonalCipher by, in FactPlace at, bool erased = false) =>
        (cipher, place, ordinal, keepsErased) = (by, at, 0, erased);

    /// <summary>Leaves the scope.</summary>
    public static void Leave() => (cipher, place, ordinal, keepsErased) = (null, default, 0, false);

    internal static bool KeepsErased => keepsErased;

    internal static IPersonalCipher? Cipher => cipher;

    internal static int NextOrdinal() => ordinal++;

    internal static string PlaceOf(int field) => place.Of(field);
}

/// <summary>
/// Where sealed values stand: moved elsewhere, they do not open. Written out only where there is one, and never
/// otherwise than it was when the first was sealed.
/// </summary>
/// <param name="Version">The fact's version in its stream; 0 for the stream's snapshot.</param>
public readonly record struct FactPlace(string Tenant, string Stream, long Version)
{
    /// <summary>Of the value with this ordinal, from 0.</summary>
    public string Of(int field) =>
        Version > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Tenant}|{Stream}|{Version}#{field}")
            : string.Create(CultureInfo.InvariantCulture, $"{Tenant}|{Stream}|snapshot#{field}");
}

/// <summary>Writes a personal value sealed under its subject's key, by the scope's cipher; reads it back, or as
/// erased.</summary>
public sealed class PersonalJson : JsonConverter<Personal>
{
    public override Personal Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        string? subject = null;
        var field = -1;
        byte[]? bytes = null;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A personal value is stored as an object.");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "of")
                subject = reader.GetString();
            else if (name == "field")
                field = reader.GetInt32();
            else if (name == "sealed")
                bytes = reader.GetBytesFromBase64();
            else
                reader.Skip();
        }

        if (subject is null || bytes is null || field < 0)
            throw new JsonException("A personal value needs 'of', 'field' and 'sealed'.");
        if (bytes.Length == 0)
            return new Personal(subject, null);
        return new Personal(subject, PersonalScope.Cipher?.Open(subject, PersonalScope.PlaceOf(field), bytes));
    }

    public override void Write(Utf8JsonWriter writer, Personal value, JsonSerializerOptions options)
    {
        var cipher = PersonalScope.Cipher;
        if (cipher is null)
            throw new InvalidOperationException("A personal value can only be written inside the log's cipher scope.");
        if (value.Text is null && !PersonalScope.KeepsErased)
            throw new InvalidOperationException("An erased personal value cannot be stored again.");
        writer.WriteStartObject();
        writer.WriteString("of", value.Subject);
        var field = PersonalScope.NextOrdinal();
        writer.WriteNumber("field", field);
        writer.WriteBase64String(
            "sealed",
            value.Text is null ? [] : cipher.Seal(value.Subject, PersonalScope.PlaceOf(field), value.Text)
        );
        writer.WriteEndObject();
    }
}
