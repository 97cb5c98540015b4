using System.Text.Json.Serialization;

namespace Lading.Platform.SignIn;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(SecondStepRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(StepUpRequest))]
[JsonSerializable(typeof(TenantRequest))]
[JsonSerializable(typeof(SignInAnswer))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(Pending))]
[JsonSerializable(typeof(AccountRequest))]
[JsonSerializable(typeof(PasswordRequest))]
[JsonSerializable(typeof(CodeRequest))]
[JsonSerializable(typeof(TotpOffer))]
[JsonSerializable(typeof(RecoveryCodes))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(PasskeyBegin))]
[JsonSerializable(typeof(PasskeyOptions))]
[JsonSerializable(typeof(PasskeySignIn))]
[JsonSerializable(typeof(PasskeyAdd))]
[JsonSerializable(typeof(PasskeyList))]
[JsonSerializable(typeof(PasskeyRow))]
[JsonSerializable(typeof(InviteRequest))]
[JsonSerializable(typeof(InvitedAnswer))]
[JsonSerializable(typeof(InvitationList))]
[JsonSerializable(typeof(InvitationView))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(AcceptRequest))]
[JsonSerializable(typeof(ResetRequest))]
[JsonSerializable(typeof(PeopleList))]
[JsonSerializable(typeof(OneLink))]
[JsonSerializable(typeof(ProviderList))]
[JsonSerializable(typeof(LoginList))]
[JsonSerializable(typeof(GoTo))]
[JsonSerializable(typeof(Abroad))]
[JsonSerializable(typeof(JoinElsewhereRequest))]
internal sealed partial class SignInJson : JsonSerializerContext;
