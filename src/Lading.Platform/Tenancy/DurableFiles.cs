using System.Runtime.InteropServices;

namespace Lading.Platform.Tenancy;

/// <summary>
/// Makes names durable, not only contents: a new file or folder can be gone after power loss, synced as it may be,
/// until the folder that names it is synced too.
/// </summary>
public static class DurableFiles
{
    private const int ToRead = 0;

    /// <summary>Syncs every file and folder below a folder, the folder, and its name in its parent.</summary>
    public static void Sync(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }

        foreach (var inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
            SyncNames(inner);
        SyncNames(folder);
        if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } parent)
            SyncNames(parent);
    }

    /// <summary>Makes a folder with what is missing above it, and its name durable in the one that was there.</summary>
    public static string Create(string folder)
    {
        folder = Path.GetFullPath(folder);
        var missing = new Stack<string>();
        for (var at = folder; at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
            missing.Push(at);
        Directory.CreateDirectory(folder);
        foreach (var made in missing)
            SyncNames(Path.GetDirectoryName(made)!);
        return folder;
    }

    /// <summary>Makes the names that stand in a folder durable. Where folders cannot be synced (Windows), the system
    /// does it by itself.</summary>
    public static void SyncNames(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open(folder, ToRead);
        if (handle < 0)
            throw new IOException($"{folder} cannot be synced: error {Marshal.GetLastPInvokeError()}.");
        var code = Flush(handle);
        var error = Marshal.GetLastPInvokeError();
        Close(handle);
        if (code != 0)
            throw new IOException($"{folder} was not synced: error {error}. Check the disk.");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Flush(int handle);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int handle);
}
