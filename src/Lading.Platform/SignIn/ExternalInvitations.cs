using Lading.Kernel;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.SignIn;

/// <summary>Body of <c>POST /session/external/{id}/accept</c>.</summary>
/// <param name="Token">Of the invitation's link.</param>
public sealed record JoinElsewhereRequest(string Token, string Name);

/// <summary>
/// Accepting an invitation as a person of another provider, without a password here: with the account that is linked
/// with this person already, or with a new one. Either way the provider must say that the invited address is this
/// person's: the link alone might have been handed on.
/// </summary>
public static class ExternalInvitations
{
    /// <summary>Serves it.</summary>
    public static void Map(IEndpointRouteBuilder api, Accounts accounts) =>
        api.Post("/session/external/{id}/accept", "", http => Begin(http, accounts))
            .Accepts<JoinElsewhereRequest>("application/json")
            .Produces<GoTo>()
            .WithTags("Other identity providers")
            .WithSummary("Accept an invitation as a person of a provider: the browser goes there and comes back.");

    private static async Task<IResult> Begin(HttpContext http, Accounts accounts)
    {
        var (body, problem) = await SignInForm.Read(http, SignInJson.Default.JoinElsewhereRequest);
        if (problem is not null)
            return problem;
        var (found, unknown) = await PeopleRoutes.FindLink(http, accounts, Invitations.Join, body!.Token);
        if (found is null)
            return unknown!;
        var checks = new Checks();
        var name = Names.Name(checks, "name", body.Name);
        if (!checks.Pass)
            return Problems.Of(checks);
        var errand = new Errand(Invitation: found.Id, Name: name);
        var (address, refusal, after) = await ExternalRoutes.Leave(http, accounts, errand);
        return refusal is null ? Results.Json(new GoTo(address!), SignInJson.Default.GoTo)
            : after > TimeSpan.Zero ? SignInForm.TooMany(http, refusal, after)
            : Problems.Of(refusal);
    }

    /// <summary>The person came back. Ladder: the invitation, the address, an account that is there already.</summary>
    internal static async Task<IResult> Accept(
        HttpContext http,
        Accounts accounts,
        (string Id, string Name) invitation,
        ExternalProvider provider,
        OpenIdPerson person
    )
    {
        if (accounts.Invitations.FindOpen(invitation.Id) is not { } found || !await accounts.Stands(found))
            return ExternalRoutes.Say(http, SignInRefusals.LinkRefused());
        if (person.Email is not { } email)
            return Refuse(ExternalRefusals.AddressNotVerified());
        if (Names.Email(email) != found.Email)
            return Refuse(ExternalRefusals.AnotherAddress());
        var linked = await accounts.Store.FindByLoginAsync(provider.Issuer, person.Subject, http.RequestAborted);
        if (linked is not null && linked.Email != found.Email)
            return Refuse(ExternalRefusals.Taken());
        if (linked is null && accounts.Store.WithEmail(found.Email) is not null)
            return Refuse(ExternalRefusals.HasAccount());

        // Used first: an account that a crash left without a company could not be invited in this way again.
        if (accounts.Invitations.TakeOpen(found.Id) is null)
            return ExternalRoutes.Say(http, SignInRefusals.LinkRefused());
        if ((linked ?? await Make(accounts, (found.Email, invitation.Name), provider, person)) is not { } account)
            return ExternalRoutes.Say(http, ExternalRefusals.HasAccount());
        var company = await PeopleRoutes.Join(accounts, found, account);
        return await ExternalRoutes.Enter(http, accounts, account, company);

        IResult Refuse(Refusal refusal) =>
            ExternalRoutes.Refuse(http, accounts, new Errand(Invitation: found.Id), refusal);
    }

    /// <summary>A new account whose one way in is the provider; null when another request was faster.</summary>
    private static async Task<Account?> Make(
        Accounts accounts,
        (string Email, string Name) who,
        ExternalProvider provider,
        OpenIdPerson person
    )
    {
        var account = accounts.New(who.Email, who.Name);
        if (!(await accounts.Manager().CreateAsync(account)).Succeeded)
            return null;
        await accounts.Store.AddLoginAsync(
            account,
            new UserLoginInfo(provider.Issuer, person.Subject, provider.Name),
            default
        );
        if ((await accounts.Store.FindByLoginAsync(provider.Issuer, person.Subject, default))?.Id == account.Id)
            return account;
        await accounts.Store.DeleteAsync(account, default);
        return null;
    }
}
