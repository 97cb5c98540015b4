using System.Text.Json.Serialization.Metadata;
using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>
/// What every command about one existing order does: read the request, check it, decide on the order's stream.
/// </summary>
internal static class OrderCall
{
    /// <summary>
    /// Reads, checks all fields at once, and sends the decision; an order of a venture one may not see does not
    /// exist.
    /// </summary>
    public static async Task<IResult> Send<TRequest, TCommand>(
        HttpContext http,
        JsonTypeInfo<TRequest> json,
        Func<TRequest, Caller, Checks, TCommand> read,
        Func<OrderState, TCommand, Decision> decide,
        Func<OrderState, TCommand, Caller, DateTime, Refusal?>? allow = null
    )
        where TRequest : class
    {
        var (call, problem) = await CommandCall.Read(http, json);
        if (problem is not null)
            return problem;
        var number = (string)http.Request.RouteValues["order"]!;
        if (!OrderNumber.IsValid(number))
            return await call!.Refuse(OrderRefusals.UnknownOrder(number));
        var checks = new Checks();
        var caller = call!.Caller;
        var command = read(call.Body, caller, checks);
        if (!checks.Pass)
            return await call.Refuse(checks);
        var stream = Order.Stream(number);
        return await call.Send(
            [stream],
            on =>
            {
                var order = on.State<OrderState>(stream);
                return IsHidden(order, caller)
                    ? OrderRefusals.UnknownOrder(number)
                    : allow?.Invoke(order, command, caller, on.Now) ?? on.Append(stream, decide(order, command));
            }
        );
    }

    /// <summary>Whether the order is of a part of the company the caller may not see.</summary>
    public static bool IsHidden(OrderState order, Caller caller) =>
        order.Stage != OrderStage.Unplaced && !caller.Reach.SeesRecord(order.Venture, order.Customer, order.Sites);

    /// <summary>Where an order is read.</summary>
    public static string Location(string order) => $"/api/v1/orders/{order}";

    /// <summary>The directory of the caller's tenant.</summary>
    public static OrdersDirectory Known(Caller caller) => caller.Log.Memory(OrdersDirectory.Memory);
}
