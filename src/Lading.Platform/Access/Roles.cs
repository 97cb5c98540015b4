using System.Text.RegularExpressions;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.Access;

/// <summary>Body of <c>PUT /roles/{role}</c>.</summary>
public sealed record RoleRequest(string Name, IReadOnlyList<string> Permissions);

/// <summary>Answer of <c>GET /roles</c>.</summary>
public sealed record RoleList(IReadOnlyList<Role> Items);

/// <summary>A permission and the routes that need it.</summary>
public sealed record PermissionRow(string Permission, IReadOnlyList<string> Routes);

/// <summary>Answer of <c>GET /permissions</c>.</summary>
public sealed record PermissionList(IReadOnlyList<PermissionRow> Items);

/// <summary>A role of the company's own, as decisions read it.</summary>
public sealed record OwnRole(RoleDefined? Defined)
{
    /// <summary>How its stream folds.</summary>
    public static readonly StreamKind<OwnRole> Kind = new("role", _ => new OwnRole((RoleDefined?)null), Evolve);

    private static OwnRole Evolve(OwnRole state, object fact) =>
        fact switch
        {
            RoleDefined e => new OwnRole(e),
            RoleWithdrawn => new OwnRole((RoleDefined?)null),
            _ => throw new InvalidOperationException($"A role does not know {fact.GetType().Name}."),
        };

    /// <summary>Defines it or changes it; no fact when nothing changes.</summary>
    public static Decision Define(OwnRole state, RoleDefined wanted) =>
        state.Defined is { } d
        && (d.Name, string.Join(' ', d.Permissions)) == (wanted.Name, string.Join(' ', wanted.Permissions))
            ? Decision.Accept()
            : Decision.Accept(wanted);

    /// <summary>Gives it up.</summary>
    public static Decision Withdraw(OwnRole state, string role) =>
        state.Defined is null ? AccessRefusals.UnknownRole(role) : Decision.Accept(new RoleWithdrawn(role));
}

/// <summary>Roles: the shipped ones and the company's own; and the catalogue of permissions, from the routes
/// themselves.</summary>
public static partial class Roles
{
    private const string Tag = "Access";

    /// <summary>Serves <c>/roles</c> and <c>/permissions</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.Get("/permissions", "access.read", Catalogue)
            .Produces<PermissionList>()
            .WithTags(Tag)
            .WithSummary("Every permission there is, and the routes that need it.");
        api.Get("/roles", "access.read", List).Produces<RoleList>().WithTags(Tag);
        api.Put("/roles/{role}", "access.manage", Define)
            .TenantWide()
            .Accepts<RoleRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("Define a role of the company's own, or change it.");
        api.Post("/roles/{role}/withdraw", "access.manage", Withdraw)
            .TenantWide()
            .Accepts<NoBody>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("Give a role up: its holders may do nothing by it, at once.");
    }

    private static Task<IResult> Catalogue(HttpContext http)
    {
        var items = Permissions
            .Catalogue(http)
            .Select(p => new PermissionRow(p.Key, [.. p.Order(StringComparer.Ordinal)]));
        return Task.FromResult(Results.Json(new PermissionList([.. items]), AccessHttp.Default.PermissionList));
    }

    private static Task<IResult> List(HttpContext http) =>
        Task.FromResult(
            Results.Json(new RoleList(AccessDirectory.Of(Caller.Of(http).Log).AllRoles()), AccessHttp.Default.RoleList)
        );

    private static async Task<IResult> Define(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, AccessHttp.Default.RoleRequest);
        if (problem is not null)
            return problem;
        var role = (string)http.Request.RouteValues["role"]!;
        if (ShippedRoles.All.Any(r => r.Code == role))
            return await call!.Refuse(AccessRefusals.RoleExists(role));
        var checks = Check(http, call!.Caller, role, call.Body);
        if (!checks.Pass)
            return await call.Refuse(checks);
        var stream = StreamName.Of("role", role);
        var wanted = new RoleDefined(
            role,
            call.Body.Name,
            [.. call.Body.Permissions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
        );
        return await call.Send([stream], on => on.Append(stream, OwnRole.Define(on.State<OwnRole>(stream), wanted)));
    }

    private static async Task<IResult> Withdraw(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, HttpJson.Default.NoBody);
        if (problem is not null)
            return problem;
        var role = (string)http.Request.RouteValues["role"]!;
        if (!CodeShape().IsMatch(role))
            return await call!.Refuse(AccessRefusals.UnknownRole(role));
        var stream = StreamName.Of("role", role);
        return await call!.Send([stream], on => on.Append(stream, OwnRole.Withdraw(on.State<OwnRole>(stream), role)));
    }

    private static Checks Check(HttpContext http, Caller caller, string role, RoleRequest body)
    {
        var checks = new Checks();
        checks.That(
            CodeShape().IsMatch(role),
            "role",
            role,
            "A role's code is 1 to 40 lower case letters, digits or hyphens.",
            "Choose a short code."
        );
        checks.Name("name", body.Name, 100);
        checks.That(
            body.Permissions.Count is > 0 and <= 200,
            "permissions",
            body.Permissions.Count,
            "A role has 1 to 200 permissions.",
            "See GET /api/v1/permissions."
        );
        var there = Permissions.Catalogue(http).Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(body.Permissions.Count, 200); i++)
        {
            var permission = body.Permissions[i];
            var field = $"permissions[{i}]";
            if (PermissionNames.Check(checks, field, permission, there))
                checks.That(
                    caller.Rights.Find(permission) is { Reach.IsWhole: true },
                    field,
                    permission,
                    "Nobody puts into a role what they do not hold.",
                    "Ask someone who holds it."
                );
        }

        return checks;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$", RegexOptions.NonBacktracking)]
    private static partial Regex CodeShape();
}
