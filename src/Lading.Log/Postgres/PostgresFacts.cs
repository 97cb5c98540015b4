using System.Buffers.Binary;
using Lading.Kernel;
using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>
/// Facts and streams as columns: how they are read and how a batch of them is written in one statement each.
/// </summary>
internal static class PostgresFacts
{
    private const string Columns =
        "e.position, e.stream, s.name, e.version, e.type, e.happened, e.recorded, e.actor, e.command, e.correlation, "
        + "e.causation, e.body, e.hash";

    /// <summary>The name is looked up per fact: a plan that begins with the streams would read the whole log.</summary>
    private const string Name =
        "cross join lateral (select s.name from lading.stream s where s.id = e.stream limit 1) s";

    public const string After =
        $"select {Columns} from (select * from lading.event where position > $1 order by tenant, position limit $2) e "
        + $"{Name} order by e.position";

    public const string OfStream = $"""
        select {Columns} from (select * from lading.event where stream = $1 and version > $2 order by tenant, stream,
            version limit $3) e {Name}
        order by e.version
        """;

    public const string OfNamed = $"""
        select {Columns} from (select id, name from lading.stream where name = $1 limit 1) s
        cross join lateral (select * from lading.event where stream = s.id and version > $2 order by tenant, stream,
            version limit $3) e order by e.version
        """;

    public const string VersionOfNamed = """
        select e.version from (select id from lading.stream where name = $1 limit 1) s
        cross join lateral (select version from lading.event where stream = s.id order by tenant desc, stream desc,
            version desc limit 1) e
        """;

    public const string OfStreams = $"""
        select {Columns} from unnest($1::bigint[], $2::bigint[]) as w (stream, after)
        cross join lateral (select * from lading.event where stream = w.stream and version > w.after order by tenant,
            stream, version limit $3) e
        {Name} order by e.stream, e.version limit $3
        """;

    private const string InsertStreams =
        "insert into lading.stream (tenant, id, name) select $1, u.* from unnest($2::bigint[], $3::text[]) as u";

    private const string InsertFacts = """
        insert into lading.event (tenant, position, stream, version, type, happened, recorded, actor, command,
            correlation, causation, body, hash)
        select $1, u.* from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[],
            $8::text[], $9::uuid[],
            $10::text[], $11::bigint[], $12::bytea[], $13::bytea[]) as u
        """;

    public static StoredFact Read(NpgsqlDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetInt64(1),
            row.GetString(2),
            row.GetInt64(3),
            row.GetString(4),
            new DateTime(row.GetInt64(5), DateTimeKind.Utc),
            new DateTime(row.GetInt64(6), DateTimeKind.Utc),
            row.GetString(7),
            new CommandId(Number(row.GetGuid(8))),
            row.IsDBNull(9) ? null : row.GetString(9),
            row.GetInt64(10),
            row.GetFieldValue<byte[]>(11),
            row.GetFieldValue<byte[]>(12)
        );

    public static void Write(PostgresTransaction to, List<(long Id, string Name)> streams)
    {
        if (streams.Count == 0)
            return;
        var (ids, names) = (new long[streams.Count], new string?[streams.Count]);
        for (var i = 0; i < streams.Count; i++)
            (ids[i], names[i]) = streams[i];
        to.Add(InsertStreams, PostgresValue.Of(to.Tenant.Value), PostgresValue.Of(ids), PostgresValue.Of(names));
    }

    public static void Write(PostgresTransaction to, List<StoredFact> facts)
    {
        if (facts.Count == 0)
            return;
        var count = facts.Count;
        var (positions, streams, versions) = (new long[count], new long[count], new long[count]);
        var (happened, recorded, causations) = (new long[count], new long[count], new long[count]);
        var (types, actors, correlations) = (new string?[count], new string?[count], new string?[count]);
        var (commands, bodies, hashes) = (new Guid[count], new byte[]?[count], new byte[]?[count]);
        for (var i = 0; i < count; i++)
        {
            var fact = facts[i];
            (positions[i], streams[i], versions[i]) = (fact.Position, fact.StreamId, fact.Version);
            (happened[i], recorded[i], causations[i]) = (fact.Happened.Ticks, fact.RecordedAt.Ticks, fact.Causation);
            (types[i], actors[i], correlations[i]) = (fact.Type, fact.Actor, fact.Correlation);
            (commands[i], bodies[i], hashes[i]) = (Uuid(fact.Command.Value), fact.Body, fact.Hash);
        }

        to.Add(
            InsertFacts,
            PostgresValue.Of(to.Tenant.Value),
            PostgresValue.Of(positions),
            PostgresValue.Of(streams),
            PostgresValue.Of(versions),
            PostgresValue.Of(types),
            PostgresValue.Of(happened),
            PostgresValue.Of(recorded),
            PostgresValue.Of(actors),
            PostgresValue.Of(commands),
            PostgresValue.Of(correlations),
            PostgresValue.Of(causations),
            PostgresValue.Of(bodies),
            PostgresValue.Of(hashes)
        );
    }

    private static Guid Uuid(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new Guid(bytes, bigEndian: true);
    }

    private static UInt128 Number(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
