using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lading.Simulators;

/// <summary>
/// A small OpenID provider, true to the standard where a client can tell: discovery, keys, the authorization code flow
/// with PKCE (S256), client authentication by Basic or form, registered redirect addresses, codes that work once.
/// Whoever is set as <see cref="Person"/> is signed in there already and agrees. What it sends can be spoilt.
/// </summary>
public sealed class OpenIdProvider : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, Asked> codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> access = new(StringComparer.Ordinal);
    private RSA key = RSA.Create(2048);
    private int keyId = 1;

    private sealed record Asked(string Redirect, string? Nonce, string Challenge, string Person, bool Email);

    private OpenIdProvider(WebApplication app, TimeProvider clock) => (this.app, this.clock) = (app, clock);

    /// <summary>Its address, and its name in tokens.</summary>
    public string Issuer => app.Urls.First();

    /// <summary>The client it knows.</summary>
    public (string Id, string Secret) Client { get; } = ("lading", "a secret: of the + simulator");

    /// <summary>Who is signed in at the provider.</summary>
    public string Person { get; set; } = "248289761001";

    /// <summary>Their address, told to who asks for it.</summary>
    public string Email { get; set; } = "person@provider.example";

    /// <summary>Whether it told them apart from who only says so: <c>true</c>, or anything else.</summary>
    public JsonNode? EmailVerified { get; set; } = true;

    /// <summary>Whether the address stands in the ID token; else only where more is said of a person.</summary>
    public bool EmailInToken { get; set; } = true;

    /// <summary>Changes what more is said of a person.</summary>
    public Action<JsonObject>? SpoilUserInfo { get; set; }

    /// <summary>Where it sends browsers back to; null: wherever they ask.</summary>
    public Predicate<Uri>? Registered { get; set; }

    /// <summary>Changes the document before it is sent.</summary>
    public Action<JsonObject>? SpoilDocument { get; set; }

    /// <summary>Changes the claims before they are signed.</summary>
    public Action<JsonObject>? Spoil { get; set; }

    /// <summary>Changes the signed token.</summary>
    public Func<string, string>? SpoilToken { get; set; }

    /// <summary>Answers in place of everything else.</summary>
    public Func<IResult>? Instead { get; set; }

    /// <summary>How often its keys were read.</summary>
    public int KeysRead { get; private set; }

    /// <summary>The public key as RFC 7517 and as PEM would have it.</summary>
    public string PublicPem => key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Starts one on a free port.</summary>
    public static async Task<OpenIdProvider> Start(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new OpenIdProvider(app, clock);
        app.Use((http, next) => provider.Instead is { } instead ? instead().ExecuteAsync(http) : next(http));
        app.MapGet("/.well-known/openid-configuration", provider.Document);
        app.MapGet("/keys", provider.Keys);
        app.MapGet("/authorize", provider.Authorize);
        app.MapPost("/token", (Delegate)provider.Token);
        app.MapGet("/userinfo", provider.UserInfo);
        await app.StartAsync();
        return provider;
    }

    /// <summary>Signs with a new key from now on; the old one is no longer published.</summary>
    public void Rotate()
    {
        key.Dispose();
        (key, keyId) = (RSA.Create(2048), keyId + 1);
    }

    /// <summary>A token of these claims, signed with its key.</summary>
    public string Sign(JsonObject claims)
    {
        var header = $$"""{"alg":"RS256","kid":"{{keyId}}","typ":"JWT"}""";
        var text = $"{Encoded(header)}.{Encoded(claims.ToJsonString())}";
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(text),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Text as a token carries it.</summary>
    public static string Encoded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private IResult Document()
    {
        var document = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/keys",
            ["userinfo_endpoint"] = $"{Issuer}/userinfo",
            ["response_types_supported"] = new JsonArray("code"),
            ["subject_types_supported"] = new JsonArray("public"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
        };
        SpoilDocument?.Invoke(document);
        return Json(document);
    }

    private IResult Keys()
    {
        KeysRead++;
        var publicKey = key.ExportParameters(false);
        var published = new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["alg"] = "RS256",
            ["kid"] = keyId.ToString(),
            ["n"] = Base64Url.EncodeToString(publicKey.Modulus),
            ["e"] = Base64Url.EncodeToString(publicKey.Exponent),
        };
        return Json(new JsonObject { ["keys"] = new JsonArray(published) });
    }

    private IResult Authorize(HttpContext http)
    {
        var query = http.Request.Query;
        if (
            query["client_id"] != Client.Id
            || !Uri.TryCreate(query["redirect_uri"], UriKind.Absolute, out var back)
            || Registered?.Invoke(back) is false
        )
            return Results.BadRequest();
        var state = $"state={Uri.EscapeDataString(query["state"].ToString())}";
        if (
            query["response_type"] != "code"
            || !query["scope"].ToString().Split(' ').Contains("openid")
            || query["code_challenge_method"] != "S256"
        )
            return Results.Redirect($"{back}?error=invalid_request&{state}");
        if (Person.Length == 0)
            return Results.Redirect($"{back}?error=access_denied&{state}");
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var email = query["scope"].ToString().Split(' ').Contains("email");
        codes[code] = new Asked(back.ToString(), query["nonce"], query["code_challenge"].ToString(), Person, email);
        return Results.Redirect($"{back}?code={code}&{state}&iss={Uri.EscapeDataString(Issuer)}");
    }

    private async Task<IResult> Token(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!Knows(http.Request.Headers.Authorization.ToString(), form))
            return Json(new JsonObject { ["error"] = "invalid_client" }, StatusCodes.Status401Unauthorized);
        var verifier = SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()));
        if (
            form["grant_type"] != "authorization_code"
            || !codes.TryRemove(form["code"].ToString(), out var asked)
            || form["redirect_uri"] != asked.Redirect
            || asked.Challenge != Base64Url.EncodeToString(verifier)
        )
            return Json(new JsonObject { ["error"] = "invalid_grant" }, StatusCodes.Status400BadRequest);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = asked.Person,
            ["aud"] = Client.Id,
            ["iat"] = now,
            ["exp"] = now + 300,
            ["nonce"] = asked.Nonce,
        };
        if (asked.Email && EmailInToken)
            AddEmail(claims);
        Spoil?.Invoke(claims);
        var opens = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        if (asked.Email)
            access[opens] = asked.Person;
        var token = Sign(claims);
        return Json(
            new JsonObject
            {
                ["access_token"] = opens,
                ["token_type"] = "Bearer",
                ["id_token"] = SpoilToken?.Invoke(token) ?? token,
            }
        );
    }

    /// <summary>OpenID Connect Core 1.0, 5.3.</summary>
    private IResult UserInfo(HttpContext http)
    {
        var bearer = http.Request.Headers.Authorization.ToString();
        if (!bearer.StartsWith("Bearer ", StringComparison.Ordinal) || !access.TryGetValue(bearer[7..], out var person))
            return Results.Unauthorized();
        var said = new JsonObject { ["sub"] = person };
        AddEmail(said);
        SpoilUserInfo?.Invoke(said);
        return Json(said);
    }

    private void AddEmail(JsonObject claims) =>
        (claims["email"], claims["email_verified"]) = (Email, EmailVerified?.DeepClone());

    /// <summary>RFC 6749, 2.3.1: by Basic, both parts form-encoded, or in the form; never both.</summary>
    private bool Knows(string authorization, IFormCollection form)
    {
        if (authorization.Length == 0)
            return form["client_id"] == Client.Id && form["client_secret"] == Client.Secret;
        if (!authorization.StartsWith("Basic ", StringComparison.Ordinal) || form.ContainsKey("client_secret"))
            return false;
        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(authorization[6..])).Split(':');
        return pair.Length == 2
            && WebUtility.UrlDecode(pair[0]) == Client.Id
            && WebUtility.UrlDecode(pair[1]) == Client.Secret;
    }

    private static IResult Json(JsonObject json, int status = StatusCodes.Status200OK) =>
        Results.Text(json.ToJsonString(), "application/json", statusCode: status);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }
}
