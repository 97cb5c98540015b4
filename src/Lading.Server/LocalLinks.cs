using Lading.Kernel;
using Lading.Platform.SignIn;
using Microsoft.AspNetCore.Http;

namespace Lading.Server;

/// <summary>
/// The first way in: `up` prints a one-time loopback link; opening it trades the link for a session of
/// the local owner, from which they make their account. Links live an hour and work once.
/// </summary>
public static class LocalLinks
{
    private const string Kind = "local-link";
    private static readonly TimeSpan LinkLife = TimeSpan.FromHours(1);

    /// <summary>Makes a link's path.</summary>
    public static string Offer(Accounts accounts, TenantId tenant) =>
        "/enter/" + accounts.Tickets.Make(Kind, "", tenant.ToString(), LinkLife);

    /// <summary>Trades a link for a session, once.</summary>
    public static IResult Enter(HttpContext http, Accounts accounts, string link)
    {
        if (accounts.Tickets.Take(Kind, link) is not { } ticket)
            return Results.Text(
                "This link was used or is too old. Start again with `./lading up`, or run `./lading link`.",
                statusCode: 403
            );
        var tenant = new TenantId(Guid.Parse(ticket.State));
        var (_, cookie) = accounts.Sessions.Begin(
            "",
            tenant,
            "link",
            mfa: false,
            cookie: true,
            SignInForm.Address(http),
            http.Request.Headers.UserAgent.ToString()
        );
        accounts.Notes.SignedIn(tenant, "host:local-owner", "link");
        SignInForm.SetSession(http, cookie!);
        return Results.Redirect("/");
    }
}
