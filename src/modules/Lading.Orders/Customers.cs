using Lading.Contracts.Orders;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Lading.Orders;

/// <summary>A customer as an answer shows it; an erased person's fields are left out.</summary>
public sealed record CustomerView(
    string Customer,
    string Venture,
    string? Name,
    string? Email,
    string? Phone,
    string? Country,
    bool Erased,
    long Version
);

/// <summary>A page of customers, by key.</summary>
public sealed record CustomerPage(IReadOnlyList<CustomerView> Items, string? Next);

/// <summary>
/// <c>GET /customers?venture=&amp;q=</c> and <c>GET /customers/{customer}</c>: inline, with the personal fields.
/// </summary>
public static class Customers
{
    private static readonly Column Id = Column.Text("customer");
    private static readonly Column Venture = Column.Text("venture");
    private static readonly Column Name = Column.Text("name");
    private static readonly Column Email = Column.Text("email");
    private static readonly Column Phone = Column.Text("phone");
    private static readonly Column Country = Column.Text("country");
    private static readonly Column Erased = Column.Integer("erased");
    private static readonly Column Version = Column.Integer("version");

    private static readonly Table Rows = new(
        "customer_row",
        [Id],
        [Venture, Name, Email, Phone, Country, Erased, Version]
    );

    private const string Sql =
        "select customer, venture, name, email, phone, country, erased, version from customer_row "
        + "where venture is not null";

    public static readonly Projection Projection = Projection.Of(
        "customers",
        1,
        ProjectionMode.Inline,
        [Rows],
        [typeof(CustomerRegistered), typeof(CustomerChanged), typeof(PersonErased)],
        Apply
    );

    private static void Apply(Recorded recorded, Rows rows)
    {
        switch (recorded.Fact)
        {
            case CustomerRegistered e:
                Set(rows, e.Customer, e.Name, e.Email, e.Phone, e.Country, recorded).Set(Venture, e.Venture);
                break;
            case CustomerChanged e:
                Set(rows, e.Customer, e.Name, e.Email, e.Phone, e.Country, recorded);
                break;
            case PersonErased e when Customer.OfSubject(e.Subject) is { } customer:
                // A subject that is no customer leaves a row without a venture, which no read shows.
                rows.Row(Rows, customer)
                    .Set(Name, (string?)null)
                    .Set(Email, (string?)null)
                    .Set(Phone, (string?)null)
                    .Set(Erased, 1);
                break;
        }
    }

    private static RowChange Set(
        Rows rows,
        string customer,
        Personal? name,
        Personal? email,
        Personal? phone,
        string? country,
        Recorded recorded
    ) =>
        rows.Row(Rows, customer)
            .Set(Name, name?.Text)
            .Set(Email, email?.Text)
            .Set(Phone, phone?.Text)
            .Set(Country, country)
            .Set(Version, recorded.Version);

    /// <summary><c>GET /customers/{customer}</c>.</summary>
    public static async Task<IResult> Read(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var caller = Caller.Of(http);
        var id = (string)http.Request.RouteValues["customer"]!;
        var found = await caller.Log.Inline.Query($"{Sql} and customer = $1", Row, http.RequestAborted, id);
        if (found.Count == 0 || !caller.Reach.SeesRecord(found[0].Venture, id, []))
            return Problems.Of(OrderRefusals.UnknownCustomer(id));
        http.Response.Headers.ETag = $"\"{found[0].Version}\"";
        return Results.Json(found[0], OrdersHttp.Default.CustomerView);
    }

    private static readonly QueryName Begins = new("q", QueryKind.Text, "Only customers whose code begins so.");

    /// <summary>What the list takes in its query.</summary>
    internal static readonly IReadOnlyList<QueryName> Names = [OrderListQuery.OfVenture, Begins, .. Page.Names];

    /// <summary><c>GET /customers</c>.</summary>
    public static async Task<IResult> List(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var caller = Caller.Of(http);
        var checks = new Checks();
        var page = Page.Read(http, checks, "t");
        if (page.After is { } cursor)
            checks.That(cursor[0].AsText is not null, "cursor", null, "This is not a cursor of this list.");
        if (!checks.Pass)
            return Problems.Of(checks);
        var (where, parameters) = Where(http, caller, page);
        var items = await caller.Log.Inline.Query(
            $"{Sql}{where} order by customer limit {page.Limit + 1}",
            Row,
            http.RequestAborted,
            [.. parameters]
        );
        if (items.Count <= page.Limit)
            return Results.Json(new CustomerPage(items, null), OrdersHttp.Default.CustomerPage);
        items.RemoveAt(page.Limit);
        return Results.Json(new CustomerPage(items, Page.Cursor(items[^1].Customer)), OrdersHttp.Default.CustomerPage);
    }

    private static (string Where, List<Cell> Parameters) Where(HttpContext http, Caller caller, Page page)
    {
        var parameters = new List<Cell>();
        var where = "";
        if (http.Given(OrderListQuery.OfVenture) is { Length: > 0 } venture)
            where += $" and venture = {Parameter(venture)}";
        if (ReachSql.Where(caller.Reach, new Owning("venture", Customer: "customer"), Parameter) is { } reached)
            where += $" and {reached}";
        if (http.Given(Begins) is { Length: > 0 } prefix)
            where += $" and customer >= {Parameter(prefix)} and customer < {Parameter(prefix + '\uFFFF')}";
        if (page.After is { } after)
            where += $" and customer > {Parameter(after[0])}";
        return (where, parameters);

        string Parameter(Cell value)
        {
            parameters.Add(value);
            return $"${parameters.Count}";
        }
    }

    private static CustomerView Row(IRow r) =>
        new(r.Text(0)!, r.Text(1)!, r.Text(2), r.Text(3), r.Text(4), r.Text(5), r.Integer(6) == 1, r.Integer(7));
}
