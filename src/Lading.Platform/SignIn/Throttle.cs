using Lading.Platform.Tenancy;

namespace Lading.Platform.SignIn;

/// <summary>
/// Counts tries before they are made, so that many at once are counted too. Guessing is bounded three ways: for one
/// account from one address, for one account from everywhere, and from one address over all accounts. A browser that
/// signed in before brings a device mark and has a count of its own: who is attacked from elsewhere still gets in.
/// </summary>
public sealed class Throttle(ISystemSql sql, SystemSeal seal, TimeProvider clock)
{
    /// <summary>How long tries are remembered.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int PerPlace = 5;
    private const int PerAccount = 20;
    private const int PerAddress = 50;
    private int since;

    /// <summary>Takes one try at an account's password; false when there were too many.</summary>
    /// <param name="device">The mark of a browser that signed in to this account before, or null.</param>
    public bool TakePassword(string email, string address, string? device)
    {
        if (device is not null)
            return Take(PerPlace, "device", $"{email}\n{device}");
        return Take(PerAddress, "address", address)
            && Take(PerPlace, "place", $"{email}\n{address}")
            && Take(PerAccount, "account", email);
    }

    /// <summary>A right password: what was counted against this place is forgiven, and this one try against the
    /// others, so that an office behind one address does not shut itself out.</summary>
    public void ForgivePassword(string email, string address, string? device)
    {
        if (device is not null)
        {
            Forget("device", $"{email}\n{device}");
            return;
        }

        Forget("place", $"{email}\n{address}");
        GiveBack("address", address);
        GiveBack("account", email);
    }

    /// <summary>Takes one try at a second factor; false when there were too many. Whoever gets here knows the password,
    /// so nobody else can lock the person out.</summary>
    public bool TakeCode(string account) => Take(PerPlace, "code", account);

    /// <summary>A right code.</summary>
    public void ForgiveCode(string account) => Forget("code", account);

    /// <summary>Takes one try at an invitation, a reset or a refresh from an address.</summary>
    public bool TakeToken(string address) => Take(PerAddress, "token", address);

    /// <summary>It was good.</summary>
    public void GiveTokenBack(string address) => GiveBack("token", address);

    private bool Take(int most, string kind, string what)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var old = now - Window;
        var failures = sql.Query(
            "insert into lading_system.attempt (key, failures, since) values ($1, 1, $2) on conflict (key) do update "
                + "set failures = case when attempt.since < $3 then 1 else attempt.failures + 1 end, "
                + "since = case when attempt.since < $3 then $2 else attempt.since end returning failures",
            r => r.Integer(0),
            Key(kind, what),
            now,
            old
        )[0];
        if (Interlocked.Increment(ref since) % 200 == 0)
            sql.Run("delete from lading_system.attempt where since < $1", old);
        return failures <= most;
    }

    private void Forget(string kind, string what) =>
        sql.Run("delete from lading_system.attempt where key = $1", Key(kind, what));

    private void GiveBack(string kind, string what) =>
        sql.Run(
            "update lading_system.attempt set failures = failures - 1 where key = $1 and failures > 0",
            Key(kind, what)
        );

    /// <summary>Neither addresses nor accounts stand in the table.</summary>
    private string Key(string kind, string what) => Convert.ToHexStringLower(seal.Hash("attempt " + kind, what));
}
