using Lading.Kernel;
using Lading.Log;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lading.Platform.Http;

/// <summary>Who calls, as the credential says: never as the body says.</summary>
/// <param name="Credential">The key's prefix: the scope of idempotency keys.</param>
/// <param name="Scopes">Permissions <c>module.action</c>; <c>*</c> is all.</param>
/// <param name="Ventures">The ventures it may see, or null for all.</param>
public sealed record Caller(
    TenantId Tenant,
    TenantLog Log,
    string Credential,
    string Actor,
    IReadOnlySet<string> Scopes,
    IReadOnlySet<string>? Ventures
)
{
    /// <summary>Whether a permission is held.</summary>
    public bool May(string permission) => Scopes.Contains(permission) || Scopes.Contains("*");

    /// <summary>Whether a venture may be seen.</summary>
    public bool Sees(string venture) => Ventures is null || Ventures.Contains(venture);

    /// <summary>The caller of this request; authentication ran before any route that needs a permission.</summary>
    public static Caller Of(HttpContext http) =>
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("The route declares no permission.");
}

/// <summary>The permission a route needs; a route without one is refused to everybody (default deny).</summary>
public sealed record Permission(string Name);

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

    /// <summary>Open to everybody: health, the page, the OpenAPI document.</summary>
    public static TBuilder OpenToAll<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.Needs("");
}
