using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Server.Admin;

namespace Lading.Http.Tests;

/// <summary>A new company's time zone, currency and units, given when it is made and changed later.</summary>
public class TenantTests(House house)
{
    private static int made;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_tenant_is_made_with_stands_in_its_settings_and_its_first_site_keeps_its_time()
    {
        var slug = NewSlug();
        var answer = await Create(
            $$"""{"slug":"{{slug}}","timeZone":"America/Chicago","currency":"USD","units":"imperial"}"""
        );
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        (await Settings(slug)).ShouldBe(("America/Chicago", "USD", "imperial"));
        (await SiteZone(slug)).ShouldBe("America/Chicago");
    }

    [Fact]
    public async Task What_is_left_out_is_as_usual_and_alone_writes_no_fact()
    {
        var (usual, partly) = (NewSlug(), NewSlug());
        (await Create($$"""{"slug":"{{usual}}","timeZone":null}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await Settings(usual)).ShouldBe(("Etc/UTC", "EUR", "metric"));
        (await SiteZone(usual)).ShouldBe("Etc/UTC");
        (await Log(usual)).Head.ShouldBe(2, "its venture and its site");

        (await Create($$"""{"slug":"{{partly}}","currency":"JPY"}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await Settings(partly)).ShouldBe(("Etc/UTC", "JPY", "metric"));
        (await Log(partly)).Head.ShouldBe(3);
    }

    [Fact]
    public async Task What_was_cut_short_before_its_first_fact_is_made_to_the_end_once()
    {
        var slug = NewSlug();
        house.Host.Tenants.Create(slug, "Cut short");
        var body = $$"""{"slug":"{{slug}}","name":"Cut short","currency":"JPY"}""";
        (await Create(body.Replace("Cut short", "Another"))).Code.ShouldBe("tenants.exists");
        (await Create(body)).Status.ShouldBe(HttpStatusCode.Created);
        (await Settings(slug)).ShouldBe(("Etc/UTC", "JPY", "metric"));
        (await SiteZone(slug)).ShouldBe("Etc/UTC");
        (await Create(body)).Code.ShouldBe("tenants.exists");

        var raced = NewSlug();
        var same = $$"""{"slug":"{{raced}}"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Create(same)));
        answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(a => a.Code == "tenants.exists").ShouldBe(7);
        (await Log(raced)).Head.ShouldBe(2);
    }

    [Theory]
    [InlineData("timeZone", "Mars/Olympus", "Europe/London")]
    [InlineData("timeZone", "GMT+1", "Europe/London")]
    [InlineData("timeZone", "Pacific Standard Time", "Europe/London")]
    [InlineData("timeZone", "localtime", "Europe/London")]
    [InlineData("timeZone", "posix/Europe/London", "Europe/London")]
    [InlineData("timeZone", "../../../etc/localtime", "Europe/London")]
    [InlineData("timeZone", "", "Europe/London")]
    [InlineData("currency", "euro", "EUR")]
    [InlineData("currency", "eur", "EUR")]
    [InlineData("currency", "XXX", "EUR")]
    [InlineData("currency", "", "EUR")]
    [InlineData("units", "cubits", "metric")]
    [InlineData("units", "Metric", "metric")]
    [InlineData("units", "", "metric")]
    public async Task A_bad_value_makes_no_tenant_and_is_named_with_an_example_of_a_good_one(
        string field,
        string value,
        string example
    )
    {
        var slug = NewSlug();
        var answer = await Create(new JsonObject { ["slug"] = slug, [field] = value }.ToJsonString());
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
        var wrong = answer.Json["errors"]!.AsArray().Single()!;
        ((string)wrong["field"]!, (string)wrong["value"]!).ShouldBe((field, value));
        ((string)wrong["remedy"]!).ShouldContain(example, Case.Sensitive);
        house.Host.Tenants.Tenants.ShouldNotContain(t => t.Slug == slug);
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_new_tenant_is_said_at_once()
    {
        var answer = await Create("""{"slug":"NO","timeZone":"Mars","currency":"XXQ","units":"cubits"}""");
        answer.Json["errors"]!
            .AsArray()
            .Select(e => (string)e!["field"]!)
            .ShouldBe(["slug", "timeZone", "currency", "units"]);
    }

    [Fact]
    public async Task Another_currency_of_the_company_leaves_the_amounts_of_its_orders_as_they_were_given()
    {
        var company = await house.NewCompany();
        const string order = """
            {"venture":"main","lines":[{"sku":"A","quantity":3,"unitPrice":{"amount":2.5,"currency":"EUR"}}]}
            """;
        var id = (string)(await company.Post("/orders", order)).Json["id"]!;
        var before = (await company.Get($"/orders/{id}")).Json["amount"]!.ToJsonString();
        before.ShouldBe("""{"amount":7.5,"currency":"EUR"}""");
        const string yen = """{"timeZone":"Asia/Tokyo","currency":"JPY","units":"metric"}""";
        using var put = new HttpRequestMessage(HttpMethod.Put, "/api/v1/settings")
        {
            Content = new StringContent(yen, Encoding.UTF8, "application/json"),
        };
        (await company.Send(put, NewSlug())).Status.ShouldBe(HttpStatusCode.OK);
        (await company.Get($"/orders/{id}")).Json["amount"]!.ToJsonString().ShouldBe(before);
    }

    private static string NewSlug() => $"made{Interlocked.Increment(ref made)}";

    private Task<Reply> Create(string body) => Ask(HttpMethod.Post, "/tenants", null, body);

    private async Task<(string Zone, string Currency, string Units)> Settings(string tenant)
    {
        var said = (await Ask(HttpMethod.Get, "/settings", tenant)).Json;
        return ((string)said["timeZone"]!, (string)said["currency"]!, (string)said["units"]!);
    }

    private async Task<string> SiteZone(string tenant) =>
        (string)(await Ask(HttpMethod.Get, "/sites", tenant)).Json["items"]!.AsArray().Single()!["timeZone"]!;

    private ValueTask<Lading.Log.TenantLog> Log(string tenant) =>
        house.Host.Tenants.Log(house.Host.Tenants.Tenants.Single(t => t.Slug == tenant).Id);

    /// <summary>As who owns the data folder.</summary>
    private async Task<Reply> Ask(HttpMethod method, string path, string? tenant, string? body = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, house.Server.Address + "/api/v1" + path);
        request.Headers.Authorization = new("Bearer", house.OwnersKey);
        if (tenant is not null)
            request.Headers.Add(HostAccess.TenantHeader, tenant);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Stop);
        return await Reply.Of(answer);
    }
}
