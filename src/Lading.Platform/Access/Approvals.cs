using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Lading.Platform.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Lading.Platform.Access;

/// <summary>A request that waits for a second person, or for who asked to send it again.</summary>
/// <param name="Person">Who asked.</param>
/// <param name="IfMatch">The header as it came: with it, <paramref name="ContentType"/> and the body who asked sends
/// the request again.</param>
/// <param name="Body">What was asked for, as it came.</param>
/// <param name="ApprovedBy">Who said yes, or null while it waits.</param>
/// <param name="RefusedBy">Who said no, and in <paramref name="Reason"/> why: told to who asked until its time is
/// over.</param>
/// <param name="MayApprove">Whether the caller may.</param>
public sealed record ApprovalRow(
    string Approval,
    DateTime Asked,
    string Person,
    string Permission,
    string Method,
    string Path,
    string? IfMatch,
    string? ContentType,
    string? Body,
    DateTime Until,
    string? ApprovedBy,
    string? RefusedBy,
    string? Reason,
    bool MayApprove
);

/// <summary>Answer of <c>GET /access/approvals</c>.</summary>
public sealed record ApprovalList(IReadOnlyList<ApprovalRow> Items);

/// <summary>Body of <c>POST /access/approvals/{approval}/refuse</c>.</summary>
public sealed record RefuseRequest(string Reason);

/// <summary>What waits for a second person: see it, approve it, refuse it. Whoever holds the permission for the whole
/// company may, as a person, and never who asked.</summary>
public static class Approvals
{
    private const string Tag = "Access";
    private const int Most = 200;
    private static readonly Column Id = Column.Text("approval");
    private static readonly Column At = Column.Integer("at");
    private static readonly Column Person = Column.Text("person");
    private static readonly Column Needs = Column.Text("permission");
    private static readonly Column Method = Column.Text("method");
    private static readonly Column Path = Column.Text("path");
    private static readonly Column Until = Column.Integer("until");
    private static readonly Column Given = Column.Text("given");
    private static readonly Column Refuser = Column.Text("refused");
    private static readonly Column Why = Column.Text("reason");
    private static readonly Table Waiting = new(
        "approval_row",
        [Id],
        [At, Person, Needs, Method, Path, Until, Given, Refuser, Why]
    );

    /// <summary>The open ones, and those that were refused.</summary>
    public static readonly Projection Projection = Projection.Of(
        "approvals",
        2,
        ProjectionMode.Inline,
        [Waiting],
        [typeof(ApprovalAsked), typeof(ApprovalGiven), typeof(ApprovalRefused), typeof(ApprovalUsed)],
        Apply
    );

    /// <summary>Serves <c>/access/approvals</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.Get("/access/approvals", Permissions.Self, List)
            .ReadsModel()
            .Produces<ApprovalList>()
            .WithTags(Tag)
            .WithSummary("What waits for a second person: what you asked for, and what you may approve.");
        api.Post("/access/approvals/{approval}/approve", Permissions.Self, Approve)
            .Accepts<NoBody>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("Let another person's request through, once.");
        api.Post("/access/approvals/{approval}/refuse", Permissions.Self, Refuse)
            .Accepts<RefuseRequest>("application/json")
            .Produces<Written>()
            .WithTags(Tag)
            .WithSummary("Refuse another person's request, or take back your own.");
    }

    /// <summary>How many of a person's requests wait.</summary>
    internal static async ValueTask<int> CountOpen(
        TenantLog log,
        string person,
        DateTime now,
        CancellationToken stop
    ) =>
        (
            await log.Inline.Query(
                "select approval from approval_row where person = $1 and until > $2 and refused = '' limit 100",
                r => r.Text(0),
                stop,
                person,
                now
            )
        ).Count;

    private static async Task<IResult> List(HttpContext http)
    {
        if (await Reading.Ready(http, Projection.Name) is { } notReady)
            return notReady;
        var caller = Caller.Of(http);
        var accounts = http.RequestServices.GetRequiredService<Accounts>();
        var now = accounts.Clock.GetUtcNow().UtcDateTime;
        var open = await Stored(caller.Log, "until > $1 and refused = ''", http.RequestAborted, now);
        var shown = open.Where(r => Mine(caller, r) || Judge(caller, r.Permission, now) is null)
            .Select(r => Shown(accounts, caller, r, now));
        var refused = await Stored(
            caller.Log,
            "until > $1 and person = $2 and refused <> '' and refused <> person",
            http.RequestAborted,
            now,
            caller.Identity.Person ?? ""
        );
        return Results.Json(new ApprovalList([.. shown, .. refused]), AccessHttp.Default.ApprovalList);
    }

    private static ApprovalRow Shown(Accounts accounts, Caller caller, ApprovalRow row, DateTime now)
    {
        var kept = SecondPerson.KeptOf(accounts, caller, row.Approval);
        return row with
        {
            IfMatch = kept?.IfMatch,
            ContentType = kept?.ContentType,
            Body = kept?.Body,
            MayApprove =
                kept is not null
                && row.ApprovedBy is null
                && !Mine(caller, row)
                && Judge(caller, row.Permission, now) is null,
        };
    }

    private static async Task<IResult> Approve(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, HttpJson.Default.NoBody);
        if (problem is not null)
            return problem;
        var (found, refusal) = await Find(http, call!.Caller);
        if (found is null || refusal is not null)
            return await call.Refuse(refusal!);
        var (stream, person) = (StreamName.Of("approval", found.Approval), call.Caller.Identity.Person!);
        return await call.Send(
            [stream],
            on => on.Append(stream, Approval.Give(on.State<Approval>(stream), found.Approval, person, on.Now))
        );
    }

    private static async Task<IResult> Refuse(HttpContext http)
    {
        var (call, problem) = await CommandCall.Read(http, AccessHttp.Default.RefuseRequest);
        if (problem is not null)
            return problem;
        var reason = call!.Body.Reason;
        var checks = new Checks();
        checks.That(reason.Trim().Length is > 0 and <= 200, "reason", reason, "A reason has 1 to 200 characters.");
        if (!checks.Pass)
            return await call.Refuse(checks);
        var (found, refusal) = await Find(http, call.Caller);
        if (found is null || (refusal is not null && !Mine(call.Caller, found)))
            return await call.Refuse(refusal!);
        var (stream, person) = (StreamName.Of("approval", found.Approval), call.Caller.Identity.Person!);
        var answer = await call.Ask(
            [stream],
            on => on.Append(stream, Approval.Refuse(on.State<Approval>(stream), found.Approval, person, reason))
        );
        if (answer.Accepted)
            SecondPerson.Forget(http.RequestServices.GetRequiredService<Accounts>(), call.Caller, found.Approval);
        return call.Respond(answer);
    }

    /// <summary>The request of the route, and why this caller may not decide on it.</summary>
    private static async ValueTask<(ApprovalRow? Found, Refusal? Refusal)> Find(HttpContext http, Caller caller)
    {
        var approval = (string)http.Request.RouteValues["approval"]!;
        if (caller.Log.Reached(Projection.Name) < 0)
            return (null, ReadRefusals.Building(Projection.Name, 0));
        if (SecondPerson.StreamOf(approval) is null)
            return (null, ApprovalRefusals.Unknown(approval));
        const string open = "approval = $1 and refused = ''";
        var found = (await Stored(caller.Log, open, http.RequestAborted, approval)).FirstOrDefault();
        if (found is null)
            return (null, ApprovalRefusals.Unknown(approval));
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        return (found, Judge(caller, found.Permission, now));
    }

    /// <summary>Ladder: a person, the permission with its hours and second factor, the whole company.</summary>
    private static Refusal? Judge(Caller caller, string permission, DateTime now)
    {
        if (caller.Identity.Person is null)
            return ApprovalRefusals.NotForKeys(permission);
        if (Door.Check(permission, caller.Identity, caller.Rights, now, out _, out var reach) is { } refusal)
            return refusal;
        return reach!.IsWhole ? null : AccessRefusals.Narrowed(permission);
    }

    private static bool Mine(Caller caller, ApprovalRow row) => caller.Identity.Person == row.Person;

    private static async ValueTask<IReadOnlyList<ApprovalRow>> Stored(
        TenantLog log,
        string which,
        CancellationToken stop,
        params Cell[] values
    ) =>
        await log.Inline.Query(
            "select approval, at, person, permission, method, path, until, given, refused, reason from approval_row "
                + $"where {which} order by at desc, approval limit {Most}",
            r => new ApprovalRow(
                r.Text(0)!,
                new DateTime(r.Integer(1), DateTimeKind.Utc),
                r.Text(2)!,
                r.Text(3)!,
                r.Text(4)!,
                r.Text(5)!,
                null,
                null,
                null,
                new DateTime(r.Integer(6), DateTimeKind.Utc),
                Filled(r.Text(7)),
                Filled(r.Text(8)),
                Filled(r.Text(9)),
                false
            ),
            stop,
            values
        );

    private static string? Filled(string? text) => text is "" ? null : text;

    private static void Apply(Recorded recorded, Rows rows)
    {
        switch (recorded.Fact)
        {
            case ApprovalAsked e:
                rows.Row(Waiting, e.Approval)
                    .Set(At, recorded.Happened)
                    .Set(Person, e.Person)
                    .Set(Needs, e.Permission)
                    .Set(Method, e.Method)
                    .Set(Path, e.Path)
                    .Set(Until, e.Until)
                    .Set(Given, "")
                    .Set(Refuser, "")
                    .Set(Why, "");
                break;
            case ApprovalGiven e:
                rows.Row(Waiting, e.Approval).Set(Given, e.Person);
                break;
            case ApprovalRefused e:
                rows.Row(Waiting, e.Approval).Set(Refuser, e.Person).Set(Why, e.Reason);
                break;
            case ApprovalUsed e:
                rows.Delete(Waiting, e.Approval);
                break;
        }
    }
}

/// <summary>Refusals about second persons, in the order in which they are checked.</summary>
public static class ApprovalRefusals
{
    public static Refusal NotNeeded() =>
        new(
            "approval.not-needed",
            RefusalKind.Conflict,
            "No rule asks for a second person here: there is nothing to ask for, and nothing was done.",
            SecondPerson.Header,
            "ask",
            "Send it without the header: it is done at once."
        );

    public static Refusal NotForKeys(string permission) =>
        new(
            "access.second-person-key",
            RefusalKind.Forbidden,
            $"The permission {permission} needs two people, and a key is nobody.",
            Remedy: "Sign in as a person, or use a key of who owns the data folder."
        );

    public static Refusal Needed(string permission) =>
        new(
            "access.second-person",
            RefusalKind.Forbidden,
            $"The permission {permission} needs a second person's word.",
            SecondPerson.Header,
            Remedy: "Send the same request with Lading-Approval: ask, have another person approve it, "
                + "and send it again with the approval it answered."
        );

    public static Refusal TooMany(int most) =>
        new(
            "approval.too-many",
            RefusalKind.TooMany,
            $"{most} of your requests wait for a second person already.",
            Remedy: "Take some back: POST /api/v1/access/approvals/{approval}/refuse."
        );

    public static Refusal Unknown(string approval) =>
        new(
            "approval.unknown",
            RefusalKind.NotFound,
            "Nothing of this name waits for a second person.",
            SecondPerson.Header,
            approval.Length > 64 ? approval[..64] : approval,
            "See GET /api/v1/access/approvals."
        );

    public static Refusal Own() =>
        new(
            "approval.own",
            RefusalKind.Forbidden,
            "Who asked cannot approve.",
            Remedy: "Ask another person who holds the permission."
        );

    public static Refusal AnotherRequest() =>
        new(
            "approval.another-request",
            RefusalKind.Conflict,
            "This is not the request that was approved: method, path, If-Match and body must be the same to the byte.",
            Remedy: "Send it as it was asked, or ask for this one."
        );

    public static Refusal Used() =>
        new("approval.used", RefusalKind.Conflict, "This approval was used.", Remedy: "Ask again: one serves once.");

    public static Refusal Refused() =>
        new(
            "approval.refused",
            RefusalKind.Conflict,
            "A second person refused this.",
            Remedy: "GET /api/v1/access/approvals says who and why."
        );

    public static Refusal Expired(DateTime until) =>
        new(
            "approval.expired",
            RefusalKind.Conflict,
            $"This had to be approved and sent again before {until:u}.",
            Remedy: "Ask again."
        );

    public static Refusal Waiting() =>
        new(
            "approval.waiting",
            RefusalKind.Conflict,
            "Nobody has approved this yet.",
            Remedy: "Ask another person who holds the permission to see GET /api/v1/access/approvals."
        );
}
