using Lading.Kernel;
using Lading.Log;
using Lading.Log.Postgres;
using Lading.Log.Sqlite;
using Lading.Platform.Audit;
using Lading.Platform.SignIn;
using Lading.Platform.Tenancy;

namespace Lading.Server.Backups;

/// <summary>
/// Copies everything that cannot be derived, while everybody works: who there is, every tenant's log, and, apart, the
/// keys that open personal values. Each SQLite file is as of one moment, and a log is verified in its copy before the
/// backup counts as made; on PostgreSQL everything is of one snapshot, and verified when it is restored.
/// </summary>
public static class Backup
{
    /// <summary>Makes a backup in a new folder; the keys go into another, or nowhere.</summary>
    /// <exception cref="DataFolderFault">A folder cannot take it.</exception>
    /// <exception cref="StoreFault">Something cannot be read, or a log is not whole.</exception>
    public static async Task<BackupManifest> Make(LadingHost host, string to, string? keys, CancellationToken stop)
    {
        to = BackupFolder.Create(to);
        var apart = keys is null ? null : BackupFolder.Create(keys);
        return host.Database is { } database
            ? await OfDatabase(host, database, to, apart, stop)
            : OfFolder(host, to, apart, stop);
    }

    private static BackupManifest OfFolder(LadingHost host, string to, string? keys, CancellationToken stop)
    {
        var data = host.Data!;
        SqliteCopy.Make(Path.Combine(data, "system.db"), Path.Combine(to, "system.db"));
        File.Copy(Path.Combine(data, "format"), Path.Combine(to, "format"));
        IReadOnlyList<Tenant> tenants;
        using (var system = new SqliteSystemStore(Path.Combine(to, "system.db")))
            tenants = system.Tenants();
        SqliteCopy.Check(Path.Combine(to, "system.db"));
        var heads = new List<BackupTenant>();
        foreach (var tenant in tenants)
        {
            stop.ThrowIfCancellationRequested();
            var copy = Path.Combine(to, "tenants", tenant.Slug);
            foreach (
                var file in Files(data, tenant.Slug).Where(f => Path.GetFileName(f) is not ("keys.db" or "read.db"))
            )
                SqliteCopy.Make(file, Path.Combine(Directory.CreateDirectory(copy).FullName, Path.GetFileName(file)));
            heads.Add(
                new BackupTenant(
                    tenant.Id.Value,
                    tenant.Slug,
                    Head(tenant.Id, tenant.Slug, Path.Combine(copy, "log.db"))
                )
            );
        }

        var now = host.Clock.GetUtcNow().UtcDateTime;
        var manifest = BackupFolder.Seal(to, "data", "sqlite", now, heads);
        if (keys is null)
            return manifest;
        // After the logs: a key is on disk before the first fact sealed under it, so none that they need is missing.
        foreach (var tenant in tenants)
        foreach (var file in Files(data, tenant.Slug).Where(f => Path.GetFileName(f) == "keys.db"))
        {
            var folder = Directory.CreateDirectory(Path.Combine(keys, "tenants", tenant.Slug)).FullName;
            SqliteCopy.Make(file, Path.Combine(folder, "keys.db"));
        }

        SqliteCopy.Make(Path.Combine(data, "keys.db"), Path.Combine(keys, "keys.db"));
        if (File.Exists(Path.Combine(data, "master.key")))
            DataFolder.WriteSecret(
                Path.Combine(keys, "master.key"),
                File.ReadAllText(Path.Combine(data, "master.key")).Trim()
            );
        BackupFolder.Seal(keys, "keys", "sqlite", now, heads);
        return manifest;
    }

    /// <summary>A tenant's databases, those of other versions and of modules to come included.</summary>
    private static IEnumerable<string> Files(string data, string slug)
    {
        var folder = Path.Combine(data, "tenants", slug);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.db").Order(StringComparer.Ordinal) : [];
    }

    /// <summary>Verifies the copy of a log and answers where it ends.</summary>
    internal static string? Head(TenantId tenant, string slug, string log)
    {
        if (!File.Exists(log))
            return null;
        using var facts = new SqliteRawFacts(log);
        return Head(slug, AuditVerifier.Verify(tenant, facts));
    }

    internal static string Head(string slug, AuditReport report) =>
        report.Whole
            ? AuditRoutes.Text(report.Head)
            : throw new StoreFault($"The log of {slug} is not whole: position {report.BadPosition}: {report.Problem}");

    private static async Task<BackupManifest> OfDatabase(
        LadingHost host,
        Npgsql.NpgsqlDataSource database,
        string to,
        string? keys,
        CancellationToken stop
    )
    {
        var tenants = host.Tenants.Tenants.Select(t => (t.Id, t.Slug)).ToList();
        var audits = tenants.Select(t => (AuditTrail.IdOf(t.Id), Path.Combine(t.Slug, "audit")));
        var heads = await PostgresCopy.WriteData(database, [.. tenants, .. audits], to, stop);
        var listed = tenants
            .Select(t => new BackupTenant(
                t.Id.Value,
                t.Slug,
                heads.TryGetValue(t.Id, out var h) ? AuditRoutes.Text(h) : null
            ))
            .ToList();
        var now = host.Clock.GetUtcNow().UtcDateTime;
        var manifest = BackupFolder.Seal(to, "data", "postgres", now, listed);
        if (keys is null)
            return manifest;
        var scopes = tenants.Select(t => (t.Id, Path.Combine("tenants", t.Slug))).Append((SystemSeal.Scope, "system"));
        await PostgresCopy.WriteKeys(database, [.. scopes], keys, stop);
        BackupFolder.Seal(keys, "keys", "postgres", now, listed);
        return manifest;
    }
}
