using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Lading.Server;
using Microsoft.Extensions.Configuration;

namespace Lading.Http.Tests;

/// <summary>What is sent compressed, and to whom the metrics are told.</summary>
public class ServingTests(House house)
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_large_answer_is_compressed_for_who_asks_and_is_the_same(string encoding)
    {
        var company = await house.NewCompany();
        for (var i = 0; i < 20; i++)
            await company.Place(1);
        using var plain = await Send(company, null);
        plain.Content.Headers.ContentEncoding.ShouldBeEmpty();
        var said = await plain.Content.ReadAsByteArrayAsync(Stop);

        using var packed = await Send(company, encoding);
        packed.Content.Headers.ContentEncoding.ShouldBe([encoding]);
        packed.Headers.Vary.ShouldContain("Accept-Encoding");
        var bytes = await packed.Content.ReadAsByteArrayAsync(Stop);
        bytes.Length.ShouldBeLessThan(said.Length / 2);
        Unpack(bytes, encoding).ShouldBe(said);
    }

    [Fact]
    public async Task A_stream_of_events_is_never_compressed()
    {
        var company = await house.NewCompany();
        using var stream = await Send(company, "gzip", "text/event-stream");
        stream.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        stream.Content.Headers.ContentEncoding.ShouldBeEmpty();
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Stop));
        (await lines.ReadLineAsync(Stop)).ShouldBe(": 0");
    }

    /// <summary>The folder a program is started in often holds its data: watching it costs an event for each
    /// write.</summary>
    [Fact]
    public async Task No_folder_is_watched_for_settings()
    {
        await using var app = WebServer.Build(house.Host, "http://127.0.0.1:0");
        app.Environment.ContentRootPath.TrimEnd('/').ShouldBe(AppContext.BaseDirectory.TrimEnd('/'));
        var files = ((IConfigurationRoot)app.Configuration).Providers.OfType<FileConfigurationProvider>().ToList();
        files.ShouldNotBeEmpty("else this tests nothing");
        files.ShouldAllBe(f => !f.Source.ReloadOnChange);
    }

    [Fact]
    public async Task Metrics_are_told_to_this_machine_and_to_nobody_else()
    {
        var company = await house.NewCompany();
        var outside = NetworkInterface
            .GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));
        Assert.SkipWhen(outside is null, "This machine has no address but its own loopback.");
        await using var server = await WebServer.Start(house.Host, "http://0.0.0.0:0");
        var port = new Uri(server.Address).Port;
        using var http = new HttpClient();

        var near = await http.GetStringAsync($"http://127.0.0.1:{port}/metrics", Stop);
        near.ShouldContain($"lading_log_position{{tenant=\"{company.Tenant.Slug}\"}} {company.Log.Head}\n");
        using var far = await http.GetAsync($"http://{outside}:{port}/metrics", Stop);
        far.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await far.Content.ReadAsStringAsync(Stop)).ShouldNotContain("lading_");
        (await http.GetStringAsync($"http://{outside}:{port}/health/live", Stop)).ShouldBe("alive");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static byte[] Unpack(byte[] bytes, string encoding)
    {
        using var packed = new MemoryStream(bytes);
        using Stream stream =
            encoding == "br"
                ? new BrotliStream(packed, CompressionMode.Decompress)
                : new GZipStream(packed, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }

    private async Task<HttpResponseMessage> Send(Company company, string? encoding, string accept = "application/json")
    {
        var http = new HttpClient { BaseAddress = new Uri(house.Server.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events?after=0&limit=20");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", company.Key);
        request.Headers.Accept.ParseAdd(accept);
        if (encoding is not null)
            request.Headers.AcceptEncoding.ParseAdd(encoding);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }
}
