using System.Globalization;
using System.Text.Json.Serialization;
using Lading.Log;
using Lading.Platform.Audit;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server;

/// <summary>Answer of <c>GET /audit/chain</c>.</summary>
/// <param name="Head">Where the log ends: <c>POSITION:HASH</c>. Kept elsewhere, it shows later that nothing was cut off
/// or written anew.</param>
public sealed record AuditView(long Facts, string Head, long? BadPosition, string? Problem);

/// <summary>Body of <c>POST /audit</c>: heads noted earlier, <c>POSITION:HASH</c> each.</summary>
public sealed record AuditRequest(IReadOnlyList<string> Heads);

/// <summary>Answer of <c>GET /audit/head</c>.</summary>
public sealed record HeadView(Guid Tenant, string Head);

/// <summary><c>GET /audit/chain</c>: recomputes the tenant's hash chain from its stored bytes, one at a time, beside
/// all other work.</summary>
public static class AuditRoutes
{
    private static readonly SemaphoreSlim One = new(1);

    /// <summary>Heads a log is compared with at a time, at most.</summary>
    public const int MostHeads = 5_000;

    private static readonly QueryName KnownHead = new(
        "head",
        QueryKind.Text,
        "A head that was kept elsewhere, POSITION:HASH: the log is compared with it."
    );

    private static readonly QueryName OfLog = new("log", QueryKind.Text, "Which log.")
    {
        OneOf = ["business", "audit"],
        Otherwise = "business",
    };

    /// <summary>Serves <c>/audit</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host)
    {
        AuditSearch.Map(api, host);
        api.Get("/audit/chain", "audit.read", http => VerifyOne(http, host))
            .Query(KnownHead, OfLog)
            .TenantWide()
            .Produces<AuditView>()
            .WithTags("Operations")
            .WithSummary("Is every event there, in order, as it was written?");
        api.Post("/audit", "audit.read", http => VerifyMany(http, host))
            .Unkeyed("It only reads: the heads stand in the body because there may be many.")
            .Query(OfLog)
            .Accepts<AuditRequest>("application/json")
            .TenantWide()
            .Produces<AuditView>()
            .WithTags("Operations")
            .WithSummary("The same, compared with heads that were kept elsewhere; it changes nothing.");
        api.Get("/audit/head", "audit.read", http => Head(http))
            .TenantWide()
            .Produces<HeadView>()
            .WithTags("Operations")
            .WithSummary("Where the log ends now: to be signed and kept elsewhere.");
    }

    private static async Task<IResult> Head(HttpContext http)
    {
        var log = Caller.Of(http).Log;
        var head = await log.ReadHead(http.RequestAborted);
        return Results.Json(new HeadView(log.Tenant.Value, Text(head)), AuditJson.Default.HeadView);
    }

    private static Task<IResult> VerifyOne(HttpContext http, LadingHost host)
    {
        var text = http.Given(KnownHead);
        return Verify(http, host, text.Length == 0 ? [] : [text], "head");
    }

    private static async Task<IResult> VerifyMany(HttpContext http, LadingHost host)
    {
        var (raw, tooLarge) = await CommandCall.ReadBody(http, CommandCall.MaxBody);
        if (tooLarge)
            return Problems.Of(HttpRefusals.TooLarge(CommandCall.MaxBody));
        var (body, malformed) = StrictJson.Read(raw.Span, AuditJson.Default.AuditRequest);
        return malformed is not null ? Problems.Of(malformed) : await Verify(http, host, body!.Heads, "heads");
    }

    private static async Task<IResult> Verify(
        HttpContext http,
        LadingHost host,
        IReadOnlyList<string> heads,
        string field
    )
    {
        var checks = new Checks();
        var known = new List<LogHead>();
        checks.That(heads.Count <= MostHeads, field, null, $"At most {MostHeads} heads are compared at a time.");
        foreach (var text in heads.Take(MostHeads))
        {
            var head = ReadHead(text, out var good);
            checks.That(good, field, text, "A head is POSITION:HASH.", "Send the head of an earlier answer.");
            if (!checks.Pass)
                return Problems.Of(checks);
            known.Add(head!.Value);
        }

        var ofAudit = http.OneOf(OfLog, checks) == "audit";
        if (!checks.Pass)
            return Problems.Of(checks);
        known.Sort((one, other) => one.Position.CompareTo(other.Position));
        var id = Caller.Of(http).Tenant;
        var tenant = host.Tenants.Tenants.First(t => t.Id == id);
        if (ofAudit)
            await host.Tenants.Audit(id); // so that there is one to verify
        await One.WaitAsync(http.RequestAborted);
        try
        {
            var report = await Task.Factory.StartNew(
                () =>
                {
                    using var facts = host.Raw(tenant, ofAudit ? "audit" : "log")!;
                    return AuditVerifier.VerifyAgainst(
                        ofAudit ? AuditTrail.IdOf(id) : id,
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
        return new AuditView(report.Facts, Text(report.Head), report.BadPosition, report.Problem);
    }

    /// <summary>A head as text: <c>POSITION:HASH</c>.</summary>
    public static string Text(LogHead head) =>
        string.Create(CultureInfo.InvariantCulture, $"{head.Position}:{Convert.ToHexStringLower(head.Hash)}");

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
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AuditView))]
[JsonSerializable(typeof(AuditRequest))]
[JsonSerializable(typeof(HeadView))]
[JsonSerializable(typeof(AuditPage))]
public sealed partial class AuditJson : JsonSerializerContext;
