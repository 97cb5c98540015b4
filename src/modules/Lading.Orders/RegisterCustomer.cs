using Lading.Contracts.Orders;
using Lading.Kernel;

namespace Lading.Orders;

/// <summary>Registers a customer under a key that nobody has used.</summary>
public static class RegisterCustomer
{
    public static Decision Decide(Customer customer, CustomerRegistered wanted) =>
        customer.Registered ? OrderRefusals.CustomerExists(customer.Id) : Decision.Accept(wanted);
}
