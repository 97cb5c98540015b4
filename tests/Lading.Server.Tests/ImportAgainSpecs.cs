using System.Text.Json;
using Lading.Log.Sqlite;
using Lading.Platform.Tenancy;

namespace Lading.Server.Tests;

/// <summary>A file that comes again books nothing again: under another key, another way in, and after the log forgot
/// the outcomes of its commands.</summary>
public sealed class ImportAgainSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    private string Data => Path.Combine(folder.Path, "data");

    private string Errors => Path.Combine(folder.Path, "bad.csv");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Stock_is_booked_once_and_two_equal_rows_of_one_file_twice()
    {
        const string stock = "sku,quantity,document\nA,10,\nA,10,\nB,5,\n";
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        await Import("skus", "sku\nA\nB\n", ["--data", Data]);
        Counts(await Import("stock", stock, ["--data", Data])).ShouldBe((3, 0));
        using (var db = SqliteDb.OpenWriter(Path.Combine(Data, "tenants/acme/log.db"), full: true))
            db.Execute("delete from outcome");
        Counts(await Import("stock", stock, ["--data", Data])).ShouldBe((0, 3));

        await using var up = await Running.Up("--data", Data, "--empty", "--urls", "http://127.0.0.1:0");
        string[][] keys = [await NewKey(up), await NewKey(up)];
        foreach (var key in keys)
            Counts(await Import("stock", stock, key)).ShouldBe((0, 3));
        Counts(await Import("stock", stock + "A,10,\nB,7,D-1\n", keys[1])).ShouldBe((2, 3));

        var changed = await Import("stock", stock.Replace("B,5", "B,6"), keys[0], code: 1);
        changed.GetProperty("valuesThatDiffer").GetInt64().ShouldBe(1);
        var found = await File.ReadAllLinesAsync(Errors, TestContext.Current.CancellationToken);
        found[1].ShouldStartWith("4,quantity,6,");
        found[1].ShouldContain("Opening of 5 EA");
        foreach (var (sku, units) in ((string, decimal)[])[("A", 30), ("B", 12)])
            (await Read(up, $"inventory/stock/{sku}"))
                .GetProperty("total")
                .GetProperty("onHand")
                .GetDecimal()
                .ShouldBe(units);
    }

    [Fact]
    public async Task The_rows_of_a_SKU_are_booked_in_the_order_of_the_file()
    {
        var skus = Enumerable.Range(1, 30).Select(i => $"S{i}").ToList();
        string[] steps =
        [
            "opening,{0},10,",
            "adjustment,{0},-10,moth",
            "adjustment,{0},4,found",
            "adjustment,{0},-4,rust",
        ];
        var rows = skus.SelectMany(s => steps.Select(t => t.Replace("{0}", s)));
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        await Import("skus", "sku\n" + string.Join('\n', skus), ["--data", Data]);
        var stock = "kind,sku,quantity,reason\n" + string.Join('\n', rows);
        Counts(await Import("stock", stock, ["--data", Data])).ShouldBe((120, 0), "each has what it takes from");
    }

    [Fact]
    public async Task What_a_file_takes_back_of_an_earlier_order_is_taken_once_and_keeps_its_price()
    {
        const string head = "order,customer,sku,quantity,unit,unitPrice,orderedAt\n";
        const string back = head + "C3,X,A,-12,EA,,2026-02-03\n";
        await using var up = await Running.Up("--data", Data, "--empty", "--urls", "http://127.0.0.1:0");
        string[] map = ["--map", folder.File("m.json", """{"cancellationPrefix":"C","currency":"GBP"}""")];
        string[][] keys =
        [
            [.. await NewKey(up), .. map],
            [.. await NewKey(up), .. map],
        ];
        await Import("skus", "sku,units\nA,CS=12\n", ["--data", Data]);
        await Import("customers", "customer\nX\n", ["--data", Data]);
        await Import("orders", head + "1,X,A,24,EA,2.5,2026-02-01\n2,X,A,2,CS,30,2026-02-02\n", keys[0]);

        (await Import("orders", back, keys[0])).GetProperty("rowsTakenBack").GetInt64().ShouldBe(1);
        await Stands("2", 12, 30);
        var again = await Import("orders", back, keys[1]);
        again.GetProperty("rowsTakenBack").GetInt64().ShouldBe(0);
        again.GetProperty("thereBefore").GetInt64().ShouldBe(1);
        await Stands("2", 12, 30);

        await Import("orders", back + "C3,X,A,-5,EA,,2026-02-03\nC4,X,A,-1,CS,,2026-02-03\n", keys[1]);
        await Stands("1", 19, 47.5m);
        (await Read(up, "orders/2")).GetProperty("state").GetString().ShouldBe("cancelled");

        foreach (var (key, taken) in ((string[], long)[])[(keys[0], 1), (keys[1], 0)])
        {
            var tooMuch = await Import("orders", head + "C5,X,A,-20,EA,,2026-02-03\n", key, code: 1);
            tooMuch.GetProperty("rowsTakenBack").GetInt64().ShouldBe(taken);
            (await File.ReadAllTextAsync(Errors, TestContext.Current.CancellationToken)).ShouldContain("1 of 20 A");
        }

        async Task Stands(string order, decimal quantity, decimal amount)
        {
            var read = await Read(up, $"orders/{order}");
            read.GetProperty("quantity").GetDecimal().ShouldBe(quantity);
            read.GetProperty("amount").GetProperty("amount").GetDecimal().ShouldBe(amount);
        }
    }

    private static (long Booked, long There) Counts(JsonElement summary) =>
        (summary.GetProperty("movements").GetInt64(), summary.GetProperty("thereBefore").GetInt64());

    private async Task<string[]> NewKey(Running up) =>
        ["--url", up.Address, "--key", (await LadingProgram.Run("key", "create", "--data", Data)).Last];

    private async Task<JsonElement> Import(string what, string text, string[] there, int code = 0)
    {
        var path = folder.File($"{what}.csv", text);
        var ended = await LadingProgram.Run(["import", what, path, "--errors", Errors, "--json", .. there]);
        ended.Code.ShouldBe(code, ended.Error + ended.Output);
        return JsonDocument.Parse(ended.Last).RootElement;
    }

    private async Task<JsonElement> Read(Running up, string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri(up.Address) };
        var key = await File.ReadAllTextAsync(DataFolder.AdminKeyFile(Data));
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Trim());
        return JsonDocument.Parse(await client.GetStringAsync($"/api/v1/{path}")).RootElement;
    }
}
