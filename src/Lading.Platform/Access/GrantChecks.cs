using Lading.Contracts.Platform;
using Lading.Log;
using Lading.Platform.Http;

namespace Lading.Platform.Access;

/// <summary>What may be given and taken: roles that exist, for places that exist, by who holds as much.</summary>
internal static class GrantChecks
{
    /// <summary>Reads grants, noting everything that is wrong with them; sites decide the ventures.</summary>
    public static async ValueTask<IReadOnlyList<RoleGiven>> Read(
        Caller caller,
        string person,
        IReadOnlyList<GrantRequest> wanted,
        Checks checks,
        CancellationToken stop
    )
    {
        checks.That(
            wanted.Count <= Members.Most,
            "grants",
            wanted.Count,
            $"A member holds at most {Members.Most} roles.",
            "Define a role that says it together."
        );
        var places = await Places.Of(caller.Log, stop);
        var known = AccessDirectory.Of(caller.Log);
        var grants = new List<RoleGiven>();
        foreach (var grant in wanted.Take(Members.Most))
        {
            var at = $"grants[{grants.Count}]";
            var made = new RoleGiven(
                person,
                grant.Role,
                VenturesOf(grant, places, checks, at),
                Sorted(grant.Sites),
                Customers(grant, checks, at)
            );
            grants.Add(made);
            CheckRole(caller, known.FindRole(grant.Role), made, checks, at);
        }

        return grants;
    }

    /// <summary>Whoever takes a role away must hold as much as it gave.</summary>
    public static void MayTake(
        Caller caller,
        IReadOnlyList<RoleGiven> held,
        IReadOnlyList<RoleGiven> kept,
        Checks checks
    )
    {
        var known = AccessDirectory.Of(caller.Log);
        var texts = kept.Select(AccessDirectory.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var grant in held.Where(g => !texts.Contains(AccessDirectory.Text(g))))
            checks.Held(
                known.FindRole(grant.Role) is not { } role || Holds(caller.Rights, role, grant),
                "grants",
                grant.Role,
                "A role is taken only by who holds as much.",
                "Ask someone who does."
            );
    }

    /// <summary>Whether as much is held as all of these grants give.</summary>
    public static bool HoldsAll(Rights rights, AccessDirectory known, IEnumerable<RoleGiven> grants) =>
        grants.All(g => known.FindRole(g.Role) is not { } role || Holds(rights, role, g));

    private static void CheckRole(Caller caller, Role? role, RoleGiven grant, Checks checks, string at)
    {
        if (
            !checks.That(role is not null, $"{at}.role", grant.Role, "There is no such role.", "See GET /api/v1/roles.")
        )
            return;
        checks.That(
            role!.Code != ShippedRoles.Owner || AccessDirectory.NarrowingOf(grant).IsWhole,
            $"{at}.role",
            grant.Role,
            "An owner owns the whole company.",
            "Leave ventures, sites and customers out, or give another role."
        );
        checks.That(
            !role.OwnRecords || grant.Customers is not null,
            $"{at}.customers",
            null,
            "This role shows a customer their own records: it is given for named customers.",
            "Name them in customers."
        );
        checks.Held(
            Holds(caller.Rights, role, grant),
            $"{at}.role",
            grant.Role,
            "Nobody gives what they do not hold.",
            "Ask someone who holds it, or narrow it to your own part."
        );
    }

    private static bool Holds(Rights rights, Role role, RoleGiven grant)
    {
        var narrowing = AccessDirectory.NarrowingOf(grant);
        return role.Permissions.All(p => rights.Find(p) is { } allowed && allowed.Reach.Covers(narrowing));
    }

    private static List<string>? VenturesOf(GrantRequest grant, Places places, Checks checks, string at)
    {
        Each(
            grant.Ventures,
            places.Ventures.Contains,
            $"{at}.ventures",
            "There is no such venture.",
            "See GET /api/v1/ventures.",
            checks
        );
        Each(
            grant.Sites,
            s => places.VentureOf(s) is { } v && (grant.Ventures is null || grant.Ventures.Contains(v)),
            $"{at}.sites",
            "There is no such site in these ventures.",
            "See GET /api/v1/sites.",
            checks
        );
        return grant.Sites is null
            ? Sorted(grant.Ventures)
            : Sorted([.. grant.Sites.Select(places.VentureOf).OfType<string>()]);
    }

    private static List<string>? Customers(GrantRequest grant, Checks checks, string at)
    {
        Each(
            grant.Customers,
            c => c.Length is > 0 and <= 80,
            $"{at}.customers",
            "This is no customer's key.",
            "See GET /api/v1/customers.",
            checks
        );
        return Sorted(grant.Customers);
    }

    private static void Each(
        IReadOnlyList<string>? values,
        Func<string, bool> good,
        string field,
        string message,
        string remedy,
        Checks checks
    )
    {
        if (values is null)
            return;
        checks.That(
            values.Count is > 0 and <= 200,
            field,
            values.Count,
            "A role is narrowed to 1 to 200 of them.",
            "Leave the field out for all."
        );
        for (var i = 0; i < Math.Min(values.Count, 200); i++)
            checks.That(good(values[i]), $"{field}[{i}]", values[i], message, remedy);
    }

    private static List<string>? Sorted(IReadOnlyList<string>? values) =>
        values is null ? null : [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

/// <summary>The ventures and sites of a tenant, as of now.</summary>
public sealed record Places(IReadOnlySet<string> Ventures, IReadOnlyDictionary<string, string> Sites)
{
    /// <summary>Reads them.</summary>
    public static async ValueTask<Places> Of(TenantLog log, CancellationToken stop)
    {
        var ventures = await log.Inline.Query("select code from venture_row", r => r.Text(0)!, stop);
        var sites = await log.Inline.Query(
            "select code, venture from site_row",
            r => KeyValuePair.Create(r.Text(0)!, r.Text(1)!),
            stop
        );
        return new Places(
            ventures.ToHashSet(StringComparer.Ordinal),
            new Dictionary<string, string>(sites, StringComparer.Ordinal)
        );
    }

    /// <summary>The venture of a site, or null.</summary>
    public string? VentureOf(string site) => Sites.GetValueOrDefault(site);
}
