namespace Lading.Log.Sqlite;

/// <summary>The tables of <c>log.db</c>. The format number is raised when an older program could no longer write the
/// file.</summary>
internal static class SqliteLogSchema
{
    public const int Format = 1;

    private const string Tables = """
        create table if not exists stream (id integer primary key, name text not null unique);
        create table if not exists event (
            position integer primary key,
            stream integer not null,
            version integer not null,
            type text not null,
            happened integer not null,
            recorded integer not null,
            actor text not null,
            command blob not null,
            correlation text,
            causation integer not null,
            body blob not null,
            hash blob not null);
        create unique index if not exists event_stream on event (stream, version);
        create table if not exists outcome (block integer primary key, at integer not null, body blob not null);
        create table if not exists snapshot (stream integer primary key, version integer not null,
            shape integer not null, state blob not null);
        create table if not exists mark (policy text primary key, position integer not null) without rowid;
        create table if not exists due (at integer not null, stream text not null, kind text not null,
            payload text not null,
            primary key (at, stream, kind)) without rowid;
        """;

    public static void Ensure(SqliteDb db)
    {
        var format = db.Scalar("pragma user_version", r => r.Integer(0));
        if (format > Format)
            throw new StoreFault(
                $"{db.Path} has format {format}; this program knows up to {Format}. Run the newer program that wrote "
                    + $"it."
            );
        if (format == Format)
            return;
        db.Execute("begin immediate");
        db.Execute(Tables);
        db.Execute(SqliteProjections.Registry);
        db.Execute($"pragma user_version={Format}");
        db.Execute("commit");
    }
}
