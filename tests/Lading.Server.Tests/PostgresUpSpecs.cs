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
