using System.IO.Compression;
using System.Text;

namespace Lading.Server.Tests;

/// <summary>Where the data sets are.</summary>
internal static class Places
{
    /// <summary>A data set beside the repository, or where LADING_DATA_SETS says; null when it is not here.</summary>
    public static string? DataSet(string name)
    {
        if (Environment.GetEnvironmentVariable("LADING_DATA_SETS") is { Length: > 0 } named)
            return File.Exists(Path.Combine(named, name)) ? Path.Combine(named, name) : null;
        for (var folder = new DirectoryInfo(Repository.Root); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "shared", "data", name) is var path && File.Exists(path))
                return path;
        return null;
    }

    /// <summary>The same, or a skip that names what is missing.</summary>
    public static string NeedDataSet(string name)
    {
        var path = DataSet(name);
        Assert.SkipWhen(path is null, $"The data set {name} is not here; LADING_DATA_SETS names its folder.");
        return path!;
    }
}

/// <summary>A folder that goes away with the test.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lading-test").FullName;

    public string File(string name, string text) => File(name, new UTF8Encoding(false).GetBytes(text));

    public string File(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    public static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
