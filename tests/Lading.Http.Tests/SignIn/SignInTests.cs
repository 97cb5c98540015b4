using System.Net;

namespace Lading.Http.Tests.SignIn;

/// <summary>The first link, the owner's account, signing in and out, and what a guesser sees.</summary>
[Collection(SigningIn.Name)]
public class SignInTests(SignInHouse house)
{
    [Fact]
    public async Task The_one_time_link_lets_the_local_owner_in_once_and_they_make_their_account_from_it()
    {
        var tenant = house.NewTenant();
        var link = Server.LocalLinks.Offer(house.Host.Accounts, tenant.Id);
        var browser = new Browser(house);
        (await browser.Open(link)).Status.ShouldBe(HttpStatusCode.Redirect);
        var session = (await browser.Get("/session")).Json;
        ((bool)session["local"]!).ShouldBeTrue();
        session["person"].ShouldBeNull();
        (await new Browser(house).Open(link)).Status.ShouldBe(HttpStatusCode.Forbidden);

        var made = await browser.Post(
            "/me/account",
            new
            {
                email = "Ada@Example.COM",
                name = "Ada",
                password = "four blue wagons whisper",
            }
        );
        made.Status.ShouldBe(HttpStatusCode.OK, made.Text);
        ((string)made.Json["person"]!["email"]!).ShouldBe("ada@example.com");
        ((string)(await browser.Get("/me")).Json["roles"]![0]!).ShouldBe("owner");
        var other = new Browser(house);
        (
            await other.Post(
                "/session/sign-in",
                new { email = "ada@example.com", password = "four blue wagons whisper" }
            )
        ).Text.ShouldContain("signed-in");
        (await other.Get("/ventures")).Status.ShouldBe(HttpStatusCode.OK);
        (
            await other.Post(
                "/me/account",
                new
                {
                    email = "b@example.com",
                    name = "B",
                    password = "x",
                }
            )
        ).Code.ShouldBe("account.not-local");
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_every_copy_of_its_cookie()
    {
        var (_, browser, _) = await house.NewOwner();
        var cookie = browser.Cookies.GetAllCookies().Single(c => c.Name == "lading_session");
        cookie.HttpOnly.ShouldBeTrue();
        var copy = new Browser(house);
        copy.Cookies.Add(new Cookie(cookie.Name, cookie.Value, "/", "localhost"));
        (await copy.Get("/session")).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.Post("/session/sign-out")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await copy.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_unknown_address_and_a_wrong_password_are_answered_alike()
    {
        var (_, _, owner) = await house.NewOwner();
        var browser = new Browser(house);
        var wrong = await browser.SignIn(owner with { Password = "not the right one at all" });
        var unknown = await browser.SignIn(owner with { Email = "nobody@nowhere.example" });
        wrong.Status.ShouldBe(HttpStatusCode.Unauthorized);
        (unknown.Status, Bare(unknown)).ShouldBe((wrong.Status, Bare(wrong)));
        wrong.Headers.Select(h => h.Key).Order().ShouldBe(unknown.Headers.Select(h => h.Key).Order());
        browser.Cookies.Count.ShouldBe(0);
    }

    [Fact]
    public async Task An_unknown_address_costs_the_same_work_as_a_wrong_password()
    {
        var (_, _, owner) = await house.NewOwner();
        const string wrong = "not the right one at all";
        var known = await Work(owner with { Password = wrong });
        var unknown = await Work(owner with { Email = "nobody@nowhere.example", Password = wrong });
        var noAddress = await Work(owner with { Email = "no address", Password = wrong });
        var endless = await Work(owner with { Password = new string('x', 10_000) });
        var endlessUnknown = await Work(new Someone("nobody@nowhere.example", "", new string('x', 10_000)));
        (known, unknown, noAddress, endless, endlessUnknown).ShouldBe((1, 1, 1, 0, 0));
        var hashing = house.Host.Accounts.Hashing;
        How(hashing.Decoy).ShouldBe(How(hashing.HashPassword(null!, wrong)), "and the work is of the same kind");

        async Task<long> Work(Someone someone)
        {
            var before = house.Host.Accounts.Hashing.Done;
            (await new Browser(house).SignIn(someone)).Code.ShouldBe("sign-in.refused");
            return house.Host.Accounts.Hashing.Done - before;
        }

        static string How(string hash) => string.Join('$', hash.Split('$')[..3]);
    }

    [Fact]
    public async Task Guessing_is_bounded_and_does_not_lock_out_a_browser_that_was_in_before()
    {
        var (_, mine, owner) = await house.NewOwner();
        await mine.Post("/session/sign-out");
        var guesser = new Browser(house);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 7; i++)
            answers.Add((await guesser.SignIn(owner with { Password = $"guess number {i} of many" })).Status);
        answers.Count(a => a == HttpStatusCode.Unauthorized).ShouldBe(5);
        answers[^1].ShouldBe(HttpStatusCode.TooManyRequests);
        (await guesser.SignIn(owner)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        (await mine.SignIn(owner)).Status.ShouldBe(HttpStatusCode.OK);
        house.Clock.Advance(TimeSpan.FromMinutes(6));
        (await guesser.SignIn(owner)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Many_guesses_at_the_same_moment_are_all_counted()
    {
        var (_, _, owner) = await house.NewOwner();
        var wrong = owner with { Password = "one of many wrong ones" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => new Browser(house).SignIn(wrong)));
        answers.Count(a => a.Status == HttpStatusCode.Unauthorized).ShouldBeLessThanOrEqualTo(5);
    }

    [Fact]
    public async Task A_cookie_does_nothing_for_a_page_of_another_site()
    {
        var (_, browser, _) = await house.NewOwner();
        const string body = """{"code":"side","name":"Side"}""";
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        (
            await browser.Send(HttpMethod.Post, "/ventures", body, key, ("Origin", "https://evil.example"))
        ).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.Send(HttpMethod.Post, "/ventures", body, key, ("Sec-Fetch-Site", "cross-site"))).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
        (await browser.Send(HttpMethod.Post, "/session/sign-in", "{}", ("Origin", "null"))).Code.ShouldBe(
            "request.other-origin"
        );
        (await browser.Send(HttpMethod.Post, "/ventures", body, key, ("Origin", house.Address))).Status.ShouldBe(
            HttpStatusCode.Created
        );
    }

    [Fact]
    public async Task One_sees_and_ends_ones_own_sessions_and_nobody_elses()
    {
        var (_, first, owner) = await house.NewOwner();
        var second = new Browser(house);
        await second.SignIn(owner);
        var rows = (await first.Get("/me/sessions")).Json["items"]!.AsArray();
        rows.Count.ShouldBe(2);
        var other = (string)rows.Single(r => !(bool)r!["current"]!)!["id"]!;
        var (_, stranger, _) = await house.NewOwner();
        (await stranger.Delete($"/me/sessions/{other}")).Code.ShouldBe("session.unknown");
        (await first.Delete($"/me/sessions/{other}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await second.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await first.Get("/session")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_ends_when_it_is_not_used_and_at_the_end_of_its_life()
    {
        var (_, browser, owner) = await house.NewOwner();
        house.Clock.Advance(TimeSpan.FromHours(13));
        (await browser.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await browser.SignIn(owner);
        for (var day = 0; day < 14; day++)
        {
            house.Clock.Advance(TimeSpan.FromHours(11));
            await browser.Get("/session");
        }

        house.Clock.Advance(TimeSpan.FromHours(14));
        (await browser.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Changing_the_password_ends_the_other_sessions_and_the_old_password()
    {
        var (_, browser, owner) = await house.NewOwner();
        var other = new Browser(house);
        await other.SignIn(owner);
        var changed = owner with { Password = "eleven quiet harbours open" };
        (
            await browser.Put("/me/password", new { current = "wrong wrong wrong wrong", @new = changed.Password })
        ).Code.ShouldBe("sign-in.refused");
        (await browser.Put("/me/password", new { current = owner.Password, @new = "password12345678" })).Code.ShouldBe(
            "password.refused"
        );
        (await browser.Put("/me/password", new { current = owner.Password, @new = changed.Password })).Status.ShouldBe(
            HttpStatusCode.NoContent
        );
        (await other.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.Get("/session")).Status.ShouldBe(HttpStatusCode.OK);
        (await other.SignIn(owner)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await other.SignIn(changed)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"email":"a@b.example","password":"CANARY-9f3","isOwner":true}""")]
    [InlineData("""{"email":"a@b.example","password":"CANARY-9f3","password":"CANARY-9f3"}""")]
    [InlineData("""{"email":"a@b.example","password":"CANARY-9f3" oops""")]
    [InlineData("""{"email":"a@b.example","password":["CANARY-9f3"]}""")]
    public async Task A_body_with_more_or_other_than_was_asked_for_is_refused_and_not_repeated(string body)
    {
        var reply = await new Browser(house).Send(HttpMethod.Post, "/session/sign-in", body);
        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Text);
        reply.Text.ShouldNotContain("CANARY");
    }

    /// <summary>A problem without its trace id.</summary>
    private static string Bare(Reply reply)
    {
        var json = reply.Json.AsObject();
        json.Remove("traceId");
        return json.ToJsonString();
    }
}
