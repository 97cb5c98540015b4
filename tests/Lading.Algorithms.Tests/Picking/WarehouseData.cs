using System.IO.Compression;
using System.Text;

namespace Lading.Algorithms.Tests.Picking;

/// <summary>
/// The published batching instances; a test that needs them is skipped by name where they are absent.
/// </summary>
internal static class WarehouseData
{
    private const string Archive = "order_batching-dev.zip";

    /// <summary>Opens a file of the archive (latin-1) or skips the calling test.</summary>
    public static TextReader Open(string name)
    {
        var folder = Folder();
        var path = folder is null ? null : Path.Combine(folder, "warehouse", Archive);
        Assert.SkipUnless(File.Exists(path), $"{Archive} not found: set LADING_DATA_SETS to the data folder");
        using var archive = ZipFile.OpenRead(path!);
        using var reader = new StreamReader(archive.GetEntry($"order_batching/{name}")!.Open(), Encoding.Latin1);
        return new StringReader(reader.ReadToEnd());
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("LADING_DATA_SETS") is { Length: > 0 } named)
            return named;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var data = Path.Combine(at.FullName, "shared", "data");
            if (Directory.Exists(data))
                return data;
        }
        return null;
    }
}
