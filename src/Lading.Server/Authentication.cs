using System.Collections.Concurrent;
using System.Collections.Frozen;
using Lading.Kernel;
using Lading.Platform.Http;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;
using Lading.Server.Admin;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server;

/// <summary>
/// Finds out who calls, by API key, by access token or by the cookie of a session, and whether the route's permission
/// is held. A route that declares no permission is refused to everybody.
/// </summary>
public sealed class Authentication(LadingHost host, RequestDelegate next)
{
    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);

    private sealed record Known(ApiKey Key, FrozenSet<string> Scopes, FrozenSet<string>? Ventures, string Actor);

    /// <summary>Runs the middleware.</summary>
    public async Task Invoke(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint is null)
        {
            await Problems.Of(AccessRefusals.NoRoute(http.Request.Path)).ExecuteAsync(http);
            return;
        }

        if (endpoint is not RouteEndpoint)
        {
            // The framework's own answers to a wrong method or content type on a route that is there.
            await next(http);
            if (!http.Response.HasStarted)
                await new StatusProblem(
                    AccessRefusals.NotThisWay(http),
                    http.Response.StatusCode,
                    "Not in this way"
                ).ExecuteAsync(http);
            return;
        }

        var needs = endpoint.Metadata.GetMetadata<Permission>();
        if (needs is { Name: "" })
        {
            await next(http);
            return;
        }

        var refusal = needs is null ? AccessRefusals.Undeclared() : await Admit(http, needs.Name);
        if (refusal is null)
        {
            await next(http);
            return;
        }

        if (refusal.Code == AccessRefusals.Unauthenticated().Code)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await new StatusProblem(refusal, StatusCodes.Status401Unauthorized, "Not signed in").ExecuteAsync(http);
            return;
        }

        await Problems.Of(refusal).ExecuteAsync(http);
    }

    private async ValueTask<Refusal?> Admit(HttpContext http, string permission)
    {
        if (Credential(http) is not { } caller)
            return AccessRefusals.Unauthenticated();
        if (permission != Permissions.Self && !HostAccess.Holds(caller.Scopes, permission))
            return AccessRefusals.Missing(permission);
        if (!TryTenant(http, caller, out var tenant))
            return AccessRefusals.NoTenant(http.Request.Headers[HostAccess.TenantHeader].ToString());
        if (tenant == default && HostAccess.IsHostScope(permission))
            return null;
        var log = await host.Tenants.Log(tenant);
        http.Features.Set(new Caller(tenant, log, caller.Key.Prefix, caller.Actor, caller.Scopes, caller.Ventures));
        return null;
    }

    /// <summary>The tenant is the credential's; only who owns the data folder may name another.</summary>
    private bool TryTenant(HttpContext http, Known caller, out TenantId tenant)
    {
        tenant = caller.Key.Tenant;
        var named = http.Request.Headers[HostAccess.TenantHeader].ToString();
        if (named.Length == 0 || !caller.Scopes.Contains(HostAccess.Permission))
            return true;
        if (host.Tenants.Tenants.FirstOrDefault(t => t.Slug == named) is not { } found)
            return false;
        tenant = found.Id;
        return true;
    }

    private Known? Credential(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer lk_", StringComparison.OrdinalIgnoreCase))
            return host.Keys.Find(header[7..].Trim()) is { } key ? Remember(key) : null;
        if (Session(http, header) is not { } session)
            return null;
        http.Features.Set(session);
        return Remember(session);
    }

    /// <summary>A person's session, by access token or by cookie; a request with both is judged by its token.</summary>
    private Session? Session(HttpContext http, string header)
    {
        var accounts = host.Accounts;
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return accounts.Tokens.Session(header[7..].Trim()) is { } id ? accounts.Sessions.Live(id) : null;
        if (header.Length > 0 || SignInForm.SessionOf(http) is not { } cookie)
            return null;
        var changes = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);
        return changes && !SignInForm.FromHere(http) ? null : accounts.Sessions.OfCookie(cookie);
    }

    /// <summary>Until roles say more, the owner may do everything and others nothing.</summary>
    private Known Remember(Session session)
    {
        var owner = session.IsLocal || host.Accounts.In(session.Account, session.Tenant).Owner;
        var actor = session.IsLocal ? "host:local-owner" : $"person:{session.Account}";
        var key = new ApiKey(actor, session.Tenant, "", owner ? ["*"] : [], null, [], default, null, null);
        return new Known(key, key.Scopes.ToFrozenSet(StringComparer.Ordinal), null, actor);
    }

    private Known Remember(ApiKey key)
    {
        if (known.TryGetValue(key.Prefix, out var found) && ReferenceEquals(found.Key, key))
            return found;
        var made = new Known(
            key,
            key.Scopes.ToFrozenSet(StringComparer.Ordinal),
            key.Ventures?.ToFrozenSet(StringComparer.Ordinal),
            $"key:{key.Prefix}"
        );
        return known[key.Prefix] = made;
    }

    /// <summary>The few answers whose status no kind of refusal stands for.</summary>
    private sealed class StatusProblem(Refusal refusal, int status, string title) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = status;
            var problem = Problems.Describe(refusal) with { Status = status, Title = title };
            return http.Response.WriteAsJsonAsync(problem, HttpJson.Default.Problem, "application/problem+json");
        }
    }
}

/// <summary>Refusals of the front door, in the order in which they are checked.</summary>
public static class AccessRefusals
{
    public static Refusal NoRoute(string path) =>
        new(
            "request.no-route",
            RefusalKind.NotFound,
            $"There is nothing at {(path.Length > 100 ? path[..100] : path)}.",
            Remedy: "See /openapi/v1.json for what there is."
        );

    public static Refusal NotThisWay(HttpContext http) =>
        http.Response.StatusCode == StatusCodes.Status415UnsupportedMediaType
            ? new(
                "request.content-type",
                RefusalKind.Invalid,
                "This route takes another content type.",
                "Content-Type",
                http.Request.ContentType,
                "Send application/json, or application/x-ndjson to a batch route."
            )
            : new(
                "request.method",
                RefusalKind.Invalid,
                $"{http.Request.Method} is not possible here.",
                Remedy: "See /openapi/v1.json for what there is."
            );

    public static Refusal Undeclared() =>
        new("access.undeclared", RefusalKind.Forbidden, "This route declares no permission, so nobody may use it.");

    public static Refusal Unauthenticated() =>
        new(
            "access.unauthenticated",
            RefusalKind.Forbidden,
            "No valid credential came with the request.",
            "Authorization",
            null,
            "Send Authorization: Bearer with a key of `lading key create`."
        );

    public static Refusal NoTenant(string slug) =>
        new(
            "access.unknown-tenant",
            RefusalKind.NotFound,
            "There is no such tenant.",
            "Lading-Tenant",
            slug.Length > 40 ? slug[..40] : slug,
            "`lading tenant list` names them."
        );

    public static Refusal Missing(string permission) =>
        new(
            "access.missing-permission",
            RefusalKind.Forbidden,
            $"This credential lacks the permission {permission}.",
            "Authorization",
            null,
            "Ask for a key with that scope."
        );
}
