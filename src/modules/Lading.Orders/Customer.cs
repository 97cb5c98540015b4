using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>
/// A customer: stream <c>customer/{customer}</c>. Decisions only ask whether it is there; personal data stays
/// in facts.
/// </summary>
public sealed record Customer(string Id, bool Registered)
{
    public static readonly StreamKind<Customer> Kind = new("customer", key => new Customer(key, false), Evolve);

    /// <summary>The stream of a customer, and the subject under whose key its personal data is sealed.</summary>
    public static StreamName Stream(string customer) => StreamName.Of("customer", customer);

    /// <summary>Folds one fact in.</summary>
    public static Customer Evolve(Customer customer, object fact) =>
        fact switch
        {
            CustomerRegistered => customer with { Registered = true },
            CustomerChanged => customer,
            _ => throw new InvalidOperationException($"A customer cannot fold a {fact.GetType().Name}."),
        };
}
