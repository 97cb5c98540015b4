using System.Text.Json;

namespace Lading.Platform.SignIn;

/// <summary>What a provider says about itself (OpenID Connect Discovery 1.0), as far as it is needed.</summary>
/// <param name="Authorize">Where a browser goes to sign in.</param>
/// <param name="Token">Where a code is traded.</param>
/// <param name="Keys">Where its keys are.</param>
/// <param name="UserInfo">Where more is said of a person, or null.</param>
/// <param name="Basic">Whether the secret goes in the Authorization header, else in the form.</param>
/// <param name="NamesIssuer">Whether it names itself when it sends a browser back (RFC 9207).</param>
public sealed record OpenIdDocument(
    string Authorize,
    string Token,
    string Keys,
    string? UserInfo,
    bool Basic,
    bool NamesIssuer
)
{
    /// <summary>Reads it; what we cannot work with is said at once.</summary>
    /// <exception cref="ExternalFault">It is another issuer's, or lacks something.</exception>
    public static OpenIdDocument Read(JsonElement json, string issuer)
    {
        if (Jwt.Text(json, "issuer") != issuer)
            throw new ExternalFault("The provider's document names another issuer.");
        var ways = List(json, "token_endpoint_auth_methods_supported", ["client_secret_basic"]);
        if (!ways.Intersect(["client_secret_basic", "client_secret_post", "none"]).Any())
            throw new ExternalFault("The provider takes no client secret.");
        if (!List(json, "id_token_signing_alg_values_supported", ["RS256"]).Intersect(IdToken.Algorithms).Any())
            throw new ExternalFault("The provider signs with neither RS256 nor ES256.");
        if (!List(json, "code_challenge_methods_supported", ["S256"]).Contains("S256"))
            throw new ExternalFault("The provider does not take PKCE with S256.");
        return new OpenIdDocument(
            Address(json, "authorization_endpoint", issuer),
            Address(json, "token_endpoint", issuer),
            Address(json, "jwks_uri", issuer),
            json.TryGetProperty("userinfo_endpoint", out _) ? Address(json, "userinfo_endpoint", issuer) : null,
            ways.Contains("client_secret_basic") || !ways.Contains("client_secret_post"),
            json.TryGetProperty("authorization_response_iss_parameter_supported", out var names)
                && names.ValueKind == JsonValueKind.True
        );
    }

    /// <summary>Whether an address is over TLS, or on this machine, and nothing is hidden in it.</summary>
    public static bool IsSafe(string address) =>
        address.Length <= 500
        && Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        && uri.UserInfo.Length == 0
        && uri.Fragment.Length == 0;

    /// <summary>An address of the document: over TLS, unless the issuer itself is on this machine.</summary>
    private static string Address(JsonElement json, string name, string issuer) =>
        Jwt.Text(json, name) is { } text
        && IsSafe(text)
        && (text.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || new Uri(issuer).IsLoopback)
            ? text
            : throw new ExternalFault($"The provider's document has no {name} over https.");

    private static string[] List(JsonElement json, string name, string[] otherwise) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)]
            : otherwise;
}
