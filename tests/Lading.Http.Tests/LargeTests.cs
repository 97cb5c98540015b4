using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Lading.Http.Tests;

/// <summary>What is more than one command takes: it is done in several, and nothing stops for it.</summary>
public class LargeTests(House house)
{
    [Fact]
    public async Task Thousands_of_serials_are_picked_shipped_and_booked()
    {
        var company = await house.NewCompany();
        await company.Make(
            "/skus",
            """{"sku":"S","venture":"main","description":"Meter","baseUnit":"EA","tracking":"serial"}"""
        );
        for (var page = 0; page < 6; page++)
        {
            var serials = string.Join(',', Enumerable.Range(page * 1_000, 1_000).Select(n => $"\"N{n:0000}\""));
            var receipt = await company.Post(
                "/inventory/movements",
                $$"""
                {"kind":"receipt","sku":"S","quantity":1000,"unit":"EA","to":{"site":"north","serials":[{{serials}}]} }
                """
            );
            receipt.Status.ShouldBe(HttpStatusCode.OK, receipt.Text);
        }

        foreach (var (order, also) in new[] { ("picked", "pick"), ("plain", null) })
        {
            await company.Make(
                "/orders",
                $$"""{"order":"{{order}}","venture":"main","lines":[{"sku":"S","quantity":3000}]}"""
            );
            await company.Settle();
            if (also is not null)
                (await company.Post($"/orders/{order}/{also}", "{}")).Status.ShouldBe(HttpStatusCode.OK);
            var shipped = await company.Post($"/orders/{order}/ship", "{}");
            shipped.Status.ShouldBe(HttpStatusCode.OK, shipped.Text);
        }

        await Eventually.Until(
            async () => await Figures(company, "S") == (0, 0),
            "not all that was shipped is out of the books"
        );
        await company.Settle();
        company.Log.Status().ShouldAllBe(s => s.Failure == null);
    }

    [Theory]
    [InlineData(1_000, HttpStatusCode.Conflict)] // the order is promised nothing
    [InlineData(1_001, HttpStatusCode.BadRequest)]
    public async Task One_entry_names_at_most_a_thousand_serials(int count, HttpStatusCode status)
    {
        var company = await house.NewCompany();
        var order = await company.Place(2_000);
        var serials = string.Join(',', Enumerable.Range(0, count).Select(n => $"\"N{n}\""));
        var reply = await company.Post(
            $"/orders/{order}/pick",
            $$"""{"lines":[{"line":"1","quantity":{{count}},"serials":[{{serials}}]}]}"""
        );
        reply.Status.ShouldBe(status, reply.Text);
        if (status == HttpStatusCode.BadRequest)
            ((string?)reply.Json["field"]).ShouldBe("lines[0].serials");
    }

    [Fact]
    public async Task A_receipt_for_thousands_who_wait_is_dealt_out_while_other_requests_come()
    {
        const int orders = 2_600;
        var company = await house.NewCompany();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders/batch");
        var lines = Enumerable
            .Range(1, orders)
            .Select(n => $$"""{"order":"w{{n}}","venture":"main","lines":[{"sku":"A","quantity":1}]}""");
        request.Content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        (await company.Send(request, "all")).Status.ShouldBe(HttpStatusCode.OK);
        await company.Settle();

        (await company.Receive(orders)).Status.ShouldBe(HttpStatusCode.OK);
        var reserve = """{"name":"mine","sku":"A","quantity":1,"unit":"EA"}""";
        var tooEarly = await company.Post("/inventory/reservations", reserve, "mine");
        (tooEarly.Status, tooEarly.Code).ShouldBe(
            (HttpStatusCode.ServiceUnavailable, "inventory.settling"),
            tooEarly.Text
        );
        tooEarly.Headers.RetryAfter.ShouldNotBeNull();
        (await company.Receive(1)).Status.ShouldBe(HttpStatusCode.OK);

        await Eventually.Until(
            async () => (await company.Post("/inventory/reservations", reserve, "mine")).Status == HttpStatusCode.OK,
            "the same request is not taken when all who waited longer are served"
        );
        (await Figures(company, "A")).ShouldBe((orders + 1, orders + 1));
        await company.Settle();
        company.Log.Status().ShouldAllBe(s => s.Failure == null);
        foreach (var order in (string[])["w1", $"w{orders}"])
            ((int)(await company.Get($"/orders/{order}")).Json["lines"]![0]!["reserved"]!).ShouldBe(1);
    }

    private static async Task<(int OnHand, int Reserved)> Figures(Company company, string sku)
    {
        var total = (await company.Get($"/inventory/stock/{sku}")).Json["total"]!;
        return ((int)total["onHand"]!, (int)total["reserved"]!);
    }
}
