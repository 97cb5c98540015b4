using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Platform.SignIn;

/// <summary>What requests that carry secrets share: how they are read, where they come from, which cookies they
/// get.</summary>
public static class SignInForm
{
    /// <summary>The session's cookie.</summary>
    public const string SessionCookie = "lading_session";

    /// <summary>The same under TLS: a browser takes it only from us, for the whole site, over TLS.</summary>
    public const string SecureSessionCookie = "__Host-lading_session";

    /// <summary>Why none of these routes is a command.</summary>
    public const string NoCommand = "Secrets come and go here, and no answer that holds one is kept to be given again.";

    private const string DeviceCookie = "lading_device";
    private const int MaxBody = 16 * 1024;

    /// <summary>Reads a body of at most 16 KB; nothing of it is repeated in a refusal.</summary>
    public static async ValueTask<(T? Body, IResult? Problem)> Read<T>(HttpContext http, JsonTypeInfo<T> json)
        where T : class
    {
        if (!http.Request.HasJsonContentType())
            return (null, Problems.Of(HttpRefusals.NotJson(http.Request.ContentType)));
        if (!FromHere(http))
            return (null, Problems.Of(SignInRefusals.OtherOrigin()));
        var (raw, tooLarge) = await CommandCall.ReadBody(http, MaxBody);
        if (tooLarge)
            return (null, Problems.Of(HttpRefusals.TooLarge(MaxBody)));
        var (body, malformed) = StrictJson.Read(raw.Span, json, secret: true);
        return (body, malformed is null ? null : Problems.Of(malformed));
    }

    /// <summary>Where a request comes from; of IPv6 the /64, which one customer has whole.</summary>
    public static string Address(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes) + "/64";
    }

    /// <summary>
    /// A cookie alone must not let another site's page act. A browser says where a request comes from: an origin that
    /// is not ours is refused, and a change that names none must at least be marked as our own page's.
    /// </summary>
    public static bool FromHere(HttpContext http)
    {
        var origin = http.Request.Headers.Origin;
        if (origin.Count > 0)
            return origin == $"{http.Request.Scheme}://{http.Request.Host}";
        var site = http.Request.Headers["Sec-Fetch-Site"];
        return site.Count == 0 || site == "same-origin" || site == "none";
    }

    /// <summary>The value of the session's cookie, or null; two of them are none.</summary>
    public static string? SessionOf(HttpContext http)
    {
        var name = http.Request.IsHttps ? SecureSessionCookie : SessionCookie;
        var count = 0;
        foreach (var header in http.Request.Headers.Cookie)
        foreach (var part in header?.Split(';') ?? [])
            count += part.AsSpan().Trim().StartsWith(name + "=", StringComparison.Ordinal) ? 1 : 0;
        return count == 1 ? http.Request.Cookies[name] : null;
    }

    /// <summary>Gives a browser its session.</summary>
    public static void SetSession(HttpContext http, string cookie) =>
        http.Response.Cookies.Append(
            http.Request.IsHttps ? SecureSessionCookie : SessionCookie,
            cookie,
            Flags(http, Sessions.Life)
        );

    /// <summary>Takes it away.</summary>
    public static void ClearSession(HttpContext http) =>
        http.Response.Cookies.Delete(
            http.Request.IsHttps ? SecureSessionCookie : SessionCookie,
            Flags(http, TimeSpan.Zero)
        );

    /// <summary>The mark of a browser that signed in to this account before, or null.</summary>
    public static string? DeviceOf(HttpContext http, SystemSeal seal, string email)
    {
        var parts = http.Request.Cookies[DeviceCookie]?.Split('.');
        if (parts is not [{ Length: 22 } nonce, var mark] || !Base64Url.IsValid(mark))
            return null;
        var right = seal.Hash("device of " + email, nonce);
        return CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(mark), right) ? nonce : null;
    }

    /// <summary>Marks a browser as one from which this account was signed in to.</summary>
    public static void MarkDevice(HttpContext http, SystemSeal seal, string email)
    {
        if (DeviceOf(http, seal, email) is not null)
            return;
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var mark = Base64Url.EncodeToString(seal.Hash("device of " + email, nonce));
        http.Response.Cookies.Append(DeviceCookie, $"{nonce}.{mark}", Flags(http, TimeSpan.FromDays(180)));
    }

    /// <summary>A refusal with the time after which another try is worth it.</summary>
    public static IResult TooMany(HttpContext http, Refusal refusal, TimeSpan after)
    {
        http.Response.Headers.RetryAfter = ((int)after.TotalSeconds).ToString();
        return Problems.Of(refusal);
    }

    /// <summary>Too many tries: they are remembered for the throttle's window.</summary>
    public static IResult TooMany(HttpContext http, Refusal refusal) => TooMany(http, refusal, Throttle.Window);

    /// <summary>Too many sign in just now.</summary>
    public static IResult Busy(HttpContext http) => TooMany(http, SignInRefusals.Busy(), PasswordDesk.UsualPatience);

    private static CookieOptions Flags(HttpContext http, TimeSpan life) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = http.Request.IsHttps,
            Path = "/",
            MaxAge = life,
            IsEssential = true,
        };
}
