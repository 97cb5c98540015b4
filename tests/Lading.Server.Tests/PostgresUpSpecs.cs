using Lading.Floors.Tests.Log;

namespace Lading.Server.Tests;

/// <summary>The way from an empty PostgreSQL server to imported orders, by the commands the README names.</summary>
public sealed class PostgresUpSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    private string Data => Path.Combine(folder.Path, "data");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Init_serve_import_and_verify_and_a_second_import_adds_nothing()
    {
        var server = await PostgresServer.Require();
        var init = await LadingProgram.Run("db", "init", "--postgres", server.Admin, "--database", "lading_cli");
        init.Code.ShouldBe(0, init.Error);
        var again = await LadingProgram.Run("db", "migrate", "--postgres", server.Admin + ";Database=lading_cli");
        again.Code.ShouldBe(0, again.Error);

        await using var up = await Running.Up(
            "--postgres",
            init.Last,
            "--data",
            Data,
            "--empty",
            "--urls",
            "http://127.0.0.1:0"
        );
        var created = await LadingProgram.Run("key", "create", "--postgres", init.Last, "--data", Data);
        created.Code.ShouldBe(0, created.Error);
        string[] there = ["--url", up.Address, "--key", created.Last];
        var skus = await LadingProgram.Run(["import", "skus", Sample("skus.csv"), .. there]);
        skus.Code.ShouldBe(0, skus.Error + skus.Output);
        (await LadingProgram.Run(["import", "customers", Sample("customers.csv"), .. there])).Code.ShouldBe(0);
        var first = await Import(there);
        first.Code.ShouldBe(0, first.Error + first.Output);
        var exported = await LadingProgram.Run(["export", "orders", .. there]);
        var orders = exported.Output.Split('\n').Length;
        orders.ShouldBeGreaterThan(100, exported.Error);
        (await Import(there)).Code.ShouldBe(0);
        (await LadingProgram.Run(["export", "orders", .. there])).Output.Split('\n').Length.ShouldBe(orders);
        var verified = await LadingProgram.Run(["audit", "verify", .. there]);
        verified.Code.ShouldBe(0, verified.Error);
    }

    [Fact]
    public async Task SKUs_customers_stock_and_orders_come_in_on_PostgreSQL_and_a_second_time_nothing_does()
    {
        var server = await PostgresServer.Require();
        var init = await LadingProgram.Run("db", "init", "--postgres", server.Admin, "--database", "lading_whole");
        init.Code.ShouldBe(0, init.Error);
        string[] there = ["--postgres", init.Last, "--data", Data];
        await using var up = await Running.Up([.. there, "--empty", "--urls", "http://127.0.0.1:0"]);
        var key = (await LadingProgram.Run(["key", "create", .. there])).Last;
        var other = (await LadingProgram.Run(["key", "create", .. there])).Last;
        string[] api = ["--url", up.Address];
        using var client = new HttpClient { BaseAddress = new Uri(up.Address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        foreach (var site in (string[])["leeds", "bristol"])
            await Open(client, site);

        async Task<(long Errors, long Head)[]> Everything(string by)
        {
            var done = new List<(long, long)>();
            foreach (var what in (string[])["skus", "customers", "stock", "orders"])
            {
                string[] map = what == "orders" ? ["--map", Sample("mappings/orders.json")] : [];
                string[] import = ["import", what, Sample($"{what}.csv"), .. map, "--json", .. api, "--key", by];
                var ended = await LadingProgram.Run(import);
                ended.Code.ShouldBe(0, ended.Error + ended.Output);
                var errors = System.Text.Json.JsonDocument.Parse(ended.Last).RootElement.GetProperty("errors");
                done.Add((errors.GetInt64(), await Head(client)));
            }

            return [.. done];
        }

        var first = await Everything(key);
        first.Select(f => f.Head).ShouldBe(first.Select(f => f.Head).Order(), "each file adds to the log");
        var end = first[^1].Head;
        (await Everything(other)).ShouldBe([(0, end), (0, end), (0, end), (0, end)]);
        var stock = await LadingProgram.Run(["export", "stock", "--format", "ndjson", .. api, "--key", key]);
        stock.Output.Split('\n').Length.ShouldBeGreaterThan(60, stock.Error);
    }

    private static async Task Open(HttpClient client, string site)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sites")
        {
            Content = new StringContent(
                $$"""{"code":"{{site}}","venture":"main","name":"{{site}}","timeZone":"Europe/London"}""",
                System.Text.Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.Add("Idempotency-Key", site);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<long> Head(HttpClient client)
    {
        var list = await client.GetStringAsync("/api/v1/projections", TestContext.Current.CancellationToken);
        return System.Text.Json.JsonDocument.Parse(list).RootElement.GetProperty("head").GetInt64();
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_not_made_ready_names_the_remedy()
    {
        var gone = await LadingProgram.Run(
            "up",
            "--postgres",
            "Host=127.0.0.1;Port=1;Username=x;Database=y;Timeout=3",
            "--data",
            Data
        );
        gone.Code.ShouldNotBe(0);
        gone.Error.ShouldNotContain("   at ");
        var server = await PostgresServer.Require();
        var bare = await LadingProgram.Run("up", "--postgres", server.Admin, "--data", Data);
        bare.Code.ShouldNotBe(0);
        bare.Error.ShouldContain("lading db init");
    }

    private static Task<Ended> Import(string[] there) =>
        LadingProgram.Run([
            "import",
            "orders",
            Sample("orders.csv"),
            "--map",
            Sample("mappings/orders.json"),
            "--create-missing",
            .. there,
        ]);

    private static string Sample(string name) => Path.Combine(Repository.Root, "samples", name);
}
