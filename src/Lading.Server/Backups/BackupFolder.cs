using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lading.Platform.Tenancy;

namespace Lading.Server.Backups;

/// <summary>A file of a backup, by its path in it.</summary>
public sealed record BackupFile(string Path, long Bytes, string Sha256);

/// <summary>A tenant in a backup and where its log ends there.</summary>
/// <param name="Head"><c>POSITION:HASH</c>; null when it has no log yet.</param>
public sealed record BackupTenant(Guid Id, string Slug, string? Head);

/// <summary>What a backup holds: its <c>backup.json</c>.</summary>
/// <param name="Kind"><c>data</c>, or <c>keys</c> for what is kept apart from it.</param>
/// <param name="Store"><c>sqlite</c> or <c>postgres</c>.</param>
public sealed record BackupManifest(
    int Format,
    string Kind,
    string Store,
    DateTime Made,
    IReadOnlyList<BackupTenant> Tenants,
    IReadOnlyList<BackupFile> Files
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(BackupRequest))]
[JsonSerializable(typeof(BackupMade))]
internal sealed partial class BackupJson : JsonSerializerContext;

/// <summary>
/// A folder that is being filled or read as a backup. Its manifest is written last and synced: a folder without one is
/// no backup.
/// </summary>
internal static class BackupFolder
{
    public const string Manifest = "backup.json";
    public const int Format = 1;

    /// <summary>Makes the folder, readable by its owner alone.</summary>
    /// <exception cref="DataFolderFault">Something stands there already.</exception>
    public static string Create(string path)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new DataFolderFault($"{path} is not empty: a backup goes into a new folder. Name another.");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>Hashes what stands in the folder, writes the manifest and syncs everything.</summary>
    public static BackupManifest Seal(string path, string kind, string store, DateTime at, List<BackupTenant> tenants)
    {
        var files = Directory
            .EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(f => Describe(path, f))
            .ToList();
        var manifest = new BackupManifest(Format, kind, store, at, tenants, files);
        var json = Path.Combine(path, Manifest);
        File.WriteAllBytes(json, JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest));
        DurableFiles.Sync(path);
        return manifest;
    }

    /// <summary>Reads a manifest and compares every file with it.</summary>
    /// <exception cref="DataFolderFault">It is no backup, of a newer program, or not what was written.</exception>
    public static BackupManifest Open(string path, string kind)
    {
        var json = Path.Combine(path, Manifest);
        if (!File.Exists(json))
            throw new DataFolderFault($"{path} is no backup, or one that was never finished: it has no {Manifest}.");
        BackupManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(File.ReadAllBytes(json), BackupJson.Default.BackupManifest)!;
        }
        catch (JsonException unreadable)
        {
            throw new DataFolderFault($"{json} cannot be read: {unreadable.Message}", unreadable);
        }

        if (manifest.Format > Format)
            throw new DataFolderFault($"{path} was written by a newer program: restore it with that one.");
        if (manifest.Kind != kind)
            throw new DataFolderFault($"{path} holds {manifest.Kind}, not {kind}: give each with its own option.");
        foreach (var file in manifest.Files)
            if (!Inside(path, file.Path) || !File.Exists(Path.Combine(path, file.Path)))
                throw new DataFolderFault($"{path} lacks {file.Path}: take another backup.");
            else if (Describe(path, Path.Combine(path, file.Path)) != file)
                throw new DataFolderFault($"{file.Path} in {path} is not as it was written: take another backup.");
        return manifest;
    }

    private static bool Inside(string root, string file) =>
        Path.GetFullPath(Path.Combine(root, file))
            .StartsWith(Path.GetFullPath(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static BackupFile Describe(string root, string file)
    {
        using var bytes = File.OpenRead(file);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return new BackupFile(Path.GetRelativePath(root, file).Replace('\\', '/'), bytes.Length, hash);
    }
}
