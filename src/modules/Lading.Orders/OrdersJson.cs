using System.Text.Json;
using System.Text.Json.Serialization;
using Lading.Contracts.Orders;

namespace Lading.Orders;

/// <summary>
/// How the module's facts and the order's snapshot are stored: camelCase, enums by name, nothing for null.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(CamelCaseEnum<OrderType>), typeof(CamelCaseEnum<OrderStage>)]
)]
[JsonSerializable(typeof(OrderPlaced))]
[JsonSerializable(typeof(OrderLinesChanged))]
[JsonSerializable(typeof(OrderHeld))]
[JsonSerializable(typeof(OrderReleased))]
[JsonSerializable(typeof(OrderCancelled))]
[JsonSerializable(typeof(OrderSplit))]
[JsonSerializable(typeof(OrderSplitOff))]
[JsonSerializable(typeof(OrderAllocated))]
[JsonSerializable(typeof(OrderPicked))]
[JsonSerializable(typeof(OrderShipped))]
[JsonSerializable(typeof(OrderReturned))]
[JsonSerializable(typeof(OrderCompleted))]
[JsonSerializable(typeof(GoodsTakenBack))]
[JsonSerializable(typeof(CustomerRegistered))]
[JsonSerializable(typeof(CustomerChanged))]
[JsonSerializable(typeof(OrderState))]
[JsonSerializable(typeof(IReadOnlyList<ServiceLine>))]
public sealed partial class OrdersJson : JsonSerializerContext;

/// <summary>Writes an enum's values as its members' names in camelCase; a number is not read.</summary>
public sealed class CamelCaseEnum<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
