using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>Body of <c>POST /customers</c>.</summary>
public sealed record RegisterCustomerRequest
{
    public string? Customer { get; init; }

    /// <summary>Left out: the only venture one may see.</summary>
    public string? Venture { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? Country { get; init; }
}

/// <summary>Registers a customer under a key that nobody has used.</summary>
public static class RegisterCustomer
{
    /// <summary><c>POST /customers</c>.</summary>
    public static async Task<IResult> Handle(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, OrdersHttp.Default.RegisterCustomerRequest);
        if (problem is not null)
            return problem;
        var checks = new Checks();
        var wanted = Read(call!.Body, call.Caller, checks);
        if (!checks.Pass)
            return await call.Refuse(checks, Location);
        var stream = Customer.Stream(wanted.Customer);
        return await call.Send([stream], on => on.Append(stream, Decide(on.State<Customer>(stream), wanted)), Location);
    }

    /// <summary>Turns a request into the fact that is wanted, noting everything that is wrong with it.</summary>
    public static CustomerRegistered Read(RegisterCustomerRequest body, Caller caller, Checks checks)
    {
        var known = OrderCall.Known(caller);
        Entered.Id(checks, "customer", body.Customer, 80);
        var venture = PlaceOrder.Venture(body.Venture, caller, known, checks);
        Check(checks, body.Name, body.Email, body.Phone, body.Country);
        var id = body.Customer ?? "";
        return new CustomerRegistered(
            id,
            venture ?? "",
            Customer.Sealed(id, body.Name),
            Customer.Sealed(id, body.Email),
            Customer.Sealed(id, body.Phone),
            body.Country
        );
    }

    public static Decision Decide(Customer customer, CustomerRegistered wanted) =>
        customer.Registered ? OrderRefusals.CustomerExists(customer.Id) : Decision.Accept(wanted);

    internal static void Check(Checks checks, string? name, string? email, string? phone, string? country)
    {
        Entered.Text(checks, "name", name, 200);
        Entered.Text(checks, "email", email, 200);
        checks.That(email is null or "" || email.Contains('@'), "email", email, "An e-mail address has an @.");
        Entered.Text(checks, "phone", phone, 50);
        Entered.Text(checks, "country", country, 60);
    }

    internal static string Location(string customer) => $"/api/v1/customers/{Uri.EscapeDataString(customer)}";
}
