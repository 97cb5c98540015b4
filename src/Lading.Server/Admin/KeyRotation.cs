using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Lading.Platform.Privacy;
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
        var (call, problem) = await CommandCall.Read(http, AdminJson.Default.RotateKeyRequest);
        if (problem is not null)
            return problem;
        var (body, caller) = (call!.Body, call.Caller);
        var checks = new Checks();
        checks.That(
            body.OverlapHours is >= 0 and <= MostHours,
            "overlapHours",
            body.OverlapHours,
            $"The overlap is 0 to {MostHours} hours.",
            "Give the time in which every caller gets the new key."
        );
        if (!checks.Pass)
            return await call.Refuse(checks);
        var prefix = (string)http.Request.RouteValues["prefix"]!;
        if (host.Keys.Stored(caller.Tenant, prefix) is not { } old)
            return await call.Refuse(AdminRefusals.UnknownKey(prefix));
        var narrowing = AccessDirectory.NarrowingOf(old);
        if (old.Scopes.FirstOrDefault(s => caller.Rights.Find(s)?.Reach.Covers(narrowing) != true) is { } scope)
            return await call.Refuse(AccessRefusals.Missing(scope));
        if (KeyRoutes.Bound(caller, old.Scopes) is { } bound)
            return await call.Refuse(bound);

        // The facts first, as with a new key: sending it again makes what a crash left unmade.
        var next = ApiKeys.PrefixOf(call.Id);
        var overlap = TimeSpan.FromHours(body.OverlapHours);
        var answer = await Ask(call, host.Keys, old, next, overlap);
        if (!answer.Accepted)
            return call.Respond(answer);
        string? secret = null;
        if (!host.Keys.Knows(next))
        {
            var told = await caller.Log.ReadStream(KeyRoutes.StreamOf(next), 0, 1, http.RequestAborted);
            var (expires, ends) = Times(old, overlap, told[0].RecordedAt);
            if (host.Keys.Rotate(old, next, expires, ends) is not { } made)
                return await Undo(caller, prefix, next);
            secret = made.Secret;
        }

        call.Respond(answer);
        return Results.Json(
            new IssuedKey(next, secret),
            AdminJson.Default.IssuedKey,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static ValueTask<Answer> Ask(
        CommandCall<RotateKeyRequest> call,
        ApiKeys keys,
        ApiKey old,
        string next,
        TimeSpan overlap
    )
    {
        var (made, stream) = (KeyRoutes.StreamOf(next), KeyRoutes.StreamOf(old.Prefix));
        var (live, rotating) = (keys.IsLive(old), keys.IsRotating(old));
        var dead = keys.Of(old.Tenant).Where(k => !keys.IsLive(k)).Select(k => k.Prefix).ToHashSet();
        return call.Ask(
            [made, stream],
            on =>
            {
                var state = on.State<KeyRecord>(stream);
                if (!live || state.Revoked)
                    return AdminRefusals.UnknownKey(old.Prefix);
                if (rotating || (state.Replaced is { } last && on.Now < last.Ends && !dead.Contains(last.By)))
                    return RotationRefusals.Rotating(old.Prefix);
                var (expires, ends) = Times(old, overlap, on.Now);
                on.Append(made, new ApiKeyIssued(next, old.Name, old.Scopes, expires, old.Ventures, old.Sites));
                on.Append(stream, new ApiKeyReplaced(old.Prefix, next, ends));
                return null;
            }
        );
    }

    /// <summary>Until when the successor is in force, for as long as the key was to be; and until when the key
    /// is.</summary>
    private static (DateTime? Expires, DateTime Ends) Times(ApiKey old, TimeSpan overlap, DateTime now) =>
        (
            now + (old.Expires - old.Created),
            old.Expires is { } expires && expires < now + overlap ? expires : now + overlap
        );

    /// <summary>The key was revoked after the facts were recorded: its successor is one that never was.</summary>
    private static async Task<IResult> Undo(Caller caller, string prefix, string next) =>
        Problems.Of(
            await KeyRoutes.Record(caller, next, new ApiKeyRevoked(next, "the key it replaces was revoked first"))
                ?? AdminRefusals.UnknownKey(prefix)
        );
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
