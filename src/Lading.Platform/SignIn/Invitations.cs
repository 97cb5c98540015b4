using System.Security.Cryptography;
using System.Text.Json;
using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Access;
using Lading.Platform.Tenancy;

namespace Lading.Platform.SignIn;

/// <summary>A link that lets someone join a company, or set a new password: shown once to who made it.</summary>
/// <param name="Kind"><c>join</c> or <c>reset</c>.</param>
/// <param name="Account">Whose password; empty for joining.</param>
/// <param name="Grants">What the person will hold, as JSON, or empty.</param>
public sealed record Invitation(
    string Id,
    TenantId Tenant,
    string Kind,
    string Account,
    string Email,
    string Name,
    string Grants,
    string Inviter,
    DateTime Created,
    DateTime Expires
)
{
    /// <summary>The id alone: address and name are personal.</summary>
    public override string ToString() => Id;
}

/// <summary>Open invitations and reset links, as rows; of the link only the hash is kept.</summary>
public sealed class Invitations(ISystemSql sql, TimeProvider clock)
{
    /// <summary>The kind that lets someone join.</summary>
    public const string Join = "join";

    /// <summary>The kind that lets someone set a new password.</summary>
    public const string Reset = "reset";

    private const string Columns = "id, tenant, kind, account, email, name, grants, inviter, created, expires";

    /// <summary>What the person will hold, as it is kept.</summary>
    public static string Write(IReadOnlyList<RoleGiven> grants) =>
        JsonSerializer.Serialize(
            [.. grants.Select(g => new GrantRequest(g.Role, g.Ventures, g.Sites, g.Customers))],
            AccessHttp.Default.IReadOnlyListGrantRequest
        );

    /// <summary>Reads it back.</summary>
    public static IReadOnlyList<GrantRequest> ReadGrants(string text) =>
        text.Length == 0 ? [] : JsonSerializer.Deserialize(text, AccessHttp.Default.IReadOnlyListGrantRequest)!;

    /// <summary>Makes one; answers the link's only clear text. A newer one for the same purpose voids the
    /// older.</summary>
    public (Invitation Invitation, string Token) Make(
        TenantId tenant,
        string kind,
        string account,
        string email,
        string name,
        string grants,
        string inviter,
        TimeSpan life
    )
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var token = SystemSeal.NewSecret();
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var made = new Invitation(id, tenant, kind, account, email, name, grants, inviter, now, now + life);
        sql.Run("delete from lading_system.invitation where expires < $1", now);
        sql.Run(
            "delete from lading_system.invitation where tenant = $1 and kind = $2 and email = $3",
            tenant.ToString(),
            kind,
            email
        );
        sql.Run(
            $"insert into lading_system.invitation ({Columns}, hash) "
                + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            id,
            tenant.ToString(),
            kind,
            account,
            email,
            name,
            grants,
            inviter,
            now,
            made.Expires,
            SystemSeal.HashOf(token)
        );
        return (made, token);
    }

    /// <summary>What a link stands for, without using it.</summary>
    public Invitation? Find(string kind, string token) =>
        One(
            $"select {Columns} from lading_system.invitation where hash = $1 and kind = $2 and expires > $3",
            kind,
            token
        );

    /// <summary>An open invitation by its id: that of whoever showed the link before.</summary>
    public Invitation? FindOpen(string id) =>
        Where($"select {Columns} from lading_system.invitation where id = $1 and kind = $2 and expires > $3", id, Join);

    /// <summary>Uses it, once.</summary>
    public Invitation? TakeOpen(string id) =>
        Where(
            $"delete from lading_system.invitation where id = $1 and kind = $2 and expires > $3 returning {Columns}",
            id,
            Join
        );

    /// <summary>Uses a link, once.</summary>
    public Invitation? Take(string kind, string token) =>
        One(
            "delete from lading_system.invitation where hash = $1 and kind = $2 and expires > $3 "
                + $"returning {Columns}",
            kind,
            token
        );

    /// <summary>The open ones of a company.</summary>
    public List<Invitation> Of(TenantId tenant) =>
        sql.Query(
            $"select {Columns} from lading_system.invitation where tenant = $1 and kind = '{Join}' and expires > $2 "
                + "order by created desc limit 1000",
            Read,
            tenant.ToString(),
            clock.GetUtcNow().UtcDateTime
        );

    /// <summary>Withdraws one; false when it is not open.</summary>
    public bool Withdraw(TenantId tenant, string id) =>
        sql.Run("delete from lading_system.invitation where tenant = $1 and id = $2", tenant.ToString(), id) == 1;

    /// <summary>Withdraws every link that one actor made for a company.</summary>
    public void WithdrawMadeBy(TenantId tenant, string actor) =>
        sql.Run("delete from lading_system.invitation where tenant = $1 and inviter = $2", tenant.ToString(), actor);

    /// <summary>Withdraws a company's every link that names a person.</summary>
    public void Forget(TenantId tenant, Account account) =>
        sql.Run(
            "delete from lading_system.invitation where tenant = $1 and (account = $2 or email = $3)",
            tenant.ToString(),
            account.Id,
            account.Email
        );

    private Invitation? One(string text, string kind, string token) =>
        token.Length > 100 ? null : Where(text, SystemSeal.HashOf(token), kind);

    private Invitation? Where(string text, Cell key, string kind) =>
        sql.Query(text, Read, key, kind, clock.GetUtcNow().UtcDateTime).FirstOrDefault();

    private static Invitation Read(IRow r) =>
        new(
            r.Text(0)!,
            new TenantId(Guid.Parse(r.Text(1)!)),
            r.Text(2)!,
            r.Text(3)!,
            r.Text(4)!,
            r.Text(5)!,
            r.Text(6)!,
            r.Text(7)!,
            new DateTime(r.Integer(8), DateTimeKind.Utc),
            new DateTime(r.Integer(9), DateTimeKind.Utc)
        );
}
