using System.Text.RegularExpressions;
using Lading.Platform.Http;
using Lading.Platform.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server.Admin;

/// <summary>Body of <c>PUT /identity-providers/{id}</c>.</summary>
/// <param name="Issuer">The provider's address, as its own document names it.</param>
/// <param name="Client">The id it gave us.</param>
/// <param name="Secret">The secret it gave us; empty for a public client.</param>
public sealed record ProviderRequest(string Name, string Issuer, string Client, string Secret = "");

/// <summary>Who owns the data folder says which identity providers are trusted.</summary>
public static partial class ProviderRoutes
{
    private const string Tag = "Other identity providers";

    /// <summary>Serves <c>/identity-providers</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host)
    {
        api.Put("/identity-providers/{id}", HostAccess.Permission, http => Put(http, host.Accounts))
            .Unkeyed("It says whom this host trusts: sent again, it says the same.")
            .Accepts<ProviderRequest>("application/json")
            .Produces(204)
            .WithTags(Tag)
            .WithSummary("Trust a provider of identities, or change what is known of it.");
        api.Delete("/identity-providers/{id}", HostAccess.Permission, http => Remove(http, host.Accounts))
            .Unkeyed("It says whom this host trusts: sent again, it says the same.")
            .Produces(204)
            .WithTags(Tag)
            .WithSummary("Trust it no more; who is signed in stays so.");
    }

    private static async Task<IResult> Put(HttpContext http, Accounts accounts)
    {
        var (raw, tooLarge) = await CommandCall.ReadBody(http, CommandCall.MaxBody);
        if (tooLarge)
            return Problems.Of(HttpRefusals.TooLarge(CommandCall.MaxBody));
        var (body, malformed) = StrictJson.Read(raw.Span, AdminJson.Default.ProviderRequest, secret: true);
        if (malformed is not null)
            return Problems.Of(malformed);
        var id = (string)http.Request.RouteValues["id"]!;
        var checks = new Checks();
        checks.That(
            IdShape().IsMatch(id),
            "id",
            id,
            "An id is 1 to 40 lower case letters, digits and hyphens.",
            "It stands in the address that the provider sends people back to."
        );
        var name = Names.Name(checks, "name", body!.Name);
        checks.That(
            OpenIdDocument.IsSafe(body.Issuer) && !body.Issuer.Contains('?'),
            "issuer",
            body.Issuer,
            "An issuer is an https address without a query.",
            "Use the issuer as the provider's own document names it."
        );
        checks.That(
            body.Client.Length is > 0 and <= 200,
            "client",
            body.Client,
            "A client id has 1 to 200 characters.",
            "Use the one that the provider gave."
        );
        checks.That(
            body.Secret.Length <= 500,
            "secret",
            null,
            "A secret has at most 500 characters.",
            "Use the one that the provider gave, or none for a public client."
        );
        if (!checks.Pass)
            return Problems.Of(checks);
        var all = accounts.External.All();
        if (all.Count >= ExternalProviders.Most && all.TrueForAll(p => p.Id != id))
            return Problems.Of(ExternalRefusals.TooManyProviders());
        accounts.External.Put(new ExternalProvider(id, name, body.Issuer, body.Client, body.Secret));
        accounts.OpenId.Forget(body.Issuer);
        return Results.NoContent();
    }

    private static Task<IResult> Remove(HttpContext http, Accounts accounts)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        return Task.FromResult(
            accounts.External.Remove(id) ? Results.NoContent() : Problems.Of(ExternalRefusals.Unknown(id))
        );
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$", RegexOptions.NonBacktracking)]
    private static partial Regex IdShape();
}
