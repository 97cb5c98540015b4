namespace Lading.Log.Postgres;

/// <summary>
/// The streams a batch is about to touch, read in two round trips instead of three per stream. Holds for the batch that
/// read them.
/// </summary>
internal sealed class PostgresExpected
{
    private const int MaxFacts = 20_000;
    private readonly Dictionary<string, StoredStream?> streams = new(StringComparer.Ordinal);
    private readonly Dictionary<long, StoredSnapshot?> snapshots = [];
    private readonly Dictionary<long, List<StoredFact>> facts = [];

    public void Clear()
    {
        streams.Clear();
        snapshots.Clear();
        facts.Clear();
    }

    public bool TryFind(string name, out StoredStream? found) => streams.TryGetValue(name, out found);

    public bool TrySnapshot(long stream, out StoredSnapshot? snapshot) => snapshots.TryGetValue(stream, out snapshot);

    /// <summary>
    /// A stream's facts after the version its snapshot stands for, or null when another version is asked for.
    /// </summary>
    public IReadOnlyList<StoredFact>? TryFacts(long stream, long afterVersion) =>
        snapshots.TryGetValue(stream, out var snapshot) && (snapshot?.Version ?? 0) == afterVersion
            ? facts.GetValueOrDefault(stream)
            : null;

    public void Load(PostgresTransaction from, IEnumerable<string> names)
    {
        foreach (var name in names)
            streams.TryAdd(name, null);
        if (streams.Count < 2)
        {
            Clear();
            return;
        }

        var found = from.Query(
            """
            select s.name, s.id, e.version, n.version, n.shape, n.state
            from unnest($1::text[]) as w (name)
            cross join lateral (select * from lading.stream s where s.name = w.name collate "C" limit 1) s
            cross join lateral (select version from lading.event e where e.stream = s.id order by e.stream desc,
                e.version desc limit 1) e
            left join lateral (select * from lading.snapshot n where n.stream = s.id limit 1) n on true
            """,
            r =>
                (
                    Name: r.GetString(0),
                    Stream: new StoredStream(r.GetInt64(1), r.GetInt64(2)),
                    Snapshot: r.IsDBNull(3)
                        ? null
                        : new StoredSnapshot(r.GetInt64(1), r.GetInt64(3), r.GetInt32(4), r.GetFieldValue<byte[]>(5))
                ),
            PostgresValue.Of(streams.Keys.ToArray())
        );
        foreach (var (name, stream, snapshot) in found)
            (streams[name], snapshots[stream.Id]) = (stream, snapshot);
        if (found.Count > 0)
            LoadFacts(from);
    }

    private void LoadFacts(PostgresTransaction from)
    {
        var ids = snapshots.Keys.ToArray();
        var read = from.Query(
            PostgresFacts.OfStreams,
            PostgresFacts.Read,
            PostgresValue.Of(ids),
            PostgresValue.Of(ids.Select(id => snapshots[id]?.Version ?? 0).ToArray()),
            PostgresValue.Of((long)MaxFacts)
        );
        if (read.Count == MaxFacts)
            return; // long streams: each is read when it is asked for
        foreach (var id in ids)
            facts[id] = [];
        foreach (var fact in read)
            facts[fact.StreamId].Add(fact);
    }
}
