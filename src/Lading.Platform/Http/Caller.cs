using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Lading.Platform.Http;

/// <summary>Who calls, as the credential says before any permission was looked at: never as the body says.</summary>
/// <param name="Credential">The scope of idempotency keys: a key's prefix, a person's session or account.</param>
/// <param name="Person">The account's id, when a person calls.</param>
/// <param name="Session">The person's session, when there is one.</param>
/// <param name="AuthenticatedAt">When the person signed in.</param>
/// <param name="SecondFactorAt">When they last gave a second factor, if they did.</param>
public sealed record Identity(
    string Credential,
    string Actor,
    string? Person = null,
    string? Session = null,
    DateTime? AuthenticatedAt = null,
    DateTime? SecondFactorAt = null
);

/// <summary>Who calls, with what they may do and the part of the company that this route's permission
/// reaches.</summary>
/// <param name="Rights">All that is held; a route's own permission was checked before.</param>
/// <param name="Reach">What the permission of this route reaches.</param>
/// <param name="Allowed">That permission as it is held, with its rules.</param>
public sealed record Caller(
    TenantId Tenant,
    TenantLog Log,
    Identity Identity,
    Rights Rights,
    Reach Reach,
    Allowed Allowed
)
{
    /// <summary>The scope of idempotency keys.</summary>
    public string Credential => Identity.Credential;

    /// <summary>How facts name the caller.</summary>
    public string Actor => Identity.Actor;

    /// <summary>The ventures of which anything may be seen, or null for all.</summary>
    public IReadOnlySet<string>? Ventures => Reach.Ventures;

    /// <summary>Whether a permission is held, its rules aside.</summary>
    public bool May(string permission) => Rights.Find(permission) is not null;

    /// <summary>Whether anything of a venture may be seen.</summary>
    public bool Sees(string venture) => Reach.Sees(venture);

    /// <summary>Whether a site of a venture may be seen.</summary>
    public bool SeesSite(string venture, string site) => Reach.SeesSite(venture, site);

    /// <summary>The caller of this request; authentication ran before any route that needs a permission.</summary>
    public static Caller Of(HttpContext http) =>
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("The route declares no permission.");
}

/// <summary>The permission a route needs; a route without one is refused to everybody (default deny).</summary>
public sealed record Permission(string Name);

/// <summary>The route concerns the whole company: who holds its permission for a part of it is refused.</summary>
public sealed record WholeCompany;

/// <summary>The route serves customers' records and keeps each customer to their own. Who holds a permission for named
/// customers alone is refused wherever this is not declared (default deny).</summary>
public sealed record OwnRecords;

/// <summary>How a module reckons what a request of the route is worth, for rules that bind only what is dear. Null:
/// it cannot be told, and the rule binds.</summary>
public sealed record Worth(Func<Caller, ReadOnlyMemory<byte>, Money?> Of);

/// <summary>Declares what a route needs.</summary>
public static class Permissions
{
    /// <summary>Held by everybody with a valid credential.</summary>
    public const string Self = "self";

    /// <summary>Needs the permission <c>module.action</c>.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder route, string permission)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(builder => builder.Metadata.Add(new Permission(permission)));
        return route;
    }

    /// <summary>Concerns the whole company.</summary>
    public static TBuilder TenantWide<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(builder => builder.Metadata.Add(new WholeCompany()));
        return route;
    }

    /// <summary>Serves customers' records, each customer's to themselves.</summary>
    public static TBuilder OwnRecords<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(builder => builder.Metadata.Add(new OwnRecords()));
        return route;
    }

    /// <summary>Says what a request of the route is worth.</summary>
    public static TBuilder IsWorth<TBuilder>(this TBuilder route, Func<Caller, ReadOnlyMemory<byte>, Money?> worth)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(builder => builder.Metadata.Add(new Worth(worth)));
        return route;
    }

    /// <summary>Open to everybody: health, the page, the OpenAPI document.</summary>
    public static TBuilder OpenToAll<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.Needs("");

    /// <summary>Every permission that routes of this server need, with those routes; the host's own and those that
    /// everybody holds aside.</summary>
    public static ILookup<string, string> Catalogue(HttpContext http) =>
        http
            .RequestServices.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(e => (e.Metadata.GetMetadata<Permission>()?.Name, Route: NameOf(e)))
            .Where(e => e.Name is { Length: > 0 } and not Self && !e.Name.StartsWith("host.", StringComparison.Ordinal))
            .OrderBy(e => e.Name, StringComparer.Ordinal)
            .ToLookup(e => e.Name!, e => e.Route, StringComparer.Ordinal);

    /// <summary>A route by method and pattern: <c>GET /api/v1/orders/{order}</c>.</summary>
    public static string NameOf(RouteEndpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
        return $"{string.Join(',', methods)} {endpoint.RoutePattern.RawText}";
    }
}
