using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;
using Lading.Log.Sqlite;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;

namespace Lading.Server;

/// <summary>
/// Puts a new master key in the place of the old one. Every ring of keys is wrapped anew in one transaction of its
/// own; what was sealed under those keys stays as it is. Broken off at any moment it leaves rings of both kinds:
/// nothing starts on them, and doing it again finishes it.
/// </summary>
public static class MasterKeyChange
{
    /// <summary>The variable that holds the new key where the present one comes from the environment.</summary>
    public const string Next = "LADING_NEXT_MASTER_KEY";

    private const string Present = "LADING_MASTER_KEY";

    /// <summary>Changes the key of a data folder nobody works on; answers how many keys were wrapped anew.</summary>
    /// <exception cref="DataFolderFault">The folder is in use, or its key is lost.</exception>
    /// <exception cref="StoreFault">A ring opens with neither key: it is as it was.</exception>
    public static int InFolder(string data, Action<int>? each = null)
    {
        if (!File.Exists(Path.Combine(data, "system.db")))
            throw new DataFolderFault(
                $"There is no Lading in {Path.GetFullPath(data)}. Name its folder with --data, or its database with "
                    + "--postgres."
            );
        using var folder = DataFolder.Take(data);
        return Change(folder, folder.KeyFiles().Select(Ring), each);
        static Func<IKeyStore> Ring(string file) => () => new SqliteKeyStore(file);
    }

    /// <summary>
    /// Changes the key of a database's rings: the one in the environment for the one in <see cref="Next"/>, else the
    /// one in the data folder. A node that still runs with the old key makes no new ones and has to be started anew.
    /// </summary>
    public static int InDatabase(string connection, string data, Action<int>? each = null)
    {
        using var app = PostgresDatabase.DataSource(connection);
        PostgresDatabase.SelfTest(app).GetAwaiter().GetResult();
        using var system = new PostgresSystemStore(app);
        if (FromEnvironment(Present) is { } present)
            return Wrap(Rings(), present, FromEnvironment(Next) ?? throw NoNext(), each);
        if (!File.Exists(Path.Combine(data, "master.key")))
            throw new DataFolderFault(
                $"There is no master.key in {Path.GetFullPath(data)}. Name the first node's folder with --data, or "
                    + $"give the present key in {Present} and the new one in {Next}."
            );
        using var folder = DataFolder.Take(data);
        return Change(folder, Rings(), each);

        // The system's first: under the old key nobody begins a ring after it, and those begun before are listed then.
        IEnumerable<Func<IKeyStore>> Rings()
        {
            yield return Ring(SystemSeal.Scope);
            foreach (var tenant in system.Tenants())
                yield return Ring(tenant.Id);
        }

        Func<IKeyStore> Ring(TenantId id) => () => new PostgresKeyStore(new PostgresSession(app, id));
    }

    /// <summary>A key from the environment, or null when none is there.</summary>
    public static byte[]? FromEnvironment(string name)
    {
        if (Environment.GetEnvironmentVariable(name) is not { } text)
            return null;
        var key = new byte[32];
        return Convert.TryFromBase64String(text, key, out var length) && length == 32
            ? key
            : throw new DataFolderFault($"{name} must be 32 bytes in base64, as in master.key.");
    }

    private static int Change(DataFolder folder, IEnumerable<Func<IKeyStore>> rings, Action<int>? each)
    {
        var present = folder.PresentMasterKey();
        if (!folder.HasNextMasterKey)
            Check(rings, present, present); // before there is a new one that keeps everything from starting
        var keys = Wrap(rings, present, folder.NextMasterKey(), each);
        folder.TakeNextMasterKey();
        return keys;
    }

    private static int Wrap(IEnumerable<Func<IKeyStore>> rings, byte[] from, byte[] to, Action<int>? each)
    {
        Check(rings, from, to);
        var (keys, done) = (0, 0);
        foreach (var open in rings)
        {
            each?.Invoke(done++);
            using var ring = open();
            keys += KeyRing.Rewrap(ring, from, to);
        }

        return keys;
    }

    private static void Check(IEnumerable<Func<IKeyStore>> rings, byte[] one, byte[] other)
    {
        foreach (var open in rings)
        {
            using var ring = open();
            KeyRing.Check(ring, one, other);
        }
    }

    private static DataFolderFault NoNext() =>
        new(
            $"{Present} is set, so the new key must be in {Next}: 32 random bytes in base64 (openssl rand -base64 32). "
                + "Start every node with it afterwards."
        );
}
