using System.Buffers.Text;
using System.Text.Json;
using Lading.Platform.Audit;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.SignIn;

/// <summary>Body of <c>POST /session/passkey/options</c>.</summary>
/// <param name="Tenant">The company's short name, for who belongs to several.</param>
/// <param name="Tokens">For programs: answer tokens instead of setting a cookie.</param>
public sealed record PasskeyBegin(string? Tenant = null, bool Tokens = false);

/// <summary>What the browser's <c>navigator.credentials</c> is called with, and the ticket to send back.</summary>
public sealed record PasskeyOptions(string Ticket, JsonElement Options);

/// <summary>Body of <c>POST /session/passkey</c> and <c>POST /session/step-up/passkey</c>.</summary>
/// <param name="Credential">The browser's answer, as its <c>toJSON()</c> gives it.</param>
public sealed record PasskeySignIn(string Ticket, JsonElement Credential);

/// <summary>Body of <c>POST /me/passkeys</c>.</summary>
public sealed record PasskeyAdd(string Ticket, string Name, JsonElement Credential);

/// <summary>A passkey as a list shows it.</summary>
public sealed record PasskeyRow(string Id, string Name, DateTime Created, bool BackedUp);

/// <summary>Answer of <c>GET /me/passkeys</c>.</summary>
public sealed record PasskeyList(IReadOnlyList<PasskeyRow> Items);

/// <summary>Passkeys: adding them, and signing in with one. The device verifies the person, so one is enough.</summary>
public static class PasskeyRoutes
{
    private const string ToAdd = "passkey-add";
    private const string ToSignIn = "passkey-sign-in";
    private const int MostPerAccount = 20;
    private const string Tag = "Passkeys";
    private static readonly TimeSpan TicketLife = TimeSpan.FromMinutes(5);

    /// <summary>Serves them.</summary>
    public static void Map(IEndpointRouteBuilder api, Accounts accounts)
    {
        api.Post("/session/passkey/options", "", http => Ask(http, accounts))
            .Accepts<PasskeyBegin>("application/json")
            .Produces<PasskeyOptions>()
            .WithTags(Tag)
            .WithSummary("Begin to sign in with a passkey: no name is needed.");
        api.Post("/session/passkey", "", http => SignIn(http, accounts))
            .Accepts<PasskeySignIn>("application/json")
            .Produces<SignInAnswer>()
            .WithTags(Tag);
        api.Post("/session/step-up/passkey", Permissions.Self, http => StepUp(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Accepts<PasskeySignIn>("application/json")
            .Produces<SessionView>()
            .WithTags(Tag);
        api.Get("/me/passkeys", Permissions.Self, http => List(http, accounts)).Produces<PasskeyList>().WithTags(Tag);
        api.Post("/me/passkeys/options", Permissions.Self, http => Offer(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Produces<PasskeyOptions>()
            .WithTags(Tag);
        api.Post("/me/passkeys", Permissions.Self, http => Add(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Accepts<PasskeyAdd>("application/json")
            .Produces<PasskeyRow>(201)
            .WithTags(Tag);
        api.Delete("/me/passkeys/{id}", Permissions.Self, http => Remove(http, accounts))
            .Unkeyed(SignInForm.NoCommand)
            .Produces(204)
            .WithTags(Tag);
    }

    private static async Task<IResult> Ask(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.PasskeyBegin);
        if (problem is not null)
            return problem;
        if (!accounts.Throttle.TakeToken(SignInForm.Address(http)))
            return SignInForm.TooMany(http, SignInRefusals.TooMany());
        var options = await Accounts.Passkeys(accounts.Manager()).MakeRequestOptionsAsync(null, http);
        var pending = JsonSerializer.Serialize(
            new Pending(body!.Tenant, body.Tokens, "passkey"),
            SignInJson.Default.Pending
        );
        var ticket = accounts.Tickets.Make(ToSignIn, "", $"{options.AssertionState}\n{pending}", TicketLife);
        return Show(ticket, options.RequestOptionsJson);
    }

    private static async Task<IResult> SignIn(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.PasskeySignIn);
        if (problem is not null)
            return problem;
        var (account, pending, refusal) = await Assert(http, accounts, body!);
        if (account is null)
            return refusal!;
        accounts.Throttle.GiveTokenBack(SignInForm.Address(http));
        return SignInRoutes.Enter(http, accounts, account, pending!, mfa: true);
    }

    private static async Task<IResult> StepUp(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.PasskeySignIn);
        if (problem is not null)
            return problem;
        var (session, mine, none) = MyAccountRoutes.Mine(http, accounts);
        if (none is not null)
            return none;
        var (account, _, refusal) = await Assert(http, accounts, body!);
        if (account is null)
            return refusal!;
        if (account.Id != mine!.Id)
            return Problems.Of(accounts.Notes.Refused(mine.Id, "passkey", SignInRefusals.PasskeyRefused()));
        accounts.Sessions.StepUp(session!, "passkey");
        return SignInRoutes.Shown(accounts, accounts.Sessions.Live(session!.Id)!);
    }

    /// <summary>Checks a browser's answer to a challenge, which is used up by that.</summary>
    private static async Task<(Account? Account, Pending? Pending, IResult? Refusal)> Assert(
        HttpContext http,
        Accounts accounts,
        PasskeySignIn body
    )
    {
        if (accounts.Tickets.Take(ToSignIn, body.Ticket) is not { } ticket)
            return (null, null, Problems.Of(SignInRefusals.NoTicket()));
        var state = ticket.State.Split('\n', 2);
        var manager = accounts.Manager();
        var result = await Accounts
            .Passkeys(manager)
            .PerformAssertionAsync(
                new PasskeyAssertionContext
                {
                    HttpContext = http,
                    CredentialJson = body.Credential.GetRawText(),
                    AssertionState = state[0],
                }
            );
        if (!result.Succeeded || result.User is null)
        {
            var named = await manager.FindByPasskeyIdAsync(IdOf(body.Credential));
            var refusal = accounts.Notes.Refused(named?.Id, "passkey", SignInRefusals.PasskeyRefused());
            return (null, null, Problems.Of(refusal));
        }

        await manager.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        return (result.User, JsonSerializer.Deserialize(state[1], SignInJson.Default.Pending), null);
    }

    private static async Task<IResult> Offer(HttpContext http, Accounts accounts)
    {
        var (session, account, none) = MyAccountRoutes.Mine(http, accounts);
        if (none is not null)
            return none;
        if (!SignInRoutes.IsFresh(accounts, session!, account))
            return Problems.Of(SignInRefusals.StepUpNeeded());
        var options = await Accounts
            .Passkeys(accounts.Manager())
            .MakeCreationOptionsAsync(
                new PasskeyUserEntity
                {
                    Id = account!.Id,
                    Name = account.Email,
                    DisplayName = account.Name,
                },
                http
            );
        var ticket = accounts.Tickets.Make(ToAdd, account.Id, options.AttestationState ?? "", TicketLife);
        return Show(ticket, options.CreationOptionsJson);
    }

    private static async Task<IResult> Add(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.PasskeyAdd);
        if (problem is not null)
            return problem;
        var (session, account, none) = MyAccountRoutes.Mine(http, accounts);
        if (none is not null)
            return none;
        var checks = new Checks();
        var name = Names.Name(checks, "name", body!.Name);
        checks.That(
            accounts.Store.CountPasskeys(account!.Id) < MostPerAccount,
            "credential",
            null,
            $"An account has at most {MostPerAccount} passkeys.",
            "Remove one first."
        );
        if (!checks.Pass)
            return Problems.Of(checks);
        if (accounts.Tickets.Take(ToAdd, body.Ticket) is not { } ticket || ticket.Account != account.Id)
            return Problems.Of(SignInRefusals.NoTicket());
        var manager = accounts.Manager();
        var result = await Accounts
            .Passkeys(manager)
            .PerformAttestationAsync(
                new PasskeyAttestationContext
                {
                    HttpContext = http,
                    CredentialJson = body.Credential.GetRawText(),
                    AttestationState = ticket.State,
                }
            );
        if (!result.Succeeded)
            return Problems.Of(SignInRefusals.PasskeyBad());
        result.Passkey.Name = name;
        if (!(await manager.AddOrUpdatePasskeyAsync(account, result.Passkey)).Succeeded)
            return Problems.Of(SignInRefusals.ChangedMeanwhile());
        accounts.Notes.Changed(account.Id, Acts.PasskeyAdded);
        accounts.Sessions.StepUp(session!, "passkey");
        return Results.Json(
            Row(result.Passkey),
            SignInJson.Default.PasskeyRow,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static async Task<IResult> List(HttpContext http, Accounts accounts)
    {
        var (_, account, none) = MyAccountRoutes.Mine(http, accounts);
        if (none is not null)
            return none;
        var passkeys = await accounts.Store.GetPasskeysAsync(account!, http.RequestAborted);
        return Results.Json(new PasskeyList([.. passkeys.Select(Row)]), SignInJson.Default.PasskeyList);
    }

    private static async Task<IResult> Remove(HttpContext http, Accounts accounts)
    {
        var (session, account, none) = MyAccountRoutes.Mine(http, accounts);
        if (none is not null)
            return none;
        if (!SignInRoutes.IsFresh(accounts, session!, account))
            return Problems.Of(SignInRefusals.StepUpNeeded());
        var id = (string)http.Request.RouteValues["id"]!;
        var credential = Decode(id);
        if (await accounts.Store.FindPasskeyAsync(account!, credential, http.RequestAborted) is null)
            return Problems.Of(SignInRefusals.UnknownPasskey(id));
        if (accounts.Store.CountWays(account!) == 1)
            return Problems.Of(SignInRefusals.LastWay());
        if (!account!.LongPassword && !account.TotpOn && accounts.Store.CountPasskeys(account.Id) == 1)
            return Problems.Of(SignInRefusals.PasswordTooShortAlone());
        await accounts.Manager().RemovePasskeyAsync(account, credential);
        accounts.Notes.Changed(account.Id, Acts.PasskeyRemoved);
        return Results.NoContent();
    }

    /// <summary>The passkey that a browser's answer names, or none.</summary>
    private static byte[] IdOf(JsonElement credential) =>
        credential.ValueKind == JsonValueKind.Object
        && credential.TryGetProperty("id", out var id)
        && id.ValueKind == JsonValueKind.String
            ? Decode(id.GetString()!)
            : [];

    private static byte[] Decode(string id) =>
        id.Length <= 1400 && Base64Url.IsValid(id) ? Base64Url.DecodeFromChars(id) : [];

    private static PasskeyRow Row(UserPasskeyInfo passkey) =>
        new(
            Base64Url.EncodeToString(passkey.CredentialId),
            passkey.Name ?? "",
            passkey.CreatedAt.UtcDateTime,
            passkey.IsBackedUp
        );

    private static IResult Show(string ticket, string options)
    {
        using var json = JsonDocument.Parse(options);
        return Results.Json(new PasskeyOptions(ticket, json.RootElement.Clone()), SignInJson.Default.PasskeyOptions);
    }
}
