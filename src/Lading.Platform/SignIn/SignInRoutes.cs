using System.Text.Json;
using Lading.Kernel;
using Lading.Platform.Audit;
using Lading.Platform.Http;
using Lading.Platform.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.SignIn;

/// <summary>Body of <c>POST /session/sign-in</c>.</summary>
/// <param name="Tenant">The company's short name, for who belongs to several; left out: the first by name.</param>
/// <param name="Tokens">For programs: answer tokens instead of setting a cookie.</param>
public sealed record SignInRequest(string Email, string Password, string? Tenant = null, bool Tokens = false);

/// <summary>Body of <c>POST /session/second-step</c>.</summary>
/// <param name="Method"><c>totp</c> or <c>recovery-code</c>.</param>
public sealed record SecondStepRequest(string Ticket, string Method, string Code);

/// <summary>Body of <c>POST /session/refresh</c>.</summary>
public sealed record RefreshRequest(string RefreshToken);

/// <summary>Body of <c>POST /session/step-up</c>.</summary>
/// <param name="Method"><c>totp</c>, <c>recovery-code</c>, or <c>password</c> for who has no second factor.</param>
public sealed record StepUpRequest(string Method, string Code);

/// <summary>Body of <c>POST /session/tenant</c>.</summary>
public sealed record TenantRequest(string Tenant);

/// <summary>
/// Answer of a sign-in: <c>signed-in</c> with the session (and tokens, when asked for), or <c>second-step</c> with a
/// ticket and the methods that may follow.
/// </summary>
public sealed record SignInAnswer(
    string Status,
    SessionView? Session = null,
    string? Ticket = null,
    IReadOnlyList<string>? Methods = null,
    string? AccessToken = null,
    string? RefreshToken = null,
    int? ExpiresIn = null
);

/// <summary>What waits between the password and the second factor.</summary>
public sealed record Pending(string? Tenant = null, bool Tokens = false, string Methods = "");

/// <summary>Signing in, out, and on.</summary>
public static class SignInRoutes
{
    internal const string SecondStep = "second-step";
    private const string Tag = "Signing in";
    private static readonly TimeSpan TicketLife = TimeSpan.FromMinutes(5);

    /// <summary>How fresh a proof must be for what is delicate.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>Serves <c>/session</c>.</summary>
    public static void Map(IEndpointRouteBuilder api, Accounts accounts)
    {
        api.Post("/session/sign-in", "", http => SignIn(http, accounts))
            .Accepts<SignInRequest>("application/json")
            .Produces<SignInAnswer>()
            .WithTags(Tag)
            .WithSummary("E-mail address and password; a second step may follow.");
        api.Post("/session/second-step", "", http => Second(http, accounts))
            .Accepts<SecondStepRequest>("application/json")
            .Produces<SignInAnswer>()
            .WithTags(Tag);
        api.Post("/session/refresh", "", http => Refresh(http, accounts))
            .Accepts<RefreshRequest>("application/json")
            .Produces<SignInAnswer>()
            .WithTags(Tag)
            .WithSummary("Trade a refresh token for the next; each works once.");
        api.Post("/session/sign-out", Permissions.Self, http => SignOut(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Produces(204)
            .WithTags(Tag);
        api.Get("/session", Permissions.Self, http => Show(http, accounts))
            .Produces<SessionView>()
            .WithTags(Tag)
            .WithSummary("Who is signed in here, and how.");
        api.Post("/session/step-up", Permissions.Self, http => StepUp(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Accepts<StepUpRequest>("application/json")
            .Produces<SessionView>()
            .WithTags(Tag)
            .WithSummary("Show again that it is still you.");
        api.Post("/session/tenant", Permissions.Self, http => Move(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Accepts<TenantRequest>("application/json")
            .Produces<SessionView>()
            .WithTags(Tag)
            .WithSummary("Work in another of one's companies.");
        api.MapGet("/session/keys", () => Results.Text(accounts.Tokens.Published(), "application/jwk-set+json"))
            .OpenToAll()
            .WithTags(Tag)
            .WithSummary("The public keys of access tokens (JWKS).");
    }

    private static async Task<IResult> SignIn(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.SignInRequest);
        if (problem is not null)
            return problem;
        var email = Names.Email(body!.Email) ?? "";
        var (account, refusal) = await CheckPassword(http, accounts, email, body.Password);
        if (account is null)
            return refusal!;
        return await Passed(http, accounts, account, new Pending(body.Tenant, body.Tokens, "pwd"));
    }

    /// <summary>The password's part of signing in: throttled, at the desk, and the same for accounts that are not
    /// there.</summary>
    internal static async Task<(Account? Account, IResult? Refusal)> CheckPassword(
        HttpContext http,
        Accounts accounts,
        string email,
        string password
    )
    {
        using var place = accounts.Desk.Enter(); // before anything is read or counted
        if (place is null)
            return (null, SignInForm.Busy(http));
        var (address, device) = (SignInForm.Address(http), SignInForm.DeviceOf(http, accounts.Seal, email));
        var free = accounts.Throttle.TakePassword(email, address, device);
        var account = accounts.Store.WithEmail(email);
        if (!free)
            return (
                null,
                SignInForm.TooMany(http, accounts.Notes.Refused(account?.Id, "pwd", SignInRefusals.TooMany()))
            );
        var right =
            password.Length > PasswordRules.Most * 2
                ? false
                : await accounts.CheckPassword(place, email, account, password, http.RequestAborted);
        if (right is null)
        {
            accounts.Throttle.ForgivePassword(email, address, device);
            return (null, SignInForm.Busy(http));
        }

        if (right is false)
            return (null, Problems.Of(accounts.Notes.Refused(account?.Id, "pwd", SignInRefusals.Refused())));
        accounts.Throttle.ForgivePassword(email, address, device);
        return (account, null);
    }

    /// <summary>The first factor was right: in, or on to the second.</summary>
    internal static async Task<IResult> Passed(HttpContext http, Accounts accounts, Account account, Pending pending) =>
        await SecondStepOf(accounts, account, pending) is { } second
            ? Answer(second)
            : Enter(http, accounts, account, pending, mfa: false);

    /// <summary>The ticket for the second factor and what may serve, or null when the account has none.</summary>
    internal static async Task<SignInAnswer?> SecondStepOf(Accounts accounts, Account account, Pending pending)
    {
        if (!accounts.Store.HasSecondFactor(account))
            return null;
        var methods = new List<string>();
        if (account.TotpOn)
            methods.Add("totp");
        if (accounts.Store.CountPasskeys(account.Id) > 0)
            methods.Add("passkey");
        if (await accounts.Store.CountCodesAsync(account, default) > 0)
            methods.Add("recovery-code");
        var state = JsonSerializer.Serialize(pending, SignInJson.Default.Pending);
        var ticket = accounts.Tickets.Make(SecondStep, account.Id, state, TicketLife);
        return new SignInAnswer("second-step", Ticket: ticket, Methods: methods);
    }

    private static async Task<IResult> Second(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.SecondStepRequest);
        if (problem is not null)
            return problem;
        if (
            accounts.Tickets.Find(SecondStep, body!.Ticket) is not { } ticket
            || accounts.Store.Find(ticket.Account) is not { } account
        )
            return Problems.Of(SignInRefusals.NoTicket());
        var (method, refusal) = await CheckCode(http, accounts, account, body.Method, body.Code);
        if (method is null)
            return refusal!;
        if (accounts.Tickets.Take(SecondStep, body.Ticket) is null)
            return Problems.Of(SignInRefusals.NoTicket());
        var pending = JsonSerializer.Deserialize(ticket.State, SignInJson.Default.Pending)!;
        return Enter(http, accounts, account, pending with { Methods = $"{pending.Methods} {method}" }, mfa: true);
    }

    /// <summary>A code of the app or a recovery code, throttled per account; answers which method it was.</summary>
    internal static async Task<(string? Method, IResult? Refusal)> CheckCode(
        HttpContext http,
        Accounts accounts,
        Account account,
        string method,
        string code
    )
    {
        var how = method == "totp" ? "otp" : "rec";
        if (!accounts.Throttle.TakeCode(account.Id))
            return (null, SignInForm.TooMany(http, accounts.Notes.Refused(account.Id, how, SignInRefusals.TooMany())));
        var manager = accounts.Manager();
        var right = method switch
        {
            "totp" => account.TotpOn && await manager.VerifyTwoFactorTokenAsync(account, Totp.Provider, code.Trim()),
            "recovery-code" => code.Length <= 40
                && (await manager.RedeemTwoFactorRecoveryCodeAsync(account, code)).Succeeded,
            _ => false,
        };
        if (!right)
            return (null, Problems.Of(accounts.Notes.Refused(account.Id, how, SignInRefusals.WrongCode())));
        accounts.Throttle.ForgiveCode(account.Id);
        return (how, null);
    }

    /// <summary>Opens the session, in the company asked for, and shows it.</summary>
    internal static IResult Enter(HttpContext http, Accounts accounts, Account account, Pending pending, bool mfa)
    {
        if (Begin(http, accounts, account, pending, mfa, out var session) is { } refusal)
            return Problems.Of(refusal);
        return Answer(
            pending.Tokens
                ? Tokens(accounts, session!)
                : new SignInAnswer("signed-in", View(accounts, session!, account))
        );
    }

    /// <summary>Opens the session, in the company asked for; a browser gets its cookie.</summary>
    internal static Refusal? Begin(
        HttpContext http,
        Accounts accounts,
        Account account,
        Pending pending,
        bool mfa,
        out Session? session
    )
    {
        session = null;
        var companies = accounts.CompaniesOf(account.Id);
        var company = pending.Tenant is { } slug
            ? companies.FirstOrDefault(t => t.Slug == slug)
            : companies.FirstOrDefault();
        if (company is null)
            return SignInRefusals.NoCompany();
        (session, var cookie) = accounts.Sessions.Begin(
            account.Id,
            company.Id,
            pending.Methods,
            mfa,
            cookie: !pending.Tokens,
            SignInForm.Address(http),
            http.Request.Headers.UserAgent.ToString()
        );
        accounts.Notes.SignedIn(company.Id, $"person:{account.Id}", pending.Methods);
        SignInForm.MarkDevice(http, accounts.Seal, account.Email);
        if (cookie is not null)
            SignInForm.SetSession(http, cookie);
        return null;
    }

    private static async Task<IResult> Refresh(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.RefreshRequest);
        if (problem is not null)
            return problem;
        if (!accounts.Throttle.TakeToken(SignInForm.Address(http)))
            return SignInForm.TooMany(http, SignInRefusals.TooMany());
        if (accounts.Sessions.Refresh(body!.RefreshToken, out var stolen) is { } session)
        {
            accounts.Throttle.GiveTokenBack(SignInForm.Address(http));
            return Answer(Tokens(accounts, session));
        }

        if (stolen is not null)
            accounts.Notes.Did(stolen.Tenant, $"person:{stolen.Account}", Acts.RefreshTokenReused, stolen.Id);
        return Problems.Of(SignInRefusals.RefreshRefused());
    }

    private static Task<IResult> SignOut(HttpContext http, Accounts accounts)
    {
        if (SessionOf(http) is not { } session)
            return Task.FromResult(Problems.Of(SignInRefusals.NoSession()));
        accounts.Sessions.Revoke(session.Account, session.Id);
        SignInForm.ClearSession(http);
        return Task.FromResult(Results.NoContent());
    }

    private static Task<IResult> Show(HttpContext http, Accounts accounts) =>
        Task.FromResult(
            SessionOf(http) is { } session ? Shown(accounts, session) : Problems.Of(SignInRefusals.NoSession())
        );

    private static async Task<IResult> StepUp(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.StepUpRequest);
        if (problem is not null)
            return problem;
        if (SessionOf(http) is not { } session)
            return Problems.Of(SignInRefusals.NoSession());
        if (session.IsLocal || accounts.Store.Find(session.Account) is not { } account)
            return Problems.Of(SignInRefusals.NoAccount());
        if (body!.Method == "password" && !accounts.Store.HasSecondFactor(account))
        {
            var (right, refused) = await CheckPassword(http, accounts, account.Email, body.Code);
            if (right is null)
                return refused!;
            accounts.Sessions.Reauthenticate(session);
            return Shown(accounts, accounts.Sessions.Live(session.Id)!);
        }

        var (method, refusal) = await CheckCode(http, accounts, account, body.Method, body.Code);
        if (method is null)
            return refusal!;
        accounts.Sessions.StepUp(session, method);
        return Shown(accounts, accounts.Sessions.Live(session.Id)!);
    }

    private static async Task<IResult> Move(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.TenantRequest);
        if (problem is not null)
            return problem;
        if (SessionOf(http) is not { } session)
            return Problems.Of(SignInRefusals.NoSession());
        var company = accounts.CompaniesOf(session.Account).FirstOrDefault(t => t.Slug == body!.Tenant);
        if (company is null)
            return Problems.Of(SignInRefusals.NoCompany());
        accounts.Sessions.Move(session, company.Id);
        accounts.Notes.SignedIn(company.Id, $"person:{session.Account}", session.Methods);
        return Shown(accounts, accounts.Sessions.Live(session.Id)!);
    }

    /// <summary>The session of this request, or null when a key called.</summary>
    public static Session? SessionOf(HttpContext http) => http.Features.Get<Session>();

    /// <summary>Whether this session showed lately that it is still its person: by the second factor, where there is
    /// one.</summary>
    internal static bool IsFresh(Accounts accounts, Session session, Account? account)
    {
        var shown =
            account is not null && accounts.Store.HasSecondFactor(account) ? session.Mfa : session.Authenticated;
        return accounts.Clock.GetUtcNow().UtcDateTime - shown <= Fresh;
    }

    internal static IResult Shown(Accounts accounts, Session session)
    {
        var account = session.IsLocal ? null : accounts.Store.Find(session.Account);
        return Results.Json(View(accounts, session, account), SignInJson.Default.SessionView);
    }

    internal static IResult Answer(SignInAnswer answer) => Results.Json(answer, SignInJson.Default.SignInAnswer);

    private static SignInAnswer Tokens(Accounts accounts, Session session) =>
        new(
            "signed-in",
            AccessToken: accounts.Tokens.Make(session),
            RefreshToken: accounts.Sessions.RefreshToken(session),
            ExpiresIn: (int)AccessTokens.Life.TotalSeconds
        );

    private static SessionView View(Accounts accounts, Session session, Account? account)
    {
        var tenant = accounts.Tenants.FirstOrDefault(t => t.Id == session.Tenant);
        return new SessionView(
            session.Id,
            account is null ? null : new PersonView(account.Id, account.Name, account.Email),
            tenant is null ? null : Company(tenant),
            [.. accounts.CompaniesOf(session.Account).Select(Company)],
            session.Methods.Split(' ').Contains("link"),
            session.Methods.Split(' '),
            account is not null && accounts.Store.HasSecondFactor(account),
            session.Authenticated,
            session.Mfa,
            session.Expires
        );
    }

    private static CompanyView Company(Tenant tenant) => new(tenant.Slug, tenant.Name);
}
