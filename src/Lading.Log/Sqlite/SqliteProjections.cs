using System.Globalization;

namespace Lading.Log.Sqlite;

/// <summary>
/// The registry of projections in one file: which generation of each serves behind its views, which is being built, how
/// far both are.
/// Used inside transactions of the file's one writer.
/// </summary>
internal sealed class SqliteProjections(SqliteDb db)
{
    public const string Registry = """
        create table if not exists projection (
            name text primary key, version integer not null, generation integer not null, position integer not null,
            building integer not null, built_to integer not null, failure text) without rowid;
        """;

    private const int Bit = 5_000;
    private readonly Dictionary<string, ProjectionState> working = new(StringComparer.Ordinal);
    private volatile Dictionary<string, ProjectionState> states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Table> leftOver = new(StringComparer.Ordinal);
    private bool changed;

    /// <summary>As committed. Replaced as a whole: other threads read it.</summary>
    public IReadOnlyDictionary<string, ProjectionState> States => states;

    /// <summary>Call after the commit: what was changed is now true for everybody.</summary>
    public void Committed()
    {
        if (!changed)
            return;
        states = new Dictionary<string, ProjectionState>(working, StringComparer.Ordinal);
        changed = false;
    }

    public void Load()
    {
        working.Clear();
        var read = db.Prepare(
            "select name, version, generation, position, building, built_to, failure from projection"
        );
        while (read.Step())
        {
            var name = read.Text(0)!;
            working[name] = new ProjectionState(
                name,
                (int)read.Integer(1),
                (int)read.Integer(2),
                read.Integer(3),
                (int)read.Integer(4),
                read.Integer(5),
                read.Text(6)
            );
        }

        read.Reset();
        changed = true;
        Committed();
    }

    public ProjectionState Of(string name) => working.GetValueOrDefault(name) ?? ProjectionState.Unknown(name);

    /// <summary>Whether a generation being built is one of this version: its tables are there.</summary>
    public bool IsBuilding(Projection projection)
    {
        var building = Of(projection.Name).Building;
        return building > 0
            && projection.Tables.All(t =>
                TablesOf(t.Name).Contains(ProjectionState.Physical(t, projection.Version, building))
            );
    }

    /// <summary>Starts a generation: new empty tables, not served yet; without <paramref name="indexed"/> their
    /// secondary indexes are made before it serves.</summary>
    public int Start(Projection projection, bool indexed = true)
    {
        var state = Of(projection.Name);
        var generation = Math.Max(state.Generation, state.Building) + 1;
        foreach (var table in projection.Tables)
        {
            DropBuilding(table.Name);
            var name = ProjectionState.Physical(table, projection.Version, generation);
            SqliteRows.Create(db, table, name);
            foreach (var (_, sql) in indexed ? SqliteRows.Indexes(table, name) : [])
                db.Execute(sql);
        }

        Save(state with { Building = generation, BuiltTo = 0 });
        return generation;
    }

    /// <summary>The statement that makes the first index a generation lacks, or null.</summary>
    public string? MissingIndex(Projection projection, int generation) =>
        projection
            .Tables.SelectMany(t => SqliteRows.Indexes(t, ProjectionState.Physical(t, projection.Version, generation)))
            .Where(i =>
                db.Scalar($"select 1 from sqlite_master where type = 'index' and name = '{i.Name}'", r => r.Integer(0))
                == 0
            )
            .Select(i => i.Sql)
            .FirstOrDefault();

    /// <summary>The built generation takes over: the views are replaced. The old tables are dropped, or left to
    /// <see cref="ClearSome" />.</summary>
    public void Promote(Projection projection, int generation, long position, bool drop = true)
    {
        foreach (var table in projection.Tables)
        {
            var physical = ProjectionState.Physical(table, projection.Version, generation);
            db.Execute($"drop view if exists {table.Name}");
            db.Execute($"create view {table.Name} as select * from {physical}");
            foreach (var old in drop ? TablesOf(table.Name).Where(t => t != physical) : [])
                db.Execute($"drop table {old}");
        }

        Save(new ProjectionState(projection.Name, projection.Version, generation, position, 0, 0, null));
    }

    public void Save(ProjectionState state)
    {
        var upsert = db.Prepare(
            """
            insert into projection (name, version, generation, position, building, built_to, failure)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            on conflict (name) do update set version = ?2, generation = ?3, position = ?4, building = ?5,
                built_to = ?6, failure = ?7
            """
        );
        upsert.Bind(1, state.Name).Bind(2, state.Version).Bind(3, state.Generation).Bind(4, state.Position);
        upsert.Bind(5, state.Building).Bind(6, state.BuiltTo).Bind(7, state.Failure).Run();
        working[state.Name] = state;
        changed = true;
    }

    /// <summary>Notes the tables that neither serve nor are being built, to be cleared away bit by bit.</summary>
    public void NoteLeftOver(Projection projection)
    {
        var building = Of(projection.Name).Building;
        foreach (var table in projection.Tables)
        foreach (var old in NotServing(table.Name))
            if (old != ProjectionState.Physical(table, projection.Version, building))
                leftOver[old] = table;
    }

    /// <summary>Whether anything is left over.</summary>
    public bool HasLeftOver => leftOver.Count > 0;

    /// <summary>
    /// Clears away a bit of what is left over: an index, some thousand rows, or an emptied table. Every page given up
    /// is overwritten (an erased person may stand in it), so a whole table would hold up everybody for seconds.
    /// </summary>
    public void ClearSome()
    {
        var (name, table) = leftOver.First();
        var key = string.Join(", ", table.Key.Select(c => c.Name));
        var index = db.Scalar(
            $"select name from sqlite_master where type = 'index' and tbl_name = '{name}' and sql is not null",
            r => r.Text(0)
        );
        if (index is not null)
            db.Execute($"drop index {index}");
        else if (db.Scalar($"select count(*) from (select 1 from {name} limit {Bit})", r => r.Integer(0)) == Bit)
            db.Execute(
                $"delete from {name} where ({key}) <= "
                    + $"(select {key} from {name} order by {key} limit 1 offset {Bit - 1})"
            );
        else
        {
            db.Execute($"drop table {name}");
            leftOver.Remove(name);
        }
    }

    private void DropBuilding(string table)
    {
        foreach (var old in NotServing(table))
        {
            db.Execute($"drop table {old}");
            leftOver.Remove(old);
        }
    }

    private List<string> NotServing(string table)
    {
        var serving =
            db.Scalar($"select sql from sqlite_master where type = 'view' and name = '{table}'", r => r.Text(0)) ?? "";
        return [.. TablesOf(table).Where(t => !serving.EndsWith(" " + t, StringComparison.Ordinal))];
    }

    private List<string> TablesOf(string table)
    {
        var names = new List<string>();
        var read = db.Prepare("select name from sqlite_master where type = 'table' and name glob ?1");
        read.Bind(1, string.Create(CultureInfo.InvariantCulture, $"{table}__v*"));
        while (read.Step())
            names.Add(read.Text(0)!);
        read.Reset();
        return names;
    }
}
