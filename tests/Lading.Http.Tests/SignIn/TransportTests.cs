using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lading.Platform.SignIn;
using Lading.Server;

namespace Lading.Http.Tests.SignIn;

/// <summary>TLS with a renewed certificate, and what every answer tells a browser.</summary>
[Collection(SigningIn.Name)]
public sealed class TransportTests(SignInHouse house) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lading-tls").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_renewed_certificate_serves_the_next_connection_without_a_restart()
    {
        var (cert, key) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        var first = Write(cert, key);
        await using var server = await WebServer.Start(
            house.Host,
            "https://127.0.0.1:0",
            transport: new Transport(cert, key, ["https://shop.example"])
        );
        (await Served(server)).ShouldBe(first);
        var second = Write(cert, key);
        house.Clock.Advance(TimeSpan.FromSeconds(3));
        (await Served(server)).ShouldBe(second);
        await File.WriteAllTextAsync(cert, "not a certificate", TestContext.Current.CancellationToken);
        house.Clock.Advance(TimeSpan.FromSeconds(3));
        (await Served(server)).ShouldBe(second, "one that cannot be read leaves the one before in force");
    }

    [Fact]
    public async Task Under_TLS_the_session_is_a_host_cookie_and_the_browser_is_told_to_stay()
    {
        var (cert, key) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        Write(cert, key);
        await using var server = await WebServer.Start(
            house.Host,
            "https://127.0.0.1:0",
            transport: new Transport(cert, key)
        );
        var tenant = house.NewTenant();
        using var http = Client(server, (_, _, _, _) => true);
        using var answer = await http.GetAsync(
            LocalLinks.Offer(house.Host.Accounts, tenant.Id),
            TestContext.Current.CancellationToken
        );
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldStartWith(SignInForm.SecureSessionCookie + "=");
        foreach (var flag in (string[])["secure", "httponly", "samesite=strict", "path=/"])
            cookie.ShouldContain(flag);
        cookie.ShouldNotContain("domain");
        answer.Headers.GetValues("Strict-Transport-Security").Single().ShouldBe("max-age=31536000");
    }

    [Fact]
    public async Task Under_TLS_no_answer_is_compressed_so_that_its_length_tells_nothing_of_its_secrets()
    {
        var (cert, key) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        Write(cert, key);
        await using var server = await WebServer.Start(
            house.Host,
            "https://127.0.0.1:0",
            transport: new Transport(cert, key)
        );
        using var http = Client(server, (_, _, _, _) => true);
        http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br, gzip");
        using var answer = await http.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
        using var open = new HttpClient { BaseAddress = new Uri(house.Server.Address) };
        open.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br, gzip");
        using var packed = await open.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        packed.Content.Headers.ContentEncoding.ShouldBe(["br"]);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_is_said_before_anything_is_served()
    {
        var bad = Path.Combine(folder, "bad.pem");
        await File.WriteAllTextAsync(bad, "x", TestContext.Current.CancellationToken);
        (
            await Should.ThrowAsync<CertificateFault>(() =>
                WebServer.Start(house.Host, "https://127.0.0.1:0", transport: new Transport(bad))
            )
        ).Message.ShouldContain("--cert");
        await Should.ThrowAsync<CertificateFault>(() => WebServer.Start(house.Host, "https://127.0.0.1:0"));
    }

    [Fact]
    public async Task Every_answer_of_the_API_forbids_framing_sniffing_and_keeping()
    {
        var reply = await new Browser(house).Get("/session");
        reply.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        reply.Headers.GetValues("X-Frame-Options").Single().ShouldBe("DENY");
        reply.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
        reply.Headers.CacheControl!.NoStore.ShouldBeTrue();
        reply.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task A_page_of_a_site_that_is_not_on_the_list_gets_no_leave_to_read()
    {
        await using var server = await WebServer.Start(
            house.Host,
            "http://127.0.0.1:0",
            transport: new Transport(Origins: ["https://shop.example"])
        );
        (await Preflight(server, "https://shop.example")).ShouldBe("https://shop.example");
        (await Preflight(server, "https://evil.example")).ShouldBeNull();
        (await Preflight(server, "https://shop.example.evil.example")).ShouldBeNull();
        (await Preflight(server, "null")).ShouldBeNull();
    }

    [Theory]
    [InlineData("Authorization", "Bearer a", "Bearer b")]
    [InlineData("Idempotency-Key", "a", "b")]
    [InlineData("Lading-Tenant", "a", "b")]
    public async Task A_header_that_decides_is_refused_when_it_comes_twice(string name, string one, string other)
    {
        var at = new Uri(house.Address);
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync("127.0.0.1", at.Port, TestContext.Current.CancellationToken);
        var request =
            $"GET /api/v1/session HTTP/1.1\r\nHost: {at.Authority}\r\n{name}: {one}\r\n{name}: {other}\r\n"
            + "Connection: close\r\n\r\n";
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(tcp.GetStream());
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        answer.ShouldStartWith("HTTP/1.1 400");
        answer.ShouldContain("request.header-twice");
    }

    [Fact]
    public async Task Two_cookies_of_one_name_are_no_session_and_headers_have_an_end()
    {
        var (_, browser, _) = await house.NewOwner();
        var cookie = browser.Cookies.GetAllCookies().Single(c => c.Name == "lading_session").Value;
        var both = $"lading_session={cookie}; lading_session={cookie}";
        (await new Browser(house).Send(HttpMethod.Get, "/session", null, ("Cookie", both))).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
        var long1 = new string('x', 20_000);
        (await new Browser(house).Send(HttpMethod.Get, "/session", null, ("X-Long", long1))).Status.ShouldBe(
            HttpStatusCode.RequestHeaderFieldsTooLarge
        );
    }

    private string Write(string cert, string key)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", pair, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        File.WriteAllText(cert, made.ExportCertificatePem());
        File.WriteAllText(key, pair.ExportPkcs8PrivateKeyPem());
        File.SetLastWriteTimeUtc(cert, DateTime.UnixEpoch.AddSeconds(++written));
        return made.Thumbprint;
    }

    private int written;

    private static async Task<string> Served(WebServer server)
    {
        string? seen = null;
        using var http = Client(
            server,
            (_, certificate, _, _) =>
            {
                seen = certificate!.Thumbprint;
                return true;
            }
        );
        (await http.GetStringAsync("/health/live", TestContext.Current.CancellationToken)).ShouldBe("alive");
        return seen!;
    }

    private static HttpClient Client(
        WebServer server,
        Func<HttpRequestMessage, X509Certificate2?, X509Chain?, System.Net.Security.SslPolicyErrors, bool> trust
    ) =>
        new(new HttpClientHandler { ServerCertificateCustomValidationCallback = trust, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(server.Address),
        };

    private static async Task<string?> Preflight(WebServer server, string origin)
    {
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/orders");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null;
    }
}
