using System.Text.RegularExpressions;
using Lading.Kernel;

namespace Lading.Platform.SignIn;

/// <summary>Refusals about other providers.</summary>
public static partial class ExternalRefusals
{
    public static Refusal Unknown(string id) =>
        new(
            "external.unknown-provider",
            RefusalKind.NotFound,
            "There is no such identity provider.",
            "id",
            id.Length > 40 ? id[..40] : id,
            "GET /api/v1/session/external lists them."
        );

    public static Refusal TooManyProviders() =>
        new(
            "external.too-many",
            RefusalKind.Conflict,
            $"There are {ExternalProviders.Most} identity providers, and no more are shown to who signs in.",
            Remedy: "Remove one first."
        );

    public static Refusal Declined(string? error) =>
        new(
            "external.declined",
            RefusalKind.Unauthenticated,
            "The provider did not sign you in.",
            "error",
            error is not null && ErrorShape().IsMatch(error) ? error : null,
            "Begin again, or sign in otherwise."
        );

    public static Refusal NotLinked() =>
        new(
            "external.not-linked",
            RefusalKind.Unauthenticated,
            "No account is linked with this person of the provider.",
            Remedy: "Sign in otherwise, then link it on your account's page."
        );

    public static Refusal AddressNotVerified() =>
        new(
            "external.address-not-verified",
            RefusalKind.Unauthenticated,
            "The provider does not say that your e-mail address is yours.",
            Remedy: "Have it verified there, or accept the invitation with a password."
        );

    public static Refusal AnotherAddress() =>
        new(
            "external.another-address",
            RefusalKind.Unauthenticated,
            "At the provider you have another e-mail address than the one that was invited.",
            Remedy: "Sign in there as who was invited, or accept the invitation with a password."
        );

    public static Refusal HasAccount() =>
        new(
            "external.has-account",
            RefusalKind.Conflict,
            "There is an account of this address, and nobody gets into it because of an address.",
            Remedy: "Accept the invitation with the account's password, then link the provider on your account's page."
        );

    public static Refusal Taken() =>
        new(
            "external.taken",
            RefusalKind.Conflict,
            "This person of the provider is linked with another account.",
            Remedy: "Unlink it there first."
        );

    /// <summary>What went wrong at the provider, in our words only.</summary>
    public static Refusal Of(ExternalFault fault) => fault.IsDown ? Down(fault.Message) : Failed(fault.Message);

    public static Refusal Down(string why) =>
        new(
            "external.down",
            RefusalKind.Unavailable,
            $"The provider does not answer: {why}",
            Remedy: "Try again in a minute, or sign in otherwise."
        );

    public static Refusal Failed(string why) =>
        new(
            "external.failed",
            RefusalKind.Unauthenticated,
            $"What the provider answered is not accepted: {why}",
            Remedy: "Begin again; ask the operator when it stays so."
        );

    [GeneratedRegex("^[a-z_]{1,40}$", RegexOptions.NonBacktracking)]
    private static partial Regex ErrorShape();
}
