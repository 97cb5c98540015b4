using System.Text.RegularExpressions;

namespace Lading.Optimization.Picking;

/// <summary>
/// Reads the batching instances of Henn and Wäscher (2012): a setting file (sett*.txt, "key: value") and an order file.
/// Racks stand on both sides of an aisle, so aisles 2k and 2k+1 of the file are one walking aisle. The depot lies on
/// the front cross aisle before the first aisle, 1.5 cells from its first storage place; load is counted in articles.
/// </summary>
public static partial class HennReader
{
    /// <exception cref="OptimizationInputException">
    /// A file is cut short or a field is no number: names the line.
    /// </exception>
    public static BatchingProblem Read(TextReader setting, TextReader orders)
    {
        var values = ReadSetting(new InstanceLines(setting, "setting"));
        var aisles = (int)values["no_aisles_"];
        var (cells, cell) = (values["no_cells__"], values["cell_lengt"]);
        var halfCrossAisle = values["aisle_widt"] / 2;
        var spacing = 2 * values["cell_width"] + values["aisle_widt"];
        var layout = new WarehouseLayout(
            [.. Enumerable.Range(0, aisles).Select(i => i * spacing)],
            [0, cells * cell + 2 * halfCrossAisle],
            depotX: 0
        );
        return new BatchingProblem(
            layout,
            ReadOrders(new InstanceLines(orders, "orders"), halfCrossAisle + cell / 2, cell),
            new CartLimits(values["m_no_a_p_b"])
        );
    }

    private static Dictionary<string, double> ReadSetting(InstanceLines lines)
    {
        string[] needed = ["no_aisles_", "no_cells__", "cell_lengt", "cell_width", "aisle_widt", "m_no_a_p_b"];
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        while (values.Count < needed.Length)
        {
            var pair = lines.Next(string.Join(", ", needed.Except(values.Keys))).Split(':');
            if (pair.Length == 2 && needed.Contains(pair[0].Trim()))
                values[pair[0].Trim()] = lines.Number(pair[1].Trim(), pair[0]);
        }
        lines.Count(values["no_aisles_"], "no_aisles_", WarehouseLayout.MaxAisles);
        return values;
    }

    private static List<PickOrder> ReadOrders(InstanceLines lines, double firstPlace, double cell)
    {
        var orders = new List<PickOrder>();
        while (lines.TryNext() is { } heading)
        {
            if (OrderHeading().Match(heading) is not { Success: true } order)
                throw lines.Refused(heading, "give 'Order n number of articles m'");
            var articles = lines.Count(lines.Number(order.Groups[2].Value, "articles"), "articles", 1_000_000);
            var picked = new List<OrderLine>();
            for (var a = 0; a < articles; a++)
            {
                var text = lines.Next($"article {a} of {articles} of order {order.Groups[1].Value}");
                if (ArticleLine().Match(text) is not { Success: true } article)
                    throw lines.Refused(text, "give 'n Aisle a Location l'");
                var aisle = lines.Count(lines.Number(article.Groups[1].Value, "aisle"), "aisle", 2 * 1_000) / 2;
                var place = lines.Number(article.Groups[2].Value, "location");
                picked.Add(new OrderLine(new PickPosition(aisle, firstPlace + cell * place), 1));
            }
            orders.Add(new PickOrder(order.Groups[1].Value, picked));
        }
        return orders;
    }

    [GeneratedRegex(@"^Order\s+(\d+)\s+number of articles\s+(\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex OrderHeading();

    [GeneratedRegex(@"^\d+\s+Aisle\s+(\d+)\s+Location\s+(\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex ArticleLine();
}
