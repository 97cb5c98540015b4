using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>Replaces a customer's master data.</summary>
public static class ChangeCustomer
{
    public static Decision Decide(Customer customer, CustomerChanged wanted) =>
        customer.Registered ? Decision.Accept(wanted) : OrderRefusals.UnknownCustomer(customer.Id);
}
