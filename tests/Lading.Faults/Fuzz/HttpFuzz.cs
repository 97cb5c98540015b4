using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lading.Log;
using Lading.Server;

namespace Lading.Faults.Fuzz;

/// <summary>
/// H16: every operation of the API document gets bodies, paths, queries and headers that are right, half right and
/// hostile. No answer is a 5xx (but a 503 that says when to come back), none takes longer than a minute (plans are made
/// by a process of its own), a 4xx says what is wrong and has left nothing in the log, and in the end no policy or
/// follower has stopped and the chain is whole.
/// </summary>
internal sealed class HttpFuzz(Trial trial, string bug = "")
{
    private const string Answers500 = "answers-500";
    private const string KeepsInLog = "keeps-what-it-refused";
    private const string KeepsBeside = "keeps-a-key-it-refused";

    private const int Workers = 4;

    /// <summary>Requests of each worker that are always sent.</summary>
    private const int Least = 50;

    /// <summary>Requests to one company: then it is worn out, its rules forbid much and its names are taken.</summary>
    private const int Stay = 3_000;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);
    private static readonly string[] Learned = ["id", "prefix", "person", "approval", "order", "location", "customer"];
    private static readonly string[] Secrets = ["token", "ticket", "refreshToken", "head", "secret"];
    private readonly ApiShape shape = ApiShape.Read(Path.Combine(Repository.Root, "docs", "reference", "openapi.json"));
    private readonly ConcurrentDictionary<Operation, bool> accepted = [];
    private string data = "";
    private long requests;

    public static Experiment Experiment { get; } =
        new(
            "H16.http",
            "Hostile requests get a 4xx, never a 5xx or silence, and a 4xx leaves nothing behind.",
            "requests",
            trial => new HttpFuzz(trial).Run()
        )
        {
            Short = new Short(10, 12),
            Least =
            [
                new Least("operations-2xx", 0.012, Enough: 85),
                new Least("accepted-writes", 0.04),
                new Least("accepted-by-owner", 0.002),
            ],
            Controls =
            [
                .. ((string[])[Answers500, KeepsInLog, KeepsBeside]).Select(bug => new Control(
                    bug,
                    trial => new HttpFuzz(trial, bug).Run()
                )),
            ],
        };

    private async Task Run()
    {
        data = trial.NewFolder("data");
        await using var host = LadingHost.Open(new HostOptions { Data = data });
        await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.All,
                RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            }
        );
        http.BaseAddress = new Uri(server.Address);
        trial.Begin();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(w => Task.Run(() => Work(host, http, w))));
        trial.Count("operations-2xx", accepted.Count);
        var never = shape.Operations.Except(accepted.Keys).Select(o => $"{o.Method} {o.Path["/api/v1".Length..]}");
        trial.Remark($"of {shape.Operations.Count} operations without a 2xx: {string.Join(", ", never)}");
    }

    private async Task Work(LadingHost host, HttpClient http, int worker)
    {
        var random = new Random(unchecked((trial.Seed * 31) + worker));
        for (var n = 0; n == 0 || trial.GoesOn(Volatile.Read(ref requests)); )
        {
            var tenant = await FuzzTenant.Open(host, http, $"fuzz{worker}-{n}");
            var callers = await Callers.Of(host, http, tenant);
            var samples = new Samples(random, shape, tenant);
            using var rows = new HouseRows(data, tenant.Tenant.Slug, tenant.Email);
            var until = n + Stay;
            for (; n < until && (trial.GoesOn(Interlocked.Increment(ref requests) - 1) || n < Least); n++)
            {
                if (random.Next(20) == 0)
                    await RawFuzz.One(http.BaseAddress!, random, trial);
                var operation = shape.Operations[random.Next(shape.Operations.Count)];
                await One(http, tenant, callers, rows, random, samples, operation, $"worker {worker}, request {n}");
                trial.Count("requests");
            }

            await CheckEnd(host, tenant);
            trial.Count("companies");
        }
    }

    private async Task One(
        HttpClient http,
        FuzzTenant tenant,
        Callers callers,
        HouseRows rows,
        Random random,
        Samples samples,
        Operation operation,
        string name
    )
    {
        using var request = Make(random, samples, operation, http.BaseAddress!, out var shown);
        var caller = callers.Sign(random, request, operation);
        shown = $"{caller}: {shown}";
        var sent = new Sent(name, caller, request);
        var before = tenant.Log.Head;
        using var patience = new CancellationTokenSource(Hang);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var live = IsOf(answer, "text/event-stream");
            var text = live ? "" : await answer.Content.ReadAsStringAsync(patience.Token);
            var status = (int)answer.StatusCode;
            sent.Note(trial, before, $"{status} {Short(text)}");
            Judge(bug == Answers500 && status == 404 ? 500 : status, answer, text, $"{name}, {shown}");
            if (status < 300 && request.Method.Method == operation.Method)
                Accepted(operation, caller);
            var changed = rows.Changed();
            if (IsRefusal(status))
                await CheckUnchanged(tenant, before, changed, $"{name}, {shown} was answered {status} {Short(text)}");
            else if (IsOf(answer, "application/json"))
                Learn(random, tenant, operation, text);
            if (status != 401)
                return;
            callers.Renew();
            rows.Changed();
        }
        catch (OperationCanceledException)
        {
            sent.Note(trial, before, "nothing");
            trial.Violated($"{name}, {shown} was not answered within {Hang.TotalSeconds:0} s");
        }
        catch (HttpRequestException lost)
        {
            sent.Note(trial, before, lost.Message);
            trial.Violated($"{name}, {shown} lost its connection: {lost.Message}");
        }
    }

    private void Judge(int status, HttpResponseMessage answer, string text, string name)
    {
        trial.Count($"{status / 100}xx");
        if (status == 503 && answer.Headers.RetryAfter is not null)
            trial.Count("come-back-later");
        else if (status >= 500)
            trial.Violated($"{name} was answered {status} {Short(text)}");
        else if (status >= 400 && !IsBare(answer, text) && !IsProblem(text))
            trial.Violated($"{name} was answered {status} without saying why: {Short(text)}");
        else if (status < 300 && IsOf(answer, "application/json") && !IsJson(text))
            trial.Violated($"{name} was answered {status} with what is no JSON: {Short(text)}");
    }

    /// <summary>A 4xx; a control takes what was accepted for refused.</summary>
    private bool IsRefusal(int status) =>
        status is >= 400 and < 500
        || (bug == KeepsInLog && status == 201)
        || (bug == KeepsBeside && status is >= 200 and < 300);

    /// <summary>Beside the log nothing has changed, and of what is new in it nothing comes from this caller: policies
    /// and due commands go on.</summary>
    private async Task CheckUnchanged(FuzzTenant tenant, long before, IReadOnlyList<string> changed, string name)
    {
        if (changed.Count > 0 && bug != KeepsInLog)
            trial.Violated($"{name} and changed what is kept beside the log: {string.Join(", ", changed)}");
        if (tenant.Log.Head == before || bug == KeepsBeside)
            return;
        foreach (var fact in await tenant.Log.ReadAfter(before, 5_000, default))
            if (
                !fact.Actor.StartsWith("policy:", StringComparison.Ordinal)
                && !fact.Actor.StartsWith("due:", StringComparison.Ordinal)
            )
                trial.Violated($"{name} and left {fact.Type} at {fact.Position} by {fact.Actor}");
    }

    /// <summary>An answer to HEAD has no body; what the web server itself cannot read it refuses, hanging up, without a
    /// word.</summary>
    private static bool IsBare(HttpResponseMessage answer, string text) =>
        text.Length == 0
        && (answer.RequestMessage!.Method == HttpMethod.Head || answer.Headers.ConnectionClose == true);

    private static bool IsOf(HttpResponseMessage answer, string type) =>
        answer.Content.Headers.ContentType?.MediaType == type;

    private static bool IsProblem(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject problem
                && (string?)problem["code"] is { Length: > 0 }
                && (string?)problem["detail"] is { Length: > 0 };
        }
        catch (Exception no) when (no is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Accepted(Operation operation, string caller)
    {
        accepted[operation] = true;
        if (operation.Method != "GET")
            trial.Count("accepted-writes");
        if (caller != "key")
            trial.Count($"accepted-by-{caller}");
    }

    private static void Learn(Random random, FuzzTenant tenant, Operation operation, string text)
    {
        if (!text.StartsWith('{') || text.Length > 100_000)
            return;
        var json = JsonNode.Parse(text)!.AsObject();
        if (json["next"] is JsonValue cursor && tenant.Cursors.Count < 40)
            tenant.Cursors.Add(cursor.ToString());
        var about = Samples.About(operation.Path);
        var item = json["items"] is JsonArray { Count: > 0 } items
            ? items[random.Next(items.Count)] as JsonObject
            : null;
        foreach (var (name, value) in json.Concat(item ?? []))
            if (value is JsonValue one && Secrets.Contains(name))
                tenant.Tell(random, name, one.ToString());
            else if (value is JsonValue link && name == "link" && link.ToString().Split('#') is [_, var secret])
                tenant.Tell(random, about == "people" ? "reset" : "token", secret);
            else if (value is JsonValue known && Learned.Contains(name))
                tenant.Tell(random, $"{about}/{(name == "order" ? "id" : name)}", known.ToString());
    }

    private static HttpRequestMessage Make(
        Random random,
        Samples samples,
        Operation operation,
        Uri at,
        out string shown
    )
    {
        samples.For(operation);
        var path = samples.Path(operation.Path) + samples.Query(operation);
        var method =
            random.Next(60) == 0 ? samples.Of(["PATCH", "HEAD", "OPTIONS", "PUT", "DELETE"]) : operation.Method;
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(at, path));
        shown = $"{method} {path}";
        Headers(random, request);
        if (operation.Content is null)
            return request;
        var body = operation.Body is null ? new JsonObject() : samples.Body(operation.Body);
        for (var bends = random.Next(5) - 2; bends > 0; bends--)
            body = Odd.Bend(random, body);
        var bytes = Odd.Write(random, body, bend: random.Next(12) == 0);
        request.Content = new ByteArrayContent(bytes);
        request.Content.Headers.TryAddWithoutValidation(
            "Content-Type",
            random.Next(60) == 0
                ? samples.Of(["text/plain", "application/json; charset=utf-16", "x", "application/xml"])
                : operation.Content
        );
        shown += $" {Short(Encoding.UTF8.GetString(bytes))}";
        return request;
    }

    private static void Headers(Random random, HttpRequestMessage request)
    {
        if (random.Next(50) > 0)
            request.Headers.TryAddWithoutValidation(
                "Idempotency-Key",
                random.Next(30) == 0 ? Odd.Header(random) : $"k{random.NextInt64():x}"
            );
        if (random.Next(25) == 0)
            request.Headers.TryAddWithoutValidation("If-Match", random.Next(2) == 0 ? "\"3\"" : Odd.Header(random));
        if (random.Next(200) == 0)
            request.Headers.TryAddWithoutValidation("Lading-At-Least", random.Next(2) == 0 ? "5" : Odd.Header(random));
        if (random.Next(25) == 0)
            request.Headers.TryAddWithoutValidation("Lading-Correlation", Odd.Header(random));
        if (random.Next(40) == 0)
            request.Headers.TryAddWithoutValidation("Accept", random.Next(2) == 0 ? "text/event-stream" : "text/csv");
        if (random.Next(60) == 0)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", Odd.Header(random));
        if (random.Next(60) == 0)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "br, gzip");
    }

    /// <summary>What was accepted must not have stopped anybody.</summary>
    private async Task CheckEnd(LadingHost host, FuzzTenant tenant)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!tenant.IsLevel && !patience.IsCancellationRequested)
            await tenant.Log.WaitPast(tenant.Log.Head, new CancellationTokenSource(50).Token);
        foreach (var status in tenant.Log.Status().Where(s => s.Failure is not null || s.Position < s.Head))
            trial.Violated($"{status.Name} stands at {status.Position} of {status.Head}: {status.Failure}");
        if (tenant.Log.Stopped is { } stopped)
            trial.Violated($"the log stopped: {stopped}");
        var report = AuditVerifier.Verify(tenant.Tenant.Id, host.Raw(tenant.Tenant, "log")!);
        if (!report.Whole)
            trial.Violated(
                string.Create(CultureInfo.InvariantCulture, $"position {report.BadPosition}: {report.Problem}")
            );
        trial.Count("facts", tenant.Log.Head);
    }

    private static string Short(string text) => text.Length > 600 ? text[..600] + "…" : text;
}
