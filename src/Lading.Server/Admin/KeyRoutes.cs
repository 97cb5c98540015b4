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

/// <summary>Answer of <c>POST /keys</c>.</summary>
/// <param name="Key">The key itself, shown this once: the same request sent again answers without it.</param>
public sealed record IssuedKey(string Prefix, string? Key);

/// <summary>A key as a list shows it.</summary>
public sealed record KeyRow(
    string Prefix,
    string Name,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string>? Ventures,
    DateTime Created,
    DateTime? Expires,
    DateTime? Revoked,
    string? Replaces,
    DateTime? Used,
    IReadOnlyList<string>? Sites = null
);

/// <summary>Answer of <c>GET /keys</c>.</summary>
public sealed record KeyList(IReadOnlyList<KeyRow> Items);

/// <summary>API keys of the tenant: issue, list, revoke. The fact stands in the tenant's log, the hash outside
/// it.</summary>
public static class KeyRoutes
{
    private const string Tag = "Tenants and keys";
    private const string Permission = "platform.keys";

    /// <summary>Serves <c>/keys</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host)
    {
        api.Post("/keys", Permission, http => Issue(http, host))
            .Accepts<IssueKeyRequest>("application/json")
            .Produces<IssuedKey>(201)
            .WithTags(Tag);
        api.Get("/keys", Permission, http => List(http, host)).TenantWide().Produces<KeyList>().WithTags(Tag);
        api.Delete("/keys/{prefix}", Permission, http => Revoke(http, host)).TenantWide().Produces(204).WithTags(Tag);
    }

    private static async Task<IResult> Issue(HttpContext http, LadingHost host)
    {
        var (call, problem) = await CommandCall.Read(http, AdminJson.Default.IssueKeyRequest);
        if (problem is not null)
            return problem;
        var (body, caller) = (call!.Body, call.Caller);
        var there = Permissions.Catalogue(http).Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        var checks = Check(body, there, host.Clock.GetUtcNow());
        var narrowing = await Narrow(body, caller, checks, http.RequestAborted);
        CheckScopes(body, caller, narrowing, there, checks);
        if (!checks.Pass)
            return await call.Refuse(checks);
        if (Bound(caller, body.Scopes) is { } bound)
            return await call.Refuse(bound);

        // The same request sent again names the same key; its secret was shown once and is kept nowhere.
        var prefix = ApiKeys.PrefixOf(call.Id);
        var expires = body.Expires?.UtcDateTime;
        var stream = StreamOf(prefix);
        var (ventures, sites) = (narrowing.Ventures?.Order().ToArray(), narrowing.Sites?.Order().ToArray());
        var fact = new ApiKeyIssued(prefix, body.Name, body.Scopes, expires, ventures, sites);
        var answer = await call.Ask([stream], on => on.Append(stream, Decision.Accept(fact)));
        if (!answer.Accepted)
            return call.Respond(answer);
        var secret = host.Keys.Knows(prefix)
            ? null
            : host.Keys.Issue(caller.Tenant, body.Name, body.Scopes, ventures, expires, sites, prefix).Secret;
        call.Respond(answer);
        return Results.Json(
            new IssuedKey(prefix, secret),
            AdminJson.Default.IssuedKey,
            statusCode: StatusCodes.Status201Created
        );
    }

    /// <summary>What the key is narrowed to: as asked, else as the caller is.</summary>
    private static async ValueTask<Narrowing> Narrow(
        IssueKeyRequest body,
        Caller caller,
        Checks checks,
        CancellationToken stop
    )
    {
        var own = caller.Reach.Parts is [{ Customers: null } only] ? only : Narrowing.None;
        if (body.Ventures is null && body.Sites is null)
            return own;
        var places = await Places.Of(caller.Log, stop);
        foreach (var venture in body.Ventures ?? [])
            checks.That(
                places.Ventures.Contains(venture) && caller.Sees(venture),
                "ventures",
                venture,
                "There is no such venture.",
                "See GET /api/v1/ventures."
            );
        foreach (var site in body.Sites ?? [])
            checks.That(
                places.VentureOf(site) is { } v
                    && caller.SeesSite(v, site)
                    && (body.Ventures is null || body.Ventures.Contains(v)),
                "sites",
                site,
                "There is no such site in these ventures.",
                "See GET /api/v1/sites."
            );
        var ventures = body.Sites is null ? body.Ventures! : body.Sites.Select(places.VentureOf).OfType<string>();
        return new Narrowing(
            ventures.ToHashSet(StringComparer.Ordinal),
            body.Sites?.ToHashSet(StringComparer.Ordinal),
            null
        );
    }

    private static void CheckScopes(
        IssueKeyRequest body,
        Caller caller,
        Narrowing narrowing,
        HashSet<string> there,
        Checks checks
    )
    {
        var known = body.Scopes.Take(50).Where(s => HostAccess.IsHostScope(s) || there.Any(t => Rights.Matches(s, t)));
        foreach (var scope in known)
            checks.Held(
                !HostAccess.IsHostScope(scope) && caller.Rights.Find(scope) is { } held && held.Reach.Covers(narrowing),
                "scopes",
                scope,
                "A key cannot be given what its giver does not hold.",
                "Ask someone who holds it."
            );
    }

    /// <summary>Why its maker's roles keep a key from being made.</summary>
    internal static Refusal? Bound(Caller caller, IReadOnlyList<string> scopes)
    {
        foreach (var scope in scopes)
            if (caller.Rights.RuleForRole(scope) is { } rule)
                return KeyRefusals.BoundByRole(scope, rule);
        return null;
    }

    private static Checks Check(IssueKeyRequest body, HashSet<string> there, DateTimeOffset now)
    {
        var checks = new Checks();
        checks.Name("name", body.Name, 100);
        checks.That(
            body.Scopes.Count is >= 1 and <= 50,
            "scopes",
            body.Scopes.Count,
            "A key has 1 to 50 scopes.",
            "Use * for all, or names such as orders.write."
        );
        foreach (var scope in body.Scopes.Take(50).Where(s => !HostAccess.IsHostScope(s)))
            PermissionNames.Check(checks, "scopes", scope, there);

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
            .Select(k => new KeyRow(
                k.Prefix,
                k.Name,
                k.Scopes,
                k.Ventures,
                k.Created,
                k.Expires,
                k.Revoked,
                k.Replaces,
                k.Used,
                k.Sites
            ));
        return Task.FromResult(Results.Json(new KeyList([.. rows]), AdminJson.Default.KeyList));
    }

    private static async Task<IResult> Revoke(HttpContext http, LadingHost host)
    {
        var (call, problem) = await CommandCall.Read(http);
        if (problem is not null)
            return problem;
        var tenant = call!.Caller.Tenant;
        var prefix = (string)http.Request.RouteValues["prefix"]!;
        if (host.Keys.Stored(tenant, prefix) is not { Revoked: null })
            return await call.Refuse(AdminRefusals.UnknownKey(prefix));

        // The fact first: a refused one leaves the key, and sending it again ends what a crash left.
        var stream = StreamOf(prefix);
        var answer = await call.Ask([stream], on => Revoke(on, stream, new(prefix, "revoked by its tenant")));
        if (answer.Accepted)
            host.Keys.Revoke(tenant, prefix);
        return call.Respond(answer);
    }

    /// <summary>The stream of a key.</summary>
    internal static StreamName StreamOf(string prefix) => StreamName.Of("api-key", prefix);

    /// <summary>Records that a key is revoked, once.</summary>
    internal static async ValueTask<Refusal?> Record(Caller caller, string prefix, ApiKeyRevoked fact)
    {
        var stream = StreamOf(prefix);
        var answer = await caller.Log.Send(
            new Command
            {
                Id = CommandId.From("keys", prefix, nameof(ApiKeyRevoked)),
                Fingerprint = 0,
                Actor = caller.Actor,
                Streams = [stream],
                Decide = on => Revoke(on, stream, fact),
            }
        );
        return answer.Refusal;
    }

    private static Refusal? Revoke(Deciding on, StreamName stream, ApiKeyRevoked fact) =>
        on.Append(stream, on.State<KeyRecord>(stream).Revoked ? Decision.Accept() : Decision.Accept(fact));
}

/// <summary>Refusals of making keys.</summary>
public static class KeyRefusals
{
    public static Refusal BoundByRole(string scope, AccessRuleSet rule) =>
        new(
            "keys.bound-by-role",
            RefusalKind.Forbidden,
            $"The rule {rule.Rule} binds you under {rule.Permission} as {rule.Role}, and would not bind this key.",
            "scopes",
            scope,
            "Leave that scope out, or have the key made by someone without that role."
        );
}
