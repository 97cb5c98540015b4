using System.Net;

namespace Lading.Http.Tests.SignIn;

/// <summary>A key is no way round a rule that binds its maker's role.</summary>
[Collection(SigningIn.Name)]
public class KeyRuleTests(SignInHouse house)
{
    [Theory]
    [InlineData("amount")]
    [InlineData("hours")]
    [InlineData("second-person")]
    public async Task Who_is_bound_by_a_rule_for_their_role_makes_and_replaces_no_key_under_it(string kind)
    {
        var (tenant, owner, _) = await house.NewAdministrator();
        (
            await owner.Put("/roles/desk", new { name = "Desk", permissions = (string[])["orders.*", "platform.keys"] })
        ).Status.ShouldBe(HttpStatusCode.OK);
        var clerk = await Joined(owner, $"clerk@{tenant.Slug}.example", "desk");
        await Joined(owner, $"second@{tenant.Slug}.example", "owner");
        var before = (string)(await Issue(clerk, "orders.*")).Json["prefix"]!;

        (await owner.Put("/access/rules/desk", Rule(kind))).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var scope in (string[])["orders.write", "orders.*"])
        {
            var refused = await Issue(clerk, scope);
            refused.Code.ShouldBe("keys.bound-by-role", scope);
            ((string)refused.Json["field"]!).ShouldBe("scopes");
            ((string)refused.Json["value"]!).ShouldBe(scope);
        }

        (await clerk.Post($"/keys/{before}/rotate")).Code.ShouldBe("keys.bound-by-role");
        (await Issue(clerk, "orders.read")).Status.ShouldBe(HttpStatusCode.Created, "the rule is not about reading");
        (await Issue(owner, "*")).Status.ShouldBe(HttpStatusCode.Created, "and not for owners");
        (await owner.Post($"/keys/{before}/rotate")).Status.ShouldBe(HttpStatusCode.Created);
    }

    private static object Rule(string kind) =>
        kind switch
        {
            "amount" => new
            {
                kind,
                permission = "orders.write",
                role = "desk",
                amount = "100.00",
                currency = "EUR",
            },
            "hours" => new
            {
                kind,
                permission = "orders.write",
                role = "desk",
                from = "06:00",
                until = "22:00",
            },
            _ => new
            {
                kind,
                permission = "orders.write",
                role = "desk",
                minutes = 30,
            },
        };

    private static Task<Reply> Issue(Browser by, string scope) =>
        by.Post("/keys", new { name = "k", scopes = (string[])[scope] });

    private async Task<Browser> Joined(Browser owner, string email, string role)
    {
        var grants = new[] { new { role } };
        var invited = await owner.Post(
            "/people/invitations",
            new
            {
                email,
                name = "New",
                grants,
            }
        );
        var browser = new Browser(house);
        var accepted = await browser.Post(
            "/session/accept",
            new
            {
                token = ((string)invited.Json["link"]!).Split('#')[1],
                name = "New",
                password = "three copper anchors sing",
            }
        );
        accepted.Status.ShouldBe(HttpStatusCode.OK, accepted.Text);
        house.StepUp(email);
        return browser;
    }
}
