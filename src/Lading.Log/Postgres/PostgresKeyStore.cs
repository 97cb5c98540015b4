namespace Lading.Log.Postgres;

/// <summary>
/// Subjects' wrapped keys in PostgreSQL, under the same row-level security as the log. Back the table up apart from the
/// rest, or not at all:
/// a restored key would bring an erased person back.
/// </summary>
public sealed class PostgresKeyStore(PostgresSession session) : IKeyStore
{
    /// <inheritdoc />
    public StoredKey? Find(string subject)
    {
        using var transaction = session.Begin();
        return transaction
            .Query(
                "select id, wrapped from lading.subject_key where subject = $1",
                r => new StoredKey(subject, r.GetFieldValue<byte[]>(0), r.GetFieldValue<byte[]>(1)),
                PostgresValue.Of(subject)
            )
            .FirstOrDefault();
    }

    /// <inheritdoc />
    public void Add(IReadOnlyList<StoredKey> keys, byte[]? ring)
    {
        using var transaction = Begin(alone: ring is null);
        if (ring is not null && !Ring(transaction).AsSpan().SequenceEqual(ring))
            throw KeyRing.WasRewrapped();
        Insert(transaction, keys);
        transaction.Commit();
    }

    /// <inheritdoc />
    public int Rewrap(Func<StoredKey, StoredKey> each)
    {
        using var transaction = Begin(alone: true);
        var keys = transaction.Query(
            "select subject, id, wrapped from lading.subject_key",
            r => each(new StoredKey(r.GetString(0), r.GetFieldValue<byte[]>(1), r.GetFieldValue<byte[]>(2)))
        );
        transaction.Add("delete from lading.subject_key");
        Insert(transaction, keys);
        transaction.Commit();
        return keys.Count;
    }

    /// <inheritdoc />
    public bool Destroy(string subject)
    {
        using var transaction = Begin(alone: false);
        var there = transaction.Query(
            "select 1 from lading.subject_key where subject = $1",
            r => r.GetInt32(0),
            PostgresValue.Of(subject)
        );
        transaction.Add("delete from lading.subject_key where subject = $1", PostgresValue.Of(subject));
        transaction.Commit();
        return there.Count > 0;
    }

    /// <summary>No key is made or destroyed while all are wrapped anew: that one would stand as it was.</summary>
    private PostgresTransaction Begin(bool alone)
    {
        var transaction = session.Begin();
        transaction.Add(
            $"select pg_advisory_xact_lock{(alone ? "" : "_shared")}(hashtextextended('lading.keys ' || $1, 0))",
            PostgresValue.Of(session.Tenant.ToString())
        );
        return transaction;
    }

    private static byte[] Ring(PostgresTransaction transaction) =>
        transaction
            .Query("select id from lading.subject_key where subject = ''", r => r.GetFieldValue<byte[]>(0))
            .FirstOrDefault([]);

    private void Insert(PostgresTransaction transaction, IEnumerable<StoredKey> keys)
    {
        foreach (var key in keys)
            transaction.Add(
                "insert into lading.subject_key (tenant, subject, id, wrapped) values ($1, $2, $3, $4)",
                PostgresValue.Of(session.Tenant.Value),
                PostgresValue.Of(key.Subject),
                PostgresValue.Of(key.Id),
                PostgresValue.Of(key.Wrapped)
            );
    }

    /// <inheritdoc />
    public void Dispose() { }
}
