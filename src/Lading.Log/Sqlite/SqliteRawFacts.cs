namespace Lading.Log.Sqlite;

/// <summary>The stored facts of one <c>log.db</c>, read-only and undecoded, also while it is being written.</summary>
public sealed class SqliteRawFacts : IRawFacts
{
    private const int Page = 20_000;
    private readonly SqliteDb db;

    /// <summary>Opens the file read-only.</summary>
    public SqliteRawFacts(string path)
    {
        if (!File.Exists(path))
            throw new StoreFault($"There is no log at {path}.");
        db = SqliteDb.OpenReader(path);
    }

    /// <inheritdoc />
    public void Visit(RawFactVisitor visitor)
    {
        // Page by page, so that no read transaction holds up the checkpoint of a running log.
        for (long after = long.MinValue; Visit(visitor, ref after); ) { }
    }

    /// <inheritdoc />
    public IReadOnlyList<string> EmptyStreams() =>
        db.Scalar(
            "select name from stream s where not exists (select 1 from event e where e.stream = s.id) order by id "
                + "limit 1",
            r => r.Text(0)
        )
            is { } name
            ? [name]
            : [];

    /// <inheritdoc />
    public void Dispose() => db.Dispose();

    private bool Visit(RawFactVisitor visitor, ref long after)
    {
        var read = db.Prepare(
            """
            select position, stream, version, type, happened, recorded, actor, command, correlation, causation,
                body, hash
            from event where position > ?1 order by position limit ?2
            """
        );
        var name = db.Prepare("select name from stream where id = ?1");
        read.Bind(1, after).Bind(2, (long)Page);
        var seen = 0;
        try
        {
            while (read.Step())
            {
                seen++;
                var fact = Read(read);
                after = fact.Position;
                if (fact.Version == 1 && name.Bind(1, fact.StreamId).Step())
                    fact.Stream = name.Span(0);
                var more = visitor(fact);
                name.Reset();
                if (!more)
                    return false;
            }
        }
        finally
        {
            name.Reset();
            read.Reset();
        }

        return seen == Page;
    }

    private static RawFact Read(SqliteStatement read) =>
        new()
        {
            Position = read.Integer(0),
            StreamId = read.Integer(1),
            Version = read.Integer(2),
            Type = read.Span(3),
            Happened = read.Integer(4),
            RecordedAt = read.Integer(5),
            Actor = read.Span(6),
            Command = read.Span(7),
            HasCorrelation = !read.IsNull(8),
            Correlation = read.Span(8),
            Causation = read.Integer(9),
            Body = read.Span(10),
            Hash = read.Span(11),
        };
}
