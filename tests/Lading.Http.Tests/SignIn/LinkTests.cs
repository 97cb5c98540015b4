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
