using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lading.Faults.Fuzz;
using Lading.Log;
using Lading.Server;

namespace Lading.Faults.Isolation;

/// <summary>What is broken on purpose: always the way the calls are made, for the product has no such switch.</summary>
internal enum HttpBug
{
    None,

    /// <summary>The intruder's calls carry the victim's credential.</summary>
    TenantNotChecked,

    /// <summary>The key that is said to be of one venture is of the whole company.</summary>
    VentureNotChecked,

    /// <summary>A cache in front of the server knows answers by path alone.</summary>
    SharedCache,
}

/// <summary>
/// H14 over HTTP: calls made from the API document with ids, cursors, filters, sort keys, headers and command keys of
/// another tenant, and of another venture of the same tenant, wherever one can stand. No answer, header or refusal
/// holds a byte of the others' canaries, none is a 5xx, and nothing of theirs changes.
/// </summary>
internal sealed class HttpIsolation(Trial trial, HttpBug bug)
{
    /// <summary>Calls that are always made, and within which a bug must show.</summary>
    private const int Least = 800;
    private readonly Random random = trial.Random;
    private readonly ApiShape shape = ApiShape.Read(Path.Combine(Repository.Root, "docs", "reference", "openapi.json"));
    private readonly Dictionary<string, string> cache = new(StringComparer.Ordinal);
    private HttpClient http = null!;
    private FuzzTenant own = null!;
    private Samples samples = null!;
    private Marked other = null!;
    private Marked beside = null!;

    /// <summary>Who calls: a credential, and whose canaries it must never see.</summary>
    private sealed record Intruder(string Name, string Key, Marked[] MustNotSee);

    public static Experiment Experiment { get; } =
        new(
            "H14.http",
            "No call shows or changes a byte of another tenant, or of a venture one does not hold.",
            "calls",
            trial => new HttpIsolation(trial, HttpBug.None).Run()
        )
        {
            Short = new Short(6, 8),
            Controls =
            [
                Bug("tenant-not-checked", HttpBug.TenantNotChecked),
                Bug("venture-not-checked", HttpBug.VentureNotChecked),
                Bug("a-cache-for-all", HttpBug.SharedCache),
            ],
        };

    private static Control Bug(string name, HttpBug bug) =>
        new(name, trial => new HttpIsolation(trial, bug).Run()) { Seconds = 60 };

    private async Task Run()
    {
        await using var host = LadingHost.Open(new HostOptions { Data = trial.NewFolder("data") });
        await using var server = await WebServer.Start(host, "http://127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        http = client;
        var victim = await Marked.NewTenant(host, http, "victim", Marked.NewSecret(random));
        other = victim.Records;
        own = await FuzzTenant.Open(host, http, "caller");
        beside = await Marked.Furnish(http, own.Key, "beside", Marked.NewSecret(random));
        await Marked.Settle(own.Log);
        samples = new Samples(random, shape, own);
        string[]? part = bug == HttpBug.VentureNotChecked ? null : ["main"];
        string NewKey(string[]? ventures, string[]? sites = null) =>
            host.Keys.Issue(own.Tenant.Id, "intruder", ["*"], ventures, null, sites).Secret;
        Intruder[] intruders =
        [
            new("whole company", bug == HttpBug.TenantNotChecked ? victim.Key : NewKey(null), [other]),
            new("one venture", NewKey(part), [other, beside]),
            new("one site", NewKey(part, part is null ? null : ["north"]), [other, beside]),
        ];
        var (before, since) = (victim.Log.Head, own.Log.Head);
        if (bug == HttpBug.SharedCache)
            await Warm(victim.Key);
        trial.Begin();
        for (var n = 0; trial.GoesOn(n) || (trial.Verdict == Verdict.Ok && n < Least); n++)
            await Call(intruders[random.Next(intruders.Length)]);
        if (victim.Log.Head != before)
            trial.Violated($"the other tenant's log went from {before} to {victim.Log.Head}");
        await CheckBeside(since, [.. intruders[1..].Select(i => $"key:{i.Key[3..11]}")]);
    }

    /// <summary>What the narrow keys wrote lies in no stream of the other venture.</summary>
    private async Task CheckBeside(long since, string[] narrow)
    {
        for (var after = since; ; )
        {
            var page = await own.Log.ReadAfter(after, 1_000, default);
            if (page.Count == 0)
                return;
            foreach (var fact in page.Where(f => narrow.Contains(f.Actor)))
                if (beside.Words.Contains(fact.Stream.ToString()) || fact.Stream.ToString().Contains(beside.Secret))
                    trial.Violated($"{fact.Actor} wrote {fact.Type} at {fact.Position} into {fact.Stream}");
            after = page[^1].Position;
        }
    }

    private async Task Call(Intruder intruder)
    {
        var operation = shape.Operations[random.Next(shape.Operations.Count)];
        if (operation.Path.StartsWith("/api/v1/plan/", StringComparison.Ordinal) && random.Next(10) > 0)
            return; // a plan is a process of its own: a few of them are enough
        var sent = new List<string>();
        using var request = Make(operation, intruder, sent);
        var shown = $"{intruder.Name}: {request.Method} {request.RequestUri}";
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        trial.Count("calls");
        if (bug == HttpBug.SharedCache && cache.GetValueOrDefault(request.RequestUri!.AbsolutePath) is { } kept)
        {
            Look(intruder, shown, kept, sent);
            return;
        }

        using var answer = await http.SendAsync(request, patience.Token);
        var text = await answer.Content.ReadAsStringAsync(patience.Token);
        trial.Count($"{(int)answer.StatusCode / 100}xx");
        trial.Note(
            new
            {
                shown,
                sent,
                status = (int)answer.StatusCode,
                text,
            },
            200 + (2 * (shown.Length + text.Length))
        );
        if ((int)answer.StatusCode >= 500 && answer.Headers.RetryAfter is null)
            trial.Violated($"{shown} was answered {(int)answer.StatusCode} {text}");
        Look(intruder, shown, $"{answer.Headers}{answer.Content.Headers}{text}", sent);
        if (answer.StatusCode == HttpStatusCode.Unauthorized && !operation.Path.Contains("/session"))
            trial.Unclear($"{shown}: the intruder lost the key");
    }

    /// <summary>An answer may repeat the ids it was asked with; canaries were never sent.</summary>
    private void Look(Intruder intruder, string shown, string told, List<string> sent)
    {
        trial.Count("bytes", told.Length);
        foreach (var marked in intruder.MustNotSee)
            if (told.Contains(marked.Secret, StringComparison.OrdinalIgnoreCase))
                trial.Violated(
                    $"{shown} (sent {string.Join(", ", sent)}) showed {marked.Venture}: {Around(told, marked.Secret)}"
                );
    }

    private static string Around(string told, string secret)
    {
        var at = told.IndexOf(secret, StringComparison.OrdinalIgnoreCase);
        return told[Math.Max(0, at - 100)..Math.Min(told.Length, at + 60)];
    }

    private HttpRequestMessage Make(Operation operation, Intruder intruder, List<string> sent)
    {
        string Foreign()
        {
            var from = random.Next(2) == 0 ? other : beside;
            sent.Add(from.Words[random.Next(from.Words.Count)]);
            return sent[^1];
        }

        var parts = operation.Path.Split('/').Zip(samples.Path(operation.Path).Split('/'));
        var path = string.Join(
            '/',
            parts.Select(p =>
                p.First.StartsWith('{') && random.Next(4) > 0 && KeepsItsKey(operation)
                    ? Uri.EscapeDataString(Foreign())
                    : p.Second
            )
        );
        var asked = operation
            .Query.Where(q => random.Next(4) == 0 && TakesAnyText(q.Schema))
            .Select(q => $"{q.Name}={Uri.EscapeDataString(Foreign())}");
        var request = new HttpRequestMessage(
            new HttpMethod(operation.Method),
            new Uri(http.BaseAddress!, $"{path}?{string.Join('&', asked)}")
        );
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {intruder.Key}");
        Headers(request, Foreign);
        if (operation.Content is null)
            return request;
        var body = operation.Body is null ? new JsonObject() : samples.Body(operation.Body);
        var text = Swapped(body, Foreign)?.ToJsonString() ?? "null";
        request.Content = new StringContent(text, Encoding.UTF8, operation.Content);
        return request;
    }

    /// <summary>The intruders' own keys stay alive: the places for keys' prefixes get what is not theirs.</summary>
    private static bool KeepsItsKey(Operation operation) =>
        !operation.Path.StartsWith("/api/v1/keys/", StringComparison.Ordinal) || operation.Method != "GET";

    private static bool TakesAnyText(JsonObject schema) =>
        (string?)schema["type"] == "string" && schema["enum"] is null && schema["format"] is null;

    private void Headers(HttpRequestMessage request, Func<string> foreign)
    {
        void Add(int oneIn, string name, Func<string> value)
        {
            if (random.Next(oneIn) == 0)
                request.Headers.TryAddWithoutValidation(name, value());
        }

        // With a command's key of theirs the caller may hope for the answer that they got.
        var keys = random.Next(2) == 0 ? other.CommandKeys : beside.CommandKeys;
        var theirs = random.Next(3) == 0;
        Add(1, "Idempotency-Key", () => theirs ? keys[random.Next(keys.Count)] : $"n{random.NextInt64():x}");
        Add(10, "If-Match", () => $"\"{random.Next(9)}\"");
        Add(20, "Lading-Tenant", () => random.Next(2) == 0 ? "victim" : foreign());
        Add(20, "Lading-Correlation", foreign);
        Add(40, "Lading-At-Least", () => $"{random.Next(20)}");
        Add(20, "Cookie", () => $"lading-session={foreign()}");
        Add(20, "X-Forwarded-Host", () => "victim.example");
    }

    /// <summary>The body with every third text in it replaced by another's.</summary>
    private JsonNode? Swapped(JsonNode? node, Func<string> foreign) =>
        node switch
        {
            JsonObject o => new JsonObject(
                o.Select(m => KeyValuePair.Create(m.Key, Swapped(m.Value, foreign))).ToList()
            ),
            JsonArray a => new JsonArray([.. a.Select(i => Swapped(i, foreign))]),
            JsonValue v when v.GetValueKind() == JsonValueKind.String && random.Next(3) == 0 => JsonValue.Create(
                foreign()
            ),
            _ => node?.DeepClone(),
        };

    /// <summary>What a cache would have learned from the victim's own reads.</summary>
    private async Task Warm(string key)
    {
        foreach (var operation in shape.Operations.Where(o => o.Method == "GET" && !o.Path.Contains('{')))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, operation.Path);
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
            using var answer = await http.SendAsync(request);
            if (answer.IsSuccessStatusCode)
                cache[operation.Path] = await answer.Content.ReadAsStringAsync();
        }
    }
}
