using System.Text;
using SQLitePCL;

namespace Lading.Log.Sqlite;

/// <summary>SQLite answered an error.</summary>
public sealed class SqliteFault(int code, string message) : StoreFault(message)
{
    /// <summary>The extended result code.</summary>
    public int Code => code;

    /// <summary>The primary result code.</summary>
    public int Primary => code & 0xFF;

    /// <inheritdoc />
    public override bool MayPass =>
        Primary
            is raw.SQLITE_FULL
                or raw.SQLITE_BUSY
                or raw.SQLITE_LOCKED
                or raw.SQLITE_IOERR
                or raw.SQLITE_NOMEM
                or raw.SQLITE_CANTOPEN
                or raw.SQLITE_READONLY;
}

/// <summary>
/// One SQLite connection, used by one thread at a time. A file has one connection that writes and checkpoints; all
/// others open read-only:
/// versions up to 3.51.2 can corrupt a WAL when two connections write or checkpoint at the same moment.
/// </summary>
public sealed class SqliteDb : IDisposable
{
    private readonly sqlite3 handle;
    private readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);
    private bool disposed;

    static SqliteDb() => Batteries_V2.Init();

    private SqliteDb(sqlite3 handle, string path) => (this.handle, Path) = (handle, path);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The library that runs.</summary>
    public static string LibraryVersion
    {
        get
        {
            Batteries_V2.Init();
            return raw.sqlite3_libversion().utf8_to_string();
        }
    }

    /// <summary>Opens the one writing connection: WAL, and the durability asked for, both read back.</summary>
    public static SqliteDb OpenWriter(string path, bool full)
    {
        var db = Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX);
        try
        {
            db.Execute("pragma journal_mode=wal");
            db.Execute(full ? "pragma synchronous=full" : "pragma synchronous=normal");
            // What can be rebuilt is checkpointed less often: pages written again and again reach the file once.
            db.Execute(full ? "pragma wal_autocheckpoint=4000" : "pragma wal_autocheckpoint=16000");
            db.Execute("pragma journal_size_limit=67108864");
            db.Execute("pragma cache_size=-65536");
            db.Execute("pragma temp_store=memory");
            db.Execute("pragma secure_delete=on");
            db.Execute("pragma foreign_keys=off");
            var mode = db.Scalar("pragma journal_mode", r => r.Text(0));
            var sync = db.Scalar("pragma synchronous", r => r.Integer(0));
            if (mode != "wal" || sync != (full ? 2 : 1))
                throw new StoreFault(
                    $"{path} runs with journal_mode={mode}, synchronous={sync}: it would not be durable. Use a local "
                        + $"disk that allows WAL."
                );
            return db;
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that can only read.</summary>
    public static SqliteDb OpenReader(string path)
    {
        var db = Open(path, raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_NOMUTEX);
        db.Execute("pragma query_only=on");
        db.Execute("pragma cache_size=-16384");
        return db;
    }

    /// <summary>Opens or creates a file that nobody else uses, as it is: to fill or to check a copy.</summary>
    internal static SqliteDb OpenPlain(string path) =>
        Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX);

    internal sqlite3 Handle => handle;

    /// <summary>A prepared statement, kept for the connection's life.</summary>
    public SqliteStatement Prepare(string sql)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (statements.TryGetValue(sql, out var statement))
            return statement;
        if (statements.Count >= 500)
            DropStatements();
        Check(raw.sqlite3_prepare_v3(handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared), sql);
        statements.Add(sql, statement = new SqliteStatement(this, prepared));
        return statement;
    }

    /// <summary>Runs statements for their effect.</summary>
    public void Execute(string sql)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var code = raw.sqlite3_exec(handle, sql, out var message);
        if (code != raw.SQLITE_OK)
            throw Fault(code, message ?? sql);
    }

    /// <summary>The first row's value, or default.</summary>
    public T? Scalar<T>(string sql, Func<SqliteStatement, T> read)
    {
        var statement = Prepare(sql);
        try
        {
            return statement.Step() ? read(statement) : default;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Copies everything in the WAL into the file and empties it; false when a reader was in the
    /// way.</summary>
    public bool Checkpoint() =>
        !disposed
        && raw.sqlite3_wal_checkpoint_v2(handle, null, raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _) == raw.SQLITE_OK;

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        DropStatements();
        raw.sqlite3_close_v2(handle);
    }

    internal void Check(int code, string what)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw Fault(code, what);
    }

    internal SqliteFault Fault(int code, string what)
    {
        var extended = raw.sqlite3_extended_errcode(handle);
        var text = raw.sqlite3_errmsg(handle).utf8_to_string();
        var hint = (code & 0xFF) switch
        {
            raw.SQLITE_FULL => "The disk is full: free space; writing resumes by itself.",
            raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM =>
                "Check the folder's owner and permissions.",
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "The file is damaged: restore it from a backup.",
            _ => what.Length > 200 ? what[..200] : what,
        };
        return new SqliteFault(
            (extended & 0xFF) == (code & 0xFF) ? extended : code,
            $"SQLite: {text} ({System.IO.Path.GetFileName(Path)}). {hint}"
        );
    }

    private static SqliteDb Open(string path, int flags)
    {
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var db = new SqliteDb(handle, path);
        if (code != raw.SQLITE_OK)
        {
            var fault = db.Fault(code, $"Cannot open {path}.");
            db.Dispose();
            throw fault;
        }

        raw.sqlite3_extended_result_codes(handle, 1);
        raw.sqlite3_busy_timeout(handle, 5_000);
        return db;
    }

    private void DropStatements()
    {
        foreach (var statement in statements.Values)
            statement.Dispose();
        statements.Clear();
    }
}

/// <summary>A prepared statement: bind by position from 1, step, read by ordinal from 0, reset.</summary>
public sealed class SqliteStatement : IRow, IDisposable
{
    private readonly SqliteDb db;
    private readonly sqlite3_stmt statement;

    internal SqliteStatement(SqliteDb db, sqlite3_stmt statement) => (this.db, this.statement) = (db, statement);

    /// <summary>Binds an integer.</summary>
    public SqliteStatement Bind(int at, long value)
    {
        raw.sqlite3_bind_int64(statement, at, value);
        return this;
    }

    /// <summary>Binds a text or null.</summary>
    public SqliteStatement Bind(int at, string? value)
    {
        if (value is null)
        {
            raw.sqlite3_bind_null(statement, at);
            return this;
        }

        Span<byte> buffer =
            value.Length <= 340 ? stackalloc byte[1024] : new byte[Encoding.UTF8.GetMaxByteCount(value.Length)];
        var length = Encoding.UTF8.GetBytes(value, buffer);
        raw.sqlite3_bind_text(statement, at, buffer[..length]);
        return this;
    }

    /// <summary>Binds bytes.</summary>
    public SqliteStatement Bind(int at, ReadOnlySpan<byte> value)
    {
        if (value.Length == 0)
            raw.sqlite3_bind_zeroblob(statement, at, 0);
        else
            raw.sqlite3_bind_blob(statement, at, value);
        return this;
    }

    /// <summary>Binds a cell.</summary>
    public SqliteStatement Bind(int at, in Cell cell)
    {
        if (cell.IsNumber)
            return Bind(at, cell.Number);
        return cell.Reference switch
        {
            byte[] bytes => Bind(at, bytes.AsSpan()),
            var text => Bind(at, (string?)text),
        };
    }

    /// <summary>Runs to the next row; false at the end.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
            return false;
        var fault = db.Fault(code, "");
        raw.sqlite3_reset(statement);
        throw fault;
    }

    /// <summary>Steps once and resets: for statements without rows.</summary>
    public void Run()
    {
        Step();
        raw.sqlite3_reset(statement);
    }

    /// <summary>Ready to be bound and stepped again.</summary>
    public void Reset() => raw.sqlite3_reset(statement);

    /// <inheritdoc />
    public long Integer(int column) => raw.sqlite3_column_int64(statement, column);

    /// <inheritdoc />
    public string? Text(int column) =>
        raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL
            ? null
            : Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));

    /// <inheritdoc />
    public byte[]? Bytes(int column) =>
        raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL
            ? null
            : raw.sqlite3_column_blob(statement, column).ToArray();

    /// <summary>Whether the column holds nothing.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>Bytes or UTF-8 text in place; valid until the next step.</summary>
    public ReadOnlySpan<byte> Span(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>Releases the statement.</summary>
    public void Dispose() => raw.sqlite3_finalize(statement);
}
