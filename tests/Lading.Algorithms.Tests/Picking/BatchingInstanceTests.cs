using Lading.Optimization;
using Lading.Optimization.Picking;

namespace Lading.Algorithms.Tests.Picking;

public sealed class BatchingInstanceTests
{
    private const string Albareda = "W1-W2-W3-W4_Albareda/W4/50/wsrp_input_";

    private const string Layout = """
         Numero de pasillos e items
         2 4
         Colocacion  mesa
         1
         Localizacion pedidos
         0
         largo y ancho de las estanterias
         20 2
         ancho de los pasillos
         3
         Capacidad de cada trabajador
         5
         Tiempo de picking
         0
         Tiempo de giro (fuera y dentro)
         0 0
         pasillo, distancia al origen: derecho, izquierdo,lado al que esta
         0 2.5 2.5 -1
         1 2.5 2.5 1
        """;

    private const string Orders = """
         Numero de pedidos
         1
         duedate num_referencias // pasillo lado altura peso
         1338720.55 2
         0 1 4.5 1.5 7
         1 0 19 2 8
        """;

    [Fact]
    public void An_albareda_instance_is_read_with_its_geometry()
    {
        var problem = AlbaredaReader.Read(new StringReader(Layout), new StringReader(Orders));

        problem.Layout.AisleX.ToArray().ShouldBe([-2.5, 2.5]);
        problem.Layout.CrossAisleY.ToArray().ShouldBe([0, 23]);
        problem.Cart.Capacity.ShouldBe(5);
        problem.Loads.ShouldBe([3.5]);
        problem.Orders[0].Lines[0].Position.ShouldBe(new PickPosition(0, 6));
    }

    [Fact]
    public void Truncated_or_spoilt_files_are_refused_with_the_line()
    {
        var cut = Orders[..Orders.LastIndexOf('\n')];
        Read(Layout, cut).Message.ShouldContain("orders after line 5 is the end: it lacks aisle, side");
        Read(Layout, Orders.Replace("19 2 8", "x 2 8")).Message.ShouldContain("orders line 6 is x");
        Read(Layout, Orders.Replace("19 2 8", "NaN 2 8")).Message.ShouldContain("orders line 6 is NaN");
        Read(Layout.Replace(" 2 4", " 2.5 4"), Orders).Message.ShouldContain("layout line 2");
        Read("", Orders).Message.ShouldContain("layout after line 0");

        Should
            .Throw<OptimizationInputException>(() =>
                HennReader.Read(new StringReader("no_aisles_: 10\nno_cells__: 45"), new StringReader(""))
            )
            .Message.ShouldContain("it lacks cell_lengt");
    }

    [Fact]
    public void Batching_a_published_albareda_instance_saves_a_quarter_of_the_walk()
    {
        using var layout = WarehouseData.Open(Albareda + "layout_04_000.txt");
        using var orders = WarehouseData.Open(Albareda + "pedido_04_000.txt");

        Saved(AlbaredaReader.Read(layout, orders), orders: 50).ShouldBeGreaterThan(0.25);
    }

    [Fact]
    public void Batching_a_published_henn_instance_saves_a_quarter_of_the_walk()
    {
        using var setting = WarehouseData.Open("W5A_Henn/abc1/sett29.txt");
        using var orders = WarehouseData.Open("W5A_Henn/abc1/29s-40-30-0.txt");

        Saved(HennReader.Read(setting, orders), orders: 40).ShouldBeGreaterThan(0.25);
    }

    private static double Saved(BatchingProblem problem, int orders)
    {
        problem.Orders.Count.ShouldBe(orders);
        var baseline = FirstComeBatching.Plan(problem, RouteRule.SShape);
        var plan = OrderBatcher.Plan(problem, new BatchingOptions(SearchLimit.Iterations(1_000)));
        return 1 - plan.Length / baseline.Length;
    }

    private static OptimizationInputException Read(string layout, string orders) =>
        Should.Throw<OptimizationInputException>(() =>
            AlbaredaReader.Read(new StringReader(layout), new StringReader(orders))
        );
}
