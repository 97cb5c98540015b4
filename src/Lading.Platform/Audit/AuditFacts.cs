using Lading.Contracts.Platform;
using Lading.Log;

namespace Lading.Platform.Audit;

/// <summary>What administration did, as facts of the business log: roles, members, rules, approvals, keys, exports,
/// erasures, settings. One row each, for the search.</summary>
public static class AuditFacts
{
    private static readonly Column Position = Column.Integer("position");
    private static readonly Column At = Column.Integer("at");
    private static readonly Column Kind = Column.Text("kind");
    private static readonly Column Actor = Column.Text("actor");
    private static readonly Column Subject = Column.Text("subject");
    private static readonly Table Entries = new(
        "audit_fact",
        [Position],
        [At, Kind, Actor, Subject],
        ["at", "position"]
    );

    /// <summary>The rows, by a follower.</summary>
    public static readonly Projection Projection = Projection.Of(
        "audit-facts",
        2,
        ProjectionMode.Follower,
        [Entries],
        [
            typeof(MemberAdmitted),
            typeof(MemberRemoved),
            typeof(RoleGiven),
            typeof(RoleTaken),
            typeof(OwnerNamed),
            typeof(OwnerReleased),
            typeof(RoleDefined),
            typeof(RoleWithdrawn),
            typeof(AccessRuleSet),
            typeof(AccessRuleLifted),
            typeof(ApiKeyIssued),
            typeof(ApiKeyReplaced),
            typeof(ApiKeyRevoked),
            typeof(PersonErased),
            typeof(PersonExported),
            typeof(SettingsChanged),
            typeof(ApprovalAsked),
            typeof(ApprovalGiven),
            typeof(ApprovalRefused),
            typeof(ApprovalUsed),
        ],
        (recorded, rows) =>
            rows.Row(Entries, recorded.Position)
                .Set(At, recorded.Happened)
                .Set(Kind, KindOf(recorded.Type))
                .Set(Actor, recorded.Actor)
                .Set(Subject, recorded.Stream.Key)
    );

    /// <summary><c>platform.role-given.v1</c> is the kind <c>role-given</c>.</summary>
    public static string KindOf(string type)
    {
        var from = type.IndexOf('.', StringComparison.Ordinal) + 1;
        return type[from..type.LastIndexOf('.')];
    }
}
