using Lading.Platform.Tenancy;

namespace Lading.Http.Tests.SignIn;

/// <summary>A system store of its own in a folder of its own.</summary>
public sealed class SystemFile : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lading-system").FullName;

    public SystemFile() => Store = new SqliteSystemStore(Path.Combine(folder, "system.db"));

    public SqliteSystemStore Store { get; }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
