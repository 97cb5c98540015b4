using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>A tenant's row of <c>head</c>: read under the lock at the start of a batch, written with it.</summary>
/// <param name="Position">The last position.</param>
/// <param name="Hash">Its fact's hash.</param>
/// <param name="Batch">Moves with every commit, also of one without facts: whether another node did anything.</param>
/// <param name="Streams">The last stream id given.</param>
/// <param name="Projections">Moves with every change of the inline registry.</param>
internal readonly record struct PostgresHead(long Position, byte[] Hash, long Batch, long Streams, long Projections)
{
    public const string Select = "select position, hash, batch, streams, projections from lading.head";

    private const string Upsert = """
        insert into lading.head (tenant, position, hash, batch, streams, projections) values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant) do update set position = excluded.position, hash = excluded.hash, batch = excluded.batch,
            streams = excluded.streams, projections = excluded.projections
        """;

    public static PostgresHead None => new(0, LogHead.Empty.Hash, 0, 0, 0);

    public static PostgresHead Read(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));

    public void Write(PostgresTransaction to) =>
        to.Add(
            Upsert,
            PostgresValue.Of(to.Tenant.Value),
            PostgresValue.Of(Position),
            PostgresValue.Of(Hash),
            PostgresValue.Of(Batch),
            PostgresValue.Of(Streams),
            PostgresValue.Of(Projections)
        );
}
