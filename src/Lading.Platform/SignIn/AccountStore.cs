using System.Text.Json;
using Lading.Log;
using Lading.Platform.Tenancy;
using Microsoft.AspNetCore.Identity;

namespace Lading.Platform.SignIn;

/// <summary>
/// Identity's stores over the system tables. Changes to an account are kept on its object until
/// <see cref="UpdateAsync"/>, which writes them if nobody else changed the account meanwhile.
/// </summary>
public sealed partial class AccountStore(ISystemSql sql, SystemSeal seal, TimeProvider clock)
    : IUserPasswordStore<Account>,
        IUserEmailStore<Account>,
        IUserSecurityStampStore<Account>,
        IUserTwoFactorStore<Account>,
        IUserAuthenticatorKeyStore<Account>,
        IUserTwoFactorRecoveryCodeStore<Account>,
        IUserLoginStore<Account>,
        IUserPasskeyStore<Account>
{
    private static readonly string[] TablesOfAnAccount =
    [
        "recovery_code",
        "passkey",
        "login",
        "session",
        "membership",
        "ticket",
        "invitation",
    ];

    private const string Columns =
        "id, email, name, password, long_password, stamp, totp_key, totp_on, created, version";

    /// <summary>The account with an id, or null.</summary>
    public Account? Find(string id) =>
        sql.Query($"select {Columns} from lading_system.account where id = $1", Read, id).FirstOrDefault();

    /// <summary>The account with an address, or null.</summary>
    public Account? WithEmail(string email) =>
        sql.Query($"select {Columns} from lading_system.account where email = $1", Read, email).FirstOrDefault();

    /// <summary>The password hash of some account, always the same one for a text while the accounts are the same; null
    /// when there is none. Over many texts the ways passwords are hashed come up as often as they are used.</summary>
    public string? SomePassword(string text)
    {
        const string from =
            "select password from lading_system.account where id >= $1 and password is not null "
            + "order by id limit 1"; // ids are random hex
        var at = Convert.ToHexStringLower(seal.Hash("decoy", text).AsSpan(0, 16));
        return sql.Query(from, r => r.Text(0), at).FirstOrDefault()
            ?? sql.Query(from, r => r.Text(0), "").FirstOrDefault();
    }

    /// <summary>The members of a company, by name.</summary>
    public List<Account> Members(string tenant) =>
        sql.Query(
            $"select {Columns} from lading_system.account where id in "
                + "(select account from lading_system.membership where tenant = $1) order by name, id limit 5000",
            Read,
            tenant
        );

    /// <summary>Takes a code's time step, once: of many who bring the same code one succeeds.</summary>
    public bool TakeStep(string account, long step) =>
        sql.Run("update lading_system.account set totp_step = $2 where id = $1 and totp_step < $2", account, step) == 1;

    /// <summary>Whether anything but the password can be asked for.</summary>
    public bool HasSecondFactor(Account account) => account.TotpOn || CountPasskeys(account.Id) > 0;

    /// <summary>The secret of the code app, opened, or null.</summary>
    public byte[]? TotpKey(Account account) =>
        account.TotpKey is { } key ? seal.Open($"account/{account.Id}/totp", key) : null;

    /// <inheritdoc />
    public Task<IdentityResult> CreateAsync(Account user, CancellationToken stop)
    {
        var made = sql.Run(
            "insert into lading_system.account (id, email, name, password, long_password, stamp, totp_key, totp_on, "
                + "totp_step, created, version) values ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, 1) "
                + "on conflict do nothing",
            user.Id,
            user.Email,
            user.Name,
            user.Password,
            user.LongPassword ? 1 : 0,
            user.Stamp,
            user.TotpKey,
            user.Created
        );
        user.Version = 1;
        return Task.FromResult(
            made == 1
                ? IdentityResult.Success
                : IdentityResult.Failed(new IdentityError { Code = "DuplicateEmail", Description = "Taken." })
        );
    }

    /// <inheritdoc />
    public Task<IdentityResult> UpdateAsync(Account user, CancellationToken stop)
    {
        var changed = sql.Run(
            "update lading_system.account set email = $3, name = $4, password = $5, long_password = $6, stamp = $7, "
                + "totp_key = $8, totp_on = $9, version = version + 1 where id = $1 and version = $2",
            user.Id,
            user.Version,
            user.Email,
            user.Name,
            user.Password,
            user.LongPassword ? 1 : 0,
            user.Stamp,
            user.TotpKey,
            user.TotpOn ? 1 : 0
        );
        if (changed == 1)
            user.Version++;
        return Task.FromResult(
            changed == 1
                ? IdentityResult.Success
                : IdentityResult.Failed(new IdentityError { Code = "ConcurrencyFailure", Description = "Changed." })
        );
    }

    /// <inheritdoc />
    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken stop)
    {
        foreach (var table in TablesOfAnAccount)
            sql.Run($"delete from lading_system.{table} where account = $1", user.Id);
        sql.Run("delete from lading_system.account where id = $1", user.Id);
        return Task.FromResult(IdentityResult.Success);
    }

    /// <inheritdoc />
    public Task<Account?> FindByIdAsync(string userId, CancellationToken stop) => Task.FromResult(Find(userId));

    /// <inheritdoc />
    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken stop) =>
        Task.FromResult(WithEmail(normalizedUserName));

    /// <inheritdoc />
    public Task<Account?> FindByEmailAsync(string normalizedEmail, CancellationToken stop) =>
        Task.FromResult(WithEmail(normalizedEmail));

    private static Account Read(IRow r) =>
        new()
        {
            Id = r.Text(0)!,
            Email = r.Text(1)!,
            Name = r.Text(2)!,
            Password = r.Text(3),
            LongPassword = r.Integer(4) != 0,
            Stamp = r.Text(5)!,
            TotpKey = r.Bytes(6),
            TotpOn = r.Integer(7) != 0,
            Created = new DateTime(r.Integer(8), DateTimeKind.Utc),
            Version = r.Integer(9),
        };

    /// <inheritdoc />
    public void Dispose() { }
}
