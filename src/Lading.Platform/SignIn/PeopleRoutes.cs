using Lading.Kernel;
using Lading.Platform.Access;
using Lading.Platform.Audit;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.SignIn;

/// <summary>Body of <c>POST /people/invitations</c>.</summary>
/// <param name="Owner">Whether the person will own the company too; only an owner may say so.</param>
/// <param name="Grants">What the person will hold, as <c>POST /members</c> takes it.</param>
public sealed record InviteRequest(
    string Email,
    string Name,
    bool Owner = false,
    IReadOnlyList<GrantRequest>? Grants = null
)
{
    internal IReadOnlyList<GrantRequest> All =>
        Owner ? [.. Grants ?? [], new GrantRequest(ShippedRoles.Owner)] : Grants ?? [];
}

/// <summary>Answer of <c>POST /people/invitations</c>: the only time the link is shown.</summary>
/// <param name="Link">Path and fragment; the secret stands after the #, so it never reaches a server's log.</param>
public sealed record InvitedAnswer(string Id, string Link, DateTime Expires);

/// <summary>An open invitation as a list shows it.</summary>
public sealed record InvitationRow(
    string Id,
    string Email,
    string Name,
    string Inviter,
    DateTime Created,
    DateTime Expires
);

/// <summary>Answer of <c>GET /people/invitations</c>.</summary>
public sealed record InvitationList(IReadOnlyList<InvitationRow> Items);

/// <summary>Body of <c>POST /session/invitation</c>.</summary>
public sealed record TokenRequest(string Token);

/// <summary>Answer of <c>POST /session/invitation</c>: what the invited person is shown.</summary>
public sealed record InvitationView(string Company, string Email, string Name, DateTime Expires);

/// <summary>Body of <c>POST /session/accept</c>.</summary>
/// <param name="Password">A new one; for an address that has an account already, that account's.</param>
public sealed record AcceptRequest(string Token, string Name, string Password);

/// <summary>Body of <c>POST /session/reset</c>.</summary>
public sealed record ResetRequest(string Token, string Password);

/// <summary>Answer of <c>POST /people/{person}/reset-link</c>.</summary>
public sealed record OneLink(string Link, DateTime Expires);

/// <summary>A person of the company as a list shows them.</summary>
public sealed record PersonRow(string Id, string Name, string Email, bool Owner, bool SecondFactor);

/// <summary>Answer of <c>GET /people</c>.</summary>
public sealed record PeopleList(IReadOnlyList<PersonRow> Items);

/// <summary>The people of a company: invite, list, let go, help back in.</summary>
public static class PeopleRoutes
{
    private const string Tag = "People";
    private const string LinkShownOnce = "A link is shown once and kept nowhere: another voids the one before.";
    private static readonly TimeSpan InvitationLife = TimeSpan.FromDays(7);
    private static readonly TimeSpan ResetLife = TimeSpan.FromHours(4);

    /// <summary>Serves <c>/people</c> and the other ends of its links.</summary>
    public static void Map(IEndpointRouteBuilder api, Accounts accounts)
    {
        api.Get("/people", "access.read", http => List(http, accounts))
            .TenantWide()
            .Produces<PeopleList>()
            .WithTags(Tag);
        api.Post("/people/invitations", "access.manage", http => Invite(http, accounts))
            .Unkeyed(LinkShownOnce)
            .Accepts<InviteRequest>("application/json")
            .Produces<InvitedAnswer>(201)
            .WithTags(Tag)
            .WithSummary("Invite a person; the link is shown to you, once, to hand on.");
        api.Get("/people/invitations", "access.read", http => Open(http, accounts))
            .TenantWide()
            .Produces<InvitationList>()
            .WithTags(Tag);
        api.Delete("/people/invitations/{id}", "access.manage", http => Withdraw(http, accounts))
            .Unkeyed(LinkShownOnce)
            .TenantWide()
            .Produces(204)
            .WithTags(Tag);
        api.Post("/people/{person}/reset-link", "access.manage", http => ResetLink(http, accounts))
            .Unkeyed(LinkShownOnce)
            .TenantWide()
            .Produces<OneLink>()
            .WithTags(Tag)
            .WithSummary("A link with which the person sets a new password; second factors stay.");
        api.Delete("/people/{person}", "access.manage", http => LetGo(http, accounts))
            .TenantWide()
            .Produces(204)
            .WithTags(Tag)
            .WithSummary("The person belongs to the company no more; their sessions in it end.");
        api.Post("/session/invitation", "", http => Look(http, accounts))
            .Accepts<TokenRequest>("application/json")
            .Produces<InvitationView>()
            .WithTags(Tag);
        api.Post("/session/accept", "", http => Accept(http, accounts))
            .Accepts<AcceptRequest>("application/json")
            .Produces<SignInAnswer>()
            .WithTags(Tag);
        api.Post("/session/reset", "", http => Reset(http, accounts))
            .Accepts<ResetRequest>("application/json")
            .Produces<SignInAnswer>()
            .WithTags(Tag)
            .WithSummary("Set a new password by link: all sessions end, and a second factor is still asked for.");
    }

    private static Task<IResult> List(HttpContext http, Accounts accounts)
    {
        var caller = Caller.Of(http);
        var known = AccessDirectory.Of(caller.Log);
        var rows = accounts
            .Store.Members(caller.Tenant.ToString())
            .Select(a => new PersonRow(a.Id, a.Name, a.Email, known.IsOwner(a.Id), accounts.Store.HasSecondFactor(a)));
        return Task.FromResult(Results.Json(new PeopleList([.. rows]), SignInJson.Default.PeopleList));
    }

    private static async Task<IResult> Invite(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.InviteRequest);
        if (problem is not null)
            return problem;
        var caller = Caller.Of(http);
        var checks = new Checks();
        var email = Names.Email(checks, "email", body!.Email);
        var name = Names.Name(checks, "name", body.Name);
        if (!checks.Pass)
            return Problems.Of(checks);
        if (body.Owner && !IsOwner(http))
            return Problems.Of(SignInRefusals.NotYours());
        var grants = await GrantChecks.Read(caller, "invited", body.All, checks, http.RequestAborted);
        if (!checks.Pass)
            return Problems.Of(checks);
        if (accounts.Store.WithEmail(email) is { } there && accounts.IsMember(there.Id, caller.Tenant))
            return Problems.Of(SignInRefusals.AlreadyMember());
        var (made, token) = accounts.Invitations.Make(
            caller.Tenant,
            Invitations.Join,
            "",
            email,
            name,
            Invitations.Write(grants),
            caller.Actor,
            InvitationLife
        );
        accounts.Notes.Did(caller.Tenant, caller.Actor, Acts.InvitationMade, made.Id);
        return Results.Json(
            new InvitedAnswer(made.Id, $"/join#{token}", made.Expires),
            SignInJson.Default.InvitedAnswer,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static Task<IResult> Open(HttpContext http, Accounts accounts)
    {
        var rows = accounts
            .Invitations.Of(Caller.Of(http).Tenant)
            .Select(i => new InvitationRow(i.Id, i.Email, i.Name, i.Inviter, i.Created, i.Expires));
        return Task.FromResult(Results.Json(new InvitationList([.. rows]), SignInJson.Default.InvitationList));
    }

    private static Task<IResult> Withdraw(HttpContext http, Accounts accounts)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        var caller = Caller.Of(http);
        if (!accounts.Invitations.Withdraw(caller.Tenant, id))
            return Task.FromResult(Problems.Of(SignInRefusals.UnknownInvitation(id)));
        accounts.Notes.Did(caller.Tenant, caller.Actor, Acts.InvitationWithdrawn, id);
        return Task.FromResult(Results.NoContent());
    }

    private static Task<IResult> ResetLink(HttpContext http, Accounts accounts)
    {
        var caller = Caller.Of(http);
        var (account, refusal) = Theirs(http, accounts);
        if (account is null)
            return Task.FromResult(Problems.Of(refusal!));
        if (accounts.CompaniesOf(account.Id).Count > 1)
            return Task.FromResult(Problems.Of(SignInRefusals.NotYours()));
        var (made, token) = accounts.Invitations.Make(
            caller.Tenant,
            Invitations.Reset,
            account.Id,
            account.Email,
            account.Name,
            "",
            caller.Actor,
            ResetLife
        );
        accounts.Notes.Did(caller.Tenant, caller.Actor, Acts.ResetLinkMade, $"person:{account.Id}");
        return Task.FromResult(Results.Json(new OneLink($"/reset#{token}", made.Expires), SignInJson.Default.OneLink));
    }

    private static async Task<IResult> LetGo(HttpContext http, Accounts accounts)
    {
        var (call, problem) = await CommandCall.Read(http);
        if (problem is not null)
            return problem;
        var (account, refusal) = Theirs(http, accounts);
        if (account is null)
            return await call!.Refuse(refusal!);
        // The facts first: a refused one leaves the sessions, and sending it again ends what a crash left.
        var answer = await call!.Ask(
            [Members.StreamOf(account.Id), Owners.Stream],
            on => Members.End(on, account.Id, "let go")
        );
        if (answer.Accepted)
            accounts.Leave(account.Id, call.Caller.Tenant);
        return call.Respond(answer);
    }

    private static async Task<IResult> Look(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.TokenRequest);
        if (problem is not null)
            return problem;
        var (found, refused) = await FindLink(http, accounts, Invitations.Join, body!.Token);
        if (found is null)
            return refused!;
        var company = accounts.Tenants.FirstOrDefault(t => t.Id == found.Tenant)?.Name ?? "";
        return Results.Json(
            new InvitationView(company, found.Email, found.Name, found.Expires),
            SignInJson.Default.InvitationView
        );
    }

    private static async Task<IResult> Accept(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.AcceptRequest);
        if (problem is not null)
            return problem;
        var (found, refused) = await FindLink(http, accounts, Invitations.Join, body!.Token);
        if (found is null)
            return refused!;
        var checks = new Checks();
        var name = Names.Name(checks, "name", body.Name);
        if (!checks.Pass)
            return Problems.Of(checks);
        var (account, refusal) = accounts.Store.WithEmail(found.Email) is null
            ? await MyAccountRoutes.NewAccount(http, accounts, found.Email, name, body.Password)
            : await SignInRoutes.CheckPassword(http, accounts, found.Email, body.Password);
        if (account is null)
            return refusal!;
        if (accounts.Invitations.Take(Invitations.Join, body.Token) is null)
            return Problems.Of(SignInRefusals.LinkRefused());
        var slug = await Join(accounts, found, account);
        return await SignInRoutes.Passed(http, accounts, account, new Pending(slug, false, "pwd"));
    }

    /// <summary>What a link stands for; tries from one address are counted until one is good.</summary>
    internal static async ValueTask<(Invitation? Found, IResult? Refusal)> FindLink(
        HttpContext http,
        Accounts accounts,
        string kind,
        string token
    )
    {
        if (!accounts.Throttle.TakeToken(SignInForm.Address(http)))
            return (null, SignInForm.TooMany(http, SignInRefusals.TooMany()));
        if (accounts.Invitations.Find(kind, token) is not { } found || !await accounts.Stands(found))
            return (null, Problems.Of(SignInRefusals.LinkRefused()));
        accounts.Throttle.GiveTokenBack(SignInForm.Address(http));
        return (found, null);
    }

    /// <summary>What was promised comes true; answers the company's short name.</summary>
    internal static async Task<string?> Join(Accounts accounts, Invitation accepted, Account account)
    {
        var grants = Invitations.ReadGrants(accepted.Grants);
        await accounts.Join(new Joining(accepted.Tenant, account.Id, accepted.Inviter, grants));
        accounts.Notes.Did(accepted.Tenant, $"person:{account.Id}", Acts.InvitationAccepted, accepted.Id);
        return accounts.Tenants.FirstOrDefault(t => t.Id == accepted.Tenant)?.Slug;
    }

    private static async Task<IResult> Reset(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.ResetRequest);
        if (problem is not null)
            return problem;
        var (found, unknown) = await FindLink(http, accounts, Invitations.Reset, body!.Token);
        if (found is null)
            return unknown!;
        if (
            accounts.Store.Find(found.Account) is not { } account
            || accounts.CompaniesOf(account.Id) is not [var only]
            || only.Id != found.Tenant // who joined another company since is not this one's to let in
        )
            return Problems.Of(SignInRefusals.LinkRefused());
        bool Claim() => accounts.Invitations.Take(Invitations.Reset, body.Token) is not null;
        if (await MyAccountRoutes.SetPassword(http, accounts, account, "password", body.Password, Claim) is { } refused)
            return refused;
        accounts.Notes.Did(found.Tenant, $"person:{account.Id}", Acts.ResetLinkUsed, found.Id);
        accounts.Notes.Changed(account.Id, Acts.SessionsEnded, times: accounts.Sessions.RevokeAll(account.Id));
        return await SignInRoutes.Passed(http, accounts, account, new Pending(null, false, "pwd"));
    }

    /// <summary>A person of the caller's company to whom the caller may do things: the caller holds all that they
    /// hold.</summary>
    private static (Account? Account, Refusal? Refusal) Theirs(HttpContext http, Accounts accounts)
    {
        var id = (string)http.Request.RouteValues["person"]!;
        var caller = Caller.Of(http);
        if (!accounts.IsMember(id, caller.Tenant) || accounts.Store.Find(id) is not { } account)
            return (null, SignInRefusals.UnknownPerson(id));
        var known = AccessDirectory.Of(caller.Log);
        return GrantChecks.HoldsAll(caller.Rights, known, known.GrantsOf(id) ?? [])
            ? (account, null)
            : (null, SignInRefusals.NotYours());
    }

    private static bool IsOwner(HttpContext http) =>
        Caller.Of(http).Rights.Find(Rights.Every) is { Reach.IsWhole: true };
}
