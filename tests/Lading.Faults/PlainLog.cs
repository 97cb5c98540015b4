using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using SQLitePCL;

namespace Lading.Faults;

/// <summary>A fact as it stands in the table, read with plain SQL.</summary>
internal sealed record PlainFact(
    long Position,
    long StreamId,
    long Version,
    string Stream,
    string Type,
    long Happened,
    long Recorded,
    string Actor,
    byte[] Command,
    string? Correlation,
    long Causation,
    byte[] Body,
    byte[] Hash
);

/// <summary>
/// Reads a tenant's tables without the product, as of one moment: through SQLite's own interface, or Npgsql.
/// </summary>
internal sealed class PlainLog : IDisposable
{
    private const string Columns =
        "e.position, e.stream, e.version, s.name, e.type, e.happened, e.recorded, e.actor, e.command, e.correlation, "
        + "e.causation, e.body, e.hash";

    private readonly sqlite3? file;
    private readonly NpgsqlConnection? connection;

    static PlainLog() => Batteries_V2.Init();

    /// <param name="where">A folder that holds log.db, or a connection to PostgreSQL.</param>
    public PlainLog(string where, Guid tenant)
    {
        if (IsPostgres(where))
        {
            connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(where) { Pooling = false }.ConnectionString
            );
            connection.Open();
            Run("begin isolation level repeatable read read only");
            Run($"select set_config('app.tenant', '{tenant}', true)");
        }
        else if (File.Exists(Path.Combine(where, "log.db")))
        {
            Check(raw.sqlite3_open_v2(Path.Combine(where, "log.db"), out file, raw.SQLITE_OPEN_READWRITE, null));
            // What a crash left in the WAL is for the product to recover: looking must not clear it away.
            Check(raw.sqlite3_db_config(file, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _));
            raw.sqlite3_busy_timeout(file, 5_000);
            Run("begin");
        }
    }

    public static bool IsPostgres(string where) => where.Contains("Host=", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether there is a log at all.</summary>
    public bool IsThere =>
        connection is not null
        || (file is not null && Pairs("select name, 1 from sqlite_master where name = 'event'").Count > 0);

    /// <summary>Facts after a position.</summary>
    public List<PlainFact> After(long position) =>
        !IsThere
            ? []
            : Query(
                connection is not null
                    ? $"select {Columns} from lading.event e left join lading.stream s on s.id = e.stream "
                        + $"and s.tenant = e.tenant where e.position > {position} order by e.position"
                    : $"select {Columns} from event e left join stream s on s.id = e.stream "
                        + $"where e.position > {position} order by e.position",
                r => new PlainFact(
                    r.Long(0),
                    r.Long(1),
                    r.Long(2),
                    r.Text(3) ?? "",
                    r.Text(4)!,
                    r.Long(5),
                    r.Long(6),
                    r.Text(7)!,
                    r.Bytes(8),
                    r.Text(9),
                    r.Long(10),
                    r.Bytes(11),
                    r.Bytes(12)
                )
            );

    /// <summary>All facts, and where their positions or hashes do not follow each other.</summary>
    public List<PlainFact> Chained(Guid tenant, Action<string> wrong)
    {
        var (facts, hash, position) = (After(0), new byte[32], 0L);
        foreach (var fact in facts)
        {
            if (fact.Position != ++position)
                wrong($"position {fact.Position} stands where {position} should");
            hash = Hash(hash, tenant, fact);
            if (!hash.AsSpan().SequenceEqual(fact.Hash))
                wrong($"the hash at {fact.Position} does not follow from the fact before it");
        }

        return facts;
    }

    /// <summary>A text and a number column.</summary>
    public List<(string, long)> Pairs(string sql) => Query(sql, r => (r.Text(0)!, r.Long(1)));

    /// <summary>What SQLite says of its own pages.</summary>
    public string Integrity() => Query("pragma integrity_check(1)", r => r.Text(0)!).Single();

    public void Dispose()
    {
        file?.Dispose();
        connection?.Dispose();
    }

    /// <summary>The hash of a fact, as <c>docs/reliability.md</c> describes it.</summary>
    public static byte[] Hash(byte[] previous, Guid tenant, PlainFact fact)
    {
        using var bytes = new MemoryStream();
        void Number(long number)
        {
            Span<byte> eight = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(eight, number);
            bytes.Write(eight);
        }
        void Sized(byte[]? text)
        {
            Span<byte> four = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(four, text?.Length ?? -1);
            bytes.Write(four);
            bytes.Write(text ?? []);
        }
        bytes.Write(previous);
        bytes.Write(tenant.ToByteArray(bigEndian: true));
        long[] numbers = [fact.Position, fact.StreamId, fact.Version, fact.Happened, fact.Recorded, fact.Causation];
        foreach (var number in numbers)
            Number(number);
        bytes.Write(fact.Command);
        Sized(fact.Version == 1 ? Encoding.UTF8.GetBytes(fact.Stream) : []);
        Sized(Encoding.UTF8.GetBytes(fact.Type));
        Sized(Encoding.UTF8.GetBytes(fact.Actor));
        Sized(fact.Correlation is null ? null : Encoding.UTF8.GetBytes(fact.Correlation));
        Sized(fact.Body);
        return SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private void Run(string sql) => Query(sql, _ => 0);

    private List<T> Query<T>(string sql, Func<PlainRow, T> read)
    {
        var rows = new List<T>();
        if (connection is not null)
        {
            using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            using var reader = command.ExecuteReader();
            while (reader.Read())
                rows.Add(read(new PlainRow(null, reader)));
            return rows;
        }

        Check(raw.sqlite3_prepare_v2(file, sql, out var statement));
        using (statement)
        {
            int code;
            while ((code = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
                rows.Add(read(new PlainRow(statement, null)));
            Check(code);
            return rows;
        }
    }

    private void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE))
            throw new InvalidDataException(
                $"SQLite answers {code}: {(file is null ? "" : raw.sqlite3_errmsg(file).utf8_to_string())}"
            );
    }

    /// <summary>A row of either.</summary>
    private readonly struct PlainRow(sqlite3_stmt? lite, NpgsqlDataReader? post)
    {
        public long Long(int at) =>
            lite is not null ? raw.sqlite3_column_int64(lite, at) : Convert.ToInt64(post!.GetValue(at));

        public string? Text(int at) =>
            lite is not null
                ? raw.sqlite3_column_type(lite, at) == raw.SQLITE_NULL
                    ? null
                    : raw.sqlite3_column_text(lite, at).utf8_to_string()
                : post!.IsDBNull(at)
                    ? null
                    : post.GetString(at);

        public byte[] Bytes(int at) =>
            lite is not null ? raw.sqlite3_column_blob(lite, at).ToArray()
            : post!.GetFieldType(at) == typeof(Guid) ? Wide(post.GetGuid(at))
            : (byte[])post[at];

        /// <summary>A uuid column holds a 128-bit number; the chain has its bytes lowest first.</summary>
        private static byte[] Wide(Guid number)
        {
            var bytes = number.ToByteArray(bigEndian: true);
            Array.Reverse(bytes);
            return bytes;
        }
    }
}
