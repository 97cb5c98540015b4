using System.Security.Cryptography;
using Lading.Log;
using Lading.Platform;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Orders;

/// <summary>Orders and customers: the module's table of contents.</summary>
public sealed class OrdersModule(TimeProvider time) : IModule
{
    private const string OrdersTag = "Orders";
    private const string CustomersTag = "Customers";
    private readonly OrderNumbers numbers = new(time, RandomNumberGenerator.Create());

    /// <inheritdoc />
    public string Name => "orders";

    /// <inheritdoc />
    public void Teach(LogModel model)
    {
        OrdersEvents.Register(model.Events);
        model.Add(Order.Kind).Add(Customer.Kind).Add(TakeBack.Kind);

        // inline
        model.Add(OrdersDirectory.Projection).Add(Customers.Projection).Add(OrderRow.Projection);

        // followers
        model
            .Add(OrderList.Projection)
            .Add(OrderTimeline.Projection)
            .Add(OrderDays.Projection)
            .Add(OrderCourse.Projection);

        model.Add(OrdersDirectory.Memory);
        model.Add(FollowStock.Policy);
    }

    /// <inheritdoc />
    public IReadOnlyList<StreamGuard> Guards { get; } =
    [
        new("order", ReadOrder.Visible),
        StreamGuard.Of(
            "customer",
            (caller, customer) =>
                OrderCall.Known(caller).VentureOfCustomer(customer) is { } venture
                && caller.Reach.SeesRecord(venture, customer, [])
        ),
    ];

    /// <inheritdoc />
    public IReadOnlyList<NavigationEntry> Navigation { get; } =
    [new("orders", "Orders", "Orders", "orders.read"), new("customers", "Customers", "Orders", "orders.read")];

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        MapPlacing(api);
        MapWork(api);
        MapReads(api);
        MapCustomers(api);
    }

    private void MapPlacing(IEndpointRouteBuilder api)
    {
        Write<PlaceOrderRequest>(
            api.Post("/orders", "orders.write", http => PlaceOrder.Handle(http, numbers))
                .IsWorth((caller, body) => PlaceOrder.Worth(caller, body, numbers)),
            201
        );
        api.Post("/orders/batch", "orders.write", http => PlaceOrders.Handle(http, numbers))
            .Without(RequestHeaders.IfMatch)
            .Accepts<BatchOrder>("application/x-ndjson", "application/ndjson", "application/jsonl")
            .Produces<BatchResult>(200, "application/x-ndjson")
            .Produces<Problem>(413, "application/problem+json")
            .WithTags(OrdersTag)
            .WithSummary("Places many orders, each line a command of its own")
            .WithDescription(
                $"At most {PlaceOrders.MaxLines} lines and {PlaceOrders.MaxBytes} bytes, and {CommandCall.MaxBody} "
                    + "bytes a line. A request that says in Content-Length that it is larger is refused with 413 and "
                    + "nothing of it is read. One that grows larger is read up to there: the orders of the lines "
                    + "before stand, so the answer is 200 with a line for each, and its last line has the status 413, "
                    + "the number of the line where reading stopped, and what to do with the rest. When nothing "
                    + "stands before that line, the answer itself is 413."
            );
    }

    private void MapWork(IEndpointRouteBuilder api)
    {
        Write<ChangeLinesRequest>(
            api.Post("/orders/{order}/lines", "orders.write", ChangeOrderLines.Handle).OwnRecords()
        );
        Write<HoldRequest>(api.Post("/orders/{order}/hold", "orders.write", HoldOrder.Handle).OwnRecords());
        Write<ReleaseRequest>(api.Post("/orders/{order}/release", "orders.write", ReleaseOrder.Handle).OwnRecords());
        Write<CancelRequest>(api.Post("/orders/{order}/cancel", "orders.write", CancelOrder.Handle).OwnRecords());
        Write<SplitRequest>(
            api.Post("/orders/{order}/split", "orders.write", http => SplitOrder.Handle(http, numbers)).OwnRecords(),
            201
        );
        Write<PickRequest>(api.Post("/orders/{order}/pick", "orders.fulfil", PickOrder.Handle));
        Write<ShipRequest>(api.Post("/orders/{order}/ship", "orders.fulfil", ShipOrder.Handle));
        Write<ReturnRequest>(api.Post("/orders/{order}/return", "orders.fulfil", ReturnOrder.Handle));
        Write<TakeBackRequest, TakenBack>(api.Post("/orders/take-back", "orders.write", TakeBack.Handle));
    }

    private static void MapReads(IEndpointRouteBuilder api)
    {
        Read<OrderListPage>(
            api.Get("/orders", "orders.read", OrderList.Handle).OwnRecords().Query(OrderListQuery.Names)
        );
        Read<OrderCountsView>(
            api.Get("/orders/counts", "orders.read", OrderCounts.Handle).OwnRecords().Query(OrderCounts.Names)
        );
        Read<OrderCourseView>(api.Get("/orders/course", "orders.read", OrderCourse.Handle).Query(OrderCourse.Names));
        Read<OrderDayList>(api.Get("/orders/days", "orders.read", OrderDays.Handle).Query(OrderDays.Names));
        Read<OrderView>(
            api.Get("/orders/{order}", "orders.read", ReadOrder.Handle)
                .OwnRecords()
                .IsVersioned()
                .Header(RequestHeaders.IfNoneMatch)
        );
        api.Get("/orders/{order}/placed", "orders.read", ReadPlaced.Handle)
            .OwnRecords()
            .Produces<PlacedView>()
            .WithTags(OrdersTag);
        Read<TimelinePage>(
            api.Get("/orders/{order}/timeline", "orders.read", OrderTimeline.Handle).OwnRecords().Query(Page.Names)
        );
    }

    private static void MapCustomers(IEndpointRouteBuilder api)
    {
        Write<RegisterCustomerRequest>(
            api.Post("/customers", "orders.write", RegisterCustomer.Handle),
            201,
            CustomersTag
        );
        Write<ChangeCustomerRequest>(
            api.Put("/customers/{customer}", "orders.write", ChangeCustomer.Handle).OwnRecords(),
            200,
            CustomersTag
        );
        Read<CustomerPage>(
            api.Get("/customers", "orders.read", Customers.List).OwnRecords().Query(Customers.Names),
            CustomersTag
        );
        Read<CustomerView>(
            api.Get("/customers/{customer}", "orders.read", Customers.Read).OwnRecords().IsVersioned(),
            CustomersTag
        );
    }

    private static void Write<TRequest>(RouteHandlerBuilder route, int status = 200, string tag = OrdersTag)
        where TRequest : notnull => route.Accepts<TRequest>("application/json").Produces<Written>(status).WithTags(tag);

    private static void Write<TRequest, TAnswer>(RouteHandlerBuilder route)
        where TRequest : notnull => route.Accepts<TRequest>("application/json").Produces<TAnswer>().WithTags(OrdersTag);

    private static void Read<TAnswer>(RouteHandlerBuilder route, string tag = OrdersTag) =>
        route.ReadsModel().Produces<TAnswer>().WithTags(tag);
}
