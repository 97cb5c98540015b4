using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Platform.SignIn;
using Lading.Simulators;
using Microsoft.AspNetCore.Http;

namespace Lading.Http.Tests.SignIn;

/// <summary>Signing in at another provider by OpenID Connect, and what is not believed.</summary>
[Collection(SigningIn.Name)]
public sealed class ExternalTests(SignInHouse house) : AtProvider(house)
{
    [Fact]
    public async Task A_linked_person_signs_in_at_the_provider_and_an_unlinked_one_does_not()
    {
        (await SignIn(new Browser(House))).Code.ShouldBe("external.not-linked");
        await Linked();
        var browser = new Browser(House);
        var answer = await SignIn(browser);
        (answer.Status, answer.Headers.Location!.ToString()).ShouldBe((HttpStatusCode.Redirect, "/"));
        var session = (await browser.Get("/session")).Json;
        session["methods"]!.AsArray().Select(m => (string)m!).ShouldBe(["oidc"]);
        session["secondFactorAt"].ShouldBeNull("another's sign-in is one factor");
        var (_, other, _) = await House.NewOwner();
        (await Link(other)).Code.ShouldBe("external.taken");
    }

    [Fact]
    public async Task Ones_own_links_are_listed_and_ended_by_oneself_only()
    {
        var (_, other, _) = await House.NewOwner();
        var mine = await Linked();
        var rows = (await mine.Get("/me/logins")).Json["items"]!.AsArray();
        ((bool)rows.Single(r => (string)r!["id"]! == "sim")!["linked"]!).ShouldBeTrue();
        (await other.Delete("/me/logins/sim")).Code.ShouldBe("session.step-up-needed");
        (await mine.Delete("/me/logins/sim")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await mine.Delete("/me/logins/sim")).Code.ShouldBe("external.unknown-provider");
        (await SignIn(new Browser(House))).Code.ShouldBe("external.not-linked");
        await mine.Post("/session/sign-out");
        (await mine.Post("/me/logins/sim")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Linking_needs_a_fresh_proof_and_the_session_that_asked()
    {
        var (_, browser, owner) = await House.NewOwner();
        var begun = await browser.Post("/me/logins/sim");
        var back = await Leave(new Uri((string)begun.Json["address"]!));
        await browser.Post("/session/sign-out");
        (await browser.Open(back)).Code.ShouldBe("sign-in.no-ticket", "who asked is no longer signed in");
        await browser.SignIn(owner);
        House.Clock.Advance(SignInRoutes.Fresh + TimeSpan.FromMinutes(1));
        (await browser.Post("/me/logins/sim")).Code.ShouldBe("session.step-up-needed");
        (await browser.Delete("/me/logins/sim")).Code.ShouldBe("session.step-up-needed");
        (await SignIn(new Browser(House))).Code.ShouldBe("external.not-linked");
    }

    [Fact]
    public async Task Who_has_a_second_factor_is_asked_for_it_after_the_provider()
    {
        var mine = await Linked();
        var secret = (string)(await mine.Post("/me/totp")).Json["secret"]!;
        await mine.Post("/me/totp/confirm", new { code = House.Code(secret) });
        var browser = new Browser(House);
        var sent = (await SignIn(browser)).Headers.Location!.ToString();
        (await browser.Get("/session")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        var parts = System.Web.HttpUtility.ParseQueryString(sent[(sent.IndexOf('#') + 1)..]);
        parts["methods"]!.Split(',').ShouldContain("totp");
        var step = new
        {
            ticket = parts["second-step"],
            method = "totp",
            code = House.Code(secret, 1),
        };
        (await browser.Post("/session/second-step", step)).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.Get("/session")).Json["methods"]!.AsArray().Select(m => (string)m!).ShouldBe(["oidc", "otp"]);
    }

    [Fact]
    public async Task An_answer_comes_back_once_and_only_to_the_browser_that_asked()
    {
        await Linked();
        var browser = new Browser(House);
        var back = await Begin(browser);
        (await new Browser(House).Open(back)).Code.ShouldBe("sign-in.no-ticket", "no cookie");
        var other = new Browser(House);
        await Begin(other);
        (await other.Open(back)).Code.ShouldBe("sign-in.no-ticket", "another browser's answer");
        (await browser.Open(back + "&state=x")).Code.ShouldBe("sign-in.no-ticket", "two states");
        var again = await Begin(browser);
        (await browser.Open(again)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.Open(again)).Code.ShouldBe("sign-in.no-ticket", "used");
        var late = await Begin(browser);
        House.Clock.Advance(TimeSpan.FromMinutes(11));
        (await browser.Open(late)).Code.ShouldBe("sign-in.no-ticket", "too late");
    }

    [Fact]
    public async Task A_code_or_a_token_of_another_sign_in_is_worth_nothing()
    {
        await Linked();
        var (victim, thief) = (new Browser(House), new Browser(House));
        var theirs = Code(await Begin(victim));
        var mine = await Begin(thief);
        (await thief.Open(mine.Replace(Code(mine), theirs))).Code.ShouldBe("external.failed", "PKCE");
        string? first = null;
        Provider.SpoilToken = token => first ??= token;
        (await SignIn(new Browser(House))).Status.ShouldBe(HttpStatusCode.Redirect);
        (await SignIn(new Browser(House))).Code.ShouldBe("external.failed", "an earlier answer's token, replayed");
    }

    [Fact]
    public async Task A_token_with_a_wrong_claim_is_not_believed()
    {
        await Linked();
        foreach (
            var (claim, value) in new (string, string)[]
            {
                ("iss", "\"http://127.0.0.1:1\""),
                ("aud", "\"another\""),
                ("aud", "[]"),
                ("aud", "[\"lading\",\"another\"]"),
                ("azp", "\"another\""),
                ("nonce", "\"another\""),
                ("nonce", "null"),
                ("exp", "1"),
                ("exp", "null"),
                ("iat", "99999999999"),
                ("iat", "1700000000"),
                ("iat", "null"),
                ("nbf", "99999999999"),
                ("sub", "\"\""),
                ("sub", "7"),
            }
        )
        {
            Provider.Spoil = claims => claims[claim] = JsonNode.Parse(value);
            (await SignIn(new Browser(House))).Code.ShouldBe("external.failed", $"{claim} {value}");
        }

        Provider.Spoil = claims => claims["aud"] = new JsonArray(Provider.Client.Id);
        (await SignIn(new Browser(House))).Status.ShouldBe(HttpStatusCode.Redirect, "a list of us alone is right");
    }

    [Fact]
    public async Task A_token_that_the_provider_did_not_sign_is_not_believed()
    {
        await Linked();
        using var other = RSA.Create(2048);
        var ways = new Dictionary<string, Func<string, string>>
        {
            ["none"] = token => $"{OpenIdProvider.Encoded("""{"alg":"none"}""")}.{token.Split('.')[1]}.AA",
            ["the public key as a secret"] = token => Forged.Hmac(token, Encoding.UTF8.GetBytes(Provider.PublicPem)),
            ["another algorithm"] = token => Forged.Headed(token, """{"alg":"ES256","kid":"1"}"""),
            ["a header changed after signing"] = token => Forged.Headed(token, """{"alg":"RS256"}"""),
            ["critical words"] = token => Forged.Headed(token, """{"alg":"RS256","kid":"1","crit":["x"],"x":1}"""),
            ["a key of its own"] = token => Forged.Signed(token, other, Forged.Jwk(other)),
            ["another's key under a known name"] = token => Forged.Signed(token, other, ""),
            ["claims changed after signing"] = token =>
                $"{token.Split('.')[0]}.{OpenIdProvider.Encoded("""{"sub":"x"}""")}.{token.Split('.')[2]}",
            ["an access token's kind"] = token => Forged.Headed(token, """{"alg":"RS256","kid":"1","typ":"at+jwt"}"""),
            ["rubbish"] = _ => "rubbish",
        };
        foreach (var (name, way) in ways)
        {
            Provider.SpoilToken = way;
            (await SignIn(new Browser(House))).Code.ShouldBe("external.failed", name);
        }

        Provider.SpoilToken = null;
        (await SignIn(new Browser(House))).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task A_key_that_was_changed_is_looked_for_once_a_minute_at_most()
    {
        await Linked();
        House.Clock.Advance(TimeSpan.FromMinutes(2));
        Provider.Rotate();
        (await SignIn(new Browser(House))).Status.ShouldBe(HttpStatusCode.Redirect);
        var read = Provider.KeysRead;
        Provider.SpoilToken = token => Forged.Headed(token, """{"alg":"RS256","kid":"made up"}""");
        for (var i = 0; i < 5; i++)
            (await SignIn(new Browser(House))).Code.ShouldBe("external.failed");
        Provider.KeysRead.ShouldBe(read);
        House.Clock.Advance(TimeSpan.FromSeconds(61));
        (await SignIn(new Browser(House))).Code.ShouldBe("external.failed");
        Provider.KeysRead.ShouldBe(read + 1);
    }

    [Fact]
    public async Task A_provider_that_is_down_or_talks_nonsense_is_answered_for_clearly()
    {
        await Linked();
        var browser = new Browser(House);
        foreach (
            var (answer, code) in new (IResult, string)[]
            {
                (Results.StatusCode(503), "external.down"),
                (Results.Text("<html>"), "external.failed"),
                (Results.Text("[]", "application/json"), "external.failed"),
                (Results.Text($"{{\"a\":\"{new string('x', 300_000)}\"}}"), "external.failed"),
                (Results.Redirect("http://127.0.0.1:1/"), "external.failed"),
            }
        )
        {
            House.Clock.Advance(TimeSpan.FromMinutes(11));
            Provider.Instead = () => answer;
            (await Start(browser)).Code.ShouldBe(code);
        }

        Provider.Instead = null;
        House.Clock.Advance(TimeSpan.FromMinutes(11));
        (await SignIn(browser)).Status.ShouldBe(HttpStatusCode.Redirect);
        Trust("http://127.0.0.1:1");
        (await Start(browser)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var shown = await browser.Page("/api/v1/session/external/sim/start");
        shown.Headers.Location!.ToString().ShouldBe("/sign-in?refused=external.down", "a person gets a page");
    }

    [Fact]
    public async Task A_document_that_cannot_be_worked_with_is_refused()
    {
        foreach (
            var (member, value) in new (string, string)[]
            {
                ("issuer", "\"https://another.example\""),
                ("token_endpoint", "null"),
                ("token_endpoint", "\"http://another.example/token\""),
                ("authorization_endpoint", "\"javascript:alert(1)\""),
                ("jwks_uri", "\"https://user@another.example/keys\""),
                ("id_token_signing_alg_values_supported", "[\"HS256\",\"none\"]"),
                ("code_challenge_methods_supported", "[\"plain\"]"),
            }
        )
        {
            Provider.SpoilDocument = document => document[member] = JsonNode.Parse(value);
            (await Start(new Browser(House))).Code.ShouldBe("external.failed", $"{member} {value}");
        }
    }

    [Fact]
    public async Task A_document_does_not_make_us_knock_at_doors_of_our_own_network()
    {
        await using var inside = await OpenIdProvider.Start(House.Clock);
        var address = inside.Issuer.Replace("127.0.0.1", "localhost");
        Provider.SpoilDocument = document => document["jwks_uri"] = $"{address}/keys";
        (await Start(new Browser(House))).Code.ShouldBe("external.down");
        inside.KeysRead.ShouldBe(0);
    }

    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    public async Task The_secret_is_shown_in_the_way_the_provider_wants_it(string way)
    {
        Provider.SpoilDocument = d => d["token_endpoint_auth_methods_supported"] = new JsonArray(way);
        await Linked();
        (await SignIn(new Browser(House))).Status.ShouldBe(HttpStatusCode.Redirect);
        House.Host.Accounts.External.Put(House.Host.Accounts.External.Find("sim")! with { Secret = "wrong" });
        (await SignIn(new Browser(House))).Code.ShouldBe("external.failed");
    }

    [Fact]
    public async Task Another_issuer_in_the_answer_or_a_refusal_of_the_provider_ends_it()
    {
        await Linked();
        var browser = new Browser(House);
        var back = await Begin(browser);
        var swapped = back[..back.IndexOf("&iss=", StringComparison.Ordinal)] + "&iss=https%3A%2F%2Fevil.example";
        (await browser.Open(swapped)).Code.ShouldBe("external.failed");
        House.Clock.Advance(TimeSpan.FromMinutes(11));
        Provider.SpoilDocument = d => d["authorization_response_iss_parameter_supported"] = true;
        back = await Begin(browser);
        (await browser.Open(back[..back.IndexOf("&iss=", StringComparison.Ordinal)])).Code.ShouldBe("external.failed");
        Provider.Person = "";
        var declined = await SignIn(browser);
        (declined.Code, (string?)declined.Json["value"]).ShouldBe(("external.declined", "access_denied"));
    }

    [Fact]
    public async Task A_provider_under_the_same_name_but_with_another_issuer_is_another()
    {
        await Linked();
        await using var impostor = await OpenIdProvider.Start(House.Clock);
        impostor.Person = Provider.Person;
        Trust(impostor.Issuer);
        (await SignIn(new Browser(House))).Code.ShouldBe("external.not-linked");
        Trust(Provider.Issuer);
        (await SignIn(new Browser(House))).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Only_who_owns_the_data_folder_says_whom_to_trust_and_nobody_reads_the_secret()
    {
        var (tenant, owner, _) = await House.NewAdministrator();
        var body = new
        {
            name = "Works",
            issuer = "https://id.example",
            client = "c",
            secret = "very secret indeed",
        };
        (await owner.Put("/identity-providers/works", body)).Status.ShouldBe(HttpStatusCode.Forbidden);
        var (_, secret) = Server.Admin.HostAccess.Issue(House.Host, tenant.Id);
        var host = new Browser(House) { Token = secret };
        (await host.Put("/identity-providers/works", body)).Status.ShouldBe(HttpStatusCode.NoContent);
        var list = await new Browser(House).Get("/session/external");
        list.Text.ShouldContain("\"works\"");
        list.Text.ShouldNotContain("very secret");
        foreach (var bad in (string[])["http://id.example", "https://id.example?x=1", "https://a@id.example", "id"])
            (await host.Put("/identity-providers/bad", body with { issuer = bad })).Code.ShouldBe(
                "request.invalid",
                bad
            );
        (await host.Put("/identity-providers/BAD", body)).Code.ShouldBe("request.invalid");
        (await host.Delete("/identity-providers/works")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await host.Delete("/identity-providers/works")).Code.ShouldBe("external.unknown-provider");
    }
}
