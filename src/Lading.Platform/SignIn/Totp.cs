using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace Lading.Platform.SignIn;

/// <summary>
/// Time-based codes (RFC 6238: HMAC-SHA-1, 30 s, 6 digits). A code is good for its own step and one to either side, and
/// once: its step is taken in the database, so a code that was used, and every older one, is dead.
/// </summary>
public sealed class Totp(AccountStore accounts, TimeProvider clock) : IUserTwoFactorTokenProvider<Account>
{
    /// <summary>The name under which the manager knows it.</summary>
    public const string Provider = "Authenticator";

    /// <summary>How long a code is shown.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    /// <summary>The code of a step.</summary>
    public static string Code(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[20];
        HMACSHA1.HashData(key, counter, mac);
        var at = mac[^1] & 15;
        return ((BinaryPrimitives.ReadInt32BigEndian(mac[at..]) & int.MaxValue) % 1_000_000).ToString("000000");
    }

    /// <summary>The step of a moment.</summary>
    public static long StepOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / 30;

    /// <inheritdoc />
    public Task<bool> ValidateAsync(string purpose, string token, UserManager<Account> manager, Account user)
    {
        if (accounts.TotpKey(user) is not { } key || token.Length != 6)
            return Task.FromResult(false);
        var now = StepOf(clock.GetUtcNow());
        long? found = null;
        foreach (var step in (ReadOnlySpan<long>)[now - 1, now, now + 1])
            if (CryptographicOperations.FixedTimeEquals(Ascii(Code(key, step)), Ascii(token)))
                found = step;
        return Task.FromResult(found is { } taken && accounts.TakeStep(user.Id, taken));
    }

    /// <inheritdoc />
    public Task<string> GenerateAsync(string purpose, UserManager<Account> manager, Account user) =>
        throw new NotSupportedException("The person's own device makes the codes.");

    /// <inheritdoc />
    public Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<Account> manager, Account user) =>
        Task.FromResult(user.TotpKey is not null);

    private static byte[] Ascii(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
