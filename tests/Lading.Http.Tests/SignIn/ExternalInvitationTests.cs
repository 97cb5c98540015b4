using System.Net;
using System.Text.Json.Nodes;

namespace Lading.Http.Tests.SignIn;

/// <summary>Accepting an invitation as a person of another provider, and who is not let in so.</summary>
[Collection(SigningIn.Name)]
public sealed class ExternalInvitationTests(SignInHouse house) : AtProvider(house)
{
    private readonly SignInHouse house = house;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_invited_joins_as_a_person_of_the_provider_without_a_password(bool inToken)
    {
        Provider.EmailInToken = inToken;
        var (tenant, owner, email) = await Company();
        var browser = new Browser(House);
        var answer = await Join(browser, await Invite(owner, email));
        (answer.Status, answer.Headers.Location?.ToString()).ShouldBe((HttpStatusCode.Redirect, "/"), answer.Text);
        var session = (await browser.Get("/session")).Json;
        session["methods"]!.AsArray().Select(m => (string)m!).ShouldBe(["oidc"]);
        ((string)(await browser.Get("/me")).Json["tenant"]!).ShouldBe(tenant);
        (await browser.Get("/orders")).Status.ShouldBe(HttpStatusCode.OK, "what was promised came true");
        (await browser.Get("/people")).Status.ShouldBe(HttpStatusCode.Forbidden, "and no more");
        (await SignIn(new Browser(House))).Headers.Location!.ToString().ShouldBe("/", "the same way in again");
        (await new Browser(House).SignIn(new Someone(email, "", ""))).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"true\"")]
    public async Task An_address_that_the_provider_has_not_verified_opens_nothing(string verified)
    {
        var (_, owner, email) = await Company();
        Provider.EmailVerified = JsonNode.Parse(verified);
        var link = await Invite(owner, email);
        foreach (var inToken in (bool[])[true, false])
        {
            Provider.EmailInToken = inToken;
            (await Join(new Browser(House), link)).Code.ShouldBe("external.address-not-verified");
        }

        await IsStillOpen(link, email);
    }

    [Fact]
    public async Task A_link_that_was_handed_on_lets_nobody_else_in()
    {
        var (_, owner, email) = await Company();
        var link = await Invite(owner, email);
        foreach (
            var other in (string[])["thief@evil.example", $"x{email}", $"{email}.evil.example", "", "\u0430b@c.de"]
        )
        {
            Provider.Email = other;
            (await Join(new Browser(House), link)).Code.ShouldBe("external.another-address", other);
        }

        Provider.Email = email.ToUpperInvariant();
        (await Join(new Browser(House), link)).Status.ShouldBe(HttpStatusCode.Redirect, "case says nothing");
    }

    [Fact]
    public async Task What_more_is_said_of_a_person_is_believed_of_that_person_only()
    {
        Provider.EmailInToken = false;
        var (_, owner, email) = await Company();
        var link = await Invite(owner, email);
        foreach (var (member, value) in new (string, JsonNode?)[] { ("sub", "another"), ("sub", null), ("sub", 7) })
        {
            Provider.SpoilUserInfo = said => said[member] = value?.DeepClone();
            (await Join(new Browser(House), link)).Code.ShouldBe("external.failed", $"{member} {value}");
        }

        Provider.SpoilUserInfo = null;
        await IsStillOpen(link, email);
    }

    [Fact]
    public async Task A_provider_that_says_no_more_of_a_person_lets_nobody_in()
    {
        Provider.EmailInToken = false;
        Provider.SpoilDocument = document => document.Remove("userinfo_endpoint");
        var (_, owner, email) = await Company();
        var link = await Invite(owner, email);
        (await Join(new Browser(House), link)).Code.ShouldBe("external.address-not-verified");
        await IsStillOpen(link, email);
    }

    [Fact]
    public async Task An_account_that_is_there_is_not_entered_because_of_an_address()
    {
        var (_, owner, email) = await Company();
        var (_, _, someone) = await House.NewOwner();
        Provider.Email = someone.Email;
        var link = await Invite(owner, someone.Email);
        (await Join(new Browser(House), link)).Code.ShouldBe("external.has-account");
        await IsStillOpen(link, someone.Email);
        Provider.Email = email;
        (await SignIn(new Browser(House))).Code.ShouldBe("external.not-linked");
    }

    [Fact]
    public async Task Who_is_linked_already_joins_a_second_company_with_the_same_account()
    {
        var (_, owner, _) = await Company();
        var (_, mine, me) = await House.NewOwner();
        Provider.Email = me.Email;
        await Link(mine);
        var browser = new Browser(House);
        (await Join(browser, await Invite(owner, me.Email))).Status.ShouldBe(HttpStatusCode.Redirect);
        (await owner.Get("/people")).Json["items"]!.AsArray().Count.ShouldBe(2);
        (await browser.Get("/orders")).Status.ShouldBe(HttpStatusCode.OK);

        Provider.Email = $"another-{me.Email}";
        var link = await Invite(owner, Provider.Email);
        (await Join(new Browser(House), link)).Code.ShouldBe(
            "external.taken",
            "linked with an account of another address"
        );
        await IsStillOpen(link, Provider.Email);
    }

    [Fact]
    public async Task An_invitation_that_was_withdrawn_meanwhile_or_used_lets_nobody_in()
    {
        var (_, owner, email) = await Company();
        var browser = new Browser(House);
        var back = await Depart(browser, await Invite(owner, email));
        var id = (string)(await owner.Get("/people/invitations")).Json["items"]![0]!["id"]!;
        await owner.Delete($"/people/invitations/{id}");
        (await browser.Open(back)).Code.ShouldBe("sign-in.link-refused");

        var link = await Invite(owner, email);
        back = await Depart(browser, link);
        (await new Browser(House).Open(back)).Code.ShouldBe("sign-in.no-ticket", "another browser");
        (await browser.Open(back)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.Open(back)).Code.ShouldBe("sign-in.no-ticket", "used");
        (await Accept(browser, link, "Nora")).Code.ShouldBe("sign-in.link-refused");
        (await Accept(browser, "made up", "Nora")).Code.ShouldBe("sign-in.link-refused");
        (await Accept(browser, await Invite(owner, $"n{email}"), " ")).Code.ShouldBe("request.invalid");
    }

    [Fact]
    public async Task An_invitation_whose_maker_manages_people_no_more_lets_nobody_in()
    {
        var (slug, owner, email) = await Company();
        var key = House.Host.Keys.Issue(
            House.Host.Tenants.Tenants.Single(t => t.Slug == slug).Id,
            "k",
            ["*"],
            null,
            null
        );
        var link = await Invite(new Browser(House) { Token = key.Secret }, email);
        var browser = new Browser(House);
        var back = await Depart(browser, link);
        House.Host.Keys.Revoke(key.Key.Tenant, key.Key.Prefix);
        (await browser.Open(back)).Code.ShouldBe("sign-in.link-refused");
        (await Accept(new Browser(House), link, "Nora")).Code.ShouldBe("sign-in.link-refused");
        House.Host.Accounts.Store.WithEmail(email).ShouldBeNull();
        (await owner.Get("/people")).Json["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_name_of_who_went_to_the_provider_and_never_came_back_stands_nowhere_in_clear()
    {
        var (_, owner, email) = await Company();
        (await Accept(new Browser(House), await Invite(owner, email), "Nora Neverback")).Status.ShouldBe(
            HttpStatusCode.OK
        );
        House.Rows("kind = 'external'", "ticket").ShouldBeGreaterThan(0);
        House.Holds("Neverback").ShouldBeFalse();
        House.Holds("Nora New").ShouldBeTrue("the invitation's own name is shown to who invited: it goes with it");
    }

    [Fact]
    public async Task Two_who_come_back_with_one_invitation_at_once_make_one_account()
    {
        var (_, owner, email) = await Company();
        var link = await Invite(owner, email);
        var browsers = Enumerable.Range(0, 4).Select(_ => new Browser(House)).ToList();
        var backs = new List<string>();
        foreach (var browser in browsers)
            backs.Add(await Depart(browser, link));
        var answers = await Task.WhenAll(browsers.Zip(backs, (browser, back) => browser.Open(back)));
        answers.Count(a => a.Status == HttpStatusCode.Redirect).ShouldBe(1);
        (await owner.Get("/people")).Json["items"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_one_way_in_is_not_thrown_away()
    {
        var (_, owner, email) = await Company();
        var browser = new Browser(House);
        await Join(browser, await Invite(owner, email));
        (await browser.Delete("/me/logins/sim")).Code.ShouldBe("account.last-way");
        (await SignIn(new Browser(House))).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    /// <summary>A company's short name, its owner's browser, and the address of somebody new, whom the provider
    /// knows.</summary>
    private async Task<(string Slug, Browser Owner, string Email)> Company()
    {
        var (tenant, owner, _) = await House.NewAdministrator();
        Provider.Email = $"nora@{tenant.Slug}.example";
        return (tenant.Slug, owner, Provider.Email);
    }

    private static async Task<string> Invite(Browser owner, string email)
    {
        var grants = new[] { new { role = "dispatcher" } };
        var reply = await owner.Post(
            "/people/invitations",
            new
            {
                email,
                name = "Nora New",
                grants,
            }
        );
        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Text);
        var link = (string)reply.Json["link"]!;
        return link[(link.IndexOf('#') + 1)..];
    }

    private async Task IsStillOpen(string token, string email)
    {
        var seen = await new Browser(House).Post("/session/invitation", new { token });
        ((string)seen.Json["email"]!).ShouldBe(email);
    }

    private static Task<Reply> Accept(Browser browser, string token, string name) =>
        browser.Post("/session/external/sim/accept", new { token, name });

    private async Task<string> Depart(Browser browser, string token)
    {
        var begun = await Accept(browser, token, "Nora New");
        begun.Status.ShouldBe(HttpStatusCode.OK, begun.Text);
        return await Leave(new Uri((string)begun.Json["address"]!));
    }

    private async Task<Reply> Join(Browser browser, string token) => await browser.Open(await Depart(browser, token));
}
