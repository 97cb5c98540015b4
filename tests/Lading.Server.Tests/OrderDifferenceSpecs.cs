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

    [Fact]
    public async Task What_differs_outside_the_lines_is_reported_field_by_field_and_no_update_hides_it()
    {
        const string head =
            "order,sku,quantity,unitPrice,customer,type,priority,requestedOn,reference,shipToName,shipToCity,freight\n";
        const string first = head + "1,A,2,3,X,rush,2,2026-05-01,R1,Ann,Porto,4.50\n1,POST,3,1.115,,,,,,,,\n";
        await LadingProgram.Run("tenant", "create", "acme", "--data", Data);
        var shop = From("shop");
        (await Import(first, 0, shop)).GetProperty("orders").GetInt64().ShouldBe(1);
        (await Import(first, 0, From("copy"))).GetProperty("ordersThereBefore").GetInt64().ShouldBe(1);
        var emptied = first.Replace("X,rush,2,2026-05-01,R1,Ann,Porto", ",,,,,,");
        (await Import(emptied, 0, shop)).GetProperty("ordersThereBefore").GetInt64().ShouldBe(1);

        var second = first.Replace("X,rush,2,2026-05-01,R1,Ann,Porto,4.50", "Y,sample,3,2026-05-02,R2,Bo,Faro,5.00");
        second = second.Replace("POST,3", "POST,4");
        var counted = await Import(second, 1, shop);
        counted.GetProperty("ordersThatDiffer").GetInt64().ShouldBe(1);
        counted.GetProperty("ordersThereBefore").GetInt64().ShouldBe(0);
        string[] expected =
        [
            "2,customer,Y,The order's customer is X,",
            "2,type,sample,The order's type is rush,",
            "2,priority,3,The order's priority is 2,",
            "2,requestedOn,2026-05-02,The order's requestedOn is 2026-05-01,",
            "2,reference,R2,The order's reference is R1,",
            "2,shipToName,Bo,The order's shipToName is Ann,",
            "2,shipToCity,Faro,The order's shipToCity is Porto,",
            "2,freight,5 GBP,The order's charge FREIGHT is 4.5 GBP,",
            "3,sku,4 for 4.46 GBP,The order's charge POST is 3 for 3.34 GBP,",
        ];
        (await Found()).ShouldBe(expected);

        var updated = await Import(second.Replace("1,A,2", "1,A,7"), 1, [.. shop, "--update"]);
        updated.GetProperty("ordersUpdated").GetInt64().ShouldBe(1);
        updated.GetProperty("ordersThatDiffer").GetInt64().ShouldBe(1, "its lines are changed, the rest is not");
        (await Found()).ShouldBe(expected);

        var erased = await LadingProgram.Run("person", "erase", "customer/X", "--reason", "asked", "--data", Data);
        erased.Code.ShouldBe(0, erased.Error);
        await Import(second.Replace("1,A,2", "1,A,7"), 1, shop);
        (await Found()).ShouldBe(expected.Where(e => !e.Contains("Name")), "an erased name is no other");
    }

    /// <summary>What the file of errors says up to the file's own value, which the cell beside it has too.</summary>
    private async Task<string[]> Found()
    {
        var lines = await File.ReadAllLinesAsync(Errors, TestContext.Current.CancellationToken);
        lines.Skip(1).ShouldAllBe(l => l.Contains("--update changes lines only"));
        return [.. lines.Skip(1).Select(l => l.Replace("\"", "").Split(" and the file has")[0])];
    }

    private string[] From(string source) =>
        [
            "--map",
            folder.File(
                $"{source}.json",
                $$"""
                {
                  "source": "{{source}}", "currency": "GBP",
                  "charges": { "POST": "Postage" }, "orderCharges": { "FREIGHT": "freight" }
                }
                """
            ),
        ];

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
