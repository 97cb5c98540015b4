using System.Net;
using System.Text.Json.Nodes;
using Lading.Http.Tests.SignIn;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;
using Lading.Server;
using Lading.Simulators;

namespace Lading.Http.Tests;

/// <summary>People whose names, addresses, secrets and wishes are canaries, and everything they do goes through: an
/// order placed, an account made and changed, a provider's person, two people for one change.</summary>
internal sealed class CanaryPeople(LadingHost host, string address, string canary, string digits)
{
    private readonly string password = $"nine lanterns of {digits}";

    public async Task LetOut(Tenant tenant, string key)
    {
        await Order(new Browser(address) { Token = key });
        var owner = new Browser(address);
        await owner.Open(LocalLinks.Offer(host.Accounts, tenant.Id));
        var (email, name) = ($"{canary}@x.example", $"{canary} Birdsong");
        var made = new
        {
            email,
            name,
            password,
        };
        await Done(owner.Post("/me/account", made));
        await Account(owner, email);
        await Provider(owner);
        await TwoPeople(owner);
        await Done(owner.Delete("/me/sessions"), HttpStatusCode.NoContent);
    }

    private async Task Order(Browser key)
    {
        var sku = new
        {
            sku = "A",
            venture = "main",
            description = "Lantern",
            baseUnit = "EA",
        };
        await Done(key.Post("/skus", sku), HttpStatusCode.Created);
        var order = new
        {
            venture = "main",
            reference = canary,
            shipTo = new
            {
                name = canary,
                street = canary,
                phone = "+" + digits,
            },
            lines = new[] { new { sku = "A", quantity = 1 } },
        };
        var placed = await key.Post("/orders", order);
        placed.Status.ShouldBe(HttpStatusCode.Created, placed.Text);
    }

    /// <summary>Wrong passwords, codes and passkeys too: what is refused is told to the audit log.</summary>
    private async Task Account(Browser owner, string email)
    {
        var wrong = new { email, password = $"{canary} {digits}" };
        (await new Browser(address).Post("/session/sign-in", wrong)).Code.ShouldBe("sign-in.refused");
        await Done(
            owner.Put("/me/password", new { current = password, @new = password + " more" }),
            HttpStatusCode.NoContent
        );
        var secret = (string)(await owner.Post("/me/totp")).Json["secret"]!;
        var code = Totp.Code(Base32.Decode(secret), Totp.StepOf(host.Clock.GetUtcNow()));
        await Done(owner.Post("/me/totp/confirm", new { code }));
        var first = await new Browser(address).Post("/session/sign-in", new { email, password = password + " more" });
        var step = new
        {
            ticket = (string)first.Json["ticket"]!,
            method = "recovery-code",
            code = canary,
        };
        (await owner.Post("/session/second-step", step)).Code.ShouldBe("sign-in.wrong-code");
        var device = new SoftDevice();
        var offered = (await owner.Post("/me/passkeys/options")).Json;
        var passkey = new
        {
            ticket = (string)offered["ticket"]!,
            name = canary,
            credential = device.Make(offered["options"]!, address),
        };
        await Done(owner.Post("/me/passkeys", passkey), HttpStatusCode.Created);
        var asked = (await owner.Post("/session/passkey/options")).Json;
        var elsewhere = device.Get(asked["options"]!, $"https://{canary}.example");
        var answer = new { ticket = (string)asked["ticket"]!, credential = elsewhere };
        (await owner.Post("/session/passkey", answer)).Code.ShouldBe("sign-in.passkey-refused");
    }

    private async Task Provider(Browser owner)
    {
        await using var provider = await OpenIdProvider.Start(host.Clock);
        (provider.Person, provider.Email) = (canary, $"{canary}@y.example");
        provider.Registered = _ => true;
        host.Accounts.External.Put(
            new ExternalProvider("sim", "Simulator", provider.Issuer, provider.Client.Id, provider.Client.Secret)
        );
        await Done(owner.Open(await There(await owner.Post("/me/logins/sim"))), HttpStatusCode.Redirect);
        var invited = await Invite(owner, $"{canary}@z.example", owner: false);
        var guest = new Browser(address);
        var begun = await guest.Post("/session/external/sim/accept", new { token = invited, name = canary });
        (await guest.Open(await There(begun))).Code.ShouldBe("external.another-address");
    }

    private async Task TwoPeople(Browser one)
    {
        var two = new Browser(address);
        var joining = new
        {
            token = await Invite(one, $"{canary}.two@x.example", owner: true),
            name = canary,
            password,
        };
        await Done(two.Post("/session/accept", joining));
        var (secret, rule) = (
            (string)(await two.Post("/me/totp")).Json["secret"]!,
            new
            {
                kind = "second-person",
                permission = "platform.keys",
                minutes = 30,
            }
        );
        var code = Totp.Code(Base32.Decode(secret), Totp.StepOf(host.Clock.GetUtcNow()));
        await Done(two.Post("/me/totp/confirm", new { code }));
        await Done(one.Put("/access/rules/keys", rule));
        foreach (var word in (string[])["approve", "refuse"])
        {
            var body = $$"""{"name":"{{canary}} {{digits}}","scopes":["orders.read"]}""";
            var asked = await one.Send(HttpMethod.Post, "/keys", body, ("Lading-Approval", "ask"));
            asked.Status.ShouldBe(HttpStatusCode.Accepted, asked.Text);
            var approval = (string)asked.Json["approval"]!;
            object? why = word == "refuse" ? new { reason = canary } : null;
            await Done(two.Post($"/access/approvals/{approval}/{word}", why));
            var made = await one.Send(HttpMethod.Post, "/keys", body, ("Lading-Approval", approval));
            made.Status.ShouldBe(word == "refuse" ? HttpStatusCode.Conflict : HttpStatusCode.Created, made.Text);
        }
    }

    private static async Task<string> Invite(Browser by, string email, bool owner)
    {
        var invited = await by.Post(
            "/people/invitations",
            new
            {
                email,
                name = "Guest",
                owner,
            }
        );
        invited.Status.ShouldBe(HttpStatusCode.Created, invited.Text);
        var link = (string)invited.Json["link"]!;
        return link[(link.IndexOf('#') + 1)..];
    }

    /// <summary>To the provider and the way back to us.</summary>
    private static async Task<string> There(Reply begun)
    {
        using var away = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var there = new Uri((string)begun.Json["address"]!);
        using var answer = await away.GetAsync(there, TestContext.Current.CancellationToken);
        return answer.Headers.Location!.PathAndQuery;
    }

    private static async Task Done(Task<Reply> asked, HttpStatusCode status = HttpStatusCode.OK)
    {
        var reply = await asked;
        reply.Status.ShouldBe(status, reply.Text);
    }
}
