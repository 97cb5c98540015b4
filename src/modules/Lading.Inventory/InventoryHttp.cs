using System.Text.Json.Serialization;
using Lading.Contracts.Inventory;
using Lading.Platform.Http;

namespace Lading.Inventory;

/// <summary>The shapes of requests and answers; reading is strict: unknown and repeated members are refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(RegisterSkuRequest))]
[JsonSerializable(typeof(ChangeSkuRequest))]
[JsonSerializable(typeof(ReasonRequest))]
[JsonSerializable(typeof(OpenLocationRequest))]
[JsonSerializable(typeof(MovementRequest))]
[JsonSerializable(typeof(HoldStockRequest))]
[JsonSerializable(typeof(ReserveRequest))]
[JsonSerializable(typeof(ReleaseReservationRequest))]
[JsonSerializable(typeof(SkuView))]
[JsonSerializable(typeof(SkuPage))]
[JsonSerializable(typeof(LocationPage))]
[JsonSerializable(typeof(FillPage))]
[JsonSerializable(typeof(PlacesView))]
[JsonSerializable(typeof(StockPage))]
[JsonSerializable(typeof(StockView))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(DiscrepancyPage))]
[JsonSerializable(typeof(IReadOnlyList<UnitConversion>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
public sealed partial class InventoryHttp : JsonSerializerContext;

/// <summary>A body that says only why.</summary>
public sealed record ReasonRequest(string? Reason);
