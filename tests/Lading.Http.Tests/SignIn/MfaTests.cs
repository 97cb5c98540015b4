using System.Net;
using System.Text.Json.Nodes;

namespace Lading.Http.Tests.SignIn;

/// <summary>Codes from an app, recovery codes and step-up.</summary>
[Collection(SigningIn.Name)]
public class MfaTests(SignInHouse house)
{
    [Fact]
    public async Task With_a_code_app_the_password_alone_does_not_let_anyone_in()
    {
        var (_, _, owner, secret, _) = await WithCodeApp();
        var browser = new Browser(house);
        var first = (await browser.SignIn(owner)).Json;
        ((string)first["status"]!).ShouldBe("second-step");
        browser.Cookies.GetAllCookies().ShouldNotContain(c => c.Name == "lading_session");
        (await browser.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await Step(browser, first, "totp", "000000")).Code.ShouldBe("sign-in.wrong-code");
        var session = (await Step(browser, first, "totp", house.Code(secret))).Json["session"]!;
        session["secondFactorAt"].ShouldNotBeNull();
        session["methods"]!.AsArray().Select(m => (string)m!).ShouldBe(["pwd", "otp"]);
    }

    [Fact]
    public async Task Of_many_who_replay_one_code_at_the_same_moment_one_gets_in()
    {
        var (_, _, owner, secret, _) = await WithCodeApp();
        var tickets = new List<JsonNode>();
        for (var i = 0; i < 5; i++)
            tickets.Add((await new Browser(house).SignIn(owner)).Json);
        var code = house.Code(secret);
        var answers = await Task.WhenAll(tickets.Select(t => Step(new Browser(house), t, "totp", code)));
        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_thousand_parallel_uses_of_one_code_one_succeeds()
    {
        var (_, _, owner, secret, _) = await WithCodeApp();
        var accounts = house.Host.Accounts;
        var account = accounts.Store.WithEmail(owner.Email)!;
        var code = house.Code(secret, 1);
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, Amount.Of(1_000, 100_000))
                .Select(_ =>
                    Task.Run(() =>
                        accounts.Manager().VerifyTwoFactorTokenAsync(account, Platform.SignIn.Totp.Provider, code)
                    )
                )
        );
        answers.Count(right => right).ShouldBe(1);
    }

    [Fact]
    public async Task A_ticket_of_a_second_step_works_once_and_codes_cannot_be_guessed()
    {
        var (_, _, owner, secret, _) = await WithCodeApp();
        var browser = new Browser(house);
        var first = (await browser.SignIn(owner)).Json;
        (await Step(browser, first, "totp", house.Code(secret))).Status.ShouldBe(HttpStatusCode.OK);
        (await Step(browser, first, "totp", house.Code(secret, 1))).Code.ShouldBe("sign-in.no-ticket");
        var second = (await browser.SignIn(owner)).Json;
        for (var i = 0; i < 5; i++)
            (await Step(browser, second, "totp", $"00000{i}")).Code.ShouldBe("sign-in.wrong-code");
        var late = await Step(browser, second, "totp", house.Code(secret, 1));
        late.Code.ShouldBe("sign-in.too-many");
        late.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_recovery_code_works_once_however_it_is_typed()
    {
        var (_, _, owner, _, codes) = await WithCodeApp();
        codes.Count.ShouldBe(10);
        var typed = codes[0].ToLowerInvariant().Replace("-", " ");
        var tickets = new List<JsonNode>();
        for (var i = 0; i < 4; i++)
            tickets.Add((await new Browser(house).SignIn(owner)).Json);
        var answers = await Task.WhenAll(tickets.Select(t => Step(new Browser(house), t, "recovery-code", typed)));
        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_delicate_needs_a_second_factor_of_the_last_ten_minutes()
    {
        var (_, browser, _, secret, _) = await WithCodeApp();
        house.Clock.Advance(TimeSpan.FromMinutes(11));
        (await browser.Delete("/me/totp")).Code.ShouldBe("session.step-up-needed");
        (await browser.Post("/me/recovery-codes")).Code.ShouldBe("session.step-up-needed");
        var up = await browser.Post("/session/step-up", new { method = "totp", code = house.Code(secret) });
        up.Status.ShouldBe(HttpStatusCode.OK, up.Text);
        (await browser.Post("/me/recovery-codes")).Json["codes"]!.AsArray().Count.ShouldBe(10);
        (await browser.Delete("/me/totp")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_short_password_is_allowed_beside_a_second_factor_and_not_alone()
    {
        var (_, browser, owner, _, _) = await WithCodeApp();
        (await browser.Put("/me/password", new { current = owner.Password, @new = "kelp-9vq" })).Status.ShouldBe(
            HttpStatusCode.NoContent
        );
        (await browser.Delete("/me/totp")).Code.ShouldBe("password.too-short-alone");
    }

    [Fact]
    public async Task A_reset_link_works_once_ends_all_sessions_and_keeps_the_second_factor()
    {
        var (_, browser, owner, secret, _) = await WithCodeApp();
        var id = (string)(await browser.Get("/session")).Json["person"]!["id"]!;
        var link = (string)(await browser.Post($"/people/{id}/reset-link")).Json["link"]!;
        var token = link[(link.IndexOf('#') + 1)..];
        var elsewhere = new Browser(house);
        var password = "nine amber kettles hum";
        var before = (await new Browser(house).SignIn(owner)).Json;
        var reset = await elsewhere.Post("/session/reset", new { token, password });
        ((string)reset.Json["status"]!).ShouldBe("second-step", reset.Text);
        (await browser.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await elsewhere.Post("/session/reset", new { token, password })).Code.ShouldBe("sign-in.link-refused");
        (await Step(new Browser(house), before, "totp", house.Code(secret))).Code.ShouldBe(
            "sign-in.no-ticket",
            "who came so far with the old password comes no further"
        );
        (await Step(elsewhere, reset.Json, "totp", house.Code(secret))).Status.ShouldBe(HttpStatusCode.OK);
        (await new Browser(house).SignIn(owner)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>An owner with a code app whose present step is not used yet.</summary>
    private async Task<(string Slug, Browser, Someone, string Secret, List<string> Codes)> WithCodeApp()
    {
        var (tenant, browser, owner) = await house.NewOwner();
        var offer = (await browser.Post("/me/totp")).Json;
        var secret = (string)offer["secret"]!;
        ((string)offer["uri"]!).ShouldContain(secret);
        var on = await browser.Post("/me/totp/confirm", new { code = house.Code(secret) });
        on.Status.ShouldBe(HttpStatusCode.OK, on.Text);
        house.Clock.Advance(TimeSpan.FromSeconds(60));
        return (tenant.Slug, browser, owner, secret, [.. on.Json["codes"]!.AsArray().Select(c => (string)c!)]);
    }

    private static Task<Reply> Step(Browser browser, JsonNode first, string method, string code) =>
        browser.Post(
            "/session/second-step",
            new
            {
                ticket = (string)first["ticket"]!,
                method,
                code,
            }
        );
}
