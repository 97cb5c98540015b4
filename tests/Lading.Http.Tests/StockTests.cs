using System.Net;
using System.Text.Json.Nodes;

namespace Lading.Http.Tests;

public class StockTests(House house)
{
    [Fact]
    public async Task A_receipt_is_read_back_at_once_and_a_retry_changes_nothing()
    {
        var company = await house.NewCompany();
        const string twoCases = """{"kind":"receipt","sku":"A","quantity":2,"unit":"CS","to":{"site":"north"}}""";
        var first = await company.Post("/inventory/movements", twoCases, "same");
        first.Status.ShouldBe(HttpStatusCode.OK, first.Text);
        (await company.Post("/inventory/movements", twoCases, "same")).Position.ShouldBe(first.Position);
        (await Total(company, "onHand")).ShouldBe(24);
    }

    [Fact]
    public async Task A_booking_is_made_once_under_whatever_key_and_credential()
    {
        var company = await house.NewCompany();
        const string twoCases =
            """{"kind":"receipt","sku":"A","quantity":2,"unit":"CS","to":{"site":"north"},"booking":"dock|7"}""";
        (await company.Post("/inventory/movements", twoCases)).Status.ShouldBe(HttpStatusCode.OK);
        var head = company.Log.Head;
        foreach (var key in (string?[])[null, company.NewKey(["inventory.*"])])
        {
            var again = await company.Post("/inventory/movements", twoCases, withKey: key);
            again.Status.ShouldBe(HttpStatusCode.Conflict, again.Text);
            ((string)again.Json["code"]!).ShouldBe("inventory.booked-before");
        }

        var other = await company.Post("/inventory/movements", twoCases.Replace("\"quantity\":2", "\"quantity\":3"));
        ((string)other.Json["code"]!).ShouldBe("inventory.booked-otherwise");
        company.Log.Head.ShouldBe(head);
        (await Total(company, "onHand")).ShouldBe(24);
        var slash = await company.Post("/inventory/movements", twoCases.Replace("dock|7", "dock/7"));
        ((string)slash.Json["field"]!).ShouldBe("booking");
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once()
    {
        var company = await house.NewCompany();
        var head = company.Log.Head;
        var reply = await company.Post(
            "/inventory/movements",
            """{"kind":"receipt","sku":"a/b","quantity":1.2345,"to":{"site":"nowhere","location":"x/y"}}"""
        );
        reply.Status.ShouldBe(HttpStatusCode.BadRequest);
        reply.Json["errors"]!
            .AsArray()
            .Select(e => (string)e!["field"]!)
            .ShouldBe(["sku", "quantity", "unit", "to.site", "to.location"], ignoreOrder: true);
        company.Log.Head.ShouldBe(head);
    }

    private const string Later = """
        {"kind":"receipt","sku":"A","quantity":1,"unit":"EA","happened":"3000-01-01T00:00Z","to":{"site":"north"}}
        """;

    private const string Control = """
        {"kind":"receipt","sku":"A","quantity":1,"unit":"EA","to":{"site":"north","location":"staging/a\u0000b"}}
        """;

    private const string Endless = $$"""
        {"kind":"receipt","sku":"A","quantity":1,"unit":"EA","to":{"site":"north","location":"staging/{{Hundred}}"} }
        """;

    private const string Hundred = $"{Ten}{Ten}{Ten}{Ten}{Ten}{Ten}{Ten}{Ten}{Ten}{Ten}";

    private const string Ten = "0123456789";

    private const string Long = """
        {"kind":"receipt","sku":"A","quantity":1,"unit":"EA","happened":"0001-01-01T00:00Z","to":{"site":"north"}}
        """;

    [Theory]
    [InlineData("""{"kind":"gift","sku":"A","quantity":1,"unit":"EA","to":{"site":"north"}}""", "kind")]
    [InlineData("""{"kind":"receipt","sku":"A","quantity":-1,"unit":"EA","to":{"site":"north"}}""", "quantity")]
    [InlineData("""{"kind":"receipt","sku":"A","quantity":1e20,"unit":"EA","to":{"site":"north"}}""", "quantity")]
    [InlineData("""{"kind":"receipt","sku":"A","quantity":1,"unit":"EA"}""", "to")]
    [InlineData("""{"kind":"transfer","sku":"A","quantity":1,"unit":"EA","to":{"site":"north"}}""", "from")]
    [InlineData("""{"kind":"adjustment","sku":"A","quantity":1,"unit":"EA","from":{"site":"north"}}""", "reason")]
    [InlineData("""{"kind":"adjustment","sku":"A","quantity":1,"unit":"EA","reason":"x"}""", "from")]
    [InlineData("""{"kind":"receipt","sku":"A","quantity":1,"unit":"PALLET","to":{"site":"north"}}""", "unit")]
    [InlineData(Later, "happened")]
    [InlineData(Control, "to.location")]
    [InlineData(Endless, "to.location")]
    [InlineData(Long, "happened")]
    public async Task A_movement_that_means_nothing_names_its_field(string body, string field)
    {
        var company = await house.NewCompany();
        var head = company.Log.Head;
        var reply = await company.Post("/inventory/movements", body);
        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Text);
        ((string)reply.Json["field"]!).ShouldBe(field);
        company.Log.Head.ShouldBe(head);
    }

    [Fact]
    public async Task A_refusal_says_the_numbers_and_a_release_frees_them()
    {
        var company = await house.NewCompany();
        await company.Receive(8);
        await Reserve(company, "promo", 5);
        var no = await company.Post(
            "/inventory/reservations",
            """{"name":"next","sku":"A","quantity":5,"unit":"EA","sites":["north"]}"""
        );
        no.Code.ShouldBe("inventory.insufficient-stock");
        ((string)no.Json["detail"]!).ShouldBe("3 of 5 EA available at site north: 8 on hand, 5 reserved, 0 held.");
        (await company.Post("/inventory/reservations/release", """{"name":"promo","sku":"A"}""")).Status.ShouldBe(
            HttpStatusCode.OK
        );
        await Reserve(company, "next", 5);
        (await Total(company, "available")).ShouldBe(3);
    }

    [Fact]
    public async Task A_promise_lapses_at_its_time_by_itself()
    {
        var company = await house.NewCompany();
        await company.Receive(1);
        var made = await company.Post(
            "/inventory/reservations",
            """{"name":"cart","sku":"A","quantity":1,"unit":"EA","ttlSeconds":1}"""
        );
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        (await company.Log.WaitPast(made.Position, patience.Token)).ShouldBeTrue();
        (await Total(company, "reserved")).ShouldBe(0);
    }

    [Fact]
    public async Task Every_figure_opens_into_the_events_that_make_it()
    {
        var company = await house.NewCompany();
        await company.Receive(10);
        await company.Post(
            "/inventory/holds",
            """{"sku":"A","quantity":2,"unit":"EA","at":{"site":"north"},"reason":"wet"}"""
        );
        await company.Place(3);
        await company.Place(9);
        await company.Settle();
        foreach (var figure in (string[])["available", "onHand", "reserved", "held", "backordered"])
        {
            var (steps, value) = await Explain(company, figure);
            ((decimal)steps[^1]["running"]!).ShouldBe(value, figure);
            value.ShouldBe(await Total(company, figure), figure);
        }

        var (open, _) = await Explain(company, "available");
        open.Select(s => (decimal)s["delta"]!).ShouldBe([10, -2, -3, -5]);
        (await company.Get((string)open[0]["event"]!)).Text.ShouldContain("inventory.stock-moved.v1");
    }

    [Fact]
    public async Task The_past_is_asked_as_of_a_time_and_as_known_at_a_position()
    {
        var company = await house.NewCompany();
        var known = (await Receive(company, 10, "2024-10-04T00:00:00Z")).Position;
        await Receive(company, 5, "2022-01-08T00:00:00Z");
        await company.Settle();
        (await Total(company, "onHand", "?asOf=2022-01-10T00:00:00Z")).ShouldBe(5);
        (await Total(company, "onHand", "?asOf=2025-01-01T00:00:00Z")).ShouldBe(15);
        (await Total(company, "onHand", $"?asOf=2025-01-01T00:00:00Z&knownAt={known}")).ShouldBe(10);
        (await company.Get("/inventory/stock/A?asOf=noon&knownAt=x")).Json["errors"]!.AsArray().Count.ShouldBe(2);
        var unknown = await company.Get($"/inventory/stock/A/explain?knownAt={company.Log.Head + 1}");
        (unknown.Status, (string?)unknown.Json["field"]).ShouldBe((HttpStatusCode.BadRequest, "knownAt"));
        ((string?)unknown.Json["detail"])!.ShouldContain($"{company.Log.Head}");
    }

    [Fact]
    public async Task A_back_dated_loss_is_refused_for_today_and_listed_for_the_past()
    {
        var company = await house.NewCompany();
        await Receive(company, 10, "2024-10-04T00:00:00Z");
        await company.Settle();
        string Loss(int units) =>
            $$$"""
                {"kind":"adjustment","sku":"A","quantity":{{{units}}},"unit":"EA","from":{"site":"north"},
                 "reason":"late","happened":"2022-01-08T00:00:00Z"}
                """;
        (await company.Post("/inventory/movements", Loss(11))).Code.ShouldBe("inventory.would-go-negative");
        (await company.Post("/inventory/movements", Loss(4))).Status.ShouldBe(HttpStatusCode.OK);
        await company.Settle();
        var found = (await company.Get("/inventory/discrepancies?sku=A")).Json["items"]!.AsArray();
        found.Count.ShouldBe(1);
        ((decimal)found[0]!["lowest"]!).ShouldBe(-4);
        ((string)found[0]!["from"]!).ShouldBe("2022-01-08T00:00:00Z");
        ((string)found[0]!["until"]!).ShouldBe("2024-10-04T00:00:00Z");
    }

    [Fact]
    public async Task A_key_of_another_venture_sees_nothing()
    {
        var company = await house.NewCompany();
        await company.Post("/ventures", """{"code":"other","name":"Other"}""");
        await company.Receive(1);
        var stranger = company.NewKey(["*"], ["other"]);
        (await company.Get("/skus/A", stranger)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await company.Get("/inventory/stock/A", stranger)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await company.Get("/inventory/stock", stranger)).Json["items"]!.AsArray().ShouldBeEmpty();
        (
            await company.Post(
                "/inventory/reservations",
                """{"name":"x","sku":"A","quantity":1,"unit":"EA"}""",
                withKey: stranger
            )
        ).Code.ShouldBe("inventory.unknown-sku");
    }

    [Fact]
    public async Task Lists_page_by_cursor_without_a_gap()
    {
        var company = await house.NewCompany();
        for (var i = 0; i < 4; i++)
        {
            await company.Post("/skus", $$"""{"sku":"P{{i}}","venture":"main","baseUnit":"EA"}""");
            await company.Receive(1, "north", $"P{i}");
            await company.Receive(1, "south", $"P{i}");
        }

        var seen = new List<string>();
        for (string? next = ""; next is not null; )
        {
            var page = (await company.Get($"/inventory/stock?limit=3{(next == "" ? "" : "&cursor=" + next)}")).Json;
            seen.AddRange(page["items"]!.AsArray().Select(i => $"{i!["sku"]} {i["site"]}"));
            next = (string?)page["next"];
        }

        seen.ShouldBe(Enumerable.Range(0, 4).SelectMany(i => (string[])[$"P{i} north", $"P{i} south"]));
        (await company.Get("/inventory/stock?cursor=nonsense")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await company.Get("/skus?limit=2")).Json["items"]!
            .AsArray()
            .Select(i => (string)i!["sku"]!)
            .ShouldBe(["A", "P0"]);
    }

    [Fact]
    public async Task A_site_there_is_not_has_no_figures_rather_than_none_of_anything()
    {
        var company = await house.NewCompany();
        foreach (var path in (string[])["/inventory/stock?site=moon", "/inventory/stock/A/explain?site=moon"])
        {
            var no = await company.Get(path);
            no.Status.ShouldBe(HttpStatusCode.BadRequest, path);
            ((string)no.Json["field"]!, (string)no.Json["value"]!).ShouldBe(("site", "moon"));
        }
    }

    [Fact]
    public async Task A_location_takes_goods_from_its_opening_until_it_is_closed_empty()
    {
        var company = await house.NewCompany();
        const string into =
            """{"kind":"receipt","sku":"A","quantity":1,"unit":"EA","to":{"site":"north","location":"R1"}}""";
        (await company.Post("/inventory/movements", into)).Code.ShouldBe("inventory.unknown-location");
        (await company.Post("/locations", """{"site":"north","location":"R1","kind":"rack"}""")).Status.ShouldBe(
            HttpStatusCode.Created
        );
        (await company.Post("/inventory/movements", into)).Status.ShouldBe(HttpStatusCode.OK);
        await company.Settle();
        (await company.Post("/locations/north/R1/close", """{"reason":"gone"}""")).Code.ShouldBe(
            "inventory.location-not-empty"
        );
        await company.Post(
            "/inventory/movements",
            """
            {"kind":"transfer","sku":"A","quantity":1,"unit":"EA",
             "from":{"site":"north","location":"R1"},"to":{"site":"south"}}
            """
        );
        await company.Settle();
        (await company.Post("/locations/north/R1/close", """{"reason":"gone"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await company.Post("/inventory/movements", into)).Code.ShouldBe("inventory.location-closed");
    }

    [Fact]
    public async Task The_fill_of_a_site_names_each_open_location_and_what_lies_there()
    {
        var company = await house.NewCompany();
        foreach (var location in (string[])["A-1", "A-2", "A-3"])
            await company.Post("/locations", $$"""{"site":"north","location":"{{location}}","kind":"rack"}""");
        await company.Post(
            "/inventory/movements",
            """{"kind":"receipt","sku":"A","quantity":2.5,"unit":"CS","to":{"site":"north","location":"A-2"}}"""
        );
        await company.Settle();
        await company.Post("/locations/north/A-3/close", """{"reason":"gone"}""");
        var fill = (await company.Get("/locations/fill?site=north")).Json;
        fill["items"]!
            .AsArray()
            .Select(l => ((string)l!["location"]!, (int)l["skus"]!, (decimal)l["onHand"]!))
            .ShouldBe([("A-1", 0, 0m), ("A-2", 1, 30m)]);
        ((bool)fill["complete"]!).ShouldBeTrue();
        await company.Post("/ventures", """{"code":"side","name":"Side"}""");
        var narrow = company.NewKey(["*"], ["side"]);
        (await company.Get("/locations/fill?site=north", withKey: narrow)).Json["items"]!.AsArray().ShouldBeEmpty();
        ((string?)(await company.Get("/locations/fill")).Json["field"]).ShouldBe("site");
    }

    [Fact]
    public async Task Lots_are_promised_first_expired_first_out_and_listed()
    {
        var company = await house.NewCompany();
        await company.Post(
            "/skus",
            """{"sku":"M","venture":"main","baseUnit":"EA","tracking":"lot","allocation":"fefo"}"""
        );
        foreach (var (lot, day) in new[] { ("late", "2999-02-01"), ("soon", "2999-01-01"), ("over", "2001-01-01") })
            (
                await company.Post(
                    "/inventory/movements",
                    $$$"""
                    {"kind":"receipt","sku":"M","quantity":2,"unit":"EA",
                     "to":{"site":"north","lot":"{{{lot}}}"},"expires":"{{{day}}}"}
                    """
                )
            ).Status.ShouldBe(HttpStatusCode.OK);
        await Reserve(company, "r", 3, "M");
        await company.Settle();
        var lots = (await company.Get("/inventory/stock/M")).Json["lots"]!.AsArray();
        lots.Select(l => $"{l!["lot"]} {l["expires"]} {l["reserved"]}")
            .ShouldBe(["late 2999-02-01 1", "over 2001-01-01 0", "soon 2999-01-01 2"]);
    }

    [Fact]
    public async Task It_says_where_goods_lie_and_where_a_picker_has_to_go()
    {
        var company = await house.NewCompany();
        foreach (var (site, bin) in new[] { ("north", "A-01"), ("north", "A-02"), ("south", "B-01") })
        {
            await company.Make("/locations", $$"""{"site":"{{site}}","location":"{{bin}}","kind":"rack"}""");
            var receipt = $$$"""
                {"kind":"receipt","sku":"A","quantity":4,"unit":"EA","to":{"site":"{{{site}}}","location":"{{{bin}}}"}}
                """;
            (await company.Post("/inventory/movements", receipt)).Status.ShouldBe(HttpStatusCode.OK);
        }

        await company.Receive(5, "south");
        await Reserve(company, "r", 6);
        await company.Settle();
        (await Places(company, "")).ShouldBe(["north A-01 4", "north A-02 4", "south B-01 4"]);
        (await Places(company, "?holder=hand/r")).ShouldBe(["north A-01 4", "north A-02 4"]);
        (await Places(company, "?holder=someone-else")).ShouldBeEmpty();
        var southern = company.NewKey(["inventory.read"], ["main"], sites: ["south"]);
        (await Places(company, "", southern)).ShouldBe(["south B-01 4"]);
    }

    private static async Task<IEnumerable<string>> Places(Company company, string query, string? key = null) =>
        (await company.Get($"/inventory/stock/A/locations{query}", key)).Json["items"]!
            .AsArray()
            .Select(place => $"{place!["site"]} {place["location"]} {place["onHand"]}");

    private static async Task Reserve(Company company, string name, int units, string sku = "A") =>
        (
            await company.Post(
                "/inventory/reservations",
                $$"""{"name":"{{name}}","sku":"{{sku}}","quantity":{{units}},"unit":"EA"}"""
            )
        ).Status.ShouldBe(HttpStatusCode.OK);

    private static Task<Reply> Receive(Company company, int units, string happened) =>
        company.Post(
            "/inventory/movements",
            $$$"""
            {"kind":"receipt","sku":"A","quantity":{{{units}}},"unit":"EA",
             "to":{"site":"north"},"happened":"{{{happened}}}"}
            """
        );

    private static async Task<decimal> Total(Company company, string figure, string query = "") =>
        (decimal)(await company.Get($"/inventory/stock/A{query}")).Json["total"]![figure]!;

    private static async Task<(List<JsonNode> Steps, decimal Value)> Explain(Company company, string figure)
    {
        var steps = new List<JsonNode>();
        for (var next = ""; ; )
        {
            var page = (
                await company.Get(
                    $"/inventory/stock/A/explain?figure={figure}&limit=2{(next == "" ? "" : "&cursor=" + next)}"
                )
            ).Json;
            steps.AddRange(page["steps"]!.AsArray().Select(s => s!));
            if (page["next"] is null)
                return (steps, (decimal)page["value"]!);
            next = (string)page["next"]!;
        }
    }
}
