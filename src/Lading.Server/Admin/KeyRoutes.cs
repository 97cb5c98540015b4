using System.Text.RegularExpressions;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Lading.Platform.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server.Admin;

/// <summary>Body of <c>POST /keys</c>.</summary>
/// <param name="Scopes">Permissions <c>module.action</c>, or <c>*</c> for all; at most the caller's own.</param>
/// <param name="Ventures">The ventures it may see; left out: all, or those of its sites.</param>
/// <param name="Sites">The sites it may see; left out: all of its ventures.</param>
public sealed record IssueKeyRequest(
    string Name,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string>? Ventures = null,
    DateTimeOffset? Expires = null,
    IReadOnlyList<string>? Sites = null
);

/// <summary>Answer of <c>POST /keys</c>: the only time the key itself is shown.</summary>
public sealed record IssuedKey(string Prefix, string Key);

/// <summary>A key as a list shows it.</summary>
public sealed record KeyRow(
    string Prefix,
    string Name,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string>? Ventures,
    DateTime Created,
    DateTime? Expires,
    DateTime? Revoked,
    IReadOnlyList<string>? Sites = null
);

/// <summary>Answer of <c>GET /keys</c>.</summary>
public sealed record KeyList(IReadOnlyList<KeyRow> Items);

/// <summary>API keys of the tenant: issue, list, revoke. The fact stands in the tenant's log, the hash outside
/// it.</summary>
public static partial class KeyRoutes
{
    private const string Tag = "Tenants and keys";
    private const string Permission = "platform.keys";

    /// <summary>Serves <c>/keys</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host)
    {
        api.Post("/keys", Permission, http => Issue(http, host)).Produces<IssuedKey>(201).WithTags(Tag);
        api.Get("/keys", Permission, http => List(http, host)).Produces<KeyList>().WithTags(Tag);
        api.Delete("/keys/{prefix}", Permission, http => Revoke(http, host)).Produces(204).WithTags(Tag);
    }

    private static async Task<IResult> Issue(HttpContext http, LadingHost host)
    {
        var caller = Caller.Of(http);
        var (raw, tooLarge) = await CommandCall.ReadBody(http, CommandCall.MaxBody);
        if (tooLarge)
            return Problems.Of(HttpRefusals.TooLarge(CommandCall.MaxBody));
        var (body, malformed) = StrictJson.Read(raw.Span, AdminJson.Default.IssueKeyRequest);
        if (malformed is not null)
            return Problems.Of(malformed);
        var checks = Check(body!, caller, host.Clock.GetUtcNow());
        if (!checks.Pass)
            return Problems.Of(checks);
        var ventures = body!.Ventures ?? caller.Ventures?.Order(StringComparer.Ordinal).ToArray();
        var expires = body.Expires?.UtcDateTime;
        var (key, secret) = host.Keys.Issue(caller.Tenant, body.Name, body.Scopes, ventures, expires);
        await Record(caller, key.Prefix, new ApiKeyIssued(key.Prefix, key.Name, key.Scopes, expires));
        return Results.Json(
            new IssuedKey(key.Prefix, secret),
            AdminJson.Default.IssuedKey,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static Checks Check(IssueKeyRequest body, Caller caller, DateTimeOffset now)
    {
        var checks = new Checks();
        checks.That(
            body.Name.Trim().Length is >= 1 and <= 100,
            "name",
            body.Name,
            "A key's name has 1 to 100 characters."
        );
        checks.That(
            body.Scopes.Count is >= 1 and <= 50,
            "scopes",
            body.Scopes.Count,
            "A key has 1 to 50 scopes.",
            "Use * for all, or names such as orders.write."
        );
        foreach (var scope in body.Scopes.Take(50))
        {
            if (
                checks.That(
                    scope == "*" || ScopeShape().IsMatch(scope),
                    "scopes",
                    scope,
                    "A scope is * or module.action.",
                    "Use names such as orders.read, inventory.move."
                )
            )
                checks.That(
                    !HostAccess.IsHostScope(scope) && caller.May(scope),
                    "scopes",
                    scope,
                    "A key cannot be given what its giver does not hold.",
                    "Ask someone who holds it."
                );
        }

        foreach (var venture in body.Ventures ?? [])
            checks.That(
                caller.Sees(venture),
                "ventures",
                venture,
                "There is no such venture.",
                "See GET /api/v1/ventures."
            );
        checks.That(
            body.Expires is null || body.Expires > now,
            "expires",
            body.Expires,
            "The key would be dead from the start.",
            "Give a time to come, or leave it out."
        );
        return checks;
    }

    private static Task<IResult> List(HttpContext http, LadingHost host)
    {
        var rows = host
            .Keys.Of(Caller.Of(http).Tenant)
            .Select(k => new KeyRow(k.Prefix, k.Name, k.Scopes, k.Ventures, k.Created, k.Expires, k.Revoked));
        return Task.FromResult(Results.Json(new KeyList([.. rows]), AdminJson.Default.KeyList));
    }

    private static async Task<IResult> Revoke(HttpContext http, LadingHost host)
    {
        var caller = Caller.Of(http);
        var prefix = (string)http.Request.RouteValues["prefix"]!;
        if (!host.Keys.Revoke(caller.Tenant, prefix))
            return Problems.Of(AdminRefusals.UnknownKey(prefix));
        await Record(caller, prefix, new ApiKeyRevoked(prefix, "revoked by its tenant"));
        return Results.NoContent();
    }

    private static async Task Record(Caller caller, string prefix, object fact)
    {
        var stream = StreamName.Of("api-key", prefix);
        var answer = await caller.Log.Send(
            new Command
            {
                Id = CommandId.From("keys", prefix, fact.GetType().Name),
                Fingerprint = 0,
                Actor = caller.Actor,
                Streams = [stream],
                Decide = on =>
                {
                    on.Append(stream, fact);
                    return null;
                },
            }
        );
        if (!answer.Accepted)
            throw new StoreFault($"The key's fact was not recorded: {answer.Refusal!.Message}");
    }

    [GeneratedRegex(@"^[a-z][a-z-]{0,39}\.[a-z][a-z-]{0,39}$", RegexOptions.NonBacktracking)]
    private static partial Regex ScopeShape();
}
