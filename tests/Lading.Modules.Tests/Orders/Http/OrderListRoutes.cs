namespace Lading.Modules.Tests.Orders.Http;

public sealed class OrderListRoutes : IAsyncLifetime
{
    private OrdersHost host = null!;

    public async ValueTask InitializeAsync()
    {
        host = await OrdersHost.Start();
        for (var i = 1; i <= 7; i++)
        {
            var body =
                $$"""{"order": "N-{{i}}", "priority": {{i % 3 + 1}}, "lines": [{"sku": "JAR", "quantity": {{i}}}]}""";
            (await host.Post("/orders", body)).Is(201);
        }
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("", "7 6 5 4 3 2 1")]
    [InlineData("sort=priority&", "3 6 1 4 7 2 5")]
    [InlineData("q=n-&", "1 2 3 4 5 6 7")]
    [InlineData("venture=main&state=open&source=api&", "7 6 5 4 3 2 1")]
    public async Task Pages_lead_forth_and_back_over_the_same_orders(string query, string all)
    {
        var (forth, cursors) = (new List<string>(), new List<string?>());
        string? next = "";
        for (var page = 0; next is not null && page < 5; page++)
        {
            var reply = (await host.Get($"/orders?{query}limit=3{next}")).Is(200);
            forth.Add(Numbers(reply));
            cursors.Add(reply["previous"]);
            next = reply["next"] is { } cursor ? $"&cursor={cursor}" : null;
        }

        string.Join(' ', forth).ShouldBe(all);
        cursors[0].ShouldBeNull();
        for (var page = forth.Count - 1; page > 0; page--)
        {
            var reply = (await host.Get($"/orders?{query}limit=3&cursor={cursors[page]}")).Is(200);
            Numbers(reply).ShouldBe(forth[page - 1]);
            (reply["previous"] is null).ShouldBe(page == 1);
            reply["next"].ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("state=lost", "state")]
    [InlineData("sort=random", "sort")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("cursor=WzFd", "cursor")]
    [InlineData("cursor=%00", "cursor")]
    [InlineData("q=%2F", "q")]
    public async Task A_wrong_filter_is_named(string query, string field) =>
        (await host.Get($"/orders?{query}")).Is(400)["field"].ShouldBe(field);

    [Fact]
    public async Task A_cursor_of_another_sort_is_refused()
    {
        var cursor = (await host.Get("/orders?limit=2"))["next"];
        (await host.Get($"/orders?limit=2&q=n&cursor={cursor}")).Is(400);
        (await host.Get($"/orders?limit=2&sort=priority&cursor={cursor}")).Is(400);
    }

    private static string Numbers(Reply reply) =>
        string.Join(' ', reply.Json["items"]!.AsArray().Select(i => i!["order"]!.ToString()[2..]));
}
