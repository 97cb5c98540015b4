using System.Net;

namespace Lading.Http.Tests;

/// <summary>What the console's first screen asks of the orders.</summary>
public class OrderFigureTests(House house)
{
    private const string Shortage = """
        {"order":"SHORT","requestedOn":"2026-01-05","lines":[{"sku":"A","quantity":30,"unit":"EA"}]}
        """;

    private const string Covered = """
        {"order":"COVERED","requestedOn":"2026-03-01","lines":[{"sku":"A","quantity":2,"unit":"EA"}]}
        """;

    private async Task<Company> WithOrders()
    {
        var company = await house.NewCompany();
        await company.Post(
            "/inventory/movements",
            """{"kind":"receipt","sku":"A","quantity":10,"unit":"EA","to":{"site":"north"}}"""
        );
        await company.Post("/orders", Covered);
        await company.Settle();
        await company.Post("/orders", Shortage);
        await company.Settle();
        return company;
    }

    [Fact]
    public async Task Counts_say_what_waits_and_what_is_late()
    {
        var company = await WithOrders();
        var counts = (await company.Get("/orders/counts?dueBefore=2026-02-01")).Json;
        ((long)counts["open"]!).ShouldBe(2);
        ((long)counts["waiting"]!).ShouldBe(1);
        ((long)counts["late"]!).ShouldBe(1);

        await company.Post("/orders/SHORT/cancel", """{"reason":"no longer wanted"}""");
        await company.Settle();
        counts = (await company.Get("/orders/counts?dueBefore=2026-02-01")).Json;
        ((long)counts["cancelled"]!).ShouldBe(1);
        ((long)counts["waiting"]!).ShouldBe(0);
        ((long)counts["late"]!).ShouldBe(0);
    }

    [Fact]
    public async Task There_are_no_orders_in_the_first_days_of_all()
    {
        var company = await house.NewCompany();
        var days = await company.Get("/orders/days?to=0001-01-01");
        (days.Status, days.Json["items"]!.AsArray().Count).ShouldBe((HttpStatusCode.OK, 0), days.Text);
    }

    [Fact]
    public async Task A_price_that_comes_later_is_shown_and_keeps_the_order_in_its_currency()
    {
        var company = await house.NewCompany();
        var order = await company.Place(2);
        var priced = await Price(company, order, "GBP");
        priced.Status.ShouldBe(HttpStatusCode.OK, priced.Text);
        var other = await Price(company, order, "JPY");
        (other.Code, (string?)other.Json["field"]).ShouldBe(
            ("orders.other-currency", "lines[0].unitPrice.currency"),
            other.Text
        );
        await company.Settle();
        foreach (
            var shown in new[]
            {
                (await company.Get($"/orders/{order}")).Json,
                (await company.Get("/orders")).Json["items"]![0]!,
            }
        )
            ((decimal)shown["amount"]!["amount"]!, (string)shown["amount"]!["currency"]!).ShouldBe((20, "GBP"));
    }

    private static Task<Reply> Price(Company company, string order, string currency) =>
        company.Post(
            $"/orders/{order}/lines",
            $$$"""
            {"lines":[{"line":"1","sku":"A","quantity":2,"unitPrice":{"amount":10,"currency":"{{{currency}}}"}}]}
            """
        );

    [Fact]
    public async Task The_list_narrows_to_what_waits_and_to_what_is_late_worst_first()
    {
        var company = await WithOrders();
        (await Numbers(company, "short=true&sort=oldest")).ShouldBe(["SHORT"]);
        (await Numbers(company, "dueBefore=2026-06-01&sort=due")).ShouldBe(["SHORT", "COVERED"]);
        (await Numbers(company, "dueBefore=2026-02-01&sort=due")).ShouldBe(["SHORT"]);
        (await company.Get("/orders?dueBefore=soon")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await company.Get("/orders?short=maybe")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_course_tells_what_was_open_at_any_moment()
    {
        var company = await house.NewCompany();
        foreach (var (order, day) in ((string, string)[])[("O1", "01"), ("O2", "02")])
            await company.Post(
                "/orders",
                $$"""
                {"order":"{{order}}","happened":"2026-02-{{day}}T10:30:00Z",
                 "lines":[{"sku":"A","quantity":3,"unit":"EA"}]}
                """
            );
        await company.Settle();
        (await Open(company, "2026-02-01T10:00:00Z")).ShouldBe(0);
        (await Open(company, "2026-02-01T10:30:59Z")).ShouldBe(1);
        (await Open(company, "2026-02-02T09:00:00Z")).ShouldBe(1);
        (await Open(company, "2026-02-03T00:00:00Z")).ShouldBe(2);
        var day2 = (await company.Get("/orders/course?from=2026-02-02T00:00:00Z&at=2026-02-02T12:00:00Z")).Json;
        ((long)day2["placed"]!).ShouldBe(1);
        ((decimal)day2["unitsPlaced"]!).ShouldBe(3);
        ((string)day2["hours"]![0]!["hour"]!).ShouldBe("2026-02-02T10");
        (await company.Get("/orders/course?from=2026-02-02&at=2026-02-01")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_list_of_skus_or_stock_narrows_to_how_a_code_begins()
    {
        var company = await house.NewCompany();
        await company.Post("/skus", """{"sku":"BOX-1","venture":"main","description":"Box","baseUnit":"EA"}""");
        var found = (await company.Get("/skus?q=BOX")).Json["items"]!.AsArray();
        found.Select(s => (string)s!["sku"]!).ShouldBe(["BOX-1"]);
        (await company.Get("/skus?q=OX")).Json["items"]!.AsArray().Count.ShouldBe(0);
    }

    private static async Task<string[]> Numbers(Company company, string query) =>
        [.. (await company.Get($"/orders?{query}")).Json["items"]!.AsArray().Select(o => (string)o!["order"]!)];

    private static async Task<long> Open(Company company, string at) =>
        (long)(await company.Get($"/orders/course?at={at}")).Json["open"]!;
}
