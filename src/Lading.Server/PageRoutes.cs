using Lading.Platform.Access;
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
        MeRoutes.Map(api, caller => Company(host, caller), host.Modules);
    }

    private static (string Slug, string Name, bool Demo) Company(LadingHost host, Caller caller)
    {
        var tenant = host.Tenants.Tenants.First(t => t.Id == caller.Tenant);
        return (tenant.Slug, tenant.Name, tenant.Demo);
    }

    private static IResult File(string name, string type)
    {
        var stream = typeof(PageRoutes).Assembly.GetManifestResourceStream("page/" + name);
        return stream is null ? Results.NotFound() : Results.Stream(stream, type);
    }
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase
)]
[System.Text.Json.Serialization.JsonSerializable(typeof(EventNames))]
internal sealed partial class ServerJson : System.Text.Json.Serialization.JsonSerializerContext;
