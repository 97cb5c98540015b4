using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lading.Log;
using Microsoft.AspNetCore.Identity;

namespace Lading.Platform.SignIn;

/// <summary>
/// Password hashes, each naming how it was made: Argon2id (19 MiB, 2 passes, 1 lane) where libargon2 is installed, else
/// PBKDF2-SHA256 with 600,000 rounds. A hash made in another way is made anew at the next sign-in.
/// </summary>
public sealed class PasswordHashing(bool argon2) : IPasswordHasher<Account>
{
    /// <summary>Rounds of PBKDF2.</summary>
    public const int Rounds = 600_000;

    private const uint Passes = 2;
    private const uint Kibibytes = 19_456;
    private static readonly string Nothing =
        $"{Convert.ToBase64String(new byte[16])}${Convert.ToBase64String(new byte[32])}";
    private long done;

    /// <summary>How many passwords were hashed; whether there is an account must not show in it.</summary>
    public long Done => Interlocked.Read(ref done);

    /// <summary>Whether libargon2 can be used here.</summary>
    public static bool Argon2Present => Argon2.Present;

    /// <summary>A hash of nobody's password, made as all are: what an unknown address is checked against.</summary>
    public string Decoy { get; } =
        argon2 ? Argon(new byte[16], new byte[32], Passes, Kibibytes) : Pbkdf2(new byte[16], new byte[32], Rounds);

    /// <summary>A hash of nobody's password that takes as long to check as another one; as new ones do when there is
    /// none.</summary>
    public string DecoyLike(string? stored) =>
        stored is null ? Decoy : $"{stored[..(stored.IndexOf('$', stored.IndexOf('=')) + 1)]}{Nothing}";

    /// <inheritdoc />
    public string HashPassword(Account user, string password)
    {
        Interlocked.Increment(ref done);
        var salt = RandomNumberGenerator.GetBytes(16);
        var bytes = Encoding.UTF8.GetBytes(password);
        return argon2
            ? Argon(salt, Argon2.Hash(bytes, salt, Passes, Kibibytes), Passes, Kibibytes)
            : Pbkdf2(salt, Stretch(bytes, salt, Rounds), Rounds);
    }

    /// <inheritdoc />
    public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
    {
        var parts = hashedPassword.Split('$');
        var bytes = Encoding.UTF8.GetBytes(providedPassword);
        var (salt, hash) = (Convert.FromBase64String(parts[3]), Convert.FromBase64String(parts[4]));
        var parameters = parts[2].Split(',').Select(p => uint.Parse(p[2..], CultureInfo.InvariantCulture)).ToArray();
        var isArgon = parts[1] == "argon2id";
        if (isArgon && !Argon2.Present)
            throw new StoreFault(
                "This password was hashed with Argon2id, and libargon2 is not installed here. Install it "
                    + "(Debian: libargon2-1)."
            );
        Interlocked.Increment(ref done);
        var made = isArgon
            ? Argon2.Hash(bytes, salt, parameters[1], parameters[0])
            : Stretch(bytes, salt, (int)parameters[0]);
        if (!CryptographicOperations.FixedTimeEquals(made, hash))
            return PasswordVerificationResult.Failed;
        var current = argon2
            ? isArgon && parameters is [Kibibytes, Passes, ..]
            : !isArgon && parameters is [(uint)Rounds];
        return current ? PasswordVerificationResult.Success : PasswordVerificationResult.SuccessRehashNeeded;
    }

    private static byte[] Stretch(byte[] password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA256, 32);

    private static string Argon(byte[] salt, byte[] hash, uint passes, uint kibibytes) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"$argon2id$m={kibibytes},t={passes}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}"
        );

    private static string Pbkdf2(byte[] salt, byte[] hash, int rounds) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"$pbkdf2-sha256$i={rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}"
        );
}
