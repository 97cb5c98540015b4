using System.Net;
using Lading.Platform.SignIn;

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
        (await owner.Delete($"/people/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
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

    [Theory]
    [InlineData("passwordpassword", false)]
    [InlineData("P@ssw0rd12345678", false)]
    [InlineData("qwertyuiopasdfgh", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("abcabcabcabcabcabc", false)]
    [InlineData("123456789012345", false)]
    [InlineData("olive.owner@x.example", false)]
    [InlineData("letmeinletmein2026", false)]
    [InlineData("short one", false)]
    [InlineData("seven green lanterns wander", true)]
    [InlineData("zkfm-wtqe-plxu-vrny", true)]
    [InlineData("Ῥόδον ἐν κήπῳ λευκόν", true)]
    public void A_password_is_long_and_not_among_the_first_guesses(string password, bool fits) =>
        (PasswordRules.Wrong(password, PasswordRules.Alone, ["olive.owner@x.example", "Olive Owner"]) is null).ShouldBe(
            fits
        );

    [Fact]
    public void Sixty_four_characters_and_more_are_allowed() =>
        PasswordRules
            .Wrong(string.Concat(Enumerable.Range(0, 30).Select(i => $"w{i * 37 % 91}x")), PasswordRules.Alone, [])
            .ShouldBeNull();

    private static async Task<string> Invite(Browser owner, Someone someone)
    {
        var reply = await Try(owner, someone);
        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Text);
        return (string)reply.Json["link"]!;
    }

    private static Task<Reply> Try(Browser owner, Someone someone) =>
        owner.Post("/people/invitations", new { someone.Email, someone.Name });

    private Task<Reply> Accept(string link, Someone someone) =>
        new Browser(house).Post(
            "/session/accept",
            new
            {
                token = link[(link.IndexOf('#') + 1)..],
                someone.Name,
                someone.Password,
            }
        );
}
