namespace Lading.Tests;

/// <summary>The tree this program was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>A path in it.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "global.json")))
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("Run it inside the repository: no global.json above it.");
        return folder;
    }
}
