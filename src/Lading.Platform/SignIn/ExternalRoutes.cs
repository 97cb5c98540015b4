using System.Text.Json;
using Lading.Kernel;
using Lading.Platform.Audit;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.SignIn;

/// <summary>Answer of <c>GET /session/external</c>.</summary>
public sealed record ProviderList(IReadOnlyList<ProviderRow> Items);

/// <summary>A provider as one's own account page shows it.</summary>
public sealed record LoginRow(string Id, string Name, bool Linked);

/// <summary>Answer of <c>GET /me/logins</c>.</summary>
public sealed record LoginList(IReadOnlyList<LoginRow> Items);

/// <summary>Answer of <c>POST /me/logins/{id}</c>: where to send the browser.</summary>
public sealed record GoTo(string Address);

/// <summary>What waits while someone is at the provider.</summary>
public sealed record Abroad(string Provider, OpenIdQuestion Question, Errand For);

/// <summary>Why someone went there: to sign in, unless it says otherwise.</summary>
/// <param name="Session">To link the account of this session.</param>
/// <param name="Invitation">To accept this invitation, by its id, under that name.</param>
public sealed record Errand(string? Session = null, string? Invitation = null, string? Name = null)
{
    /// <summary>The name is personal.</summary>
    public override string ToString() => Invitation ?? Session ?? "";
}

/// <summary>
/// Signing in by OpenID Connect. An account is linked by its own person while signed in, never because an address is
/// the same: whoever controls a provider could else take any account.
/// </summary>
public static partial class ExternalRoutes
{
    private const string Kind = "external";
    private const string Place = "ticket/external";
    private const string Tag = "Other identity providers";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Serves them.</summary>
    public static void Map(IEndpointRouteBuilder api, Accounts accounts)
    {
        api.Get("/session/external", "", _ => List(accounts))
            .Produces<ProviderList>()
            .WithTags(Tag)
            .WithSummary("The providers one may sign in at.");
        api.Get("/session/external/{id}/start", "", http => SignIn(http, accounts))
            .Produces(302)
            .WithTags(Tag)
            .WithSummary("Sends the browser to the provider.");
        api.Get("/session/external/{id}/callback", "", http => Back(http, accounts))
            .Query(State, Code, Error, Issuer)
            .AnyQuery()
            .Produces(302)
            .WithTags(Tag)
            .WithSummary("Where the provider sends the browser back to.");
        ExternalInvitations.Map(api, accounts);
        api.Get("/me/logins", Permissions.Self, http => Mine(http, accounts)).Produces<LoginList>().WithTags(Tag);
        api.Post("/me/logins/{id}", Permissions.Self, http => Link(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Produces<GoTo>()
            .WithTags(Tag)
            .WithSummary("Link one's account with a provider's: the browser goes there and comes back.");
        api.Delete("/me/logins/{id}", Permissions.Self, http => Unlink(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Produces(204)
            .WithTags(Tag);
    }

    private static Task<IResult> List(Accounts accounts) =>
        Task.FromResult(Results.Json(new ProviderList(accounts.External.All()), SignInJson.Default.ProviderList));

    private static async Task<IResult> Mine(HttpContext http, Accounts accounts)
    {
        var (_, account, none) = MyAccountRoutes.Mine(http, accounts);
        if (none is not null)
            return none;
        var linked = await accounts.Store.GetLoginsAsync(account!, http.RequestAborted);
        var rows = accounts
            .External.All()
            .Select(p => new LoginRow(p.Id, p.Name, linked.Any(l => l.LoginProvider == p.Issuer)));
        return Results.Json(new LoginList([.. rows]), SignInJson.Default.LoginList);
    }

    private static async Task<IResult> SignIn(HttpContext http, Accounts accounts)
    {
        var (address, refusal, after) = await Leave(http, accounts, new Errand());
        return refusal is null ? Results.Redirect(address!) : Say(http, refusal, after);
    }

    private static async Task<IResult> Link(HttpContext http, Accounts accounts)
    {
        if (!SignInForm.FromHere(http))
            return Problems.Of(SignInRefusals.OtherOrigin());
        var (session, account, none) = MyAccountRoutes.Mine(http, accounts);
        if (none is not null)
            return none;
        if (!SignInRoutes.IsFresh(accounts, session!, account))
            return Problems.Of(SignInRefusals.StepUpNeeded());
        var (address, refusal, after) = await Leave(http, accounts, new Errand(session!.Id));
        return refusal is null ? Results.Json(new GoTo(address!), SignInJson.Default.GoTo)
            : after > TimeSpan.Zero ? SignInForm.TooMany(http, refusal, after)
            : Problems.Of(refusal);
    }

    private static async Task<IResult> Unlink(HttpContext http, Accounts accounts)
    {
        var (session, account, none) = MyAccountRoutes.Mine(http, accounts);
        if (none is not null)
            return none;
        if (!SignInRoutes.IsFresh(accounts, session!, account))
            return Problems.Of(SignInRefusals.StepUpNeeded());
        var id = (string)http.Request.RouteValues["id"]!;
        var issuer = accounts.External.All().FirstOrDefault(p => p.Id == id)?.Issuer;
        var logins = await accounts.Store.GetLoginsAsync(account!, http.RequestAborted);
        var mine = logins.Where(l => l.LoginProvider == issuer).ToList();
        if (mine.Count > 0 && accounts.Store.CountWays(account!) == mine.Count)
            return Problems.Of(SignInRefusals.LastWay());
        foreach (var login in mine)
            await accounts.Store.RemoveLoginAsync(account!, issuer!, login.ProviderKey, http.RequestAborted);
        if (mine.Count == 0)
            return Problems.Of(ExternalRefusals.Unknown(id));
        accounts.Notes.Changed(account!.Id, Acts.ProviderUnlinked, id);
        return Results.NoContent();
    }

    /// <summary>Where the browser goes, with a state that only this browser can bring back.</summary>
    internal static async Task<(string? Address, Refusal? Refusal, TimeSpan After)> Leave(
        HttpContext http,
        Accounts accounts,
        Errand errand
    )
    {
        var id = (string)http.Request.RouteValues["id"]!;
        if (accounts.External.Find(id) is not { } provider)
            return (null, ExternalRefusals.Unknown(id), default);
        if (!accounts.Throttle.TakeToken(SignInForm.Address(http)))
            return (null, SignInRefusals.TooMany(), Throttle.Window);
        var back = $"{http.Request.Scheme}://{http.Request.Host}/api/v1/session/external/{id}/callback";
        var question = new OpenIdQuestion(
            back,
            SystemSeal.NewSecret(),
            SystemSeal.NewSecret(),
            errand.Invitation is not null
        );
        var state = accounts.Tickets.Make(Kind, "", Keep(accounts, new Abroad(id, question, errand)), Patience);
        try
        {
            var address = await accounts.OpenId.Begin(provider, question, state, http.RequestAborted);
            http.Response.Cookies.Append(StateCookie(http), state, Flags(http, Patience));
            return (address, null, default);
        }
        catch (ExternalFault fault)
        {
            accounts.Throttle.GiveTokenBack(SignInForm.Address(http)); // not theirs, that the provider is down
            return (null, ExternalRefusals.Of(fault), default);
        }
    }

    /// <summary>As it is kept: sealed, for it holds the name of who was invited, and what the provider's answer is
    /// checked by.</summary>
    private static string Keep(Accounts accounts, Abroad abroad) =>
        Convert.ToBase64String(
            accounts.Seal.Seal(Place, JsonSerializer.SerializeToUtf8Bytes(abroad, SignInJson.Default.Abroad))
        );

    private static Abroad? Read(Accounts accounts, string state) =>
        JsonSerializer.Deserialize(
            accounts.Seal.Open(Place, Convert.FromBase64String(state)),
            SignInJson.Default.Abroad
        );

    private static async Task<IResult> Back(HttpContext http, Accounts accounts)
    {
        var asked = http.Request.Cookies[StateCookie(http)];
        http.Response.Cookies.Delete(StateCookie(http), Flags(http, TimeSpan.Zero));
        if (
            One(http, State) is not { } state
            || asked != state
            || accounts.Tickets.Take(Kind, state) is not { } ticket
            || Read(accounts, ticket.State) is not { } abroad
            || abroad.Provider != (string)http.Request.RouteValues["id"]!
            || accounts.External.Find(abroad.Provider) is not { } provider
        )
            return Say(http, SignInRefusals.NoTicket());
        if (http.All(Error).Count > 0)
            return Refuse(http, accounts, abroad.For, ExternalRefusals.Declined(One(http, Error)));
        if (One(http, Code) is not { } code || http.All(Issuer).Count > 1)
            return Say(http, SignInRefusals.NoTicket());
        try
        {
            var person = await accounts.OpenId.Finish(
                provider,
                abroad.Question,
                code,
                One(http, Issuer),
                http.RequestAborted
            );
            accounts.Throttle.GiveTokenBack(SignInForm.Address(http));
            return abroad.For switch
            {
                { Session: { } session } => await Linked(http, accounts, session, provider, person.Subject),
                { Invitation: { } invitation } => await ExternalInvitations.Accept(
                    http,
                    accounts,
                    (invitation, abroad.For.Name!),
                    provider,
                    person
                ),
                _ => await Enter(http, accounts, provider, person.Subject),
            };
        }
        catch (ExternalFault fault)
        {
            return Refuse(http, accounts, abroad.For, ExternalRefusals.Of(fault));
        }
    }

    /// <summary>Of a refusal that company is told of which it is known: that of the account that was to be linked, or
    /// of the invitation. Who only wants to sign in is nobody yet, and a provider that is down refused
    /// nobody.</summary>
    internal static IResult Refuse(HttpContext http, Accounts accounts, Errand errand, Refusal refusal)
    {
        if (refusal.Kind == RefusalKind.Unavailable)
            return Say(http, refusal);
        if (errand.Session is { } id && accounts.Sessions.Live(id) is { } session)
            accounts.Notes.Refused(session.Account, "oidc", refusal);
        if (errand.Invitation is { } open && accounts.Invitations.FindOpen(open) is { } invitation)
            accounts.Notes.Refused(invitation.Tenant, $"invitation:{open}", "oidc", refusal);
        return Say(http, refusal);
    }

    /// <summary>The session that asked must still be there: the answer alone must not outlive a sign-out.</summary>
    private static async Task<IResult> Linked(
        HttpContext http,
        Accounts accounts,
        string session,
        ExternalProvider provider,
        string subject
    )
    {
        if (accounts.Sessions.Live(session) is not { } live || accounts.Store.Find(live.Account) is not { } account)
            return Say(http, SignInRefusals.NoTicket());
        var login = new UserLoginInfo(provider.Issuer, subject, provider.Name);
        await accounts.Store.AddLoginAsync(account, login, default);
        var owner = await accounts.Store.FindByLoginAsync(provider.Issuer, subject, default);
        if (owner?.Id != account.Id)
            return Refuse(http, accounts, new Errand(session), ExternalRefusals.Taken());
        accounts.Notes.Changed(account.Id, Acts.ProviderLinked, provider.Id);
        return Results.Redirect("/account");
    }

    private static async Task<IResult> Enter(
        HttpContext http,
        Accounts accounts,
        ExternalProvider provider,
        string subject
    )
    {
        if (await accounts.Store.FindByLoginAsync(provider.Issuer, subject, http.RequestAborted) is not { } account)
            return Say(http, ExternalRefusals.NotLinked());
        return await Enter(http, accounts, account, tenant: null);
    }

    /// <summary>The provider's word is one factor: who has a second here is asked for it.</summary>
    internal static async Task<IResult> Enter(HttpContext http, Accounts accounts, Account account, string? tenant)
    {
        var pending = new Pending(tenant, Methods: "oidc");
        if (await SignInRoutes.SecondStepOf(accounts, account, pending) is { Ticket: { } ticket, Methods: { } methods })
            return Results.Redirect($"/sign-in#second-step={ticket}&methods={string.Join(',', methods)}");
        return SignInRoutes.Begin(http, accounts, account, pending, mfa: false, out _) is { } refusal
            ? Say(http, refusal)
            : Results.Redirect("/");
    }

    /// <summary>A browser that is shown a page gets the page; a program gets the problem.</summary>
    internal static IResult Say(HttpContext http, Refusal refusal, TimeSpan after = default)
    {
        if (http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            return Results.Redirect($"/sign-in?refused={refusal.Code}");
        return after > TimeSpan.Zero ? SignInForm.TooMany(http, refusal, after) : Problems.Of(refusal);
    }

    /// <summary>What came once.</summary>
    private static string? One(HttpContext http, QueryName name) => http.All(name) is [var only] ? only : null;

    private static readonly QueryName State = new("state", QueryKind.Text, "What this browser was sent off with.");
    private static readonly QueryName Code = new("code", QueryKind.Text, "What the provider's answer is fetched with.");
    private static readonly QueryName Error = new("error", QueryKind.Text, "Why the provider says no.");
    private static readonly QueryName Issuer = new("iss", QueryKind.Text, "Which provider answers, by RFC 9207.");

    /// <summary>Under TLS a browser takes it only from us, so no neighbour of our name can plant one.</summary>
    private static string StateCookie(HttpContext http) =>
        http.Request.IsHttps ? "__Host-lading_external" : "lading_external";

    /// <summary>Lax: the browser comes back by a link from the provider's page.</summary>
    private static CookieOptions Flags(HttpContext http, TimeSpan life) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            Path = "/",
            MaxAge = life,
            IsEssential = true,
        };
}
