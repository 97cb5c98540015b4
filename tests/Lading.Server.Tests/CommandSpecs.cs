using System.Text.Json;
using Lading.Log.Sqlite;

namespace Lading.Server.Tests;

/// <summary>Commands without a server: what they print and how they end.</summary>
public sealed class CommandSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    private string Data => Path.Combine(folder.Path, "data");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(2, "nonsense")]
    [InlineData(2, "key", "create", "--nonsense")]
    [InlineData(2, "tenant", "create")]
    [InlineData(2, "events", "show", "one")]
    [InlineData(2, "key", "create", "--url", "http://127.0.0.1:1")]
    [InlineData(2, "up", "--roles", "gateway")]
    [InlineData(2, "up", "--roles", "nobody")]
    [InlineData(4, "key", "create", "--data", "nothing-is-here")]
    [InlineData(5, "tenant", "list", "--url", "http://127.0.0.1:1", "--key", "lk_x")]
    [InlineData(2, "solve", "no-such.vrp")]
    [InlineData(2, "solve", "no-such.vrp", "--threads", "65")]
    [InlineData(2, "verify", "routes", "no-such.vrp", "no-such.sol")]
    [InlineData(0, "--help")]
    [InlineData(0, "import", "orders", "--help")]
    public async Task It_ends_with_the_code_that_is_promised(int code, params string[] arguments)
    {
        var ended = await LadingProgram.Run(arguments);
        ended.Code.ShouldBe(code, ended.Error);
        if (code != 0)
            ended.Error.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Help_of_a_command_shows_an_example() =>
        (await LadingProgram.Run("key", "create", "--help")).Output.ShouldContain("Example:\n  lading key create");

    [Fact]
    public async Task A_tenant_is_made_with_its_time_zone_currency_and_units_or_with_none_of_it()
    {
        string[] create = ["tenant", "create", "acme", "--data", Data];
        string[] bad = ["--time-zone", "Chicago", "--currency", "dollars", "--units", "feet"];
        var refused = await LadingProgram.Run([.. create, .. bad]);
        refused.Code.ShouldBe(1);
        var lines = refused.Error.Trim().Split('\n');
        lines.Length.ShouldBe(3, refused.Error);
        foreach (
            var (line, given, example) in lines.Zip(["Chicago", "dollars", "feet"], ["Europe/London", "EUR", "metric"])
        )
        {
            line.ShouldContain($"'{given}' was given");
            line.ShouldContain(example, Case.Sensitive);
        }

        string[] good = ["--time-zone", "America/Chicago", "--currency", "USD", "--units", "imperial"];
        (await LadingProgram.Run([.. create, .. good])).Code.ShouldBe(0, "the refused one made nothing");
        var first = (await LadingProgram.Run("events", "show", "1", "--json", "--data", Data)).Output;
        first.ShouldContain("""{"timeZone":"America/Chicago","currency":"USD","units":"imperial"}""");
    }

    [Fact]
    public async Task A_tenant_gets_keys_that_can_be_listed_and_revoked()
    {
        (await LadingProgram.Run("tenant", "create", "acme", "--name", "Acme Ltd", "--data", Data)).Code.ShouldBe(0);
        (await LadingProgram.Run("tenant", "create", "acme", "--data", Data)).Code.ShouldBe(1, "the name is taken");
        var made = await LadingProgram.Run(
            "key",
            "create",
            "--name",
            "erp",
            "--scopes",
            "orders.read,orders.write",
            "--expires",
            "90d",
            "--data",
            Data
        );
        made.Code.ShouldBe(0);
        made.Last.ShouldStartWith("lk_");
        (await LadingProgram.Run("key", "create", "--scopes", "host.manage", "--data", Data)).Code.ShouldBe(
            1,
            "nobody is given the host"
        );
        (await LadingProgram.Run("key", "create", "--expires", "soon", "--data", Data)).Code.ShouldBe(2);

        var list = JsonDocument
            .Parse((await LadingProgram.Run("key", "list", "--json", "--data", Data)).Output)
            .RootElement.GetProperty("items");
        list.GetArrayLength().ShouldBe(1);
        list[0].ToString().ShouldNotContain(made.Last.Split('_', 3)[2], Case.Sensitive, "the secret is not kept");
        var prefix = list[0].GetProperty("prefix").GetString()!;
        var ended = await LadingProgram.Run("key", "revoke", prefix, "--json", "--data", Data);
        ended.Code.ShouldBe(0);
        ended.Output.Trim().ShouldBe($$"""{"prefix":"{{prefix}}","done":"revoked"}""");
        (await LadingProgram.Run("key", "revoke", prefix, "--data", Data)).Code.ShouldBe(1);
    }

    [Fact]
    public async Task An_import_is_durable_complete_and_harmless_when_run_again()
    {
        var orders = Path.Combine(Repository.Root, "samples/orders.csv");
        var map = Path.Combine(Repository.Root, "samples/mappings/orders.json");
        string[] import =
        [
            "import",
            "orders",
            orders,
            "--map",
            map,
            "--create-missing",
            "--opening-stock",
            "80",
            "--json",
            "--data",
            Data,
        ];
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        var first = await LadingProgram.Run(import);
        first.Code.ShouldBe(0, first.Error + first.Output);
        var counted = JsonDocument.Parse(first.Last).RootElement;
        counted.GetProperty("orders").GetInt64().ShouldBe(308);
        counted.GetProperty("lines").GetInt64().ShouldBe(1_966);
        var head = await Head();

        var second = JsonDocument.Parse((await LadingProgram.Run(import)).Last).RootElement;
        second.GetProperty("orders").GetInt64().ShouldBe(0);
        second.GetProperty("ordersThereBefore").GetInt64().ShouldBe(308);
        (await Head()).ShouldBe(head, "nothing was appended");

        var export = await LadingProgram.Run("export", "orders", "--data", Data);
        export.Output.Split('\n').Length.ShouldBeGreaterThan(1_900);
        var stock = await LadingProgram.Run("export", "stock", "--format", "ndjson", "--data", Data);
        JsonDocument.Parse(stock.Last).RootElement.GetProperty("sku").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Northwind_comes_in_from_its_two_files_and_a_second_time_adds_nothing()
    {
        var zip = Places.NeedDataSet("orders/northwind-dev.zip");
        System.IO.Compression.ZipFile.ExtractToDirectory(zip, folder.Path);
        var orders = Directory.GetFiles(folder.Path, "orders.csv", SearchOption.AllDirectories).Single();
        await LadingProgram.Run("tenant", "create", "northwind", "--data", Data);
        var map = Path.Combine(Repository.Root, "samples/mappings/northwind.json");
        var bad = Path.Combine(folder.Path, "bad.csv");
        string[] import = ["import", "orders", orders, "--map", map, "--create-missing", "--json", "--data", Data];
        var first = await LadingProgram.Run([.. import, "--errors", bad]);
        first.Code.ShouldBe(0, first.Error + first.Output);
        var counted = JsonDocument.Parse(first.Last).RootElement;
        (counted.GetProperty("orders").GetInt64(), counted.GetProperty("lines").GetInt64()).ShouldBe((830L, 2_155L));
        var head = await Head();

        var second = await LadingProgram.Run([.. import, "--errors", bad]);
        second.Code.ShouldBe(0, second.Error + second.Output);
        var again = JsonDocument.Parse(second.Last).RootElement;
        (again.GetProperty("orders").GetInt64(), again.GetProperty("ordersThereBefore").GetInt64()).ShouldBe(
            (0L, 830L)
        );
        (await Head()).ShouldBe(head, "nothing was appended");
    }

    [Fact]
    public async Task A_changed_file_is_reported_and_with_update_changes_the_order()
    {
        const string rows = "order,sku,quantity,customer\n1,A,2,X\n1,B,1,X\n";
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        var path = folder.File("o.csv", rows);
        var errors = Path.Combine(folder.Path, "bad.csv");
        string[] import = ["import", "orders", path, "--create-missing", "--errors", errors, "--json", "--data", Data];
        (await LadingProgram.Run(import)).Code.ShouldBe(0);
        folder.File("o.csv", rows.Replace("1,A,2", "1,A,5"));
        (await LadingProgram.Run(import)).Code.ShouldBe(1);
        (await File.ReadAllTextAsync(errors)).ShouldContain("--update");
        (await LadingProgram.Run([.. import, "--update"])).Code.ShouldBe(0);
        var order = (await LadingProgram.Run("export", "orders", "--format", "ndjson", "--data", Data)).Last;
        JsonDocument.Parse(order).RootElement.GetProperty("lines")[0].GetProperty("quantity").GetDecimal().ShouldBe(5);
    }

    [Fact]
    public async Task An_order_is_changed_there_and_back_and_there_again_by_what_each_file_says()
    {
        const string first = "order,sku,quantity,customer\n1,A,2,X\n1,B,1,X\n";
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        await Import(first, ("orders", 1));
        foreach (var quantity in (int[])[5, 3, 5, 2])
        {
            await Import(first.Replace("1,A,2", $"1,A,{quantity}"), ("ordersUpdated", 1), "--update");
            (await QuantityOfA()).ShouldBe(quantity);
        }

        var head = await Head();
        await Import(first, ("ordersThereBefore", 1), "--update");
        (await Head()).ShouldBe(head, "run twice, nothing is doubled");
    }

    /// <summary>What was taken back since is no difference of the file: the file does not bring it again.</summary>
    [Fact]
    public async Task An_update_leaves_what_others_changed_of_an_order()
    {
        const string file = "order,sku,quantity,customer\n1,A,9,X\n1,B,1,X\n";
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        await Import(file, ("orders", 1));
        await Import(file.Replace("1,A,9", "1,A,8"), ("ordersUpdated", 1), "--update");
        var back = folder.File("b.csv", "order,sku,quantity,customer\nC2,A,-3,X\n");
        var map = folder.File("b.json", """{"cancellationPrefix":"C"}""");
        var taken = await LadingProgram.Run("import", "orders", back, "--map", map, "--json", "--data", Data);
        taken.Code.ShouldBe(0, taken.Error + taken.Output);
        (await QuantityOfA()).ShouldBe(5);
        await Import(file.Replace("1,A,9", "1,A,8"), ("ordersThereBefore", 1), "--update");
        (await QuantityOfA()).ShouldBe(5);
    }

    private async Task Import(string rows, (string Name, long Count) expected, params string[] more)
    {
        var path = folder.File("o.csv", rows);
        string[] import = ["import", "orders", path, "--create-missing", "--json", "--data", Data, .. more];
        var ended = await LadingProgram.Run(import);
        ended.Code.ShouldBe(0, ended.Error + ended.Output);
        JsonDocument.Parse(ended.Last).RootElement.GetProperty(expected.Name).GetInt64().ShouldBe(expected.Count);
    }

    private async Task<decimal> QuantityOfA()
    {
        var order = (await LadingProgram.Run("export", "orders", "--format", "ndjson", "--data", Data)).Last;
        return JsonDocument.Parse(order).RootElement.GetProperty("lines")[0].GetProperty("quantity").GetDecimal();
    }

    [Fact]
    public async Task Rows_that_are_refused_stand_in_the_file_of_errors_with_their_row()
    {
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        var path = folder.File("o.csv", "order,sku,quantity\n1,A,2\n2,=cmd,x\n");
        var errors = Path.Combine(folder.Path, "bad.csv");
        var ended = await LadingProgram.Run("import", "orders", path, "--errors", errors, "--data", Data);
        ended.Code.ShouldBe(1);
        var lines = await File.ReadAllLinesAsync(errors);
        lines[0].ShouldBe("row,column,value,problem,remedy");
        lines.ShouldContain(l => l.StartsWith("2,sku,A,") && l.Contains("--create-missing"), "nobody knows SKU A");
        lines.ShouldContain(l => l.StartsWith("3,quantity,x,"));
    }

    [Fact]
    public async Task A_changed_fact_is_found_by_the_audit_with_its_position()
    {
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        await LadingProgram.Run("key", "create", "--data", Data);
        (await LadingProgram.Run("audit", "verify", "--data", Data)).Code.ShouldBe(0);
        using (var db = SqliteDb.OpenWriter(Path.Combine(Data, "tenants/acme/log.db"), full: true))
            db.Execute("update event set actor = 'nobody' where position = 2");
        var bad = await LadingProgram.Run("audit", "verify", "--json", "--data", Data);
        bad.Code.ShouldBe(1);
        JsonDocument.Parse(bad.Output).RootElement.GetProperty("badPosition").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Removing_a_demo_company_that_is_not_there_changes_nothing()
    {
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        var ended = await LadingProgram.Run("demo", "reset", "--data", Data);
        (ended.Code, ended.Output.Contains("no demo company")).ShouldBe((0, true));
        (await LadingProgram.Run("tenant", "list", "--data", Data)).Output.ShouldContain("acme");
    }

    private async Task<long> Head() =>
        JsonDocument
            .Parse((await LadingProgram.Run("projections", "list", "--json", "--data", Data)).Output)
            .RootElement.GetProperty("head")
            .GetInt64();
}
