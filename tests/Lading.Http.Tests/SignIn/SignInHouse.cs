using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;
using Lading.Server;

namespace Lading.Http.Tests.SignIn;

/// <summary>Time as the system tells it, moved on by a test.</summary>
public sealed class MovedClock : TimeProvider
{
    private long ahead;

    public void Advance(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + new TimeSpan(Interlocked.Read(ref ahead));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;
}

/// <summary>A host of its own for signing in, whose clock can be moved; its tests run one after the other.</summary>
public sealed class SignInHouse : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("lading-sign-in").FullName;
    private int tenants;

    public MovedClock Clock { get; } = new();

    public LadingHost Host { get; private set; } = null!;

    public WebServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var rates = new RateOptions(PerPerson: 0); // what is tried here at full speed is not how fast one may ask
        Host = LadingHost.Open(new HostOptions { Data = folder, Rates = rates }, Clock);
        Server = await WebServer.Start(Host, "http://127.0.0.1:0");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Host.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>By name: passkeys are not for addresses in numbers.</summary>
    public string Address => Server.Address.Replace("127.0.0.1", "localhost");

    /// <summary>A company without people. Earlier tries are forgotten, so that no test throttles another.</summary>
    public Tenant NewTenant()
    {
        Clock.Advance(Throttle.Window * 2);
        return Host.Tenants.Create($"s{Interlocked.Increment(ref tenants)}", "A company")!;
    }

    /// <summary>A company with an owner who is signed in.</summary>
    public async Task<(Tenant Tenant, Browser Browser, Someone Owner)> NewOwner()
    {
        var tenant = NewTenant();
        var browser = new Browser(this);
        await browser.Open(LocalLinks.Offer(Host.Accounts, tenant.Id));
        var owner = new Someone($"owner@{tenant.Slug}.example", "Olive Owner", "seven green lanterns wander");
        (
            await browser.Post(
                "/me/account",
                new
                {
                    owner.Email,
                    owner.Name,
                    owner.Password,
                }
            )
        ).Status.ShouldBe(HttpStatusCode.OK);
        return (tenant, browser, owner);
    }

    /// <summary>The same, with a second factor given just now that serves for a day: administration asks for
    /// one.</summary>
    public async Task<(Tenant Tenant, Browser Browser, Someone Owner)> NewAdministrator()
    {
        var (tenant, browser, owner) = await NewOwner();
        StepUp(owner.Email);
        var log = await Host.Tenants.Log(tenant.Id);
        foreach (var permission in (string[])["access.manage", "platform.keys", "platform.privacy"])
        {
            var rule = permission.Replace('.', '-');
            var stream = StreamName.Of("access-rule", rule);
            var answer = await log.Send(
                new Command
                {
                    Id = CommandId.From("test", rule),
                    Fingerprint = 0,
                    Actor = "test",
                    Streams = [stream],
                    Decide = on =>
                        on.Append(
                            stream,
                            Decision.Accept(new AccessRuleSet(rule, "step-up", permission, Minutes: 1440))
                        ),
                }
            );
            answer.Refusal.ShouldBeNull();
        }

        return (tenant, browser, owner);
    }

    /// <summary>A second factor given just now, in every session of a person.</summary>
    public void StepUp(string email)
    {
        foreach (var session in Host.Accounts.Sessions.Of(Host.Accounts.Store.WithEmail(email)!.Id))
            Host.Accounts.Sessions.StepUp(session, "otp");
    }

    /// <summary>A signing key as it is stored.</summary>
    public byte[] SealedKey(string kid)
    {
        using var db = SqliteDb.OpenReader(Path.Combine(folder, "system.db"));
        return db.Scalar($"select sealed from signing_key where id = '{kid}'", r => r.Bytes(0))!;
    }

    /// <summary>How many rows of these tables are so.</summary>
    public long Rows(string where, params string[] tables)
    {
        using var db = SqliteDb.OpenReader(Path.Combine(folder, "system.db"));
        return tables.Sum(t => db.Scalar($"select count(*) from {t} where {where}", r => r.Integer(0)));
    }

    /// <summary>Whether a text stands anywhere in the files of the system store.</summary>
    public bool Holds(string text) =>
        Directory
            .GetFiles(folder, "system.db*")
            .Any(file =>
            {
                using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                var bytes = new byte[open.Length];
                open.ReadExactly(bytes);
                return bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
            });

    /// <summary>The code the person's app shows so many steps from now.</summary>
    public string Code(string secret, int steps = 0) =>
        Totp.Code(Base32.Decode(secret), Totp.StepOf(Clock.GetUtcNow()) + steps);
}

/// <summary>Someone's address, name and password.</summary>
public sealed record Someone(string Email, string Name, string Password);

/// <summary>One browser with its cookies.</summary>
public sealed class Browser
{
    private readonly HttpClient http;

    public Browser(SignInHouse house)
        : this(house.Address) { }

    public Browser(string address)
    {
        var handler = new HttpClientHandler { CookieContainer = Cookies, AllowAutoRedirect = false };
        http = new HttpClient(handler) { BaseAddress = new Uri(address) };
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>An access token to send instead of a cookie.</summary>
    public string? Token { get; set; }

    public async Task<Reply> Open(string path) =>
        await Reply.Of(await http.GetAsync(path, TestContext.Current.CancellationToken));

    /// <summary>As a person's browser opens a page.</summary>
    public async Task<Reply> Page(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.Of(answer);
    }

    public Task<Reply> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<Reply> Delete(string path) => Send(HttpMethod.Delete, path, null);

    public Task<Reply> Post(string path, object? body = null) => Send(HttpMethod.Post, path, Json(body ?? new { }));

    public Task<Reply> Put(string path, object body) => Send(HttpMethod.Put, path, Json(body));

    public Task<Reply> SignIn(Someone someone, bool tokens = false) =>
        Post(
            "/session/sign-in",
            new
            {
                someone.Email,
                someone.Password,
                tokens,
            }
        );

    public async Task<Reply> Send(
        HttpMethod method,
        string path,
        string? json,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (method != HttpMethod.Get && headers.All(h => h.Name != "Idempotency-Key"))
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString());
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.Of(answer);
    }

    private static string Json(object body) =>
        System.Text.Json.JsonSerializer.Serialize(body, System.Text.Json.JsonSerializerOptions.Web);
}

/// <summary>All tests of signing in share one host and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SigningIn : ICollectionFixture<SignInHouse>
{
    public const string Name = "signing in";
}
