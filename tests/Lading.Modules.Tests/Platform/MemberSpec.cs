using Lading.Contracts.Platform;
using Lading.Platform.Access;

namespace Lading.Modules.Tests.Platform;

public sealed class MemberSpec
{
    private static readonly RoleGiven Picker = new("p1", "picker", ["main"], ["north"], null);
    private static readonly RoleGiven Auditor = new("p1", "auditor", null, null, null);

    private static Spec<Member> Given(params object[] facts) => new Spec<Member>(Member.Kind, "p1").Given(facts);

    [Fact]
    public void Admitting_twice_is_admitting_once()
    {
        Given().When(m => Member.Admit(m, "p1")).Then(new MemberAdmitted("p1"));
        Given(new MemberAdmitted("p1")).When(m => Member.Admit(m, "p1")).ThenNothing();
    }

    [Fact]
    public void Only_a_member_holds_roles() =>
        Given().When(m => Member.Hold(m, "p1", [Picker])).ThenRefused("access.unknown-member");

    [Fact]
    public void What_is_too_much_is_taken_and_what_is_missing_is_given() =>
        Given(new MemberAdmitted("p1"), Picker)
            .When(m => Member.Hold(m, "p1", [Auditor]))
            .Then(new RoleTaken("p1", "picker", ["main"], ["north"], null), Auditor);

    [Fact]
    public void Holding_the_same_again_changes_nothing() =>
        Given(new MemberAdmitted("p1"), Picker, Auditor)
            .When(m => Member.Hold(m, "p1", [Auditor, Picker, Picker]))
            .ThenNothing();

    [Fact]
    public void Removing_takes_every_role_first() =>
        Given(new MemberAdmitted("p1"), Auditor)
            .When(m => Member.Remove(m, "p1", "left"))
            .Then(new RoleTaken("p1", "auditor", null, null, null), new MemberRemoved("p1", "left"));

    [Fact]
    public void Who_came_back_starts_with_nothing() =>
        Given(new MemberAdmitted("p1"), new MemberRemoved("p1", "left"), new MemberAdmitted("p1"))
            .When(m => Member.Hold(m, "p1", []))
            .ThenNothing();

    [Fact]
    public void The_last_owner_stays()
    {
        var one = new Spec<Owners>(Owners.Kind, "company").Given(new OwnerNamed("p1"));
        one.When(o => Owners.Set(o, "p1", false)).ThenRefused("access.last-owner");
        one.When(o => Owners.Set(o, "p2", true)).Then(new OwnerNamed("p2"));
        one.When(o => Owners.Set(o, "p1", false)).Then(new OwnerReleased("p1"));
        one.When(o => Owners.Set(o, "p2", false)).ThenRefused("access.last-owner");
    }

    [Fact]
    public void A_role_is_defined_changed_and_withdrawn()
    {
        var defined = new RoleDefined("night", "Night", ["orders.read"]);
        var role = new Spec<OwnRole>(OwnRole.Kind, "night");
        role.When(r => OwnRole.Withdraw(r, "night")).ThenRefused("access.unknown-role");
        role.When(r => OwnRole.Define(r, defined)).Then(defined);
        role.When(r => OwnRole.Define(r, defined)).ThenNothing();
        role.When(r => OwnRole.Withdraw(r, "night")).Then(new RoleWithdrawn("night"));
    }

    [Fact]
    public void A_rule_is_set_and_lifted()
    {
        var set = new AccessRuleSet("late", RuleKinds.Hours, "orders.*", Days: [1], From: 1, Until: 2, TimeZone: "UTC");
        var rule = new Spec<AccessRule>(AccessRule.Kind, "late");
        rule.When(r => AccessRule.Lift(r, "late")).ThenRefused("access.unknown-rule");
        rule.When(r => AccessRule.Put(r, set)).Then(set);
        rule.When(r => AccessRule.Put(r, set with { Days = [1] })).ThenNothing();
        rule.When(r => AccessRule.Put(r, set with { Until = 3 })).Then(set with { Until = 3 });
        rule.When(r => AccessRule.Lift(r, "late")).Then(new AccessRuleLifted("late"));
    }
}
