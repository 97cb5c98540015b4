using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Orders;

namespace Lading.Modules.Tests.Orders;

public sealed class CustomerSpecs
{
    private static readonly CustomerRegistered Registered = new(
        "C-1",
        "main",
        new Personal("customer/C-1", "Ada"),
        null,
        null,
        "GB"
    );

    private static readonly CustomerChanged Changed = new(
        "C-1",
        new Personal("customer/C-1", "Ada L."),
        null,
        null,
        "FR"
    );

    private static Spec<Customer> Given(params object[] events) =>
        new Spec<Customer>(Customer.Kind, "C-1").Given(events);

    [Fact]
    public void A_customer_is_registered() =>
        Given().When(c => RegisterCustomer.Decide(c, Registered)).Then(Registered);

    [Fact]
    public void A_customer_is_registered_once() =>
        Given(Registered).When(c => RegisterCustomer.Decide(c, Registered)).ThenRefused("orders.customer-exists");

    [Fact]
    public void A_customer_is_changed() => Given(Registered).When(c => ChangeCustomer.Decide(c, Changed)).Then(Changed);

    [Fact]
    public void An_unknown_customer_is_not_changed() =>
        Given().When(c => ChangeCustomer.Decide(c, Changed)).ThenRefused("orders.unknown-customer");
}
