using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Lading.Server.Admin;

namespace Lading.Cli;

/// <summary>An answer of the API: its status and its JSON, if it has any.</summary>
internal sealed record Reply(int Status, JsonElement Json, bool IsReplay = false)
{
    public bool IsGood => Status is >= 200 and < 300;

    /// <summary>The problem in one line: what, code, remedy; a line for each where several things are wrong.</summary>
    public string Problem()
    {
        var code = Json.Text("code") is { } c ? $" ({c})" : "";
        var wrong = Json.ValueKind == JsonValueKind.Object ? Json.Items("errors").ToList() : [];
        return wrong.Count > 1
            ? string.Join('\n', wrong.Select(w => Line(w, w.Text("message"), code)))
            : Line(Json, Json.Text("detail") ?? $"The server answered {Status}.", code);
    }

    private static string Line(JsonElement problem, string? what, string code)
    {
        var value = problem.Text("value") is { } v ? $" '{v}' was given." : "";
        return $"{what}{value}{code} {problem.Text("remedy")}".TrimEnd();
    }
}

/// <summary>The API of a running server, as one credential and one tenant.</summary>
internal sealed class Api : IDisposable
{
    private const string Json = "application/json";
    private readonly HttpClient http;
    private readonly HttpClient patient;

    public Api(string address, string key, string? tenant)
    {
        if (
            !Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var root)
            || root.Scheme is not ("http" or "https")
        )
            throw CommandFailed.Usage($"'{address}' is not an address such as http://127.0.0.1:5080.");
        Address = root;
        http = Client(root, key, tenant, TimeSpan.FromMinutes(10));
        patient = Client(root, key, tenant, Timeout.InfiniteTimeSpan);
    }

    private static HttpClient Client(Uri root, string key, string? tenant, TimeSpan timeout)
    {
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromMinutes(1),
        };
        var client = new HttpClient(handler) { BaseAddress = root, Timeout = timeout };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (tenant is not null)
            client.DefaultRequestHeaders.Add(HostAccess.TenantHeader, tenant);
        return client;
    }

    /// <summary>Where it is.</summary>
    public Uri Address { get; }

    /// <summary>Reads JSON; a no ends the command.</summary>
    public async Task<JsonElement> Get(string path, CancellationToken stop = default) =>
        Need(await Call(HttpMethod.Get, path, null, null, stop)).Json;

    /// <summary>Writes JSON under an idempotency key; a no ends the command.</summary>
    public async Task<JsonElement> Post(string path, string? body, CancellationToken stop = default) =>
        Need(await Call(HttpMethod.Post, path, body, Guid.NewGuid().ToString(), stop)).Json;

    /// <summary>The same for work that takes as long as there is data, as a backup does: it waits until the server
    /// answers or goes away, or the person gives up.</summary>
    public async Task<JsonElement> PostPatiently(string path, string? body, CancellationToken stop) =>
        Need(await Call(patient, HttpMethod.Post, path, body, Guid.NewGuid().ToString(), stop, Json)).Json;

    /// <summary>Sends one request and reads its whole answer.</summary>
    public Task<Reply> Call(
        HttpMethod method,
        string path,
        string? body,
        string? idempotencyKey,
        CancellationToken stop,
        string type = Json
    ) => Call(http, method, path, body, idempotencyKey, stop, type);

    private static async Task<Reply> Call(
        HttpClient http,
        HttpMethod method,
        string path,
        string? body,
        string? idempotencyKey,
        CancellationToken stop,
        string type
    )
    {
        using var request = new HttpRequestMessage(method, path.TrimStart('/'));
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        using var response = await http.SendAsync(request, stop);
        var replay = response.Headers.Contains("Idempotent-Replayed");
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        if (
            response.StatusCode == HttpStatusCode.NoContent
            || response.Content.Headers.ContentType?.MediaType?.EndsWith("json") != true
        )
            return new Reply((int)response.StatusCode, default, replay);
        using var json = await JsonDocument.ParseAsync(stream, cancellationToken: stop);
        return new Reply((int)response.StatusCode, json.RootElement.Clone(), replay);
    }

    /// <summary>Sends NDJSON and reads the NDJSON that comes back; a lost connection is tried again with the same
    /// key.</summary>
    public async Task<string> PostLines(string path, string key, byte[] lines, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path.TrimStart('/'))
                {
                    Content = new ByteArrayContent(lines),
                };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                request.Headers.Add("Idempotency-Key", key);
                using var response = await http.SendAsync(request, stop);
                var text = await response.Content.ReadAsStringAsync(stop);
                if (response.IsSuccessStatusCode)
                    return text;
                using var problem = JsonDocument.Parse(text.Length > 0 ? text : "{}");
                Need(new Reply((int)response.StatusCode, problem.RootElement.Clone()));
            }
            catch (HttpRequestException) when (tries < 3)
            {
                await Task.Delay(500 * tries, stop);
            }
        }
    }

    /// <summary>The answer, when it is a yes.</summary>
    public static Reply Need(Reply reply)
    {
        if (reply.IsGood)
            return reply;
        var code = reply.Status >= 500 ? ExitCode.Fault : ExitCode.Bad;
        throw new CommandFailed(code, reply.Problem());
    }

    public void Dispose()
    {
        http.Dispose();
        patient.Dispose();
    }
}

/// <summary>Reads of answers whose members may be missing.</summary>
internal static class JsonReading
{
    public static string? Text(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : value.GetRawText()
            : null;

    public static long Number(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : 0;

    public static bool Flag(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static IEnumerable<JsonElement> Items(this JsonElement json, string name = "items") =>
        json.TryGetProperty(name, out var items) ? items.EnumerateArray() : [];
}
