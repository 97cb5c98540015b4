using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;
using Lading.Log.Sqlite;
using Lading.Platform.Tenancy;

namespace Lading.Server.Backups;

/// <summary>
/// Makes a data folder or a database from a backup. Every file is compared with the backup's list and every log
/// verified up to the head noted there; only then does the folder get its name.
/// </summary>
public static class Restore
{
    /// <summary>Restores into a folder that is empty or not there.</summary>
    /// <exception cref="DataFolderFault">It is not empty, or the backup is not what was written.</exception>
    /// <exception cref="StoreFault">A log or file in it is not whole.</exception>
    public static BackupManifest Into(string data, string from, string? keys)
    {
        data = Path.TrimEndingDirectorySeparator(Path.GetFullPath(data));
        if (File.Exists(data) || (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any()))
            throw new DataFolderFault($"{data} is not empty: a restore never overwrites. Name another with --data.");
        var manifest = Open(from, keys, "sqlite");
        var parent = DurableFiles.Create(Path.GetDirectoryName(data)!);
        var building = Path.Combine(parent, $"{Path.GetFileName(data)}.restoring-{Guid.NewGuid():n}");
        BackupFolder.Create(building);
        try
        {
            foreach (var file in manifest.Files)
                Copy(from, building, file.Path);
            if (keys is not null)
                foreach (var file in BackupFolder.Open(keys, "keys").Files)
                    Copy(keys, building, file.Path);
            foreach (var file in Directory.EnumerateFiles(building, "*.db", SearchOption.AllDirectories))
                SqliteCopy.Check(file);
            foreach (var tenant in manifest.Tenants)
                Same(tenant, Backup.Head(new TenantId(tenant.Id), tenant.Slug, Log(building, tenant.Slug)));
            DurableFiles.Sync(building);
            if (Directory.Exists(data))
                Directory.Delete(data);
            Directory.Move(building, data);
            DurableFiles.SyncNames(parent);
            return manifest;
        }
        catch
        {
            Directory.Delete(building, recursive: true);
            throw;
        }
    }

    /// <summary>Restores into a database of the server an administrator's connection leads to: made when it is not
    /// there, refused when it has tenants. Answers how the app connects.</summary>
    public static async Task<(BackupManifest Manifest, string App)> IntoDatabase(
        string admin,
        string database,
        string from,
        string? keys,
        CancellationToken stop
    )
    {
        var manifest = Open(from, keys, "postgres");
        var app = await PostgresDatabase.Init(admin, database);
        var there = new Npgsql.NpgsqlConnectionStringBuilder(admin) { Database = database, Pooling = false };
        await PostgresCopy.Read(there.ConnectionString, from, keys, stop);
        there.Options = $"-c role={database}_app"; // sees one tenant at a time, as the app will
        await using var source = Npgsql.NpgsqlDataSource.Create(there);
        foreach (var tenant in manifest.Tenants.Where(t => t.Head is not null))
        {
            var id = new TenantId(tenant.Id);
            using var facts = new PostgresRawFacts(source, id);
            Same(tenant, Backup.Head(tenant.Slug, await Task.Run(() => AuditVerifier.Verify(id, facts), stop)));
        }

        return (manifest, app);
    }

    private static BackupManifest Open(string from, string? keys, string store)
    {
        var manifest = BackupFolder.Open(from, "data");
        if (manifest.Store != store)
            throw new DataFolderFault(
                $"{from} is of {manifest.Store}: restore it "
                    + (store == "sqlite" ? "with --postgres." : "into a data folder, without --postgres.")
            );
        if (keys is not null && BackupFolder.Open(keys, "keys") is var apart && apart.Made < manifest.Made)
            throw new DataFolderFault(
                $"The keys in {keys} are older than the data: what was sealed since would read as erased. Give the "
                    + "keys that were kept with this backup, or newer ones."
            );
        return manifest;
    }

    private static void Same(BackupTenant tenant, string? head)
    {
        if (tenant.Head != head)
            throw new StoreFault(
                $"The log of {tenant.Slug} ends at {head ?? "nothing"}, and ended at {tenant.Head ?? "nothing"} when "
                    + "the backup was made. Take another backup."
            );
    }

    private static string Log(string data, string slug) => Path.Combine(data, "tenants", slug, "log.db");

    private static void Copy(string from, string to, string path)
    {
        var target = Path.Combine(to, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(from, path), target);
    }
}
