using System.Text.Json.Serialization;
using Lading.Inventory;
using Lading.Orders;

namespace Lading.Cli.Import;

/// <summary>How answers are read: members that are left out are null, and those of a newer server are passed
/// over.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BatchResult))]
[JsonSerializable(typeof(CustomerView))]
[JsonSerializable(typeof(PlacedView))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(SkuView))]
internal sealed partial class AnswersJson : JsonSerializerContext;
