using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lading.Kernel;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Lading.Platform.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lading.Server.Tests;

/// <summary>The planner's bench over HTTP: a file in, better and better plans out, and nobody's work goes on when
/// nobody waits for it.</summary>
public class PlanBenchSpecs(PlanBench bench) : IClassFixture<PlanBench>
{
    private const string TwoStops = "lat,lon,demand\n53.8,-1.5,\n53.9,-1.6,3\n53.7,-1.4,4\n";
    private const string Forever = "?seconds=300";

    private static string Sample(string name) => File.ReadAllText(Path.Combine(Repository.Root, "samples", name));

    [Fact]
    public async Task A_list_of_stops_becomes_a_verified_plan_and_who_is_left_out_is_told_what_would_make_it_fit()
    {
        using var run = await bench.Routes(
            bench.NewKey("planning.solve"),
            Sample("stops.csv"),
            "?seconds=2&vehicles=8&capacity=100"
        );
        run.Status.ShouldBe(HttpStatusCode.OK);
        var events = await run.Rest();
        events.Select(e => e.Name).Distinct().ShouldBe(["read", "better", "plan", "why", "done"]);
        var (read, plan) = (events[0].Data, events.First(e => e.Name == "plan").Data);
        ((string)read["surface"]!).ShouldBe("earth");
        ((bool)plan["verified"]!["feasible"]!).ShouldBeTrue(plan["verified"]!.ToJsonString());
        Names(read, plan["leftOut"]!).ShouldBe(["Whitby harbour", "Hull cold store"]);
        var served = plan["routes"]!.AsArray().Sum(r => r!["stops"]!.AsArray().Count);
        served.ShouldBe(read["stops"]!.AsArray().Count - 2);
        var whys = events.Where(e => e.Name == "why").Select(e => e.Data).ToList();
        ((string)whys[0]["reasons"]![0]!["obstacle"]!).ShouldBe("window");
        ((string)whys[1]["reasons"]![0]!["obstacle"]!).ShouldBe("capacity");
        foreach (var why in whys)
            why["wouldFit"]!.AsArray().Count.ShouldBeGreaterThan(0);
        ((string)whys[0]["wouldFit"]![0]!["words"]!).ShouldMatch(@"^open until \d\d:\d\d, \d+ h( \d+ min)? later$");
        ((int)events[^1].Data["explained"]!).ShouldBe(2);
    }

    [Fact]
    public async Task Each_plan_shown_on_the_way_is_better_than_the_one_before_and_the_last_is_the_plan()
    {
        using var run = await bench.Routes(bench.NewKey("*"), Sample("benchmark.txt"), "?seconds=3&whySeconds=0");
        var events = await run.Rest();
        var better = events.Where(e => e.Name == "better").Select(e => Rank(e.Data)).ToList();
        better.Zip(better.Skip(1)).ShouldAllBe(p => p.Second.CompareTo(p.First) < 0);
        var plan = events.First(e => e.Name == "plan").Data;
        (plan["leftOut"]!.AsArray().Count, (double)plan["cost"]!).CompareTo(better[^1]).ShouldBeLessThanOrEqualTo(0);
        ((string)events[0].Data["surface"]!).ShouldBe("plane");
    }

    [Theory]
    [InlineData(
        "NAME : t\nTYPE : CVRP\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 9\nNODE_COORD_SECTION\n"
            + "1 0 0\n2 3 4\n3 6 8\nDEMAND_SECTION\n1 0\n2 3\n3 4\nDEPOT_SECTION\n1\n-1\nEOF\n",
        20.0
    )]
    [InlineData("2 9 1\n0 0 0 0 0 1000 0 0 0\n1 3 4 5 0 900 1 0 2\n2 6 8 -5 0 900 1 1 0\n", 20.0)]
    [InlineData(
        """
            {"locations":[{"name":"d","x":0,"y":0},{"name":"a","x":3,"y":4}],"clients":[{"id":"a","location":1}],
            "vehicles":[{"id":"v","start":0,"end":0}]}
            """,
        10.0
    )]
    public async Task Every_format_is_told_by_how_it_begins(string file, double cost)
    {
        using var run = await bench.Routes(bench.NewKey("*"), file, "?seconds=0.2");
        ((double)(await run.Until("plan"))["cost"]!).ShouldBe(cost, 0.01);
    }

    [Theory]
    [InlineData("", "routing.empty-file", "file", 1)]
    [InlineData("PK\u0003\u0004\0\0\0", "routing.not-text", "file", 1)]
    [InlineData("lat,lon,demand\n53.8,-1.5,\n93.9,-1.6,3\n", "routing.out-of-range", "lat", 3)]
    [InlineData("lat,lon,demand\n53.8,-1.5,\n53.9,-1.6,many\n", "routing.not-a-number", "demand", 3)]
    [InlineData("lat,lon,dmeand\n53.8,-1.5,\n", "routing.unknown-column", "column 3", 1)]
    [InlineData("id,lat,lon\nd,1,1\na,1,2\na,1,3\n", "routing.duplicate-id", "clients[1].id", 4)]
    [InlineData("lat,lon,open,close\n1,1,,\n1,2,12:00,11:00\n", "routing.window-reversed", "close", 3)]
    [InlineData("lat,lon\n1,1\n\"1,2\n", "routing.malformed-line", "line", 3)]
    [InlineData("lat,lon\n1,1\n", "routing.no-clients", "clients", null)]
    [InlineData("{\"locations\":[],\"cleints\":[]}", "routing.json", "cleints", 1)]
    [InlineData("NAME : x\nDIMENSION : 2000000000\nCAPACITY : 1\nNODE_COORD_SECTION\n1 0 0\n", null, null, null)]
    public async Task A_file_that_is_wrong_is_refused_by_line_and_field(
        string file,
        string? code,
        string? field,
        int? line
    )
    {
        using var run = await bench.Routes(bench.NewKey("*"), file);
        run.Status.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await run.Problem();
        ((string?)problem["detail"]).ShouldNotBeNullOrEmpty();
        if (code is null)
            return;
        ((string?)problem["code"]).ShouldBe(code);
        ((string?)problem["field"]).ShouldBe(field);
        ((int?)problem["line"]).ShouldBe(line);
    }

    [Fact]
    public async Task Deep_nesting_and_noise_are_refused_like_any_other_file()
    {
        var key = bench.NewKey("*");
        using var deep = await bench.Routes(key, new string('[', 500_000) + "{");
        deep.Status.ShouldBe(HttpStatusCode.BadRequest);
        using var nested = await bench.Routes(key, "{\"clients\":" + new string('[', 500_000));
        nested.Status.ShouldBe(HttpStatusCode.BadRequest);
        var noise = new byte[1_000_000];
        new Random(1).NextBytes(noise);
        using var random = await bench.Routes(key, noise);
        ((string?)(await random.Problem())["code"]).ShouldBe("routing.not-text");
        using var large = await bench.Routes(key, new byte[WorkAnswer.MaxFile + 1]);
        large.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        ((string?)(await large.Problem())["code"]).ShouldBe("work.file-too-large");
    }

    [Fact]
    public async Task A_hundred_thousand_stops_are_refused_with_the_limit()
    {
        var text = new StringBuilder("lat,lon,demand\n");
        for (var i = 0; i < 100_001; i++)
            text.Append(53 + (i % 1_000 / 1_000.0)).Append(',').Append(i / 100_000.0).Append(",1\n");
        using var run = await bench.Routes(bench.NewKey("*"), text.ToString());
        var problem = await run.Problem();
        ((string?)problem["code"]).ShouldBe("routing.too-many-clients");
        ((string?)problem["detail"])!.ShouldContain("25000");
    }

    [Fact]
    public async Task What_is_asked_for_beside_the_file_is_checked_all_at_once()
    {
        async Task<IEnumerable<string>> Wrong(string query)
        {
            using var run = await bench.Routes(bench.NewKey("*"), TwoStops, query);
            run.Status.ShouldBe(HttpStatusCode.BadRequest);
            return (await run.Problem())["errors"]!.AsArray().Select(e => (string)e!["field"]!);
        }

        (await Wrong("?seconds=1e9&vehicles=0&seed=-1")).ShouldBe(["seconds", "vehicles", "seed"]);
        (await Wrong("?seconds=1&speeed=3&vehicels=2")).ShouldBe(["speeed", "vehicels"]);
    }

    [Fact]
    public async Task Who_may_not_plan_is_refused()
    {
        using var run = await bench.Routes(bench.NewKey("planning.forecast"), TwoStops);
        run.Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_work_of_a_caller_who_leaves_is_ended_and_it_gave_way_to_the_server()
    {
        using var run = await bench.Routes(bench.NewKey("*"), TwoStops, Forever);
        await run.Until("better");
        var child = await Workers.Only(Environment.ProcessId);
        Workers.Nice(child).ShouldBeGreaterThanOrEqualTo(10);
        Workers.Environment(child).ShouldNotContain("LADING_");
        run.Dispose();
        await Workers.Ended(child);
    }

    [Fact]
    public async Task Two_plans_of_one_tenant_run_one_after_the_other_and_of_two_tenants_side_by_side()
    {
        var key = bench.NewKey("*");
        using var first = await bench.Routes(key, TwoStops, Forever);
        await first.Until("better");
        using var second = await bench.Routes(key, TwoStops, "?seconds=0.2");
        (await second.Next())!.Name.ShouldBe("read");
        (await second.Next())!.Name.ShouldBe("waiting");
        if (Environment.ProcessorCount > 1)
        {
            using var other = await bench.Routes(bench.NewKey("*"), TwoStops, "?seconds=0.2");
            (await other.Until("plan"))["leftOut"]!.AsArray().ShouldBeEmpty();
        }

        first.Dispose();
        (await second.Until("plan"))["leftOut"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tenant_may_have_four_jobs_and_the_fifth_is_refused()
    {
        var key = bench.NewKey("*");
        var runs = new List<BenchRun>();
        for (var i = 0; i < HeavyWork.MostPerTenant; i++)
            runs.Add(await bench.Routes(key, TwoStops, Forever));
        using var more = await bench.Routes(key, TwoStops);
        more.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        ((string?)(await more.Problem())["code"]).ShouldBe("work.too-many");
        runs.ForEach(r => r.Dispose());
    }

    [Fact]
    public async Task A_child_that_dies_is_a_clear_failure()
    {
        using var run = await bench.Routes(bench.NewKey("*"), TwoStops, Forever);
        await run.Until("better");
        (await Workers.Only(Environment.ProcessId)).Kill();
        ((string?)(await run.Until("failed"))["code"]).ShouldBe("work.lost");
        (await run.Next()).ShouldBeNull();
    }

    [Fact]
    public async Task A_job_that_takes_longer_than_its_limit_is_ended()
    {
        await using var app = Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder().Build();
        using var body = new MemoryStream(Encoding.UTF8.GetBytes(TwoStops));
        using var said = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = app.Services };
        (http.Request.Body, http.Response.Body) = (body, said);
        var all = Rights.Everything.Find("*")!;
        var who = new Identity("spec", "spec");
        http.Features.Set(new Caller(new TenantId(Guid.NewGuid()), null!, who, Rights.Everything, all.Reach, all));
        await new WorkAnswer(new HeavyJob("routes", """{"seconds":300}""", TimeSpan.FromSeconds(2))).ExecuteAsync(http);
        var text = Encoding.UTF8.GetString(said.ToArray());
        text.ShouldContain("event: read");
        text.ShouldContain("work.too-long");
        (await Workers.Left(Environment.ProcessId, 0)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_killed_takes_the_work_with_it()
    {
        using var folder = new TempFolder();
        await using var running = await Running.Up("--data", folder.Path, "--empty", "--urls", "http://127.0.0.1:0");
        var key = await File.ReadAllTextAsync(
            Path.Combine(folder.Path, "admin.key"),
            TestContext.Current.CancellationToken
        );
        var file = Encoding.UTF8.GetBytes(TwoStops);
        using var run = await BenchRun.Start(running.Address, key.Trim(), "routes", file, Forever);
        await run.Until("better");
        var child = await Workers.Only(running.Id);
        Process.GetProcessById(running.Id).Kill();
        await Workers.Ended(child);
    }

    [Fact]
    public async Task Demand_becomes_a_forecast_with_intervals_and_a_back_test()
    {
        using var run = await bench.Forecasts(
            bench.NewKey("planning.forecast"),
            Sample("demand.csv"),
            "?horizon=6&season=12"
        );
        var events = await run.Rest();
        ((int)events[0].Data["series"]!).ShouldBe(6);
        var forecasts = events.Where(e => e.Name == "forecast").Select(e => e.Data).ToList();
        forecasts.Select(f => (string)f["series"]!).ShouldContain("PARASOL");
        foreach (var step in forecasts.SelectMany(f => f["steps"]!.AsArray()))
        {
            double Of(string name) => (double)step![name]!;
            double[] limits = [Of("low95"), Of("low80"), Of("mean"), Of("high80"), Of("high95")];
            limits.ShouldBeInOrder();
        }

        events.Count(e => e.Name == "backTest").ShouldBeGreaterThan(5);
        events.Where(e => e.Name == "backTest").Sum(e => (int)e.Data["chosen"]!).ShouldBeInRange(1, 6);
        events[^1].Name.ShouldBe("done");
    }

    [Theory]
    [InlineData("", "series.empty-file", "header", 1)]
    [InlineData("month,A\n1,2\n2,two\n", "series.not-a-number", "A", 3)]
    [InlineData("month,A\n1,2\n2\n", "series.malformed-line", "line", 3)]
    public async Task Demand_that_is_wrong_is_refused_by_line_and_field(
        string file,
        string code,
        string field,
        int line
    )
    {
        using var run = await bench.Forecasts(bench.NewKey("*"), file);
        run.Status.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await run.Problem();
        ((string?)problem["code"]).ShouldBe(code);
        ((string?)problem["field"]).ShouldBe(field);
        ((int?)problem["line"]).ShouldBe(line);
    }

    private static IEnumerable<string> Names(JsonNode read, JsonNode stops) =>
        stops.AsArray().Select(s => (string)read["stops"]![(int)s!]!["id"]!);

    private static (int LeftOut, double Cost) Rank(JsonNode better) =>
        ((int)better["leftOut"]!, (double)better["cost"]!);
}
