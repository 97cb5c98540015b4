using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Lading.Floors.Tests.Log;
using Lading.Log;
using Lading.Platform.Audit;
using Lading.Platform.Http;
using Lading.Platform.Tenancy;
using Lading.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lading.Http.Tests;

/// <summary>
/// H19: a canary in every place where a request can hold something personal or secret, and what the program says of
/// itself meanwhile: log lines, traces, metrics, faults and the audit log. Of the first three a canary let out on
/// purpose shows that they are listened to.
/// </summary>
[Collection(nameof(CanaryTests))]
[CollectionDefinition(nameof(CanaryTests), DisableParallelization = true)]
public class CanaryTests : IAsyncLifetime
{
    private const string Canary = "zq7canaryq7z";
    private const string Digits = "4907787787787";
    private readonly string folder = Directory.CreateTempSubdirectory("lading-canary").FullName;
    private readonly StringWriter said = new();
    private readonly ConcurrentBag<string> traced = [];
    private readonly ConcurrentBag<string> measured = [];
    private readonly List<IDisposable> listening = [];
    private LadingHost host = null!;
    private WebApplication app = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        Listen();
        host = LadingHost.Open(new HostOptions { Data = folder, Postgres = await Database() });
        var error = Console.Error;
        Console.SetError(TextWriter.Synchronized(said));
        try
        {
            app = WebServer.Build(host, "http://127.0.0.1:0");
            app.MapGet(
                    "/api/v1/fault/{name}",
                    (Func<string, string>)(name => throw new InvalidOperationException("A bug"))
                )
                .Query(new QueryName("phone", QueryKind.Text, "a number"))
                .OpenToAll();
            await app.StartAsync();
            app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("first").LogWarning("listening");
        }
        finally
        {
            Console.SetError(error);
        }

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        http = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = new Uri(address.Addresses.First()),
        };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        foreach (var one in listening)
            one.Dispose();
        await app.DisposeAsync();
        await host.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>How the app's role connects, where the logs are not files.</summary>
    protected virtual Task<string?> Database() => Task.FromResult<string?>(null);

    [Fact]
    public async Task Nothing_personal_and_nothing_secret_gets_into_what_the_program_says_of_itself()
    {
        var tenant = host.Tenants.Create("birds", "Birds")!;
        var key = host.Keys.Issue(tenant.Id, "test", ["*"], null, null).Secret;
        (await Ask("POST", "/ventures", key, """{"code":"main","name":"Main"}""")).ShouldBe(HttpStatusCode.Created);
        await LetOut(key);
        var address = http.BaseAddress!.GetLeftPart(UriPartial.Authority).Replace("127.0.0.1", "localhost");
        var people = new CanaryPeople(host, address, Canary, Digits);
        await people.LetOut(tenant, key);
        (await Ask("GET", $"/fault/{Canary}?phone={Digits}", key)).ShouldBe(HttpStatusCode.InternalServerError);
        await host.Watch.Flush(all: true);
        var told = await Told(tenant);
        await Quiet();

        said.ToString().ShouldContain("A bug", Case.Sensitive, "the fault is logged");
        Songs(said.ToString()).ShouldBeEmpty();
        traced.Where(t => Songs(t).Any()).Distinct().ShouldBeEmpty();
        measured.Where(m => Songs(m).Any()).Distinct().ShouldBeEmpty();
        foreach (var kind in (string[])[Acts.InvitationMade, Acts.ProviderLinked, "sign-in-failed"])
            told.ShouldContain(kind, Case.Sensitive, "what people do is in it");
        Songs(told).ShouldBeEmpty();
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(IsSearched))
            Songs(Encoding.Latin1.GetString(Read(file))).ShouldBeEmpty(file);
    }

    [Fact]
    public async Task A_canary_let_out_on_purpose_is_heard_everywhere()
    {
        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("x").LogWarning("Order of {Name}", Canary);
        await Quiet();
        Songs(said.ToString()).ShouldNotBeEmpty();
        using (var source = new ActivitySource("careless"))
        using (source.StartActivity("send")?.AddTag("to", $"{Canary}@x.example")) { }
        traced.Where(t => Songs(t).Any()).ShouldNotBeEmpty();
        using (var meter = new Meter("careless"))
            meter.CreateCounter<long>("calls").Add(1, KeyValuePair.Create<string, object?>("phone", Digits));
        measured.Where(m => Songs(m).Any()).ShouldNotBeEmpty();
        foreach (var form in Forms(Canary))
            Songs($"before {form} after").ShouldNotBeEmpty(form);
        Songs(Convert.ToBase64String(Encoding.UTF8.GetBytes($"ab{Canary}cd"))).ShouldNotBeEmpty();
    }

    /// <summary>All of a company's audit log: the facts as they are stored, and the rows that are searched.</summary>
    private async Task<string> Told(Tenant tenant)
    {
        var text = new StringBuilder();
        using (var facts = host.Raw(tenant, "audit")!)
            facts.Visit(
                (in RawFact fact) =>
                {
                    text.Append(Encoding.UTF8.GetString(fact.Stream)).Append(' ');
                    text.Append(Encoding.UTF8.GetString(fact.Actor)).Append(' ');
                    text.AppendLine(Encoding.UTF8.GetString(fact.Body));
                    return true;
                }
            );
        var audit = await host.Tenants.Audit(tenant.Id);
        var rows = await audit.Inline.Query(
            "select kind, actor, subject, detail from audit_entry",
            r => $"{r.Text(0)} {r.Text(1)} {r.Text(2)} {r.Text(3)}",
            TestContext.Current.CancellationToken
        );
        return text.AppendJoin('\n', rows).ToString();
    }

    /// <summary>Log lines are written behind; all of them stand there when the program has ended.</summary>
    private async Task Quiet()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>Every place of a request: bodies that are right and that are wrong, path, query, headers.</summary>
    private async Task LetOut(string key)
    {
        const string person = "\"name\":\"" + Canary + " Birdsong\",\"email\":\"" + Canary + "@x.example\"";
        const string customer = "{\"customer\":\"C1\"," + person + ",\"phone\":\"+" + Digits + "\",\"country\":\"GB\"}";
        (await Ask("POST", "/customers", key, customer)).ShouldBe(HttpStatusCode.Created);
        const string shipTo =
            "{\"name\":\"" + Canary + "\",\"street\":\"" + Canary + "\",\"phone\":\"+" + Digits + "\"}";
        const string order = "{\"customer\":\"C1\",\"shipTo\":" + shipTo + ",\"lines\":[";
        foreach (var lines in (string[])["{\"sku\":\"none\",\"quantity\":1}]}", "7]}", "{\"sku\":7}]}", "", "]}}"])
            await Ask("POST", "/orders", key, order + lines);
        await Ask("POST", "/orders/batch", key, order + "]}", "application/x-ndjson");
        await Ask("POST", "/people/invitations", key, "{" + person + "}");
        await Ask("POST", "/people/erase", key, $$"""{"subject":"person/{{Canary}}","reason":"{{Canary}}"}""");
        foreach (var path in (string[])["/customers/", "/orders/", "/nowhere/", "/people/", "/me/sessions/"])
        {
            await Ask("GET", $"{path}{Canary}?email={Canary}%40x.example&phone={Digits}&access_token={Canary}", key);
            await Ask("DELETE", path + Canary, key);
        }

        string[] open =
        [
            $$"""{"email":"{{Canary}}@x.example","password":"{{Canary}} of {{Digits}}"}""",
            $$"""{"token":"{{Canary}}","name":"{{Canary}}","password":"{{Canary}} of {{Digits}}"}""",
            $$"""{"refreshToken":"lr_{{Canary}}_0_{{Canary}}"}""",
            $$"""{"ticket":"{{Canary}}","method":"{{Canary}}","code":"{{Digits}}"}""",
            $$"""{"{{Canary}}":""",
        ];
        foreach (
            var path in (string[])["sign-in", "second-step", "refresh", "accept", "reset", "invitation", "passkey"]
        )
        foreach (var body in open)
            await Ask("POST", "/session/" + path, null, body);
        await Ask("GET", $"/session/external/{Canary}/callback?code={Canary}&state={Canary}&error={Canary}", null);
        foreach (var credential in (string[])[$"lk_{Canary}", $"{Canary}.{Canary}.{Canary}", "lk_aaaaaaaa_" + Canary])
            await Ask("GET", "/orders", credential);
        foreach (
            var (name, value) in new (string, string)[]
            {
                ("User-Agent", Canary),
                ("Referer", $"http://x.example/?name={Canary}"),
                ("Cookie", $"lading_session={Canary}.{Canary}; lading_device={Canary}.{Canary}"),
                ("X-Forwarded-For", Canary),
                ("Origin", $"https://{Canary}.example"),
                ("Idempotency-Key", $"{Canary} {Digits}"),
                ("If-Match", Canary),
                ("Accept", $"text/{Canary}"),
                ("Lading-Tenant", Canary),
                ("Lading-At-Least", Canary),
                ("traceparent", Canary),
                ("X-Endless", Canary + new string('x', 20_000)),
            }
        )
        {
            await Ask("GET", "/orders", key, header: (name, value));
            await Ask("POST", "/orders", null, "{}", $"text/{Canary}", (name, value));
        }
    }

    private async Task<HttpStatusCode> Ask(
        string method,
        string path,
        string? key,
        string? body = null,
        string type = "application/json",
        (string Name, string Value)? header = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (method != "GET" && header?.Name != "Idempotency-Key")
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString());
        if (header is var (name, value))
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private void Listen()
    {
        var activities = new ActivityListener
        {
            // What the test itself sends is told under System.Net.
            ShouldListenTo = source => !source.Name.StartsWith("System.Net", StringComparison.Ordinal),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a =>
                traced.Add($"{a.Source.Name} {a.DisplayName} {string.Join(' ', a.TagObjects.Concat(Events(a)))}"),
        };
        ActivitySource.AddActivityListener(activities);
        var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (!instrument.Meter.Name.StartsWith("System.Net", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((i, _, tags, _) => Measured(i, tags));
        meters.SetMeasurementEventCallback<double>((i, _, tags, _) => Measured(i, tags));
        meters.SetMeasurementEventCallback<int>((i, _, tags, _) => Measured(i, tags));
        meters.Start();
        listening.AddRange([activities, meters]);
    }

    private static IEnumerable<KeyValuePair<string, object?>> Events(Activity activity) =>
        activity
            .Events.SelectMany(e => e.Tags)
            .Concat(activity.Baggage.Select(b => KeyValuePair.Create(b.Key, (object?)b.Value)));

    private void Measured(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        measured.Add($"{instrument.Name} {string.Join(' ', tags.ToArray())}");

    /// <summary>The audit log, as it stands on the disk.</summary>
    private static bool IsSearched(string file) => Path.GetFileName(file).StartsWith("audit", StringComparison.Ordinal);

    private static byte[] Read(string file)
    {
        using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        open.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Where one of them is heard, in any dress.</summary>
    private static IEnumerable<string> Songs(string text) =>
        Forms(Canary).Concat(Forms(Digits)).Where(f => text.Contains(f, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Forms(string canary)
    {
        var bytes = Encoding.UTF8.GetBytes(canary);
        yield return canary;
        yield return Convert.ToHexString(bytes);
        yield return string.Join('\0', canary.ToCharArray());
        yield return string.Concat(bytes.Select(b => $"%{b:X2}"));
        for (var shift = 0; shift < 3; shift++)
            yield return Convert.ToBase64String([.. new byte[shift], .. bytes])[(shift == 0 ? 0 : 4)..^4];
    }
}

/// <summary>The same where the logs stand in PostgreSQL.</summary>
[Collection(nameof(CanaryTests))]
public sealed class PostgresCanaryTests : CanaryTests
{
    protected override async Task<string?> Database() => await (await PostgresServer.Require()).NewDatabase();
}
