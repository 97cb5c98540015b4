using Lading.Contracts.Platform;
using Lading.Log;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;

namespace Lading.Platform.Access;

/// <summary>Whether a link still does what it was made for: who made it must be able to make it now.</summary>
public static class LinkChecks
{
    /// <summary>Looks at what an invitation gives, or at what the person holds whose password is to be set.</summary>
    public static bool Stands(TenantLog log, ApiKeys keys, Invitation link)
    {
        var known = AccessDirectory.Of(log);
        var maker = RightsOf(known, keys, link.Inviter);
        return maker.Find("access.manage") is not null && GrantChecks.HoldsAll(maker, known, GrantsOf(known, link));
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
