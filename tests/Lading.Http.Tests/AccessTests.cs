using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Platform.Access;

namespace Lading.Http.Tests;

/// <summary>Members, roles, rules and narrowing over HTTP: what is given reaches exactly so far.</summary>
public class AccessTests(House house)
{
    [Fact]
    public async Task Me_names_the_company_its_places_and_what_one_may_do()
    {
        var company = await house.NewCompany();
        await company.Post("/ventures", """{"code":"side","name":"Side"}""");
        var me = (await company.Get("/me")).Json;
        Texts(me["places"]!["ventures"]!, "code").ShouldBe(["main", "side"]);
        Texts(me["places"]!["sites"]!, "code").ShouldBe(["north", "south"]);
        Texts(me["navigation"]!, "code").ShouldContain("members");
        ((bool)me["whole"]!).ShouldBeTrue();
        me["scopes"]!.AsArray().Select(p => (string)p!).ShouldContain("access.manage");

        var picker = (
            await company.Get("/me", withKey: company.NewKey(["orders.read"], ["main"], sites: ["north"]))
        ).Json;
        Texts(picker["places"]!["ventures"]!, "code").ShouldBe(["main"]);
        Texts(picker["places"]!["sites"]!, "code").ShouldBe(["north"]);
        Texts(picker["navigation"]!, "code").ShouldBe(["orders", "customers"]);
        picker["scopes"]!.AsArray().Select(p => (string)p!).ShouldBe(["orders.read"]);
    }

    [Fact]
    public async Task A_member_holds_what_was_given_and_nothing_after_it_was_taken()
    {
        var company = await house.NewCompany();
        var directory = AccessDirectory.Of(company.Log);
        directory.RightsOf("p1").Find("orders.read").ShouldBeNull();
        var admit = await company.Post(
            "/members",
            """{"person":"p1","grants":[{"role":"picker","sites":["north"]},{"role":"owner"}]}"""
        );
        admit.Status.ShouldBe(HttpStatusCode.Created, admit.Text);
        directory.RightsOf("p1").Find("access.manage")!.Reach.IsWhole.ShouldBeTrue();
        (await company.Get("/members/p1")).Json["grants"]!.AsArray().Count.ShouldBe(2);

        await company.Post("/members", """{"person":"p2","grants":[{"role":"owner"}]}""");
        var change = await Put(company, "/members/p1", """{"grants":[{"role":"picker","sites":["north"]}]}""");
        change.Status.ShouldBe(HttpStatusCode.OK, change.Text);
        directory.RightsOf("p1").Find("access.manage").ShouldBeNull();
        var reach = directory.RightsOf("p1").Find("orders.read")!.Reach;
        reach.SeesSite("main", "north").ShouldBeTrue();
        reach.SeesSite("main", "south").ShouldBeFalse();

        foreach (var less in (string[])["[]", """[{"role":"picker","sites":["north"]}]"""])
            (await Put(company, "/members/p2", $$"""{"grants":{{less}}}""")).Code.ShouldBe("access.last-owner");
        (await company.Post("/members/p1/remove", """{"reason":"left"}""")).Status.ShouldBe(HttpStatusCode.OK);
        directory.RightsOf("p1").Find("orders.read").ShouldBeNull();
        (await company.Get("/members/p1")).Code.ShouldBe("access.unknown-member");
    }

    [Fact]
    public async Task What_the_directory_knows_is_what_it_reads_back_from_its_rows()
    {
        var company = await house.NewCompany();
        await Put(company, "/roles/night", """{"name":"Night","permissions":["orders.read"]}""");
        await company.Post(
            "/members",
            """{"person":"p1","grants":[{"role":"night","ventures":["main"]},{"role":"customer","customers":["C1"]}]}"""
        );
        await Put(company, "/access/rules/late", """{"kind":"step-up","permission":"orders.write","minutes":5}""");
        var known = AccessDirectory.Of(company.Log);
        var read = await AccessDirectory.Load(company.Log.Inline, TestContext.Current.CancellationToken);
        read.GrantsOf("p1")!
            .Select(AccessDirectory.Text)
            .Order()
            .ShouldBe(known.GrantsOf("p1")!.Select(AccessDirectory.Text).Order());
        read.Rules.Select(r => r.ToString()).ShouldBe(known.Rules.Select(r => r.ToString()));
        read.FindRole("night")!.Permissions.ShouldBe(["orders.read"]);
    }

    [Theory]
    [InlineData("""{"person":"p1","grants":[{"role":"emperor"}]}""", "grants[0].role")]
    [InlineData("""{"person":"p1","grants":[{"role":"owner","ventures":["main"]}]}""", "grants[0].role")]
    [InlineData("""{"person":"p1","grants":[{"role":"picker","sites":["moon"]}]}""", "grants[0].sites[0]")]
    [InlineData("""{"person":"p1","grants":[{"role":"picker","ventures":[]}]}""", "grants[0].ventures")]
    [InlineData("""{"person":"p1","grants":[{"role":"customer"}]}""", "grants[0].customers")]
    [InlineData("""{"person":"../p1","grants":[]}""", "person")]
    [InlineData("""{"person":"p1","grants":[],"admin":true}""", "admin")]
    public async Task A_grant_that_makes_no_sense_is_refused_by_its_field(string body, string field)
    {
        var company = await house.NewCompany();
        var before = company.Log.Head;
        var reply = await company.Post("/members", body);
        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Text);
        ((string)reply.Json["field"]!).ShouldBe(field, reply.Text);
        company.Log.Head.ShouldBe(before);
    }

    [Fact]
    public async Task Nobody_gives_what_they_do_not_hold()
    {
        var company = await house.NewCompany();
        var narrow = company.NewKey(["access.manage", "orders.*", "inventory.*", "platform.read"], ["main"]);
        async Task<Reply> Give(string grants) =>
            await company.Post("/members", $$"""{"person":"p1","grants":[{{grants}}]}""", withKey: narrow);
        (await Give("""{"role":"owner"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await Give("""{"role":"picker"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await Give("""{"role":"picker","sites":["north"]}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await company.Post("/members", """{"person":"p2","grants":[{"role":"auditor"}]}""")).Status.ShouldBe(
            HttpStatusCode.Created
        );
        (await Put(company, "/members/p2", """{"grants":[]}""", narrow)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await Put(company, "/roles/all", """{"name":"All","permissions":["orders.read"]}""", narrow)).Code.ShouldBe(
            "access.narrowed"
        );
        var key = """{"name":"wide","scopes":["orders.read"]}""";
        var maker = company.NewKey(["platform.keys", "orders.read"], ["main"]);
        var made = await company.Post("/keys", key, withKey: maker);
        var secret = (string)made.Json["key"]!;
        await company.Post("/ventures", """{"code":"side","name":"Side"}""");
        var me = (await company.Get("/me", withKey: secret)).Json;
        Texts(me["places"]!["ventures"]!, "code").ShouldBe(["main"], "a key made by a narrow key is as narrow");
        (await company.Post("/keys", """{"name":"k","scopes":["inventory.read"]}""", withKey: maker)).Status.ShouldBe(
            HttpStatusCode.BadRequest
        );
    }

    [Theory]
    [InlineData("orders.wirte", "orders.write")]
    [InlineData("order.read", "orders.read")]
    [InlineData("wirte.*", null)]
    [InlineData("something-else-entirely", null)]
    public async Task A_scope_that_no_route_needs_makes_no_key(string scope, string? nearest)
    {
        var company = await house.NewCompany();
        var narrow = company.NewKey(["platform.keys", "orders.read"]);
        foreach (var key in new[] { company.Key, narrow })
        {
            var no = await company.Post("/keys", $$"""{"name":"k","scopes":["{{scope}}"]}""", withKey: key);
            no.Status.ShouldBe(HttpStatusCode.BadRequest, no.Text);
            ((string)no.Json["field"]!, (string)no.Json["value"]!).ShouldBe(("scopes", scope));
            var remedy = (string)no.Json["remedy"]!;
            remedy.ShouldStartWith(nearest is null ? "See GET /api/v1/permissions" : $"Did you mean {nearest}? See");
        }

        var wide = await company.Post("/keys", """{"name":"k","scopes":["orders.*","*","inventory.move"]}""");
        wide.Status.ShouldBe(HttpStatusCode.Created, wide.Text);
    }

    [Fact]
    public async Task A_key_asked_for_twice_with_one_idempotency_key_is_one_key_shown_once()
    {
        var company = await house.NewCompany();
        const string body = """{"name":"erp","scopes":["orders.read"]}""";
        var first = await company.Post("/keys", body, "same");
        var again = await company.Post("/keys", body, "same");
        ((string)again.Json["prefix"]!).ShouldBe((string)first.Json["prefix"]!);
        again.Json["key"].ShouldBeNull();
        (await company.Post("/keys", body.Replace("erp", "erp2"), "same")).Status.ShouldBe(
            HttpStatusCode.UnprocessableEntity
        );
        house.Host.Keys.Of(company.Tenant.Id).Count(k => k.Name == "erp").ShouldBe(1);
    }

    [Fact]
    public async Task A_site_is_as_far_as_a_narrow_key_sees()
    {
        var company = await house.NewCompany();
        await company.Receive(10, "north");
        await company.Receive(20, "south");
        var there = await company.Place(1, ""","sites":["south"]""");
        var here = await company.Place(1, ""","sites":["north","south"]""");
        await company.Settle();
        var key = company.NewKey(["orders.*", "inventory.*", "platform.*", "events.read"], ["main"], sites: ["north"]);

        (await company.Get($"/orders/{there}", withKey: key)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await company.Get($"/orders/{there}/timeline", withKey: key)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await company.Post($"/orders/{there}/hold", """{"reason":"x"}""", withKey: key)).Status.ShouldBe(
            HttpStatusCode.NotFound
        );
        Texts((await company.Get("/orders", withKey: key)).Json["items"]!, "order").ShouldBe([here]);
        (await company.Get("/orders/days", withKey: key)).Json["items"]!.AsArray().ShouldBeEmpty();
        Texts((await company.Get("/inventory/stock", withKey: key)).Json["items"]!, "site").ShouldBe(["north"]);
        var stock = (await company.Get("/inventory/stock/A", withKey: key)).Json;
        ((decimal)stock["total"]!["onHand"]!).ShouldBe(10);
        var why = (await company.Get("/inventory/stock/A/explain?figure=onHand", withKey: key)).Json;
        ((decimal)why["value"]!).ShouldBe(10);
        Texts((await company.Get("/sites", withKey: key)).Json["items"]!, "code").ShouldBe(["north"]);
        (
            await company.Post(
                "/inventory/movements",
                """{"kind":"receipt","sku":"A","quantity":1,"unit":"EA","to":{"site":"south"}}""",
                withKey: key
            )
        ).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await company.Post($"/orders/{here}/ship", "{}", withKey: key)).Status.ShouldBe(HttpStatusCode.BadRequest);
        var log = (await company.Get("/events?limit=1000", withKey: key)).Text;
        log.ShouldContain($"order/{here}");
        log.ShouldNotContain($"order/{there}");
        log.ShouldNotContain("sku/A", customMessage: "a SKU's facts speak of all sites");
        var placed = await company.Post("/orders", """{"lines":[{"sku":"A","quantity":1}]}""", withKey: key);
        var order = (await company.Get($"/orders/{placed.Json["id"]}")).Json;
        order["sites"]!.AsArray().Select(s => (string)s!).ShouldBe(["north"]);
    }

    [Fact]
    public async Task The_raw_log_shows_a_narrow_caller_its_own_ventures_facts_alone()
    {
        var company = await house.NewCompany();
        await company.Post("/ventures", """{"code":"side","name":"CANARY-SIDE"}""");
        await company.Post("/sites", """{"code":"east","venture":"side","name":"CANARY-EAST","timeZone":"Etc/UTC"}""");
        await company.Post("/skus", """{"sku":"CANARY-B","venture":"side","baseUnit":"EA"}""");
        await company.Post("/customers", """{"customer":"CANARY-C","venture":"side"}""");
        await company.Post(
            "/orders",
            """{"order":"CANARY-O","venture":"side","lines":[{"sku":"CANARY-B","quantity":1}]}"""
        );
        var mine = await company.Place(1);
        var key = company.NewKey(["events.read"], ["main"]);
        var log = (await company.Get("/events?limit=1000", withKey: key)).Text;
        log.ShouldNotContain("CANARY");
        log.ShouldContain($"order/{mine}");
        for (var position = 1; position <= company.Log.Head; position++)
            (await company.Get($"/events/{position}", withKey: key)).Text.ShouldNotContain("CANARY");
    }

    [Fact]
    public async Task An_order_over_the_limit_of_a_rule_is_refused_and_so_is_another_currency()
    {
        var company = await house.NewCompany();
        var rule = """{"kind":"amount","permission":"orders.write","amount":"100.00","currency":"EUR"}""";
        (await Put(company, "/access/rules/big", rule)).Status.ShouldBe(HttpStatusCode.OK);
        async Task<Reply> Order(decimal price, string currency) =>
            await company.Post(
                "/orders",
                """{"venture":"main","lines":[{"sku":"A","quantity":1,"unitPrice":"""
                    + $$$"""{"amount":{{{price}}},"currency":"{{{currency}}}"}}]}"""
            );
        (await Order(100, "EUR")).Status.ShouldBe(HttpStatusCode.Created);
        (await Order(100.01m, "EUR")).Code.ShouldBe("access.over-limit");
        (await Order(1, "USD")).Code.ShouldBe("access.over-limit");
        (await Order(-100.01m, "EUR")).Status.ShouldNotBe(HttpStatusCode.Created, "a credit is worth as much");
        (await company.Post("/access/rules/big/lift", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        (await Order(1_000, "EUR")).Status.ShouldBe(HttpStatusCode.Created);
        (await Put(company, "/access/rules/x", """{"kind":"four-eyes","permission":"orders.write"}""")).Status.ShouldBe(
            HttpStatusCode.BadRequest
        );
    }

    [Fact]
    public async Task An_order_is_not_grown_over_the_limit_nor_placed_where_its_worth_cannot_be_told()
    {
        var company = await house.NewCompany();
        (await Order("dear", """{"amount":500,"currency":"EUR"}""")).Status.ShouldBe(HttpStatusCode.Created);
        var rule = """{"kind":"amount","permission":"orders.write","amount":"100.00","currency":"EUR"}""";
        (await Put(company, "/access/rules/big", rule)).Status.ShouldBe(HttpStatusCode.OK);
        (await Order("free", "null")).Code.ShouldBe("access.worth-unknown");
        using var batch = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders/batch")
        {
            Content = new StringContent(Body("free", "null") + "\n", Encoding.UTF8, "application/x-ndjson"),
        };
        (await company.Send(batch, "one")).Text.ShouldContain("access.worth-unknown");

        (await Order("small", """{"amount":10,"currency":"EUR"}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await Change("small", """{"amount":10,"currency":"EUR"}""", 11)).Code.ShouldBe("access.over-limit");
        (await Change("small", """{"amount":101,"currency":"EUR"}""", 1)).Code.ShouldBe("access.over-limit");
        (await Change("small", "null", 1)).Code.ShouldBe("access.worth-unknown");
        (await Change("small", """{"amount":10,"currency":"EUR"}""", 10)).Status.ShouldBe(HttpStatusCode.OK);
        (await Change("dear", """{"amount":10,"currency":"EUR"}""", 1)).Code.ShouldBe(
            "access.over-limit",
            "nor is a dear order made cheap"
        );
        const string half = """{"lines":[{"line":"1","quantity":1}]}""";
        (await company.Post("/orders/dear/split", half)).Code.ShouldBe("access.over-limit", "nor taken to pieces");
        (await company.Post("/orders/small/split", half)).Status.ShouldBe(HttpStatusCode.Created);
        (await company.Post("/orders/none/split", half)).Code.ShouldBe("orders.unknown-order");
        (await Change("none", "null", 1)).Code.ShouldBe("orders.unknown-order");

        Task<Reply> Order(string order, string price) => company.Post("/orders", Body(order, price));
        Task<Reply> Change(string order, string price, int quantity) =>
            company.Post($"/orders/{order}/lines", $$"""{"lines":[{{Line(price, quantity)}}]}""");
        static string Body(string order, string price) =>
            $$"""{"order":"{{order}}","venture":"main","lines":[{{Line(price, 1)}}]}""";
        static string Line(string price, int quantity) =>
            $$"""{"line":"1","sku":"A","quantity":{{quantity}},"unitPrice":{{price}}}""";
    }

    [Fact]
    public async Task Settings_are_the_companys_own_and_checked()
    {
        var company = await house.NewCompany();
        ((string)(await company.Get("/settings")).Json["timeZone"]!).ShouldBe("Etc/UTC");
        const string wanted = """{"timeZone":"Europe/Berlin","currency":"CHF","units":"metric"}""";
        (await Put(company, "/settings", wanted)).Status.ShouldBe(HttpStatusCode.OK);
        ((string)(await company.Get("/me")).Json["settings"]!["currency"]!).ShouldBe("CHF");
        var bad = await Put(company, "/settings", """{"timeZone":"Mars","currency":"XXQ","units":"cubits"}""");
        bad.Json["errors"]!.AsArray().Select(e => (string)e!["field"]!).ShouldBe(["timeZone", "currency", "units"]);
    }

    [Theory]
    [InlineData("Main \u202Etxt.exe")]
    [InlineData("Ma\u200Bin")]
    [InlineData("Ma\u2066in")]
    [InlineData("Ma\u00ADin")]
    [InlineData("\uFEFFMain")]
    [InlineData("Main\nSide")]
    [InlineData("Main\u2028Side")]
    [InlineData("Main\uE000")]
    public async Task A_name_that_hides_something_is_refused_wherever_names_are_given(string name)
    {
        var company = await house.NewCompany();
        var before = company.Log.Head;
        var json = System.Text.Json.JsonSerializer.Serialize(name);
        Reply[] replies =
        [
            await company.Post("/ventures", $$"""{"code":"v","name":{{json}}}"""),
            await Put(company, "/ventures/main", $$"""{"name":{{json}}}"""),
            await company.Post("/sites", $$"""{"code":"s","venture":"main","name":{{json}},"timeZone":"Etc/UTC"}"""),
            await Put(company, "/roles/night", $$"""{"name":{{json}},"permissions":["orders.read"]}"""),
            await company.Post("/keys", $$"""{"name":{{json}},"scopes":["orders.read"]}"""),
        ];
        foreach (var reply in replies)
        {
            reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Text);
            ((string)reply.Json["field"]!).ShouldBe("name");
        }

        company.Log.Head.ShouldBe(before);
        (await company.Post("/ventures", """{"code":"v","name":"Größe & Сын, 山田 “№1” – e\u0301"}""")).Status.ShouldBe(
            HttpStatusCode.Created
        );
    }

    private static async Task<Reply> Put(Company company, string path, string json, string? withKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1" + path)
        {
            Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
        };
        return await company.Send(request, Guid.NewGuid().ToString(), withKey: withKey);
    }

    private static IEnumerable<string?> Texts(JsonNode list, string field) =>
        list.AsArray().Select(i => (string?)i![field]);
}
