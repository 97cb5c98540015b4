using Lading.Contracts.Inventory;
using Lading.Kernel;

namespace Lading.Modules.Tests.Orders.Http;

public sealed class OrderRoutes : IAsyncLifetime
{
    private const string TwoLines = """
        {"order": "A-1", "sites": ["LDN"], "reference": "PO 7", "lines": [
          {"sku": "JAR", "quantity": 2, "unit": "CASE", "unitPrice": {"amount": 30.6, "currency": "GBP"}},
          {"sku": "LAMP", "quantity": 1.5, "unitPrice": {"amount": 10, "currency": "GBP"}}]}
        """;

    private OrdersHost host = null!;

    public async ValueTask InitializeAsync() => host = await OrdersHost.Start();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_placed_order_is_read_back_at_once()
    {
        var placed = (await host.Post("/orders", TwoLines)).Is(201);
        placed.Http.Headers.Location!.ToString().ShouldBe("/api/v1/orders/A-1");
        var order = (await host.Get("/orders/A-1")).Is(200);
        order["state"].ShouldBe("open");
        order["venture"].ShouldBe("main");
        order["amount.amount"].ShouldBe("76.2");
        order["lines[0].quantity"].ShouldBe("24");
        order["lines[0].entered.unit"].ShouldBe("CASE");
        order["lines[1].open"].ShouldBe("1.5");
        order.Http.Headers.ETag!.Tag.ShouldBe("\"1\"");
    }

    [Fact]
    public async Task A_retry_gets_the_number_that_was_made_and_another_body_is_refused()
    {
        const string body = """{"lines": [{"sku": "JAR", "quantity": 1}]}""";
        var first = (await host.Post("/orders", body, "same")).Is(201);
        var again = (await host.Post("/orders", body, "same")).Is(201);
        again["id"].ShouldBe(first["id"]);
        first["id"]!.ShouldStartWith("SO-");
        (await host.Post("/orders", body.Replace("1}", "2}"), "same")).Is(422);
        (await host.Get("/orders")).Json["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once_and_the_log_stays_as_it_is()
    {
        var before = host.Log.Head;
        var reply = await host.Post(
            "/orders",
            """
            {"order": "-x", "customer": "nobody", "priority": 0, "sites": ["SID"], "lines": [
              {"line": "1", "sku": "NONE", "quantity": 1}, {"line": "1", "sku": "JAR", "quantity": 0.0001},
              {"sku": "JAR", "quantity": 1, "unit": "PALLET"}, {"sku": "OTHER", "quantity": -1}]}
            """
        );
        reply.Is(400);
        reply.Json["errors"]!
            .AsArray()
            .Select(e => e!["field"]!.ToString())
            .ShouldBe(
                [
                    "order",
                    "customer",
                    "priority",
                    "sites[0]",
                    "lines[0].sku",
                    "lines[1].quantity",
                    "lines[2].unit",
                    "lines[3].sku",
                    "lines[3].quantity",
                    "lines[1].line",
                ],
                ignoreOrder: true
            );
        host.Log.Head.ShouldBe(before);
    }

    [Theory]
    [InlineData(""" "requestedOn": "0001-01-01" """, "requestedOn", "0001-01-01")]
    [InlineData(""" "requestedOn": "2201-01-01" """, "requestedOn", "2201-01-01")]
    [InlineData(""" "happened": "0001-01-01T00:00:00Z" """, "happened", null)]
    [InlineData(""" "happened": "1969-12-31T23:59:59Z" """, "happened", null)]
    [InlineData(""" "sites": ["LDN", "LDN"] """, "sites[1]", "LDN")]
    [InlineData(Credit, "lines[0].unitPrice.amount", "-2.5")]
    public async Task What_cannot_be_meant_is_refused_with_its_field(string member, string field, string? value)
    {
        var before = host.Log.Head;
        var lines = member.Contains("lines") ? "" : """, "lines": [{"sku": "JAR", "quantity": 1}]""";
        var no = (await host.Post("/orders", $"{{{member}{lines}}}")).Is(400);
        no["errors[0].field"].ShouldBe(field);
        if (value is not null)
            no["errors[0].value"].ShouldBe(value);
        no["errors[0].remedy"].ShouldNotBeNullOrEmpty();
        no.Json["errors"]!.AsArray().ShouldHaveSingleItem();
        host.Log.Head.ShouldBe(before);
    }

    private const string Credit =
        """ "lines": [{"sku": "JAR", "quantity": 1, "unitPrice": {"amount": -2.5, "currency": "GBP"}}] """;

    [Fact]
    public async Task The_first_and_the_last_year_are_years_and_a_credit_is_a_service_line() =>
        (
            await host.Post(
                "/orders",
                """
                {"requestedOn": "2200-12-31", "happened": "1970-01-01T00:00:00Z", "lines": [
                  {"sku": "JAR", "quantity": 1, "unitPrice": {"amount": 0, "currency": "GBP"}}],
                 "services": [{"code": "CREDIT", "amount": {"amount": -2.5, "currency": "GBP"}}]}
                """
            )
        ).Is(201);

    [Fact]
    public async Task Goods_come_back_only_to_a_place_there_is()
    {
        await host.Post("/orders", TwoLines);
        await Reserve("JAR", "1", 24);
        (await host.Post("/orders/A-1/ship", """{"lines": [{"line": "1", "quantity": 24}]}""")).Is(200);
        Task<Reply> Back(string location) =>
            host.Post("/orders/A-1/return", $$"""{"location": "{{location}}", {{Returned[1..]}}""");
        (await Back("R1")).Is(400)["errors[0].field"].ShouldBe("location");
        await host.Tell(
            "sku/JAR",
            new LocationOpened("LDN", "R1", "rack", null),
            new LocationOpened("LDN", "R2", "rack", null)
        );
        (await Back("R1")).Is(200);
        (await Back("stock")).Is(200);
        await host.Tell("sku/JAR", new LocationClosed("LDN", "R1", "gone"));
        (await Back("R1")).Is(400)["errors[0].value"].ShouldBe("R1");
        (await Back("R2")).Is(200);
    }

    [Fact]
    public async Task Malformed_bodies_name_the_member()
    {
        (await host.Post("/orders", """{"lines": [{"sku": "JAR", "quantity": "six"}]}"""))
            .Is(400)["field"]
            .ShouldBe("lines[0].quantity");
        (await host.Post("/orders", """{"lines": [], "colour": "red"}""")).Is(400)["code"].ShouldBe("json.malformed");
        (await host.Post("/orders", """{"lines": []}""")).Is(400)["errors[0].field"].ShouldBe("lines");
    }

    [Fact]
    public async Task An_order_of_another_venture_does_not_exist()
    {
        await host.Post("/orders", TwoLines);
        (await host.Get("/orders/A-1", "side")).Is(404);
        (await host.Get("/orders/A-1/timeline", "side")).Is(404);
        (await host.Post("/orders/A-1/hold", """{"reason": "x"}""", ventures: "side")).Is(404);
        (await host.Post("/orders/A-1/split", """{"lines": [{"line": "1", "quantity": 12}]}""", ventures: "side")).Is(
            404
        );
        (await host.Get("/orders", "side")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await host.Post("/orders", TwoLines, ventures: "side")).Is(400);
        (await host.Post("/orders/A-1/lines", """{"lines": [{"line": "9", "sku": "OTHER", "quantity": 1}]}"""))
            .Is(409)["code"]
            .ShouldBe("orders.sku-of-other-venture");
    }

    [Fact]
    public async Task An_order_goes_from_stock_to_the_door_and_its_timeline_tells_it()
    {
        await host.Post("/orders", TwoLines);
        await Reserve("JAR", "1", 24);
        await Reserve("LAMP", "2", 1);
        var order = await host.Get("/orders/A-1");
        order["lines[0].reserved"].ShouldBe("24");
        order["reserved"].ShouldBe("25");
        (await host.Post("/orders/A-1/ship", "{}")).Is(409)["code"].ShouldBe("orders.not-reserved");
        (await host.Post("/orders/A-1/pick", "{}")).Is(200);
        (await host.Post("/orders/A-1/ship", """{"lines": [{"line": "1", "quantity": 24}], "carrier": "DHL"}""")).Is(
            200
        );
        (await host.Post("/orders/A-1/cancel", """{"reason": "rest not wanted"}""")).Is(200);
        order = await host.Get("/orders/A-1");
        order["state"].ShouldBe("completed");
        order["shipped"].ShouldBe("24");
        order["cancelled"].ShouldBe("1.5");
        (order["reserved"], order["short"]).ShouldBe(("0", "0"));
        order["lines[1].open"].ShouldBe("0");
        (await host.Post("/orders/A-1/return", Returned)).Is(200);
        var timeline = await host.Get("/orders/A-1/timeline");
        timeline.Json["items"]!
            .AsArray()
            .Select(e => e!["type"]!.ToString().Split('.')[1])
            .ShouldBe([
                "order-placed",
                "stock-reserved",
                "order-allocated",
                "stock-reserved",
                "order-allocated",
                "order-picked",
                "order-shipped",
                "order-cancelled",
                "order-completed",
                "order-returned",
            ]);
        var day = await host.Get("/orders/days?venture=main");
        day["items[0].unitsShipped"].ShouldBe("24");
        day["items[0].unitsReturned"].ShouldBe("2");
        (await host.Get("/orders?state=completed"))["items[0].shipped"].ShouldBe("24");
    }

    private const string Returned =
        """{"site": "LDN", "lines": [{"line": "1", "quantity": 2}], "restock": true, "reason": "broken"}""";

    [Fact]
    public async Task A_change_and_a_split_show_in_rows_and_list()
    {
        await host.Post("/orders", TwoLines);
        const string changes =
            """{"lines": [{"line": "1", "sku": "JAR", "quantity": 3, "unit": "CASE"}], "remove": ["2"]}""";
        (await host.Post("/orders/A-1/lines", changes)).Is(200);
        var split = (await host.Post("/orders/A-1/split", """{"lines": [{"line": "1", "quantity": 12}]}""")).Is(201);
        var old = await host.Get("/orders/A-1");
        old["quantity"].ShouldBe("24");
        old["lines[0].entered.quantity"].ShouldBe("2");
        old.Json["lines"]!.AsArray().Count.ShouldBe(1);
        var moved = (await host.Get($"/orders/{split["id"]}")).Is(200);
        moved["splitFrom"].ShouldBe("A-1");
        moved["quantity"].ShouldBe("12");
        (await host.Get("/orders?q=a-"))["items[0].quantity"].ShouldBe("24");
    }

    [Fact]
    public async Task A_stale_If_Match_is_refused_and_holds_are_shown()
    {
        await host.Post("/orders", TwoLines);
        (await host.Post("/orders/A-1/hold", """{"reason": "credit"}""")).Is(200);
        (await host.Get("/orders/A-1"))["state"].ShouldBe("held");
        (await host.Post("/orders/A-1/pick", "{}")).Is(409)["code"].ShouldBe("orders.order-held");
        (await host.Post("/orders/A-1/release", "{}")).Is(200);
        (await host.Get("/orders?state=held")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await host.Post("/orders/none/hold", """{"reason": "x"}""")).Is(404);
    }

    /// <summary>Says that Inventory reserved, and waits until the order followed.</summary>
    private async Task Reserve(string sku, string line, long units)
    {
        var allotment = new Allotment("LDN", null, null, BaseQuantity.Units(units));
        var told = await host.Tell(
            $"sku/{sku}",
            new StockReserved(sku, "A-1", [new ReservedLine(line, [allotment])], null, false)
        );
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        (await host.Log.WaitPast(told, patience.Token)).ShouldBeTrue("the order did not follow");
    }
}
