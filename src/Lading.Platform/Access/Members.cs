using System.Text.RegularExpressions;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Lading.Platform.Access;

/// <summary>A role as it is given: for everything, or narrowed.</summary>
public sealed record GrantRequest(
    string Role,
    IReadOnlyList<string>? Ventures = null,
    IReadOnlyList<string>? Sites = null,
    IReadOnlyList<string>? Customers = null
);

/// <summary>Body of <c>POST /members</c>.</summary>
public sealed record AdmitRequest(string Person, IReadOnlyList<GrantRequest> Grants);

/// <summary>Body of <c>PUT /members/{person}</c>: all that the member holds from now on.</summary>
public sealed record GrantsRequest(IReadOnlyList<GrantRequest> Grants);

/// <summary>Body of <c>POST /members/{person}/remove</c>.</summary>
public sealed record RemoveRequest(string Reason);

/// <summary>A member as a list shows it.</summary>
public sealed record MemberRow(string Person, DateTime Since, IReadOnlyList<GrantRequest> Grants);

/// <summary>Answer of <c>GET /members</c>.</summary>
public sealed record MemberPage(IReadOnlyList<MemberRow> Items, string? Next);

/// <summary>A member, as decisions read it.</summary>
public sealed record Member(bool Admitted, IReadOnlyList<string> Given)
{
    /// <summary>How its stream folds.</summary>
    public static readonly StreamKind<Member> Kind = new("member", _ => new Member(false, []), Evolve);

    private static Member Evolve(Member state, object fact) =>
        fact switch
        {
            MemberAdmitted => new Member(true, []),
            RoleGiven e => state with { Given = [.. state.Given, AccessDirectory.Text(e)] },
            RoleTaken e => state with { Given = [.. state.Given.Where(g => g != AccessDirectory.Text(AsGiven(e)))] },
            MemberRemoved => new Member(false, []),
            _ => throw new InvalidOperationException($"A member does not know {fact.GetType().Name}."),
        };

    /// <summary>Admits: saying it twice is saying it once.</summary>
    public static Decision Admit(Member state, string person) =>
        state.Admitted ? Decision.Accept() : Decision.Accept(new MemberAdmitted(person));

    /// <summary>Makes what a member holds exactly this: takes what is too much, gives what is missing.</summary>
    public static Decision Hold(Member state, string person, IReadOnlyList<RoleGiven> wanted)
    {
        if (!state.Admitted)
            return AccessRefusals.UnknownMember(person);
        var texts = wanted.Select(AccessDirectory.Text).ToHashSet(StringComparer.Ordinal);
        var taken = state.Given.Where(g => !texts.Contains(g)).Select(Read).Select(AsTaken);
        var given = wanted.DistinctBy(AccessDirectory.Text).Where(g => !state.Given.Contains(AccessDirectory.Text(g)));
        return Decision.Accept([.. taken, .. given]);
    }

    /// <summary>Removes, after taking every role.</summary>
    public static Decision Remove(Member state, string person, string reason) =>
        state.Admitted
            ? Decision.Accept([.. state.Given.Select(Read).Select(AsTaken), new MemberRemoved(person, reason)])
            : AccessRefusals.UnknownMember(person);

    private static RoleGiven Read(string text) =>
        System.Text.Json.JsonSerializer.Deserialize(text, AccessFactsJson.Default.RoleGiven)!;

    private static RoleTaken AsTaken(RoleGiven e) => new(e.Person, e.Role, e.Ventures, e.Sites, e.Customers);

    private static RoleGiven AsGiven(RoleTaken e) => new(e.Person, e.Role, e.Ventures, e.Sites, e.Customers);
}

/// <summary>Who owns the company: a stream of its own, so that two owners who release each other at once cannot leave
/// it without one.</summary>
public sealed record Owners(IReadOnlyList<string> People)
{
    /// <summary>The only stream of its kind.</summary>
    public static readonly StreamName Stream = StreamName.Of("owners", "company");

    /// <summary>How it folds.</summary>
    public static readonly StreamKind<Owners> Kind = new("owners", _ => new Owners([]), Evolve);

    private static Owners Evolve(Owners state, object fact) =>
        fact switch
        {
            OwnerNamed e => new Owners([.. state.People, e.Person]),
            OwnerReleased e => new Owners([.. state.People.Where(p => p != e.Person)]),
            _ => throw new InvalidOperationException($"Owners do not know {fact.GetType().Name}."),
        };

    /// <summary>Makes a person an owner or not; the last one stays.</summary>
    public static Decision Set(Owners state, string person, bool owner)
    {
        var isOwner = state.People.Contains(person);
        if (isOwner == owner)
            return Decision.Accept();
        if (owner)
            return Decision.Accept(new OwnerNamed(person));
        return state.People.Count == 1 ? AccessRefusals.LastOwner(person) : Decision.Accept(new OwnerReleased(person));
    }
}

/// <summary>Members and what they hold.</summary>
public static partial class Members
{
    private const string Tag = "Access";
    private const int MostGrants = 50;

    /// <summary>Serves <c>/members</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.Get("/members", "access.read", List)
            .ReadsModel()
            .Query(Page.Names)
            .TenantWide()
            .Produces<MemberPage>()
            .WithTags(Tag)
            .WithSummary("Who is a member, and what each holds.");
        api.Get("/members/{person}", "access.read", Read)
            .TenantWide()
            .ReadsModel()
            .IsVersioned()
            .Produces<MemberRow>()
            .WithTags(Tag);
        api.Post("/members", "access.manage", Admit)
            .Accepts<AdmitRequest>("application/json")
            .Produces<Written>(201)
            .WithTags(Tag)
            .WithSummary("Make a person a member, with roles.");
        api.Put("/members/{person}", "access.manage", Change)
            .Accepts<GrantsRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("Set what a member holds: what is not named is taken.");
        api.Post("/members/{person}/remove", "access.manage", Remove)
            .TenantWide()
            .Accepts<RemoveRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("End a membership: effective at once.");
    }

    /// <summary>Makes a person a member with roles, from inside: the first owner, an accepted invitation.</summary>
    public static ValueTask<Answer> Admit(
        TenantLog log,
        string person,
        IReadOnlyList<RoleGiven> grants,
        string actor,
        CommandId id
    ) =>
        log.Send(
            new Command
            {
                Id = id,
                Fingerprint = 0,
                Actor = actor,
                Streams = [StreamOf(person), Owners.Stream],
                Decide = on => Decide(on, person, grants, admit: true),
            }
        );

    /// <summary>The facts of a person who joined by invitation, or who took over the company.</summary>
    public static async Task Join(TenantLog log, SignIn.Joining joining)
    {
        var person = joining.Account;
        RoleGiven[] grants =
        [
            .. joining.Grants.Select(g => new RoleGiven(person, g.Role, g.Ventures, g.Sites, g.Customers)),
        ];
        var answer = await Admit(log, person, grants, joining.By, CommandId.From("join", Guid.NewGuid().ToString()));
        if (!answer.Accepted)
            throw new StoreFault($"The membership was not recorded: {answer.Refusal!.Message}");
    }

    /// <summary>Ends the membership of a person who was let go or whose data is erased, if they are a member
    /// still.</summary>
    internal static Refusal? End(Deciding on, string person, string reason)
    {
        var stream = StreamOf(person);
        return on.State<Member>(stream).Admitted ? LetGo(on, stream, person, reason) : null;
    }

    /// <summary>Whether a person is or was a member.</summary>
    internal static async ValueTask<bool> Knows(TenantLog log, string person, CancellationToken stop) =>
        PersonShape().IsMatch(person)
        && (
            await log.Inline.Query("select 1 from access_member where person = $1", r => r.Integer(0), stop, person)
        ).Count > 0;

    private static Refusal? LetGo(Deciding on, StreamName stream, string person, string reason) =>
        on.Append(Owners.Stream, Owners.Set(on.State<Owners>(Owners.Stream), person, owner: false))
        ?? on.Append(stream, Member.Remove(on.State<Member>(stream), person, reason));

    /// <summary>The stream of a member.</summary>
    public static StreamName StreamOf(string person) => StreamName.Of("member", person);

    /// <summary>Admission, roles and ownership in one decision.</summary>
    private static Refusal? Decide(Deciding on, string person, IReadOnlyList<RoleGiven> grants, bool admit)
    {
        var wanted = grants.Where(g => g.Role != ShippedRoles.Owner).ToList();
        var owner = Owners.Set(on.State<Owners>(Owners.Stream), person, wanted.Count < grants.Count);
        if (owner.Refusal is { } no)
            return no;
        var stream = StreamOf(person);
        var state = on.State<Member>(stream);
        if (admit)
        {
            on.Append(stream, Member.Admit(state, person));
            state = state with { Admitted = true };
        }

        return on.Append(stream, Member.Hold(state, person, wanted)) ?? on.Append(Owners.Stream, owner);
    }

    private static async Task<IResult> Admit(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, AccessHttp.Default.AdmitRequest);
        if (problem is not null)
            return problem;
        var checks = new Checks();
        var person = call!.Body.Person;
        checks.That(
            PersonShape().IsMatch(person),
            "person",
            person,
            "A person is named by the id of their account.",
            "Send the id that the invitation answered."
        );
        var grants = await GrantChecks.Read(call.Caller, person, call.Body.Grants, checks, http.RequestAborted);
        // Who is a member already then holds exactly this: what is not named is taken.
        GrantChecks.MayTake(call.Caller, AccessDirectory.Of(call.Caller.Log).GrantsOf(person) ?? [], grants, checks);
        if (!checks.Pass)
            return await call.Refuse(checks, Created);
        return await call.Send(
            [StreamOf(person), Owners.Stream],
            on => Decide(on, person, grants, admit: true),
            Created
        );
    }

    private static async Task<IResult> Change(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, AccessHttp.Default.GrantsRequest);
        if (problem is not null)
            return problem;
        var person = (string)http.Request.RouteValues["person"]!;
        var held = PersonShape().IsMatch(person) ? AccessDirectory.Of(call!.Caller.Log).GrantsOf(person) : null;
        if (held is null)
            return await call!.Refuse(AccessRefusals.UnknownMember(person));
        var checks = new Checks();
        var grants = await GrantChecks.Read(call!.Caller, person, call.Body.Grants, checks, http.RequestAborted);
        GrantChecks.MayTake(call.Caller, held, grants, checks);
        if (!checks.Pass)
            return await call.Refuse(checks);
        return await call.Send([StreamOf(person), Owners.Stream], on => Decide(on, person, grants, admit: false));
    }

    private static async Task<IResult> Remove(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, AccessHttp.Default.RemoveRequest);
        if (problem is not null)
            return problem;
        var person = (string)http.Request.RouteValues["person"]!;
        var held = PersonShape().IsMatch(person) ? AccessDirectory.Of(call!.Caller.Log).GrantsOf(person) : null;
        if (held is null)
            return await call!.Refuse(AccessRefusals.UnknownMember(person));
        var reason = call!.Body.Reason;
        var checks = new Checks();
        checks.That(reason.Trim().Length is > 0 and <= 200, "reason", reason, "A reason has 1 to 200 characters.");
        GrantChecks.MayTake(call.Caller, held, [], checks);
        if (!checks.Pass)
            return await call.Refuse(checks);
        var stream = StreamOf(person);
        // The facts first: a refused one leaves the sessions, and sending it again ends what a crash left.
        var answer = await call.Ask([stream, Owners.Stream], on => LetGo(on, stream, person, reason));
        if (answer.Accepted)
            http.RequestServices.GetRequiredService<SignIn.Accounts>().Leave(person, call.Caller.Tenant);
        return call.Respond(answer);
    }

    private static async Task<IResult> List(HttpContext http)
    {
        if (await Reading.Ready(http, AccessDirectory.Projection.Name) is { } notReady)
            return notReady;
        var checks = new Checks();
        var page = Page.Read(http, checks, 1);
        if (page.After is { } cursor)
            checks.That(cursor[0].AsText is not null, "cursor", null, "This is not a cursor of this list.");
        if (!checks.Pass)
            return Problems.Of(checks);
        var rows = await Rows(http, "and person > $1", page.After is { } after ? after[0] : "", page.Limit + 1);
        var next = rows.Count > page.Limit ? Page.Cursor(rows[page.Limit - 1].Person) : null;
        return Results.Json(new MemberPage([.. rows.Take(page.Limit)], next), AccessHttp.Default.MemberPage);
    }

    private static async Task<IResult> Read(HttpContext http)
    {
        if (await Reading.Ready(http, AccessDirectory.Projection.Name) is { } notReady)
            return notReady;
        var person = (string)http.Request.RouteValues["person"]!;
        if (!PersonShape().IsMatch(person))
            return Problems.Of(AccessRefusals.UnknownMember(person));
        var tag = await Reading.TagOf(http, StreamOf(person));
        var rows = await Rows(http, "and person = $1", person, 1);
        if (rows.Count == 0)
            return Problems.Of(AccessRefusals.UnknownMember(person));
        http.Response.Headers.ETag = tag;
        return Results.Json(rows[0], AccessHttp.Default.MemberRow);
    }

    private static async ValueTask<List<MemberRow>> Rows(HttpContext http, string which, Cell value, int limit)
    {
        var log = Caller.Of(http).Log;
        var known = AccessDirectory.Of(log);
        return await log.Inline.Query(
            $"select person, since from access_member where left_at = 0 {which} order by person limit {limit}",
            r => new MemberRow(
                r.Text(0)!,
                new DateTime(r.Integer(1), DateTimeKind.Utc),
                [.. (known.GrantsOf(r.Text(0)!) ?? []).Select(Show)]
            ),
            http.RequestAborted,
            value
        );
    }

    private static GrantRequest Show(RoleGiven g) => new(g.Role, g.Ventures, g.Sites, g.Customers);

    private static string Created(string person) => $"/api/v1/members/{person}";

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex PersonShape();

    /// <summary>How many grants one member may hold.</summary>
    internal const int Most = MostGrants;
}
