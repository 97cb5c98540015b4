using Lading.Log;
using Lading.Platform;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Planning;

/// <summary>The planner's bench: routes and forecasts from a file, without touching the log.</summary>
public sealed class PlanningModule : IModule
{
    /// <inheritdoc />
    public string Name => "planning";

    /// <inheritdoc />
    public void Teach(LogModel model) { }

    /// <inheritdoc />
    public IReadOnlyList<NavigationEntry> Navigation { get; } =
    [new("planning", "Planner's bench", "Planning", "planning.solve")];

    /// <inheritdoc />
    public IReadOnlyList<StreamGuard> Guards { get; } = [];

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        api.Post("/plan/routes", "planning.solve", PlanRoutes.Handle).Says(PlanRoutes.Words);
        api.Post("/plan/forecasts", "planning.forecast", ForecastDemand.Handle).Says(ForecastDemand.Words);
    }
}
