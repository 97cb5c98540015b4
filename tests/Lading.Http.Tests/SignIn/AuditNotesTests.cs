using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Lading.Platform.Audit;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;

namespace Lading.Http.Tests.SignIn;

/// <summary>What signing in tells the audit log of a company: everything that was tried and everything that was done,
/// by ids, counted.</summary>
[Collection(SigningIn.Name)]
public sealed class AuditNotesTests(SignInHouse house) : AtProvider(house)
{
    private readonly SignInHouse house = house;

    [Fact]
    public async Task Wrong_passwords_and_codes_and_throttled_tries_are_counted_for_whom_they_meant()
    {
        var (tenant, browser, owner) = await house.NewOwner();
        var secret = await CodeApp(browser);
        var other = new Browser(house);
        var ticket = (string)(await other.SignIn(owner)).Json["ticket"]!;
        for (var i = 0; i < 3; i++)
            await Step(other, ticket, "totp", $"00000{i}");
        await Step(other, ticket, "recovery-code", "AAAAA-AAAAA");
        await Step(other, ticket, "nothing", "1");
        (await Step(other, ticket, "totp", "000000")).Code.ShouldBe("sign-in.too-many");
        var stranger = new Browser(house);
        for (var i = 0; i < 6; i++)
            await stranger.SignIn(owner with { Password = "wrong wrong wrong" });
        await stranger.SignIn(new Someone("nobody@x.example", "", "wrong wrong wrong"));

        var told = await Told(tenant, "sign-in-failed");
        var me = await Me(browser);
        told.ShouldAllBe(e => e.Actor == me);
        told.Where(e => e.Subject == "otp" && e.Detail == "sign-in.wrong-code").Sum(e => e.Count).ShouldBe(3);
        told.Where(e => e.Subject == "otp" && e.Detail == "sign-in.too-many").Sum(e => e.Count).ShouldBe(1);
        told.Where(e => e.Subject == "rec").Sum(e => e.Count).ShouldBe(2);
        told.Where(e => e.Subject == "pwd" && e.Detail == "sign-in.refused").Sum(e => e.Count).ShouldBe(5);
        told.Where(e => e.Subject == "pwd" && e.Detail == "sign-in.too-many").Sum(e => e.Count).ShouldBe(1);
        (await browser.Post("/session/step-up", new { method = "totp", code = house.Code(secret, 1) })).Code.ShouldBe(
            "sign-in.too-many"
        );
        (await Told(tenant, "sign-in-failed")).Where(e => e.Detail == "sign-in.too-many").Sum(e => e.Count).ShouldBe(3);
    }

    [Fact]
    public async Task What_a_person_does_to_their_account_is_told_once_each()
    {
        var (tenant, browser, owner) = await house.NewOwner();
        await new Browser(house).SignIn(owner);
        await browser.Put("/me/password", new { current = owner.Password, @new = "nine grey herons wait here" });
        await CodeApp(browser);
        await browser.Post("/me/recovery-codes");
        var device = new SoftDevice();
        var passkey = (string)(await AddPasskey(browser, device)).Json["id"]!;
        (await browser.Delete($"/me/passkeys/{passkey}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await browser.Delete("/me/totp")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Link(browser)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.Delete("/me/logins/sim")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await browser.Delete("/me/sessions")).Status.ShouldBe(HttpStatusCode.NoContent);

        var told = await Told(tenant);
        var me = await Me(browser);
        told.Where(e => e.Kind != "signed-in").ShouldAllBe(e => e.Actor == me && e.Count == 1);
        told.Select(e => e.Kind)
            .ShouldBe(
                [
                    "signed-in",
                    "signed-in",
                    Acts.PasswordChanged,
                    Acts.SessionsEnded,
                    Acts.CodeAppAdded,
                    Acts.RecoveryCodesMade,
                    Acts.PasskeyAdded,
                    Acts.PasskeyRemoved,
                    Acts.CodeAppRemoved,
                    Acts.ProviderLinked,
                    Acts.ProviderUnlinked,
                ],
                ignoreOrder: true
            );
        told.Where(e => e.Kind == "signed-in").Select(e => e.Subject).ShouldBe(["link", "pwd"], ignoreOrder: true);
    }

    [Fact]
    public async Task Invitations_and_reset_links_are_told_made_withdrawn_and_used()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        var someone = new Someone($"new@{tenant.Slug}.example", "Nora New", "three copper anchors sing");
        var first = await Invite(owner, someone);
        (await owner.Delete($"/people/invitations/{first["id"]}")).Status.ShouldBe(HttpStatusCode.NoContent);
        var second = await Invite(owner, someone);
        var token = Token(second);
        var browser = new Browser(house);
        await browser.Post(
            "/session/accept",
            new
            {
                token,
                someone.Name,
                someone.Password,
            }
        );
        var them = await Me(browser);
        var link = (await owner.Post($"/people/{them["person:".Length..]}/reset-link")).Json;
        var reset = new { token = Token(link), password = "nine grey herons wait here" };
        (await new Browser(house).Post("/session/reset", reset)).Status.ShouldBe(HttpStatusCode.OK);

        var me = await Me(owner);
        (await Told(tenant))
            .Where(e => e.Kind != "signed-in")
            .Select(e => (e.Kind, e.Actor, e.Subject))
            .ShouldBe(
                [
                    (Acts.InvitationMade, me, (string?)first["id"]),
                    (Acts.InvitationWithdrawn, me, (string?)first["id"]),
                    (Acts.InvitationMade, me, (string?)second["id"]),
                    (Acts.InvitationAccepted, them, (string?)second["id"]),
                    (Acts.ResetLinkMade, me, them),
                    (Acts.ResetLinkUsed, them, (await Told(tenant, Acts.ResetLinkUsed)).Single().Subject),
                    (Acts.SessionsEnded, them, null),
                ],
                ignoreOrder: true
            );
    }

    [Fact]
    public async Task A_refresh_token_used_twice_is_told_with_the_session_that_ended()
    {
        var (tenant, _, owner) = await house.NewOwner();
        var program = new Browser(house);
        var refreshToken = (string)(await program.SignIn(owner, tokens: true)).Json["refreshToken"]!;
        for (var i = 0; i < 3; i++)
            await program.Post("/session/refresh", new { refreshToken });
        await program.Post("/session/refresh", new { refreshToken = "lr_nothing_0_nothing" });
        var told = (await Told(tenant, Acts.RefreshTokenReused)).Single();
        (told.Subject, told.Count).ShouldBe((refreshToken.Split('_')[1], 1));
    }

    [Fact]
    public async Task A_passkey_that_is_refused_is_told_to_whose_it_is()
    {
        var (tenant, browser, _) = await house.NewOwner();
        var device = new SoftDevice();
        (await AddPasskey(browser, device)).Status.ShouldBe(HttpStatusCode.Created);
        var forged = device with { Key = ECDsa.Create(ECCurve.NamedCurves.nistP256) };
        foreach (var (with, path) in new[] { (forged, "/session/passkey"), (forged, "/session/step-up/passkey") })
        {
            var asked = (await browser.Post("/session/passkey/options")).Json;
            var answer = new
            {
                ticket = (string)asked["ticket"]!,
                credential = with.Get(asked["options"]!, house.Address),
            };
            (await browser.Post(path, answer)).Code.ShouldBe("sign-in.passkey-refused");
        }

        var odd = (await browser.Post("/session/passkey/options")).Json;
        await browser.Post("/session/passkey", new { ticket = (string)odd["ticket"]!, credential = new { id = 7 } });
        var told = (await Told(tenant, "sign-in-failed")).ToList();
        told.ShouldAllBe(e => e.Subject == "passkey" && e.Detail == "sign-in.passkey-refused");
        told.Sum(e => e.Count).ShouldBe(2);
        told.Select(e => e.Actor).Distinct().ShouldBe([await Me(browser)]);
    }

    [Fact]
    public async Task A_providers_person_who_may_not_is_told_to_the_company_that_it_concerns()
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        Provider.Email = "thief@evil.example";
        var invited = await Invite(owner, new Someone($"x@{tenant.Slug}.example", "X", ""));
        var joining = new { token = Token(invited), name = "X" };
        var browser = new Browser(house);
        var begun = await browser.Post("/session/external/sim/accept", joining);
        (await browser.Open(await Leave(new Uri((string)begun.Json["address"]!)))).Code.ShouldBe(
            "external.another-address"
        );
        (await SignIn(new Browser(house))).Code.ShouldBe("external.not-linked");
        (await Told(tenant, "sign-in-failed"))
            .Select(e => (e.Actor, e.Subject, e.Detail))
            .ShouldBe([($"invitation:{invited["id"]}", "oidc", "external.another-address")]);

        await Linked();
        var (other, taken, _) = await house.NewOwner();
        (await Link(taken)).Code.ShouldBe("external.taken");
        (await Told(other, "sign-in-failed"))
            .Select(e => (e.Actor, e.Subject, e.Detail))
            .ShouldBe([(await Me(taken), "oidc", "external.taken")]);
    }

    [Fact]
    public async Task However_often_something_is_done_it_makes_few_entries()
    {
        var (tenant, browser, _) = await house.NewOwner();
        await house.Host.Watch.Flush(all: true);
        var audit = await house.Host.Tenants.Audit(tenant.Id);
        var before = audit.Head;
        var me = await Me(browser);
        for (var i = 0; i < 20_000; i++)
            house.Host.Accounts.Notes.Refused(tenant.Id, $"invitation:{i}", "oidc", SignInRefusals.WrongCode());
        for (var i = 0; i < 1_000; i++)
            house.Host.Accounts.Notes.Did(tenant.Id, me, Acts.PasskeyAdded);
        await house.Host.Watch.Flush(all: true);
        (audit.Head - before).ShouldBeLessThan(1_010);
        var done = await Told(tenant, Acts.PasskeyAdded);
        done.ShouldAllBe(e => e.Actor == me, "refusals hide nothing that was done");
        done.Sum(e => e.Count).ShouldBe(1_000);
    }

    private sealed record Entry(string Kind, string Actor, string? Subject, string? Detail, long Count);

    /// <summary>What its audit log was told of people, as the search shows it.</summary>
    private async Task<IReadOnlyList<Entry>> Told(Tenant tenant, string kind = "")
    {
        await house.Host.Watch.Flush(all: true);
        var key = house.Host.Keys.Issue(tenant.Id, "audit", ["audit.read"], null, null).Secret;
        var found = await new Browser(house) { Token = key }.Get($"/audit?limit=500&kind={kind}");
        return
        [
            .. found.Json["items"]!
                .AsArray()
                .Where(e => (string)e!["log"]! == "audit" && (string)e["kind"]! is not ("denied" or "key-used"))
                .Select(e => new Entry(
                    (string)e!["kind"]!,
                    (string)e["actor"]!,
                    (string?)e["subject"],
                    (string?)e["detail"],
                    (long)e["count"]!
                )),
        ];
    }

    private static async Task<string> Me(Browser browser) =>
        $"person:{(await browser.Get("/session")).Json["person"]!["id"]}";

    private async Task<string> CodeApp(Browser browser)
    {
        var secret = (string)(await browser.Post("/me/totp")).Json["secret"]!;
        (await browser.Post("/me/totp/confirm", new { code = house.Code(secret) })).Status.ShouldBe(HttpStatusCode.OK);
        return secret;
    }

    private static Task<Reply> Step(Browser browser, string ticket, string method, string code) =>
        browser.Post(
            "/session/second-step",
            new
            {
                ticket,
                method,
                code,
            }
        );

    private static async Task<JsonNode> Invite(Browser owner, Someone someone)
    {
        var invited = await owner.Post("/people/invitations", new { someone.Email, someone.Name });
        invited.Status.ShouldBe(HttpStatusCode.Created, invited.Text);
        return invited.Json;
    }

    private async Task<Reply> AddPasskey(Browser browser, SoftDevice device)
    {
        var offered = (await browser.Post("/me/passkeys/options")).Json;
        return await browser.Post(
            "/me/passkeys",
            new
            {
                ticket = (string)offered["ticket"]!,
                name = "Laptop",
                credential = device.Make(offered["options"]!, house.Address),
            }
        );
    }

    private static string Token(JsonNode made)
    {
        var link = (string)made["link"]!;
        return link[(link.IndexOf('#') + 1)..];
    }
}
