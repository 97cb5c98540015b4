using System.Text.Json.Serialization;
using Lading.Kernel;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Lading.Platform.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Server.Admin;

/// <summary>Body of <c>POST /tenants</c>.</summary>
/// <param name="TimeZone">An IANA name; left out: Etc/UTC. The first site takes it too.</param>
/// <param name="Currency">A code of ISO 4217; left out: EUR.</param>
/// <param name="Units"><c>metric</c> or <c>imperial</c>; left out: metric.</param>
public sealed record CreateTenantRequest(
    string Slug,
    string? Name = null,
    string? TimeZone = null,
    string? Currency = null,
    string? Units = null
);

/// <summary>A tenant as a list shows it.</summary>
public sealed record TenantRow(string Slug, string Name, DateTime Created, bool Demo);

/// <summary>Answer of <c>GET /tenants</c>.</summary>
public sealed record TenantList(IReadOnlyList<TenantRow> Items);

/// <summary>
/// The tenants of this process, for the local administrator alone: no key that can be made holds <c>host.manage</c>,
/// and <c>*</c> does not
/// cover it.
/// </summary>
public static class TenantRoutes
{
    private const string Tag = "Tenants and keys";

    /// <summary>Serves <c>/tenants</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, LadingHost host)
    {
        api.Post("/tenants", HostAccess.Permission, http => Create(http, host))
            .Unkeyed("A tenant is made once by its short name: sent again, it is there.")
            .Accepts<CreateTenantRequest>("application/json")
            .Produces<TenantRow>(201)
            .WithTags(Tag);
        api.Get("/tenants", HostAccess.Permission, _ => List(host)).Produces<TenantList>().WithTags(Tag);
    }

    private static async Task<IResult> Create(HttpContext http, LadingHost host)
    {
        var (raw, tooLarge) = await CommandCall.ReadBody(http, CommandCall.MaxBody);
        if (tooLarge)
            return Problems.Of(HttpRefusals.TooLarge(CommandCall.MaxBody));
        var (body, malformed) = StrictJson.Read(raw.Span, AdminJson.Default.CreateTenantRequest);
        if (malformed is not null)
            return Problems.Of(malformed);
        var checks = new Checks();
        var name = body!.Name ?? body.Slug;
        checks.That(
            Tenant.IsSlug(body.Slug),
            "slug",
            body.Slug,
            "A tenant's short name has lower case letters, digits and hyphens, at most 40.",
            "Choose another."
        );
        checks.Name("name", name, 200);
        var usual = Settings.Default;
        var settings = new Settings(
            body.TimeZone ?? usual.TimeZone,
            body.Currency ?? usual.Currency,
            body.Units ?? usual.Units
        );
        Settings.Check(checks, settings);
        if (!checks.Pass)
            return Problems.Of(checks);
        var made = await NewTenant.Create(host, body.Slug, name, settings);
        return made is null
            ? Problems.Of(AdminRefusals.TenantExists(body.Slug))
            : Results.Json(Row(made), AdminJson.Default.TenantRow, statusCode: StatusCodes.Status201Created);
    }

    private static Task<IResult> List(LadingHost host) =>
        Task.FromResult(
            Results.Json(new TenantList([.. host.Tenants.Tenants.Select(Row)]), AdminJson.Default.TenantList)
        );

    private static TenantRow Row(Tenant tenant) => new(tenant.Slug, tenant.Name, tenant.Created, tenant.Demo);
}

/// <summary>Refusals about tenants and keys, in the order in which they are checked.</summary>
public static class AdminRefusals
{
    public static Refusal TenantExists(string slug) =>
        new(
            "tenants.exists",
            RefusalKind.Conflict,
            $"There is a tenant {slug} already.",
            "slug",
            slug,
            "Choose another."
        );

    public static Refusal UnknownKey(string prefix) =>
        new(
            "keys.unknown",
            RefusalKind.NotFound,
            "No key with this prefix is in force.",
            "prefix",
            prefix.Length > 40 ? prefix[..40] : prefix,
            "`lading key list` names them."
        );
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(CreateTenantRequest))]
[JsonSerializable(typeof(TenantList))]
[JsonSerializable(typeof(IssueKeyRequest))]
[JsonSerializable(typeof(RotateKeyRequest))]
[JsonSerializable(typeof(ProviderRequest))]
[JsonSerializable(typeof(IssuedKey))]
[JsonSerializable(typeof(KeyList))]
internal sealed partial class AdminJson : JsonSerializerContext;
