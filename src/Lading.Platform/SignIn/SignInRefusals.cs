using Lading.Kernel;

namespace Lading.Platform.SignIn;

/// <summary>Refusals of signing in, in the order in which they are checked. None says whether an account is
/// there.</summary>
public static class SignInRefusals
{
    public static Refusal OtherOrigin() =>
        new(
            "request.other-origin",
            RefusalKind.Forbidden,
            "A page of another site may not do this.",
            "Origin",
            null,
            "Use Lading's own page, or an API key."
        );

    public static Refusal TooMany() =>
        new(
            "sign-in.too-many",
            RefusalKind.TooMany,
            "There were too many tries.",
            Remedy: "Wait five minutes. From a browser you signed in with before, your own tries count apart."
        );

    public static Refusal Busy() =>
        new(
            "sign-in.busy",
            RefusalKind.TooMany,
            "Too many people sign in at this moment.",
            Remedy: "Try again in a few seconds."
        );

    public static Refusal Refused() =>
        new(
            "sign-in.refused",
            RefusalKind.Unauthenticated,
            "The e-mail address and the password do not belong together.",
            Remedy: "Check both. Who forgot a password asks an owner of the company for a reset link."
        );

    public static Refusal WrongCode() =>
        new(
            "sign-in.wrong-code",
            RefusalKind.Unauthenticated,
            "The code is not right, or it was used before.",
            "code",
            null,
            "Wait for the next code; check that the device's clock is right."
        );

    public static Refusal NoTicket() =>
        new(
            "sign-in.no-ticket",
            RefusalKind.Unauthenticated,
            "This sign-in took too long, was finished before, or never began.",
            "ticket",
            null,
            "Begin again."
        );

    public static Refusal NoCompany() =>
        new(
            "sign-in.no-company",
            RefusalKind.Forbidden,
            "This account belongs to no company of that name.",
            "tenant",
            null,
            "Leave the tenant out, or ask an owner for an invitation."
        );

    public static Refusal PasskeyRefused() =>
        new(
            "sign-in.passkey-refused",
            RefusalKind.Unauthenticated,
            "The passkey was not accepted.",
            "credential",
            null,
            "Try again, or sign in with the password."
        );

    public static Refusal RefreshRefused() =>
        new(
            "sign-in.refresh-refused",
            RefusalKind.Unauthenticated,
            "This refresh token is not in force. Had it been used before, its session was ended.",
            "refreshToken",
            null,
            "Sign in again."
        );

    public static Refusal LinkRefused() =>
        new(
            "sign-in.link-refused",
            RefusalKind.Unauthenticated,
            "This link was used, withdrawn or is too old.",
            "token",
            null,
            "Ask for a new one."
        );

    public static Refusal NoSession() =>
        new(
            "session.none",
            RefusalKind.Forbidden,
            "This is about a person's own session, and the credential is an API key.",
            "Authorization",
            null,
            "Sign in as a person."
        );

    public static Refusal NoAccount() =>
        new(
            "session.no-account",
            RefusalKind.Conflict,
            "The local owner has no account yet.",
            Remedy: "Make it with POST /api/v1/me/account."
        );

    public static Refusal StepUpNeeded() =>
        new(
            "session.step-up-needed",
            RefusalKind.Forbidden,
            "This needs proof from the last ten minutes that it is still you.",
            Remedy: "POST /api/v1/session/step-up, then send this again."
        );

    public static Refusal UnknownSession(string id) =>
        new(
            "session.unknown",
            RefusalKind.NotFound,
            "You have no such session.",
            "id",
            id.Length > 40 ? id[..40] : id,
            "GET /api/v1/me/sessions names them."
        );

    public static Refusal Password(string field, string why) =>
        new("password.refused", RefusalKind.Invalid, why, field, null, "Any characters are allowed, spaces too.");

    public static Refusal PasswordTooShortAlone() =>
        new(
            "password.too-short-alone",
            RefusalKind.Conflict,
            "Without a second factor the password needs 15 characters, and yours is shorter.",
            Remedy: "Change the password first."
        );

    public static Refusal TotpOff() =>
        new("totp.not-begun", RefusalKind.Conflict, "No code app was begun.", Remedy: "POST /api/v1/me/totp first.");

    public static Refusal TotpOn() =>
        new("totp.on", RefusalKind.Conflict, "A code app is set up already.", Remedy: "DELETE /api/v1/me/totp first.");

    public static Refusal UnknownPasskey(string id) =>
        new(
            "passkeys.unknown",
            RefusalKind.NotFound,
            "You have no such passkey.",
            "id",
            id.Length > 40 ? id[..40] : id,
            "GET /api/v1/me/passkeys names them."
        );

    public static Refusal PasskeyBad() =>
        new(
            "passkeys.refused",
            RefusalKind.Invalid,
            "The device's answer does not fit what was asked.",
            "credential",
            null,
            "Begin again with POST /api/v1/me/passkeys/options."
        );

    public static Refusal ChangedMeanwhile() =>
        new(
            "account.changed-meanwhile",
            RefusalKind.Conflict,
            "The account was changed elsewhere at the same moment.",
            Remedy: "Send it again."
        );

    public static Refusal LastWay() =>
        new(
            "account.last-way",
            RefusalKind.Conflict,
            "This is the only way in which you can sign in.",
            Remedy: "Add a passkey first, or ask an owner for a reset link and set a password."
        );

    public static Refusal AccountExists() =>
        new(
            "account.exists",
            RefusalKind.Conflict,
            "This address cannot be used for a new account here.",
            "email",
            null,
            "Sign in with it, or use another."
        );

    public static Refusal NotLocal() =>
        new(
            "account.not-local",
            RefusalKind.Conflict,
            "Only the local owner, who came by the one-time link, makes an account in this way.",
            Remedy: "Others are invited: POST /api/v1/people/invitations."
        );

    public static Refusal UnknownPerson(string id) =>
        new(
            "people.unknown",
            RefusalKind.NotFound,
            "There is no such person in the company.",
            "person",
            id.Length > 40 ? id[..40] : id,
            "GET /api/v1/people lists them."
        );

    public static Refusal AlreadyMember() =>
        new(
            "people.already-member",
            RefusalKind.Conflict,
            "This address belongs to a person of the company already.",
            "email",
            null,
            "Change what they may do instead."
        );

    public static Refusal UnknownInvitation(string id) =>
        new(
            "people.unknown-invitation",
            RefusalKind.NotFound,
            "There is no open invitation of this id.",
            "id",
            id.Length > 40 ? id[..40] : id,
            "GET /api/v1/people/invitations lists them."
        );

    public static Refusal NotYours() =>
        new(
            "people.not-yours",
            RefusalKind.Forbidden,
            "This is for who holds all that the person holds, and nobody does it to a person of other companies too.",
            "person",
            null,
            "Ask an owner; the person's own reset works for all companies."
        );
}
