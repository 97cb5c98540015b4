using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Lading.Kernel;

namespace Lading.Platform.Tenancy;

/// <summary>
/// API keys: <c>lk_{prefix}_{secret}</c>, 256 random bits, shown once, kept as a hash. All keys stand in memory. A key
/// another node made is known at once; other changes of theirs are read at most 3 s late, so a revoked key is dead
/// everywhere within 5 s.
/// </summary>
public sealed class ApiKeys(ISystemStore store, TimeProvider clock, bool shared)
{
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Noting = TimeSpan.FromMinutes(1);
    private const int MostAsked = 300;
    private readonly Lock changing = new();
    private ConcurrentDictionary<string, ApiKey> byPrefix = Read(store);
    private readonly ConcurrentDictionary<string, ApiKey> ofProcess = new(StringComparer.Ordinal);
    private long refreshedAt = clock.GetTimestamp();
    private int asked;

    /// <summary>Issues a key and answers its only clear text.</summary>
    public (ApiKey Key, string Secret) Issue(
        TenantId tenant,
        string name,
        IReadOnlyList<string> scopes,
        IReadOnlyList<string>? ventures,
        DateTime? expires,
        IReadOnlyList<string>? sites = null,
        string? prefix = null
    )
    {
        var (key, secret) = Make(tenant, name, scopes, ventures, expires, prefix, sites);
        lock (changing)
        {
            store.Add(key);
            byPrefix[key.Prefix] = key;
        }

        return (key, secret);
    }

    /// <summary>
    /// Issues a key that is kept in memory alone and dies with this process. A prefix given stays the same from process
    /// to process, so that
    /// a command sent again by the same hand is known again.
    /// </summary>
    public (ApiKey Key, string Secret) IssueForProcess(
        TenantId tenant,
        string name,
        IReadOnlyList<string> scopes,
        string? prefix = null
    )
    {
        var (key, secret) = Make(tenant, name, scopes, null, null, prefix);
        ofProcess[key.Prefix] = key;
        return (key, secret);
    }

    /// <summary>The key a request brought, or null: unknown, revoked and expired look alike.</summary>
    public ApiKey? Find(string presented)
    {
        if (presented.Length is < 20 or > 100 || !presented.StartsWith("lk_", StringComparison.Ordinal))
            return null;
        var end = presented.IndexOf('_', 3);
        if (end < 0)
            return null;
        RefreshIfShared();
        var prefix = presented[3..end];
        if (!byPrefix.TryGetValue(prefix, out var key) && !ofProcess.TryGetValue(prefix, out key))
            key = OfAnotherNode(prefix);
        if (key is null || key.Revoked is not null)
            return null;
        if (key.Expires is { } expires && clock.GetUtcNow().UtcDateTime >= expires)
            return null;
        Span<byte> hash = stackalloc byte[32];
        Span<byte> text = stackalloc byte[300];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(presented, text)], hash);
        return CryptographicOperations.FixedTimeEquals(hash, key.Hash) ? Noted(key) : null;
    }

    /// <summary>Whether a key is in force now.</summary>
    public bool IsLive(ApiKey key) =>
        key.Revoked is null && (key.Expires is not { } end || clock.GetUtcNow().UtcDateTime < end);

    /// <summary>The key of a prefix, while it is in force.</summary>
    public ApiKey? Live(string prefix)
    {
        RefreshIfShared();
        if (!byPrefix.TryGetValue(prefix, out var key) && !ofProcess.TryGetValue(prefix, out key))
            key = OfAnotherNode(prefix);
        return key is not null && IsLive(key) ? key : null;
    }

    /// <summary>A key of a tenant as it stands in the store, in force or not.</summary>
    public ApiKey? Stored(TenantId tenant, string prefix) =>
        IsPrefix(prefix) && store.Keys(prefix) is [var key] && key.Tenant == tenant ? key : null;

    /// <summary>Whether a change of a key is under way: it has a successor in force, or is itself one whose
    /// predecessor still is.</summary>
    public bool IsRotating(ApiKey key) =>
        Of(key.Tenant).Any(k => (k.Replaces == key.Prefix || k.Prefix == key.Replaces) && IsLive(k));

    /// <summary>Makes a key's successor, or null when the key is not in force or a change of it is under way.</summary>
    public (ApiKey Key, string Secret)? Rotate(ApiKey old, string prefix, DateTime? expires, DateTime ends)
    {
        lock (changing)
        {
            var (key, secret) = Make(old.Tenant, old.Name, old.Scopes, old.Ventures, expires, prefix, old.Sites);
            key = key with { Replaces = old.Prefix };
            var made = store.Replace(key, ends, clock.GetUtcNow().UtcDateTime);
            byPrefix[old.Prefix] = Stored(old.Tenant, old.Prefix) ?? old with { Revoked = key.Created };
            if (!made)
                return null;
            byPrefix[prefix] = key;
            return (key, secret);
        }
    }

    /// <summary>Notes that a key is used, to the minute: one small write a minute and key at most.</summary>
    private ApiKey Noted(ApiKey key)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (now - key.Used < Noting || !byPrefix.TryUpdate(key.Prefix, key with { Used = now }, key))
            return key;
        store.Run("update lading_system.api_key set used = $2 where prefix = $1 and used < $2", key.Prefix, now);
        return key with { Used = now };
    }

    /// <summary>The prefix of the key that a command makes: the same command, the same prefix.</summary>
    public static string PrefixOf(CommandId command)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes, command.Value);
        return Letters(bytes[..5].ToArray());
    }

    /// <summary>Whether a prefix is taken, by a key in force or not.</summary>
    public bool Knows(string prefix) => byPrefix.ContainsKey(prefix) || ofProcess.ContainsKey(prefix);

    /// <summary>The keys of a tenant.</summary>
    public IReadOnlyList<ApiKey> Of(TenantId tenant) =>
        [.. byPrefix.Values.Where(k => k.Tenant == tenant).OrderBy(k => k.Created)];

    /// <summary>Revokes a key.</summary>
    public bool Revoke(TenantId tenant, string prefix)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        lock (changing)
        {
            if (!store.Revoke(tenant, prefix, now))
                return false;
            if (byPrefix.TryGetValue(prefix, out var key))
                byPrefix[prefix] = key with { Revoked = now };
            return true;
        }
    }

    private void RefreshIfShared()
    {
        var seen = Volatile.Read(ref refreshedAt);
        if (
            !shared
            || clock.GetElapsedTime(seen) < Refresh
            || Interlocked.CompareExchange(ref refreshedAt, clock.GetTimestamp(), seen) != seen
        )
            return;
        lock (changing)
            byPrefix = Read(store);
        asked = 0;
    }

    /// <summary>
    /// Asks the store for one key nobody here has heard of: another node may have made it a moment ago. Some hundred
    /// times a second at most, whoever sends made-up keys.
    /// </summary>
    private ApiKey? OfAnotherNode(string prefix)
    {
        if (!shared || !IsPrefix(prefix) || Interlocked.Increment(ref asked) > MostAsked)
            return null;
        lock (changing)
            return store.Keys(prefix) is [var key] ? byPrefix.GetOrAdd(prefix, key) : null;
    }

    private static ConcurrentDictionary<string, ApiKey> Read(ISystemStore store) =>
        new(store.Keys().Select(k => KeyValuePair.Create(k.Prefix, k)), StringComparer.Ordinal);

    private (ApiKey Key, string Secret) Make(
        TenantId tenant,
        string name,
        IReadOnlyList<string> scopes,
        IReadOnlyList<string>? ventures,
        DateTime? expires,
        string? prefix = null,
        IReadOnlyList<string>? sites = null
    )
    {
        prefix ??= Letters(RandomNumberGenerator.GetBytes(5));
        var secret = $"lk_{prefix}_{System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        var now = clock.GetUtcNow().UtcDateTime;
        return (
            new ApiKey(prefix, tenant, name, scopes, ventures, Hash(secret), now, expires, null, null, null, sites),
            secret
        );
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static bool IsPrefix(string text) => text.Length == 8 && !text.AsSpan().ContainsAnyExcept(Alphabet);

    private static string Letters(byte[] bytes)
    {
        var bits = bytes.Aggregate(0UL, (all, b) => (all << 8) | b);
        return string.Create(
            8,
            bits,
            (text, value) =>
            {
                for (var i = 0; i < text.Length; i++, value >>= 5)
                    text[i] = Alphabet[(int)(value & 31)];
            }
        );
    }
}
