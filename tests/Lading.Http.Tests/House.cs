using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Floors.Tests.Log;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Tenancy;
using Lading.Server;
using Lading.Server.Admin;

[assembly: AssemblyFixture(typeof(Lading.Http.Tests.House))]

namespace Lading.Http.Tests;

/// <summary>The real host, one for the whole run; each test makes its own tenant. On the embedded default, or on
/// PostgreSQL when <c>LADING_TEST_HOUSE</c> says <c>postgres</c>: the test command runs all of this on both.</summary>
public sealed class House : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("lading-http").FullName;
    private readonly Lock owning = new();
    private string? ownersKey;
    private string? postgres;
    private int tenants;

    /// <summary>Whether it keeps its logs in files of its own.</summary>
    public bool OnFiles { get; init; } = Environment.GetEnvironmentVariable("LADING_TEST_HOUSE") != "postgres";

    /// <summary>A database that is there already.</summary>
    public string? Database { get; init; }

    /// <summary>What its time is told by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Its committers' bounds.</summary>
    public CommitterOptions Committer { get; init; } = new();

    /// <summary>How many logs it keeps open.</summary>
    public int MostOpen { get; init; } = 64;

    /// <summary>How long it waits for a log that another node holds.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where its data is.</summary>
    public string Folder => folder;

    public LadingHost Host { get; private set; } = null!;

    public WebServer Server { get; private set; } = null!;

    /// <summary>The key of who owns the data folder: a process has one, and a second ends the first.</summary>
    public string OwnersKey
    {
        get
        {
            lock (owning)
                return ownersKey ??= HostAccess.Issue(Host, Host.Tenants.Create("owners", "The owner's")!.Id).Secret;
        }
    }

    public async ValueTask InitializeAsync()
    {
        postgres = Database ?? (OnFiles ? null : await (await PostgresServer.Require()).NewDatabase());
        await Start();
    }

    /// <summary>Ends the process, lets something be done while none runs, and starts another.</summary>
    public async Task Restart(Action meanwhile)
    {
        await Server.DisposeAsync();
        await Host.DisposeAsync();
        meanwhile();
        await Start();
    }

    private async Task Start()
    {
        var options = new HostOptions
        {
            Data = folder,
            Postgres = postgres,
            Committer = Committer,
            LockWait = LockWait,
            MostOpen = MostOpen,
        };
        Host = LadingHost.Open(options, Clock);
        Server = await WebServer.Start(Host, "http://127.0.0.1:0");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Host.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A company of its own: venture <c>main</c>, sites <c>north</c> and <c>south</c>, SKU <c>A</c> in EA,
    /// boxes of 12 as CS.</summary>
    public async Task<Company> NewCompany()
    {
        var tenant = Host.Tenants.Create($"t{Interlocked.Increment(ref tenants)}", "A company")!;
        var key = Host.Keys.Issue(tenant.Id, "test", ["*"], null, null).Secret;
        var company = new Company(this, tenant, await Host.Tenants.Log(tenant.Id), key);
        await company.Make("/ventures", """{"code":"main","name":"Main"}""");
        foreach (var site in (string[])["north", "south"])
            await company.Make(
                "/sites",
                $$"""{"code":"{{site}}","venture":"main","name":"{{site}}","timeZone":"Europe/London"}"""
            );
        await company.Make(
            "/skus",
            """{"sku":"A","venture":"main","description":"Lantern","baseUnit":"EA","""
                + """ "units":[{"unit":"CS","numerator":12,"denominator":1}],"sitePreference":["north","south"]}"""
        );
        return company;
    }
}

/// <summary>One tenant over HTTP.</summary>
public sealed class Company(House house, Tenant tenant, TenantLog log, string key)
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(house.Server.Address) };

    public Tenant Tenant => tenant;

    public TenantLog Log => log;

    public string Key => key;

    /// <summary>A key of this tenant with fewer rights.</summary>
    public string NewKey(
        string[] scopes,
        string[]? ventures = null,
        DateTime? expires = null,
        string[]? sites = null
    ) => house.Host.Keys.Issue(tenant.Id, "narrow", scopes, ventures, expires, sites).Secret;

    public async Task<Reply> Post(
        string path,
        string json,
        string? idempotencyKey = null,
        string? ifMatch = null,
        string? withKey = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        return await Send(request, idempotencyKey ?? Guid.NewGuid().ToString(), ifMatch, withKey);
    }

    /// <summary>Posts what must succeed.</summary>
    public async Task Make(string path, string json)
    {
        var reply = await Post(path, json);
        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Text);
    }

    public async Task<Reply> Get(string path, string? withKey = null, long? atLeast = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            path.StartsWith('/') && path.StartsWith("/api", StringComparison.Ordinal) ? path : "/api/v1" + path
        );
        if (atLeast is { } position)
            request.Headers.Add("Lading-At-Least", position.ToString());
        return await Send(request, null, null, withKey);
    }

    public async Task<Reply> Send(
        HttpRequestMessage request,
        string? idempotencyKey,
        string? ifMatch = null,
        string? withKey = null
    )
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", withKey ?? key);
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.Of(answer);
    }

    /// <summary>Keeps the log's one committer, as a commit that stands still does, until the gate opens.</summary>
    public async Task<ManualResetEventSlim> Hold()
    {
        var gate = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var held = new Command
        {
            Id = CommandId.From("hold", Guid.NewGuid().ToString()),
            Fingerprint = 0,
            Actor = "test",
            Streams = [StreamName.Of("order", "held")],
            Decide = _ =>
            {
                started.SetResult();
                gate.Wait(TimeSpan.FromMinutes(1));
                return null;
            },
        };
        _ = log.Send(held).AsTask();
        await started.Task;
        return gate;
    }

    /// <summary>Waits until so many commands stand in the log's lane.</summary>
    public async Task Queued(int commands)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (log.Waiting < commands)
        {
            patience.IsCancellationRequested.ShouldBeFalse($"{log.Waiting} of {commands} commands wait");
            await Task.Yield();
        }
    }

    /// <summary>Books a receipt of SKU A, in base units, at a site.</summary>
    public Task<Reply> Receive(int units, string site = "north", string sku = "A") =>
        Post(
            "/inventory/movements",
            $$$"""{"kind":"receipt","sku":"{{{sku}}}","quantity":{{{units}}},"unit":"EA","to":{"site":"{{{site}}}"}}"""
        );

    /// <summary>Places an order of SKU A.</summary>
    public async Task<string> Place(int units, string more = "")
    {
        var reply = await Post(
            "/orders",
            $$"""{"venture":"main","lines":[{"sku":"A","quantity":{{units}}}]{{more}}}"""
        );
        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Text);
        return (string)reply.Json["id"]!;
    }

    /// <summary>Waits until every policy and follower has seen everything, so that what follows is decided.</summary>
    public async Task Settle()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (log.Status().Any(s => s.Position < log.Head && s.Failure is null))
        {
            patience.IsCancellationRequested.ShouldBeFalse("policies and followers did not become level");
            await Task.Yield();
        }
    }
}

/// <summary>An answer.</summary>
public sealed record Reply(HttpStatusCode Status, string Text, HttpResponseHeaders Headers, string? Type)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Code => (string?)Json["code"];

    public long Position => long.Parse(Headers.GetValues("Lading-Position").Single());

    public static async Task<Reply> Of(HttpResponseMessage answer) =>
        new(
            answer.StatusCode,
            await answer.Content.ReadAsStringAsync(),
            answer.Headers,
            answer.Content.Headers.ContentType?.MediaType
        );
}
