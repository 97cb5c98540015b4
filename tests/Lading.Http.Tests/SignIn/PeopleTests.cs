using System.Net;
using Lading.Log;
using Lading.Platform.SignIn;
using Microsoft.AspNetCore.Identity;

namespace Lading.Http.Tests.SignIn;

/// <summary>Invitations, the people of a company, names and addresses.</summary>
[Collection(SigningIn.Name)]
public class PeopleTests(SignInHouse house)
{
    [Fact]
    public async Task Who_is_invited_joins_once_and_is_let_go_with_all_sessions()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var someone = new Someone($"new@{tenant.Slug}.example", "Nora New", "three copper anchors sing");
        var link = await Invite(owner, someone);
        var token = link[(link.IndexOf('#') + 1)..];
        var browser = new Browser(house);
        ((string)(await browser.Post("/session/invitation", new { token })).Json["company"]!).ShouldBe(tenant.Name);
        var body = new
        {
            token,
            someone.Name,
            someone.Password,
        };
        ((string)(await browser.Post("/session/accept", body)).Json["status"]!).ShouldBe("signed-in");
        (await new Browser(house).Post("/session/accept", body)).Code.ShouldBe("sign-in.link-refused");
        (await browser.Get("/people")).Status.ShouldBe(HttpStatusCode.Forbidden);

        var people = (await owner.Get("/people")).Json["items"]!.AsArray();
        people.Count.ShouldBe(2);
        var id = (string)people.Single(p => (string)p!["email"]! == someone.Email)!["id"]!;
        (await Try(owner, someone)).Code.ShouldBe("people.already-member");
        Task<Reply> LetGo(string key) => owner.Send(HttpMethod.Delete, $"/people/{id}", null, ("Idempotency-Key", key));
        (await LetGo($"let go {id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        var again = await LetGo($"let go {id}");
        (again.Status, again.Headers.Contains("Idempotent-Replayed")).ShouldBe((HttpStatusCode.NoContent, true));
        (await LetGo("another")).Code.ShouldBe("people.unknown");
        (await browser.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.SignIn(someone)).Code.ShouldBe("sign-in.no-company");
    }

    [Fact]
    public async Task A_withdrawn_or_old_invitation_lets_nobody_in()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var someone = new Someone($"late@{tenant.Slug}.example", "Lars Late", "three copper anchors sing");
        var first = await Invite(owner, someone);
        var second = await Invite(owner, someone);
        (await Accept(first, someone)).Code.ShouldBe("sign-in.link-refused", "a newer invitation voids the older");
        var id = (string)(await owner.Get("/people/invitations")).Json["items"]![0]!["id"]!;
        var (_, stranger, _) = await house.NewAdministrator();
        (await stranger.Delete($"/people/invitations/{id}")).Code.ShouldBe("people.unknown-invitation");
        (await owner.Delete($"/people/invitations/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Accept(second, someone)).Code.ShouldBe("sign-in.link-refused");
    }

    [Fact]
    public async Task Two_who_accept_one_invitation_at_once_make_one_account()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var someone = new Someone($"two@{tenant.Slug}.example", "Two", "three copper anchors sing");
        var link = await Invite(owner, someone);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Accept(link, someone)));
        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
        (await owner.Get("/people")).Json["items"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_person_of_two_companies_chooses_one_and_the_other_cannot_reset_their_password()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var (other, otherOwner, _) = await house.NewAdministrator();
        var someone = new Someone($"both@{tenant.Slug}.example", "Bo Both", "three copper anchors sing");
        await Accept(await Invite(owner, someone), someone);
        (
            await Accept(await Invite(otherOwner, someone), someone with { Password = "wrong wrong wrong" })
        ).Code.ShouldBe("sign-in.refused");
        (await Accept(await Invite(otherOwner, someone), someone)).Status.ShouldBe(HttpStatusCode.OK);
        var browser = new Browser(house);
        await browser.SignIn(someone);
        var moved = await browser.Post("/session/tenant", new { tenant = other.Slug });
        ((string)moved.Json["tenant"]!["slug"]!).ShouldBe(other.Slug);
        var id = (string)moved.Json["person"]!["id"]!;
        (await otherOwner.Post($"/people/{id}/reset-link")).Code.ShouldBe("people.not-yours");
    }

    [Fact]
    public async Task A_reset_link_made_before_its_person_joined_another_company_opens_nothing_there()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var (_, otherOwner, _) = await house.NewAdministrator();
        var someone = new Someone($"moved@{tenant.Slug}.example", "Mo Moved", "three copper anchors sing");
        await Accept(await Invite(owner, someone), someone);
        var id = house.Host.Accounts.Store.WithEmail(someone.Email)!.Id;
        var link = (string)(await owner.Post($"/people/{id}/reset-link")).Json["link"]!;
        await Accept(await Invite(otherOwner, someone), someone);
        var reset = new { token = link.Split('#')[1], password = "five silver kettles hum" };
        (await new Browser(house).Post("/session/reset", reset)).Code.ShouldBe("sign-in.link-refused");
        (await new Browser(house).SignIn(someone)).Status.ShouldBe(HttpStatusCode.OK, "the password is the old one");
    }

    [Fact]
    public async Task Of_many_who_use_one_reset_link_at_once_one_sets_the_password()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var someone = new Someone($"many@{tenant.Slug}.example", "Mae Many", "three copper anchors sing");
        await Accept(await Invite(owner, someone), someone);
        var id = house.Host.Accounts.Store.WithEmail(someone.Email)!.Id;
        var token = ((string)(await owner.Post($"/people/{id}/reset-link")).Json["link"]!).Split('#')[1];
        var passwords = Enumerable.Range(0, 3).Select(i => $"silver kettle {i} hums aloud").ToArray();
        var weak = await new Browser(house).Post("/session/reset", new { token, password = "short" });
        weak.Status.ShouldBe(HttpStatusCode.BadRequest, "and the link is still good");
        var answers = await Task.WhenAll(
            passwords.Select(password => new Browser(house).Post("/session/reset", new { token, password }))
        );
        var won = answers.Single(a => a.Status == HttpStatusCode.OK);
        foreach (var (answer, password) in answers.Zip(passwords))
            (await new Browser(house).SignIn(someone with { Password = password })).Status.ShouldBe(
                answer == won ? HttpStatusCode.OK : HttpStatusCode.Unauthorized
            );
    }

    [Fact]
    public async Task Joining_and_leaving_are_facts_of_the_company()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var log = await house.Host.Tenants.Log(tenant.Id);
        var someone = new Someone($"fact@{tenant.Slug}.example", "Fay Fact", "three copper anchors sing");
        var grants = new[] { new { role = "picker" }, new { role = "auditor" } };
        var invited = await owner.Post(
            "/people/invitations",
            new
            {
                someone.Email,
                someone.Name,
                grants,
            }
        );
        var before = log.Head;
        var browser = new Browser(house);
        await browser.Post("/session/accept", Acceptance((string)invited.Json["link"]!, someone));
        var id = (string)(await browser.Get("/session")).Json["person"]!["id"]!;
        (await Since(log, before)).ShouldBe([
            ("platform.member-admitted.v1", id),
            ("platform.role-given.v1", id),
            ("platform.role-given.v1", id),
        ]);
        (await browser.Get("/orders")).Status.ShouldBe(HttpStatusCode.OK);

        before = log.Head;
        Task<Reply> LetGo(string key) => owner.Send(HttpMethod.Delete, $"/people/{id}", null, ("Idempotency-Key", key));
        (await LetGo($"let go {id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        var again = await LetGo($"let go {id}");
        (again.Status, again.Headers.Contains("Idempotent-Replayed")).ShouldBe((HttpStatusCode.NoContent, true));
        (await LetGo("another")).Code.ShouldBe("people.unknown");
        (await Since(log, before)).ShouldBe([
            ("platform.role-taken.v1", id),
            ("platform.role-taken.v1", id),
            ("platform.member-removed.v1", id),
        ]);
        (await browser.Get("/orders")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        before = log.Head;
        (await owner.Delete($"/people/{id}")).Code.ShouldBe("people.unknown");
        var last = (string)(await owner.Get("/session")).Json["person"]!["id"]!;
        (await owner.Delete($"/people/{last}")).Code.ShouldBe("access.last-owner");
        log.Head.ShouldBe(before, "a refusal leaves the log as it was");
    }

    [Fact]
    public async Task Who_becomes_an_owner_by_a_change_of_roles_is_shown_as_one_and_the_last_stays()
    {
        var (tenant, one, _) = await house.NewAdministrator();
        var someone = new Someone($"heir@{tenant.Slug}.example", "Hedy Heir", "three copper anchors sing");
        var two = new Browser(house);
        await two.Post("/session/accept", Acceptance(await Invite(one, someone), someone));
        var (first, second) = (await IdOf(one), await IdOf(two));
        (await Owners(one)).ShouldBe([first]);

        (await Hold(one, second, "owner", "auditor")).Status.ShouldBe(HttpStatusCode.OK);
        (await Owners(one)).ShouldBe([first, second], ignoreOrder: true);
        (await two.Get("/me")).Json["roles"]!.AsArray().Select(r => (string)r!).ShouldBe(["auditor", "owner"]);
        (await Hold(one, first, "auditor")).Status.ShouldBe(HttpStatusCode.OK);
        (await Owners(two)).ShouldBe([second]);
        (await one.Get("/me")).Json["roles"]!.AsArray().Select(r => (string)r!).ShouldBe(["auditor"]);
        (await one.Post($"/people/{second}/reset-link")).Status.ShouldBe(HttpStatusCode.Forbidden);

        house.StepUp(someone.Email);
        (await Hold(two, second, "auditor")).Code.ShouldBe("access.last-owner");
        (await two.Post($"/members/{second}/remove", new { reason = "left" })).Code.ShouldBe("access.last-owner");
        (await two.Delete($"/people/{second}")).Code.ShouldBe("access.last-owner");
        (await two.Delete($"/people/{first}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Owners(two)).ShouldBe([second]);
    }

    [Fact]
    public async Task Who_was_invited_as_an_owner_and_released_is_shown_as_a_member()
    {
        var (tenant, one, _) = await house.NewAdministrator();
        var someone = new Someone($"was@{tenant.Slug}.example", "Wanda Was", "three copper anchors sing");
        var invite = new
        {
            someone.Email,
            someone.Name,
            owner = true,
        };
        var link = (string)(await one.Post("/people/invitations", invite)).Json["link"]!;
        var two = new Browser(house);
        await two.Post("/session/accept", Acceptance(link, someone));
        (await Owners(one)).Length.ShouldBe(2);
        (await Hold(one, await IdOf(two))).Status.ShouldBe(HttpStatusCode.OK);
        (await Owners(one)).ShouldBe([await IdOf(one)]);
    }

    private static async Task<string> IdOf(Browser browser) =>
        (string)(await browser.Get("/session")).Json["person"]!["id"]!;

    private static Task<Reply> Hold(Browser by, string person, params string[] roles) =>
        by.Put($"/members/{person}", new { grants = roles.Select(role => new { role }) });

    private static async Task<string[]> Owners(Browser by) =>
        [
            .. (await by.Get("/people")).Json["items"]!
                .AsArray()
                .Where(p => (bool)p!["owner"]!)
                .Select(p => (string)p!["id"]!),
        ];

    [Fact]
    public async Task Who_is_removed_as_a_member_is_out_at_once_and_belongs_to_the_company_no_more()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var someone = new Someone($"out@{tenant.Slug}.example", "Otto Out", "three copper anchors sing");
        var browser = new Browser(house);
        await browser.Post("/session/accept", Acceptance(await Invite(owner, someone), someone));
        var id = (string)(await browser.Get("/session")).Json["person"]!["id"]!;
        (await owner.Post($"/members/{id}/remove", new { reason = "left" })).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        house.Rows($"account = '{id}'", "membership").ShouldBe(0);
        house.Rows($"account = '{id}' and revoked = 0", "session").ShouldBe(0);
        (await owner.Get("/people")).Text.ShouldNotContain(someone.Email);
        (await browser.SignIn(someone)).Code.ShouldBe("sign-in.no-company");
        var last = (string)(await owner.Get("/session")).Json["person"]!["id"]!;
        (await owner.Post($"/members/{last}/remove", new { reason = "left" })).Code.ShouldBe("access.last-owner");
        (await owner.Get("/session")).Status.ShouldBe(HttpStatusCode.OK, "a refused removal ends no session");
    }

    [Fact]
    public async Task An_erased_person_is_gone_with_account_secrets_and_sessions()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var someone = new Someone($"gone@{tenant.Slug}.example", "Gwen Gone", "three copper anchors sing");
        var browser = new Browser(house);
        await browser.Post("/session/accept", Acceptance(await Invite(owner, someone), someone));
        var id = (string)(await browser.Get("/session")).Json["person"]!["id"]!;
        var secret = (string)(await browser.Post("/me/totp")).Json["secret"]!;
        await browser.Post("/me/totp/confirm", new { code = house.Code(secret) });
        await owner.Post($"/people/{id}/reset-link");
        var accounts = house.Host.Accounts;
        var account = accounts.Store.Find(id)!;
        await accounts.Store.AddLoginAsync(account, new UserLoginInfo("https://p.example", "gwen-there", ""), default);
        accounts.Sessions.Begin(id, tenant.Id, "pwd", false, false, "192.0.2.77", "Gwenbrowser/1");
        accounts.Tickets.Make("test", "", "abandoned", TimeSpan.Zero);
        var asked = new { subject = $"person/{id}", reason = "asked to be" };
        (await owner.Post("/people/export", asked)).Text.ShouldContain(someone.Email);
        foreach (var text in (string[])[someone.Email, someone.Name, "gwen-there", "192.0.2.77", "Gwenbrowser"])
            house.Holds(text).ShouldBeTrue("or the search below finds nothing whatever there is");

        (await owner.Post("/people/erase", asked)).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.SignIn(someone)).Code.ShouldBe("sign-in.refused");
        house.Host.Accounts.Store.WithEmail(someone.Email).ShouldBeNull();
        (await owner.Get("/people")).Text.ShouldNotContain("Gwen");
        (await owner.Post("/people/export", asked)).Text.ShouldNotContain(someone.Email);
        house
            .Rows(
                $"account = '{id}'",
                "session",
                "membership",
                "login",
                "passkey",
                "recovery_code",
                "invitation",
                "ticket"
            )
            .ShouldBe(0);
        house.Rows("kind = 'test'", "ticket").ShouldBe(0, "what is over goes at once");
        house.Rows($"id = '{id}'", "account").ShouldBe(0);
        house.Holds(someone.Email).ShouldBeFalse("what was erased stands in no file, the write-ahead log included");
        foreach (var text in (string[])[someone.Name, "gwen-there", "192.0.2.77", "Gwenbrowser"])
            house.Holds(text).ShouldBeFalse(text);
        (await owner.Post("/people/erase", asked)).Status.ShouldBe(HttpStatusCode.OK, "twice is once");
        (await owner.Post("/people/erase", asked with { subject = "person/nobody" })).Code.ShouldBe("people.unknown");
        await Invite(owner, someone);
    }

    [Fact]
    public async Task A_company_erases_its_part_of_a_person_and_not_the_other_company_s()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var (other, otherOwner, _) = await house.NewAdministrator();
        var someone = new Someone($"part@{tenant.Slug}.example", "Pia Part", "three copper anchors sing");
        await Accept(await Invite(owner, someone), someone);
        await Accept(await Invite(otherOwner, someone), someone);
        var id = house.Host.Accounts.Store.WithEmail(someone.Email)!.Id;
        var (_, stranger, _) = await house.NewAdministrator();
        var asked = new { subject = $"person/{id}", reason = "asked to be" };
        (await stranger.Post("/people/erase", asked)).Code.ShouldBe("people.unknown");
        (await stranger.Post("/people/export", asked)).Text.ShouldNotContain(someone.Email);
        var last = house.Host.Accounts.Store.WithEmail($"owner@{tenant.Slug}.example")!.Id;
        house.Clock.Advance(TimeSpan.FromHours(1));
        (await owner.Post("/people/erase", asked with { subject = $"person/{last}" })).Code.ShouldBe(
            "access.last-owner"
        );
        house.Host.Accounts.Store.Find(last).ShouldNotBeNull();

        house.Host.Accounts.Sessions.Begin(id, tenant.Id, "pwd", false, false, "192.0.2.78", "Piabrowser/1");
        (await owner.Post("/people/erase", asked)).Status.ShouldBe(HttpStatusCode.OK);
        house.Holds("Piabrowser").ShouldBeFalse("where they signed in to this company from");
        var browser = new Browser(house);
        (await browser.SignIn(someone)).Status.ShouldBe(HttpStatusCode.OK);
        ((string)(await browser.Get("/session")).Json["tenant"]!["slug"]!).ShouldBe(other.Slug);
    }

    private static object Acceptance(string link, Someone someone) =>
        new
        {
            token = link[(link.IndexOf('#') + 1)..],
            someone.Name,
            someone.Password,
        };

    private static async Task<List<(string, string)>> Since(TenantLog log, long position) =>
        [
            .. (await log.ReadAfter(position, 100, TestContext.Current.CancellationToken)).Select(f =>
                (f.Type, (string)System.Text.Json.Nodes.JsonNode.Parse(f.Body.Span)!["person"]!)
            ),
        ];

    [Theory]
    [InlineData("Zoë O’Brien-Šimić (Jr.)", true)]
    [InlineData("Мария Иванова", true)]
    [InlineData("山田 太郎", true)]
    [InlineData("P\u0430ul", false)]
    [InlineData("Eve\u202Etxt", false)]
    [InlineData("Eve\u200B", false)]
    [InlineData("Eve\u0000", false)]
    [InlineData("Eve\nAdmin", false)]
    [InlineData("\uD83D\uDE00", false)]
    [InlineData("   ", false)]
    public async Task A_name_may_be_in_any_script_and_hides_nothing(string name, bool fits)
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var reply = await Try(owner, new Someone($"n@{tenant.Slug}.example", name, ""));
        reply.Status.ShouldBe(fits ? HttpStatusCode.Created : HttpStatusCode.BadRequest, reply.Text);
        if (!fits)
            ((string)reply.Json["field"]!).ShouldBe("name");
    }

    [Theory]
    [InlineData("a.b+c@d.example", true)]
    [InlineData("  UPPER@Example.Com ", true)]
    [InlineData("a@b@c.example", false)]
    [InlineData("p\u0430ul@example.com", false)]
    [InlineData("paul@ex\u0430mple.com", false)]
    [InlineData("paul@example.com\u0000.evil.example", false)]
    [InlineData("paul@example.com, other@example.com", false)]
    [InlineData("paul\r\nBcc: x@example.com", false)]
    [InlineData("", false)]
    public void An_address_is_plain_ASCII_so_that_no_two_look_alike(string email, bool fits) =>
        (Names.Email(email) is not null).ShouldBe(fits);

    private static async Task<string> Invite(Browser owner, Someone someone)
    {
        var reply = await Try(owner, someone);
        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Text);
        return (string)reply.Json["link"]!;
    }

    private static Task<Reply> Try(Browser owner, Someone someone) =>
        owner.Post("/people/invitations", new { someone.Email, someone.Name });

    private Task<Reply> Accept(string link, Someone someone) =>
        new Browser(house).Post("/session/accept", Acceptance(link, someone));
}
