using System.Net;
using Lading.Platform.Access;
using Lading.Platform.Tenancy;

namespace Lading.Http.Tests.SignIn;

/// <summary>Links that let someone in, or back in, reach no further than who made them.</summary>
[Collection(SigningIn.Name)]
public class LinkTests(SignInHouse house)
{
    private const string Password = "three copper anchors sing";

    [Theory]
    [InlineData("keeper")]
    [InlineData("dispatcher")]
    [InlineData("all")]
    [InlineData("owner")]
    public async Task Who_manages_people_alone_sets_no_password_of_who_holds_more_and_lets_none_of_them_go(string role)
    {
        var (tenant, _, admin) = await WithAdmin();
        var richer = await Joined(tenant, "richer", role);
        (await admin.Browser.Post($"/people/{richer.Id}/reset-link")).Code.ShouldBe("people.not-yours");
        (await admin.Browser.Delete($"/people/{richer.Id}")).Code.ShouldBe("people.not-yours");
        (await admin.Browser.Post($"/members/{richer.Id}/remove", new { reason = "x" })).Code.ShouldBe(
            "request.invalid"
        );
        (await richer.Browser.Get("/session")).Status.ShouldBe(HttpStatusCode.OK);

        var equal = await Joined(tenant, "equal", "admin");
        (await Reset(await ResetLink(admin.Browser, equal.Id))).Status.ShouldBe(HttpStatusCode.OK);
        (await admin.Browser.Delete($"/people/{equal.Id}")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Who_manages_people_alone_takes_nothing_by_admitting_someone_again()
    {
        var (tenant, owner, admin) = await WithAdmin();
        var richer = await Joined(tenant, "richer", "dispatcher");
        foreach (var person in (string[])[richer.Id, await IdOf(owner)])
        {
            var refused = await admin.Browser.Post("/members", new { person, grants = Array.Empty<object>() });
            refused.Code.ShouldBe("request.invalid");
            ((string)refused.Json["field"]!).ShouldBe("grants");
        }

        (await richer.Browser.Get("/orders")).Status.ShouldBe(HttpStatusCode.OK);
        (
            await admin.Browser.Post("/members", new { person = "new-one", grants = new[] { new { role = "admin" } } })
        ).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_reset_link_is_void_once_its_person_holds_more_than_who_made_it()
    {
        var (tenant, owner, admin) = await WithAdmin();
        var someone = await Joined(tenant, "someone");
        var link = await ResetLink(admin.Browser, someone.Id);
        await Hold(owner, someone.Id, "dispatcher");
        (await Reset(link)).Code.ShouldBe("sign-in.link-refused");
        (await new Browser(house).SignIn(someone.Who)).Status.ShouldBe(
            HttpStatusCode.OK,
            "the password is the old one"
        );
        await Hold(owner, someone.Id);
        (await Reset(link)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_reset_link_is_void_once_who_made_it_manages_people_no_more()
    {
        var (tenant, owner, admin) = await WithAdmin();
        var someone = await Joined(tenant, "someone");
        var link = await ResetLink(admin.Browser, someone.Id);
        await Hold(owner, admin.Id, "picker");
        (await Reset(link)).Code.ShouldBe("sign-in.link-refused");

        var key = house.Host.Keys.Issue(tenant.Id, "k", ["access.*"], null, null);
        link = await ResetLink(new Browser(house) { Token = key.Secret }, someone.Id);
        house.Host.Keys.Revoke(tenant.Id, key.Key.Prefix);
        (await Reset(link)).Code.ShouldBe("sign-in.link-refused");
    }

    [Fact]
    public async Task An_invitation_is_void_while_who_made_it_holds_less_than_it_gives()
    {
        var (tenant, owner, _) = await WithAdmin();
        var second = await Joined(tenant, "second", "owner");
        var own = await Invite(second.Browser, tenant, "heir", "owner");
        var clerk = await Invite(second.Browser, tenant, "clerk", "picker");
        await Hold(owner, second.Id, "admin", "picker");
        (await new Browser(house).Post("/session/invitation", new { token = own })).Code.ShouldBe(
            "sign-in.link-refused"
        );
        (await Accept(own)).Code.ShouldBe("sign-in.link-refused");
        (await Accept(clerk)).Status.ShouldBe(HttpStatusCode.OK, "that much they may give still");

        var none = await Invite(second.Browser, tenant, "nobody");
        await Hold(owner, second.Id, "picker");
        (await Accept(none)).Code.ShouldBe("sign-in.link-refused", "who manages no people invites none");
        house.Host.Accounts.Store.WithEmail($"nobody@{tenant.Slug}.example").ShouldBeNull();
    }

    [Theory]
    [InlineData("let go")]
    [InlineData("removed")]
    [InlineData("erased")]
    public async Task Who_goes_takes_their_links_along_and_coming_back_does_not_bring_them(string how)
    {
        var (tenant, owner, _) = await WithAdmin();
        var second = await Joined(tenant, "second", "owner");
        var someone = await Joined(tenant, "someone");
        var link = await Invite(second.Browser, tenant, "heir", "owner");
        await ResetLink(second.Browser, someone.Id);
        var mine = await Invite(owner, tenant, "clerk", "picker");
        var gone = how switch
        {
            "let go" => await owner.Delete($"/people/{second.Id}"),
            "removed" => await owner.Post($"/members/{second.Id}/remove", new { reason = "left" }),
            _ => await owner.Post("/people/erase", new { subject = $"person/{second.Id}", reason = "asked to be" }),
        };
        gone.Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NoContent);
        house.Rows($"inviter = 'person:{second.Id}'", "invitation").ShouldBe(0);
        await house.Host.Accounts.Join(new(tenant.Id, second.Id, "test", [new GrantRequest("owner")]));
        (await Accept(link)).Code.ShouldBe("sign-in.link-refused");
        (await Accept(mine)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("owner", false)]
    [InlineData("admin", false)]
    [InlineData("keeper", false)]
    [InlineData("picker", true)]
    public async Task What_was_promised_before_a_second_person_was_needed_for_it_is_void(string role, bool stands)
    {
        var (tenant, owner, _) = await WithAdmin();
        var second = await Joined(tenant, "second", "owner");
        var third = await Joined(tenant, "third", role);
        var (before, reset) = (await Invite(owner, tenant, "before", role), await ResetLink(owner, third.Id));
        var rule = new
        {
            kind = "second-person",
            permission = "platform.keys",
            minutes = 30,
        };
        (await owner.Put("/access/rules/keys", rule)).Status.ShouldBe(HttpStatusCode.OK);
        var answers = (await Accept(before), await Reset(reset));
        answers.Item1.Status.ShouldBe(stands ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answers.Item1.Text);
        answers.Item2.Status.ShouldBe(stands ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answers.Item2.Text);

        var after = await Approved(owner, second.Browser, Invitation(tenant, "after", role));
        (await Accept(Token(after))).Status.ShouldBe(HttpStatusCode.OK, "a second person said yes to it");
    }

    /// <summary>One asks, another approves, and it is sent again.</summary>
    private static async Task<Reply> Approved(Browser one, Browser two, object body)
    {
        var json = System.Text.Json.JsonSerializer.Serialize(body);
        var asked = await one.Send(HttpMethod.Post, "/people/invitations", json, ("Lading-Approval", "ask"));
        var approval = (string)asked.Json["approval"]!;
        (await two.Post($"/access/approvals/{approval}/approve")).Status.ShouldBe(HttpStatusCode.OK);
        return await one.Send(HttpMethod.Post, "/people/invitations", json, ("Lading-Approval", approval));
    }

    private static object Invitation(Tenant tenant, string name, params string[] roles) =>
        new
        {
            email = $"{name}@{tenant.Slug}.example",
            name,
            grants = roles.Select(role => new { role }),
        };

    private static async Task<string> Invite(Browser by, Tenant tenant, string name, params string[] roles) =>
        Token(await by.Post("/people/invitations", Invitation(tenant, name, roles)));

    private static string Token(Reply invited)
    {
        invited.Status.ShouldBe(HttpStatusCode.Created, invited.Text);
        return ((string)invited.Json["link"]!).Split('#')[1];
    }

    private Task<Reply> Accept(string token) =>
        new Browser(house).Post(
            "/session/accept",
            new
            {
                token,
                name = "New",
                password = Password,
            }
        );

    private sealed record Member(string Id, Browser Browser, Someone Who);

    /// <summary>A company with an owner, roles of its own, and someone who holds <c>access.manage</c> alone.</summary>
    private async Task<(Tenant Tenant, Browser Owner, Member Admin)> WithAdmin()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        await Define(owner, "admin", "access.manage");
        await Define(owner, "keeper", "platform.keys");
        await Define(owner, "all", "*");
        return (tenant, owner, await Joined(tenant, "admin", "admin"));
    }

    private static async Task Define(Browser owner, string role, params string[] permissions) =>
        (await owner.Put($"/roles/{role}", new { name = role, permissions })).Status.ShouldBe(HttpStatusCode.OK);

    /// <summary>Someone with an account who was made a member from inside.</summary>
    private async Task<Member> Joined(Tenant tenant, string name, params string[] roles)
    {
        var accounts = house.Host.Accounts;
        var who = new Someone($"{name}@{tenant.Slug}.example", name, Password);
        var account = accounts.New(who.Email, who.Name);
        (await accounts.Manager().CreateAsync(account, who.Password)).Succeeded.ShouldBeTrue();
        await accounts.Join(new(tenant.Id, account.Id, "test", [.. roles.Select(r => new GrantRequest(r))]));
        var browser = new Browser(house);
        (await browser.SignIn(who)).Status.ShouldBe(HttpStatusCode.OK);
        house.StepUp(who.Email);
        return new Member(account.Id, browser, who);
    }

    private static async Task Hold(Browser by, string person, params string[] roles) =>
        (await by.Put($"/members/{person}", new { grants = roles.Select(role => new { role }) })).Status.ShouldBe(
            HttpStatusCode.OK
        );

    private static async Task<string> IdOf(Browser browser) =>
        (string)(await browser.Get("/session")).Json["person"]!["id"]!;

    private static async Task<string> ResetLink(Browser by, string person)
    {
        var reply = await by.Post($"/people/{person}/reset-link");
        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        return (string)reply.Json["link"]!;
    }

    private Task<Reply> Reset(string link) =>
        new Browser(house).Post(
            "/session/reset",
            new { token = link.Split('#')[1], password = "five silver kettles hum" }
        );
}
