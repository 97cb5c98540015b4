using System.Collections;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Lading.Platform.SignIn;
using Lading.Server;
using Lading.Server.Admin;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Lading.Http.Tests;

/// <summary>What the API document says of each route is what the route does: the names it takes in path, query and
/// headers, who may call, and how it says no.</summary>
public sealed partial class ContractTests(House house)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The routes that the document describes.</summary>
    private IReadOnlyList<RouteEndpoint> Routes =>
        [
            .. house.Server.Endpoints.Where(e =>
                e.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true }
            ),
        ];

    [Fact]
    public async Task The_type_of_an_order_is_one_of_the_names_that_the_document_tells()
    {
        var type = (await Document())["components"]!["schemas"]!["OrderType"]!;
        ((string?)type["type"]).ShouldBe("string");
        var company = await house.NewCompany();
        foreach (var name in type["enum"]!.AsArray().Select(n => (string)n!).Append("0"))
        {
            var order = $$"""{"venture":"main","type":"{{name}}","lines":[{"sku":"A","quantity":1}]}""";
            var reply = await company.Post("/orders", order);
            reply.Status.ShouldBe(name == "0" ? HttpStatusCode.BadRequest : HttpStatusCode.Created, reply.Text);
        }
    }

    [Fact]
    public async Task Every_operation_declares_its_path_its_credentials_and_how_it_says_no()
    {
        var document = await Document();
        var schemes = document["components"]!["securitySchemes"]!.AsObject().Select(s => s.Key).ToArray();
        Routes.Count.ShouldBeGreaterThan(120);
        foreach (var route in Routes)
        {
            var (name, operation) = (Permissions.NameOf(route), Of(document, route));
            var parameters = Parameters(operation);
            parameters.Select(p => (p.In, p.Name)).ShouldBeUnique();
            var inPath = parameters.Where(p => p.In == "path").ToArray();
            inPath.Select(p => p.Name).ShouldBe(route.RoutePattern.Parameters.Select(p => p.Name), name);
            inPath.ShouldAllBe(p => p.Required && p.Type != null, name);

            var needs = route.Metadata.GetMetadata<Permission>()!.Name;
            var credentials = operation["security"]?.AsArray().Select(s => s!.AsObject().Single().Key).ToArray() ?? [];
            string[] expected = needs switch
            {
                "" => [],
                HostAccess.Permission => ["key"],
                _ => ["key", "token", "session"],
            };
            credentials.ShouldBe(expected, name);
            credentials.ShouldBeSubsetOf(schemes, name);
            (
                (string?)operation["responses"]!["default"]!["content"]!["application/problem+json"]!["schema"]!["$ref"]
            ).ShouldBe("#/components/schemas/Problem", name);
        }
    }

    [Fact]
    public async Task Every_reference_of_the_document_leads_somewhere_and_a_problem_needs_only_what_it_always_has()
    {
        var document = await Document();
        foreach (Match found in Reference().Matches(document.ToJsonString()))
            document["components"]!
                [found.Groups["kind"].Value]
                .ShouldNotBeNull(found.Value)[found.Groups["name"].Value]
                .ShouldNotBeNull(found.Value);
        document["components"]!["schemas"]!["Problem"]!["required"]!
            .AsArray()
            .Select(n => (string)n!)
            .ShouldBe(["type", "title", "status", "detail", "code"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_document_names_what_the_code_reads_of_a_query_and_nothing_else()
    {
        var document = await Document();
        var company = await house.NewCompany();
        var order = await company.Place(1);
        await company.Settle();
        using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(house.Host.Clock)
            .AddSingleton(house.Host.Accounts)
            .BuildServiceProvider();
        var named = 0;
        foreach (var route in Routes)
        {
            var name = Permissions.NameOf(route);
            var said = Parameters(Of(document, route)).Where(p => p.In == "query").Select(p => p.Name).ToArray();
            said.ShouldBe(route.Metadata.GetOrderedMetadata<QueryName>().Select(n => n.Name), name);
            if (said.Length == 0 || name.EndsWith("/callback", StringComparison.Ordinal))
                continue; // what another sends back is read step by step
            named++;
            var query = new ReadNames { Value = HttpMethods.IsPost(MethodOf(route)) ? "?" : "" };
            var http = new DefaultHttpContext { RequestServices = services };
            http.SetEndpoint(route);
            http.Request.Method = MethodOf(route);
            http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes("""{"heads":[]}"""));
            http.Response.Body = new MemoryStream();
            http.Request.RouteValues = new(
                new Dictionary<string, object?>
                {
                    ["sku"] = "A",
                    ["order"] = order,
                    ["position"] = "1",
                }
            );
            http.Features.Set<IQueryFeature>(new QueryFeature(query));
            var rights = Rights.Everything;
            http.Features.Set(
                new Caller(
                    company.Tenant.Id,
                    company.Log,
                    new Identity("test", "test"),
                    rights,
                    Reach.Whole,
                    rights.Find("any.thing")!
                )
            );
            await route.RequestDelegate!(http);
            query.Names.ShouldBe(said, ignoreOrder: true, name);
        }

        named.ShouldBeGreaterThan(15);
    }

    [Fact]
    public async Task A_name_that_a_route_does_not_know_is_refused_with_those_it_knows()
    {
        var company = await house.NewCompany();
        foreach (var route in Routes.Where(r => r.Metadata.GetMetadata<Permission>()!.Name is not Permissions.Self))
        {
            if (Permissions.NameOf(route).EndsWith("/callback", StringComparison.Ordinal))
                continue;
            var reply = await Ask(company, route, "?stat=open");
            reply.Status.ShouldBe(HttpStatusCode.BadRequest, Permissions.NameOf(route));
            ((string?)reply.Json["field"], (string?)reply.Json["value"]).ShouldBe(("stat", "open"));
            foreach (var name in route.Metadata.GetOrderedMetadata<QueryName>())
                ((string?)reply.Json["remedy"])!.ShouldContain(name.Name);
        }

        var twice = await company.Get("/orders?state=open&limit=5&state=held");
        ((string?)twice.Json["field"]).ShouldBe("state", twice.Text);
        (await company.Get("/orders?state=open&limit=5")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_changes_something_needs_an_idempotency_key_or_says_why_not()
    {
        var company = await house.NewCompany();
        var commands = 0;
        foreach (var route in Routes.Where(r => MethodOf(r) != "GET"))
        {
            var name = Permissions.NameOf(route);
            var declared = route.Metadata.GetOrderedMetadata<RequestHeader>();
            var reply = await Ask(company, route);
            if (declared.Contains(RequestHeaders.IdempotencyKey))
            {
                commands++;
                reply.Code.ShouldBe("idempotency-key.missing", name);
                route.Metadata.GetMetadata<Unkeyed>().ShouldBeNull(name);
            }
            else
            {
                route.Metadata.GetMetadata<Unkeyed>().ShouldNotBeNull(name).Why.Length.ShouldBeGreaterThan(20, name);
                if (reply.Text.Length > 0)
                    reply.Code.ShouldNotBe("idempotency-key.missing", name);
            }
        }

        commands.ShouldBeGreaterThan(45);
    }

    [Fact]
    public async Task A_rebuild_sent_again_is_not_begun_again_and_needs_no_body()
    {
        var company = await house.NewCompany();
        async Task<Reply> Rebuild(string name, string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/projections/{name}/rebuild");
            return await company.Send(request, key);
        }

        var first = await Rebuild("skus", "one");
        (first.Status, first.Headers.Contains("Idempotent-Replayed")).ShouldBe((HttpStatusCode.OK, false), first.Text);
        var again = await Rebuild("skus", "one");
        (again.Text, again.Headers.Contains("Idempotent-Replayed")).ShouldBe((first.Text, true));
        (await Rebuild("customers", "one")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Rebuild("nothing", "two")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_document_says_which_reads_wait_for_a_position_and_which_writes_for_a_version()
    {
        var (document, company) = (await Document(), await house.NewCompany());
        foreach (var route in Routes)
        {
            var (name, said) = (Permissions.NameOf(route), Parameters(Of(document, route)));
            var headers = said.Where(p => p.In == "header").ToArray();
            headers
                .Select(p => (p.Name, p.Required))
                .ShouldBe(route.Metadata.GetOrderedMetadata<RequestHeader>().Select(h => (h.Name, h.IsNeeded)), name);
            if (route.Metadata.GetMetadata<Permission>()!.Name is "" or HostAccess.Permission)
                continue;
            var (asks, code) =
                MethodOf(route) == "GET"
                    ? (RequestHeaders.AtLeast, "lading-at-least.malformed")
                    : (RequestHeaders.IfMatch, "if-match.malformed");
            var reply = await Ask(company, route, "", (asks.Name, "x"), ("Idempotency-Key", "a key"));
            CodeOf(reply).Equals(code, StringComparison.Ordinal).ShouldBe(headers.Any(h => h.Name == asks.Name), name);
        }
    }

    [Fact]
    public async Task What_is_read_with_its_version_is_changed_by_it_once()
    {
        var company = await house.NewCompany();
        async Task<Reply> Put(string path, string json, string ifMatch)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1" + path)
            {
                Content = new StringContent(json, Encoding.UTF8, "application/json"),
            };
            return await company.Send(request, Guid.NewGuid().ToString(), ifMatch);
        }

        await company.Receive(5);
        const string sku = """{"description":"read first"}""";
        var tag = TagOf(await company.Get("/skus/A"));
        TagOf(await company.Get("/inventory/stock/A")).ShouldBe(tag);
        (await Put("/skus/A", sku, tag)).Status.ShouldBe(HttpStatusCode.OK);
        (await Put("/skus/A", sku, tag)).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        TagOf(await company.Get("/skus/A")).ShouldNotBe(tag);

        const string pounds = """{"timeZone":"Etc/UTC","currency":"GBP","units":"imperial"}""";
        var before = TagOf(await company.Get("/settings"));
        (await Put("/settings", pounds, before)).Status.ShouldBe(HttpStatusCode.OK);
        (await Put("/settings", pounds, before)).Status.ShouldBe(HttpStatusCode.PreconditionFailed);

        foreach (var hidden in (string[])["/skus/B", "/inventory/stock/B", "/members/nobody", "/skus", "/orders"])
            (await company.Get(hidden)).Headers.ETag.ShouldBeNull(hidden);
        (await company.Get("/inventory/stock/A?asOf=2026-01-01")).Headers.ETag.ShouldBeNull("of the past");
        foreach (var route in Routes.Where(r => MethodOf(r) == "GET"))
        {
            var said = Of(await Document(), route)["responses"]!["200"]?["headers"]?["ETag"];
            (said is not null).ShouldBe(route.Metadata.GetMetadata<Versioned>() is not null, route.DisplayName);
        }
    }

    private static string TagOf(Reply reply) => reply.Headers.ETag.ShouldNotBeNull(reply.Text).Tag;

    private sealed record Parameter(string In, string Name, bool Required, string? Type);

    private async Task<JsonNode> Document()
    {
        using var http = new HttpClient { BaseAddress = new Uri(house.Server.Address) };
        return JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json", Stop))!;
    }

    private static JsonNode Of(JsonNode document, RouteEndpoint route) =>
        document["paths"]![Constraint().Replace(route.RoutePattern.RawText!, "")]![MethodOf(route).ToLowerInvariant()]!;

    private static Parameter[] Parameters(JsonNode operation) =>
        [
            .. (operation["parameters"]?.AsArray() ?? []).Select(p => new Parameter(
                (string)p!["in"]!,
                (string)p["name"]!,
                (bool?)p["required"] ?? false,
                (string?)p["schema"]!["type"]
            )),
        ];

    private static string MethodOf(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single();

    private static string CodeOf(Reply reply) => reply.Type == "application/problem+json" ? reply.Code! : "";

    /// <summary>Asks a route with nothing in its body, as who may.</summary>
    private async Task<Reply> Ask(
        Company company,
        RouteEndpoint route,
        string query = "",
        params (string Name, string Value)[] headers
    )
    {
        var path = route.RoutePattern.RawText!.Replace("{sku}", "A").Replace("{name}", "skus");
        path = Placeholder().Replace(path.Replace("{position:long}", "1"), "x") + query;
        using var request = new HttpRequestMessage(new HttpMethod(MethodOf(route)), path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var isHosts = route.Metadata.GetMetadata<Permission>()!.Name == HostAccess.Permission;
        return await company.Send(request, null, withKey: isHosts && query.Length > 0 ? house.OwnersKey : null);
    }

    /// <summary>A query in which every name has one value, and which remembers what was asked of it.</summary>
    private sealed class ReadNames : IQueryCollection
    {
        public required string Value { get; init; }

        public SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

        public StringValues this[string key]
        {
            get
            {
                Names.Add(key);
                return Value;
            }
        }

        public int Count => 0;

        public ICollection<string> Keys => [];

        public bool ContainsKey(string key) => throw new NotSupportedException();

        public bool TryGetValue(string key, out StringValues value) => throw new NotSupportedException();

        public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => throw new NotSupportedException();

        IEnumerator IEnumerable.GetEnumerator() => throw new NotSupportedException();
    }

    [GeneratedRegex(@":\w+(?=\})")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("\"#/components/(?<kind>\\w+)/(?<name>[^\"]+)\"")]
    private static partial Regex Reference();
}
