using Lading.Contracts.Orders;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>A charge as entered.</summary>
public sealed record ServiceRequest
{
    public string? Line { get; init; }

    public string? Code { get; init; }

    public string? Description { get; init; }

    public long Quantity { get; set; } = 1;

    /// <summary>For all of the quantity.</summary>
    public Price? Amount { get; init; }
}

/// <summary>An address as entered.</summary>
public sealed record ShipToRequest
{
    public string? Name { get; init; }

    public string? Street { get; init; }

    public string? Phone { get; init; }

    public string? PostalCode { get; init; }

    public string? City { get; init; }

    public string? Country { get; init; }
}

/// <summary>Body of <c>POST /orders</c>.</summary>
public record PlaceOrderRequest
{
    /// <summary>The order's number; left out: one is made.</summary>
    public string? Order { get; init; }

    /// <summary>Left out: the only venture one may see.</summary>
    public string? Venture { get; init; }

    public string? Customer { get; init; }

    public OrderType Type { get; init; }

    /// <summary>1 (first) to 9 (last).</summary>
    public int Priority { get; set; } = 5;

    public DateOnly? RequestedOn { get; init; }

    /// <summary>Sites to promise from, in order of preference; left out: all that one may see.</summary>
    public IReadOnlyList<string> Sites { get; set; } = [];

    public IReadOnlyList<LineRequest> Lines { get; set; } = [];

    public IReadOnlyList<ServiceRequest> Services { get; set; } = [];

    public ShipToRequest? ShipTo { get; init; }

    public string? Reference { get; init; }

    public string Source { get; set; } = "api";

    /// <summary>When it was placed, if not now: an order brought in from elsewhere.</summary>
    public DateTimeOffset? Happened { get; init; }
}

/// <summary>Places an order under a number that nobody has used.</summary>
public static class PlaceOrder
{
    /// <summary><c>POST /orders</c>.</summary>
    public static async Task<IResult> Handle(HttpContext http, OrderNumbers numbers)
    {
        var (call, problem) = await CommandCall.Read(http, OrdersHttp.Default.PlaceOrderRequest);
        if (problem is not null)
            return problem;
        var checks = new Checks();
        var wanted = Read(call!.Body, call.Caller, numbers, checks);
        if (!checks.Pass)
            return await call.Refuse(checks, OrderCall.Location);
        var stream = Order.Stream(wanted.Order);
        return await call.Send(
            [stream],
            on => Place(on, stream, call.Caller, wanted, call.Body.Happened),
            OrderCall.Location
        );
    }

    /// <summary>What the order of this body is worth; null when a line has no price, or when it is no good
    /// order.</summary>
    internal static Money? Worth(Caller caller, ReadOnlyMemory<byte> body, OrderNumbers numbers)
    {
        if (StrictJson.Read(body.Span, OrdersHttp.Default.PlaceOrderRequest) is not ({ } request, null))
            return null;
        var checks = new Checks();
        var wanted = Read(request, caller, numbers, checks);
        return checks.Pass ? OrderWorth.Of(wanted) : null;
    }

    /// <summary>The whole rule of placing: within the caller's limit, not in the time to come, under a number nobody
    /// used.</summary>
    internal static Refusal? Place(
        Deciding on,
        StreamName stream,
        Caller caller,
        OrderPlaced wanted,
        DateTimeOffset? happened
    ) =>
        OrderWorth.OverLimit(caller, on.Now, wanted) is { } over ? over
        : happened?.UtcDateTime > on.Now ? OrderRefusals.HappensLater(happened.Value.UtcDateTime, on.Now)
        : on.Append(stream, Decide(on.State<OrderState>(stream), wanted), happened?.UtcDateTime);

    /// <summary>Turns a request into the fact that is wanted, noting everything that is wrong with it.</summary>
    public static OrderPlaced Read(PlaceOrderRequest body, Caller caller, OrderNumbers numbers, Checks checks)
    {
        var known = OrderCall.Known(caller);
        var number = body.Order ?? numbers.Next();
        checks.That(
            OrderNumber.IsValid(number),
            "order",
            number,
            "A number is 1 to 40 letters, digits, '.', '_' or '-', and starts with a letter or digit.",
            "Leave it out and one is made."
        );
        var venture = Venture(body.Venture, caller, known, checks);
        Customer(body.Customer, venture, known, checks);
        checks.That(body.Priority is >= 1 and <= 9, "priority", body.Priority, "A priority is 1 (first) to 9 (last).");
        checks.That(Enum.IsDefined(body.Type), "type", body.Type, "There is no such order type.");
        Entered.Text(checks, "reference", body.Reference, 100);
        Entered.Id(checks, "source", body.Source, 40);
        checks.That(body.Sites.Count <= 100, "sites", body.Sites.Count, "An order names at most 100 sites.");
        Entered.Day(checks, "requestedOn", body.RequestedOn);
        Entered.Time(checks, "happened", body.Happened);
        Sites(body.Sites, venture, caller, checks);

        var lines = new List<OrderLine>(body.Lines.Count);
        foreach (var line in body.Lines.Take(Order.MaxLines))
            lines.Add(Entered.Line(line, new FieldPath("lines", lines.Count), lines.Count + 1, venture, known, checks));
        var services = Services(body.Services, lines.Count, checks);
        Together(body, lines, services, checks);
        return new OrderPlaced(
            number,
            venture ?? "",
            body.Customer,
            body.Type,
            body.Priority,
            body.RequestedOn,
            body.Sites.Count == 0 && caller.Reach.IsCutBySites ? known.SitesOf(venture, caller) : body.Sites,
            lines,
            services,
            Address(body.ShipTo, body.Customer is { } c ? Orders.Customer.Subject(c) : $"order/{number}", checks),
            body.Reference,
            body.Source
        );
    }

    private static void Sites(IReadOnlyList<string> sites, string? venture, Caller caller, Checks checks)
    {
        for (var i = 0; i < Math.Min(sites.Count, 100); i++)
        {
            Entered.Site(checks, new FieldPath("sites", i), sites[i], venture, caller);
            checks.That(
                sites.Take(i).All(s => s != sites[i]),
                new FieldPath("sites", i),
                sites[i],
                "This site is named before.",
                "Name each site once, the preferred first."
            );
        }
    }

    /// <summary>The number is claimed by being the stream's key: the second to ask for it is refused.</summary>
    public static Decision Decide(OrderState order, OrderPlaced wanted)
    {
        if (order.Stage != OrderStage.Unplaced)
            return OrderRefusals.OrderExists(wanted.Order);
        if (OrderLines.Problems(wanted.Lines, wanted.Services).FirstOrDefault() is { } problem)
            return problem;

        // Nothing but charges: there is nothing to ship, so nothing is open.
        return wanted.Lines.Count == 0
            ? Decision.Accept(wanted, new OrderCompleted(wanted.Order))
            : Decision.Accept(wanted);
    }

    /// <summary>An address whose personal parts are sealed under the key of <paramref name="subject"/>.</summary>
    internal static ShipTo? Address(ShipToRequest? to, string subject, Checks checks)
    {
        if (to is null)
            return null;
        Entered.Text(checks, "shipTo.name", to.Name, 200);
        Entered.Text(checks, "shipTo.street", to.Street, 200);
        Entered.Text(checks, "shipTo.phone", to.Phone, 50);
        Entered.Text(checks, "shipTo.postalCode", to.PostalCode, 20);
        Entered.Text(checks, "shipTo.city", to.City, 100);
        Entered.Text(checks, "shipTo.country", to.Country, 60);
        return new ShipTo(Of(to.Name), Of(to.Street), Of(to.Phone), to.PostalCode, to.City, to.Country);

        Personal? Of(string? text) => string.IsNullOrEmpty(text) ? null : new Personal(subject, text);
    }

    internal static string? Venture(string? named, Caller caller, OrdersDirectory known, Checks checks)
    {
        var venture = named ?? known.OnlyVenture(caller.Sees);
        if (!checks.That(venture is not null, "venture", null, "Which venture?", "Use a code of GET /api/v1/ventures."))
            return null;
        var seen = known.HasVenture(venture!) && caller.Sees(venture!);
        return checks.That(seen, "venture", venture, "There is no such venture.", "Use a code of GET /api/v1/ventures.")
            ? venture
            : null;
    }

    private static void Customer(string? customer, string? venture, OrdersDirectory known, Checks checks)
    {
        if (customer is null)
            return;
        var of = known.VentureOfCustomer(customer);
        checks.That(
            of is not null && (venture is null || of == venture),
            "customer",
            customer,
            "There is no such customer.",
            "Register it with POST /api/v1/customers, or leave it out."
        );
    }

    private static List<ServiceLine> Services(IReadOnlyList<ServiceRequest> services, int before, Checks checks)
    {
        var lines = new List<ServiceLine>(services.Count);
        foreach (var service in services.Take(Order.MaxLines))
        {
            var at = new FieldPath("services", lines.Count);
            var id = service.Line ?? $"{before + lines.Count + 1}";
            Entered.Id(checks, at.Of("line"), id, 40);
            Entered.Id(checks, at.Of("code"), service.Code, 40);
            Entered.Text(checks, at.Of("description"), service.Description, 500);
            checks.That(
                service.Quantity is > 0 and <= 1_000_000,
                at.Of("quantity"),
                service.Quantity,
                "A count is 1 to 1000000."
            );
            var amount = Entered.Money(service.Amount, at.Of("amount"), checks);
            lines.Add(new ServiceLine(id, service.Code ?? "", service.Description, service.Quantity, amount));
        }

        return lines;
    }

    /// <summary>What must hold for all lines together: their number, their ids, one currency.</summary>
    private static void Together(
        PlaceOrderRequest body,
        List<OrderLine> lines,
        List<ServiceLine> services,
        Checks checks
    )
    {
        var count = body.Lines.Count + body.Services.Count;
        if (count > Order.MaxLines)
            checks.Add("lines", count, OrderRefusals.LineCount(count));
        foreach (var problem in OrderLines.Problems(lines, services))
            checks.Add(problem.Field!, problem.Value, problem);
        var currencies = lines
            .Select(l => l.UnitPrice?.Currency)
            .Concat(services.Select(s => s.Amount.Currency))
            .Where(c => c is not null)
            .Distinct()
            .Take(2)
            .ToArray();
        checks.That(
            currencies.Length < 2,
            "lines",
            string.Join(", ", currencies),
            "All prices of an order are in one currency.",
            "Place one order per currency."
        );
    }
}
