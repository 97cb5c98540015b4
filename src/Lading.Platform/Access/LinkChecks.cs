using Lading.Contracts.Platform;
using Lading.Log;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;

namespace Lading.Platform.Access;

/// <summary>Whether a link still does what it was made for: who made it must be able to make it now.</summary>
public static class LinkChecks
{
    private const string Manage = "access.manage";

    /// <summary>Looks at what an invitation gives, or at what the person holds whose password is to be set.</summary>
    public static async ValueTask<bool> Stands(TenantLog log, ApiKeys keys, Invitation link)
    {
        var known = AccessDirectory.Of(log);
        var (maker, grants) = (RightsOf(known, keys, link.Inviter), GrantsOf(known, link));
        if (maker.Find(Manage) is null || !GrantChecks.HoldsAll(maker, known, grants))
            return false;
        var given = grants.SelectMany(g => known.FindRole(g.Role)?.Permissions ?? []).ToList();
        foreach (var rule in known.Rules.Where(r => Guards(r, given)))
            if (link.Created <= await SetAt(log, rule.Rule))
                return false;
        return true;
    }

    /// <summary>Whether a second person is needed for some of it: then one person's link from before would make
    /// another of them.</summary>
    private static bool Guards(AccessRuleSet rule, List<string> given) =>
        rule.Kind == RuleKinds.SecondPerson
        && rule.Rule != AccessDirectory.Implied // it came with another of them
        && given.Any(p => Rights.Overlap(p, rule.Permission) || Rights.Overlap(p, Manage));

    /// <summary>When a rule was last set.</summary>
    private static async ValueTask<DateTime> SetAt(TenantLog log, string rule)
    {
        var (stream, last) = (Rules.StreamOf(rule), (Recorded?)null);
        while (await log.ReadStream(stream, last?.Version ?? 0, 100, default) is [.., var later])
            last = later;
        return last?.RecordedAt ?? DateTime.MinValue;
    }

    private static IReadOnlyList<RoleGiven> GrantsOf(AccessDirectory known, Invitation link) =>
        link.Kind == Invitations.Reset
            ? known.GrantsOf(link.Account) ?? []
            :
            [
                .. Invitations
                    .ReadGrants(link.Grants)
                    .Select(g => new RoleGiven("invited", g.Role, g.Ventures, g.Sites, g.Customers)),
            ];

    /// <summary>What an actor may do now: nothing, when they left or the key is dead.</summary>
    private static Rights RightsOf(AccessDirectory known, ApiKeys keys, string actor) =>
        actor == Session.LocalOwner ? Rights.Everything
        : actor.StartsWith("person:", StringComparison.Ordinal) ? known.RightsOf(actor["person:".Length..])
        : actor.StartsWith("key:", StringComparison.Ordinal) && keys.Live(actor["key:".Length..]) is { } key
            ? known.RightsOf(key)
        : Rights.Nothing;
}
