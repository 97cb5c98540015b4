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
}
