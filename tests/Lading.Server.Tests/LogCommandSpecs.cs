using System.Text.Json;

namespace Lading.Server.Tests;

/// <summary>The commands that read the log and build from it, with a server and without one.</summary>
public sealed class LogCommandSpecs : IDisposable
{
    private readonly TempFolder folder = new();

    private string Data => Path.Combine(folder.Path, "data");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Tail_prints_the_log_in_order_by_type_and_show_opens_one()
    {
        await Fill();
        var all = await Tail("--after", "0", "--once");
        all.Select(e => e.GetProperty("position").GetInt64())
            .ShouldBe(Enumerable.Range(1, all.Count).Select(i => (long)i));
        var skus = await Tail("--after", "0", "--once", "--type", "inventory.sku-");
        skus.ShouldNotBeEmpty();
        skus.ShouldAllBe(e => e.GetProperty("type").GetString() == "inventory.sku-registered.v1");
        (await Tail("--once")).ShouldBeEmpty("without --after it begins at the end");
        (await Tail("--once", "--after", $"{all.Count - 1}")).Single().ToString().ShouldBe(all[^1].ToString());

        var lines = await LadingProgram.Run("events", "tail", "--after", "0", "--once", "--data", Data);
        lines.Output.TrimEnd().Split('\n').Length.ShouldBe(all.Count);
        lines.Output.ShouldContain("orders.order-placed.v1");

        var shown = await LadingProgram.Run("events", "show", "1", "--json", "--data", Data);
        JsonDocument.Parse(shown.Output).RootElement.ToString().ShouldBe(all[0].ToString());
        (await LadingProgram.Run("events", "show", "1", "--data", Data)).Output.ShouldContain("\"hash\": \"");
        var none = await LadingProgram.Run("events", "show", $"{all.Count + 1}", "--data", Data);
        (none.Code, none.Error.Contains("events.no-such-position")).ShouldBe((1, true), none.Error);
    }

    [Fact]
    public async Task Tail_waits_for_what_comes_and_ends_at_a_word()
    {
        await using var up = await Running.Up("--data", Data, "--empty", "--urls", "http://127.0.0.1:0");
        using var tail = LadingProgram.Start("events", "tail", "--after", "0", "--type", "inventory.", "--data", Data);
        await Fill();
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        (await tail.StandardOutput.ReadLineAsync(late.Token))!.ShouldContain("inventory.sku-registered.v1");
        using (var stop = System.Diagnostics.Process.Start("kill", ["-INT", $"{tail.Id}"]))
            await stop.WaitForExitAsync(late.Token);
        await tail.WaitForExitAsync(late.Token);
        tail.ExitCode.ShouldBe(0, "Ctrl-C is how a tail ends");
    }

    [Fact]
    public async Task All_projections_are_rebuilt_with_the_rows_they_had_beside_a_server_and_without()
    {
        await Fill();
        var rows = await Rebuild();
        (rows["order-row"], rows["order-list"]).ShouldBe((4, 2), "two orders, two lines");
        rows["skus"].ShouldBe(1);
        await using var up = await Running.Up("--data", Data, "--empty", "--urls", "http://127.0.0.1:0");
        (await Rebuild()).ShouldBe(rows, ignoreOrder: true);
        var said = await LadingProgram.Run("projections", "rebuild", "skus", "--data", Data);
        said.Output.Trim().ShouldBe("skus is rebuilt. Rows: sku_row 1.");
        (await LadingProgram.Run("projections", "rebuild", "nothing", "--data", Data)).Code.ShouldBe(1);
    }

    private async Task<Dictionary<string, long>> Rebuild()
    {
        var ended = await LadingProgram.Run("projections", "rebuild", "--all", "--json", "--data", Data);
        ended.Code.ShouldBe(0, ended.Error);
        var lines = ended.Output.TrimEnd().Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();
        lines.ShouldAllBe(l => l.GetProperty("done").GetString() == "rebuilt");
        return lines.ToDictionary(l => l.GetProperty("name").GetString()!, l => l.GetProperty("rows").GetInt64());
    }

    private async Task Fill()
    {
        if (!Directory.Exists(Data))
            await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        var path = folder.File("o.csv", "order,sku,quantity,customer\n1,A,2,X\n2,A,1,X\n");
        var ended = await LadingProgram.Run("import", "orders", path, "--create-missing", "--data", Data);
        ended.Code.ShouldBe(0, ended.Error);
    }

    private async Task<List<JsonElement>> Tail(params string[] more)
    {
        var ended = await LadingProgram.Run(["events", "tail", "--json", "--data", Data, .. more]);
        ended.Code.ShouldBe(0, ended.Error);
        var lines = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(l => JsonDocument.Parse(l).RootElement)];
    }
}
