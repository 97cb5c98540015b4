using System.Buffers.Text;
using Lading.Log;
using Microsoft.AspNetCore.Identity;

namespace Lading.Platform.SignIn;

/// <summary>Passkeys: public keys, so nothing here is secret; the counter only grows.</summary>
public sealed partial class AccountStore
{
    private const string PasskeyColumns =
        "id, account, name, public_key, created, sign_count, transports, flags, attestation, client_data";

    /// <summary>In how many ways the person can sign in: password, passkeys, other providers.</summary>
    public long CountWays(Account account) =>
        sql.Query(
            "select (select count(*) from lading_system.passkey where account = $1) "
                + "+ (select count(*) from lading_system.login where account = $1)",
            r => r.Integer(0),
            account.Id
        )[0] + (account.Password is null ? 0 : 1);

    /// <summary>How many an account has.</summary>
    public long CountPasskeys(string account) =>
        sql.Query("select count(*) from lading_system.passkey where account = $1", r => r.Integer(0), account)[0];

    /// <inheritdoc />
    public Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken stop)
    {
        var id = Base64Url.EncodeToString(passkey.CredentialId);
        var flags =
            (passkey.IsUserVerified ? 1 : 0) | (passkey.IsBackupEligible ? 2 : 0) | (passkey.IsBackedUp ? 4 : 0);
        var updated = sql.Run(
            "update lading_system.passkey set name = $3, sign_count = $4, flags = $5 "
                + "where id = $1 and account = $2 and sign_count <= $4",
            id,
            user.Id,
            passkey.Name ?? "",
            passkey.SignCount,
            flags
        );
        if (updated == 0)
            sql.Run(
                $"insert into lading_system.passkey ({PasskeyColumns}, used) "
                    + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0) on conflict do nothing",
                id,
                user.Id,
                passkey.Name ?? "",
                passkey.PublicKey,
                passkey.CreatedAt.UtcTicks,
                passkey.SignCount,
                string.Join(',', passkey.Transports ?? []),
                flags,
                passkey.AttestationObject,
                passkey.ClientDataJson
            );
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken stop) =>
        Task.FromResult<IList<UserPasskeyInfo>>(
            sql.Query(
                $"select {PasskeyColumns} from lading_system.passkey where account = $1 order by created",
                ReadPasskey,
                user.Id
            )
        );

    /// <inheritdoc />
    public Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken stop)
    {
        var found = sql.Query(
            "select account from lading_system.passkey where id = $1",
            r => r.Text(0)!,
            Base64Url.EncodeToString(credentialId)
        );
        return Task.FromResult(found is [var account] ? Find(account) : null);
    }

    /// <inheritdoc />
    public Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken stop) =>
        Task.FromResult(
            sql.Query(
                    $"select {PasskeyColumns} from lading_system.passkey where id = $1 and account = $2",
                    ReadPasskey,
                    Base64Url.EncodeToString(credentialId),
                    user.Id
                )
                .FirstOrDefault()
        );

    /// <inheritdoc />
    public Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken stop)
    {
        sql.Run(
            "delete from lading_system.passkey where id = $1 and account = $2",
            Base64Url.EncodeToString(credentialId),
            user.Id
        );
        return Task.CompletedTask;
    }

    private static UserPasskeyInfo ReadPasskey(IRow r) =>
        new(
            Base64Url.DecodeFromChars(r.Text(0)),
            r.Bytes(3)!,
            new DateTimeOffset(r.Integer(4), TimeSpan.Zero),
            (uint)r.Integer(5),
            r.Text(6)!.Split(',', StringSplitOptions.RemoveEmptyEntries),
            (r.Integer(7) & 1) != 0,
            (r.Integer(7) & 2) != 0,
            (r.Integer(7) & 4) != 0,
            r.Bytes(8) ?? [],
            r.Bytes(9) ?? []
        )
        {
            Name = r.Text(2),
        };
}
