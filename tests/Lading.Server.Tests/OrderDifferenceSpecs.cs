using System.Text.Json;
using Lading.Cli.Import;
using Lading.Orders;

namespace Lading.Server.Tests;

/// <summary>An order that a file has otherwise than it is there: what differs is found, named and, where it may be,
/// changed.</summary>
public sealed class OrderDifferenceSpecs : IDisposable
{
    private const string Header = "order,sku,quantity,unitPrice,customer\n";
    private readonly TempFolder folder = new();

    private string Data => Path.Combine(folder.Path, "data");

    private string Errors => Path.Combine(folder.Path, "bad.csv");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_order_compared_with_itself_does_not_differ_and_a_change_is_found()
    {
        const string file = Header + "1,A,2,1,X\n1,B,1,1,X\n";
        Lines(file, ("1", "A", 2), ("2", "B", 1)).ShouldBe("");
        Lines(file, ("1", "A", 5), ("2", "B", 1), ("3", "C", 1)).ShouldBe("1 A, without 3");
    }

    [Theory]
    [InlineData("1,A,1,1,X\n1,B,two,1,X\n1,C,1,1,X\n", "")]
    [InlineData("1,A,1,1,X\n1,B,1,1,X\n1,C,1,1,X\n", "4 B")]
    [InlineData("1,B,1,1,X\n1,A,1,1,X\n1,C,1,1,X\n", "4 B")]
    [InlineData("1,C,1,1,X\n1,A,1,1,X\n", "")]
    [InlineData("1,A,1,1,X\n1,A,1,1,X\n1,C,1,1,X\n", "4 A")]
    public void Lines_that_the_file_does_not_name_are_found_by_their_SKU_where_their_places_were_others(
        string rows,
        string difference
    ) => Lines(Header + rows, ("1", "A", 1), ("2", "C", 1)).ShouldBe(difference);

    [Fact]
    public void Lines_that_the_file_names_are_those_it_names() =>
        Lines("order,line,sku,quantity\n1,20,A,1\n1,30,B,1\n", ("10", "A", 1), ("30", "C", 1))
            .ShouldBe("20 A, 30 B, without 10");

    [Fact]
    public async Task A_row_mended_as_the_file_of_errors_asks_is_brought_in_with_update()
    {
        const string bad = Header + "1,A,2,,X\n1,B,two,,X\n1,C,3,,X\n";
        var mended = bad.Replace("two", "4");
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        (await Import(bad, 1)).GetProperty("lines").GetInt64().ShouldBe(2);
        (await Import(mended, 1)).GetProperty("ordersThatDiffer").GetInt64().ShouldBe(1);
        (await File.ReadAllTextAsync(Errors, TestContext.Current.CancellationToken)).ShouldContain("1 lines: 2.");

        (await Import(mended, 0, "--update")).GetProperty("ordersUpdated").GetInt64().ShouldBe(1);
        var lines = (await Order()).GetProperty("lines").EnumerateArray();
        lines
            .Select(l => (l.GetProperty("line").GetString(), l.GetProperty("sku").GetString()))
            .ShouldBe([("1", "A"), ("2", "B"), ("3", "C")], ignoreOrder: true);
        (await Import(mended, 0)).GetProperty("ordersThereBefore").GetInt64().ShouldBe(1);
    }

    private string Lines(string file, params (string Line, string Sku, decimal Quantity)[] there)
    {
        var price = file.StartsWith(Header, StringComparison.Ordinal) ? new Price(1, "GBP") : null;
        var placed = there.Select(l => new PlacedLine(l.Line, l.Sku, l.Quantity, "EA", price)).ToList();
        var (changed, removed) = OrderDifference.Lines(new PlacedView("1", "import:file", "X", placed), Plan(file));
        return string.Join(", ", changed.Select(l => $"{l.Line} {l.Sku}").Concat(removed.Select(l => $"without {l}")));
    }

    private PlannedOrder Plan(string file)
    {
        var (mapping, errors) = (new Mapping { Currency = "GBP" }, new RowErrors());
        var orders = new OrderFile(mapping, errors).Read(folder.File("orders.csv", file), (_, _) => { }, _ => { });
        return new OrderPlan(orders, mapping, errors).Orders[0];
    }

    private async Task<JsonElement> Import(string text, int code, params string[] more)
    {
        var path = folder.File("orders.csv", text);
        string[] import = ["import", "orders", path, "--create-missing", "--errors", Errors, "--json", "--data", Data];
        var ended = await LadingProgram.Run([.. import, .. more]);
        ended.Code.ShouldBe(code, ended.Error + ended.Output);
        return JsonDocument.Parse(ended.Last).RootElement;
    }

    private async Task<JsonElement> Order()
    {
        var order = (await LadingProgram.Run("export", "orders", "--format", "ndjson", "--data", Data)).Last;
        return JsonDocument.Parse(order).RootElement;
    }
}
