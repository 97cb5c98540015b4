using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace Lading.Faults.Disk;

/// <summary>One change, sync or answer, as <c>disk.c</c> recorded it; paths are relative to its folder.</summary>
internal readonly record struct DiskChange(char Kind, string Path, long Offset, ReadOnlyMemory<byte> Data)
{
    public string Text => Encoding.UTF8.GetString(Data.Span);
}

/// <summary>The library that stands between a process and its disk, and the records it wrote.</summary>
internal static class DiskRecord
{
    private static readonly Lazy<string> Built = new(Build);

    /// <summary>The built library.</summary>
    /// <exception cref="MissingHere">There is no compiler, or this is not Linux.</exception>
    public static string Library => Built.Value;

    /// <summary>Lets a process that is about to start record what it does below a folder.</summary>
    public static void Under(ProcessStartInfo start, string folder, string? log)
    {
        start.Environment["LD_PRELOAD"] = Library;
        start.Environment["LADING_DISK_DIR"] = folder;
        if (log is not null)
            start.Environment["LADING_DISK_LOG"] = log;
    }

    /// <summary>Reads a whole record; one cut short by the end of its process is left out.</summary>
    public static List<DiskChange> Read(string log, string folder)
    {
        var bytes = File.ReadAllBytes(log).AsMemory();
        var changes = new List<DiskChange>();
        for (var at = 0; at + 15 <= bytes.Length; )
        {
            var head = bytes.Span[at..];
            var length = BinaryPrimitives.ReadUInt16LittleEndian(head[1..]);
            var offset = BinaryPrimitives.ReadInt64LittleEndian(head[3..]);
            var size = BinaryPrimitives.ReadInt32LittleEndian(head[11..]);
            if (at + 15 + length + size > bytes.Length)
                break;
            var path = Encoding.UTF8.GetString(head.Slice(15, length));
            var data = bytes.Slice(at + 15 + length, size);
            if ((char)head[0] is 'R' or 'L') // the data is the new name
                data = Encoding.UTF8.GetBytes(Relative(Encoding.UTF8.GetString(data.Span), folder));
            changes.Add(new DiskChange((char)head[0], Relative(path, folder), offset, data));
            at += 15 + length + size;
        }

        return changes;
    }

    /// <summary>A path of the record without the folder's.</summary>
    private static string Relative(string path, string folder) =>
        path.StartsWith(folder + "/", StringComparison.Ordinal) ? path[(folder.Length + 1)..]
        : path == folder ? ""
        : path;

    private static string Build()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Disk", "disk.c");
        var library = Path.Combine(Directory.CreateTempSubdirectory("lading-disk-").FullName, "disk.so");
        try
        {
            string[] arguments = ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl", "-lpthread"];
            var start = new ProcessStartInfo("gcc", arguments) { RedirectStandardError = true };
            using var compiler = Process.Start(start)!;
            var said = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? library : throw new InvalidOperationException($"gcc: {said}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new MissingHere("gcc is not installed");
        }
    }
}
