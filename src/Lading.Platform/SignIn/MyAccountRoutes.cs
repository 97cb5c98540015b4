using Lading.Platform.Audit;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.SignIn;

/// <summary>Body of <c>POST /me/account</c>.</summary>
public sealed record AccountRequest(string Email, string Name, string Password);

/// <summary>Body of <c>PUT /me/password</c>.</summary>
public sealed record PasswordRequest(string Current, string New);

/// <summary>Body of <c>POST /me/totp/confirm</c>.</summary>
public sealed record CodeRequest(string Code);

/// <summary>Answer of <c>POST /me/totp</c>: shown once.</summary>
/// <param name="Secret">In base 32, to type.</param>
/// <param name="Uri">The same as <c>otpauth:</c>, to show as a QR code.</param>
public sealed record TotpOffer(string Secret, string Uri);

/// <summary>Recovery codes: shown once; each works once.</summary>
public sealed record RecoveryCodes(IReadOnlyList<string> Codes);

/// <summary>A session in the list of one's own.</summary>
/// <param name="Current">Whether it is the one that asks.</param>
public sealed record SessionRow(
    string Id,
    bool Current,
    string Tenant,
    IReadOnlyList<string> Methods,
    DateTime Created,
    DateTime Seen,
    DateTime Expires,
    string Address,
    string Agent
);

/// <summary>Answer of <c>GET /me/sessions</c>.</summary>
public sealed record SessionList(IReadOnlyList<SessionRow> Items);

/// <summary>What a person does with their own account: password, code app, recovery codes, sessions.</summary>
public static class MyAccountRoutes
{
    private const string Tag = "One's own account";

    /// <summary>Serves <c>/me/…</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, Accounts accounts)
    {
        api.Post("/me/account", Permissions.Self, http => Make(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Accepts<AccountRequest>("application/json")
            .Produces<SessionView>()
            .WithTags(Tag)
            .WithSummary("The local owner, who came by the one-time link, makes their account.");
        api.Put("/me/password", Permissions.Self, http => ChangePassword(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Accepts<PasswordRequest>("application/json")
            .Produces(204)
            .WithTags(Tag)
            .WithSummary("Change the password; all other sessions end, second factors stay.");
        api.Post("/me/totp", Permissions.Self, http => BeginTotp(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Produces<TotpOffer>()
            .WithTags(Tag)
            .WithSummary("Begin a code app: it counts once its first code was confirmed.");
        api.Post("/me/totp/confirm", Permissions.Self, http => ConfirmTotp(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Accepts<CodeRequest>("application/json")
            .Produces<RecoveryCodes>()
            .WithTags(Tag);
        api.Delete("/me/totp", Permissions.Self, http => EndTotp(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Produces(204)
            .WithTags(Tag);
        api.Post("/me/recovery-codes", Permissions.Self, http => NewCodes(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Produces<RecoveryCodes>()
            .WithTags(Tag)
            .WithSummary("Ten new recovery codes; the old ones are void.");
        api.Get("/me/sessions", Permissions.Self, http => List(http, accounts)).Produces<SessionList>().WithTags(Tag);
        api.Delete("/me/sessions", Permissions.Self, http => EndOthers(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Produces(204)
            .WithTags(Tag)
            .WithSummary("End all other sessions.");
        api.Delete("/me/sessions/{id}", Permissions.Self, http => End(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Produces(204)
            .WithTags(Tag);
    }

    private static async Task<IResult> Make(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.AccountRequest);
        if (problem is not null)
            return problem;
        if (SignInRoutes.SessionOf(http) is not { IsLocal: true } session)
            return Problems.Of(SignInRefusals.NotLocal());
        var checks = new Checks();
        var email = Names.Email(checks, "email", body!.Email);
        var name = Names.Name(checks, "name", body.Name);
        if (!checks.Pass)
            return Problems.Of(checks);
        var (account, refusal) = await NewAccount(http, accounts, email, name, body.Password);
        if (account is null)
            return refusal!;
        await accounts.Join(
            new Joining(session.Tenant, account.Id, "host:local-owner", [new(Access.ShippedRoles.Owner)])
        );
        accounts.Sessions.Adopt(session, account.Id);
        SignInForm.MarkDevice(http, accounts.Seal, email);
        return SignInRoutes.Shown(accounts, accounts.Sessions.Live(session.Id)!);
    }

    /// <summary>Makes and stores an account, its password hashed at the desk.</summary>
    internal static async Task<(Account? Account, IResult? Refusal)> NewAccount(
        HttpContext http,
        Accounts accounts,
        string email,
        string name,
        string password
    )
    {
        var account = accounts.New(email, name);
        if (PasswordRules.Wrong(password, PasswordRules.Alone, [email, name]) is { } why)
            return (null, Problems.Of(SignInRefusals.Password("password", why)));
        using var place = accounts.Desk.Enter();
        if (place is null)
            return (null, SignInForm.Busy(http));
        var (served, made) = await place.Run(
            () => accounts.Manager().CreateAsync(account, password),
            http.RequestAborted
        );
        if (!served)
            return (null, SignInForm.Busy(http));
        return made!.Succeeded ? (account, null) : (null, Problems.Of(SignInRefusals.AccountExists()));
    }

    private static async Task<IResult> ChangePassword(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.PasswordRequest);
        if (problem is not null)
            return problem;
        var (session, account, none) = Mine(http, accounts);
        if (none is not null)
            return none;
        if (accounts.Store.HasSecondFactor(account!) && !SignInRoutes.IsFresh(accounts, session!, account))
            return Problems.Of(SignInRefusals.StepUpNeeded());
        var (right, refusal) = await SignInRoutes.CheckPassword(http, accounts, account!.Email, body!.Current);
        if (right is null)
            return refusal!;
        if (await SetPassword(http, accounts, right, "new", body.New) is { } refused)
            return refused;
        accounts.Notes.Changed(account.Id, Acts.PasswordChanged);
        EndOthers(accounts, session!);
        return Results.NoContent();
    }

    /// <summary>Sets a password, checked and hashed at the desk; null when done.</summary>
    /// <param name="claim">Takes what allows it, once the password is good and its turn has come; false when that is
    /// gone.</param>
    internal static async Task<IResult?> SetPassword(
        HttpContext http,
        Accounts accounts,
        Account account,
        string field,
        string password,
        Func<bool>? claim = null
    )
    {
        var least = accounts.Store.HasSecondFactor(account) ? PasswordRules.WithSecond : PasswordRules.Alone;
        if (PasswordRules.Wrong(password, least, [account.Email, account.Name]) is { } why)
            return Problems.Of(SignInRefusals.Password(field, why));
        using var place = accounts.Desk.Enter();
        if (place is null)
            return SignInForm.Busy(http);
        var (served, set) = await place.Run(
            async () =>
            {
                if (claim?.Invoke() == false)
                    return null;
                var manager = accounts.Manager();
                account.Password = null;
                return await manager.AddPasswordAsync(account, password);
            },
            http.RequestAborted
        );
        if (!served)
            return SignInForm.Busy(http);
        if (set is null)
            return Problems.Of(SignInRefusals.LinkRefused());
        if (!set.Succeeded)
            return Problems.Of(SignInRefusals.ChangedMeanwhile());
        accounts.Tickets.Void(SignInRoutes.SecondStep, account.Id); // who came so far with the old one starts again
        return null;
    }

    private static async Task<IResult> BeginTotp(HttpContext http, Accounts accounts)
    {
        var (session, account, none) = Mine(http, accounts);
        if (none is not null)
            return none;
        if (!SignInRoutes.IsFresh(accounts, session!, account))
            return Problems.Of(SignInRefusals.StepUpNeeded());
        if (account!.TotpOn)
            return Problems.Of(SignInRefusals.TotpOn());
        var manager = accounts.Manager();
        if (!(await manager.ResetAuthenticatorKeyAsync(account)).Succeeded)
            return Problems.Of(SignInRefusals.ChangedMeanwhile());
        var secret = (await manager.GetAuthenticatorKeyAsync(account))!;
        var label = Uri.EscapeDataString($"Lading:{account.Email}");
        return Results.Json(
            new TotpOffer(secret, $"otpauth://totp/{label}?secret={secret}&issuer=Lading&digits=6&period=30"),
            SignInJson.Default.TotpOffer
        );
    }

    private static async Task<IResult> ConfirmTotp(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.CodeRequest);
        if (problem is not null)
            return problem;
        var (session, account, none) = Mine(http, accounts);
        if (none is not null)
            return none;
        if (account!.TotpOn)
            return Problems.Of(SignInRefusals.TotpOn());
        if (account.TotpKey is null)
            return Problems.Of(SignInRefusals.TotpOff());
        if (!accounts.Throttle.TakeCode(account.Id))
            return SignInForm.TooMany(http, SignInRefusals.TooMany());
        var manager = accounts.Manager();
        if (!await manager.VerifyTwoFactorTokenAsync(account, Totp.Provider, body!.Code.Trim()))
            return Problems.Of(SignInRefusals.WrongCode());
        if (!(await manager.SetTwoFactorEnabledAsync(account, true)).Succeeded)
            return Problems.Of(SignInRefusals.ChangedMeanwhile());
        accounts.Throttle.ForgiveCode(account.Id);
        accounts.Notes.Changed(account.Id, Acts.CodeAppAdded);
        EndOthers(accounts, session!);
        accounts.Sessions.StepUp(session!, "otp");
        return await Codes(manager, account);
    }

    private static async Task<IResult> EndTotp(HttpContext http, Accounts accounts)
    {
        var (session, account, none) = Mine(http, accounts);
        if (none is not null)
            return none;
        if (!SignInRoutes.IsFresh(accounts, session!, account))
            return Problems.Of(SignInRefusals.StepUpNeeded());
        if (!account!.LongPassword && accounts.Store.CountPasskeys(account.Id) == 0)
            return Problems.Of(SignInRefusals.PasswordTooShortAlone());
        account.TotpKey = null;
        if (!(await accounts.Manager().SetTwoFactorEnabledAsync(account, false)).Succeeded)
            return Problems.Of(SignInRefusals.ChangedMeanwhile());
        accounts.Notes.Changed(account.Id, Acts.CodeAppRemoved);
        return Results.NoContent();
    }

    private static async Task<IResult> NewCodes(HttpContext http, Accounts accounts)
    {
        var (session, account, none) = Mine(http, accounts);
        if (none is not null)
            return none;
        if (!accounts.Store.HasSecondFactor(account!))
            return Problems.Of(SignInRefusals.TotpOff());
        if (!SignInRoutes.IsFresh(accounts, session!, account))
            return Problems.Of(SignInRefusals.StepUpNeeded());
        accounts.Notes.Changed(account!.Id, Acts.RecoveryCodesMade);
        return await Codes(accounts.Manager(), account);
    }

    private static async Task<IResult> Codes(UserManager<Account> manager, Account account)
    {
        var codes = await manager.GenerateNewTwoFactorRecoveryCodesAsync(account, 10);
        return Results.Json(new RecoveryCodes([.. codes!]), SignInJson.Default.RecoveryCodes);
    }

    private static Task<IResult> List(HttpContext http, Accounts accounts)
    {
        if (SignInRoutes.SessionOf(http) is not { } session)
            return Task.FromResult(Problems.Of(SignInRefusals.NoSession()));
        var tenants = accounts.Tenants.ToDictionary(t => t.Id, t => t.Slug);
        var mine = session.IsLocal ? [session] : accounts.Sessions.Of(session.Account);
        var rows = mine.Select(s => new SessionRow(
            s.Id,
            s.Id == session.Id,
            tenants.GetValueOrDefault(s.Tenant, ""),
            s.Methods.Split(' '),
            s.Created,
            s.Seen,
            s.Expires,
            s.Address,
            s.Agent
        ));
        return Task.FromResult(Results.Json(new SessionList([.. rows]), SignInJson.Default.SessionList));
    }

    private static Task<IResult> EndOthers(HttpContext http, Accounts accounts)
    {
        var (session, account, none) = Mine(http, accounts);
        if (none is not null)
            return Task.FromResult(none);
        EndOthers(accounts, session!);
        return Task.FromResult(Results.NoContent());
    }

    private static void EndOthers(Accounts accounts, Session session)
    {
        var ended = accounts.Sessions.RevokeAll(session.Account, but: session.Id);
        accounts.Notes.Changed(session.Account, Acts.SessionsEnded, times: ended);
    }

    private static Task<IResult> End(HttpContext http, Accounts accounts)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        if (SignInRoutes.SessionOf(http) is not { } session)
            return Task.FromResult(Problems.Of(SignInRefusals.NoSession()));
        var own = !session.IsLocal || id == session.Id;
        if (!own || !accounts.Sessions.Revoke(session.Account, id))
            return Task.FromResult(Problems.Of(SignInRefusals.UnknownSession(id)));
        if (!session.IsLocal)
            accounts.Notes.Changed(session.Account, Acts.SessionsEnded, id);
        return Task.FromResult(Results.NoContent());
    }

    /// <summary>The session and the account of who asks, or why there is none.</summary>
    internal static (Session? Session, Account? Account, IResult? None) Mine(HttpContext http, Accounts accounts)
    {
        if (SignInRoutes.SessionOf(http) is not { } session)
            return (null, null, Problems.Of(SignInRefusals.NoSession()));
        return !session.IsLocal && accounts.Store.Find(session.Account) is { } account
            ? (session, account, null)
            : (session, null, Problems.Of(SignInRefusals.NoAccount()));
    }
}
