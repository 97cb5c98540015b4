using System.Text.Json.Serialization;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server.Admin;

/// <summary>Answer of <c>POST /links</c>: opens once, within the hour.</summary>
public sealed record OneTimeLink(string Path);

/// <summary>One-time links that let a browser in, for whoever owns the data folder.</summary>
public static class LinkRoutes
{
    /// <summary>Serves <c>/links</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host) =>
        api.Post("/links", HostAccess.Permission, http => Make(http, host))
            .Unkeyed("A link is shown once and opens once: who lost it makes another.")
            .Produces<OneTimeLink>()
            .WithTags("Tenants and keys");

    private static Task<IResult> Make(HttpContext http, LadingHost host)
    {
        var path = LocalLinks.Offer(host.Accounts, Caller.Of(http).Tenant);
        return Task.FromResult(Results.Json(new OneTimeLink(path), LinkJson.Default.OneTimeLink));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OneTimeLink))]
internal sealed partial class LinkJson : JsonSerializerContext;
