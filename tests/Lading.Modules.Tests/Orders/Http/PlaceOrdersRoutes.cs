using System.Text.Json.Nodes;

namespace Lading.Modules.Tests.Orders.Http;

public sealed class PlaceOrdersRoutes : IAsyncLifetime
{
    private const string Batch = """
        {"order": "B-1", "lines": [{"sku": "JAR", "quantity": 1}]}

        {"order": "B-1", "lines": [{"sku": "JAR", "quantity": 2}]}
        not json
        {"id": "own", "order": "B-2", "lines": [{"sku": "NONE", "quantity": 1}]}
        {"lines": [{"sku": "LAMP", "quantity": 1}]}
        """;

    private OrdersHost host = null!;

    public async ValueTask InitializeAsync() => host = await OrdersHost.Start();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Each_line_gets_its_own_answer()
    {
        var results = Results(await host.Post("/orders/batch", Batch));
        results.Select(r => (int)r["line"]!).ShouldBe([1, 3, 4, 5, 6]);
        results.Select(r => (int)r["status"]!).ShouldBe([201, 409, 400, 400, 201]);
        results[3]["id"]!.ToString().ShouldBe("own");
        results[3]["problem"]!["field"]!.ToString().ShouldBe("lines[0].sku");
        results[4]["order"]!.ToString().ShouldStartWith("SO-");
    }

    [Fact]
    public async Task The_same_batch_again_changes_nothing()
    {
        var first = Results(await host.Post("/orders/batch", Batch, "batch"));
        var head = host.Log.Head;
        var again = Results(await host.Post("/orders/batch", Batch, "batch"));
        again.Select(r => $"{r["order"]}").ShouldBe(first.Select(r => $"{r["order"]}"));
        again[0]["replayed"]!.ToString().ShouldBe("true");
        host.Log.Head.ShouldBe(head);
    }

    [Fact]
    public async Task More_lines_than_a_batch_may_have_are_not_read()
    {
        var lines = string.Join('\n', Enumerable.Repeat("x", 10_002));
        var results = Results(await host.Post("/orders/batch", lines));
        results.Count.ShouldBe(10_001);
        results[^1]["problem"]!["code"]!.ToString().ShouldBe("orders.batch-too-large");
        results[^1]["problem"]!["detail"]!.ToString().ShouldEndWith("reading stopped at line 10001.");
    }

    [Fact]
    public async Task A_batch_of_nothing_answers_nothing() =>
        Results(await host.Post("/orders/batch", "\n\n")).ShouldBeEmpty();

    [Fact]
    public async Task A_batch_needs_a_key() => (await host.Post("/orders/batch", Batch, "")).Is(400);

    [Fact]
    public async Task A_thousand_orders_are_placed_in_one_go()
    {
        var body = string.Join(
            '\n',
            Enumerable
                .Range(1, 1_000)
                .Select(i => $$"""{"order": "T-{{i}}", "lines": [{"sku": "JAR", "quantity": 1}]}""")
        );
        Results(await host.Post("/orders/batch", body)).ShouldAllBe(r => (int)r["status"]! == 201);
        (await host.Get("/orders/days"))["items[0].ordersPlaced"].ShouldBe("1000");
    }

    private static List<JsonNode> Results(Reply reply) =>
        reply.Is(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();
}
