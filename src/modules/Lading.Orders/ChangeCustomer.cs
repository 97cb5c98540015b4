using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>Body of <c>PUT /customers/{customer}</c>: what is left out is emptied.</summary>
public sealed record ChangeCustomerRequest(
    string? Name = null,
    string? Email = null,
    string? Phone = null,
    string? Country = null
);

/// <summary>Replaces a customer's master data.</summary>
public static class ChangeCustomer
{
    /// <summary><c>PUT /customers/{customer}</c>.</summary>
    public static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, OrdersHttp.Default.ChangeCustomerRequest);
        if (problem is not null)
            return problem;
        var id = (string)http.Request.RouteValues["customer"]!;
        var caller = call!.Caller;
        var checks = new Checks();
        Entered.Id(checks, "customer", id, 80);
        RegisterCustomer.Check(checks, call.Body.Name, call.Body.Email, call.Body.Phone, call.Body.Country);
        if (!checks.Pass)
            return await call.Refuse(checks);
        var venture = OrderCall.Known(caller).VentureOfCustomer(id);
        if (venture is not null && !caller.Reach.SeesRecord(venture, id, []))
            return await call.Refuse(OrderRefusals.UnknownCustomer(id));
        var wanted = new CustomerChanged(
            id,
            Customer.Sealed(id, call.Body.Name),
            Customer.Sealed(id, call.Body.Email),
            Customer.Sealed(id, call.Body.Phone),
            call.Body.Country
        );
        var stream = Customer.Stream(id);
        return await call.Send([stream], on => on.Append(stream, Decide(on.State<Customer>(stream), wanted)));
    }

    public static Decision Decide(Customer customer, CustomerChanged wanted) =>
        customer.Registered ? Decision.Accept(wanted) : OrderRefusals.UnknownCustomer(customer.Id);
}
