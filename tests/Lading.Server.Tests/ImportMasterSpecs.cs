using System.Text.Json;
using Lading.Platform.Tenancy;

namespace Lading.Server.Tests;

/// <summary>Files of SKUs and customers whose second edition differs from the first.</summary>
public sealed class ImportMasterSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    private string Data => Path.Combine(folder.Path, "data");

    private string Errors => Path.Combine(folder.Path, "bad.csv");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_SKU_that_differs_is_reported_and_with_update_changed_there_and_back()
    {
        const string head = "sku,description,baseUnit,units,gtin\n";
        const string first = head + "A,Lantern,EA,CS=12,9506000130002\nB,Lamp,EA,,\n";
        const string second = head + "A,Red lantern,EA,CS=10,9506000130002\nB,,EA,,\n";
        await using var up = await Running.Up("--data", Data, "--empty", "--urls", "http://127.0.0.1:0");
        (await Import("skus", first)).GetProperty("skus").GetInt64().ShouldBe(2);
        (await Import("skus", first)).GetProperty("thereBefore").GetInt64().ShouldBe(2);

        (await Import("skus", second, 1)).GetProperty("valuesThatDiffer").GetInt64().ShouldBe(2);
        var found = await File.ReadAllLinesAsync(Errors, TestContext.Current.CancellationToken);
        found.ShouldContain(l =>
            l.StartsWith("2,description,Red lantern,") && l.Contains("Lantern") && l.Contains("--update")
        );
        found.ShouldContain(l => l.StartsWith("2,units,CS=10,"));
        found.Length.ShouldBe(3, "what the file leaves empty is no difference");

        foreach (
            var (file, description, units) in ((string, string, long)[])
                [(second, "Red lantern", 10), (first, "Lantern", 12), (second, "Red lantern", 10)]
        )
        {
            var changed = await Import("skus", file, 0, "--update");
            (changed.GetProperty("updated").GetInt64(), changed.GetProperty("thereBefore").GetInt64()).ShouldBe((1, 1));
            var sku = await Read(up, "skus/A");
            sku.GetProperty("description").GetString().ShouldBe(description);
            sku.GetProperty("units")[0].GetProperty("numerator").GetInt64().ShouldBe(units);
            sku.GetProperty("gtin").GetString().ShouldBe("09506000130002");
        }

        var fixedUnit = await Import("skus", second.Replace(",EA,CS", ",KG,CS"), 1, "--update");
        fixedUnit.GetProperty("updated").GetInt64().ShouldBe(0);
        (await File.ReadAllTextAsync(Errors, TestContext.Current.CancellationToken)).ShouldContain("never changes");
    }

    [Fact]
    public async Task A_customer_that_differs_is_reported_and_with_update_changed_unless_the_person_was_erased()
    {
        const string first = "customer,name,email,country\nC1,Ann,ann@example.com,France\n";
        var second = first.Replace("France", "Spain").Replace("ann@example.com", "");
        await using var up = await Running.Up("--data", Data, "--empty", "--urls", "http://127.0.0.1:0");
        (await Import("customers", first)).GetProperty("customers").GetInt64().ShouldBe(1);
        (await Import("customers", second, 1)).GetProperty("valuesThatDiffer").GetInt64().ShouldBe(1);
        (await Import("customers", second, 0, "--update")).GetProperty("updated").GetInt64().ShouldBe(1);
        var customer = await Read(up, "customers/C1");
        customer.GetProperty("country").GetString().ShouldBe("Spain");
        customer.GetProperty("email").GetString().ShouldBe("ann@example.com");

        var erased = await LadingProgram.Run("person", "erase", "customer/C1", "--reason", "asked", "--data", Data);
        erased.Code.ShouldBe(0, erased.Error);
        (await Import("customers", first, 0, "--update")).GetProperty("updated").GetInt64().ShouldBe(0);
        (await Read(up, "customers/C1")).TryGetProperty("name", out _).ShouldBeFalse("what was erased stays erased");
    }

    private async Task<JsonElement> Import(string what, string text, int code = 0, params string[] more)
    {
        var path = folder.File($"{what}.csv", text);
        string[] import = ["import", what, path, "--errors", Errors, "--json", "--data", Data, .. more];
        var ended = await LadingProgram.Run(import);
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
