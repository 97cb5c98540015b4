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
    public void Add(IReadOnlyList<StoredKey> keys)
    {
        using var transaction = session.Begin();
        foreach (var key in keys)
            transaction.Add(
                "insert into lading.subject_key (tenant, subject, id, wrapped) values ($1, $2, $3, $4)",
                PostgresValue.Of(session.Tenant.Value),
                PostgresValue.Of(key.Subject),
                PostgresValue.Of(key.Id),
                PostgresValue.Of(key.Wrapped)
            );
        transaction.Commit();
    }

    /// <inheritdoc />
    public bool Destroy(string subject)
    {
        using var transaction = session.Begin();
        var there = transaction.Query(
            "select 1 from lading.subject_key where subject = $1",
            r => r.GetInt32(0),
            PostgresValue.Of(subject)
        );
        transaction.Add("delete from lading.subject_key where subject = $1", PostgresValue.Of(subject));
        transaction.Commit();
        return there.Count > 0;
    }

    /// <inheritdoc />
    public void Dispose() { }
}
