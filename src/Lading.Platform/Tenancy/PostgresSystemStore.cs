using System.Text.Json;
using Lading.Kernel;
using Lading.Log;
using Npgsql;

namespace Lading.Platform.Tenancy;

/// <summary>
/// Tenants and API keys in PostgreSQL. A key is looked up before its tenant is known, so these two tables have no
/// row-level security; they
/// hold no secret, only hashes.
/// </summary>
public sealed class PostgresSystemStore(NpgsqlDataSource app) : ISystemStore
{
    /// <inheritdoc />
    public IReadOnlyList<Tenant> Tenants() =>
        Read(
            "select id, slug, name, created, demo from lading_system.company order by slug",
            r => new Tenant(
                new TenantId(r.GetGuid(0)),
                r.GetString(1),
                r.GetString(2),
                Time(r.GetInt64(3)),
                r.GetBoolean(4)
            )
        );

    /// <inheritdoc />
    public bool Add(Tenant tenant) =>
        RunPlain(
            "insert into lading_system.company (id, slug, name, created, demo) values ($1, $2, $3, $4, $5) on conflict "
                + "do nothing",
            tenant.Id.Value,
            tenant.Slug,
            tenant.Name,
            tenant.Created.Ticks,
            tenant.Demo
        ) == 1;

    /// <inheritdoc />
    public void Remove(TenantId tenant)
    {
        RunPlain("delete from lading_system.api_key where company = $1", tenant.Value);
        RunPlain("delete from lading_system.company where id = $1", tenant.Value);
    }

    /// <inheritdoc />
    public IReadOnlyList<ApiKey> Keys(string? prefix = null) =>
        Read(
            "select prefix, company, name, scopes, ventures, hash, created, expires, revoked, replaces, used, sites "
                + "from lading_system.api_key"
                + (prefix is null ? "" : " where prefix = $1"),
            ReadKey,
            prefix is null ? [] : [prefix]
        );

    /// <inheritdoc />
    public void Add(ApiKey key)
    {
        using var insert = app.CreateCommand(Insert);
        Guarded(Bound(insert, RowOf(key)).ExecuteNonQuery);
    }

    /// <inheritdoc />
    public bool Revoke(TenantId tenant, string prefix, DateTime at) =>
        RunPlain(
            "update lading_system.api_key set revoked = $3 where company = $1 and prefix = $2 and revoked = 0",
            tenant.Value,
            prefix,
            at.Ticks
        ) == 1;

    /// <inheritdoc />
    public bool Replace(ApiKey next, DateTime ends, DateTime now) =>
        Guarded(() =>
        {
            using var connection = app.OpenConnection();
            using var transaction = connection.BeginTransaction();

            // The row first: who waited for it sees in the next statement what the other made of it.
            using var take = new NpgsqlCommand(
                "select 1 from lading_system.api_key where prefix = $1 for update",
                connection
            );
            Bound(take, next.Replaces!).ExecuteNonQuery();
            using var end = new NpgsqlCommand(KeySql.Replace, connection);
            if (Bound(end, next.Replaces!, ends.Ticks, now.Ticks).ExecuteNonQuery() != 1)
                return false;
            using var insert = new NpgsqlCommand(Insert, connection);
            Bound(insert, RowOf(next)).ExecuteNonQuery();
            transaction.Commit();
            return true;
        });

    /// <inheritdoc />
    public List<T> Query<T>(string sql, Func<IRow, T> map, params ReadOnlySpan<Cell> values)
    {
        using var command = Bind(sql, values);
        return Guarded(() =>
        {
            using var reader = command.ExecuteReader();
            var row = new Row(reader);
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(map(row));
            return rows;
        });
    }

    /// <inheritdoc />
    public int Run(string sql, params ReadOnlySpan<Cell> values)
    {
        using var command = Bind(sql, values);
        return Guarded(command.ExecuteNonQuery);
    }

    /// <summary>A database keeps its own files: what vacuum and the archive of its log leave is its keeper's to
    /// say.</summary>
    public void Scrub() { }

    /// <inheritdoc />
    public void Dispose() { }

    private NpgsqlCommand Bind(string sql, ReadOnlySpan<Cell> values)
    {
        var command = app.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(
                new NpgsqlParameter
                {
                    Value =
                        value.IsInteger ? value.AsInteger
                        : value.AsBytes is { } bytes ? bytes
                        : value.AsText is { } text ? text
                        : DBNull.Value,
                }
            );
        return command;
    }

    private sealed class Row(NpgsqlDataReader reader) : IRow
    {
        public long Integer(int column) => reader.IsDBNull(column) ? 0 : reader.GetInt64(column);

        public string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

        public byte[]? Bytes(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);
    }

    private static ApiKey ReadKey(NpgsqlDataReader r) =>
        new(
            r.GetString(0),
            new TenantId(r.GetGuid(1)),
            r.GetString(2),
            JsonSerializer.Deserialize(r.GetString(3), TenancyJson.Default.IReadOnlyListString)!,
            List(r, 4),
            r.GetFieldValue<byte[]>(5),
            Time(r.GetInt64(6)),
            r.GetInt64(7) == 0 ? null : Time(r.GetInt64(7)),
            r.GetInt64(8) == 0 ? null : Time(r.GetInt64(8)),
            r.IsDBNull(9) ? null : r.GetString(9),
            r.GetInt64(10) == 0 ? null : Time(r.GetInt64(10)),
            List(r, 11)
        );

    private static IReadOnlyList<string>? List(NpgsqlDataReader r, int column) =>
        r.IsDBNull(column)
            ? null
            : JsonSerializer.Deserialize(r.GetString(column), TenancyJson.Default.IReadOnlyListString);

    private static string? Json(IReadOnlyList<string>? list) =>
        list is null ? null : JsonSerializer.Serialize(list, TenancyJson.Default.IReadOnlyListString);

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);

    private List<T> Read<T>(string sql, Func<NpgsqlDataReader, T> map, params string[] values)
    {
        using var command = app.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return Guarded(() =>
        {
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(map(reader));
            return rows;
        });
    }

    private const string Insert =
        "insert into lading_system.api_key (prefix, company, name, scopes, ventures, hash, created, expires, "
        + "revoked, replaces, sites) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    private static object[] RowOf(ApiKey key) =>
        [
            key.Prefix,
            key.Tenant.Value,
            key.Name,
            Json(key.Scopes)!,
            (object?)Json(key.Ventures) ?? DBNull.Value,
            key.Hash,
            key.Created.Ticks,
            key.Expires?.Ticks ?? 0L,
            key.Revoked?.Ticks ?? 0L,
            (object?)key.Replaces ?? DBNull.Value,
            (object?)Json(key.Sites) ?? DBNull.Value,
        ];

    private int RunPlain(string sql, params object[] values)
    {
        using var command = app.CreateCommand(sql);
        return Guarded(Bound(command, values).ExecuteNonQuery);
    }

    private static NpgsqlCommand Bound(NpgsqlCommand command, params object[] values)
    {
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private static T Guarded<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (NpgsqlException fault)
        {
            throw new StoreFault($"PostgreSQL: {fault.Message}", fault);
        }
    }
}
