using Lading.Cli;

namespace Lading.Server.Tests;

/// <summary>What is exported to a file is there whole, or what stood there before is.</summary>
public sealed class ExportSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_export_that_fails_leaves_the_file_of_the_day_before()
    {
        var data = Path.Combine(folder.Path, "data");
        var file = folder.File("stock.csv", "of the day before\n");
        await using var up = await Running.Up("--data", data, "--empty", "--urls", "http://127.0.0.1:0");
        foreach (var (scope, code) in ((string, int)[])[("platform.read", 1), ("inventory.read", 0)])
        {
            var key = await LadingProgram.Run("key", "create", "--scopes", scope, "--data", data);
            string[] there = ["--url", up.Address, "--key", key.Last];
            var ended = await LadingProgram.Run(["export", "stock", "--out", file, .. there]);
            ended.Code.ShouldBe(code, ended.Error);
            (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldStartWith(
                code == 0 ? "sku,site,unit," : "of the day before"
            );
            Directory.GetFiles(folder.Path).ShouldBe([file]);
        }
    }

    [Fact]
    public void A_link_stays_and_what_it_leads_to_is_replaced()
    {
        var file = folder.File("monday.csv", "old");
        var link = Path.Combine(folder.Path, "latest.csv");
        File.CreateSymbolicLink(link, file);
        using (var whole = new WholeFile(link))
        {
            whole.Text.Write("new");
            whole.Keep();
        }

        (File.ReadAllText(file), File.ReadAllText(link)).ShouldBe(("new", "new"));
        new FileInfo(link).LinkTarget.ShouldBe(file);
    }
}
