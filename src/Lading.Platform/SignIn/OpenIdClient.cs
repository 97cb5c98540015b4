using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Lading.Platform.SignIn;

/// <summary>A provider did not answer as the standard says.</summary>
/// <param name="isDown">Whether it did not answer at all: then waiting may help.</param>
public sealed class ExternalFault(string message, bool isDown = false, Exception? inner = null)
    : Exception(message, inner)
{
    public bool IsDown => isDown;
}

/// <summary>What one sign-in sent along, to be recognised by when it comes back.</summary>
/// <param name="Email">Whether the person's address is asked for too.</param>
public sealed record OpenIdQuestion(string Redirect, string Nonce, string Verifier, bool Email = false);

/// <summary>Who came back: the provider's own name for the person, and the address that it says it has
/// verified.</summary>
public sealed record OpenIdPerson(string Subject, string? Email)
{
    /// <summary>The address is personal.</summary>
    public override string ToString() => Subject;
}

/// <summary>
/// The outgoing half of signing in elsewhere: the authorization code flow of OpenID Connect with PKCE. The provider's
/// document and keys are kept for ten minutes; a token that names a key we have not seen makes us look again, at most
/// once a minute. A provider that did not answer is left alone for five seconds.
/// </summary>
public sealed class OpenIdClient : IDisposable
{
    private const int MostBytes = 256 * 1024;
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeaveAlone = TimeSpan.FromSeconds(5);
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };
    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> down = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeProvider clock;
    private readonly HttpClient http;

    private sealed record Known(OpenIdDocument Document, long At, JsonElement Keys, long KeysAt);

    /// <summary>Nothing is fetched before it is needed.</summary>
    public OpenIdClient(TimeProvider clock)
    {
        this.clock = clock;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = 16,
            MaxResponseHeadersLength = 32,
            ConnectCallback = Connect,
        };
        http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = MostBytes };
    }

    /// <summary>Where the browser is sent to sign in.</summary>
    /// <exception cref="ExternalFault">The provider cannot be asked.</exception>
    public async Task<string> Begin(
        ExternalProvider provider,
        OpenIdQuestion question,
        string state,
        CancellationToken stop
    )
    {
        var document = (await Ask(provider, stop)).Document;
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(question.Verifier)));
        var query = new (string Name, string Value)[]
        {
            ("response_type", "code"),
            ("client_id", provider.Client),
            ("redirect_uri", question.Redirect),
            ("scope", question.Email ? "openid email" : "openid"),
            ("state", state),
            ("nonce", question.Nonce),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        };
        var text = string.Join('&', query.Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}"));
        return document.Authorize + (document.Authorize.Contains('?') ? '&' : '?') + text;
    }

    /// <summary>Trades the code for who it is.</summary>
    /// <param name="issuer">Who says to have sent the browser back (RFC 9207), or null.</param>
    /// <exception cref="ExternalFault">The provider refuses, or its answer cannot be believed.</exception>
    public async Task<OpenIdPerson> Finish(
        ExternalProvider provider,
        OpenIdQuestion question,
        string code,
        string? issuer,
        CancellationToken stop
    )
    {
        var document = (await Ask(provider, stop)).Document;
        if (issuer is null ? document.NamesIssuer : issuer != provider.Issuer)
            throw new ExternalFault("The answer came from another issuer.");
        var answer = await Fetch(TokenRequest(provider, document, question, code), provider, stop);
        if (Jwt.Text(answer, "id_token") is not { } text || Jwt.Read(text) is not { } token)
            throw new ExternalFault("The provider answered no ID token.");
        var keys = await Ask(provider, stop);
        if (!IdToken.IsSigned(keys.Keys, token))
        {
            var now = await LookForKeys(provider, keys, stop);
            if (!IdToken.IsSigned(now.Keys, token))
                throw new ExternalFault("The ID token is not signed by a key of the provider.");
        }

        var subject = IdToken.Subject(token, provider, question.Nonce, clock.GetUtcNow());
        return new OpenIdPerson(subject, question.Email ? await EmailOf(provider, token, answer, subject, stop) : null);
    }

    /// <summary>The address that the provider says it has verified: in the ID token, or where it says more of a person
    /// (OpenID Connect Core 1.0, 5.3 and 5.4), to whom the answer must be about.</summary>
    private async Task<string?> EmailOf(
        ExternalProvider provider,
        JwtParts token,
        JsonElement answer,
        string subject,
        CancellationToken stop
    )
    {
        if (token.Claims.TryGetProperty("email", out _))
            return IdToken.VerifiedEmail(token.Claims);
        if ((await Ask(provider, stop)).Document.UserInfo is not { } address)
            return null;
        if (Jwt.Text(answer, "access_token") is not { Length: > 0 } access || access.Any(c => c is <= ' ' or > '~'))
            throw new ExternalFault("The provider answered no access token.");
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access);
        var said = await Fetch(request, provider, stop);
        return Jwt.Text(said, "sub") == subject
            ? IdToken.VerifiedEmail(said)
            : throw new ExternalFault("The provider spoke of another person.");
    }

    /// <summary>Forgets what is known of an issuer: it was set anew.</summary>
    public void Forget(string issuer)
    {
        known.TryRemove(issuer, out _);
        down.TryRemove(issuer, out _);
        if (HostOf(issuer) is { } host && known.Keys.All(other => HostOf(other) != host))
            hosts.TryRemove(host, out _);
    }

    private static string? HostOf(string issuer) =>
        OpenIdDocument.IsSafe(issuer) ? new Uri(issuer).IdnHost.ToLowerInvariant() : null;

    private static HttpRequestMessage TokenRequest(
        ExternalProvider provider,
        OpenIdDocument document,
        OpenIdQuestion question,
        string code
    )
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = question.Redirect,
            ["code_verifier"] = question.Verifier,
        };
        var request = new HttpRequestMessage(HttpMethod.Post, document.Token);
        if (provider.Secret.Length > 0 && document.Basic)
        {
            var pair = $"{WebUtility.UrlEncode(provider.Client)}:{WebUtility.UrlEncode(provider.Secret)}";
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        }
        else
        {
            form["client_id"] = provider.Client;
            if (provider.Secret.Length > 0)
                form["client_secret"] = provider.Secret;
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private async Task<Known> Ask(ExternalProvider provider, CancellationToken stop)
    {
        if (known.TryGetValue(provider.Issuer, out var kept) && clock.GetElapsedTime(kept.At) < Keep)
            return kept;
        if (down.TryGetValue(provider.Issuer, out var since) && clock.GetElapsedTime(since) < LeaveAlone)
            throw new ExternalFault("The provider cannot be reached.", isDown: true);
        if (HostOf(provider.Issuer) is { } host)
            hosts[host] = true;
        var address = provider.Issuer.TrimEnd('/') + "/.well-known/openid-configuration";
        try
        {
            var document = OpenIdDocument.Read(await Read(address, provider, stop), provider.Issuer);
            var keys = await Read(document.Keys, provider, stop);
            var at = clock.GetTimestamp();
            down.TryRemove(provider.Issuer, out _);
            return known[provider.Issuer] = new Known(document, at, keys, at);
        }
        catch (ExternalFault fault) when (fault.IsDown)
        {
            down[provider.Issuer] = clock.GetTimestamp();
            throw;
        }
    }

    /// <summary>The keys anew, unless they were read within the minute: tokens with made-up key names must not make
    /// us ask for each.</summary>
    private async Task<Known> LookForKeys(ExternalProvider provider, Known kept, CancellationToken stop)
    {
        if (clock.GetElapsedTime(kept.KeysAt) < LookAgain)
            return kept;
        var again = kept with { KeysAt = clock.GetTimestamp() };
        known[provider.Issuer] = again;
        return known[provider.Issuer] = again with { Keys = await Read(kept.Document.Keys, provider, stop) };
    }

    private Task<JsonElement> Read(string address, ExternalProvider provider, CancellationToken stop) =>
        Fetch(new HttpRequestMessage(HttpMethod.Get, address), provider, stop);

    private async Task<JsonElement> Fetch(HttpRequestMessage request, ExternalProvider provider, CancellationToken stop)
    {
        try
        {
            using (request)
            using (var answer = await http.SendAsync(request, stop))
            {
                if ((int)answer.StatusCode >= 500)
                    throw new ExternalFault($"The provider answered {(int)answer.StatusCode}.", isDown: true);
                if (!answer.IsSuccessStatusCode)
                    throw new ExternalFault($"The provider answered {(int)answer.StatusCode}.");
                using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(stop), Strict);
                return json.RootElement.ValueKind == JsonValueKind.Object
                    ? json.RootElement.Clone()
                    : throw new ExternalFault("The provider did not answer a JSON object.");
            }
        }
        catch (JsonException bad)
        {
            throw new ExternalFault("The provider did not answer JSON.", inner: bad);
        }
        catch (HttpRequestException large) when (large.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new ExternalFault($"The provider answered more than {MostBytes / 1024} KB.", inner: large);
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            throw new ExternalFault($"{provider.Name} cannot be reached.", isDown: true, gone);
        }
    }

    /// <summary>
    /// Connects to the address that was checked. The issuer may be inside, for the operator named it; whom its document
    /// names beside itself may not, or a provider could make us knock at doors of this network.
    /// </summary>
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext at, CancellationToken stop)
    {
        var found = await Dns.GetHostAddressesAsync(at.DnsEndPoint.Host, stop);
        var fit = hosts.ContainsKey(at.DnsEndPoint.Host) ? found : [.. found.Where(PublicAddress.Is)];
        if (fit.Length == 0)
            throw new HttpRequestException("There is no public address of this name.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(fit, at.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => http.Dispose();
}
