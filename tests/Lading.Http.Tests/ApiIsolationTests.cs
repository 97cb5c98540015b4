using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lading.Server;

namespace Lading.Http.Tests;

/// <summary>
/// Two companies, one server. Random calls made from the API document with the other company's ids, cursors, sort keys
/// and filters wherever one can stand: no answer holds a byte of the other, and nothing of the other changes. The same
/// calls of one company answer the same bytes whether the other is there or not. <c>LADING_ISOLATION_CALLS</c> says how
/// many calls; 1,200 when it does not.
/// </summary>
public partial class ApiIsolationTests(House house)
{
    private static readonly int Calls = int.Parse(
        Environment.GetEnvironmentVariable("LADING_ISOLATION_CALLS") is { Length: > 0 } given ? given : "1200",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public async Task No_call_shows_or_changes_a_byte_of_another_company()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var (victim, caller) = (await house.NewCompany(), await house.NewCompany());
        var canary = "k" + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
        var words = await Furnish(victim, canary);
        var calls = await Routes();
        await victim.Settle();
        var before = victim.Log.Head;
        var answered = new Dictionary<HttpStatusCode, int>();
        var sent = new List<string>();
        for (var i = 0; i < Calls; i++)
        {
            sent.Clear();
            var (method, path, query) = calls[random.Next(calls.Count)];
            var filled = Placeholder().Replace(path, _ => Uri.EscapeDataString(Pick()));
            var asked = query.Where(_ => random.Next(3) == 0).Select(q => $"{q}={Uri.EscapeDataString(Pick())}");
            using var request = new HttpRequestMessage(new HttpMethod(method), $"{filled}?{string.Join('&', asked)}");
            if (method is "POST" or "PUT")
                request.Content = new StringContent(Body(), Encoding.UTF8, "application/json");
            var reply = await caller.Send(request, Guid.NewGuid().ToString());
            answered[reply.Status] = answered.GetValueOrDefault(reply.Status) + 1;
            ((int)reply.Status).ShouldNotBe(500, $"seed {seed}: {method} {filled}: {reply.Text}");

            // An answer may repeat what it was asked; beyond that nothing of the other company is there.
            if (method == "GET")
                Quoted(reply.Text, sent)
                    .ShouldNotContain(canary, customMessage: $"seed {seed}: {method} {request.RequestUri}");
        }

        victim.Log.Head.ShouldBe(before, $"seed {seed}");
        answered.Keys.Count.ShouldBeGreaterThan(2, "calls that all end alike prove little");

        string Pick()
        {
            sent.Add(words[random.Next(words.Count)]);
            return sent[^1];
        }

        string Body()
        {
            var (one, two) = (Pick(), Pick());
            return random.Next(6) switch
            {
                0 => "{}",
                1 => $$"""{"venture":"{{one}}","lines":[{"sku":"{{two}}","quantity":1}],"customer":"{{one}}"}""",
                2 => $$$"""{"sku":"{{{one}}}","quantity":1,"unit":"EA","kind":"receipt","to":{"site":"{{{two}}}"}}""",
                3 => $$"""{"reason":"{{one}}"}""",
                4 => $$"""{"person":"{{one}}","grants":[{"role":"picker","sites":["{{two}}"]}]}""",
                _ => $$"""{"subject":"customer/{{one}}","reason":"x"}""",
            };
        }
    }

    /// <summary>The two hosts run by one clock, so that what differs can only come from the other company.</summary>
    [Fact]
    public async Task A_companys_answers_are_the_same_bytes_with_and_without_another()
    {
        var alone = await Twin(with: false);
        var beside = await Twin(with: true);
        alone.Count.ShouldBeGreaterThan(30);
        for (var i = 0; i < alone.Count; i++)
            beside[i].ShouldBe(alone[i]);
    }

    private static async Task<List<string>> Twin(bool with)
    {
        var folder = Directory.CreateTempSubdirectory("lading-twin").FullName;
        var said = new List<string>();
        await using (var host = LadingHost.Open(new HostOptions { Data = folder }, new StandingClock()))
        await using (var server = await WebServer.Start(host, "http://127.0.0.1:0"))
        {
            var one = new Twins(host, server, "one");
            var two = new Twins(host, server, with ? "two" : null);
            foreach (var (method, path, body) in Twins.Script)
            {
                await two.Call(method, path, body);
                said.Add($"{method} {path}\n{await one.Call(method, path, body)}");
                await two.Call(method, path, body);
                await one.Settle(); // a policy's facts take positions of their own
            }

            await one.Settle();
            foreach (var path in Twins.Reads)
                said.Add($"{path}\n{await one.Call("GET", path, null)}");
        }

        Directory.Delete(folder, recursive: true);
        return said;
    }

    private async Task<List<(string Method, string Path, string[] Query)>> Routes()
    {
        using var http = new HttpClient { BaseAddress = new Uri(house.Server.Address) };
        var document = JsonNode.Parse(
            await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken)
        )!;
        string[] filters =
        [
            "cursor",
            "limit",
            "q",
            "sort",
            "sku",
            "site",
            "venture",
            "customer",
            "state",
            "source",
            "after",
            "stream",
            "type",
            "figure",
            "asOf",
            "knownAt",
            "from",
            "to",
            "kind",
            "actor",
            "head",
        ];
        return
        [
            .. from path in document["paths"]!.AsObject()
            from method in path.Value!.AsObject()
            where !path.Key.Contains("/session") && !path.Key.Contains("/me") && !path.Key.Contains("/keys")
            select (method.Key.ToUpperInvariant(), path.Key, filters),
        ];
    }

    /// <summary>Fills a company whose every word holds the canary; answers ids, cursors and keys of it.</summary>
    private static async Task<List<string>> Furnish(Company company, string canary)
    {
        var words = new List<string> { $"{canary}-s", $"{canary}-c", $"{canary}-o1", "north", "main", "1", "priority" };
        await company.Post("/skus", $$"""{"sku":"{{canary}}-s","venture":"main","baseUnit":"EA"}""");
        await company.Post("/customers", $$"""{"customer":"{{canary}}-c","venture":"main","name":"{{canary}}"}""");
        await company.Post("/members", $$"""{"person":"{{canary}}","grants":[{"role":"picker"}]}""");
        words.Add(canary);
        for (var i = 0; i < 3; i++)
            await company.Post(
                "/orders",
                $$"""{"order":"{{canary}}-o{{i}}","venture":"main","customer":"{{canary}}-c","""
                    + $$""" "lines":[{"sku":"{{canary}}-s","quantity":1}]}"""
            );
        await company.Settle();
        foreach (
            var list in (string[])["/orders?limit=1", "/skus?limit=1", "/inventory/stock?limit=1", "/members?limit=1"]
        )
            if ((string?)(await company.Get(list)).Json["next"] is { } cursor)
                words.Add(cursor);
        words.Add($"order/{canary}-o1");
        words.Add(company.Key[3..11]);
        return words;
    }

    /// <summary>What an answer says apart from what it was asked.</summary>
    private static string Quoted(string text, List<string> words) =>
        words
            .Concat(words.Select(Uri.EscapeDataString))
            .OrderByDescending(w => w.Length)
            .Aggregate(text, (t, w) => t.Replace(w, "", StringComparison.Ordinal));

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Placeholder();

    /// <summary>A clock that stands: both runs happen at one moment.</summary>
    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    }
}

/// <summary>One company of a twin run.</summary>
internal sealed partial class Twins
{
    public static readonly (string Method, string Path, string? Body)[] Script =
    [
        ("POST", "/ventures", """{"code":"main","name":"Main"}"""),
        ("POST", "/sites", """{"code":"north","venture":"main","name":"North","timeZone":"Etc/UTC"}"""),
        ("POST", "/skus", """{"sku":"A","venture":"main","baseUnit":"EA"}"""),
        ("POST", "/skus", """{"sku":"A","venture":"main","baseUnit":"EA"}"""),
        ("POST", "/customers", """{"customer":"C1","venture":"main","name":"Ada"}"""),
        ("POST", "/locations", """{"site":"north","location":"L1","kind":"bin"}"""),
        (
            "POST",
            "/inventory/movements",
            """{"kind":"receipt","sku":"A","quantity":9,"unit":"EA","to":{"site":"north"}}"""
        ),
        ("POST", "/orders", """{"order":"O1","venture":"main","customer":"C1","lines":[{"sku":"A","quantity":2}]}"""),
        ("POST", "/orders", """{"order":"O1","venture":"main","lines":[{"sku":"A","quantity":2}]}"""),
        ("POST", "/orders", """{"order":"O2","venture":"main","lines":[{"sku":"A","quantity":20}]}"""),
        ("POST", "/orders/O2/hold", """{"reason":"x"}"""),
        ("POST", "/orders/O9/hold", """{"reason":"x"}"""),
        ("PUT", "/settings", """{"timeZone":"Europe/Berlin","currency":"EUR","units":"metric"}"""),
        ("PUT", "/roles/night", """{"name":"Night","permissions":["orders.read"]}"""),
        ("POST", "/members", """{"person":"p1","grants":[{"role":"night"},{"role":"owner"}]}"""),
        ("POST", "/members/p1/remove", """{"reason":"x"}"""),
        ("POST", "/people/erase", """{"subject":"customer/C1","reason":"x"}"""),
    ];

    public static readonly string[] Reads =
    [
        "/ventures",
        "/sites",
        "/skus",
        "/skus/A",
        "/customers",
        "/customers/C1",
        "/locations",
        "/inventory/stock",
        "/inventory/stock/A",
        "/inventory/stock/A/explain",
        "/inventory/discrepancies",
        "/orders",
        "/orders?limit=1",
        "/orders/O1",
        "/orders/O1/placed",
        "/orders/O2/timeline",
        "/orders/days",
        "/roles",
        "/members",
        "/members/p1",
        "/access/rules",
        "/permissions",
        "/settings",
        "/audit",
        "/projections",
        "/events/types",
        "/keys",
    ];

    private readonly HttpClient? http;
    private readonly Lading.Log.TenantLog? log;
    private int calls;

    public Twins(LadingHost host, WebServer server, string? slug)
    {
        if (slug is null)
            return;
        var tenant = host.Tenants.Create(slug, "A company")!;
        log = host.Tenants.Log(tenant.Id).AsTask().GetAwaiter().GetResult();
        var key = host.Keys.IssueForProcess(tenant.Id, "twin", ["*"], $"twin{slug}k").Secret;
        http = new HttpClient { BaseAddress = new Uri(server.Address) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    public async Task<string> Call(string method, string path, string? body)
    {
        if (http is null)
            return "";
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", $"k{calls++}");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.Headers.TryGetValues("Lading-Position", out var position);
        return $"{(int)answer.StatusCode} {position?.FirstOrDefault()} {Trace().Replace(text, "")}";
    }

    public async Task Settle()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (log!.Status().Any(s => s.Position < log.Head && s.Failure is null))
        {
            patience.IsCancellationRequested.ShouldBeFalse("policies and followers did not become level");
            await Task.Yield();
        }
    }

    /// <summary>The trace id is the request's own.</summary>
    [GeneratedRegex(",?\"traceId\":\"[0-9a-f]+\"")]
    private static partial Regex Trace();
}
