using System.IO.Compression;
using Lading.TimeSeries.Series;

namespace Lading.Algorithms.Tests.TimeSeries;

/// <summary>
/// The public data sets, outside the repository: LADING_DATA_SETS, or a folder shared/data beside one above the
/// tests. A test that needs one is skipped by name where it is absent.
/// </summary>
internal static class DataSets
{
    public static string Require(string relative)
    {
        var path = Root() is { } root ? Path.Combine(root, relative) : null;
        Assert.SkipUnless(path is not null && File.Exists(path), $"the data set {relative} is not here");
        return path!;
    }

    public static TextReader Open(string relative) =>
        new StreamReader(new GZipStream(File.OpenRead(Require(relative)), CompressionMode.Decompress));

    public static IReadOnlyList<NamedSeries> Series(string relative)
    {
        using var reader = Open(relative);
        return SeriesFile.Read(reader).Series;
    }

    private static string? Root()
    {
        if (Environment.GetEnvironmentVariable("LADING_DATA_SETS") is { Length: > 0 } given)
        {
            return given;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
