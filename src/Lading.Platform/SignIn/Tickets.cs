using Lading.Platform.Tenancy;

namespace Lading.Platform.SignIn;

/// <summary>What a ticket stands for.</summary>
public sealed record Ticket(string Account, string State);

/// <summary>
/// One-time tickets: a first link into the browser, a sign-in that waits for its second factor, a passkey's challenge,
/// a sign-in under way at another provider. Only the hash is kept; taking one removes it, so two who bring the same
/// ticket cannot both use it.
/// </summary>
public sealed class Tickets(ISystemSql sql, TimeProvider clock)
{
    private int made;

    /// <summary>Makes a ticket and answers its only clear text.</summary>
    public string Make(string kind, string account, string state, TimeSpan life)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (Interlocked.Increment(ref made) % 100 == 1)
            Sweep();
        var secret = SystemSeal.NewSecret();
        sql.Run(
            "insert into lading_system.ticket (hash, kind, account, state, expires) values ($1, $2, $3, $4, $5)",
            SystemSeal.HashOf(secret),
            kind,
            account,
            state,
            now + life
        );
        return secret;
    }

    /// <summary>Removes those that are over.</summary>
    public void Sweep() =>
        sql.Run("delete from lading_system.ticket where expires < $1", clock.GetUtcNow().UtcDateTime);

    /// <summary>Voids the tickets of a kind that an account has.</summary>
    public void Void(string kind, string account) =>
        sql.Run("delete from lading_system.ticket where kind = $1 and account = $2", kind, account);

    /// <summary>Keeps something under a name that is known already; what is kept under it stays.</summary>
    public void Keep(string kind, string name, string account, string state, TimeSpan life) =>
        sql.Run(
            "insert into lading_system.ticket (hash, kind, account, state, expires) values ($1, $2, $3, $4, $5) "
                + "on conflict do nothing",
            SystemSeal.HashOf(name),
            kind,
            account,
            state,
            clock.GetUtcNow().UtcDateTime + life
        );

    /// <summary>What a ticket stands for, without using it.</summary>
    public Ticket? Find(string kind, string secret) =>
        Read(
            "select account, state from lading_system.ticket where hash = $1 and kind = $2 and expires > $3",
            kind,
            secret
        );

    /// <summary>Uses a ticket, once.</summary>
    public Ticket? Take(string kind, string secret) =>
        Read(
            "delete from lading_system.ticket where hash = $1 and kind = $2 and expires > $3 returning account, state",
            kind,
            secret
        );

    private Ticket? Read(string text, string kind, string secret) =>
        secret.Length > 100
            ? null
            : sql.Query(
                    text,
                    r => new Ticket(r.Text(0)!, r.Text(1)!),
                    SystemSeal.HashOf(secret),
                    kind,
                    clock.GetUtcNow().UtcDateTime
                )
                .FirstOrDefault();
}
