using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>Reads of a tenant's log by any thread.</summary>
internal sealed class PostgresLogReader(PostgresSession session) : ILogReader
{
    public IReads Reads { get; } = new PostgresReads(session);

    public async ValueTask<IReadOnlyList<StoredFact>> ReadAfter(long position, int max, CancellationToken stop) =>
        await session.Query(
            PostgresFacts.After,
            PostgresFacts.Read,
            stop,
            PostgresValue.Of(position),
            PostgresValue.Of((long)max)
        );

    public async ValueTask<IReadOnlyList<StoredFact>> ReadStream(
        string stream,
        long afterVersion,
        int max,
        CancellationToken stop
    ) =>
        await session.Query(
            PostgresFacts.OfNamed,
            PostgresFacts.Read,
            stop,
            PostgresValue.Of(stream),
            PostgresValue.Of(afterVersion),
            PostgresValue.Of((long)max)
        );

    public async ValueTask<long> ReadVersion(string stream, CancellationToken stop) =>
        (
            await session.Query(PostgresFacts.VersionOfNamed, r => r.GetInt64(0), stop, PostgresValue.Of(stream))
        ).FirstOrDefault();

    public async ValueTask<LogHead> ReadHead(CancellationToken stop)
    {
        var head = (await session.Query(PostgresHead.Select, PostgresHead.Read, stop)).FirstOrDefault(
            PostgresHead.None
        );
        return new LogHead(head.Position, head.Hash, head.Batch);
    }

    public async ValueTask<IReadOnlyList<DueCommand>> ReadDues(DateTime until, int max, CancellationToken stop) =>
        await session.Query(
            "select stream, kind, at, payload from lading.due where at <= $1 order by at, stream, kind limit $2",
            r => new DueCommand(
                Kernel.StreamName.Parse(r.GetString(0)),
                r.GetString(1),
                new DateTime(r.GetInt64(2), DateTimeKind.Utc),
                r.GetString(3)
            ),
            stop,
            PostgresValue.Of(until.Ticks),
            PostgresValue.Of((long)max)
        );

    public async ValueTask<IReadOnlyDictionary<string, long>> ReadMarks(CancellationToken stop) =>
        (
            await session.Query(
                "select policy, position from lading.mark",
                r => (Policy: r.GetString(0), Position: r.GetInt64(1)),
                stop
            )
        ).ToDictionary(m => m.Policy, m => m.Position, StringComparer.Ordinal);
}

/// <summary>Queries of a tenant's read models.</summary>
internal sealed class PostgresReads(PostgresSession session) : IReads
{
    public ValueTask<List<T>> Query<T>(
        string sql,
        Func<IRow, T> map,
        CancellationToken stop,
        params ReadOnlySpan<Cell> parameters
    )
    {
        var values = new NpgsqlParameter[parameters.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = PostgresValue.Of(parameters[i]);
        var row = new Row();
        return session.Query(sql, reader => map(row.At(reader)), stop, values);
    }

    private sealed class Row : IRow
    {
        private NpgsqlDataReader reader = null!;

        public Row At(NpgsqlDataReader now)
        {
            reader = now;
            return this;
        }

        public long Integer(int column) => reader.IsDBNull(column) ? 0 : reader.GetFieldValue<long>(column);

        public string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

        public byte[]? Bytes(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);
    }
}
