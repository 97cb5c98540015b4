using System.Text;
using System.Text.Json.Nodes;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Http;
using Lading.Platform.Places;
using Lading.Platform.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Lading.Platform.Privacy;

/// <summary>Body of <c>POST /people/erase</c> and <c>POST /people/export</c>.</summary>
/// <param name="Subject">Whose data: <c>customer/C1001</c>, or <c>person/…</c> with the id of an account.</param>
public sealed record PersonRequest(string Subject, string Reason);

/// <summary>
/// A person's rights: everything the log holds of them handed out, or their key destroyed. Both are facts of the
/// tenant; neither changes any
/// other fact, and the hash chain stays whole.
/// </summary>
public static class People
{
    private const string Tag = "People and privacy";

    /// <summary>Serves <c>/people</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.Post("/people/erase", "platform.privacy", Erase)
            .TenantWide()
            .Accepts<PersonRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary(
                "Destroy the key of a person: their data reads as erased everywhere. Of a member, membership, sessions "
                    + "and account go too."
            );
        api.Post("/people/export", "platform.privacy", Export)
            .TenantWide()
            .Accepts<PersonRequest>("application/json")
            .Produces<JsonObject>()
            .WithTags(Tag)
            .WithSummary("Everything the log holds of a person, opened.");
    }

    private static async Task<IResult> Erase(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, PlacesJson.Default.PersonRequest);
        if (problem is not null)
            return problem;
        var checks = Check(call!.Body);
        if (!checks.Pass)
            return await call.Refuse(checks);
        var (subject, reason) = call.Body;
        var stream = StreamName.Of("person", subject);
        if (MemberOf(subject) is not { } person)
            return await call.Send([stream], on => Erase(on, stream, subject, reason));
        if (await Unfit(http, call.Caller, person) is { } refusal)
            return await call.Refuse(refusal);
        // The facts first: a refused one leaves the account, and sending it again ends what a crash left.
        var answer = await call.Ask(
            [stream, Members.StreamOf(person), Owners.Stream],
            on => Members.End(on, person, reason) ?? Erase(on, stream, subject, reason)
        );
        if (answer.Accepted)
            await AccountsOf(http).Erase(person, call.Caller.Tenant);
        return call.Respond(answer);
    }

    private static Refusal? Erase(Deciding on, StreamName stream, string subject, string reason) =>
        on.Append(stream, Person.Erase(on.State<Person>(stream), subject, reason));

    /// <summary>Whose account a subject is: <c>person/…</c>.</summary>
    private static string? MemberOf(string subject) =>
        subject.StartsWith("person/", StringComparison.Ordinal) ? subject["person/".Length..] : null;

    /// <summary>Only people of the company, of now or before; an owner only by an owner.</summary>
    private static async ValueTask<Refusal?> Unfit(HttpContext http, Caller caller, string person)
    {
        if (!await Members.Knows(caller.Log, person, http.RequestAborted))
            return SignInRefusals.UnknownPerson(person);
        var held = AccessDirectory.Of(caller.Log).GrantsOf(person) ?? [];
        var may = caller.Rights.Find(Rights.Every) is { Reach.IsWhole: true };
        return !may && held.Any(g => g.Role == ShippedRoles.Owner) ? SignInRefusals.NotYours() : null;
    }

    private static Accounts AccountsOf(HttpContext http) => http.RequestServices.GetRequiredService<Accounts>();

    private static async Task<IResult> Export(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, PlacesJson.Default.PersonRequest);
        if (problem is not null)
            return problem;
        var checks = Check(call!.Body);
        if (!checks.Pass)
            return await call.Refuse(checks);
        var (subject, reason) = call.Body;
        var stream = StreamName.Of("person", subject);
        var log = call.Caller.Log;
        var items = await Collect(log, subject, log.Head, http.RequestAborted);
        var said = await call.Send(
            [stream],
            on => on.Append(stream, Decision.Accept(new PersonExported(subject, reason)))
        );
        return http.Response.Headers.ETag.Count == 0
            ? said
            : Results.Text(
                new JsonObject
                {
                    ["subject"] = subject,
                    ["items"] = items,
                    ["account"] = MemberOf(subject) is { } person
                        ? AccountsOf(http).Export(person, call.Caller.Tenant)
                        : null,
                }.ToJsonString(),
                "application/json"
            );
    }

    /// <summary>Every fact that holds a value sealed for the subject, in order, with its values opened.</summary>
    private static async Task<JsonArray> Collect(TenantLog log, string subject, long until, CancellationToken stop)
    {
        var mark = Encoding.UTF8.GetBytes($"\"of\":\"{System.Text.Json.JsonEncodedText.Encode(subject)}\"");
        var items = new JsonArray();
        for (var after = 0L; after < until; )
        {
            var page = await log.ReadAfter(after, 5_000, stop);
            foreach (var fact in page.Where(f => f.Body.Span.IndexOf(mark) >= 0))
                items.Add(
                    new JsonObject
                    {
                        ["position"] = fact.Position,
                        ["stream"] = fact.Stream.ToString(),
                        ["type"] = fact.Type,
                        ["happened"] = fact.Happened,
                        ["body"] = log.Open(fact),
                    }
                );
            after = page.Count == 0 ? until : page[^1].Position;
        }

        return items;
    }

    private static Checks Check(PersonRequest body)
    {
        var checks = new Checks();
        checks.That(
            body.Subject.Length is > 2 and <= 150 && body.Subject.Contains('/'),
            "subject",
            body.Subject,
            "A subject is a kind and a key, such as customer/C1001.",
            "Name whose data is meant."
        );
        checks.That(
            body.Reason.Trim().Length is > 0 and <= 500,
            "reason",
            body.Reason,
            "A reason of 1 to 500 characters is needed: it is kept.",
            "Name the request it answers."
        );
        return checks;
    }
}
