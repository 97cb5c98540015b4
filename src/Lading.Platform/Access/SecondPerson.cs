using System.Security.Cryptography;
using System.Text;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Http;
using Lading.Platform.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Lading.Platform.Access;

/// <summary>Answer to a request that was put before a second person: 202.</summary>
/// <param name="Approval">What the header <c>Lading-Approval</c> says when the request is sent again.</param>
/// <param name="Until">Before this it must be approved and sent again.</param>
public sealed record ApprovalWaits(string Approval, string Permission, DateTime Until);

/// <summary>
/// Four eyes: where a rule says so, a change that one person asks for needs another's word. The request is put before
/// them as it is, kept by its hash; sent again with their approval it goes through, once. A refusal writes nothing:
/// asking is a request of its own, the same one with the header <c>Lading-Approval: ask</c>.
/// </summary>
public static class SecondPerson
{
    /// <summary>Carries <c>ask</c>, or what was answered to it.</summary>
    public const string Header = "Lading-Approval";

    private const string Asking = "ask";
    private const int MostBody = 64 * 1024;
    private const int MostOpen = 50;
    private const string Kept = "approval-request";

    /// <summary>Nothing when the request may go on; else why not, or what was answered to its being asked.</summary>
    public static async ValueTask<(Refusal? Refused, IResult? Answer)> Hold(HttpContext http)
    {
        if (http.Features.Get<Caller>() is not { } caller || IsRead(http.Request.Method))
            return default;
        var header = http.Request.Headers[Header].ToString();
        var (minutes, tooLong) = caller.Allowed.SecondPerson > 0 ? await MinutesFor(http, caller) : default;
        if (tooLong is not null || minutes == 0)
            return (tooLong ?? (header == Asking ? ApprovalRefusals.NotNeeded() : null), null);
        var permission = http.GetEndpoint()!.Metadata.GetMetadata<Permission>()!.Name;
        if (caller.Identity.Person is not { } person)
            return (ApprovalRefusals.NotForKeys(permission), null);
        if (header.Length == 0)
            return (ApprovalRefusals.Needed(permission), null);
        var key = http.Request.Headers[RequestHeaders.IdempotencyKey.Name].ToString();
        if (key.Length is 0 or > 200)
            return (HttpRefusals.KeyMissing(key), null);
        var (raw, tooLarge) = await CommandCall.ReadBody(http, MostBody);
        if (tooLarge)
            return (HttpRefusals.TooLarge(MostBody), null);
        http.Request.Body = new MemoryStream(raw.ToArray());
        var request = new Request(caller, person, permission, minutes, key, raw, HashOf(http, raw.Span));
        return header == Asking
            ? await Ask(http, request with { Body = KeptRequest.Write(http.Request, raw.Span) })
            : (await Use(http, request, header), null);
    }

    /// <summary>How long this change waits for a second person; 0: its worth lets it pass alone.</summary>
    private static async ValueTask<(int Minutes, Refusal? Refused)> MinutesFor(HttpContext http, Caller caller)
    {
        if (caller.Allowed.Alone is null || http.GetEndpoint()!.Metadata.GetMetadata<Worth>() is not { } worth)
            return (caller.Allowed.SecondPerson, null);
        var (raw, tooLarge) = await CommandCall.ReadBody(http, CommandCall.MaxBody);
        if (tooLarge)
            return (0, HttpRefusals.TooLarge(CommandCall.MaxBody));
        http.Request.Body = new MemoryStream(raw.ToArray());
        return (caller.Allowed.SecondPersonFor(worth.Of(caller, raw)), null);
    }

    /// <summary>What was asked for, as it came: nothing once it was used, refused or is over.</summary>
    public static KeptRequest? KeptOf(Accounts accounts, Caller caller, string approval) =>
        accounts.Tickets.Find(Kept, Name(caller, approval)) is { } ticket
            ? KeptRequest.Read(accounts.Seal.Open(Name(caller, approval), Convert.FromBase64String(ticket.State)))
            : null;

    /// <summary>Lets go of it.</summary>
    public static void Forget(Accounts accounts, Caller caller, string approval) =>
        accounts.Tickets.Take(Kept, Name(caller, approval));

    /// <summary>The stream of an approval, or null when this cannot be the name of one.</summary>
    public static StreamName? StreamOf(string approval) =>
        approval.Length == 32 && !approval.AsSpan().ContainsAnyExcept("0123456789abcdef")
            ? StreamName.Of("approval", approval)
            : null;

    private sealed record Request(
        Caller Caller,
        string Person,
        string Permission,
        int Minutes,
        string Key,
        ReadOnlyMemory<byte> Body,
        byte[] Hash
    )
    {
        public string HashText => Convert.ToHexStringLower(Hash);

        public long Fingerprint => BitConverter.ToInt64(Hash);
    }

    private static async ValueTask<(Refusal? Refused, IResult? Answer)> Ask(HttpContext http, Request request)
    {
        var (caller, accounts) = (request.Caller, http.RequestServices.GetRequiredService<Accounts>());
        var now = accounts.Clock.GetUtcNow().UtcDateTime;

        // One approval for each request, not for each key: what a second person is shown is what they approve.
        var id = CommandId.From(caller.Credential, $"ask\n{request.Key}\n{request.HashText}");
        var approval = id.ToString();
        var stream = StreamOf(approval)!.Value;
        if (await Approval.Read(caller.Log, stream, http.RequestAborted) is { Asked: { } before } state)
            return Approval.Over(state, before, now) is { } over ? (over, null) : (null, Waits(before));
        if (caller.Log.Reached(Approvals.Projection.Name) < 0)
            return (ReadRefusals.Building(Approvals.Projection.Name, 0), null);
        if (await Approvals.CountOpen(caller.Log, request.Person, now, http.RequestAborted) >= MostOpen)
            return (ApprovalRefusals.TooMany(MostOpen), null);
        var life = TimeSpan.FromMinutes(request.Minutes);
        var asked = new ApprovalAsked(
            approval,
            request.Person,
            request.Permission,
            http.Request.Method,
            PathOf(http),
            request.HashText,
            now + life
        );

        // The body first: an approval that can be given always shows what it is given to.
        var place = Name(caller, approval);
        var body = Convert.ToBase64String(accounts.Seal.Seal(place, request.Body.Span));
        accounts.Tickets.Keep(Kept, place, request.Person, body, life);
        var answer = await caller.Log.Send(
            new Command
            {
                Id = id,
                Fingerprint = request.Fingerprint,
                Actor = caller.Actor,
                Streams = [stream],
                Decide = on => on.Append(stream, Approval.Ask(on.State<Approval>(stream), asked)),
            }
        );
        return answer.Refusal is { } refusal ? (refusal, null) : (null, Waits(asked));
    }

    private static IResult Waits(ApprovalAsked asked) =>
        Results.Json(
            new ApprovalWaits(asked.Approval, asked.Permission, asked.Until),
            AccessHttp.Default.ApprovalWaits,
            statusCode: StatusCodes.Status202Accepted
        );

    private static async ValueTask<Refusal?> Use(HttpContext http, Request request, string approval)
    {
        var caller = request.Caller;

        // Sent again after it was done: it gets its remembered answer and does nothing.
        var id = CommandId.From(caller.Credential, request.Key);
        if (await caller.Log.Recall(id, CommandCall.Fingerprint(http, request.Body.Span)) is { Accepted: true })
            return null;
        if (StreamOf(approval) is not { } stream)
            return ApprovalRefusals.Unknown(approval);
        var answer = await caller.Log.Send(
            new Command
            {
                // Never the same twice, so that of two who bring one approval the second is told that it is used.
                Id = CommandId.From("use of an approval", Guid.NewGuid().ToString()),
                Fingerprint = 0,
                Actor = caller.Actor,
                Streams = [stream],
                Decide = on =>
                    on.Append(
                        stream,
                        Approval.Use(on.State<Approval>(stream), approval, request.Person, request.HashText, on.Now)
                    ),
            }
        );
        if (answer.Accepted)
            Forget(http.RequestServices.GetRequiredService<Accounts>(), caller, approval);
        return answer.Refusal;
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static string Name(Caller caller, string approval) => $"approval/{caller.Tenant}/{approval}";

    private static string PathOf(HttpContext http) => http.Request.Path + http.Request.QueryString;

    /// <summary>Of all that decides what a request does: method, path with query, If-Match, body.</summary>
    private static byte[] HashOf(HttpContext http, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (string[])[http.Request.Method, PathOf(http), http.Request.Headers.IfMatch.ToString()])
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]); // none of them can hold it
        }

        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}

/// <summary>What it takes, beside method and path, to send a request again to the byte.</summary>
public sealed record KeptRequest(string? IfMatch, string? ContentType, string Body)
{
    /// <summary>A line for each header, which can hold no line break, and the body as it came.</summary>
    public static byte[] Write(HttpRequest request, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes($"{request.Headers.IfMatch}\n{request.ContentType}\n"), .. body];

    /// <summary>Reads what was written.</summary>
    public static KeptRequest Read(ReadOnlySpan<byte> written) =>
        Encoding.UTF8.GetString(written).Split('\n', 3) is [var ifMatch, var type, var body]
            ? new KeptRequest(ifMatch is "" ? null : ifMatch, type is "" ? null : type, body)
            : throw new InvalidOperationException("What was kept of a request is not three parts.");
}

/// <summary>One request put before a second person, as decisions read it.</summary>
public sealed record Approval(ApprovalAsked? Asked, string? GivenBy, bool Refused, bool Used)
{
    /// <summary>How its stream folds.</summary>
    public static readonly StreamKind<Approval> Kind = new(
        "approval",
        _ => new Approval(null, null, false, false),
        Evolve
    );

    private static Approval Evolve(Approval state, object fact) =>
        fact switch
        {
            ApprovalAsked e => state with { Asked = e },
            ApprovalGiven e => state with { GivenBy = e.Person },
            ApprovalRefused => state with { Refused = true },
            ApprovalUsed => state with { Used = true },
            _ => throw new InvalidOperationException($"An approval does not know {fact.GetType().Name}."),
        };

    /// <summary>How it stands now: asked, given, refused, used, each at most once.</summary>
    internal static async ValueTask<Approval> Read(TenantLog log, StreamName stream, CancellationToken stop) =>
        (await log.ReadStream(stream, 0, 10, stop))
            .Select(f => f.Fact)
            .Aggregate(new Approval(null, null, false, false), Evolve);

    /// <summary>Asks: saying it twice is saying it once.</summary>
    public static Decision Ask(Approval state, ApprovalAsked asked) =>
        state.Asked is null ? Decision.Accept(asked) : Decision.Accept();

    /// <summary>Another person says yes.</summary>
    public static Decision Give(Approval state, string approval, string person, DateTime now) =>
        Decidable(state, approval, person, now) is { } refusal ? refusal
        : state.GivenBy is null ? Decision.Accept(new ApprovalGiven(approval, person))
        : Decision.Accept();

    /// <summary>A person says no: another, or who asked and thought better of it. Also after a yes.</summary>
    public static Decision Refuse(Approval state, string approval, string person, string reason) =>
        state.Asked is null ? ApprovalRefusals.Unknown(approval)
        : state.Used ? ApprovalRefusals.Used()
        : state.Refused ? Decision.Accept()
        : Decision.Accept(new ApprovalRefused(approval, person, reason));

    /// <summary>Who asked brings the same request again: once.</summary>
    public static Decision Use(Approval state, string approval, string person, string hash, DateTime now)
    {
        if (state.Asked is not { } asked || asked.Person != person)
            return ApprovalRefusals.Unknown(approval);
        if (asked.Hash != hash)
            return ApprovalRefusals.AnotherRequest();
        if (Over(state, asked, now) is { } over)
            return over;
        return state.GivenBy is null ? ApprovalRefusals.Waiting() : Decision.Accept(new ApprovalUsed(approval));
    }

    private static Refusal? Decidable(Approval state, string approval, string person, DateTime now) =>
        state.Asked is not { } asked ? ApprovalRefusals.Unknown(approval)
        : asked.Person == person ? ApprovalRefusals.Own()
        : Over(state, asked, now);

    /// <summary>Why it cannot go on any more, or null.</summary>
    internal static Refusal? Over(Approval state, ApprovalAsked asked, DateTime now) =>
        state.Used ? ApprovalRefusals.Used()
        : state.Refused ? ApprovalRefusals.Refused()
        : now >= asked.Until ? ApprovalRefusals.Expired(asked.Until)
        : null;
}
