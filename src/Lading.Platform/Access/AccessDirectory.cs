using System.Collections.Concurrent;
using System.Text.Json;
using Lading.Contracts.Platform;
using Lading.Log;
using Lading.Platform.Tenancy;

namespace Lading.Platform.Access;

/// <summary>
/// Who is a member, what each was given, which roles and rules there are: projected inline from the company's own facts
/// and kept in memory. A change is in force when its command is answered, on other nodes as soon as they
/// take the fact in.
/// </summary>
public sealed class AccessDirectory
{
    private static readonly Column Person = Column.Text("person");
    private static readonly Column Since = Column.Integer("since");
    private static readonly Column Left = Column.Integer("left_at");
    private static readonly Column Given = Column.Text("given");
    private static readonly Column RoleCode = Column.Text("role");
    private static readonly Column Body = Column.Text("body");
    private static readonly Column RuleCode = Column.Text("rule");
    private static readonly Table Members = new("access_member", [Person], [Since, Left]);
    private static readonly Table Grants = new("access_grant", [Person, Given], []);
    private static readonly Table Roles = new("access_role", [RoleCode], [Body]);
    private static readonly Table Bindings = new("access_rule", [RuleCode], [Body]);

    private static readonly Type[] Facts =
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
    ];

    /// <summary>The rows, inline.</summary>
    public static readonly Projection Projection = Projection.Of(
        "access",
        1,
        ProjectionMode.Inline,
        [Members, Grants, Roles, Bindings],
        Facts,
        Apply
    );

    /// <summary>The same in memory.</summary>
    public static readonly MemoryModel<AccessDirectory> Memory = new(
        "platform.access",
        Facts,
        Load,
        (known, recorded) => known.Learn(recorded.Fact)
    );

    /// <summary>The rule over <c>access.manage</c> that comes with any second-person rule.</summary>
    internal const string Implied = "implied:access.manage";

    /// <summary>How many callers' rights are kept worked out at once.</summary>
    private const int MostResolved = 20_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, List<RoleGiven>> members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Role> own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AccessRuleSet> rules = new(StringComparer.Ordinal);
    private volatile Resolved resolved = new(ShippedRoles.Rules);

    /// <summary>What was worked out since the last change; a change puts a new one in its place.</summary>
    private sealed class Resolved(IReadOnlyList<AccessRuleSet> rules)
    {
        public IReadOnlyList<AccessRuleSet> Rules => rules;

        public ConcurrentDictionary<string, Rights> OfPeople { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<ApiKey, Rights> OfKeys { get; } = new(ReferenceEqualityComparer.Instance);
    }

    /// <summary>The directory of a tenant.</summary>
    public static AccessDirectory Of(TenantLog log) => log.Memory(Memory);

    /// <summary>The rules in force: the company's own, and the shipped ones where it has none.</summary>
    public IReadOnlyList<AccessRuleSet> Rules => resolved.Rules;

    /// <summary>What a person may do here: nothing, when they are no member.</summary>
    public Rights RightsOf(string person)
    {
        var now = resolved;
        if (now.OfPeople.TryGetValue(person, out var known))
            return known;
        if (now.OfPeople.Count >= MostResolved)
            now.OfPeople.Clear();
        return now.OfPeople[person] = Resolve(person, now);
    }

    /// <summary>What a key may do: its scopes for its part of the company, under the rules that bind everybody. The
    /// host's own key is bound by none, so that nobody can be locked out for good.</summary>
    public Rights RightsOf(ApiKey key)
    {
        var now = resolved;
        if (now.OfKeys.TryGetValue(key, out var known))
            return known;
        if (now.OfKeys.Count >= MostResolved)
            now.OfKeys.Clear();
        var isHost = key.Scopes.Any(s => s.StartsWith("host.", StringComparison.Ordinal));
        var held = new HeldRole(RuleKinds.KeyRole, key.Scopes, NarrowingOf(key));
        return now.OfKeys[key] = Rights.Of([held], isHost ? [] : now.Rules);
    }

    /// <summary>What a person was given; null: no member.</summary>
    public IReadOnlyList<RoleGiven>? GrantsOf(string person)
    {
        lock (gate)
            return members.TryGetValue(person, out var given) ? [.. given] : null;
    }

    /// <summary>Whether a person owns the company.</summary>
    public bool IsOwner(string person) => GrantsOf(person)?.Any(g => g.Role == ShippedRoles.Owner) is true;

    /// <summary>How many people hold a permission for the whole company.</summary>
    public int CountHolders(string permission)
    {
        string[] people;
        lock (gate)
            people = [.. members.Keys];
        return people.Count(p => RightsOf(p).Find(permission) is { Reach.IsWhole: true });
    }

    /// <summary>A role that can be given, or null.</summary>
    public Role? FindRole(string code)
    {
        lock (gate)
            return ShippedRoles.All.FirstOrDefault(r => r.Code == code) ?? own.GetValueOrDefault(code);
    }

    /// <summary>All roles: the shipped ones, then the company's own by code.</summary>
    public IReadOnlyList<Role> AllRoles()
    {
        lock (gate)
            return [.. ShippedRoles.All, .. own.Values.OrderBy(r => r.Code, StringComparer.Ordinal)];
    }

    /// <summary>Takes one fact in.</summary>
    public void Learn(object fact)
    {
        lock (gate)
        {
            switch (fact)
            {
                case MemberAdmitted e:
                    members[e.Person] = [];
                    break;
                case MemberRemoved e:
                    members.Remove(e.Person);
                    break;
                case RoleGiven e:
                    Of(e.Person).Add(e);
                    break;
                case RoleTaken e:
                    Of(e.Person).RemoveAll(g => Text(g) == Text(e));
                    break;
                case OwnerNamed e:
                    Of(e.Person).Add(AsGrant(e.Person));
                    break;
                case OwnerReleased e:
                    Of(e.Person).RemoveAll(g => g.Role == ShippedRoles.Owner);
                    break;
                case RoleDefined e:
                    own[e.Role] = new Role(e.Role, e.Name, e.Permissions);
                    break;
                case RoleWithdrawn e:
                    own.Remove(e.Role);
                    break;
                case AccessRuleSet e:
                    rules[e.Rule] = e;
                    break;
                case AccessRuleLifted e:
                    rules.Remove(e.Rule);
                    break;
            }

            Forget();
        }
    }

    /// <summary>An owner's role, as a grant is listed.</summary>
    public static RoleGiven AsGrant(string owner) => new(owner, ShippedRoles.Owner, null, null, null);

    private List<RoleGiven> Of(string person) =>
        members.TryGetValue(person, out var given) ? given : members[person] = [];

    private void Forget()
    {
        var mine = rules.Values.OrderBy(r => r.Rule, StringComparer.Ordinal).ToList();
        var shipped = ShippedRoles.Rules.Where(s =>
            !mine.Any(m => m.Kind == s.Kind && m.Permission == s.Permission && m.Role is null)
        );
        // Who could change members or rules alone could be two people, or lift the rule.
        var implied = mine.Where(r => r.Kind == RuleKinds.SecondPerson).MinBy(r => r.Minutes) is { } eyes
            ? [eyes with { Rule = Implied, Permission = "access.manage", Role = null, Amount = null }]
            : (AccessRuleSet[])[];
        resolved = new Resolved([.. mine, .. implied, .. shipped]);
    }

    private Rights Resolve(string person, Resolved now)
    {
        lock (gate)
        {
            if (!members.TryGetValue(person, out var given))
                return Rights.Nothing;
            var held = new List<HeldRole>();
            foreach (var grant in given)
                if (
                    (ShippedRoles.All.FirstOrDefault(r => r.Code == grant.Role) ?? own.GetValueOrDefault(grant.Role)) is
                    { } role
                )
                    held.Add(new HeldRole(role.Code, role.Permissions, NarrowingOf(grant)));
            return Rights.Of(held, now.Rules);
        }
    }

    /// <summary>What a grant is narrowed to.</summary>
    public static Narrowing NarrowingOf(RoleGiven grant) =>
        new(Set(grant.Ventures), Set(grant.Sites), Set(grant.Customers));

    /// <summary>What a key is narrowed to.</summary>
    public static Narrowing NarrowingOf(ApiKey key) => new(Set(key.Ventures), Set(key.Sites), null);

    private static HashSet<string>? Set(IReadOnlyList<string>? values) => values?.ToHashSet(StringComparer.Ordinal);

    private static void Apply(Recorded recorded, Rows rows)
    {
        switch (recorded.Fact)
        {
            case MemberAdmitted e:
                rows.Row(Members, e.Person).Set(Since, recorded.Happened).Set(Left, 0);
                break;
            case MemberRemoved e:
                rows.Row(Members, e.Person).Set(Left, recorded.Happened);
                break;
            case RoleGiven e:
                rows.Row(Grants, e.Person, Text(e));
                break;
            case RoleTaken e:
                rows.Delete(Grants, e.Person, Text(e));
                break;
            case OwnerNamed e:
                rows.Row(Grants, e.Person, Text(AsGrant(e.Person)));
                break;
            case OwnerReleased e:
                rows.Delete(Grants, e.Person, Text(AsGrant(e.Person)));
                break;
            case RoleDefined e:
                rows.Row(Roles, e.Role).Set(Body, JsonSerializer.Serialize(e, AccessFactsJson.Default.RoleDefined));
                break;
            case RoleWithdrawn e:
                rows.Delete(Roles, e.Role);
                break;
            case AccessRuleSet e:
                rows.Row(Bindings, e.Rule)
                    .Set(Body, JsonSerializer.Serialize(e, AccessFactsJson.Default.AccessRuleSet));
                break;
            case AccessRuleLifted e:
                rows.Delete(Bindings, e.Rule);
                break;
        }
    }

    /// <summary>Reads everything back from the rows.</summary>
    public static async ValueTask<AccessDirectory> Load(IReads reads, CancellationToken stop)
    {
        var known = new AccessDirectory();
        var people = await reads.Query("select person from access_member where left_at = 0", r => r.Text(0)!, stop);
        foreach (var person in people)
            known.members[person] = [];
        foreach (var given in await reads.Query("select given from access_grant", r => r.Text(0)!, stop))
        {
            var grant = JsonSerializer.Deserialize(given, AccessFactsJson.Default.RoleGiven)!;
            known.Of(grant.Person).Add(grant);
        }

        foreach (var body in await reads.Query("select body from access_role", r => r.Text(0)!, stop))
            known.Learn(JsonSerializer.Deserialize(body, AccessFactsJson.Default.RoleDefined)!);
        foreach (var body in await reads.Query("select body from access_rule", r => r.Text(0)!, stop))
            known.Learn(JsonSerializer.Deserialize(body, AccessFactsJson.Default.AccessRuleSet)!);
        known.Forget();
        return known;
    }

    /// <summary>A grant as its row's key: the same grant is the same text.</summary>
    public static string Text(RoleGiven grant) => JsonSerializer.Serialize(grant, AccessFactsJson.Default.RoleGiven);

    private static string Text(RoleTaken e) => Text(new RoleGiven(e.Person, e.Role, e.Ventures, e.Sites, e.Customers));
}
