using System.IO.Compression;
using Lading.Optimization.Routing;
using Lading.Optimization.Routing.Formats;

namespace Lading.Algorithms.Tests.Routing;

/// <summary>Benchmark files from LADING_DATA_SETS or the nearest shared/data above; tests that need them are skipped
/// by name where they are absent.</summary>
internal static class BenchmarkData
{
    private static ZipArchive Open()
    {
        string? folder = Folder();
        string file = Path.Combine(folder ?? "", "vrp", "vrp-dev.zip");
        Assert.SkipUnless(folder is not null && File.Exists(file), "no routing data sets: set LADING_DATA_SETS");
        return ZipFile.OpenRead(file);
    }

    public static string[] Names()
    {
        using var zip = Open();
        return [.. zip.Entries.Select(e => e.FullName)];
    }

    public static string Text(string name)
    {
        using var zip = Open();
        var entry = zip.GetEntry(name);
        Assert.SkipUnless(entry is not null, $"the data sets have no {name}");
        using var reader = new StreamReader(entry!.Open());
        return reader.ReadToEnd();
    }

    public static RoutingProblem Problem(string name, DistanceRounding rounding)
    {
        RoutingFiles.TryRead(Text(name), rounding, out var problem, out var refusal).ShouldBeTrue($"{refusal}");
        return problem!;
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("LADING_DATA_SETS") is { Length: > 0 } named)
        {
            return named;
        }
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string here = Path.Combine(at.FullName, "shared", "data");
            if (Directory.Exists(here))
            {
                return here;
            }
        }
        return null;
    }
}
