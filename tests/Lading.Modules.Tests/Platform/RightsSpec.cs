using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Platform.Access;
using Lading.Platform.Http;

namespace Lading.Modules.Tests.Platform;

/// <summary>What roles, narrowing and rules make of a permission. Nothing that is not given is allowed.</summary>
public sealed class RightsSpec
{
    private static readonly DateTime Now = new(2026, 11, 23, 9, 0, 0, DateTimeKind.Utc); // a Monday

    [Fact]
    public void Nothing_is_allowed_that_was_not_given()
    {
        Rights.Nothing.Find("orders.read").ShouldBeNull();
        Rights.Nothing.Find(Permissions.Self)!.Reach.Sees("main").ShouldBeFalse("it says who one is and shows nothing");
        var rights = Held("orders.read");
        rights.Find("orders.write").ShouldBeNull();
        rights.Find("orders.read.more").ShouldBeNull();
        rights.Find("order").ShouldBeNull();
        rights.Find("").ShouldBeNull();
        rights.Find(Permissions.Self).ShouldNotBeNull();
    }

    [Fact]
    public void A_module_and_everything_are_covered_but_never_the_host()
    {
        Held("orders.*").Find("orders.write").ShouldNotBeNull();
        Held("orders.*").Find("ordersx.write").ShouldBeNull();
        Held("*").Find("anything.at-all").ShouldNotBeNull();
        Held("*").Find("host.manage").ShouldBeNull();
        Held("host.manage").Find("host.manage").ShouldNotBeNull();
    }

    [Fact]
    public void Two_narrow_roles_reach_the_sum_of_their_parts_and_not_their_product()
    {
        var rights = Rights.Of(
            [
                new HeldRole("a", ["orders.read"], Narrow(ventures: ["main"], sites: ["north"])),
                new HeldRole("b", ["orders.*"], Narrow(ventures: ["side"])),
            ],
            []
        );
        var reach = rights.Find("orders.read")!.Reach;
        reach.SeesSite("main", "north").ShouldBeTrue();
        reach.SeesSite("main", "south").ShouldBeFalse();
        reach.SeesSite("side", "east").ShouldBeTrue();
        reach.SeesAll("side").ShouldBeTrue();
        reach.SeesAll("main").ShouldBeFalse();
        reach.SeesRecord("main", null, ["south"]).ShouldBeFalse();
        reach.SeesRecord("main", null, ["south", "north"]).ShouldBeTrue();
        reach.SeesRecord("main", null, []).ShouldBeTrue("an order that names no site belongs to all of them");
        rights.Find("orders.write")!.Reach.Sees("main").ShouldBeFalse();
    }

    [Fact]
    public void Who_sees_own_records_sees_no_others_and_nothing_that_is_nobodys()
    {
        var reach = new Reach(Narrow(customers: ["C1"]));
        reach.SeesRecord("main", "C1", []).ShouldBeTrue();
        reach.SeesRecord("main", "C2", []).ShouldBeFalse();
        reach.SeesRecord("main", null, []).ShouldBeFalse();
        reach.Sees("main").ShouldBeFalse();
        reach.SeesSite("main", "north").ShouldBeFalse();
    }

    [Theory]
    [InlineData("2026-11-23T05:59:00Z", false)]
    [InlineData("2026-11-23T06:00:00Z", true)]
    [InlineData("2026-11-23T13:59:00Z", true)]
    [InlineData("2026-11-23T14:00:00Z", false)]
    [InlineData("2026-11-22T10:00:00Z", false)] // a Sunday
    public void Hours_open_and_close_at_the_minute_by_the_rules_own_clock(string at, bool open)
    {
        var rule = Hours(from: 6 * 60, until: 14 * 60, days: [1, 2, 3, 4, 5]);
        Serves(rule, at).ShouldBe(open);
    }

    [Theory]
    [InlineData("2026-11-23T21:59:00Z", false)]
    [InlineData("2026-11-23T22:00:00Z", true)]
    [InlineData("2026-11-24T05:59:00Z", true)]
    [InlineData("2026-11-24T06:00:00Z", false)]
    [InlineData("2026-11-23T03:00:00Z", false)] // the night of Sunday
    public void A_night_shift_belongs_to_the_day_it_began(string at, bool open) =>
        Serves(Hours(from: 22 * 60, until: 6 * 60, days: [1]), at).ShouldBe(open);

    [Fact]
    public void A_rule_of_one_role_leaves_another_role_free()
    {
        var rule = Hours(from: 0, until: 1) with { Role = "picker" };
        var rights = Rights.Of(
            [
                new HeldRole("picker", ["orders.read"], Narrow(ventures: ["main"])),
                new HeldRole("auditor", ["orders.read"], Narrow(ventures: ["side"])),
            ],
            [rule]
        );
        var reach = rights.Find("orders.read")!.At(Now, null, out _)!;
        reach.Sees("main").ShouldBeFalse();
        reach.Sees("side").ShouldBeTrue();
    }

    [Fact]
    public void A_second_factor_serves_for_its_minutes_and_a_key_needs_none()
    {
        var rules = ShippedRoles.Rules;
        var owner = Rights.Of([new HeldRole("owner", ["*"], Narrowing.None)], rules).Find("access.manage")!;
        owner.At(Now, null, out var why).ShouldBeNull();
        why.ShouldBe(Bound.StepUp);
        owner.At(Now, Now.AddMinutes(-15), out _).ShouldNotBeNull();
        owner.At(Now, Now.AddMinutes(-15).AddTicks(-1), out _).ShouldBeNull();
        var key = Rights.Of([new HeldRole(RuleKinds.KeyRole, ["*"], Narrowing.None)], rules);
        key.Find("access.manage")!.At(Now, null, out _).ShouldNotBeNull();
    }

    [Fact]
    public void The_widest_limit_of_the_roles_held_counts_and_no_limit_is_the_widest()
    {
        AccessRuleSet Limit(string role, long minor) =>
            new("r" + role, RuleKinds.Amount, "orders.write", role, Amount: new Money("EUR", minor));
        HeldRole Of(string role) => new(role, ["orders.write"], Narrowing.None);
        var rules = new[] { Limit("a", 100), Limit("b", 500) };
        var both = Rights.Of([Of("a"), Of("b")], rules).Find("orders.write")!;
        Passed(both, new Money("EUR", 500)).ShouldBeNull();
        Passed(both, new Money("EUR", 501)).ShouldBe(new Money("EUR", 500));
        Passed(both, new Money("EUR", -501)).ShouldBe(new Money("EUR", 500), "a credit is worth as much");
        Passed(both, new Money("USD", 1)).ShouldBe(new Money("EUR", 500), "it cannot be compared");
        Passed(both, null).ShouldBe(new Money("EUR", 500), "it cannot be told");
        Passed(Rights.Of([Of("a"), Of("c")], rules).Find("orders.write")!, null).ShouldBeNull();
    }

    [Fact]
    public void A_limit_holds_where_its_role_does_and_a_role_that_is_closed_widens_nothing()
    {
        AccessRuleSet[] rules =
        [
            new("small", RuleKinds.Amount, "orders.write", "clerk", Amount: new Money("EUR", 100)),
            new("francs", RuleKinds.Amount, "orders.write", "clerk", Amount: new Money("CHF", 90)),
            new("day", RuleKinds.Hours, "orders.write", "lead", From: 6 * 60, Until: 7 * 60),
        ];
        var side = new Narrowing(new HashSet<string> { "side" }, null, null);
        var held = Rights
            .Of(
                [
                    new HeldRole("clerk", ["orders.write"], Narrowing.None),
                    new HeldRole("manager", ["orders.write"], side),
                    new HeldRole("lead", ["orders.write"], Narrowing.None),
                ],
                rules
            )
            .Find("orders.write")!;
        Passed(held, new Money("EUR", 101), "side").ShouldBeNull("there a role without a limit is held");
        Passed(held, new Money("EUR", 101)).ShouldBe(new Money("EUR", 100));
        Passed(held, new Money("CHF", 90)).ShouldBeNull("each currency has its own");
        Passed(held, new Money("CHF", 91)).ShouldNotBeNull();
    }

    private static Money? Passed(Allowed allowed, Money? worth, string venture = "main") =>
        allowed.LimitPassed(worth, Now, null, venture, null, []);

    [Fact]
    public void A_second_person_is_needed_above_the_amount_and_where_the_worth_cannot_be_told()
    {
        var rights = Rights.Of([new HeldRole("a", ["orders.*"], Narrowing.None)], [Eyes("orders.write", 30, 100)]);
        var allowed = rights.Find("orders.write")!;
        allowed.SecondPersonFor(new Money("EUR", 100)).ShouldBe(0);
        allowed.SecondPersonFor(new Money("EUR", 101)).ShouldBe(30);
        allowed.SecondPersonFor(new Money("EUR", -101)).ShouldBe(30, "a credit is worth as much as a charge");
        allowed.SecondPersonFor(new Money("USD", 1)).ShouldBe(30);
        allowed.SecondPersonFor(null).ShouldBe(30);
        (allowed.SecondPerson, allowed.Alone).ShouldBe((30, new Money("EUR", 100)));
        rights.Find("orders.read")!.SecondPerson.ShouldBe(0);
    }

    [Fact]
    public void Of_several_rules_for_a_second_person_each_binds()
    {
        HeldRole[] held = [new("a", ["orders.write"], Narrowing.None), new("b", ["orders.write"], Narrowing.None)];
        Allowed Under(params AccessRuleSet[] rules) => Rights.Of(held, rules).Find("orders.write")!;
        var two = Under(
            Eyes("orders.*", 30, 100) with
            {
                Role = "a",
            },
            Eyes("orders.write", 60, 50) with
            {
                Role = "b",
            }
        );
        two.Alone.ShouldBe(new Money("EUR", 50));
        two.SecondPersonFor(new Money("EUR", 60)).ShouldBe(60);
        two.SecondPersonFor(new Money("EUR", 101)).ShouldBe(30);
        var always = Under(Eyes("orders.write", 30, 100), Eyes("orders.write", 60, null));
        (always.Alone, always.SecondPersonFor(new Money("EUR", 1))).ShouldBe((null, 60));
        var other = Under(Eyes("orders.write", 30, 100), Eyes("orders.write", 60, 100, "USD"));
        (other.Alone, other.SecondPersonFor(new Money("EUR", 1))).ShouldBe((null, 60));
    }

    private static AccessRuleSet Eyes(string permission, int minutes, long? alone, string currency = "EUR") =>
        new(
            $"{permission} {minutes}",
            RuleKinds.SecondPerson,
            permission,
            Minutes: minutes,
            Amount: alone is { } minor ? new Money(currency, minor) : null
        );

    [Fact]
    public void Checking_a_permission_allocates_nothing()
    {
        var rights = Rights.Of(
            [
                new HeldRole("venture-manager", ["orders.*", "inventory.*"], Narrow(ventures: ["main", "side"])),
                new HeldRole("auditor", ["orders.read", "audit.read"], Narrowing.None),
            ],
            ShippedRoles.Rules
        );
        var who = new Identity("s1", "person:1", "1", "s1", Now, Now);
        string[] asked = ["orders.read", "orders.write", "inventory.move", "audit.read"];
        var seen = 0;
        Run(1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(100_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        seen.ShouldBe(101_000 * 3 / 4);

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
                if (
                    Door.Check(asked[i & 3], who, rights, Now, out _, out var reach) is null
                    && ((i & 3) != 3 || reach!.IsWhole)
                    && (i & 3) != 2
                    && reach!.SeesRecord("main", "C1", [])
                )
                    seen++;
        }
    }

    [Fact]
    public void A_reach_covers_exactly_what_lies_within_it()
    {
        var main = new Reach(Narrow(ventures: ["main"]));
        main.Covers(Narrow(ventures: ["main"], sites: ["north"])).ShouldBeTrue();
        main.Covers(Narrow(ventures: ["main", "side"])).ShouldBeFalse();
        main.Covers(Narrowing.None).ShouldBeFalse();
        main.Covers(Narrow(sites: ["north"])).ShouldBeFalse();
        new Reach(Narrow(customers: ["C1"])).Covers(Narrow(ventures: ["main"])).ShouldBeFalse();
    }

    [Fact]
    public void Every_shipped_role_says_something_and_only_the_owner_everything()
    {
        ShippedRoles.All.Select(r => r.Code).Distinct().Count().ShouldBe(12);
        ShippedRoles.All.ShouldAllBe(r => r.Permissions.Count > 0);
        ShippedRoles.All.Where(r => r.Permissions.Contains("*")).Select(r => r.Code).ShouldBe(["owner"]);
    }

    private static bool Serves(AccessRuleSet rule, string at)
    {
        var rights = Rights.Of([new HeldRole("picker", ["orders.read"], Narrowing.None)], [rule]);
        var now = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
        return rights.Find("orders.read")!.At(now, null, out _) is not null;
    }

    private static AccessRuleSet Hours(int from, int until, params int[] days) =>
        new("h", RuleKinds.Hours, "orders.*", Days: days, From: from, Until: until, TimeZone: "Etc/UTC");

    private static Rights Held(params string[] permissions) =>
        Rights.Of([new HeldRole("r", permissions, Narrowing.None)], []);

    private static Narrowing Narrow(string[]? ventures = null, string[]? sites = null, string[]? customers = null) =>
        new(ventures?.ToHashSet(), sites?.ToHashSet(), customers?.ToHashSet());
}
