using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Lading.Http.Tests;

/// <summary>The HTTP edge: who may, the same twice, what is malformed. A 4xx leaves the log as it was.</summary>
public class EdgeTests(House house)
{
    [Fact]
    public async Task Without_a_credential_nothing_is_told()
    {
        var company = await house.NewCompany();
        (await company.Get("/orders", withKey: "lk_aaaaaaaa_wrong-wrong-wrong")).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
        (await company.Get("/no/such/route", withKey: "nonsense")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_key_without_the_scope_is_refused_and_an_expired_or_revoked_one_is_dead()
    {
        var company = await house.NewCompany();
        var reader = company.NewKey(["orders.read"]);
        (await company.Get("/orders", withKey: reader)).Status.ShouldBe(HttpStatusCode.OK);
        (await company.Post("/orders", "{}", withKey: reader)).Code.ShouldBe("access.missing-permission");
        var expired = company.NewKey(["*"], expires: DateTime.UnixEpoch);
        (await company.Get("/orders", withKey: expired)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        house.Host.Keys.Revoke(company.Tenant.Id, reader[3..11]).ShouldBeTrue();
        (await company.Get("/orders", withKey: reader)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Another_tenants_order_does_not_exist()
    {
        var (one, other) = (await house.NewCompany(), await house.NewCompany());
        var order = await one.Place(1);
        (await other.Get($"/orders/{order}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await other.Post($"/orders/{order}/cancel", """{"reason":"not mine"}""")).Status.ShouldBe(
            HttpStatusCode.NotFound
        );
    }

    [Fact]
    public async Task An_order_of_a_venture_one_may_not_see_does_not_exist()
    {
        var company = await house.NewCompany();
        await company.Post("/ventures", """{"code":"side","name":"Side"}""");
        var order = await company.Place(1);
        var narrow = company.NewKey(["*"], ["side"]);
        (await company.Get($"/orders/{order}", withKey: narrow)).Status.ShouldBe(HttpStatusCode.NotFound);
        await company.Settle();
        (await company.Get("/orders", withKey: narrow)).Json["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_key_and_body_give_the_same_answer_and_one_order()
    {
        var company = await house.NewCompany();
        const string body = """{"venture":"main","lines":[{"sku":"A","quantity":1}]}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => company.Post("/orders", body, "same")));
        answers.Select(a => a.Text).Distinct().Count().ShouldBe(1);
        answers[0].Status.ShouldBe(HttpStatusCode.Created);
        (await company.Post("/orders", body.Replace('1', '2'), "same")).Status.ShouldBe(
            HttpStatusCode.UnprocessableEntity
        );
    }

    [Fact]
    public async Task A_stale_version_is_refused_with_412()
    {
        var company = await house.NewCompany();
        var order = await company.Place(1);
        await company.Settle();
        (await company.Post($"/orders/{order}/hold", """{"reason":"check"}""", ifMatch: "\"0\"")).Code.ShouldBe(
            "if-match.stale"
        );
    }

    [Theory]
    [InlineData("""{"venture":"main","lines":[{"sku":"A","quantity":-1}]}""", "lines[0].quantity")]
    [InlineData("""{"venture":"main","lines":[{"sku":"A","quantity":0.0001}]}""", "lines[0].quantity")]
    [InlineData("""{"venture":"main","lines":[{"sku":"A","quantity":1e27}]}""", "lines[0].quantity")]
    [InlineData("""{"venture":"main","lines":[{"sku":"B","quantity":1}]}""", "lines[0].sku")]
    [InlineData("""{"venture":"main","lines":[{"sku":"A","quantity":1,"unit":"ZZ"}]}""", "lines[0].unit")]
    [InlineData("""{"venture":"gone","lines":[{"sku":"A","quantity":1}]}""", "venture")]
    [InlineData("""{"venture":"main","sites":["moon"],"lines":[{"sku":"A","quantity":1}]}""", "sites[0]")]
    [InlineData(
        """{"venture":"main","lines":[{"sku":"A","quantity":1,"line":"x"},{"sku":"A","quantity":1,"line":"x"}]}""",
        "lines[1].line"
    )]
    [InlineData("""{"venture":"main","requestedOn":"2026-02-30","lines":[{"sku":"A","quantity":1}]}""", "requestedOn")]
    [InlineData("""{"venture":"main","surprise":1,"lines":[]}""", "surprise")]
    [InlineData("""{"venture":"main","lines":[]}""", "lines")]
    [InlineData("""{"venture":"main",""", "$")]
    [InlineData("""{"venture":"main","lines":[null]}""", "lines[0]")]
    [InlineData("""{"venture":"main","lines":[{"sku":"A","quantity":1}],"sites":["north",null]}""", "sites[1]")]
    public async Task A_malformed_order_names_the_field_and_changes_nothing(string body, string field)
    {
        var company = await house.NewCompany();
        await company.Settle();
        var before = company.Log.Head;
        var reply = await company.Post("/orders", body);
        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Text);
        ((string)reply.Json["field"]!).ShouldBe(field, reply.Text);
        company.Log.Head.ShouldBe(before);
    }

    [Theory]
    [InlineData("""{"priority":null,"lines":[{"sku":"A","quantity":1}]}""", "priority", "null")]
    [InlineData(
        """{"lines":[{"sku":"A","quantity":"many","unit":"EA"}],"venture":"main"}""",
        "lines[0].quantity",
        "many"
    )]
    [InlineData("""{"venture":"main","colour":"red","lines":[]}""", "colour", "red")]
    [InlineData("""{"lines":{"sku":"A"}}""", "lines", """{"sku":"A"}""")]
    public async Task What_is_refused_of_a_body_is_quoted_and_nothing_beside_it(
        string body,
        string field,
        string? value
    )
    {
        var reply = await (await house.NewCompany()).Post("/orders", body);
        ((string?)reply.Json["field"], (string?)reply.Json["value"]).ShouldBe((field, value), reply.Text);
    }

    [Theory]
    [InlineData("""{"venture":"main","lines":[{"sku":"A","quantity":"many"}]}""", "lines[0].quantity", "a number")]
    [InlineData("""{"venture":"main","lines":[{"sku":"A","quantity":{}}]}""", "lines[0].quantity", "a number")]
    [InlineData("""{"venture":"main","lines":[{"sku":"A","quantity":true}]}""", "lines[0].quantity", "a number")]
    [InlineData("""{"venture":"main","lines":[{"sku":"A","unitPrice":3}]}""", "lines[0].unitPrice", "an object")]
    [InlineData("""{"venture":"main","venture":"main"}""", "venture", "venture is there twice")]
    [InlineData("""{"lines":[{"sku":"A","sku":"B"}]}""", "lines[0].sku", "sku is there twice")]
    [InlineData("""{"ventur":"main"}""", "ventur", "no member ventur")]
    [InlineData("""{"lines":[{"skuu":"A"}]}""", "lines[0].skuu", "no member skuu")]
    [InlineData("""{"sites":null}""", "sites", "null")]
    [InlineData("""{"priority":99999999999}""", "priority", "a whole number")]
    [InlineData("""{"venture":"main","priority":1.5}""", "priority", "a whole number")]
    [InlineData("""{"venture":7}""", "venture", "a text")]
    [InlineData("""{"lines":{"sku":"A"}}""", "lines", "a list")]
    [InlineData("""{"type":"Urgent"}""", "type", "one of Standard, Rush")]
    public async Task A_value_of_the_wrong_type_is_told_what_is_expected(string body, string field, string expected)
    {
        var company = await house.NewCompany();
        var reply = await company.Post("/orders", body);
        ((string)reply.Json["field"]!).ShouldBe(field, reply.Text);
        ((string)reply.Json["detail"]!).ShouldContain(expected);
        ((string?)reply.Json["value"]).ShouldNotBeNullOrEmpty(reply.Text);
        ((string?)reply.Json["remedy"]).ShouldNotBeNullOrEmpty(reply.Text);
        reply.Text.ShouldNotContain("Lading.");
    }

    [Fact]
    public async Task A_member_that_is_missing_is_named()
    {
        var company = await house.NewCompany();
        var reply = await company.Post("/projections/orders/skip", """{"position":1}""");
        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Text);
        ((string)reply.Json["detail"]!).ShouldContain("members are missing there: 'reason'");
        reply.Text.ShouldNotContain("Lading.");
    }

    [Theory]
    [InlineData("/orders", 1 << 20, "application/json")]
    [InlineData("/orders/batch", 32 << 20, "application/x-ndjson")]
    [InlineData("/session/sign-in", 16 << 10, "application/json")]
    public async Task A_body_over_the_limit_is_too_large_and_the_limit_is_named(string path, int limit, string type)
    {
        var company = await house.NewCompany();
        foreach (var chunked in (bool[])[false, true])
        {
            if (chunked && path == "/orders/batch")
                continue; // it is read up to there, and says where that is
            using var large = Large(path, limit + 1, type, chunked);
            var reply = await company.Send(large, "large");
            reply.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge, reply.Text);
            reply.Code.ShouldBe("request.too-large");
            ((string)reply.Json["detail"]!).ShouldContain($"{limit} bytes");
            ((string?)reply.Json["remedy"]).ShouldNotBeNullOrEmpty();
        }
    }

    [Theory]
    [InlineData("", 413)]
    [InlineData("""{"order":"CUT","venture":"main","lines":[{"sku":"A","quantity":1}]}""", 200)]
    public async Task A_batch_that_grows_over_the_limit_says_where_it_was_cut_off(string first, int status)
    {
        var company = await house.NewCompany();
        using var large = Large("/orders/batch", (32 << 20) + 1, "application/x-ndjson", chunked: true, first);
        await CutOff(company, large, status, (32 << 20) / 1_000 + 1);
    }

    [Theory]
    [InlineData("", 413, 1)]
    [InlineData("""{"order":"CUT","venture":"main","lines":[{"sku":"A","quantity":1}]}""" + "\n\n", 200, 3)]
    public async Task A_batch_with_a_line_over_the_limit_says_which(string before, int status, int line)
    {
        var company = await house.NewCompany();
        using var large = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders/batch");
        var body = before + new string(' ', 1 << 20) + "x\n{}\n";
        large.Content = new StringContent(body, Encoding.UTF8, "application/x-ndjson");
        await CutOff(company, large, status, line);
    }

    /// <summary>The order of the first line, where there is one, is placed and answered; the cut comes last.</summary>
    private static async Task CutOff(Company company, HttpRequestMessage batch, int status, int line)
    {
        await company.Settle();
        var before = company.Log.Head;
        var reply = await company.Send(batch, "large");
        ((int)reply.Status).ShouldBe(status, reply.Text);
        var answers = reply.Text.TrimEnd().Split('\n').Select(l => JsonNode.Parse(l)!).ToList();
        var cut = status == 413 ? answers[0] : answers[^1]["problem"]!;
        ((int)cut["status"]!, (string?)cut["code"], (int)cut["line"]!).ShouldBe((413, "orders.batch-too-large", line));
        ((string)cut["detail"]!).ShouldContain($"line {line}");
        ((string)cut["remedy"]!).ShouldContain($"from line {line} on");
        answers.Count.ShouldBe(status == 413 ? 1 : 2);
        if (status == 413)
        {
            company.Log.Head.ShouldBe(before);
            return;
        }

        ((int)answers[0]["status"]!, (int)answers[^1]["line"]!).ShouldBe((201, line));
        (await company.Get("/orders/CUT", atLeast: (long)answers[0]["position"]!)).Status.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Blank lines of a thousand bytes: too much for every route, whatever it would make of them.</summary>
    private static HttpRequestMessage Large(string path, int bytes, string type, bool chunked, string first = "")
    {
        var body = new byte[bytes];
        body.AsSpan().Fill((byte)' ');
        for (var at = 999; at < bytes; at += 1_000)
            body[at] = (byte)'\n';
        Encoding.UTF8.GetBytes(first).CopyTo(body, 0);
        var large = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path) { Content = new ByteArrayContent(body) };
        large.Content.Headers.ContentType = new(type);
        large.Headers.TransferEncodingChunked = chunked;
        return large;
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once()
    {
        var company = await house.NewCompany();
        var reply = await company.Post(
            "/orders",
            """{"venture":"gone","priority":0,"lines":[{"sku":"B","quantity":-1}]}"""
        );
        reply.Json["errors"]!
            .AsArray()
            .Select(e => (string)e!["field"]!)
            .ShouldBe(["venture", "priority", "lines[0].sku", "lines[0].quantity"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_write_without_a_key_or_with_another_content_type_is_refused()
    {
        var company = await house.NewCompany();
        using var bare = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders")
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        (await company.Send(bare, null)).Code.ShouldBe("idempotency-key.missing");
        using var text = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders")
        {
            Content = new StringContent("{}", Encoding.UTF8, "text/plain"),
        };
        (await company.Send(text, "k")).Code.ShouldBe("request.content-type");
    }

    [Theory]
    [InlineData("5")]
    [InlineData("\"five\"")]
    [InlineData("\"1\", \"2\"")]
    [InlineData("W/\"1\"")]
    public async Task An_If_Match_that_is_no_version_is_quoted_back(string value)
    {
        var company = await house.NewCompany();
        var order = await company.Place(1);
        await company.Settle();
        var before = company.Log.Head;
        var reply = await company.Post($"/orders/{order}/hold", """{"reason":"check"}""", ifMatch: value);
        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Text);
        (reply.Code, (string?)reply.Json["field"], (string?)reply.Json["value"]).ShouldBe(
            ("if-match.malformed", "If-Match", value)
        );
        company.Log.Head.ShouldBe(before);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("1.5")]
    [InlineData("9223372036854775808")]
    public async Task A_Lading_At_Least_that_is_no_position_is_quoted_back(string value)
    {
        var company = await house.NewCompany();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/orders");
        request.Headers.Add("Lading-At-Least", value);
        var reply = await company.Send(request, null);
        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Text);
        (reply.Code, (string?)reply.Json["field"], (string?)reply.Json["value"]).ShouldBe(
            ("lading-at-least.malformed", "Lading-At-Least", value)
        );
    }

    [Theory]
    [InlineData("/orders?limit=0", "limit")]
    [InlineData("/orders?limit=many", "limit")]
    [InlineData("/orders?cursor=bm90IGEgY3Vyc29y", "cursor")]
    [InlineData("/events?after=-1", "after")]
    [InlineData("/inventory/stock/A?asOf=yesterday", "asOf")]
    public async Task A_malformed_query_names_the_parameter(string path, string field)
    {
        var company = await house.NewCompany();
        var reply = await company.Get(path);
        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Text);
        ((string)reply.Json["field"]!).ShouldBe(field);
    }

    [Fact]
    public async Task A_list_pages_by_cursor_without_repeating_or_missing()
    {
        var company = await house.NewCompany();
        var placed = new List<string>();
        for (var i = 0; i < 7; i++)
            placed.Add(await company.Place(1));
        await company.Settle();
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null; )
        {
            var page = (await company.Get($"/orders?limit=3{(cursor.Length > 0 ? "&cursor=" + cursor : "")}")).Json;
            seen.AddRange(page["items"]!.AsArray().Select(i => (string)i!["order"]!));
            cursor = (string?)page["next"];
        }

        placed.Reverse();
        seen.ShouldBe(placed);
    }

    [Fact]
    public async Task A_reader_may_ask_to_see_its_own_write()
    {
        var company = await house.NewCompany();
        var reply = await company.Post(
            "/orders",
            """{"order":"MINE","venture":"main","lines":[{"sku":"A","quantity":1}]}"""
        );
        var list = await company.Get("/orders?q=MINE", atLeast: reply.Position);
        list.Json["items"]!.AsArray().Count.ShouldBe(1);
        (await company.Get("/orders", atLeast: reply.Position + 1_000_000)).Code.ShouldBe("read-model.behind");
    }
}
