using Lading.Kernel;
using Lading.Log;
using Lading.Platform;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Inventory;

/// <summary>Stock: what there is, where, whose, who was promised it, and why every figure is what it is.</summary>
public sealed class InventoryModule : IModule
{
    /// <summary>A hot SKU has a snapshot this often; with 100,000 open reservations one is about 15 MB.</summary>
    private const int SnapshotEvery = 20_000;

    /// <inheritdoc />
    public string Name => "inventory";

    /// <inheritdoc />
    public void Teach(LogModel model)
    {
        InventoryEvents.Register(model.Events);
        model.Add(
            new StreamKind<Stock>(
                Stock.Kind,
                sku => new Stock(sku),
                Stock.Evolve,
                InventoryJson.Default.Stock,
                SnapshotEvery,
                snapshotVersion: 2
            )
        );
        model.Add(new StreamKind<Location>(Location.Kind, Location.Initial, Location.Evolve)).Add(Booking.Kind);
        model
            .Add(SkuList.Projection)
            .Add(LocationList.Projection)
            .Add(StockLevels.Projection)
            .Add(InventoryDirectory.Projection);
        model.Add(StockLedger.Projection).Add(Discrepancies.Projection);
        model.Add(InventoryDirectory.Memory);
        model.Add(PromiseOrders.Policy);
        model.Add(StockCall.SettleHandler).Add(GoodsLeft.Handler);
    }

    /// <inheritdoc />
    public IReadOnlyList<StreamGuard> Guards { get; } =
    [
        // A SKU's facts speak of all sites of its venture.
        StreamGuard.Of(Stock.Kind, (caller, sku) => InventoryDirectory.Of(caller).Shows(caller, sku, null)),
        StreamGuard.Of(
            Location.Kind,
            (caller, key) =>
                key[..key.IndexOf('/', StringComparison.Ordinal)] is var site
                && InventoryDirectory.Of(caller).VentureOfSite(site) is { } venture
                && caller.SeesSite(venture, site)
        ),
    ];

    /// <inheritdoc />
    public IReadOnlyList<NavigationEntry> Navigation { get; } =
    [
        new("stock", "Stock", "Stock", "inventory.read"),
        new("skus", "SKUs", "Stock", "inventory.read"),
        new("locations", "Locations", "Stock", "inventory.read"),
        new("movements", "Movements", "Stock", "inventory.move"),
    ];

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        MapMasterData(api);
        MapWork(api);
        MapFigures(api);
    }

    private static void MapMasterData(IEndpointRouteBuilder api)
    {
        const string tag = "SKUs and locations";
        api.Post("/skus", "inventory.manage", RegisterSku.Handle)
            .Takes<RegisterSkuRequest>(201, tag, "Register a SKU.");
        api.Put("/skus/{sku}", "inventory.manage", ChangeSku.Handle).Takes<ChangeSkuRequest>(200, tag, "Change a SKU.");
        api.Post("/skus/{sku}/discontinue", "inventory.manage", DiscontinueSku.Handle)
            .Takes<ReasonRequest>(200, tag, "Discontinue a SKU.");
        api.Get("/skus", "inventory.read", SkuList.List).Query(SkuList.Names).Answers<SkuPage>(tag, "SKUs by code.");
        api.Get("/skus/{sku}", "inventory.read", SkuList.Read).IsVersioned().Answers<SkuView>(tag, "One SKU.");
        api.Post("/locations", "inventory.manage", OpenLocation.Handle)
            .Takes<OpenLocationRequest>(201, tag, "Open a location.");
        api.Post("/locations/{site}/{location}/close", "inventory.manage", CloseLocation.Handle)
            .Takes<ReasonRequest>(200, tag, "Close a location that is empty.");
        api.Get("/locations", "inventory.read", LocationList.List)
            .Query(LocationList.Names)
            .Answers<LocationPage>(tag, "Locations by site and code.");
        api.Get("/locations/fill", "inventory.read", LocationFill.Read)
            .Query(LocationFill.Site)
            .Answers<FillPage>(tag, "The open locations of a site and what lies there.");
    }

    private static void MapWork(IEndpointRouteBuilder api)
    {
        const string tag = "Stock movements and reservations";
        api.Post("/inventory/movements", "inventory.move", Movements.Handle)
            .Takes<MovementRequest>(200, tag, "Move stock: receipt, opening, adjustment, transfer.");
        api.Post("/inventory/holds", "inventory.move", HoldStock.Handle)
            .Takes<HoldStockRequest>(200, tag, "Hold stock.");
        api.Post("/inventory/holds/release", "inventory.move", UnholdStock.Handle)
            .Takes<HoldStockRequest>(200, tag, "Free held stock.");
        api.Post("/inventory/reservations", "inventory.reserve", ReserveByHand.Handle)
            .Takes<ReserveRequest>(200, tag, "Set stock aside by hand, all or nothing.");
        api.Post("/inventory/reservations/release", "inventory.reserve", ReleaseReservation.Handle)
            .Takes<ReleaseReservationRequest>(200, tag, "Give up a reservation made by hand.");
    }

    private static void MapFigures(IEndpointRouteBuilder api)
    {
        const string tag = "Stock";
        api.Get("/inventory/stock", "inventory.read", StockList.List)
            .Query(StockList.Names)
            .Answers<StockPage>(tag, "Levels by SKU and site.");
        api.Get("/inventory/stock/{sku}", "inventory.read", StockOfSku.Read)
            .Query(TwoTimes.Names)
            .IsVersioned()
            .Answers<StockView>(tag, "The stock of a SKU: now, as of a time, as known at a position.");
        api.Get("/inventory/stock/{sku}/locations", "inventory.read", StockPlacesOfSku.Read)
            .Query(StockPlacesOfSku.Holder)
            .Answers<PlacesView>(tag, "Where a SKU lies: the locations that hold any of it.");
        api.Get("/inventory/stock/{sku}/explain", "inventory.read", ExplainStock.Read)
            .Query(ExplainStock.Names)
            .Answers<Explanation>(tag, "The exact events that make a figure.");
        api.Get("/inventory/discrepancies", "inventory.read", Discrepancies.List)
            .Query(Discrepancies.Names)
            .Answers<DiscrepancyPage>(tag, "Where the books were found to be wrong, newest first.");
    }
}

/// <summary>What a route says of itself in the API document.</summary>
internal static class RouteWords
{
    public static void Takes<T>(this RouteHandlerBuilder route, int status, string tag, string summary)
        where T : notnull =>
        route.Accepts<T>("application/json").Produces<Written>(status).WithTags(tag).WithSummary(summary);

    public static void Answers<T>(this RouteHandlerBuilder route, string tag, string summary) =>
        route.ReadsModel().Produces<T>().WithTags(tag).WithSummary(summary);
}
