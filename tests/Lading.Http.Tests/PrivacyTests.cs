using System.Net;

namespace Lading.Http.Tests;

public class PrivacyTests(House house)
{
    private const string Canary = "Augusta Byron-Canary";

    [Fact]
    public async Task A_person_is_handed_out_then_erased_and_nothing_shows_them_again()
    {
        var company = await house.NewCompany();
        var customer = $$"""{"customer":"C1","venture":"main","name":"{{Canary}}","email":"ada@canary.example"}""";
        (await company.Post("/customers", customer)).Status.ShouldBe(HttpStatusCode.Created);
        (await company.Get("/events?after=0&limit=1000")).Text.ShouldNotContain(Canary);
        (await company.Get("/customers/C1")).Text.ShouldContain(Canary);

        const string asked = """{"subject":"customer/C1","reason":"she asked"}""";
        var export = await company.Post("/people/export", asked);
        export.Text.ShouldContain(Canary);
        (await company.Post("/people/erase", asked)).Status.ShouldBe(HttpStatusCode.OK);

        (await company.Get("/customers/C1")).Text.ShouldNotContain(Canary);
        (await company.Post("/people/export", asked)).Text.ShouldNotContain(Canary);
        (await company.Post("/people/erase", asked)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Erasing_needs_its_own_permission()
    {
        var company = await house.NewCompany();
        var clerk = company.NewKey(["orders.read", "orders.write"]);
        var reply = await company.Post("/people/erase", """{"subject":"customer/C1","reason":"x"}""", withKey: clerk);
        reply.Code.ShouldBe("access.missing-permission");
    }
}
