using System.Net;
using System.Text.Json.Nodes;

namespace Lading.Http.Tests;

/// <summary>Whose the goods are, from the receipt to the return.</summary>
public class OwnerTests(House house)
{
    [Fact]
    public async Task An_owner_is_a_venture_or_the_goods_are_not_taken()
    {
        var company = await house.NewCompany();
        var head = company.Log.Head;
        var no = await Receive(company, 5, "nobody");
        no.Status.ShouldBe(HttpStatusCode.BadRequest, no.Text);
        ((string)no.Json["field"]!, (string)no.Json["value"]!).ShouldBe(("to.owner", "nobody"));
        const string reserve = """{"name":"x","sku":"A","quantity":1,"unit":"EA","owner":"nobody"}""";
        ((string?)(await company.Post("/inventory/reservations", reserve)).Json["field"]).ShouldBe("owner");
        company.Log.Head.ShouldBe(head);
        (await Receive(company, 5, "main")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_no_order_may_have_is_shown_apart_now_and_of_the_past()
    {
        var company = await house.NewCompany();
        await company.Make("/ventures", """{"code":"other","name":"Other"}""");
        await Receive(company, 5, "other");
        await Receive(company, 1, "main");
        await company.Receive(1);
        await company.Settle();
        var known = company.Log.Head;
        await company.Place(3);
        await company.Settle();
        (await Figures(company, "")).ShouldBe((OnHand: 7, Available: 0, OfOthers: 5, Backordered: 1));
        (await Figures(company, $"?knownAt={known}")).ShouldBe((OnHand: 7, Available: 2, OfOthers: 5, Backordered: 0));
        (await Figures(company, "?asOf=2999-01-01")).ShouldBe((OnHand: 7, Available: 0, OfOthers: 5, Backordered: 1));
        ((decimal)(await company.Get("/inventory/stock?sku=A&site=north")).Json["items"]![0]!["available"]!).ShouldBe(
            0
        );
        (await Explained(company, "available")).ShouldBe("0: 1 1 -1 -1");
        (await Explained(company, "ofOthers")).ShouldBe("5: 5");
    }

    [Fact]
    public async Task An_owners_goods_come_back_as_the_owners_and_only_to_a_place_there_is()
    {
        var company = await house.NewCompany();
        await Receive(company, 5, "main");
        var order = await company.Place(3);
        await company.Settle();
        (await company.Post($"/orders/{order}/ship", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        string Back(string location) =>
            $$"""
                {"site":"north","location":"{{location}}","restock":true,"reason":"x","return":"R",
                 "lines":[{"line":"1","quantity":3}]}
                """;
        var no = await company.Post($"/orders/{order}/return", Back("nowhere-7"));
        no.Status.ShouldBe(HttpStatusCode.BadRequest, no.Text);
        ((string)no.Json["field"]!, (string)no.Json["value"]!).ShouldBe(("location", "nowhere-7"));
        await company.Make("/locations", """{"site":"north","location":"R1","kind":"rack"}""");
        (await company.Post($"/orders/{order}/return", Back("R1"))).Status.ShouldBe(HttpStatusCode.OK);
        (await company.Post($"/orders/{order}/return", Back("R1"))).Code.ShouldBe("orders.return-exists");
        await company.Settle();
        var steps = (await company.Get("/inventory/stock/A/explain?figure=onHand")).Json["steps"]!.AsArray();
        steps
            .Select(s => ((decimal)s!["delta"]!, (string?)s["owner"], (string?)s["location"]))
            .ShouldBe([(5, "main", "stock"), (-3, "main", "stock"), (3, "main", "R1")]);
        (await company.Post("/locations/north/R1/close", """{"reason":"x"}""")).Code.ShouldBe(
            "inventory.location-not-empty"
        );
    }

    private static Task<Reply> Receive(Company company, int units, string owner) =>
        company.Post(
            "/inventory/movements",
            $$$"""
            {"kind":"receipt","sku":"A","quantity":{{{units}}},"unit":"EA","to":{"site":"north","owner":"{{{owner}}}"}}
            """
        );

    private static async Task<(decimal OnHand, decimal Available, decimal OfOthers, decimal Backordered)> Figures(
        Company company,
        string query
    )
    {
        var total = (await company.Get($"/inventory/stock/A{query}")).Json["total"]!;
        decimal Of(string figure) => (decimal)total[figure]!;
        return (Of("onHand"), Of("available"), Of("ofOthers"), Of("backordered"));
    }

    private static async Task<string> Explained(Company company, string figure)
    {
        var answer = (await company.Get($"/inventory/stock/A/explain?figure={figure}")).Json;
        var steps = answer["steps"]!.AsArray();
        ((decimal)steps[^1]!["running"]!).ShouldBe((decimal)answer["value"]!);
        return $"{answer["value"]}: {string.Join(' ', steps.Select(s => s!["delta"]))}";
    }
}
