using System.Text.Json;
using Lading.Kernel;
using Lading.Log;
using Lading.Log.Sqlite;

namespace Lading.Platform.Tenancy;

/// <summary><c>system.db</c>: one writing connection, one caller at a time.</summary>
public sealed class SqliteSystemStore : ISystemStore
{
    private const int Format = 3;

    private const string Tables = """
        create table if not exists tenant (id text primary key, slug text not null unique, name text not null,
            created integer not null, demo integer not null);
        create table if not exists api_key (prefix text primary key, tenant text not null, name text not null,
            scopes text not null, ventures text, hash blob not null, created integer not null,
            expires integer, revoked integer, replaces text, used integer not null default 0);
        create table if not exists account (id text primary key, email text not null unique, name text not null,
            password text, long_password integer not null, stamp text not null, totp_key blob,
            totp_on integer not null, totp_step integer not null, created integer not null,
            version integer not null);
        create table if not exists membership (account text not null, tenant text not null,
            since integer not null, primary key (account, tenant)) without rowid;
        create index if not exists membership_tenant on membership (tenant);
        create table if not exists recovery_code (account text not null, hash blob not null,
            primary key (account, hash)) without rowid;
        create table if not exists passkey (id text primary key, account text not null, name text not null,
            public_key blob not null, created integer not null, sign_count integer not null,
            transports text not null, flags integer not null, attestation blob not null,
            client_data blob not null, used integer not null);
        create index if not exists passkey_account on passkey (account);
        create table if not exists login (provider text not null, subject text not null, account text not null,
            created integer not null, primary key (provider, subject)) without rowid;
        create table if not exists session (id text primary key, account text not null, tenant text not null,
            secret blob, generation integer not null, methods text not null, created integer not null,
            authenticated integer not null, mfa integer not null, expires integer not null, seen integer not null,
            address text not null, agent text not null, revoked integer not null);
        create index if not exists session_account on session (account);
        create table if not exists ticket (hash blob primary key, kind text not null, account text not null,
            state text not null, expires integer not null);
        create table if not exists attempt (key text primary key, failures integer not null, since integer not null);
        create table if not exists invitation (id text primary key, hash blob not null unique, tenant text not null,
            kind text not null, account text not null, email text not null, name text not null,
            grants text not null, inviter text not null, created integer not null, expires integer not null);
        create table if not exists signing_key (id text primary key, public_key blob not null, sealed blob not null,
            created integer not null);
        create table if not exists identity_provider (id text primary key, name text not null, issuer text not null,
            client text not null, secret blob not null, created integer not null);
        """;

    private readonly SqliteDb db;
    private readonly Lock gate = new();
    private bool unclean;
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    /// <summary>Opens or creates the file.</summary>
    public SqliteSystemStore(string path)
    {
        db = SqliteDb.OpenWriter(path, full: true);
        var format = db.Scalar("pragma user_version", r => r.Integer(0));
        if (format > Format)
            throw new StoreFault(
                $"{path} has format {format}; this program knows up to {Format}. Run the newer program that wrote it."
            );
        if (format == 1)
            db.Execute(
                "alter table api_key add column replaces text; "
                    + "alter table api_key add column used integer not null default 0"
            );
        db.Execute(Tables);
        if (db.Scalar("select count(*) from pragma_table_info('api_key') where name = 'sites'", r => r.Integer(0)) == 0)
            db.Execute("alter table api_key add column sites text");
        if (
            db.Scalar("select count(*) from pragma_table_info('membership') where name = 'owner'", r => r.Integer(0))
            > 0
        )
            db.Execute("alter table membership drop column owner");
        db.Execute($"pragma user_version={Format}");
    }

    /// <inheritdoc />
    public IReadOnlyList<Tenant> Tenants()
    {
        lock (gate)
            return Rows(
                "select id, slug, name, created, demo from tenant order by slug",
                r => new Tenant(
                    new TenantId(Guid.Parse(r.Text(0)!)),
                    r.Text(1)!,
                    r.Text(2)!,
                    Time(r.Integer(3)),
                    r.Integer(4) != 0
                )
            );
    }

    /// <inheritdoc />
    public bool Add(Tenant tenant)
    {
        lock (gate)
        {
            var insert = db.Prepare(
                "insert into tenant values (?1, ?2, ?3, ?4, ?5) on conflict do nothing returning 1"
            );
            insert
                .Bind(1, tenant.Id.ToString())
                .Bind(2, tenant.Slug)
                .Bind(3, tenant.Name)
                .Bind(4, tenant.Created.Ticks)
                .Bind(5, tenant.Demo ? 1 : 0);
            var added = insert.Step();
            insert.Reset();
            return added;
        }
    }

    /// <inheritdoc />
    public void Remove(TenantId tenant)
    {
        lock (gate)
        {
            db.Execute("begin immediate");
            db.Prepare("delete from api_key where tenant = ?1").Bind(1, tenant.ToString()).Run();
            db.Prepare("delete from tenant where id = ?1").Bind(1, tenant.ToString()).Run();
            db.Execute("commit");
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<ApiKey> Keys(string? prefix = null)
    {
        lock (gate)
            return Rows(
                "select prefix, tenant, name, scopes, ventures, hash, created, expires, revoked, replaces, used, sites "
                    + "from api_key"
                    + (prefix is null ? "" : " where prefix = ?1"),
                ReadKey,
                prefix
            );
    }

    /// <inheritdoc />
    public void Add(ApiKey key)
    {
        lock (gate)
        {
            var insert = db.Prepare(
                "insert into api_key (prefix, tenant, name, scopes, ventures, hash, created, expires, revoked, "
                    + "replaces, used, sites) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11)"
            );
            insert
                .Bind(1, key.Prefix)
                .Bind(2, key.Tenant.ToString())
                .Bind(3, key.Name)
                .Bind(4, Json(key.Scopes))
                .Bind(5, Json(key.Ventures));
            insert
                .Bind(6, key.Hash.AsSpan())
                .Bind(7, key.Created.Ticks)
                .Bind(8, key.Expires?.Ticks ?? 0)
                .Bind(9, key.Revoked?.Ticks ?? 0)
                .Bind(10, key.Replaces)
                .Bind(11, Json(key.Sites))
                .Run();
        }
    }

    /// <inheritdoc />
    public bool Revoke(TenantId tenant, string prefix, DateTime at)
    {
        lock (gate)
        {
            var update = db.Prepare(
                "update api_key set revoked = ?3 where tenant = ?1 and prefix = ?2 and revoked = 0 returning 1"
            );
            var revoked = update.Bind(1, tenant.ToString()).Bind(2, prefix).Bind(3, at.Ticks).Step();
            update.Reset();
            return revoked;
        }
    }

    /// <inheritdoc />
    public bool Replace(ApiKey next, DateTime ends, DateTime now)
    {
        lock (gate)
        {
            db.Execute("begin immediate");
            try
            {
                Bind(KeySql.Replace, [next.Replaces, ends, now]).Run();
                var replaced = db.Scalar("select changes()", r => r.Integer(0)) == 1;
                if (replaced)
                    Add(next);
                db.Execute("commit");
                return replaced;
            }
            catch
            {
                db.Execute("rollback");
                throw;
            }
        }
    }

    /// <inheritdoc />
    public List<T> Query<T>(string sql, Func<IRow, T> map, params ReadOnlySpan<Cell> values)
    {
        lock (gate)
        {
            var statement = Bind(sql, values);
            try
            {
                var rows = new List<T>();
                while (statement.Step())
                    rows.Add(map(statement));
                return rows;
            }
            finally
            {
                statement.Reset();
            }
        }
    }

    /// <inheritdoc />
    public int Run(string sql, params ReadOnlySpan<Cell> values)
    {
        lock (gate)
        {
            Bind(sql, values).Run();
            var changed = (int)db.Scalar("select changes()", r => r.Integer(0));
            if (unclean)
                unclean = !db.Checkpoint();
            return changed;
        }
    }

    /// <inheritdoc />
    public void Scrub()
    {
        lock (gate)
            unclean = !db.Checkpoint();
    }

    private SqliteStatement Bind(string sql, ReadOnlySpan<Cell> values)
    {
        if (!texts.TryGetValue(sql, out var text))
            texts[sql] = text = sql.Replace("lading_system.", "", StringComparison.Ordinal).Replace('$', '?');
        var statement = db.Prepare(text);
        for (var i = 0; i < values.Length; i++)
            statement.Bind(i + 1, values[i]);
        return statement;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (gate)
        {
            db.Checkpoint();
            db.Dispose();
        }
    }

    private static ApiKey ReadKey(SqliteStatement r) =>
        new(
            r.Text(0)!,
            new TenantId(Guid.Parse(r.Text(1)!)),
            r.Text(2)!,
            JsonSerializer.Deserialize(r.Text(3)!, TenancyJson.Default.IReadOnlyListString)!,
            List(r.Text(4)),
            r.Bytes(5)!,
            Time(r.Integer(6)),
            r.Integer(7) == 0 ? null : Time(r.Integer(7)),
            r.Integer(8) == 0 ? null : Time(r.Integer(8)),
            r.Text(9),
            r.Integer(10) == 0 ? null : Time(r.Integer(10)),
            List(r.Text(11))
        );

    private static IReadOnlyList<string>? List(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, TenancyJson.Default.IReadOnlyListString);

    private static string? Json(IReadOnlyList<string>? list) =>
        list is null ? null : JsonSerializer.Serialize(list, TenancyJson.Default.IReadOnlyListString);

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);

    private List<T> Rows<T>(string sql, Func<SqliteStatement, T> read, string? value = null)
    {
        var statement = db.Prepare(sql);
        if (value is not null)
            statement.Bind(1, value);
        var rows = new List<T>();
        while (statement.Step())
            rows.Add(read(statement));
        statement.Reset();
        return rows;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class TenancyJson : System.Text.Json.Serialization.JsonSerializerContext;
