using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Lading.Kernel;
using Lading.Log;

namespace Lading.Platform.Audit;

/// <summary>A credential was refused so often in one minute, on one route, for one reason.</summary>
/// <param name="Minute">When that minute began.</param>
public sealed record Denied(string Actor, string Route, string Code, DateTime Minute, long Count);

/// <summary>A key was used so often in one hour.</summary>
public sealed record KeyUsed(string Actor, DateTime Hour, long Count);

/// <summary>A person came in, or did not, so often in one minute. Where from is not said: the session says it, and is
/// erased with its person.</summary>
/// <param name="How">The ways that were shown, as sessions name them: <c>pwd</c>, <c>pwd otp</c>, <c>passkey</c>,
/// <c>oidc</c>, <c>link</c> …</param>
/// <param name="Failure">Why not, or null.</param>
public sealed record SignIn(string Actor, string How, string? Failure, long Count = 1);

/// <summary>Something was done so often to an account, a session or an invitation.</summary>
/// <param name="What">One of <see cref="Acts"/>.</param>
/// <param name="Subject">To what, by its id; null when to the actor.</param>
public sealed record Done(string Actor, string What, string? Subject, long Count);

/// <summary>What can be done; each is a kind of the audit search.</summary>
public static class Acts
{
    public const string InvitationMade = "invitation-made";
    public const string InvitationWithdrawn = "invitation-withdrawn";
    public const string InvitationAccepted = "invitation-accepted";
    public const string ResetLinkMade = "reset-link-made";
    public const string ResetLinkUsed = "reset-link-used";
    public const string PasswordChanged = "password-changed";
    public const string CodeAppAdded = "code-app-added";
    public const string CodeAppRemoved = "code-app-removed";
    public const string RecoveryCodesMade = "recovery-codes-made";
    public const string PasskeyAdded = "passkey-added";
    public const string PasskeyRemoved = "passkey-removed";
    public const string ProviderLinked = "provider-linked";
    public const string ProviderUnlinked = "provider-unlinked";
    public const string SessionsEnded = "sessions-ended";
    public const string RefreshTokenReused = "refresh-token-reused";
}

/// <summary>
/// A tenant's audit log: sign-ins and what people do to their accounts, denials and key use, in a log of its own with
/// its own positions and hash chain, so that nobody can fill or read the business's by being refused.
/// </summary>
public static class AuditTrail
{
    private static readonly Column Position = Column.Integer("position");
    private static readonly Column At = Column.Integer("at");
    private static readonly Column Kind = Column.Text("kind");
    private static readonly Column Actor = Column.Text("actor");
    private static readonly Column Subject = Column.Text("subject");
    private static readonly Column Detail = Column.Text("detail");
    private static readonly Column Count = Column.Integer("count");
    private static readonly Table Entries = new(
        "audit_entry",
        [Position],
        [At, Kind, Actor, Subject, Detail, Count],
        ["at", "position"]
    );

    /// <summary>One stream for each month: short enough to open, few enough to keep.</summary>
    private static readonly StreamKind<object> Month = new("audit", _ => new object(), (state, _) => state);

    /// <summary>What the log knows.</summary>
    public static LogModel Model()
    {
        var model = new LogModel();
        var json = AuditTrailJson.Default;
        model
            .Events.Add("audit.denied.v1", json.Denied)
            .Add("audit.key-used.v1", json.KeyUsed)
            .Add("audit.sign-in.v1", json.SignIn)
            .Add("audit.done.v1", json.Done);
        model.Add(Month);
        model.Add(
            Projection.Of(
                "audit-entries",
                1,
                ProjectionMode.Inline,
                [Entries],
                [typeof(Denied), typeof(KeyUsed), typeof(SignIn), typeof(Done)],
                Apply
            )
        );
        return model;
    }

    /// <summary>The log's own tenant id: its rows stand beside the business's and are as closed to it as another
    /// company's.</summary>
    public static TenantId IdOf(TenantId tenant)
    {
        Span<byte> source = stackalloc byte[16 + 5];
        tenant.Value.TryWriteBytes(source, bigEndian: true, out _);
        "audit"u8.CopyTo(source[16..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(source, hash);
        return new TenantId(new Guid(hash[..16], bigEndian: true));
    }

    /// <summary>Appends facts to the stream of a month; the same id again appends nothing.</summary>
    public static async ValueTask Record(
        TenantLog audit,
        DateTime month,
        string actor,
        IReadOnlyList<object> facts,
        CommandId id
    )
    {
        var stream = StreamName.Of(Month.Name, month.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        var answer = await audit.Send(
            new Command
            {
                Id = id,
                Fingerprint = 0,
                Actor = actor,
                Streams = [stream],
                Decide = on =>
                {
                    foreach (var fact in facts)
                        on.Append(stream, fact);
                    return null;
                },
            }
        );
        if (!answer.Accepted)
            throw new StoreFault($"The audit log did not take what it was told: {answer.Refusal!.Message}");
    }

    private static void Apply(Recorded recorded, Rows rows)
    {
        var row = rows.Row(Entries, recorded.Position).Set(At, recorded.Happened);
        switch (recorded.Fact)
        {
            case Denied e:
                row.Set(Kind, "denied")
                    .Set(Actor, e.Actor)
                    .Set(Subject, e.Route)
                    .Set(Detail, e.Code)
                    .Set(Count, e.Count);
                break;
            case KeyUsed e:
                row.Set(Kind, "key-used").Set(Actor, e.Actor).Set(Count, e.Count);
                break;
            case SignIn e:
                row.Set(Kind, e.Failure is null ? "signed-in" : "sign-in-failed")
                    .Set(Actor, e.Actor)
                    .Set(Subject, e.How)
                    .Set(Detail, e.Failure)
                    .Set(Count, e.Count);
                break;
            case Done e:
                row.Set(Kind, e.What).Set(Actor, e.Actor).Set(Subject, e.Subject).Set(Count, e.Count);
                break;
        }
    }
}

/// <summary>Nothing personal stands in an audit log: actors are ids.</summary>
public sealed class NothingPersonal : IPersonalCipher
{
    /// <inheritdoc />
    public byte[] Seal(string subject, string place, string text) =>
        throw new InvalidOperationException("The audit log holds no personal values.");

    /// <inheritdoc />
    public string? Open(string subject, string place, byte[] sealedBytes) => null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Denied))]
[JsonSerializable(typeof(KeyUsed))]
[JsonSerializable(typeof(SignIn))]
[JsonSerializable(typeof(Done))]
internal sealed partial class AuditTrailJson : JsonSerializerContext;
