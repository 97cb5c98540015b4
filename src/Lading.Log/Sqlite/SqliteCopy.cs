using SQLitePCL;

namespace Lading.Log.Sqlite;

/// <summary>
/// Copies a SQLite file as of one moment while its writer goes on: in one read transaction, so the writer never waits;
/// only its WAL grows until the copy is done.
/// </summary>
public static class SqliteCopy
{
    /// <summary>Copies into a new file; on return the copy is on disk and SQLite finds it whole.</summary>
    /// <param name="source">The file, in use or not.</param>
    /// <param name="target">A path where nothing is.</param>
    /// <exception cref="StoreFault">It cannot be read or written, or is damaged.</exception>
    public static void Make(string source, string target)
    {
        if (File.Exists(target))
            throw new StoreFault($"{target} is there already: a copy never overwrites.");
        using (var from = SqliteDb.OpenReader(source))
        using (var to = SqliteDb.OpenPlain(target))
            to.CopyOf(from);
        Check(target);
    }

    /// <summary>Whether SQLite finds every page and index of a file that nobody uses whole. It is one file
    /// afterwards, without a WAL beside it.</summary>
    /// <exception cref="StoreFault">It does not.</exception>
    public static void Check(string path)
    {
        using var db = SqliteDb.OpenPlain(path);
        db.Execute("pragma journal_mode=delete");
        if (db.Scalar("pragma integrity_check(1)", r => r.Text(0)) is not "ok" and var damage)
            throw new StoreFault($"{path} is damaged: {damage}");
    }

    private static void CopyOf(this SqliteDb to, SqliteDb from)
    {
        var backup = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main");
        to.Check(backup.IsInvalid ? raw.sqlite3_errcode(to.Handle) : raw.SQLITE_OK, "The copy cannot begin.");
        var step = raw.sqlite3_backup_step(backup, -1);
        var end = raw.sqlite3_backup_finish(backup);
        to.Check(step is raw.SQLITE_DONE ? end : step, $"{from.Path} cannot be copied to {to.Path}.");
    }
}
