using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Lading.Platform.Access;

/// <summary>A place in the console, and the permission one needs to see it.</summary>
/// <param name="Code">Stable: <c>orders</c>.</param>
/// <param name="Group">The heading it stands under.</param>
public sealed record NavigationEntry(string Code, string Title, string Group, string Permission);

/// <summary>A venture one may see.</summary>
public sealed record VisibleVenture(string Code, string Name);

/// <summary>A site one may see.</summary>
public sealed record VisibleSite(string Code, string Venture, string Name, string TimeZone);

/// <summary>The places of the company that one may see.</summary>
public sealed record VisiblePlaces(IReadOnlyList<VisibleVenture> Ventures, IReadOnlyList<VisibleSite> Sites);

/// <summary>A permission whose changes need another person's word.</summary>
/// <param name="Alone">What one order may be worth and need none; null: every change needs it.</param>
public sealed record SecondPersonNeed(string Permission, Money? Alone);

/// <summary>Answer of <c>GET /me</c>: who calls, where, and what one may see and do.</summary>
/// <param name="Tenant">The company's short name.</param>
/// <param name="Name">The company's name.</param>
/// <param name="Actor">How facts name the caller: <c>person:…</c> or <c>key:…</c>.</param>
/// <param name="Scopes">Every permission held, whatever its rules; a rule may still ask for a second factor.</param>
/// <param name="Ventures">The ventures one is narrowed to, or null: all.</param>
/// <param name="Person">The account, when it is a person.</param>
/// <param name="Roles">The roles held.</param>
/// <param name="NeedsStepUp">The permissions that need a fresh second factor before they serve.</param>
/// <param name="NeedsSecondPerson">The permissions whose changes need another person's word first.</param>
/// <param name="OutsideHours">The permissions that do not serve at this hour.</param>
/// <param name="Rules">The rules in force for any permission held: the amounts, hours and minutes behind these lists.
/// One that names a role binds who holds that role.</param>
/// <param name="Whole">Whether nothing is narrowed.</param>
/// <param name="Customers">The customers whose records one is narrowed to, or null.</param>
public sealed record Me(
    string Tenant,
    string Name,
    bool Demo,
    string Actor,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string>? Ventures,
    string? Person,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> NeedsStepUp,
    IReadOnlyList<SecondPersonNeed> NeedsSecondPerson,
    IReadOnlyList<string> OutsideHours,
    IReadOnlyList<AccessRuleSet> Rules,
    bool Whole,
    VisiblePlaces Places,
    IReadOnlyList<string>? Customers,
    IReadOnlyList<NavigationEntry> Navigation,
    SettingsView Settings,
    bool SecondFactor,
    DateTime? AuthenticatedAt
);

/// <summary><c>GET /me</c>.</summary>
public static class MeRoutes
{
    /// <summary>Serves it; <paramref name="company"/> names the caller's tenant, <paramref name="modules"/> their
    /// places in the console.</summary>
    public static void Map(
        IEndpointRouteBuilder api,
        Func<Caller, (string Slug, string Name, bool Demo)> company,
        IReadOnlyList<IModule> modules
    ) =>
        api.Get("/me", Permissions.Self, http => Handle(http, company, modules))
            .Produces<Me>()
            .WithTags("Access")
            .WithSummary("Who calls, and what one may see and do.");

    private static async Task<IResult> Handle(
        HttpContext http,
        Func<Caller, (string Slug, string Name, bool Demo)> company,
        IReadOnlyList<IModule> modules
    )
    {
        var caller = Caller.Of(http);
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        var (slug, name, demo) = company(caller);
        var held = Permissions
            .Catalogue(http)
            .Select(p => p.Key)
            .Where(p => caller.Rights.Find(p) is not null)
            .ToList();
        var now = clock.GetUtcNow().UtcDateTime;
        var who = caller.Identity;
        var bound = held.ToLookup(p =>
            caller.Rights.Find(p)!.At(now, who.SecondFactorAt, out var why) is null ? why : Bound.Free
        );
        var secondPerson = held.Select(p => (Name: p, Allowed: caller.Rights.Find(p)!))
            .Where(p => p.Allowed.SecondPerson > 0);
        var grants = who.Person is { } person ? AccessDirectory.Of(caller.Log).GrantsOf(person) : null;
        var ventures = await caller.Log.Inline.Query(
            "select code, name from venture_row order by code",
            r => new VisibleVenture(r.Text(0)!, r.Text(1)!),
            http.RequestAborted
        );
        var sites = await caller.Log.Inline.Query(
            "select code, venture, name, time_zone from site_row order by code",
            r => new VisibleSite(r.Text(0)!, r.Text(1)!, r.Text(2)!, r.Text(3)!),
            http.RequestAborted
        );
        var customers = caller.Reach.Parts.SelectMany(p => p.Customers ?? (IEnumerable<string>)[]).Distinct().Order();
        var view = new Me(
            slug,
            name,
            demo,
            caller.Actor,
            held,
            caller.Ventures?.Order(StringComparer.Ordinal).ToArray(),
            who.Person,
            [.. (grants ?? []).Select(g => g.Role).Distinct().Order()],
            [.. bound[Bound.StepUp]],
            [.. secondPerson.Select(p => new SecondPersonNeed(p.Name, p.Allowed.Alone))],
            [.. bound[Bound.Hours]],
            [.. caller.Rights.Rules.Where(r => held.Any(p => Rights.Matches(r.Permission, p)))],
            caller.Reach.IsWhole,
            new VisiblePlaces(
                [.. ventures.Where(v => caller.Sees(v.Code))],
                [.. sites.Where(s => caller.SeesSite(s.Venture, s.Code))]
            ),
            caller.Reach.Parts.Any(p => p.Customers is not null) ? [.. customers] : null,
            [.. modules.SelectMany(m => m.Navigation).Where(n => caller.Rights.Find(n.Permission) is not null)],
            await Settings.Of(caller.Log, http.RequestAborted),
            who.SecondFactorAt is not null,
            who.AuthenticatedAt
        );
        return Results.Json(view, AccessHttp.Default.Me);
    }
}
