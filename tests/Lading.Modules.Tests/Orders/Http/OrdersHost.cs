using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Contracts.Inventory;
using Lading.Contracts.Platform;
using Lading.Inventory;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;
using Lading.Orders;
using Lading.Platform;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lading.Modules.Tests.Orders.Http;

/// <summary>
/// The module over HTTP on a log of its own. Inventory is not asked: a spec says what it decided. The caller may
/// see the
/// venture main, unless a spec says another.
/// </summary>
public sealed class OrdersHost : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lading-orders-").FullName;
    private readonly WebApplication app;
    private int keys;

    private OrdersHost(WebApplication app) => this.app = app;

    public HttpClient Client { get; private set; } = new();

    public TenantLog Log { get; private set; } = null!;

    public SwitchCipher Cipher { get; } = new();

    /// <summary>A tenant with the ventures main and side, the sites LDN and SID, and three SKUs.</summary>
    public static async Task<OrdersHost> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var host = new OrdersHost(builder.Build());
        await host.Open();
        await host.Tell("venture/main", new VentureOpened("main", "Main"), new VentureOpened("side", "Side"));
        await host.Tell("site/LDN", new SiteOpened("LDN", "main", "London", "Europe/London"));
        await host.Tell("site/SID", new SiteOpened("SID", "side", "Sidings", "Europe/London"));
        await host.Tell("sku/JAR", Sku("JAR", "main"), Sku("LAMP", "main"), Sku("OTHER", "side"));
        return host;
    }

    /// <summary>Facts of other modules, as if they had decided them.</summary>
    public async Task<long> Tell(string stream, params object[] facts)
    {
        var name = StreamName.Parse(stream);
        var answer = await Log.Send(
            new Command
            {
                Id = CommandId.From("told", $"{keys++}"),
                Fingerprint = 0,
                Actor = "spec",
                Streams = [name],
                Decide = on => on.Append(name, Decision.Accept(facts)),
            }
        );
        answer.Refusal.ShouldBeNull();
        return answer.Position;
    }

    /// <summary>A write with a key of its own, or the one given.</summary>
    public async Task<Reply> Post(
        string path,
        string body,
        string? key = null,
        string ventures = "main",
        string? method = null
    )
    {
        var request = new HttpRequestMessage(new HttpMethod(method ?? "POST"), "/api/v1" + path);
        request.Headers.Add("Idempotency-Key", key ?? $"key-{keys++}");
        request.Headers.Add("Ventures", ventures);
        var type = path.EndsWith("/batch", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json";
        request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        return await Reply.Of(await Client.SendAsync(request));
    }

    /// <summary>A read that sees everything in the log up to now.</summary>
    public async Task<Reply> Get(string path, string ventures = "main")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1" + path);
        request.Headers.Add("Lading-At-Least", Log.Head.ToString());
        request.Headers.Add("Ventures", ventures);
        return await Reply.Of(await Client.SendAsync(request));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        await Log.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task Open()
    {
        var orders = new OrdersModule(TimeProvider.System);
        var model = new LogModel();
        new PlatformModule().Teach(model);
        InventoryEvents.Register(model.Events);
        model.Add(new StreamKind<object>("sku", _ => new object(), (state, _) => state));
        orders.Teach(model);
        Log = await TenantLog.Open(
            new TenantLogParts(
                new TenantId(Guid.Empty),
                model,
                new SqliteLogStore(Path.Combine(folder, "log.db")),
                new SqliteFollowStore(Path.Combine(folder, "read.db")),
                Cipher,
                TimeProvider.System,
                new CommitterOptions()
            )
        );
        app.Use(
            (http, next) =>
            {
                var sees = http.Request.Headers["Ventures"].ToString().Split(',').ToHashSet();
                var rights = Rights.Of([new HeldRole("spec", ["*"], new Narrowing(sees, null, null))], []);
                var all = rights.Find("*")!;
                http.Features.Set(
                    new Caller(Log.Tenant, Log, new Identity("spec", "key:spec"), rights, all.Reach, all)
                );
                return next(http);
            }
        );
        orders.Map(app.MapGroup("/api/v1"));
        await app.StartAsync();
        Client.BaseAddress = new Uri(app.Urls.First());
    }

    private static SkuRegistered Sku(string sku, string venture) =>
        new(
            sku,
            venture,
            null,
            "EA",
            [new UnitConversion("CASE", 12, 1)],
            Tracking.None,
            AllocationPolicy.Fifo,
            [],
            null
        );
}

/// <summary>Opens what it sealed until told that somebody was erased.</summary>
public sealed class SwitchCipher : IPersonalCipher
{
    public string? Erased { get; set; }

    public byte[] Seal(string subject, string place, string text) => Encoding.UTF8.GetBytes(text);

    public string? Open(string subject, string place, byte[] sealedBytes) =>
        subject == Erased ? null : Encoding.UTF8.GetString(sealedBytes);
}

/// <summary>A response, read.</summary>
public sealed record Reply(int Status, string Text, HttpResponseMessage Http)
{
    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>A text, number or truth of the body by its path: <c>lines[0].sku</c>.</summary>
    public string? this[string path]
    {
        get
        {
            var node = Json;
            foreach (var step in path.Split('.', '[').Select(s => s.TrimEnd(']')))
                node = node is JsonArray array ? array[int.Parse(step)] : node?[step];
            return node?.ToString();
        }
    }

    public static async Task<Reply> Of(HttpResponseMessage http) =>
        new((int)http.StatusCode, await http.Content.ReadAsStringAsync(), http);

    /// <summary>The status is this one; if not, the body says why.</summary>
    public Reply Is(int status)
    {
        Status.ShouldBe(status, Text);
        return this;
    }
}
