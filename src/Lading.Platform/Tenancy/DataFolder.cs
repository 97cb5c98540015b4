using System.Globalization;
using System.Security.Cryptography;

namespace Lading.Platform.Tenancy;

/// <summary>A data folder cannot be used, with the remedy.</summary>
public sealed class DataFolderFault(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The folder of the embedded default: <c>system.db</c>, <c>tenants/{slug}/</c> with each tenant's own files, the
/// master key, and who runs on it.
/// One process at a time: the lock is held for the process's life.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const int Format = 1;
    private static readonly string[] NetworkFileSystems =
    [
        "nfs",
        "nfs4",
        "cifs",
        "smbfs",
        "smb2",
        "9p",
        "fuse.sshfs",
        "ncpfs",
    ];
    private readonly FileStream held;

    private DataFolder(string root, FileStream held) => (Root, this.held) = (root, held);

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The file of tenants and keys.</summary>
    public string SystemDb => Path.Combine(Root, "system.db");

    /// <summary>The file of the key that seals what is in <see cref="SystemDb"/>.</summary>
    public string SystemKeys => Path.Combine(Root, "keys.db");

    private string Master => Path.Combine(Root, "master.key");

    private string NextMaster => Path.Combine(Root, "master.key.next");

    /// <summary>Where a running server writes its address.</summary>
    public static string AddressFile(string root) => Path.Combine(root, "server.url");

    /// <summary>Where a running server writes the local administrator's key, readable by its owner alone.</summary>
    public static string AdminKeyFile(string root) => Path.Combine(root, "admin.key");

    /// <summary>A tenant's own folder.</summary>
    public string OfTenant(string slug) => Path.Combine(Root, "tenants", slug);

    /// <summary>Takes the folder, or says why it cannot be taken.</summary>
    /// <exception cref="DataFolderFault">Another process holds it, it cannot be written, it is on a network, or a newer
    /// program wrote it.</exception>
    public static DataFolder Take(string root)
    {
        root = Path.GetFullPath(root);
        try
        {
            DurableFiles.Create(root);
            RefuseNetwork(root);
            var held = new FileStream(
                Path.Combine(root, "lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
            CheckFormat(root);
            return new DataFolder(root, held);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new DataFolderFault(
                $"The data folder {root} cannot be written: {denied.Message} Give its owner write permission, or name "
                    + $"another folder with --data.",
                denied
            );
        }
        catch (IOException busy) when (IsHeld(root))
        {
            throw new DataFolderFault(
                $"Another Lading runs on {root}{Address(root)}. Use that one, stop it first, or name another folder "
                    + $"with --data.",
                busy
            );
        }
        catch (IOException fault)
        {
            throw new DataFolderFault($"The data folder {root} cannot be used: {fault.Message}", fault);
        }
    }

    /// <summary>Whether a process holds the folder now.</summary>
    public static bool IsHeld(string root)
    {
        try
        {
            using var probe = new FileStream(
                Path.Combine(root, "lock"),
                FileMode.Open,
                FileAccess.ReadWrite,
                FileShare.None
            );
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>The key that wraps all data keys: made on first use, readable by its owner alone. Back it up apart from
    /// the data.</summary>
    /// <exception cref="DataFolderFault">It is lost, or its change was broken off.</exception>
    public byte[] MasterKey() =>
        !HasNextMasterKey
            ? PresentMasterKey()
            : throw new DataFolderFault(
                $"The change of the master key of {Root} was broken off, and some keys are wrapped with the new one. "
                    + $"Finish it first: lading key-ring rotate --data {Root}"
            );

    /// <summary>The key that all data keys were wrapped with when its change began.</summary>
    public byte[] PresentMasterKey()
    {
        if (!File.Exists(Master) && KeyFiles().Any())
            throw new DataFolderFault(
                $"{Master} is missing, and keys are wrapped with it. Restore it from its backup: a new one would not "
                    + $"open them."
            );
        if (!File.Exists(Master))
            MakeKey(Master);
        return ReadKey(Master);
    }

    /// <summary>Whether its change has begun.</summary>
    public bool HasNextMasterKey => File.Exists(NextMaster);

    /// <summary>The key that will stand in its place: made on first use, durable before anything is wrapped with
    /// it.</summary>
    public byte[] NextMasterKey()
    {
        if (!HasNextMasterKey)
            MakeKey(NextMaster);
        return ReadKey(NextMaster);
    }

    /// <summary>The new key is the key: everything is wrapped with it.</summary>
    public void TakeNextMasterKey()
    {
        File.Move(NextMaster, Master, overwrite: true);
        DurableFiles.SyncNames(Root);
    }

    /// <summary>The files of wrapped keys: the system's own and every tenant's.</summary>
    public IEnumerable<string> KeyFiles()
    {
        var tenants = Path.Combine(Root, "tenants");
        return (File.Exists(SystemKeys) ? [SystemKeys] : Array.Empty<string>()).Concat(
            Directory.Exists(tenants) ? Directory.EnumerateFiles(tenants, "keys.db", SearchOption.AllDirectories) : []
        );
    }

    /// <summary>32 random bytes under a name that is there whole or not at all.</summary>
    private void MakeKey(string path)
    {
        var making = path + ".making";
        WriteSecret(making, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.Move(making, path);
        DurableFiles.SyncNames(Root);
    }

    private static byte[] ReadKey(string path)
    {
        var key = new byte[32];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var length) && length == 32
            ? key
            : throw new DataFolderFault($"{path} does not hold a key of 32 bytes. Restore it from its backup.");
    }

    /// <summary>Writes a file only its owner can read, durably.</summary>
    public static void WriteSecret(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(text + "\n"));
            file.Flush(flushToDisk: true);
        }

        DurableFiles.SyncNames(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Lets the folder go.</summary>
    public void Dispose()
    {
        File.Delete(AddressFile(Root));
        File.Delete(AdminKeyFile(Root));
        held.Dispose();
    }

    private static string Address(string root) =>
        File.Exists(AddressFile(root)) ? " at " + File.ReadAllText(AddressFile(root)).Trim() : "";

    private static void CheckFormat(string root)
    {
        var path = Path.Combine(root, "format");
        if (!File.Exists(path))
            File.WriteAllText(path, Format.ToString(CultureInfo.InvariantCulture) + "\n");
        else if (int.TryParse(File.ReadAllText(path), out var format) && format > Format)
            throw new DataFolderFault(
                $"{root} has format {format}; this program knows up to {Format}. Run the newer program that wrote it."
            );
    }

    private static void RefuseNetwork(string root)
    {
        var format = new DriveInfo(root).DriveFormat;
        if (NetworkFileSystems.Contains(format, StringComparer.OrdinalIgnoreCase))
            throw new DataFolderFault(
                $"{root} is on a network file system ({format}), where SQLite can lose data. Use a local disk, or "
                    + $"PostgreSQL with --postgres."
            );
    }
}
