using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Lading.Platform.SignIn;

/// <summary>
/// When an ID token is believed (OpenID Connect Core 1.0, 3.1.3.7): signed by a key that the provider publishes, with
/// RS256 or ES256, for us and nobody else, in answer to this very question, and in force.
/// </summary>
public static class IdToken
{
    /// <summary>How old it may be: it was made while we waited.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromMinutes(10);

    private const int MostKeys = 100;

    /// <summary>What it may be signed with.</summary>
    public static readonly string[] Algorithms = ["RS256", "ES256"];

    /// <summary>Whether a published key signed it. What the token's own header says of keys beyond a name is not
    /// read.</summary>
    public static bool IsSigned(JsonElement keys, JwtParts token)
    {
        var algorithm = Jwt.Text(token.Header, "alg");
        if (!Algorithms.Contains(algorithm) || token.Header.TryGetProperty("crit", out _))
            return false;
        if (Jwt.Text(token.Header, "typ") is { } type && !type.Equals("JWT", StringComparison.OrdinalIgnoreCase))
            return false;
        if (!keys.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            return false;
        var kid = Jwt.Text(token.Header, "kid");
        var fit = list.EnumerateArray()
            .Take(MostKeys)
            .Where(k => k.ValueKind == JsonValueKind.Object && IsFor(k, algorithm!))
            .Where(k => kid is null || Jwt.Text(k, "kid") == kid)
            .ToList();
        // Without a name there must be no choice (3.1.3.7 by way of 10.1).
        return fit.Count > 0 && (kid is not null || fit.Count == 1) && fit.Any(k => Verifies(k, token));
    }

    /// <summary>The provider's own name for the person.</summary>
    /// <exception cref="ExternalFault">It is not for us, not an answer to this question, or not in force.</exception>
    public static string Subject(JwtParts token, ExternalProvider provider, string nonce, DateTimeOffset now)
    {
        var claims = token.Claims;
        if (Jwt.Text(claims, "iss") != provider.Issuer)
            throw new ExternalFault("The ID token is another issuer's.");
        if (!IsForUs(claims, provider.Client))
            throw new ExternalFault("The ID token is for somebody else.");
        if (Jwt.Time(claims, "iat") is not { } made || made + Oldest + Jwt.Skew < now || !Jwt.InForce(claims, now))
            throw new ExternalFault("The ID token is not in force; do the clocks agree?");
        if (Jwt.Text(claims, "nonce") != nonce)
            throw new ExternalFault("The ID token answers another question.");
        return Jwt.Text(claims, "sub") is { Length: > 0 and <= 255 } subject
            ? subject
            : throw new ExternalFault("The ID token names nobody.");
    }

    /// <summary>The address, when the provider says itself that it is the person's: nothing else but
    /// <c>true</c> says so.</summary>
    public static string? VerifiedEmail(JsonElement claims) =>
        claims.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True
            ? Jwt.Text(claims, "email")
            : null;

    /// <summary>For us alone: we know no other audience that we would trust with the same token.</summary>
    private static bool IsForUs(JsonElement claims, string client)
    {
        if (!claims.TryGetProperty("aud", out var audience))
            return false;
        if (claims.TryGetProperty("azp", out _) && Jwt.Text(claims, "azp") != client)
            return false;
        if (audience.ValueKind == JsonValueKind.Array && audience.GetArrayLength() == 1)
            audience = audience[0];
        return audience.ValueKind == JsonValueKind.String && audience.GetString() == client;
    }

    /// <summary>The key's own kind decides; the token's word for its algorithm must agree.</summary>
    private static bool IsFor(JsonElement key, string algorithm) =>
        Jwt.Text(key, "use") is null or "sig"
        && (Jwt.Text(key, "alg") is not { } alg || alg == algorithm)
        && (Jwt.Text(key, "kty"), algorithm, Jwt.Text(key, "crv")) is ("RSA", "RS256", _) or ("EC", "ES256", "P-256");

    private static bool Verifies(JsonElement key, JwtParts token)
    {
        try
        {
            if (Jwt.Text(key, "kty") == "RSA")
            {
                using var rsa = RSA.Create();
                rsa.ImportParameters(
                    new RSAParameters { Modulus = Part(key, "n", 1024), Exponent = Part(key, "e", 8) }
                );
                return rsa.KeySize >= 2048
                    && rsa.VerifyData(
                        token.Signed,
                        token.Signature,
                        HashAlgorithmName.SHA256,
                        RSASignaturePadding.Pkcs1
                    );
            }

            using var ec = ECDsa.Create(
                new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = Part(key, "x", 32), Y = Part(key, "y", 32) },
                }
            );
            return ec.VerifyData(token.Signed, token.Signature, HashAlgorithmName.SHA256);
        }
        catch (Exception bad) when (bad is CryptographicException or FormatException)
        {
            return false;
        }
    }

    private static byte[] Part(JsonElement key, string name, int most)
    {
        var bytes = Base64Url.DecodeFromChars(Jwt.Text(key, name) ?? "");
        return bytes.Length > 0 && bytes.Length <= most ? bytes : throw new FormatException(name);
    }
}
