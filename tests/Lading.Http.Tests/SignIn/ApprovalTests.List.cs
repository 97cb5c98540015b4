using System.Net;
using System.Text.Json.Nodes;

namespace Lading.Http.Tests.SignIn;

/// <summary>What the list tells: all that is approved, what it takes to send it again, who refused and why.</summary>
public partial class ApprovalTests
{
    private const string Lift = "/access/rules/keys/lift";

    [Fact]
    public async Task The_list_shows_the_If_Match_that_is_approved_and_by_what_it_tells_the_request_is_sent_again()
    {
        var (_, one, two) = await UnderTheRule();
        var asked = await one.Send(HttpMethod.Post, Lift, "{}", (Header, "ask"), ("If-Match", "\"1\""));
        asked.Status.ShouldBe(HttpStatusCode.Accepted, asked.Text);
        var approval = (string)asked.Json["approval"]!;

        var seen = await Waiting(two);
        ((string?)seen["ifMatch"], (string?)seen["body"]).ShouldBe(("\"1\"", "{}"));
        ((string?)seen["contentType"]).ShouldBe("application/json; charset=utf-8");
        (await two.Post($"/access/approvals/{approval}/approve")).Status.ShouldBe(HttpStatusCode.OK);

        var mine = await Waiting(one);
        var (path, body, ifMatch) = ((string)mine["path"]!, (string)mine["body"]!, (string)mine["ifMatch"]!);
        path.ShouldBe("/api/v1" + Lift);
        (await one.Send(HttpMethod.Post, Lift, body, (Header, approval))).Code.ShouldBe("approval.another-request");
        var done = await one.Send(HttpMethod.Post, Lift, body, (Header, approval), ("If-Match", ifMatch));
        done.Status.ShouldBe(HttpStatusCode.OK, done.Text);
    }

    [Fact]
    public async Task A_request_without_If_Match_is_told_to_have_none()
    {
        var (_, one, two) = await UnderTheRule();
        await Ask(one);
        (await Waiting(two))["ifMatch"].ShouldBeNull();
    }

    [Fact]
    public async Task Who_asked_reads_who_refused_and_why_until_its_time_is_over()
    {
        var (_, one, two) = await UnderTheRule();
        var (refused, back) = (await Ask(one), await Ask(one));
        await two.Post($"/access/approvals/{refused}/approve");
        await two.Post($"/access/approvals/{refused}/refuse", new { reason = "too wide" });
        await one.Post($"/access/approvals/{back}/refuse", new { reason = "a mistake" });

        var row = await Waiting(one);
        ((string?)row["approval"]).ShouldBe(refused, "what one took back is gone");
        ((string?)row["refusedBy"], (string?)row["reason"]).ShouldBe((await PersonOf(two), "too wide"));
        (row["body"], row["mayApprove"]!.GetValue<bool>()).ShouldBe((null, false));
        (await Items(two)).ShouldBeEmpty();
        (await two.Post($"/access/approvals/{refused}/approve")).Code.ShouldBe("approval.unknown");

        house.Clock.Advance(TimeSpan.FromMinutes(30));
        (await Items(one)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_refused_does_not_count_among_what_waits()
    {
        var (_, one, _) = await UnderTheRule();
        var asked = new List<string>();
        for (var i = 0; i < 50; i++)
            asked.Add(await Ask(one));
        (await Issue(one, Wanted, "ask")).Code.ShouldBe("approval.too-many");
        await one.Post($"/access/approvals/{asked[0]}/refuse", new { reason = "a mistake" });
        await Ask(one);
    }

    private static async Task<JsonArray> Items(Browser seenBy) =>
        (await seenBy.Get("/access/approvals")).Json["items"]!.AsArray();

    private static async Task<string> PersonOf(Browser browser) => (string)(await browser.Get("/me")).Json["person"]!;

    [Fact]
    public async Task Where_no_rule_binds_there_is_nothing_to_ask_for_and_nothing_is_done()
    {
        var (tenant, one, _, _) = await Company();
        var asked = await Issue(one, Wanted, "ask");
        (asked.Status, asked.Code).ShouldBe((HttpStatusCode.Conflict, "approval.not-needed"), asked.Text);
        house.Host.Keys.Of(tenant.Id).ShouldBeEmpty();
        (await Issue(one, Wanted)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Asked_again_with_the_same_key_it_says_what_became_of_it()
    {
        var (_, one, two) = await UnderTheRule();
        var first = await Issue(one, Wanted, "ask", "a");
        house.Clock.Advance(TimeSpan.FromMinutes(5));
        (await Issue(one, Wanted, "ask", "a")).Text.ShouldBe(first.Text);
        var approval = (string)first.Json["approval"]!;
        await two.Post($"/access/approvals/{approval}/approve");
        (await Issue(one, Wanted, approval)).Status.ShouldBe(HttpStatusCode.Created);
        (await Issue(one, Wanted, "ask", "a")).Code.ShouldBe("approval.used");

        var refused = await Ask(one, key: "b");
        await two.Post($"/access/approvals/{refused}/refuse", new { reason = "no" });
        (await Issue(one, Wanted, "ask", "b")).Code.ShouldBe("approval.refused");
        await Ask(one, key: "c");
        house.Clock.Advance(TimeSpan.FromMinutes(30));
        (await Issue(one, Wanted, "ask", "c")).Code.ShouldBe("approval.expired");
    }

    [Fact]
    public async Task What_a_route_itself_does_not_allow_stands_in_the_audit()
    {
        var (_, one, _) = await UnderTheRule();
        var approval = await Ask(one);
        (await one.Post($"/access/approvals/{approval}/approve")).Code.ShouldBe("approval.own");
        await house.Host.Watch.Counter.Flush(all: true);
        var denied = (await one.Get("/audit?kind=denied")).Json["items"]!.AsArray();
        denied
            .Select(d => ((string)d!["detail"]!, (string)d!["subject"]!))
            .ShouldContain(("approval.own", "POST /api/v1/access/approvals/{approval}/approve"));
    }
}
