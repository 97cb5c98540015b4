using System.Text.Json.Serialization;
using Lading.Contracts.Platform;

namespace Lading.Platform.Access;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(MemberAdmitted))]
[JsonSerializable(typeof(MemberRemoved))]
[JsonSerializable(typeof(RoleGiven))]
[JsonSerializable(typeof(RoleTaken))]
[JsonSerializable(typeof(OwnerNamed))]
[JsonSerializable(typeof(OwnerReleased))]
[JsonSerializable(typeof(RoleDefined))]
[JsonSerializable(typeof(RoleWithdrawn))]
[JsonSerializable(typeof(AccessRuleSet))]
[JsonSerializable(typeof(AccessRuleLifted))]
[JsonSerializable(typeof(ApprovalAsked))]
[JsonSerializable(typeof(ApprovalGiven))]
[JsonSerializable(typeof(ApprovalRefused))]
[JsonSerializable(typeof(ApprovalUsed))]
[JsonSerializable(typeof(SettingsChanged))]
public sealed partial class AccessFactsJson : JsonSerializerContext;

/// <summary>The shapes of requests and answers; reading is strict.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(AdmitRequest))]
[JsonSerializable(typeof(IReadOnlyList<GrantRequest>))]
[JsonSerializable(typeof(GrantsRequest))]
[JsonSerializable(typeof(RemoveRequest))]
[JsonSerializable(typeof(MemberPage))]
[JsonSerializable(typeof(MemberRow))]
[JsonSerializable(typeof(RoleRequest))]
[JsonSerializable(typeof(RoleList))]
[JsonSerializable(typeof(PermissionList))]
[JsonSerializable(typeof(RuleRequest))]
[JsonSerializable(typeof(RuleList))]
[JsonSerializable(typeof(ApprovalWaits))]
[JsonSerializable(typeof(ApprovalList))]
[JsonSerializable(typeof(RefuseRequest))]
[JsonSerializable(typeof(SettingsRequest))]
[JsonSerializable(typeof(SettingsView))]
[JsonSerializable(typeof(Me))]
internal sealed partial class AccessHttp : JsonSerializerContext;
