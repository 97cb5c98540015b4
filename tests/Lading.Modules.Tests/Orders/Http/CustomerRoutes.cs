using Lading.Contracts.Platform;

namespace Lading.Modules.Tests.Orders.Http;

public sealed class CustomerRoutes : IAsyncLifetime
{
    private const string Ada =
        """{"customer": "C-1", "venture": "main", "name": "Ada", "email": "ada@example.org", "country": "GB"}""";

    private OrdersHost host = null!;

    public async ValueTask InitializeAsync() => host = await OrdersHost.Start();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_customer_is_registered_read_listed_and_changed()
    {
        (await host.Post("/customers", Ada)).Is(201);
        (await host.Post("/customers", Ada)).Is(409);
        (await host.Get("/customers/C-1"))["email"].ShouldBe("ada@example.org");
        (await host.Post("/customers/C-1", """{"name": "Ada L."}""", method: "PUT")).Is(200);
        var changed = await host.Get("/customers/C-1");
        changed["name"].ShouldBe("Ada L.");
        changed["email"].ShouldBeNull();
        (await host.Get("/customers?q=C"))["items[0].customer"].ShouldBe("C-1");
        (await host.Get("/customers/C-1", "side")).Is(404);
        (await host.Post("/customers/C-9", "{}", method: "PUT")).Is(404);
    }

    [Fact]
    public async Task Customers_are_paged_by_key()
    {
        for (var i = 1; i <= 5; i++)
            await host.Post("/customers", Ada.Replace("C-1", $"C-{i}"));
        var first = await host.Get("/customers?limit=3");
        var second = await host.Get($"/customers?limit=3&cursor={first["next"]}");
        second["items[0].customer"].ShouldBe("C-4");
        second["next"].ShouldBeNull();
    }

    [Fact]
    public async Task An_erased_person_is_gone_from_the_customer_and_from_the_address_of_orders()
    {
        await host.Post("/customers", Ada);
        const string order = """
            {"order": "A-1", "customer": "C-1", "shipTo": {"name": "Ada", "street": "1 Mill Lane", "city": "London"},
             "lines": [{"sku": "JAR", "quantity": 4}]}
            """;
        (await host.Post("/orders", order)).Is(201);
        var split = await host.Post("/orders/A-1/split", """{"lines": [{"line": "1", "quantity": 1}]}""");
        (await host.Get($"/orders/{split["id"]}"))["shipTo.name"].ShouldBe("Ada");

        host.Cipher.Erased = "customer/C-1";
        await host.Tell("person/customer/C-1", new PersonErased("customer/C-1", "asked for"));
        var customer = await host.Get("/customers/C-1");
        (customer["name"], customer["email"], customer["erased"]).ShouldBe((null, null, "true"));
        customer["country"].ShouldBe("GB");
        var placed = await host.Get("/orders/A-1");
        (placed["shipTo.name"], placed["shipTo.city"]).ShouldBe((null, "London"));
    }

    [Fact]
    public async Task A_wrong_field_is_named()
    {
        (await host.Post("/customers", Ada.Replace("ada@example.org", "ada"))).Is(400)["field"].ShouldBe("email");
        (await host.Post("/customers", Ada.Replace("C-1", "C/1"))).Is(400)["field"].ShouldBe("customer");
        (
            await host.Post(
                "/orders",
                """{"customer": "C-7", "venture": "main", "lines": [{"sku": "JAR", "quantity": 4}]}"""
            )
        ).Is(400);
    }
}
