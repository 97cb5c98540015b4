using System.Security.Cryptography;
using System.Text;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>A subject's data key as stored: wrapped by the master key.</summary>
/// <param name="Subject">Whose key: <c>customer/4711</c>.</param>
/// <param name="Id">8 random bytes that sealed values carry, so that a value under a destroyed key is told from a
/// forged one.</param>
/// <param name="Wrapped">Nonce (12), tag (16) and ciphertext (32) of AES-256-GCM under the master key; AAD is subject
/// and id.</param>
public sealed record StoredKey(string Subject, byte[] Id, byte[] Wrapped);

/// <summary>Where data keys are kept: SQLite's <c>keys.db</c>, or a table in PostgreSQL. Called by one thread at a
/// time.</summary>
public interface IKeyStore : IDisposable
{
    /// <summary>A subject's key, or null.</summary>
    StoredKey? Find(string subject);

    /// <summary>Stores keys; durable on return. A subject that has a key already (another node made one) is a
    /// <see cref="StoreFault"/>, and so is a ring that was rewrapped since.</summary>
    /// <param name="ring">The id of the key of the empty subject, which stands for the master key; null: that one is
    /// among those that are added.</param>
    void Add(IReadOnlyList<StoredKey> keys, byte[]? ring);

    /// <summary>Puts for every key what is made of it, all in one transaction that nothing else of the ring comes
    /// between; durable on return. Answers how many.</summary>
    int Rewrap(Func<StoredKey, StoredKey> each);

    /// <summary>Destroys a subject's key so that no file holds it any more; durable on return. False when there was
    /// none.</summary>
    bool Destroy(string subject);
}

/// <summary>
/// A tenant's data keys: personal values are sealed with AES-256-GCM under a key per subject, bound to their place and
/// subject. Destroying
/// the key erases the person: the facts stay, their values read as erased. A key is durable before the first fact
/// sealed under it commits.
/// </summary>
/// <remarks>
/// Sealed: version (1), key id (8), nonce (12), tag (16), ciphertext. A nonce is random; a subject's key seals far
/// fewer than 2^32 values.
/// When several nodes serve a tenant, each forgets a subject (<see cref="Forget"/>) once it sees the fact of the
/// erasure.
/// </remarks>
public sealed class KeyRing : IPersonalCipher, IDisposable
{
    private const byte Version = 1;
    private const int IdSize = 8;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int KeySize = 32;
    private const int Header = 1 + IdSize + NonceSize + TagSize;
    private const int Cached = 50_000;
    private const string CheckSubject = "";

    /// <summary>The id of the check when this ring was opened: another one means another master key.</summary>
    private readonly byte[] ring;
    private readonly IKeyStore store;
    private readonly byte[] master;
    private readonly Lock gate = new();
    private readonly Dictionary<string, DataKey?> cache = new(StringComparer.Ordinal);
    private readonly HashSet<(string Subject, long Id)> gone = [];
    private readonly List<StoredKey> unsaved = [];

    private sealed record DataKey(byte[] Id, byte[] Key);

    /// <summary>Opens the ring; a master key other than the one its keys were wrapped with is a
    /// <see cref="StoreFault"/>.</summary>
    /// <param name="master">32 bytes.</param>
    public KeyRing(IKeyStore store, ReadOnlySpan<byte> master)
    {
        if (master.Length != KeySize)
            throw new ArgumentException("A master key has 32 bytes.", nameof(master));
        (this.store, this.master) = (store, master.ToArray());
        if (store.Find(CheckSubject) is { } check)
            Unwrap(check, master);
        else
            store.Add([check = Wrap(CheckSubject, NewCheck(), master)], ring: null);
        ring = check.Id;
    }

    /// <summary>
    /// Wraps all keys of a store with another master key: all of them or none, and what was sealed under them stays as
    /// it is. Answers how many; 0 when that was done before, and then no trace of how they were wrapped is left either.
    /// </summary>
    /// <param name="from">The 32 bytes they are wrapped with.</param>
    /// <param name="to">The 32 bytes they will be wrapped with.</param>
    /// <exception cref="StoreFault">They are wrapped with neither.</exception>
    public static int Rewrap(IKeyStore store, byte[] from, byte[] to)
    {
        if (store.Find(CheckSubject) is not { } check)
            return 0;
        if (IsWrappedWith(check, to))
        {
            store.Rewrap(stored => stored);
            return 0;
        }

        return store.Rewrap(stored =>
        {
            var key = Unwrap(stored, from);
            var wrapped = Wrap(stored.Subject, stored.Subject == CheckSubject ? NewCheck() : key, to);
            CryptographicOperations.ZeroMemory(key.Key);
            return wrapped;
        });
    }

    /// <summary>Looks whether a store's keys are wrapped with one of two master keys; an empty store is.</summary>
    /// <exception cref="StoreFault">They are wrapped with neither.</exception>
    public static void Check(IKeyStore store, byte[] one, byte[] other)
    {
        if (store.Find(CheckSubject) is { } check && !IsWrappedWith(check, one))
            Unwrap(check, other);
    }

    private static bool IsWrappedWith(StoredKey check, byte[] master)
    {
        try
        {
            Unwrap(check, master);
            return true;
        }
        catch (StoreFault)
        {
            return false;
        }
    }

    /// <summary>Not for values: it opens with the right master key, and its id tells a ring from one that was rewrapped
    /// since.</summary>
    private static DataKey NewCheck() => new(RandomNumberGenerator.GetBytes(IdSize), new byte[KeySize]);

    /// <summary>A subject's own key, for a part of the program that seals by itself; durable on return.</summary>
    /// <param name="first">The 32 bytes it is when it has none yet.</param>
    public byte[] Own(string subject, byte[] first)
    {
        lock (gate)
        {
            if (Find(subject) is { } known)
                return [.. known.Key];
            unsaved.Add(Wrap(subject, new DataKey(RandomNumberGenerator.GetBytes(IdSize), first), master));
            try
            {
                MakeDurable();
            }
            catch (StoreFault) when (store.Find(subject) is not null)
            {
                // another node was first
            }

            Drop(subject);
            return [.. Find(subject)!.Key];
        }
    }

    /// <inheritdoc />
    public byte[] Seal(string subject, string place, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[Header + plain.Length];
        lock (gate)
        {
            var key = Find(subject) ?? Make(subject);
            bytes[0] = Version;
            key.Id.CopyTo(bytes, 1);
            var nonce = bytes.AsSpan(1 + IdSize, NonceSize);
            RandomNumberGenerator.Fill(nonce);
            using var aes = new AesGcm(key.Key, TagSize);
            aes.Encrypt(
                nonce,
                plain,
                bytes.AsSpan(Header),
                bytes.AsSpan(1 + IdSize + NonceSize, TagSize),
                Bound(subject, place)
            );
        }

        return bytes;
    }

    /// <inheritdoc />
    /// <exception cref="CryptographicException">The value was changed, or stands where it was not sealed.</exception>
    public string? Open(string subject, string place, byte[] sealedBytes)
    {
        if (sealedBytes.Length < Header || sealedBytes[0] != Version)
            throw new CryptographicException("This is not a sealed value.");
        var plain = new byte[sealedBytes.Length - Header];
        lock (gate)
        {
            if (Find(subject, sealedBytes.AsSpan(1, IdSize)) is not { } key)
                return null;
            using var aes = new AesGcm(key.Key, TagSize);
            var nonce = sealedBytes.AsSpan(1 + IdSize, NonceSize);
            aes.Decrypt(
                nonce,
                sealedBytes.AsSpan(Header),
                sealedBytes.AsSpan(1 + IdSize + NonceSize, TagSize),
                plain,
                Bound(subject, place)
            );
        }

        return Encoding.UTF8.GetString(plain);
    }

    /// <inheritdoc />
    public void MakeDurable()
    {
        lock (gate)
        {
            if (unsaved.Count == 0)
                return;
            try
            {
                store.Add(unsaved, ring);
            }
            catch (StoreFault)
            {
                foreach (var key in unsaved)
                    Drop(key.Subject); // what was sealed under it is not committed: the next try finds or makes another
                unsaved.Clear();
                throw;
            }

            unsaved.Clear();
        }
    }

    /// <summary>Destroys a subject's key: what was sealed under it reads as erased from now on. False when there was
    /// none.</summary>
    public bool Erase(string subject)
    {
        if (subject.Length == 0)
            throw new ArgumentException("A subject has a name.", nameof(subject));
        lock (gate)
        {
            var made = unsaved.RemoveAll(k => k.Subject == subject) > 0;
            Drop(subject);
            return store.Destroy(subject) || made;
        }
    }

    /// <summary>Forgets a key held in memory: another node destroyed it.</summary>
    public void Forget(string subject)
    {
        lock (gate)
            if (unsaved.All(k => k.Subject != subject))
                Drop(subject);
    }

    /// <summary>Wipes the keys from memory and closes the store.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var subject in cache.Keys.ToList())
                Drop(subject);
            CryptographicOperations.ZeroMemory(master);
            store.Dispose();
        }
    }

    private DataKey? Find(string subject)
    {
        if (cache.TryGetValue(subject, out var known))
            return known;
        if (cache.Count >= Cached)
            foreach (var other in cache.Keys.Where(s => unsaved.All(u => u.Subject != s)).ToList())
                Drop(other);
        return cache[subject] = store.Find(subject) is { } stored ? Unwrap(stored, master) : null;
    }

    /// <summary>
    /// The subject's key, if it is the one with this id. Another node may have destroyed the key known here and made
    /// another since: an id not seen before is looked for in the store, one that is not there never comes back.
    /// </summary>
    private DataKey? Find(string subject, ReadOnlySpan<byte> id)
    {
        if (Find(subject) is { } key && key.Id.AsSpan().SequenceEqual(id))
            return key;
        var named = (subject, BitConverter.ToInt64(id));
        if (gone.Contains(named))
            return null;
        if (store.Find(subject) is { } stored && stored.Id.AsSpan().SequenceEqual(id))
        {
            Drop(subject);
            return cache[subject] = Unwrap(stored, master);
        }

        if (gone.Count >= Cached)
            gone.Clear();
        gone.Add(named);
        return null;
    }

    private DataKey Make(string subject)
    {
        if (subject.Length == 0)
            throw new ArgumentException("A subject has a name.", nameof(subject));
        var key = new DataKey(RandomNumberGenerator.GetBytes(IdSize), RandomNumberGenerator.GetBytes(KeySize));
        unsaved.Add(Wrap(subject, key, master));
        cache[subject] = key;
        return key;
    }

    private void Drop(string subject)
    {
        if (cache.Remove(subject, out var key) && key is not null)
            CryptographicOperations.ZeroMemory(key.Key);
    }

    private static StoredKey Wrap(string subject, DataKey key, ReadOnlySpan<byte> master)
    {
        var wrapped = new byte[NonceSize + TagSize + KeySize];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceSize));
        using var aes = new AesGcm(master, TagSize);
        aes.Encrypt(
            wrapped.AsSpan(0, NonceSize),
            key.Key,
            wrapped.AsSpan(NonceSize + TagSize),
            wrapped.AsSpan(NonceSize, TagSize),
            Bound(subject, Convert.ToHexString(key.Id))
        );
        return new StoredKey(subject, key.Id, wrapped);
    }

    private static DataKey Unwrap(StoredKey stored, ReadOnlySpan<byte> master)
    {
        var key = new byte[KeySize];
        try
        {
            var wrapped = stored.Wrapped.AsSpan();
            using var aes = new AesGcm(master, TagSize);
            aes.Decrypt(
                wrapped[..NonceSize],
                wrapped[(NonceSize + TagSize)..],
                wrapped.Slice(NonceSize, TagSize),
                key,
                Bound(stored.Subject, Convert.ToHexString(stored.Id))
            );
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new StoreFault(
                "The data keys were wrapped by another master key, or were changed. Restore the master key that "
                    + "belongs to them.",
                fault
            );
        }

        return new DataKey(stored.Id, key);
    }

    /// <summary>Said of a ring whose keys were wrapped with another master key since it was opened.</summary>
    public static StoreFault WasRewrapped() =>
        new("The master key was changed since this process started. Start it again with the new one.");

    private static byte[] Bound(string subject, string place) =>
        Encoding.UTF8.GetBytes($"{subject.Length}:{subject}{place}");
}
