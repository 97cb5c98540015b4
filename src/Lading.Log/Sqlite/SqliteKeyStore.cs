namespace Lading.Log.Sqlite;

/// <summary>
/// Data keys in a file of their own, backed up apart from the log. <c>secure_delete</c> overwrites what is deleted, and
/// after an erasure the
/// WAL is emptied: no file of the folder holds the key any more.
/// </summary>
public sealed class SqliteKeyStore : IKeyStore
{
    private readonly SqliteDb db;

    /// <summary>Opens or creates the file.</summary>
    public SqliteKeyStore(string path)
    {
        db = SqliteDb.OpenWriter(path, full: true);
        try
        {
            db.Execute("pragma secure_delete=on");
            if (db.Scalar("pragma secure_delete", r => r.Integer(0)) != 1)
                throw new StoreFault($"{path} cannot overwrite deleted keys.");
            db.Execute(
                "create table if not exists key (subject text primary key, id blob not null, wrapped blob not null) "
                    + "strict, without rowid"
            );
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public StoredKey? Find(string subject)
    {
        var read = db.Prepare("select id, wrapped from key where subject = ?1");
        var found = read.Bind(1, subject).Step() ? new StoredKey(subject, read.Bytes(0)!, read.Bytes(1)!) : null;
        read.Reset();
        return found;
    }

    /// <inheritdoc />
    public void Add(IReadOnlyList<StoredKey> keys, byte[]? ring) =>
        InTransaction(() =>
        {
            if (ring is not null && !(Find("")?.Id.AsSpan().SequenceEqual(ring) ?? false))
                throw KeyRing.WasRewrapped();
            Insert(keys);
        });

    /// <inheritdoc />
    public int Rewrap(Func<StoredKey, StoredKey> each)
    {
        var keys = new List<StoredKey>();
        InTransaction(() =>
        {
            var read = db.Prepare("select subject, id, wrapped from key");
            while (read.Step())
                keys.Add(new StoredKey(read.Text(0)!, read.Bytes(1)!, read.Bytes(2)!));
            read.Reset();
            db.Execute("delete from key");
            Insert([.. keys.Select(each)]);
        });
        return db.Checkpoint()
            ? keys.Count
            : throw new StoreFault(
                $"{db.Path} is rewrapped, but {System.IO.Path.GetFileName(db.Path)}-wal still holds it as it was: "
                    + "close other readers of the file and do it again."
            );
    }

    private void Insert(IReadOnlyList<StoredKey> keys)
    {
        var insert = db.Prepare("insert into key values (?1, ?2, ?3)");
        foreach (var key in keys)
            insert.Bind(1, key.Subject).Bind(2, key.Id.AsSpan()).Bind(3, key.Wrapped.AsSpan()).Run();
    }

    /// <inheritdoc />
    public bool Destroy(string subject)
    {
        var there = Find(subject) is not null;
        InTransaction(() => db.Prepare("delete from key where subject = ?1").Bind(1, subject).Run());
        if (!db.Checkpoint())
            throw new StoreFault(
                $"The key of {subject} is deleted, but {System.IO.Path.GetFileName(db.Path)}-wal still holds it: close "
                    + $"other readers of the file and erase again."
            );
        return there;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        db.Checkpoint();
        db.Dispose();
    }

    private void InTransaction(Action write)
    {
        db.Execute("begin immediate");
        try
        {
            write();
            db.Execute("commit");
        }
        catch
        {
            if (db.InTransaction)
                db.Execute("rollback");
            throw;
        }
    }
}
