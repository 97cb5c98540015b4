using System.Runtime.InteropServices;

namespace Lading.Faults.Disk;

/// <summary>The library in a process that was started with it: makes one call to the disk fail.</summary>
internal static class FaultyDisk
{
    private const int Io = 5;
    private const int NoSpace = 28;
    private const int Write = 1;
    private const int Sync = 2;
    private const int Cut = 4;
    private const int LogOnly = 8;

    /// <summary>The library is loaded already, by the name under which the process was started with it.</summary>
    static FaultyDisk() =>
        NativeLibrary.SetDllImportResolver(
            typeof(FaultyDisk).Assembly,
            (name, _, _) =>
                name == "disk.so" ? NativeLibrary.Load(Environment.GetEnvironmentVariable("LD_PRELOAD")!) : 0
        );

    public static IReadOnlyList<Kind> Kinds { get; } =
    [
        new("write-eio", Write, Io, 0),
        new("write-enospc", Write, NoSpace, 0),
        new("write-short", Write, NoSpace, 1),
        new("sync-eio", Sync, Io, 0),
        new("sync-enospc", Sync, NoSpace, 0),
        new("cut-eio", Cut, Io, 0),
        new("cut-enospc", Cut, NoSpace, 0),
    ];

    /// <summary>Calls of the kind since it was asked for.</summary>
    public static long Seen => CallsSeen();

    /// <summary>Syncs of the log's WAL that failed since then.</summary>
    public static int SyncsFailed => FailedSyncs();

    /// <summary>Writes to the log after such a sync.</summary>
    public static int WritesAfter => WritesAfterThat();

    /// <summary>Nothing fails any more.</summary>
    public static void Heal() => Fail(0, -1, 0, 0);

    /// <summary>A way for a call to fail.</summary>
    internal sealed record Kind(string Name, int Calls, int Error, int IsShort)
    {
        /// <summary>The nth such call from now on fails.</summary>
        public void Strike(long nth) => Fail(Calls, nth, Error, IsShort);

        /// <summary>The same for a call that concerns a log or its WAL; others are not counted.</summary>
        public void StrikeLog(long nth) => Fail(Calls | LogOnly, nth, Error, IsShort);
    }

    [DllImport("disk.so", EntryPoint = "disk_fail")]
    private static extern void Fail(int kinds, long nth, int error, int isShort);

    [DllImport("disk.so", EntryPoint = "disk_seen")]
    private static extern long CallsSeen();

    [DllImport("disk.so", EntryPoint = "disk_syncs_failed")]
    private static extern int FailedSyncs();

    [DllImport("disk.so", EntryPoint = "disk_writes_after_failed_sync")]
    private static extern int WritesAfterThat();
}
