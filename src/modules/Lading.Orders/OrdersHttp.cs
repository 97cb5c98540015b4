using System.Text.Json.Serialization;
using Lading.Contracts.Inventory;
using Lading.Contracts.Orders;
using Lading.Platform.Http;

namespace Lading.Orders;

/// <summary>
/// The shapes of requests and answers; reading is strict: unknown and repeated members are refused.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(CamelCaseEnum<OrderType>)]
)]
[JsonSerializable(typeof(PlaceOrderRequest))]
[JsonSerializable(typeof(BatchOrder))]
[JsonSerializable(typeof(BatchResult))]
[JsonSerializable(typeof(ChangeLinesRequest))]
[JsonSerializable(typeof(HoldRequest))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(SplitRequest))]
[JsonSerializable(typeof(PickRequest))]
[JsonSerializable(typeof(ShipRequest))]
[JsonSerializable(typeof(ReturnRequest))]
[JsonSerializable(typeof(TakeBackRequest))]
[JsonSerializable(typeof(TakenBack))]
[JsonSerializable(typeof(RegisterCustomerRequest))]
[JsonSerializable(typeof(ChangeCustomerRequest))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(PlacedView))]
[JsonSerializable(typeof(OrderListPage))]
[JsonSerializable(typeof(TimelinePage))]
[JsonSerializable(typeof(OrderDayList))]
[JsonSerializable(typeof(OrderCountsView))]
[JsonSerializable(typeof(OrderCourseView))]
[JsonSerializable(typeof(CustomerView))]
[JsonSerializable(typeof(CustomerPage))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(IReadOnlyList<UnitConversion>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
public sealed partial class OrdersHttp : JsonSerializerContext;
