using System.Text.Json.Serialization;
using Lading.Orders;

namespace Lading.Cli.Import;

/// <summary>How answers are read: members that are left out are null, and those of a newer server are passed
/// over.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BatchResult))]
[JsonSerializable(typeof(PlacedView))]
[JsonSerializable(typeof(OrderView))]
internal sealed partial class AnswersJson : JsonSerializerContext;
