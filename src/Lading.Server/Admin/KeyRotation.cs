using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Lading.Platform.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server.Admin;

/// <summary>Body of <c>POST /keys/{prefix}/rotate</c>.</summary>
/// <param name="OverlapHours">How long both keys are in force: 0 to 720.</param>
public sealed record RotateKeyRequest(int OverlapHours = 24);

/// <summary>A key's successor: the same name, scopes and ventures. Both are in force until the overlap is over; a third
/// is refused until then.</summary>
public static class KeyRotation
{
    private const int MostHours = 720;

    /// <summary>Serves <c>/keys/{prefix}/rotate</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host) =>
        api.Post("/keys/{prefix}/rotate", "platform.keys", http => Rotate(http, host))
            .TenantWide()
            .Accepts<RotateKeyRequest>("application/json")
            .Produces<IssuedKey>(201)
            .WithTags("Tenants and keys")
            .WithSummary("Make a key's successor; both are in force for a while.");

    private static async Task<IResult> Rotate(HttpContext http, LadingHost host)
    {
        var caller = Caller.Of(http);
        var (raw, tooLarge) = await CommandCall.ReadBody(http, CommandCall.MaxBody);
        if (tooLarge)
            return Problems.Of(HttpRefusals.TooLarge(CommandCall.MaxBody));
        var (body, malformed) = StrictJson.Read(raw.Span, AdminJson.Default.RotateKeyRequest);
        if (malformed is not null)
            return Problems.Of(malformed);
        var checks = new Checks();
        checks.That(
            body!.OverlapHours is >= 0 and <= MostHours,
            "overlapHours",
            body.OverlapHours,
            $"The overlap is 0 to {MostHours} hours.",
            "Give the time in which every caller gets the new key."
        );
        if (!checks.Pass)
            return Problems.Of(checks);
        var prefix = (string)http.Request.RouteValues["prefix"]!;
        if (host.Keys.Stored(caller.Tenant, prefix) is not { } old || !host.Keys.IsLive(old))
            return Problems.Of(AdminRefusals.UnknownKey(prefix));
        var narrowing = AccessDirectory.NarrowingOf(old);
        if (old.Scopes.FirstOrDefault(s => caller.Rights.Find(s)?.Reach.Covers(narrowing) != true) is { } scope)
            return Problems.Of(AccessRefusals.Missing(scope));
        if (host.Keys.Rotate(old.Tenant, prefix, TimeSpan.FromHours(body.OverlapHours)) is not var (made, secret, ends))
            return Problems.Of(RotationRefusals.Rotating(prefix));
        await KeyRoutes.Record(
            caller,
            made.Prefix,
            new ApiKeyIssued(made.Prefix, made.Name, made.Scopes, made.Expires, made.Ventures, made.Sites)
        );
        await KeyRoutes.Record(caller, prefix, new ApiKeyReplaced(prefix, made.Prefix, ends));
        return Results.Json(
            new IssuedKey(made.Prefix, secret),
            AdminJson.Default.IssuedKey,
            statusCode: StatusCodes.Status201Created
        );
    }
}

/// <summary>Refusals of rotating keys.</summary>
public static class RotationRefusals
{
    public static Refusal Rotating(string prefix) =>
        new(
            "keys.rotating",
            RefusalKind.Conflict,
            "This key has a successor, and both are in force: there are never three.",
            "prefix",
            prefix.Length > 40 ? prefix[..40] : prefix,
            "Revoke one of the two, or wait until the overlap is over."
        );
}
