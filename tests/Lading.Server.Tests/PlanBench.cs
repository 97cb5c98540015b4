using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Lading.Server.Tests;

/// <summary>The real host in this process; the work is done by the built program as its child.</summary>
public sealed class PlanBench : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private int tenants;
    private LadingHost host = null!;
    private WebServer server = null!;

    public string Address => server.Address;

    public ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("LADING_SPEC_SECRET", "not for children");
        host = LadingHost.Open(new HostOptions { Data = folder.Path });
        return Start();
    }

    private async ValueTask Start() => server = await WebServer.Start(host, "http://127.0.0.1:0");

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await host.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A key of a tenant of its own.</summary>
    public string NewKey(params string[] scopes)
    {
        var tenant = host.Tenants.Create($"bench{Interlocked.Increment(ref tenants)}", "A company")!;
        return host.Keys.Issue(tenant.Id, "spec", scopes, null, null).Secret;
    }

    public Task<BenchRun> Routes(string key, string text, string query = "") =>
        BenchRun.Start(Address, key, "routes", Encoding.UTF8.GetBytes(text), query);

    public Task<BenchRun> Routes(string key, byte[] file) => BenchRun.Start(Address, key, "routes", file, "");

    public Task<BenchRun> Forecasts(string key, string text, string query = "") =>
        BenchRun.Start(Address, key, "forecasts", Encoding.UTF8.GetBytes(text), query);
}

/// <summary>One event of a stream.</summary>
public sealed record BenchEvent(string Name, JsonNode Data);

/// <summary>One request under way; disposing it is the caller's leaving.</summary>
public sealed class BenchRun : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly HttpClient Http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource leave = new(Patience);
    private HttpResponseMessage answer = null!;
    private StreamReader lines = null!;
    private bool left;

    public HttpStatusCode Status => answer.StatusCode;

    public static async Task<BenchRun> Start(string address, string key, string what, byte[] file, string query)
    {
        var run = new BenchRun();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{address}/api/v1/plan/{what}{query}")
        {
            Content = new ByteArrayContent(file),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        run.answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, run.leave.Token);
        run.lines = new StreamReader(await run.answer.Content.ReadAsStreamAsync(run.leave.Token));
        return run;
    }

    /// <summary>What an answer that is no stream says.</summary>
    public async Task<JsonNode> Problem() => JsonNode.Parse(await lines.ReadToEndAsync(leave.Token))!;

    /// <summary>The next event; null at the end.</summary>
    public async Task<BenchEvent?> Next()
    {
        var name = "";
        while (await lines.ReadLineAsync(leave.Token) is { } line)
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                return new BenchEvent(name, JsonNode.Parse(line[6..])!);
        return null;
    }

    /// <summary>Reads on to an event of that name.</summary>
    public async Task<JsonNode> Until(string name)
    {
        while (await Next() is { } found)
            if (found.Name == name)
                return found.Data;
        throw new InvalidOperationException($"The stream ended without {name}.");
    }

    /// <summary>All the rest.</summary>
    public async Task<List<BenchEvent>> Rest()
    {
        var all = new List<BenchEvent>();
        while (await Next() is { } found)
            all.Add(found);
        return all;
    }

    public void Dispose()
    {
        if (left)
            return;
        left = true;
        leave.Cancel();
        answer.Dispose();
        leave.Dispose();
    }
}

/// <summary>The children of a process that do heavy work, as Linux shows them.</summary>
internal static class Workers
{
    public static List<Process> Of(int parent)
    {
        var found = new List<Process>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (
                int.TryParse(Path.GetFileName(folder), out var id)
                && Read($"{folder}/stat") is { } stat
                && Stat(stat)[1] == $"{parent}"
                && Read($"{folder}/cmdline") is { } command
                && command.Contains("\0work\0", StringComparison.Ordinal)
            )
                found.Add(Process.GetProcessById(id));
        return found;
    }

    /// <summary>The one child that is left when the work of callers who left before has ended.</summary>
    public static async Task<Process> Only(int parent) => (await Left(parent, 1)).ShouldHaveSingleItem();

    /// <summary>The children, as soon as there are this many; whatever is there after a minute.</summary>
    public static async Task<List<Process>> Left(int parent, int count)
    {
        var begun = Stopwatch.StartNew();
        while (true)
        {
            var children = Of(parent);
            if (children.Count == count || begun.Elapsed > TimeSpan.FromMinutes(1))
                return children;
            await Task.Yield();
        }
    }

    /// <summary>How far a process gives way: 0 not at all, 19 the most.</summary>
    public static int Nice(Process process) => int.Parse(Stat(Read($"/proc/{process.Id}/stat")!)[16]);

    public static string Environment(Process process) => Read($"/proc/{process.Id}/environ")!;

    public static async Task Ended(Process process)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(late.Token);
    }

    /// <summary>The fields after the name: state, parent, …</summary>
    private static string[] Stat(string text) => text[(text.LastIndexOf(')') + 2)..].Split(' ');

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
