using System.Net;

namespace Lading.Http.Tests;

public class OrderJourneyTests(House house)
{
    [Fact]
    public async Task An_order_is_placed_promised_picked_shipped_and_stock_goes_down()
    {
        var company = await house.NewCompany();
        (await company.Receive(10)).Status.ShouldBe(HttpStatusCode.OK);
        var order = await company.Place(4);
        await company.Settle();

        var promised = await company.Get($"/orders/{order}");
        ((decimal)promised.Json["lines"]![0]!["reserved"]!).ShouldBe(4);
        var level = (await company.Get("/inventory/stock/A")).Json["total"]!;
        ((decimal)level["available"]!).ShouldBe(6);

        (await company.Post($"/orders/{order}/pick", """{"lines":[{"line":"1","quantity":4}]}""")).Status.ShouldBe(
            HttpStatusCode.OK
        );
        (await company.Post($"/orders/{order}/ship", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        await company.Settle();
        var shipped = await company.Get($"/orders/{order}");
        ((string)shipped.Json["state"]!).ShouldBe("completed");
        level = (await company.Get("/inventory/stock/A")).Json["total"]!;
        ((decimal)level["onHand"]!).ShouldBe(6);
        ((decimal)level["reserved"]!).ShouldBe(0);
    }

    [Fact]
    public async Task Goods_are_taken_back_once_from_what_is_open_and_from_what_was_shipped()
    {
        var company = await house.NewCompany();
        await company.Receive(10);
        var (first, second) = (await company.Place(4), await company.Place(3));
        await company.Settle();
        await company.Post($"/orders/{first}/ship", """{"lines":[{"line":"1","quantity":4}]}""");
        await company.Settle();
        string Body(int quantity, string more = "") =>
            $$"""
                {"takeBack":"file|C1|0","sku":"A","quantity":{{quantity}},"orders":["{{second}}","nobodys","{{first}}"],
                 "reason":"broken"{{more}}}
                """;
        var taken = await company.Post("/orders/take-back", Body(5), "one");
        taken.Status.ShouldBe(HttpStatusCode.OK, taken.Text);
        ((decimal)taken.Json["quantity"]!, (decimal)taken.Json["missing"]!).ShouldBe((3, 2));
        (await company.Post("/orders/take-back", Body(5), "one")).Json["missing"]!.ToString().ShouldBe("2");

        const string site = ",\"site\":\"north\"";
        var noRight = company.NewKey(["orders.write", "orders.read"]);
        var no = await company.Post("/orders/take-back", Body(5, site), withKey: noRight);
        ((string)no.Json["code"]!).ShouldBe("orders.nothing-to-take-back");
        var rest = await company.Post("/orders/take-back", Body(5, site));
        ((decimal)rest.Json["quantity"]!, (decimal)rest.Json["missing"]!).ShouldBe((5, 0));
        await company.Settle();
        ((string)(await company.Get($"/orders/{second}")).Json["state"]!).ShouldBe("cancelled");
        ((decimal)(await company.Get($"/orders/{first}")).Json["returned"]!).ShouldBe(2);

        var head = company.Log.Head;
        ((string)(await company.Post("/orders/take-back", Body(5, site))).Json["code"]!).ShouldBe(
            "orders.taken-back-before"
        );
        company.Log.Head.ShouldBe(head);
    }

    [Fact]
    public async Task An_order_with_a_service_that_has_no_description_reads_back()
    {
        var company = await house.NewCompany();
        var order = await company.Place(
            1,
            ",\"services\":[{\"code\":\"POST\",\"amount\":{\"amount\":3.5,\"currency\":\"GBP\"}}]"
        );
        var read = await company.Get($"/orders/{order}");
        read.Status.ShouldBe(HttpStatusCode.OK, read.Text);
        ((string)read.Json["services"]![0]!["code"]!).ShouldBe("POST");
    }

    [Fact]
    public async Task What_is_short_waits_and_a_receipt_frees_it_in_priority_then_age_order()
    {
        var company = await house.NewCompany();
        var late = await company.Place(5, ",\"priority\":5");
        var urgent = await company.Place(5, ",\"priority\":1");
        await company.Settle();
        ((decimal)(await company.Get($"/orders/{late}")).Json["lines"]![0]!["short"]!).ShouldBe(5);

        await company.Receive(5);
        await company.Settle();
        ((decimal)(await company.Get($"/orders/{urgent}")).Json["lines"]![0]!["reserved"]!).ShouldBe(5);
        ((decimal)(await company.Get($"/orders/{late}")).Json["lines"]![0]!["short"]!).ShouldBe(5);
    }

    [Fact]
    public async Task Cancelling_gives_the_promise_back()
    {
        var company = await house.NewCompany();
        await company.Receive(3);
        var order = await company.Place(3);
        await company.Settle();
        (await company.Post($"/orders/{order}/cancel", """{"reason":"customer changed their mind"}""")).Status.ShouldBe(
            HttpStatusCode.OK
        );
        await company.Settle();
        ((decimal)(await company.Get("/inventory/stock/A")).Json["total"]!["available"]!).ShouldBe(3);
        (await company.Post($"/orders/{order}/ship", "{}")).Code.ShouldBe("orders.order-closed");
    }

    [Fact]
    public async Task A_unit_is_converted_exactly_and_what_was_entered_stays()
    {
        var company = await house.NewCompany();
        var reply = await company.Post(
            "/orders",
            """{"venture":"main","lines":[{"sku":"A","quantity":2,"unit":"CS"}]}"""
        );
        var line = (await company.Get($"/orders/{reply.Json["id"]}")).Json["lines"]![0]!;
        ((decimal)line["quantity"]!).ShouldBe(24);
        ((string)line["entered"]!["unit"]!).ShouldBe("CS");
    }

    [Fact]
    public async Task The_timeline_joins_the_orders_facts_with_the_stocks()
    {
        var company = await house.NewCompany();
        await company.Receive(1);
        var order = await company.Place(1);
        await company.Settle();
        var types = (await company.Get($"/orders/{order}/timeline")).Json["items"]!
            .AsArray()
            .Select(i => (string)i!["type"]!)
            .ToArray();
        types.ShouldBe(["orders.order-placed.v1", "inventory.stock-reserved.v1", "orders.order-allocated.v1"]);
    }

    [Fact]
    public async Task Every_stock_figure_opens_into_the_events_that_make_it()
    {
        var company = await house.NewCompany();
        await company.Receive(10);
        await company.Place(4);
        await company.Settle();
        var explained = (await company.Get("/inventory/stock/A/explain?figure=available&site=north")).Json;
        ((decimal)explained["value"]!).ShouldBe(6);
        explained["steps"]!.AsArray().Sum(s => (decimal)s!["delta"]!).ShouldBe(6);
        foreach (var step in explained["steps"]!.AsArray())
            (await company.Get((string)step!["event"]!)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_batch_answers_line_by_line_and_may_be_sent_again()
    {
        var company = await house.NewCompany();
        const string lines = """
            {"id":"one","order":"N-1","venture":"main","lines":[{"sku":"A","quantity":1}]}
            {"id":"two","order":"N-2","venture":"main","lines":[{"sku":"NOPE","quantity":1}]}
            {"id":"three","order":"N-3","venture":"main","lines":[{"sku":"A","quantity":1}]}
            """;
        var first = await Batch(company, lines);
        var again = await Batch(company, lines);
        first.Length.ShouldBe(3);
        again[0].ShouldBe(first[0].Replace("}", ",\"replayed\":true}"));
        again[2].ShouldBe(first[2].Replace("}", ",\"replayed\":true}"));
        first[1].ShouldContain("NOPE");
        (await company.Get("/orders/N-3")).Status.ShouldBe(HttpStatusCode.OK);
        (await company.Get("/orders/N-2")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<string[]> Batch(Company company, string lines)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders/batch");
        request.Content = new StringContent(lines, System.Text.Encoding.UTF8, "application/x-ndjson");
        var reply = await company.Send(request, "batch-1");
        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        return reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
