namespace Lading.Faults;

/// <summary>The tree this program was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "global.json")))
            folder = Path.GetDirectoryName(folder) ?? throw new MissingHere("the source tree");
        return folder;
    }
}
