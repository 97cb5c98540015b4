using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
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
    /// <summary>A credential that is good: of which tenant, who that is, and the key behind it if it is one.</summary>
    private sealed record Presented(TenantId Tenant, Identity Who, ApiKey? Key);

    private DoorKeeper Keeper =>
        keeper ??= new DoorKeeper(http => Admit(http, http.GetEndpoint()!.Metadata.GetMetadata<Permission>()!.Name));

    private DoorKeeper? keeper;

    /// <summary>Runs the middleware; the company's log stays open until the request is over.</summary>
    public async Task Invoke(HttpContext http)
    {
        try
        {
            await Answer(http);
        }
        finally
        {
            http.Features.Get<Held>()?.Dispose();
        }
    }

    private async Task Answer(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint is null)
        {
            await Problems.Of(FrontDoorRefusals.NoRoute(http.Request.Path)).ExecuteAsync(http);
            return;
        }

        if (endpoint is not RouteEndpoint)
        {
            // The framework's own answers to a wrong method or content type on a route that is there.
            await next(http);
            if (!http.Response.HasStarted)
                await new StatusProblem(
                    FrontDoorRefusals.NotThisWay(http),
                    http.Response.StatusCode,
                    "Not in this way"
                ).ExecuteAsync(http);
            return;
        }

        var needs = endpoint.Metadata.GetMetadata<Permission>();
        if (needs is { Name: "" })
        {
            await (Queries.Wrong(http) is { } misnamed ? Problems.Of(misnamed).ExecuteAsync(http) : next(http));
            CountDenial(http);
            return;
        }

        http.Features.Set(Keeper);
        var refusal = needs is null ? FrontDoorRefusals.Undeclared() : await Admit(http, needs.Name);
        IResult? answer = null;
        if (refusal is null && Queries.Wrong(http) is { } wrong)
            answer = Problems.Of(wrong);
        else if (refusal is null)
            (refusal, answer) = await SecondPerson.Hold(http);
        if (refusal is null)
        {
            await (answer is null ? next(http) : answer.ExecuteAsync(http));
            CountDenial(http);
            return;
        }

        Count(http, refusal.Code);

        if (refusal.Kind == RefusalKind.Unauthenticated)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        await Problems.Of(refusal).ExecuteAsync(http);
    }

    /// <summary>What the route itself did not allow, when it is known to whom.</summary>
    private void CountDenial(HttpContext http)
    {
        if (http.Features.Get<Denial>() is not { } denial)
            return;
        if (http.Features.Get<Presented>() is null && Credential(http) is { } presented)
            http.Features.Set(presented);
        Count(http, denial.Code);
    }

    private void Count(HttpContext http, string code)
    {
        if (http.Features.Get<Presented>() is { } refused && http.GetEndpoint() is RouteEndpoint route)
            host.Watch.Counter.Denied(refused.Tenant, refused.Who.Actor, Permissions.NameOf(route), code);
    }

    private async ValueTask<Refusal?> Admit(HttpContext http, string permission)
    {
        if (Credential(http) is not { } presented)
            return FrontDoorRefusals.Unauthenticated();
        http.Features.Set(presented);
        if (!HostAccess.IsHost(presented.Key) && !host.Rates.Take(presented.Who.Credential, presented.Key is not null))
        {
            http.Response.Headers.RetryAfter = "1";
            return FrontDoorRefusals.TooFast();
        }

        if (presented.Key is { } used && !HostAccess.IsHost(used))
            host.Watch.Counter.Used(presented.Tenant, used.Identity.Actor);
        if (!TryTenant(http, presented, out var tenant))
            return FrontDoorRefusals.NoTenant(http.Request.Headers[HostAccess.TenantHeader].ToString());
        if (tenant == default && HostAccess.IsHostScope(permission) && HostAccess.IsHost(presented.Key))
            return null;
        var log = await Hold(http, tenant);
        var rights = RightsOf(log, presented);
        return Door.Open(http, permission, tenant, log, presented.Who, rights, host.Clock.GetUtcNow().UtcDateTime);
    }

    /// <summary>Held once for the whole request, however often it is admitted.</summary>
    private async ValueTask<TenantLog> Hold(HttpContext http, TenantId tenant)
    {
        if (http.Features.Get<Held>() is { } held && held.Log.Tenant == tenant)
            return held.Log;
        held = await host.Tenants.Hold(tenant);
        http.Features.Set(held);
        return held.Log;
    }

    /// <summary>Who came by the link that only the owner of the data folder sees is bound by no rule.</summary>
    private static Rights RightsOf(TenantLog log, Presented presented) =>
        presented.Key is { } key ? AccessDirectory.Of(log).RightsOf(key)
        : presented.Who.Person is { } person ? AccessDirectory.Of(log).RightsOf(person)
        : presented.Who.Actor == LocalOwner ? Rights.Everything
        : Rights.Nothing;

    private const string LocalOwner = Platform.SignIn.Session.LocalOwner;

    /// <summary>The tenant is the credential's; only who owns the data folder may name another.</summary>
    private bool TryTenant(HttpContext http, Presented presented, out TenantId tenant)
    {
        tenant = presented.Tenant;
        var named = http.Request.Headers[HostAccess.TenantHeader].ToString();
        if (named.Length == 0 || !HostAccess.IsHost(presented.Key))
            return true;
        if (host.Tenants.Tenants.FirstOrDefault(t => t.Slug == named) is not { } found)
            return false;
        tenant = found.Id;
        return true;
    }

    private Presented? Credential(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer lk_", StringComparison.OrdinalIgnoreCase))
            return host.Keys.Find(header[7..].Trim()) is { } key ? new Presented(key.Tenant, key.Identity, key) : null;
        if (Session(http, header) is not { } session)
            return null;
        http.Features.Set(session);
        return new Presented(session.Tenant, WhoIs(session), null);
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

    /// <summary>A retry after signing in again is the same person's: commands are known by account.</summary>
    private static Identity WhoIs(Session session)
    {
        var actor = session.IsLocal ? LocalOwner : $"person:{session.Account}";
        var person = session.IsLocal ? null : session.Account;
        return new Identity(actor, actor, person, session.Id, session.Authenticated, session.Mfa);
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
public static class FrontDoorRefusals
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
            RefusalKind.Unauthenticated,
            "No valid credential came with the request.",
            "Authorization",
            null,
            "Send Authorization: Bearer with a key of `lading key create`."
        );

    public static Refusal TooFast() =>
        new(
            "request.too-many",
            RefusalKind.TooMany,
            "More requests came with this credential than one may make in a second.",
            Remedy: "Wait as Retry-After says, and use the batch routes for many changes."
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
}
