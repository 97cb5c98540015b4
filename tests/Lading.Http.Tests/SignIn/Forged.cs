using System.Security.Cryptography;
using System.Text;
using Lading.Simulators;

namespace Lading.Http.Tests.SignIn;

/// <summary>ID tokens as a forger would make them of a genuine one.</summary>
internal static class Forged
{
    public static string Headed(string token, string header) =>
        $"{OpenIdProvider.Encoded(header)}.{token[(token.IndexOf('.') + 1)..]}";

    public static string Hmac(string token, byte[] secret)
    {
        var text = $"{OpenIdProvider.Encoded("""{"alg":"HS256","kid":"1"}""")}.{token.Split('.')[1]}";
        var mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text));
        return $"{text}.{System.Buffers.Text.Base64Url.EncodeToString(mac)}";
    }

    public static string Signed(string token, RSA key, string jwk)
    {
        var text = $"{OpenIdProvider.Encoded($$"""{"alg":"RS256","kid":"1"{{jwk}}}""")}.{token.Split('.')[1]}";
        var mac = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{System.Buffers.Text.Base64Url.EncodeToString(mac)}";
    }

    public static string Jwk(RSA key)
    {
        var of = key.ExportParameters(false);
        var n = System.Buffers.Text.Base64Url.EncodeToString(of.Modulus);
        return $$""","jwk":{"kty":"RSA","kid":"1","n":"{{n}}","e":"AQAB"}""";
    }
}
