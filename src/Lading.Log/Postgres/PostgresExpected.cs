namespace Lading.Log.Postgres;

/// <summary>
/// The streams a batch is about to touch, read in two round trips instead of three per stream. Holds for the batch that read them.
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

    /// <summary>A stream's facts after the version its snapshot stands for, or null when another version is asked for.</summary>
    public IReadOnlyList<StoredFact>? TryFacts(long stream, long afterVersion) =>
        snapshots.TryGetValue(stream, out var snapshot) && (snapshot?.Version ?? 0) == afterVersion ? facts.GetValueOrDefault(stream) : null;

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
            select s.name, s.id, (select max(version) from lading.event e where e.tenant = s.tenant and e.stream = s.id), n.version, n.shape, n.state
            from lading.stream s left join lading.snapshot n on n.tenant = s.tenant and n.stream = s.id where s.name = any($1)
            """,
            r => (
                Name: r.GetString(0),
                Stream: new StoredStream(r.GetInt64(1), r.GetInt64(2)),
                Snapshot: r.IsDBNull(3) ? null : new StoredSnapshot(r.GetInt64(1), r.GetInt64(3), r.GetInt32(4), r.GetFieldValue<byte[]>(5))
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
            PostgresValue.Of(ids), PostgresValue.Of(ids.Select(id => snapshots[id]?.Version ?? 0).ToArray()), PostgresValue.Of((long)MaxFacts)
        );
        if (read.Count == MaxFacts)
            return; // long streams: each is read when it is asked for
        foreach (var id in ids)
            facts[id] = [];
        foreach (var fact in read)
            facts[fact.StreamId].Add(fact);
    }
}
