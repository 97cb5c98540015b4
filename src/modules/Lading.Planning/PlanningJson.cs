using System.Text.Json;
using System.Text.Json.Serialization;
using Lading.Optimization.Routing.Answers;
using Lading.Platform.Work;

namespace Lading.Planning;

/// <summary>The shapes of the bench's options and events.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ObstacleName)]
)]
[JsonSerializable(typeof(PlanRoutesOptions))]
[JsonSerializable(typeof(ForecastDemandOptions))]
[JsonSerializable(typeof(RoutePlanStream))]
[JsonSerializable(typeof(ForecastStream))]
[JsonSerializable(typeof(RefusedFile))]
public sealed partial class PlanningJson : JsonSerializerContext;

/// <summary>An obstacle by its name.</summary>
public sealed class ObstacleName() : JsonStringEnumConverter<Obstacle>(JsonNamingPolicy.CamelCase, false);
