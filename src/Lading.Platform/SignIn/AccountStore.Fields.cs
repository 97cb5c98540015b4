using Microsoft.AspNetCore.Identity;

namespace Lading.Platform.SignIn;

/// <summary>The parts of an account that Identity reads and sets one by one.</summary>
public sealed partial class AccountStore
{
    /// <inheritdoc />
    public Task<string> GetUserIdAsync(Account user, CancellationToken stop) => Task.FromResult(user.Id);

    /// <inheritdoc />
    public Task<string?> GetUserNameAsync(Account user, CancellationToken stop) => Task.FromResult<string?>(user.Email);

    /// <inheritdoc />
    public Task SetUserNameAsync(Account user, string? userName, CancellationToken stop) =>
        SetEmailAsync(user, userName, stop);

    /// <inheritdoc />
    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken stop) =>
        Task.FromResult<string?>(user.Email);

    /// <inheritdoc />
    public Task SetNormalizedUserNameAsync(Account user, string? name, CancellationToken stop) => Task.CompletedTask;

    /// <inheritdoc />
    public Task SetEmailAsync(Account user, string? email, CancellationToken stop)
    {
        user.Email = email!;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<string?> GetEmailAsync(Account user, CancellationToken stop) => Task.FromResult<string?>(user.Email);

    /// <inheritdoc />
    public Task<bool> GetEmailConfirmedAsync(Account user, CancellationToken stop) => Task.FromResult(true);

    /// <inheritdoc />
    public Task SetEmailConfirmedAsync(Account user, bool confirmed, CancellationToken stop) => Task.CompletedTask;

    /// <inheritdoc />
    public Task<string?> GetNormalizedEmailAsync(Account user, CancellationToken stop) =>
        Task.FromResult<string?>(user.Email);

    /// <inheritdoc />
    public Task SetNormalizedEmailAsync(Account user, string? normalizedEmail, CancellationToken stop) =>
        Task.CompletedTask;

    /// <inheritdoc />
    public Task SetPasswordHashAsync(Account user, string? passwordHash, CancellationToken stop)
    {
        user.Password = passwordHash;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<string?> GetPasswordHashAsync(Account user, CancellationToken stop) => Task.FromResult(user.Password);

    /// <inheritdoc />
    public Task<bool> HasPasswordAsync(Account user, CancellationToken stop) =>
        Task.FromResult(user.Password is not null);

    /// <inheritdoc />
    public Task SetSecurityStampAsync(Account user, string stamp, CancellationToken stop)
    {
        user.Stamp = stamp;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<string?> GetSecurityStampAsync(Account user, CancellationToken stop) =>
        Task.FromResult<string?>(user.Stamp);

    /// <inheritdoc />
    public Task SetTwoFactorEnabledAsync(Account user, bool enabled, CancellationToken stop)
    {
        user.TotpOn = enabled;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<bool> GetTwoFactorEnabledAsync(Account user, CancellationToken stop) => Task.FromResult(user.TotpOn);

    /// <inheritdoc />
    public Task SetAuthenticatorKeyAsync(Account user, string key, CancellationToken stop)
    {
        user.TotpKey = seal.Seal($"account/{user.Id}/totp", Base32.Decode(key));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<string?> GetAuthenticatorKeyAsync(Account user, CancellationToken stop) =>
        Task.FromResult(TotpKey(user) is { } key ? Base32.Encode(key) : null);

    /// <inheritdoc />
    public Task ReplaceCodesAsync(Account user, IEnumerable<string> recoveryCodes, CancellationToken stop)
    {
        sql.Run("delete from lading_system.recovery_code where account = $1", user.Id);
        foreach (var code in recoveryCodes)
            sql.Run(
                "insert into lading_system.recovery_code (account, hash) values ($1, $2)",
                user.Id,
                CodeHash(user, code)
            );
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<bool> RedeemCodeAsync(Account user, string code, CancellationToken stop) =>
        Task.FromResult(
            sql.Run(
                "delete from lading_system.recovery_code where account = $1 and hash = $2",
                user.Id,
                CodeHash(user, code)
            ) == 1
        );

    /// <inheritdoc />
    public Task<int> CountCodesAsync(Account user, CancellationToken stop) =>
        Task.FromResult(
            (int)
                sql.Query(
                    "select count(*) from lading_system.recovery_code where account = $1",
                    r => r.Integer(0),
                    user.Id
                )[0]
        );

    /// <summary>Typed as it is read: case, spaces and hyphens do not matter.</summary>
    private byte[] CodeHash(Account user, string code) =>
        seal.Hash(
            "recovery code of " + user.Id,
            string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant()
        );

    /// <inheritdoc />
    public Task AddLoginAsync(Account user, UserLoginInfo login, CancellationToken stop)
    {
        sql.Run(
            "insert into lading_system.login (provider, subject, account, created) values ($1, $2, $3, $4) "
                + "on conflict do nothing",
            login.LoginProvider,
            login.ProviderKey,
            user.Id,
            clock.GetUtcNow().UtcDateTime
        );
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task RemoveLoginAsync(Account user, string loginProvider, string providerKey, CancellationToken stop)
    {
        sql.Run(
            "delete from lading_system.login where provider = $1 and subject = $2 and account = $3",
            loginProvider,
            providerKey,
            user.Id
        );
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<IList<UserLoginInfo>> GetLoginsAsync(Account user, CancellationToken stop) =>
        Task.FromResult<IList<UserLoginInfo>>(
            sql.Query(
                "select provider, subject from lading_system.login where account = $1 order by provider",
                r => new UserLoginInfo(r.Text(0)!, r.Text(1)!, r.Text(0)),
                user.Id
            )
        );

    /// <inheritdoc />
    public Task<Account?> FindByLoginAsync(string loginProvider, string providerKey, CancellationToken stop)
    {
        var found = sql.Query(
            "select account from lading_system.login where provider = $1 and subject = $2",
            r => r.Text(0)!,
            loginProvider,
            providerKey
        );
        return Task.FromResult(found is [var id] ? Find(id) : null);
    }
}
