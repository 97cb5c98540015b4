using System.Globalization;
using System.Text.Json.Serialization;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server;

/// <summary>Answer of <c>GET /audit</c>.</summary>
/// <param name="Head">Where the log ends: <c>POSITION:HASH</c>. Kept elsewhere, it shows later that nothing was cut off
/// or written anew.</param>
public sealed record AuditView(long Facts, string Head, long? BadPosition, string? Problem);

/// <summary><c>GET /audit</c>: recomputes the tenant's hash chain from its stored bytes, one at a time, beside all
/// other work.</summary>
public static class AuditRoutes
{
    private static readonly SemaphoreSlim One = new(1);

    /// <summary>Serves <c>/audit</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host) =>
        api.Get("/audit", "audit.read", http => Verify(http, host))
            .TenantWide()
            .Produces<AuditView>()
            .WithTags("Operations")
            .WithSummary("Is every event there, in order, as it was written?");

    private static async Task<IResult> Verify(HttpContext http, LadingHost host)
    {
        var checks = new Checks();
        var text = http.Request.Query["head"].ToString();
        var known = ReadHead(text.Length == 0 ? null : text, out var good);
        checks.That(good, "head", text, "A head is POSITION:HASH.", "Send the head of an earlier answer.");
        if (!checks.Pass)
            return Problems.Of(checks);
        var id = Caller.Of(http).Tenant;
        var tenant = host.Tenants.Tenants.First(t => t.Id == id);
        await One.WaitAsync(http.RequestAborted);
        try
        {
            var report = await Task.Factory.StartNew(
                () =>
                {
                    using var facts = host.RawFacts(tenant);
                    return AuditVerifier.Verify(
                        id,
                        facts,
                        known,
                        _ => http.RequestAborted.ThrowIfCancellationRequested()
                    );
                },
                http.RequestAborted,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            return Results.Json(View(report), AuditJson.Default.AuditView);
        }
        finally
        {
            One.Release();
        }
    }

    /// <summary>A report as an answer shows it.</summary>
    public static AuditView View(AuditReport report)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Head.Position}:{Convert.ToHexStringLower(report.Head.Hash)}"
        );
        return new AuditView(report.Facts, head, report.BadPosition, report.Problem);
    }

    /// <summary>Reads a head; null for none.</summary>
    public static LogHead? ReadHead(string? text, out bool good)
    {
        good = true;
        if (text is null)
            return null;
        var parts = text.Split(':');
        good =
            parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && parts[1].Length == 64
            && parts[1].All(char.IsAsciiHexDigit);
        return good
            ? new LogHead(long.Parse(parts[0], CultureInfo.InvariantCulture), Convert.FromHexString(parts[1]))
            : null;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AuditView))]
public sealed partial class AuditJson : JsonSerializerContext;
