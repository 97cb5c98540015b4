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

    /// <summary>The stream of a customer.</summary>
    public static StreamName Stream(string customer) => StreamName.Of("customer", customer);

    /// <summary>Under whose key the customer's personal data is sealed.</summary>
    public static string Subject(string customer) => $"customer/{customer}";

    /// <summary>The customer of a subject; null when it is another kind of subject.</summary>
    public static string? OfSubject(string subject) =>
        subject.StartsWith("customer/", StringComparison.Ordinal) ? subject["customer/".Length..] : null;

    /// <summary>A personal value of a customer; nothing for nothing.</summary>
    public static Personal? Sealed(string customer, string? text) =>
        string.IsNullOrEmpty(text) ? null : new Personal(Subject(customer), text);

    /// <summary>Folds one fact in.</summary>
    public static Customer Evolve(Customer customer, object fact) =>
        fact switch
        {
            CustomerRegistered => customer with { Registered = true },
            CustomerChanged => customer,
            _ => throw new InvalidOperationException($"A customer cannot fold a {fact.GetType().Name}."),
        };
}
