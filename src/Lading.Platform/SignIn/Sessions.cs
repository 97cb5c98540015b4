using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Tenancy;

namespace Lading.Platform.SignIn;

/// <summary>A session: one browser or program that someone signed in.</summary>
/// <param name="Account">Whose; empty for the local owner, who came by the link and has no account yet.</param>
/// <param name="Secret">The hash of the cookie's secret; null where tokens are used instead.</param>
/// <param name="Generation">How often its refresh token was renewed.</param>
/// <param name="Methods">How they signed in: <c>pwd</c>, <c>otp</c>, <c>rec</c>, <c>passkey</c>, <c>oidc</c>,
/// <c>link</c>.</param>
/// <param name="Mfa">When a second factor was last shown, or null.</param>
public sealed record Session(
    string Id,
    string Account,
    TenantId Tenant,
    byte[]? Secret,
    long Generation,
    string Methods,
    DateTime Created,
    DateTime Authenticated,
    DateTime? Mfa,
    DateTime Expires,
    DateTime Seen,
    string Address,
    string Agent,
    bool Revoked
)
{
    /// <summary>How facts name who came by the link that only the owner of the data folder sees.</summary>
    public const string LocalOwner = "host:local-owner";

    /// <summary>Whether it is the local owner's.</summary>
    public bool IsLocal => Account.Length == 0;

    /// <summary>The id alone: address and device are personal.</summary>
    public override string ToString() => Id;
}

/// <summary>
/// The sessions, as rows: they outlive the process and are known to all nodes. Those in use stand in memory; where
/// several nodes share the rows, each is read again after 3 s, so that a revoked session is dead everywhere within 5 s.
/// A row that was read while one was changed is not kept: it may be from before.
/// </summary>
public sealed class Sessions(ISystemSql sql, SystemSeal seal, TimeProvider clock, bool shared)
{
    /// <summary>How long a session lives at most.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>How long it lives unused.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    private static readonly TimeSpan Reread = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Touch = TimeSpan.FromMinutes(5);
    private const int MostKept = 50_000;
    private const string Columns =
        "id, account, tenant, secret, generation, methods, created, authenticated, mfa, expires, seen, address, agent, "
        + "revoked";

    private readonly ConcurrentDictionary<string, (Session Session, long At)> kept = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private long changed;

    /// <summary>Begins a session; answers the cookie's value when one is asked for.</summary>
    public (Session Session, string? Cookie) Begin(
        string account,
        TenantId tenant,
        string methods,
        bool mfa,
        bool cookie,
        string address,
        string agent
    )
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var secret = SystemSeal.NewSecret();
        var session = new Session(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)),
            account,
            tenant,
            cookie ? SystemSeal.HashOf(secret) : null,
            0,
            methods,
            now,
            now,
            mfa ? now : null,
            now + Life,
            now,
            address,
            agent.Length > 200 ? agent[..200] : agent,
            false
        );
        sql.Run(
            $"insert into lading_system.session ({Columns}) values "
                + "($1, $2, $3, $4, 0, $5, $6, $6, $7, $8, $6, $9, $10, 0)",
            session.Id,
            account,
            tenant.ToString(),
            session.Secret,
            methods,
            now,
            session.Mfa?.Ticks ?? 0,
            session.Expires,
            address,
            session.Agent
        );
        sql.Run("delete from lading_system.session where expires < $1", now - Life);
        return (session, cookie ? $"{session.Id}.{secret}" : null);
    }

    /// <summary>The session a cookie stands for, or null: unknown, wrong, revoked and expired look alike.</summary>
    public Session? OfCookie(string cookie)
    {
        var dot = cookie.IndexOf('.');
        if (dot is < 1 or > 40 || cookie.Length > 120 || Live(cookie[..dot]) is not { Secret: { } hash } session)
            return null;
        return CryptographicOperations.FixedTimeEquals(SystemSeal.HashOf(cookie[(dot + 1)..]), hash) ? session : null;
    }

    /// <summary>The session with an id while it lives, or null.</summary>
    public Session? Live(string id)
    {
        var found = kept.TryGetValue(id, out var entry) ? entry.Session : null;
        if (found is null || (shared && clock.GetElapsedTime(entry.At) > Reread))
            found = Load(id);
        if (found is null)
            return null;
        var now = clock.GetUtcNow().UtcDateTime;
        if (found.Revoked || now >= found.Expires || now - found.Seen >= Idle)
            return null;
        return now - found.Seen < Touch ? found : Touched(found, now);
    }

    /// <summary>The refresh token of a session's present generation.</summary>
    public string RefreshToken(Session session)
    {
        var body = $"lr_{session.Id}_{session.Generation:x}_";
        return body
            + System.Buffers.Text.Base64Url.EncodeToString(seal.Hash("refresh token", body + session.Created.Ticks));
    }

    /// <summary>
    /// Trades a refresh token for the next one, once. A token that was used before is a sign of theft: the session ends
    /// for whoever holds it (<paramref name="stolen"/>).
    /// </summary>
    public Session? Refresh(string token, out Session? stolen)
    {
        stolen = null;
        var parts = token.Length > 200 ? [] : token.Split('_', 4);
        if (
            parts.Length != 4
            || !long.TryParse(parts[2], System.Globalization.NumberStyles.AllowHexSpecifier, null, out var generation)
            || Load(parts[1]) is not { } session
            || !Same(token, RefreshToken(session with { Generation = generation }))
            || Live(session.Id) is null
        )
            return null;
        var won = sql.Run(
            "update lading_system.session set generation = generation + 1, seen = $3 "
                + "where id = $1 and generation = $2 and revoked = 0",
            session.Id,
            generation,
            clock.GetUtcNow().UtcDateTime
        );
        if (won == 1)
            return Again(session.Id);
        stolen = session;
        Revoke(session.Account, session.Id);
        return null;
    }

    /// <summary>Notes that a second factor was shown now.</summary>
    public void StepUp(Session session, string method)
    {
        sql.Run(
            "update lading_system.session set mfa = $2, methods = $3 where id = $1",
            session.Id,
            clock.GetUtcNow().UtcDateTime,
            session.Methods.Split(' ').Contains(method) ? session.Methods : $"{session.Methods} {method}"
        );
        Again(session.Id);
    }

    /// <summary>Notes that the password was shown again now.</summary>
    public void Reauthenticate(Session session)
    {
        sql.Run(
            "update lading_system.session set authenticated = $2 where id = $1",
            session.Id,
            clock.GetUtcNow().UtcDateTime
        );
        Again(session.Id);
    }

    /// <summary>Gives the local owner's session to the account they made.</summary>
    public void Adopt(Session session, string account)
    {
        sql.Run(
            "update lading_system.session set account = $2, methods = 'link pwd' where id = $1 and account = ''",
            session.Id,
            account
        );
        Again(session.Id);
    }

    /// <summary>Works in another company from now on.</summary>
    public void Move(Session session, TenantId tenant)
    {
        sql.Run("update lading_system.session set tenant = $2 where id = $1", session.Id, tenant.ToString());
        Again(session.Id);
    }

    /// <summary>The sessions of an account that live, newest first.</summary>
    public List<Session> Of(string account)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return sql.Query(
            $"select {Columns} from lading_system.session where account = $1 and revoked = 0 and expires > $2 "
                + "and seen > $3 order by created desc limit 200",
            Read,
            account,
            now,
            now - Idle
        );
    }

    /// <summary>Ends one session of an account; false when it has none such.</summary>
    public bool Revoke(string account, string id)
    {
        var rows = sql.Run(
            "update lading_system.session set revoked = 1 where id = $1 and account = $2 and revoked = 0",
            id,
            account
        );
        Drop([id]);
        return rows == 1;
    }

    /// <summary>Ends all sessions of an account but one, in one company or in all.</summary>
    public int RevokeAll(string account, string but = "", TenantId? tenant = null)
    {
        var ids = sql.Query(
            "update lading_system.session set revoked = 1 where account = $1 and id <> $2 and revoked = 0 "
                + "and ($3 = '' or tenant = $3) returning id",
            r => r.Text(0)!,
            account,
            but,
            tenant?.ToString() ?? ""
        );
        Drop(ids);
        return ids.Count;
    }

    private void Drop(IReadOnlyList<string> ids)
    {
        lock (gate)
        {
            changed++;
            foreach (var id in ids)
                kept.TryRemove(id, out _);
        }
    }

    /// <summary>Removes the sessions that an account had in a company, with their addresses and devices.</summary>
    public void Forget(string account, TenantId tenant)
    {
        RevokeAll(account, tenant: tenant);
        sql.Run("delete from lading_system.session where account = $1 and tenant = $2", account, tenant.ToString());
    }

    private Session? Load(string id)
    {
        var at = clock.GetTimestamp();
        var before = Volatile.Read(ref changed);
        var found = sql.Query($"select {Columns} from lading_system.session where id = $1", Read, id).FirstOrDefault();
        if (found is null)
        {
            kept.TryRemove(id, out _);
            return null;
        }

        lock (gate)
        {
            if (kept.Count > MostKept)
                kept.Clear();
            if (changed == before)
                kept[id] = (found, at);
            else
                kept.TryRemove(id, out _);
        }

        return found;
    }

    /// <summary>Reads a row that was just changed; what was read of it before is kept no more.</summary>
    private Session? Again(string id)
    {
        Drop([id]);
        return Load(id);
    }

    private Session? Touched(Session session, DateTime now)
    {
        sql.Run("update lading_system.session set seen = $2 where id = $1 and seen < $2", session.Id, now);
        return Again(session.Id) is { Revoked: false } touched ? touched : null;
    }

    private static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static Session Read(IRow r) =>
        new(
            r.Text(0)!,
            r.Text(1)!,
            new TenantId(Guid.Parse(r.Text(2)!)),
            r.Bytes(3),
            r.Integer(4),
            r.Text(5)!,
            Time(r.Integer(6)),
            Time(r.Integer(7)),
            r.Integer(8) == 0 ? null : Time(r.Integer(8)),
            Time(r.Integer(9)),
            Time(r.Integer(10)),
            r.Text(11)!,
            r.Text(12)!,
            r.Integer(13) != 0
        );

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);
}
