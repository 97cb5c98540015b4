namespace Lading.Scorecards;

/// <summary>Where the benchmark data lie: LADING_DATA_SETS, or the nearest folder above named shared/data.</summary>
internal static class DataSets
{
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("LADING_DATA_SETS") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
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
