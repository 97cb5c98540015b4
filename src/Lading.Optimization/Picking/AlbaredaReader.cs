namespace Lading.Optimization.Picking;

/// <summary>
/// Reads the batching instances of Albareda-Sambola, Alonso-Ayuso, Molina and de Blas (2009): a layout file
/// (wsrp_input_layout) and an order file (wsrp_input_pedido), both latin-1 with Spanish headings.
/// The front cross aisle runs half an aisle width before the racks, as in the published evaluator of the set.
/// </summary>
public static class AlbaredaReader
{
    private const int MaxLines = 1_000_000;

    /// <exception cref="OptimizationInputException">
    /// A file is cut short or a field is no number: names the line.
    /// </exception>
    public static BatchingProblem Read(TextReader layout, TextReader orders)
    {
        var (warehouse, capacity, front) = ReadLayout(new InstanceLines(layout, "layout"));
        return new BatchingProblem(
            warehouse,
            ReadOrders(new InstanceLines(orders, "orders"), front),
            new CartLimits(capacity)
        );
    }

    private static (WarehouseLayout Layout, double Capacity, double Front) ReadLayout(InstanceLines lines)
    {
        lines.Next("the heading of aisles and items");
        var aisles = lines.Count(lines.Numbers("aisles and items", 2)[0], "aisles", WarehouseLayout.MaxAisles);
        Section(lines, "depot", 1);
        Section(lines, "storage policy", 1);
        var length = Section(lines, "rack length and width", 2)[0];
        var width = Section(lines, "aisle width", 1)[0];
        var capacity = Section(lines, "picker capacity", 1)[0];
        Section(lines, "picking time", 1);
        Section(lines, "turning times", 2);
        lines.Next("the heading of the aisle table");
        var x = new double[aisles];
        for (var i = 0; i < aisles; i++)
        {
            var row = lines.Numbers("aisle, distances and side", 4);
            // The side tells on which hand of the depot the aisle lies; distances are not signed.
            x[i] = row[3] < 0 ? -row[1] : row[1];
        }
        return (new WarehouseLayout(x, [0, length + width], depotX: 0), capacity, width / 2);
    }

    private static double[] Section(InstanceLines lines, string field, int count)
    {
        lines.Next($"the heading of {field}");
        return lines.Numbers(field, count);
    }

    private static List<PickOrder> ReadOrders(InstanceLines lines, double front)
    {
        lines.Next("the heading of the number of orders");
        var count = lines.Count(lines.Numbers("orders", 1)[0], "orders", BatchingProblem.MaxOrders);
        lines.Next("the heading of the orders");
        var orders = new List<PickOrder>(count);
        for (var o = 0; o < count; o++)
        {
            var items = lines.Count(lines.Numbers("due date and number of lines", 2)[1], "lines", MaxLines);
            var picked = new List<OrderLine>();
            for (var i = 0; i < items; i++)
            {
                var row = lines.Numbers("aisle, side, distance, weight, item", 5);
                var aisle = lines.Count(row[0], "aisle", WarehouseLayout.MaxAisles);
                picked.Add(new OrderLine(new PickPosition(aisle, front + row[2]), row[3]));
            }
            orders.Add(new PickOrder($"{o}", picked));
        }
        return orders;
    }
}
