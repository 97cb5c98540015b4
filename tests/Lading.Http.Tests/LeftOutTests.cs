using System.Net;
using System.Text.Json.Nodes;
using Lading.Kernel;
using Lading.Log.Sqlite;

namespace Lading.Http.Tests;

/// <summary>A read model that cannot write one fact's rows, and the way out of it. On a host of its own: it turns
/// health red.</summary>
public sealed class LeftOutTests
{
    private const string Skip = "/projections/order-timeline/skip";

    [Fact]
    public async Task A_skip_is_a_fact_with_its_reason_and_health_stays_red_until_it_is_mended()
    {
        var house = new House { OnFiles = true };
        await house.InitializeAsync();
        try
        {
            var company = await house.NewCompany();
            await company.Receive(10);
            BreakTimelineOf(house, company, "BAD");
            await Place(company, "GOOD-1");
            var at = (await Place(company, "BAD")).Position;
            await Place(company, "GOOD-2");
            (await Stopped(company)).ShouldContain($"At position {at} ");

            await Refused(company, $$"""{"position":{{at + 1}},"reason":"not there"}""", HttpStatusCode.NotFound);
            await Refused(company, $$"""{"position":{{at}},"reason":" "}""", HttpStatusCode.BadRequest);
            var first = await company.Post(Skip, $$"""{"position":{{at}},"reason":"a test"}""", "skip-it");
            first.Status.ShouldBe(HttpStatusCode.OK, first.Text);
            var again = await company.Post(Skip, $$"""{"position":{{at}},"reason":"a test"}""", "skip-it");
            again.Position.ShouldBe(first.Position);

            var entries = await company.Get("/orders/GOOD-2/timeline", atLeast: company.Log.Head);
            entries.Json["items"]!.AsArray().Count.ShouldBeGreaterThan(0, entries.Text);
            (await Failures(company)).ShouldBe([$"Position {at} was left out: a test"]);
            (await Ready(house)).ShouldBe(HttpStatusCode.ServiceUnavailable);
            var fact = (await company.Get($"/events?after={first.Position - 1}&limit=1")).Json["items"]![0]!;
            ((string)fact["type"]!).ShouldBe("platform.projection-skipped.v1");

            await company.Post("/projections/order-timeline/mended", """{"reason":"said so"}""");
            (await Failures(company)).ShouldBeEmpty();
            (await Ready(house)).ShouldBe(HttpStatusCode.OK);
            var nothing = await company.Post("/projections/order-timeline/mended", """{"reason":"again"}""");
            nothing.Status.ShouldBe(HttpStatusCode.NotFound, nothing.Text);
        }
        finally
        {
            await house.DisposeAsync();
        }
    }

    /// <summary>As a damaged page or a constraint would: the rows of one order are refused by the file.</summary>
    private static void BreakTimelineOf(House house, Company company, string order)
    {
        using var db = SqliteDb.OpenWriter(
            Path.Combine(house.Folder, "tenants", company.Tenant.Slug, "read.db"),
            full: false
        );
        var table = db.Scalar(
            "select name from sqlite_master where type = 'table' and name glob 'order_timeline__v*'",
            r => r.Text(0)
        );
        db.Execute(
            $"create trigger broken before insert on {table} when new.order_no = '{order}' "
                + "and new.type like '%placed%' begin select raise(abort, 'broken for the test'); end"
        );
    }

    private static Task<Reply> Place(Company company, string number) =>
        company.Post(
            "/orders",
            $$$"""{"order":"{{{number}}}","venture":"main","lines":[{"sku":"A","quantity":1,"unit":"EA"}]}"""
        );

    private static async Task Refused(Company company, string body, HttpStatusCode status)
    {
        var reply = await company.Post(Skip, body);
        reply.Status.ShouldBe(status, reply.Text);
        var stream = StreamName.Of("projection", "order-timeline");
        (await company.Log.ReadStream(stream, 0, 10, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    private static async Task<string> Stopped(Company company)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (await look.WaitForNextTickAsync(patience.Token))
            if ((await Failures(company)).FirstOrDefault() is { } failure)
                return failure;
        throw new InvalidOperationException("The timer ended.");
    }

    private static async Task<List<string>> Failures(Company company) =>
        [
            .. (await company.Get("/projections")).Json["items"]!
                .AsArray()
                .Select(i => (string?)((JsonObject)i!)["failure"])
                .OfType<string>(),
        ];

    private static async Task<HttpStatusCode> Ready(House house)
    {
        using var http = new HttpClient { BaseAddress = new Uri(house.Server.Address) };
        using var answer = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
