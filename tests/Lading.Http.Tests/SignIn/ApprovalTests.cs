using System.Net;
using System.Text.Json.Nodes;
using Lading.Platform.Tenancy;

namespace Lading.Http.Tests.SignIn;

/// <summary>Four eyes: what one person asks for, another approves, and it goes through once.</summary>
[Collection(SigningIn.Name)]
public partial class ApprovalTests(SignInHouse house)
{
    private const string Wanted = """{"name":"erp","scopes":["orders.read"]}""";
    private const string Rule = """{"kind":"second-person","permission":"platform.keys","minutes":30}""";

    [Fact]
    public async Task A_change_under_the_rule_goes_through_once_with_another_persons_word()
    {
        var (tenant, one, two) = await UnderTheRule();
        var log = await house.Host.Tenants.Log(tenant.Id);
        var before = log.Head;
        (await Issue(one, Wanted)).Code.ShouldBe("access.second-person");
        log.Head.ShouldBe(before, "a refusal writes nothing");
        var approval = await Ask(one);
        (await Issue(one, Wanted, approval)).Code.ShouldBe("approval.waiting");
        (await one.Post($"/access/approvals/{approval}/approve")).Code.ShouldBe("approval.own");
        (await Waiting(one))["mayApprove"]!.GetValue<bool>().ShouldBeFalse();

        var waits = await Waiting(two);
        ((string)waits["body"]!).ShouldBe(Wanted, "nobody approves what they cannot see");
        ((string)waits["path"]!).ShouldBe("/api/v1/keys");
        waits["mayApprove"]!.GetValue<bool>().ShouldBeTrue();
        house.Holds(Wanted).ShouldBeFalse("what waits is kept sealed");
        (await two.Post($"/access/approvals/{approval}/approve")).Status.ShouldBe(HttpStatusCode.OK);

        (await Issue(one, Wanted.Replace("orders.read", "*"), approval)).Code.ShouldBe("approval.another-request");
        (await Issue(two, Wanted, approval)).Code.ShouldBe("approval.unknown", "it is the asker's alone");
        (await Issue(one, Wanted, "ab")).Code.ShouldBe("approval.unknown");
        house.Host.Keys.Of(tenant.Id).ShouldBeEmpty();
        (await Issue(one, Wanted, approval, "same")).Status.ShouldBe(HttpStatusCode.Created);
        (await Issue(one, Wanted, approval, "same")).Status.ShouldBe(HttpStatusCode.Created, "a retry is no second");
        (await Issue(one, Wanted, approval)).Code.ShouldBe("approval.used");
        house.Host.Keys.Of(tenant.Id).Count.ShouldBe(1);
        (await one.Get("/access/approvals")).Json["items"]!.AsArray().ShouldBeEmpty();

        var facts = await log.ReadAfter(before, 100, TestContext.Current.CancellationToken);
        facts
            .Select(f => f.Type)
            .ShouldBe([
                "platform.approval-asked.v1",
                "platform.approval-given.v1",
                "platform.approval-used.v1",
                "platform.api-key-issued.v1",
            ]);
        facts[0].Actor.ShouldNotBe(facts[1].Actor);
    }

    [Fact]
    public async Task Of_many_who_bring_one_approval_at_once_one_goes_through()
    {
        var (tenant, one, two) = await UnderTheRule();
        var approval = await Ask(one);
        await two.Post($"/access/approvals/{approval}/approve");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Issue(one, Wanted, approval)));
        answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(a => a.Status != HttpStatusCode.Created && a.Code == "approval.used").ShouldBe(7);
        house.Host.Keys.Of(tenant.Id).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_requests_asked_for_under_one_key_are_two_and_each_is_shown_as_what_it_is()
    {
        var (tenant, one, two) = await UnderTheRule();
        var other = Wanted.Replace("erp", "shop");
        for (var i = 0; i < 4; i++)
        {
            var key = Guid.NewGuid().ToString();
            var asked = await Task.WhenAll(Ask(one, key: key), Ask(one, other, key));
            asked[0].ShouldNotBe(asked[1]);
            var rows = (await two.Get("/access/approvals")).Json["items"]!.AsArray();
            BodyOf(asked[0]).ShouldBe(Wanted);
            BodyOf(asked[1]).ShouldBe(other);
            string BodyOf(string id) => (string)rows.Single(r => (string)r!["approval"]! == id)!["body"]!;
            await two.Post($"/access/approvals/{asked[0]}/approve");
            (await Issue(one, other, asked[0])).Code.ShouldBe("approval.another-request");
            foreach (var id in asked)
                await one.Post($"/access/approvals/{id}/refuse", new { reason = "only tried" });
        }

        house.Host.Keys.Of(tenant.Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_approval_is_over_after_its_minutes_and_when_it_was_refused_or_taken_back()
    {
        var (_, one, two) = await UnderTheRule();
        var (approved, late) = (await Ask(one), await Ask(one));
        await two.Post($"/access/approvals/{approved}/approve");
        house.Clock.Advance(TimeSpan.FromMinutes(30));
        (await Issue(one, Wanted, approved)).Code.ShouldBe("approval.expired");
        (await two.Post($"/access/approvals/{late}/approve")).Code.ShouldBe("approval.expired");
        (await two.Get("/access/approvals")).Json["items"]!.AsArray().ShouldBeEmpty();

        var (refused, back) = (await Ask(one), await Ask(one));
        (await two.Post($"/access/approvals/{refused}/refuse", new { reason = "" })).Status.ShouldBe(
            HttpStatusCode.BadRequest
        );
        (await two.Post($"/access/approvals/{refused}/refuse", new { reason = "no" })).Status.ShouldBe(
            HttpStatusCode.OK
        );
        (await one.Post($"/access/approvals/{back}/refuse", new { reason = "a mistake" })).Status.ShouldBe(
            HttpStatusCode.OK
        );
        (await Issue(one, Wanted, refused)).Code.ShouldBe("approval.refused");
        (await two.Post($"/access/approvals/{back}/approve")).Code.ShouldBe("approval.unknown");
    }

    [Fact]
    public async Task Who_does_not_hold_the_permission_and_whoever_is_no_person_can_neither_see_nor_approve()
    {
        var (tenant, one, _, clerk) = await Company();
        (await one.Put("/access/rules/keys", JsonNode.Parse(Rule)!)).Status.ShouldBe(HttpStatusCode.OK);
        var approval = await Ask(one);
        (await clerk.Get("/access/approvals")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await clerk.Post($"/access/approvals/{approval}/approve")).Code.ShouldBe("access.missing-permission");
        (await clerk.Post($"/access/approvals/{approval}/refuse", new { reason = "x" })).Code.ShouldBe(
            "access.missing-permission"
        );
        var key = new Browser(house) { Token = house.Host.Keys.Issue(tenant.Id, "k", ["*"], null, null).Secret };
        (await key.Post($"/access/approvals/{approval}/approve")).Code.ShouldBe("access.second-person-key");
        (await Issue(key, Wanted)).Code.ShouldBe("access.second-person-key");
        (await Issue(key, Wanted, "ask")).Code.ShouldBe("access.second-person-key");
        (await key.Get("/keys")).Status.ShouldBe(HttpStatusCode.OK, "reading needs one pair of eyes");
        (await Issue(one, Wanted, approval)).Code.ShouldBe("approval.waiting");
    }

    [Fact]
    public async Task The_rule_needs_two_people_and_nobody_lifts_it_alone()
    {
        var (_, alone, _) = await house.NewAdministrator();
        var refused = await alone.Put("/access/rules/keys", JsonNode.Parse(Rule)!);
        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        ((string)refused.Json["field"]!).ShouldBe("permission");

        var (_, one, two) = await UnderTheRule();
        (await one.Post("/access/rules/keys/lift")).Code.ShouldBe("access.second-person");
        (await one.Put("/access/rules/keys", JsonNode.Parse(Rule)!)).Code.ShouldBe("access.second-person");
        var invite = new
        {
            email = "me.too@here.example",
            name = "Me Too",
            owner = true,
        };
        (await one.Post("/people/invitations", invite)).Code.ShouldBe("access.second-person");
        var asked = await one.Send(HttpMethod.Post, "/access/rules/keys/lift", "{}", (Header, "ask"));
        asked.Status.ShouldBe(HttpStatusCode.Accepted, asked.Text);
        var approval = (string)asked.Json["approval"]!;
        await two.Post($"/access/approvals/{approval}/approve");
        (await one.Send(HttpMethod.Post, "/access/rules/keys/lift", "{}", (Header, approval))).Status.ShouldBe(
            HttpStatusCode.OK
        );
        (await Issue(one, Wanted)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Below_the_rules_amount_a_change_passes_alone_and_what_cannot_be_reckoned_does_not()
    {
        var (tenant, one, two) = await Sellers("""{"amount":"100.00","currency":"EUR"}""");
        (await Order(one, Line(100))).Status.ShouldBe(HttpStatusCode.Created);
        var dear = await Order(one, Line(100.01m));
        (dear.Code, (await Order(one, Line(1, "USD"))).Code).ShouldBe(("access.second-person", "access.second-person"));
        foreach (
            var lines in (string[])
                [
                    """{"sku":"A","quantity":1}""",
                    Line(1) + """,{"sku":"A","quantity":1}""",
                    Line(60) + "," + Line(40.01m),
                    Line(-100.01m),
                    Line(1).Replace("\"quantity\":1", "\"quantity\":101"),
                    """{"sku":"unheard of","quantity":1,"unitPrice":{"amount":1,"currency":"EUR"}}""",
                ]
        )
            (await Order(one, lines)).Code.ShouldBe("access.second-person", lines);
        (await one.Send(HttpMethod.Post, "/orders", "{")).Code.ShouldBe("access.second-person");
        (await one.Post("/orders/SO-1/hold", new { reason = "x" })).Code.ShouldBe("access.second-person", "no amount");
        (await one.Get("/orders")).Status.ShouldBe(HttpStatusCode.OK);

        var key = new Browser(house) { Token = house.Host.Keys.Issue(tenant.Id, "k", ["*"], null, null).Secret };
        (await Order(key, Line(100))).Status.ShouldBe(HttpStatusCode.Created, "below it programs go on");
        (await Order(key, Line(101))).Code.ShouldBe("access.second-person-key");

        var asked = await Order(one, Line(500), "ask");
        asked.Status.ShouldBe(HttpStatusCode.Accepted, asked.Text);
        var approval = (string)asked.Json["approval"]!;
        (await two.Post($"/access/approvals/{approval}/approve")).Status.ShouldBe(HttpStatusCode.OK);
        (await Order(one, Line(501), approval)).Code.ShouldBe("approval.another-request");
        (await Order(one, Line(500), approval)).Status.ShouldBe(HttpStatusCode.Created);
        (await one.Put("/settings", new { })).Code.ShouldNotBe("access.second-person");
        (await one.Post("/access/rules/dear/lift")).Code.ShouldBe("access.second-person", "administration knows none");
        var rules = (await one.Get("/access/rules")).Json["items"]!.AsArray();
        rules.Single(r => (string)r!["rule"]! == "implied:access.manage")!["amount"].ShouldBeNull();
        rules.Single(r => (string)r!["rule"]! == "dear")!["amount"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Me_says_before_one_tries_what_needs_a_second_person_and_what_else_binds()
    {
        var (tenant, one, two, clerk) = await Company();
        var free = (await one.Get("/me")).Json;
        (Names(free, "needsSecondPerson"), Names(free, "outsideHours")).ShouldBe(("", ""));
        foreach (
            var (rule, body) in new[]
            {
                (
                    "dear",
                    """{"kind":"second-person","permission":"orders.write","minutes":30"""
                        + ""","amount":"9.50","currency":"EUR"}"""
                ),
                (
                    "most",
                    """{"kind":"amount","permission":"orders.write","role":"picker","amount":"70","currency":"EUR"}"""
                ),
                ("night", $$"""{"kind":"hours","permission":"inventory.*",{{Never()}}}"""),
            }
        )
            (await Approved(one, two, HttpMethod.Put, $"/access/rules/{rule}", body)).ShouldBe(HttpStatusCode.OK, rule);

        var me = (await one.Get("/me")).Json;
        Names(me, "needsSecondPerson").ShouldBe("access.manage,orders.write");
        var needs = me["needsSecondPerson"]!.AsArray();
        needs[0]!["alone"].ShouldBeNull();
        ((string)needs[1]!["alone"]!["currency"]!, (long)needs[1]!["alone"]!["minor"]!).ShouldBe(("EUR", 950L));
        Names(me, "outsideHours").ShouldStartWith("inventory.");
        Names(me, "needsStepUp").ShouldBe("");
        Names(me, "rules").ShouldStartWith("access-manage,dear,most,night,");
        (await one.Get("/inventory/stock")).Code.ShouldBe("access.outside-hours", "as was said");
        var key = new Browser(house)
        {
            Token = house.Host.Keys.Issue(tenant.Id, "k", ["orders.write"], null, null).Secret,
        };
        Names((await key.Get("/me")).Json, "rules").ShouldBe("dear,most");
        Names((await clerk.Get("/me")).Json, "rules")
            .ShouldBe("", "rules for what one does not hold are not one's own");
        var (_, unproved, _) = await house.NewOwner();
        Names((await unproved.Get("/me")).Json, "needsStepUp").ShouldContain("access.manage");
    }

    /// <summary>Hours that are not now.</summary>
    private string Never()
    {
        var now = house.Clock.GetUtcNow().UtcDateTime;
        return $"\"from\":\"{now.AddHours(2):HH:mm}\",\"until\":\"{now.AddHours(3):HH:mm}\",\"timeZone\":\"Etc/UTC\"";
    }

    private static string Names(JsonNode me, string list) =>
        string.Join(
            ',',
            me[list]!.AsArray().Select(i => i is JsonValue ? (string)i! : (string)(i!["rule"] ?? i["permission"])!)
        );

    /// <summary>A change that another approves where that is needed.</summary>
    private static async Task<HttpStatusCode> Approved(
        Browser by,
        Browser other,
        HttpMethod method,
        string path,
        string body
    )
    {
        var alone = await by.Send(method, path, body);
        if (alone.Status == HttpStatusCode.OK || alone.Code != "access.second-person")
            return alone.Status;
        var asked = await by.Send(method, path, body, (Header, "ask"));
        var approval = (string)asked.Json["approval"]!;
        await other.Post($"/access/approvals/{approval}/approve");
        return (await by.Send(method, path, body, (Header, approval))).Status;
    }

    [Fact]
    public async Task The_amount_of_a_rule_is_checked_as_any_other()
    {
        var (_, one, _) = await Sellers(null);
        foreach (
            var (fields, wrong) in new[]
            {
                (""" "permission":"platform.keys","amount":"1","currency":"EUR" """, "permission"),
                (""" "permission":"orders.write","amount":"-1","currency":"EUR" """, "amount"),
                (""" "permission":"orders.write","amount":"1" """, "amount"),
                (""" "permission":"orders.write","currency":"EUR" """, "amount"),
            }
        )
        {
            var body = $$"""{"kind":"second-person","minutes":30,{{fields}}}""";
            var refused = await one.Put("/access/rules/x", JsonNode.Parse(body)!);
            (refused.Status, (string?)refused.Json["field"]).ShouldBe((HttpStatusCode.BadRequest, wrong), refused.Text);
        }
    }

    private static string Line(decimal price, string currency = "EUR") =>
        $$$"""{"sku":"A","quantity":1,"unitPrice":{"amount":{{{price}}},"currency":"{{{currency}}}"}}""";

    private static Task<Reply> Order(Browser by, string lines, string? approval = null)
    {
        var body = $$"""{"venture":"main","lines":[{{lines}}]}""";
        (string, string)[] headers = approval is null ? [] : [(Header, approval)];
        return by.Send(HttpMethod.Post, "/orders", body, headers);
    }

    /// <summary>Two owners of a company that sells A, under a rule for orders above an amount.</summary>
    private async Task<(Tenant Tenant, Browser One, Browser Two)> Sellers(string? amount)
    {
        var (tenant, one, two, _) = await Company();
        await one.Post("/ventures", new { code = "main", name = "Main" });
        await one.Post(
            "/skus",
            new
            {
                sku = "A",
                venture = "main",
                description = "Lantern",
                baseUnit = "EA",
            }
        );
        if (amount is null)
            return (tenant, one, two);
        var rule = JsonNode.Parse(amount)!;
        (rule["kind"], rule["permission"], rule["minutes"]) = ("second-person", "orders.write", 30);
        var set = await one.Put("/access/rules/dear", rule);
        set.Status.ShouldBe(HttpStatusCode.OK, set.Text);
        return (tenant, one, two);
    }

    private const string Header = "Lading-Approval";

    private static Task<Reply> Issue(Browser by, string body, string? approval = null, string? key = null)
    {
        (string, string)[] headers = [("Idempotency-Key", key ?? Guid.NewGuid().ToString())];
        return by.Send(HttpMethod.Post, "/keys", body, approval is null ? headers : [.. headers, (Header, approval)]);
    }

    private static async Task<string> Ask(Browser by, string body = Wanted, string? key = null)
    {
        var reply = await Issue(by, body, "ask", key);
        reply.Status.ShouldBe(HttpStatusCode.Accepted, reply.Text);
        return (string)reply.Json["approval"]!;
    }

    private static async Task<JsonNode> Waiting(Browser seenBy) =>
        (await seenBy.Get("/access/approvals")).Json["items"]!.AsArray().Single()!;

    private async Task<(Tenant Tenant, Browser One, Browser Two)> UnderTheRule()
    {
        var (tenant, one, two, _) = await Company();
        var reply = await one.Put("/access/rules/keys", JsonNode.Parse(Rule)!);
        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        return (tenant, one, two);
    }

    /// <summary>Two owners and a clerk, each with a second factor given.</summary>
    private async Task<(Tenant Tenant, Browser One, Browser Two, Browser Clerk)> Company()
    {
        var (tenant, one, _) = await house.NewAdministrator();
        return (tenant, one, await Joined(one, tenant, "two", true), await Joined(one, tenant, "clerk", false));
    }

    private async Task<Browser> Joined(Browser owner, Tenant tenant, string name, bool owns)
    {
        var email = $"{name}@{tenant.Slug}.example";
        var invited = await owner.Post(
            "/people/invitations",
            new
            {
                email,
                name,
                owner = owns,
            }
        );
        var link = (string)invited.Json["link"]!;
        var browser = new Browser(house);
        var accepted = await browser.Post(
            "/session/accept",
            new
            {
                token = link[(link.IndexOf('#') + 1)..],
                name,
                password = "three copper anchors sing",
            }
        );
        accepted.Status.ShouldBe(HttpStatusCode.OK, accepted.Text);
        house.StepUp(email);
        return browser;
    }
}
