using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Lading.Server;

/// <summary>How the server is reached.</summary>
/// <param name="Certificate">A PEM file: the certificate, then its chain; null: no TLS.</param>
/// <param name="CertificateKey">The PEM file of its private key.</param>
/// <param name="Origins">Pages of other sites that may call the API with a key or token; never with a cookie.</param>
public sealed record Transport(
    string? Certificate = null,
    string? CertificateKey = null,
    IReadOnlyList<string>? Origins = null
);

/// <summary>The certificate cannot be used, with the remedy.</summary>
public sealed class CertificateFault(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A certificate in two PEM files. When they change they are read again, so a renewed certificate serves the next
/// connection without a restart; one that cannot be read leaves the one before in force.
/// </summary>
public sealed class CertificateFiles(string certificate, string key, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private SslStreamCertificateContext? current;
    private (DateTime, DateTime) written;
    private long lookedAt;

    /// <summary>The certificate in force.</summary>
    /// <exception cref="CertificateFault">There is none that can be read.</exception>
    public SslStreamCertificateContext Current()
    {
        lock (gate)
        {
            if (current is not null && clock.GetElapsedTime(lookedAt) < Look)
                return current;
            lookedAt = clock.GetTimestamp();
            var now = (File.GetLastWriteTimeUtc(certificate), File.GetLastWriteTimeUtc(key));
            if (current is null || now != written)
                TryRead(now);
            return current!;
        }
    }

    /// <summary>Kestrel's TLS: 1.2 and 1.3, HTTP/2 and HTTP/1.1.</summary>
    public void Use(ListenOptions listen) =>
        listen.UseHttps(
            new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = TimeSpan.FromSeconds(10),
                OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = Current(),
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                    }
                ),
            }
        );

    private void TryRead((DateTime, DateTime) now)
    {
        try
        {
            using var leaf = X509Certificate2.CreateFromPemFile(certificate, key);
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(certificate);
            all.RemoveAt(0);
            // A key that lives in memory alone cannot be used by every platform's TLS; one from PKCS #12 can.
            var whole = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
            (current, written) = (SslStreamCertificateContext.Create(whole, all, offline: true), now);
        }
        catch (Exception unreadable)
            when (unreadable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            if (current is null)
                throw new CertificateFault(
                    $"The certificate {certificate} with the key {key} cannot be used: {unreadable.Message} "
                        + "Name two PEM files that belong together with --cert and --cert-key.",
                    unreadable
                );
        }
    }
}

/// <summary>
/// What every answer carries for the browser, and what no request may carry twice: a header that decides who calls or
/// what is meant has one value, or two readers could each believe another.
/// </summary>
public static class EdgeHeaders
{
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; "
        + "base-uri 'none'; form-action 'self'; object-src 'none'";

    private static readonly string[] Single =
    [
        "Authorization",
        "Idempotency-Key",
        "If-Match",
        "Content-Type",
        "Origin",
        "Lading-Tenant",
        "Lading-At-Least",
        "Lading-Correlation",
        "Last-Event-ID",
    ];

    /// <summary>Runs the middleware.</summary>
    public static Task Invoke(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (http.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        if (http.Request.Path.StartsWithSegments("/api"))
            headers.CacheControl = "no-store";
        foreach (var name in Single)
            if (http.Request.Headers.TryGetValue(name, out var values) && values.Count > 1)
                return Problems.Of(EdgeRefusals.TwiceTheHeader(name)).ExecuteAsync(http);
        return next(http);
    }
}

/// <summary>Refusals before anything is looked at.</summary>
public static class EdgeRefusals
{
    public static Refusal TwiceTheHeader(string name) =>
        new(
            "request.header-twice",
            RefusalKind.Invalid,
            "A header that may come once came twice.",
            name,
            null,
            "Send it once."
        );
}
