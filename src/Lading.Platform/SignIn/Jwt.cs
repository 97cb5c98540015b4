using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Lading.Platform.SignIn;

/// <summary>A signed token that was read but not yet believed.</summary>
public sealed record JwtParts(JsonElement Header, JsonElement Claims, byte[] Signed, byte[] Signature);

/// <summary>
/// JSON web tokens (RFC 7519) as far as they are needed, and no further: compact form, a signature, no encryption, no
/// keys named by the token itself. Whoever reads one says which algorithm and which key; the token's own header only
/// has to agree.
/// </summary>
public static class Jwt
{
    /// <summary>How far clocks may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private const int Longest = 8 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Takes a token apart; null when it is none.</summary>
    public static JwtParts? Read(string token)
    {
        var parts = token.Length > Longest ? [] : token.Split('.');
        if (parts.Length != 3 || parts.Any(p => p.Length == 0 || !Base64Url.IsValid(p)))
            return null;
        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]), Strict);
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]), Strict);
            if (
                header.RootElement.ValueKind != JsonValueKind.Object
                || claims.RootElement.ValueKind != JsonValueKind.Object
            )
                return null;
            return new JwtParts(
                header.RootElement.Clone(),
                claims.RootElement.Clone(),
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                Base64Url.DecodeFromChars(parts[2])
            );
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Signs with ES256.</summary>
    public static string Sign(ECDsa key, string header, string claims)
    {
        var signed = $"{Encoded(header)}.{Encoded(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>A text member, or null.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A time member in whole seconds, or null.</summary>
    public static DateTimeOffset? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds)
        && seconds is > 0 and < 1e11
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;

    /// <summary>Whether it is in force: an end is required, a beginning is honoured, clocks may differ by
    /// the skew.</summary>
    public static bool InForce(JsonElement claims, DateTimeOffset now) =>
        Time(claims, "exp") is { } end
        && now - Skew < end
        && (!claims.TryGetProperty("nbf", out _) || (Time(claims, "nbf") is { } from && now + Skew >= from))
        && (!claims.TryGetProperty("iat", out _) || (Time(claims, "iat") is { } made && now + Skew >= made));

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
