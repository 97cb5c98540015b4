using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Lading.Platform.SignIn;
using Lading.Server.Admin;
using Lading.Server.Backups;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Lading.Server;

/// <summary>A port named by the user is taken.</summary>
public sealed class PortTaken(string urls, Exception inner)
    : Exception($"The address {urls} is taken. Name another with --urls, or stop what uses it.", inner);

/// <summary>The HTTP edge: limits, compression, who calls, the modules' routes, the page.</summary>
public sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private WebServer(WebApplication app, string address) => (this.app, Address) = (app, address);

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Starts serving; <paramref name="console"/> is the folder of the built console, there now or
    /// later.</summary>
    /// <exception cref="PortTaken">The address in <paramref name="urls"/> is in use.</exception>
    /// <exception cref="CertificateFault">The certificate cannot be used.</exception>
    public static async Task<WebServer> Start(
        LadingHost host,
        string? urls,
        string? console = null,
        Transport? transport = null
    )
    {
        transport ??= new Transport();
        var named = urls is not null;
        var scheme = transport.Certificate is null ? "http" : "https";
        for (var port = ServerOptions.DefaultPort; ; port++)
        {
            var address = urls ?? string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{port}");
            var app = Build(host, address, console, transport);
            try
            {
                await app.StartAsync();
                host.Watch.Start();
                host.Rounds.Start();
                return new WebServer(app, app.Urls.First());
            }
            catch (IOException taken)
                when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException or SocketException)
            {
                await app.DisposeAsync();
                if (named || port > ServerOptions.DefaultPort + 200)
                    throw new PortTaken(address, taken);
            }
        }
    }

    /// <summary>The routes, as they run.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    /// <summary>Waits until the process is asked to stop.</summary>
    public Task WaitForShutdown(CancellationToken stop = default) => app.WaitForShutdownAsync(stop);

    /// <summary>Stops serving; requests under way end.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }

    /// <summary>No settings file of the framework is read or watched where one happens to stand: a watched folder above
    /// the data folder reports every write of the log.</summary>
    public static WebApplicationOptions OwnSettings =>
        new() { ContentRootPath = AppContext.BaseDirectory, Args = ["--hostBuilder:reloadConfigOnChange=false"] };

    /// <summary>Builds the application without starting it: also what writes the OpenAPI document.</summary>
    public static WebApplication Build(
        LadingHost host,
        string urls,
        string? console = null,
        Transport? transport = null
    )
    {
        transport ??= new Transport();
        var builder = WebApplication.CreateSlimBuilder(OwnSettings);
        builder.Logging.ClearProviders().AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseUrls(urls).ConfigureKestrel(Limits);
        if (CertificateOf(host, urls, transport) is { } certificate)
            builder
                .WebHost.UseKestrelHttpsConfiguration()
                .ConfigureKestrel(k => k.ConfigureEndpointDefaults(certificate.Use));
        builder.Services.AddCors(o => o.AddDefaultPolicy(p => Allow(p, transport.Origins ?? [])));
        builder.Services.AddResponseCompression(o =>
        {
            o.Providers.Add<BrotliCompressionProvider>();
            o.Providers.Add<GzipCompressionProvider>();
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        builder.Services.AddSingleton(host.Clock);
        builder.Services.AddSingleton(host.Accounts);
        // Numbers are numbers: the document says so, and the console's generated types with it.
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        builder.Services.AddOpenApi("v1", ApiDocument.Configure);
        var app = builder.Build();
        app.Use(EdgeHeaders.Invoke);
        app.Use(LastResort);
        app.Use(next => new ConsoleFiles(console, next).Invoke);
        app.UseResponseCompression();
        app.UseRouting();
        app.UseCors();
        app.Use(next => new Authentication(host, next).Invoke);
        MapRoutes(app, host);
        app.MapGet("/building", () => ConsoleFiles.State(console)).OpenToAll().ExcludeFromDescription();
        return app;
    }

    /// <summary>The certificate, read once before anything is served; addresses and certificate must agree.</summary>
    private static CertificateFiles? CertificateOf(LadingHost host, string urls, Transport transport)
    {
        var secure = urls.Split(';').Count(u => u.StartsWith("https://", StringComparison.OrdinalIgnoreCase));
        if (secure > 0 != transport.Certificate is not null || (secure > 0 && secure < urls.Split(';').Length))
            throw new CertificateFault(
                "With --cert and --cert-key every address of --urls begins with https://, without them none does."
            );
        if (transport.Certificate is null)
            return null;
        var files = new CertificateFiles(
            transport.Certificate,
            transport.CertificateKey ?? transport.Certificate,
            host.Clock
        );
        files.Current();
        return files;
    }

    /// <summary>Pages of these sites may call with a key or token of their own; a cookie never goes with it.</summary>
    private static void Allow(CorsPolicyBuilder policy, IReadOnlyList<string> origins) =>
        policy
            .WithOrigins([.. origins])
            .WithMethods("GET", "POST", "PUT", "DELETE")
            .WithHeaders(
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-Match",
                SecondPerson.Header,
                "Lading-At-Least",
                "Lading-Correlation"
            )
            .WithExposedHeaders("ETag", "Location", "Retry-After", "Lading-Position", "Idempotent-Replayed")
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10));

    private static void MapRoutes(WebApplication app, LadingHost host)
    {
        var api = app.MapGroup("/api/v1");
        foreach (var module in host.Modules)
            module.Map(api);
        EventRoutes.Map(api);
        TenantRoutes.Map(api, host);
        KeyRoutes.Map(api, host);
        KeyRotation.Map(api, host);
        LinkRoutes.Map(api, host);
        SignInRoutes.Map(api, host.Accounts);
        PasskeyRoutes.Map(api, host.Accounts);
        MyAccountRoutes.Map(api, host.Accounts);
        PeopleRoutes.Map(api, host.Accounts);
        ExternalRoutes.Map(api, host.Accounts);
        ProviderRoutes.Map(api, host);
        AuditRoutes.Map(api, host);
        BackupRoutes.Map(api, host);
        HealthRoutes.Map(app, host);
        PageRoutes.Map(app, api, host);
        app.MapOpenApi().OpenToAll();
    }

    private static void Limits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = CommandCall.MaxBody + CommandCall.MaxDrained;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
    }

    /// <summary>Nothing leaves as a bare 500: faults of the store say whether a retry is safe, bugs say only a trace
    /// id.</summary>
    private static async Task LastResort(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            var refusal =
                bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? HttpRefusals.TooLarge(CommandCall.MaxBody)
                    : new Refusal("request.malformed", RefusalKind.Invalid, bad.Message);
            await Problems.Of(refusal).ExecuteAsync(http);
        }
        catch (StoreFault fault) when (!http.Response.HasStarted)
        {
            await Problems.Of(LogRefusals.Of(fault)).ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left; nobody reads an answer.
        }
        catch (Exception bug) when (!http.Response.HasStarted)
        {
            await ServerFault(http, bug);
        }
    }

    private static async Task ServerFault(HttpContext http, Exception bug)
    {
        http.RequestServices.GetRequiredService<ILoggerFactory>()
            .CreateLogger("Lading")
            .LogError(bug, "{Method} {Path} failed", http.Request.Method, http.GetEndpoint()?.DisplayName);
        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        var problem = Problems.Describe(
            new Refusal(
                "server.bug",
                RefusalKind.Invalid,
                "This is a fault of the server, not of your request.",
                Remedy: "Report the trace id."
            )
        ) with
        {
            Status = 500,
            Title = "Server fault",
        };
        await http.Response.WriteAsJsonAsync(problem, HttpJson.Default.Problem, "application/problem+json");
    }
}
