using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Operations;
using Lading.Platform.Places;
using Lading.Platform.Privacy;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform;

/// <summary>Ventures, sites, people's rights over their data, and the facts about keys.</summary>
public sealed class PlatformModule : IModule
{
    /// <inheritdoc />
    public string Name => "platform";

    /// <inheritdoc />
    public void Teach(LogModel model)
    {
        var json = PlatformFactsJson.Default;
        model
            .Events.Add("platform.venture-opened.v1", json.VentureOpened)
            .Add("platform.venture-renamed.v1", json.VentureRenamed)
            .Add("platform.site-opened.v1", json.SiteOpened)
            .Add("platform.site-changed.v1", json.SiteChanged)
            .Add("platform.projection-skipped.v1", json.ProjectionSkipped)
            .Add("platform.projection-mended.v1", json.ProjectionMended)
            .Add("platform.person-erased.v1", json.PersonErased)
            .Add("platform.person-exported.v1", json.PersonExported)
            .Add("platform.api-key-issued.v1", json.ApiKeyIssued)
            .Add("platform.api-key-replaced.v1", json.ApiKeyReplaced)
            .Add("platform.api-key-revoked.v1", json.ApiKeyRevoked);
        var access = AccessFactsJson.Default;
        model
            .Events.Add("platform.member-admitted.v1", access.MemberAdmitted)
            .Add("platform.member-removed.v1", access.MemberRemoved)
            .Add("platform.role-given.v1", access.RoleGiven)
            .Add("platform.role-taken.v1", access.RoleTaken)
            .Add("platform.owner-named.v1", access.OwnerNamed)
            .Add("platform.owner-released.v1", access.OwnerReleased)
            .Add("platform.role-defined.v1", access.RoleDefined)
            .Add("platform.role-withdrawn.v1", access.RoleWithdrawn)
            .Add("platform.access-rule-set.v1", access.AccessRuleSet)
            .Add("platform.access-rule-lifted.v1", access.AccessRuleLifted)
            .Add("platform.approval-asked.v1", access.ApprovalAsked)
            .Add("platform.approval-given.v1", access.ApprovalGiven)
            .Add("platform.approval-refused.v1", access.ApprovalRefused)
            .Add("platform.approval-used.v1", access.ApprovalUsed)
            .Add("platform.settings-changed.v1", access.SettingsChanged);
        model.Add(Member.Kind).Add(Owners.Kind).Add(OwnRole.Kind).Add(AccessRule.Kind).Add(Settings.Kind);
        model.Add(Approval.Kind).Add(Approvals.Projection);
        model.Add(AccessDirectory.Projection).Add(Settings.Projection).Add(AccessDirectory.Memory);
        model.Add(Audit.AuditFacts.Projection);
        model.Add(Venture.Kind).Add(Site.Kind).Add(LeftOut.Kind).Add(Person.Kind).Add(KeyRecord.Kind);
        model.Add(ErasedPeople.Erasure).Add(LeftOuts.Memory);
        model.Add(Ventures.Projection).Add(Sites.Projection).Add(LeftOuts.Projection).Add(ErasedPeople.Projection);
    }

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        Ventures.Map(api);
        Sites.Map(api);
        People.Map(api);
        Members.Map(api);
        Roles.Map(api);
        Rules.Map(api);
        Approvals.Map(api);
        Settings.Map(api);
        ProjectionRoutes.Map(api);
    }

    /// <inheritdoc />
    public IReadOnlyList<StreamGuard> Guards { get; } =
    [StreamGuard.Of("venture", (caller, venture) => caller.Reach.SeesAll(venture)), new("site", Sites.Visible)];

    /// <inheritdoc />
    public IReadOnlyList<NavigationEntry> Navigation { get; } =
    [
        new("places", "Ventures and sites", "Company", "platform.read"),
        new("members", "People and roles", "Company", "access.read"),
        new("keys", "API keys", "Company", "platform.keys"),
        new("privacy", "Privacy requests", "Company", "platform.privacy"),
        new("settings", "Settings", "Company", "platform.settings"),
        new("events", "Events", "Operations", "events.read"),
        new("audit", "Audit", "Operations", "audit.read"),
        new("operations", "Read models", "Operations", "projections.read"),
    ];
}
