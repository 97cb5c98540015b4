using System.Security.Cryptography;
using System.Text;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Tenancy;

namespace Lading.Platform.SignIn;

/// <summary>
/// Seals what must be read again (code-app secrets, signing keys) and makes hashes that cannot be tried without the
/// master key (recovery codes, refresh tokens, throttling keys). Its keys are derived from one that is kept wrapped by
/// the master key, which is never in the database: a stolen database alone signs nobody in, and a new master key
/// leaves everything sealed as it is.
/// </summary>
public sealed class SystemSeal
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly byte[] sealing;
    private readonly byte[] hashing;

    /// <summary>Whose key it is, in the ring of the system's own keys.</summary>
    public const string Subject = "system";

    /// <summary>The scope of the ring of the system's own keys, where rings share a table.</summary>
    public static readonly TenantId Scope = new(new Guid("6c616469-6e67-4000-8000-73797374656d"));

    /// <summary>Derives the keys from 32 bytes.</summary>
    public SystemSeal(byte[] root)
    {
        sealing = HKDF.DeriveKey(HashAlgorithmName.SHA256, root, 32, info: "lading system seal 1"u8.ToArray());
        hashing = HKDF.DeriveKey(HashAlgorithmName.SHA256, root, 32, info: "lading system hash 1"u8.ToArray());
    }

    /// <summary>
    /// Opens it: the key out of its ring, made on first use. Where secrets were sealed before there was such a ring, it
    /// is the master key of that time.
    /// </summary>
    public static SystemSeal Open(ISystemSql sql, IKeyStore keys, byte[] master)
    {
        using var ring = new KeyRing(keys, master);
        return new SystemSeal(ring.Own(Subject, HasSecrets(sql) ? master : RandomNumberGenerator.GetBytes(32)));
    }

    private static bool HasSecrets(ISystemSql sql) =>
        sql.Query(
            "select 1 from lading_system.signing_key union all select 1 from lading_system.identity_provider "
                + "union all select 1 from lading_system.recovery_code union all "
                + "select 1 from lading_system.account where totp_key is not null limit 1",
            r => r.Integer(0)
        ).Count > 0;

    /// <summary>Encrypts, bound to its place: nonce, tag, ciphertext.</summary>
    public byte[] Seal(string place, ReadOnlySpan<byte> plain)
    {
        var bytes = new byte[NonceSize + TagSize + plain.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceSize));
        using var aes = new AesGcm(sealing, TagSize);
        aes.Encrypt(
            bytes.AsSpan(0, NonceSize),
            plain,
            bytes.AsSpan(NonceSize + TagSize),
            bytes.AsSpan(NonceSize, TagSize),
            Encoding.UTF8.GetBytes(place)
        );
        return bytes;
    }

    /// <summary>Decrypts what was sealed at this place.</summary>
    /// <exception cref="StoreFault">It was sealed under another master key or at another place.</exception>
    public byte[] Open(string place, ReadOnlySpan<byte> bytes)
    {
        var plain = new byte[bytes.Length - NonceSize - TagSize];
        try
        {
            using var aes = new AesGcm(sealing, TagSize);
            aes.Decrypt(
                bytes[..NonceSize],
                bytes[(NonceSize + TagSize)..],
                bytes.Slice(NonceSize, TagSize),
                plain,
                Encoding.UTF8.GetBytes(place)
            );
            return plain;
        }
        catch (AuthenticationTagMismatchException wrong)
        {
            throw new StoreFault(
                "A sealed secret does not open with this master key. Restore the master.key (or LADING_MASTER_KEY) "
                    + "it was sealed with.",
                wrong
            );
        }
    }

    /// <summary>A hash only this installation can make, for one purpose.</summary>
    public byte[] Hash(string purpose, string text) =>
        HMACSHA256.HashData(hashing, Encoding.UTF8.GetBytes($"{purpose}\0{text}"));

    /// <summary>The hash of a random secret of 256 bits: a fast one is right.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>256 random bits as text.</summary>
    public static string NewSecret() =>
        System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
