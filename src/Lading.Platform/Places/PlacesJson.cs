using System.Text.Json.Serialization;
using Lading.Contracts.Platform;

namespace Lading.Platform.Places;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(VentureOpened))]
[JsonSerializable(typeof(VentureRenamed))]
[JsonSerializable(typeof(SiteOpened))]
[JsonSerializable(typeof(SiteChanged))]
[JsonSerializable(typeof(ProjectionSkipped))]
[JsonSerializable(typeof(ProjectionMended))]
[JsonSerializable(typeof(PersonErased))]
[JsonSerializable(typeof(PersonExported))]
[JsonSerializable(typeof(ApiKeyIssued))]
[JsonSerializable(typeof(ApiKeyReplaced))]
[JsonSerializable(typeof(ApiKeyRevoked))]
public sealed partial class PlatformFactsJson : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(Privacy.PersonRequest))]
[JsonSerializable(typeof(OpenVentureRequest))]
[JsonSerializable(typeof(RenameVentureRequest))]
[JsonSerializable(typeof(OpenSiteRequest))]
[JsonSerializable(typeof(ChangeSiteRequest))]
[JsonSerializable(typeof(VentureList))]
[JsonSerializable(typeof(SiteList))]
public sealed partial class PlacesJson : JsonSerializerContext;
