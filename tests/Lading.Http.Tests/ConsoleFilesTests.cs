using System.Net;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Http.Tests;

/// <summary>How the built console is served, on a folder that stands for a build.</summary>
public sealed class ConsoleFilesTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("lading-console").FullName;
    private readonly string data = Directory.CreateTempSubdirectory("lading-console-data").FullName;
    private LadingHost host = null!;
    private WebServer server = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        host = LadingHost.Open(new HostOptions { Data = data });
        server = await WebServer.Start(host, "http://127.0.0.1:0", Dist);
        http = new HttpClient { BaseAddress = new Uri(server.Address) };
    }

    private string Dist => Path.Combine(folder, "dist");

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
        await host.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        Directory.Delete(data, recursive: true);
    }

    private void Build()
    {
        Directory.CreateDirectory(Path.Combine(Dist, "assets"));
        File.WriteAllText(Path.Combine(Dist, "index.html"), "<title>The console</title>");
        File.WriteAllText(Path.Combine(Dist, "assets", "main-1.js"), "let whole = 1;");
        File.WriteAllText(Path.Combine(Dist, "assets", "main-1.js.gz"), "as compressed");
        File.WriteAllText(Path.Combine(folder, "secret.json"), "{}");
    }

    [Fact]
    public async Task The_small_page_stands_in_until_the_console_is_built_and_says_so()
    {
        (await Text("/building")).ShouldBe("none");
        (await Text("/")).ShouldContain("page.js");
        Directory.CreateDirectory(Dist + ".new");
        (await Text("/building")).ShouldBe("building");
        Build();
        (await Text("/building")).ShouldBe("ready");
        (await Text("/")).ShouldContain("The console");
    }

    [Fact]
    public async Task Every_address_of_a_page_is_the_console_and_no_address_of_the_api_is()
    {
        Build();
        (await Page("/orders/SO.1")).ShouldContain("The console");
        var api = await Ask("/api/v1/nothing", "text/html");
        api.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        api.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await Ask("/assets/gone.js", "*/*")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nothing_but_its_own_code_runs_in_the_console()
    {
        Build();
        var answer = await Ask("/", "text/html");
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'self'");
        answer.Headers.CacheControl!.NoCache.ShouldBeTrue();
    }

    [Fact]
    public async Task A_named_file_is_kept_for_ever_and_sent_as_its_build_compressed_it()
    {
        Build();
        var answer = await Ask("/assets/main-1.js", "*/*", "gzip");
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("as compressed");
        answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
        (await Text("/assets/main-1.js")).ShouldBe("let whole = 1;");
    }

    [Theory]
    [InlineData("/../secret.json")]
    [InlineData("/assets/../../secret.json")]
    [InlineData("/assets/%2e%2e/%2e%2e/secret.json")]
    [InlineData("/assets/..%2f..%2fsecret.json")]
    public async Task Nothing_outside_the_folder_is_served(string path)
    {
        Build();
        using var socket = new System.Net.Sockets.TcpClient();
        var address = new Uri(server.Address);
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes(
                $"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n\r\n"
            ),
            TestContext.Current.CancellationToken
        );
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        answer.ShouldNotContain("200 OK");
    }

    private Task<HttpResponseMessage> Ask(string path, string accept, string? coding = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", accept);
        if (coding is not null)
            request.Headers.Add("Accept-Encoding", coding);
        return http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<string> Page(string path) =>
        await (await Ask(path, "text/html")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private Task<string> Text(string path) => http.GetStringAsync(path, TestContext.Current.CancellationToken);
}
