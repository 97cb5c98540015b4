using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server;

/// <summary>The small live page of the day, and the one-time link that lets a browser in.</summary>
public static class PageRoutes
{
    /// <summary>Serves the page.</summary>
    public static void Map(IEndpointRouteBuilder root, IEndpointRouteBuilder api, LadingHost host)
    {
        root.MapGet("/", () => File("index.html", "text/html; charset=utf-8")).OpenToAll().ExcludeFromDescription();
        root.MapGet("/page.js", () => File("page.js", "text/javascript; charset=utf-8"))
            .OpenToAll()
            .ExcludeFromDescription();
        root.MapGet("/page.css", () => File("page.css", "text/css; charset=utf-8"))
            .OpenToAll()
            .ExcludeFromDescription();
        root.MapGet("/enter/{link}", (HttpContext http, string link) => LocalLinks.Enter(http, host.Accounts, link))
            .OpenToAll()
            .ExcludeFromDescription();
        api.Get("/me", "platform.read", http => Me(http, host))
            .WithTags("Operations")
            .Produces<Me>()
            .WithSummary("The tenant and what this credential may do.");
    }

    private static Task<IResult> Me(HttpContext http, LadingHost host)
    {
        var caller = Caller.Of(http);
        var tenant = host.Tenants.Tenants.First(t => t.Id == caller.Tenant);
        var ventures = caller.Ventures is null ? null : caller.Ventures.Order(StringComparer.Ordinal).ToArray();
        var me = new Me(
            tenant.Slug,
            tenant.Name,
            tenant.Demo,
            caller.Actor,
            [.. caller.Scopes.Order(StringComparer.Ordinal)],
            ventures
        );
        return Task.FromResult(Results.Json(me, ServerJson.Default.Me));
    }

    private static IResult File(string name, string type)
    {
        var stream = typeof(PageRoutes).Assembly.GetManifestResourceStream("page/" + name);
        return stream is null ? Results.NotFound() : Results.Stream(stream, type);
    }
}

/// <summary>Answer of <c>GET /me</c>.</summary>
public sealed record Me(
    string Tenant,
    string Name,
    bool Demo,
    string Actor,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string>? Ventures
);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase
)]
[System.Text.Json.Serialization.JsonSerializable(typeof(Me))]
[System.Text.Json.Serialization.JsonSerializable(typeof(EventNames))]
internal sealed partial class ServerJson : System.Text.Json.Serialization.JsonSerializerContext;
