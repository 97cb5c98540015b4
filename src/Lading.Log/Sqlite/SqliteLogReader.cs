using System.Collections.Concurrent;

namespace Lading.Log.Sqlite;

/// <summary>Read-only connections to one file, lent to one reader at a time. Reads are short and done before the call
/// returns.</summary>
internal sealed class SqlitePool(string path) : IDisposable
{
    private const int Most = 8;
    private readonly ConcurrentBag<SqliteDb> idle = [];
    private readonly SemaphoreSlim places = new(Most);
    private bool disposed;

    public async ValueTask<T> Use<T>(Func<SqliteDb, T> read, CancellationToken stop)
    {
        await places.WaitAsync(stop);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var db = idle.TryTake(out var lent) ? lent : SqliteDb.OpenReader(path);
            try
            {
                var result = read(db);
                if (disposed)
                    db.Dispose();
                else
                    idle.Add(db);
                return result;
            }
            catch
            {
                db.Dispose();
                throw;
            }
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out var db))
            db.Dispose();
    }
}

/// <summary>Queries of read models in one SQLite file.</summary>
internal sealed class SqliteReads(SqlitePool pool) : IReads
{
    public ValueTask<List<T>> Query<T>(
        string sql,
        Func<IRow, T> map,
        CancellationToken stop,
        params ReadOnlySpan<Cell> parameters
    )
    {
        var cells = parameters.ToArray();
        return pool.Use(
            db =>
            {
                var statement = db.Prepare(Numbered(sql));
                try
                {
                    for (var i = 0; i < cells.Length; i++)
                        statement.Bind(i + 1, cells[i]);
                    var result = new List<T>();
                    while (statement.Step())
                        result.Add(map(statement));
                    return result;
                }
                finally
                {
                    statement.Reset();
                }
            },
            stop
        );
    }

    private static readonly ConcurrentDictionary<string, string> numbered = new(StringComparer.Ordinal);

    /// <summary>$1 is a name to SQLite; ?1 is its first parameter.</summary>
    private static string Numbered(string sql)
    {
        if (numbered.TryGetValue(sql, out var known))
            return known;
        var text = System.Text.RegularExpressions.Regex.Replace(sql, @"\$(\d+)", "?$1");
        if (numbered.Count < 1_000)
            numbered.TryAdd(sql, text);
        return text;
    }
}

/// <summary>Reads of <c>log.db</c> by any thread.</summary>
internal sealed class SqliteLogReader : ILogReader, IDisposable
{
    private readonly SqlitePool pool;

    public SqliteLogReader(string path)
    {
        pool = new SqlitePool(path);
        Reads = new SqliteReads(pool);
    }

    public IReads Reads { get; }

    public ValueTask<IReadOnlyList<StoredFact>> ReadAfter(long position, int max, CancellationToken stop) =>
        pool.Use(db => (IReadOnlyList<StoredFact>)SqliteFacts.After(db, position, max).ToList(), stop);

    public ValueTask<IReadOnlyList<StoredFact>> ReadStream(
        string stream,
        long afterVersion,
        int max,
        CancellationToken stop
    ) =>
        pool.Use<IReadOnlyList<StoredFact>>(
            db =>
            {
                var find = db.Prepare("select id from stream where name = ?1");
                find.Bind(1, stream);
                var id = find.Step() ? find.Integer(0) : 0;
                find.Reset();
                return id == 0 ? [] : SqliteFacts.OfStream(db, id, afterVersion, max).ToList();
            },
            stop
        );

    public ValueTask<long> ReadVersion(string stream, CancellationToken stop) =>
        pool.Use(
            db =>
            {
                var find = db.Prepare(
                    "select version from event where stream = (select id from stream where name = ?1) "
                        + "order by version desc limit 1"
                );
                find.Bind(1, stream);
                var version = find.Step() ? find.Integer(0) : 0;
                find.Reset();
                return version;
            },
            stop
        );

    public ValueTask<LogHead> ReadHead(CancellationToken stop) => pool.Use(SqliteLogStore.ReadHead, stop);

    public ValueTask<IReadOnlyList<DueCommand>> ReadDues(DateTime until, int max, CancellationToken stop) =>
        pool.Use<IReadOnlyList<DueCommand>>(
            db =>
            {
                var read = db.Prepare("select at, stream, kind, payload from due where at <= ?1 order by at limit ?2");
                read.Bind(1, until.Ticks).Bind(2, (long)max);
                var dues = new List<DueCommand>();
                while (read.Step())
                    dues.Add(
                        new DueCommand(
                            Kernel.StreamName.Parse(read.Text(1)!),
                            read.Text(2)!,
                            new DateTime(read.Integer(0), DateTimeKind.Utc),
                            read.Text(3)!
                        )
                    );
                read.Reset();
                return dues;
            },
            stop
        );

    public ValueTask<IReadOnlyDictionary<string, long>> ReadMarks(CancellationToken stop) =>
        pool.Use<IReadOnlyDictionary<string, long>>(
            db =>
            {
                var read = db.Prepare("select policy, position from mark");
                var marks = new Dictionary<string, long>(StringComparer.Ordinal);
                while (read.Step())
                    marks[read.Text(0)!] = read.Integer(1);
                read.Reset();
                return marks;
            },
            stop
        );

    public void Dispose() => pool.Dispose();
}
