using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>
/// A tenant's registry of read models: which generation of each serves, which is being built. A version's tables are
/// shared by all tenants and live in a schema of their own; a generation is a value in their key, so that one tenant
/// rebuilds and switches without the others.
/// </summary>
internal sealed class PostgresProjections(bool inline)
{
    private const string Select =
        "select name, version, generation, position, building, building_version, built_to, failure "
        + "from lading.projection where inline = $1";
    private Dictionary<string, ProjectionState> states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> buildingVersions = new(StringComparer.Ordinal);

    private Dictionary<string, ProjectionState> working = new(StringComparer.Ordinal);

    /// <summary>What is committed: any thread may read it while the store's thread replaces it.</summary>
    public IReadOnlyDictionary<string, ProjectionState> States => Volatile.Read(ref states);

    /// <summary>The schema of a version's tables and views.</summary>
    public static string Space(Projection projection) => $"{SpacePrefix(projection.Name)}{projection.Version}";

    /// <summary>The physical table and the generation a change goes to.</summary>
    public static (string Name, int Generation) Target(Projection projection, Table table, int generation) =>
        ($"{Space(projection)}.{table.Name}__rows", generation);

    public ProjectionState Of(string name) => working.GetValueOrDefault(name) ?? ProjectionState.Unknown(name);

    /// <summary>The generation of this version that is being built, or 0.</summary>
    public int Building(Projection projection) =>
        Of(projection.Name).Building is > 0 and var building
        && buildingVersions.GetValueOrDefault(projection.Name) == projection.Version
            ? building
            : 0;

    public void Load(PostgresTransaction from) => Take(from.Query(Select, Read, PostgresValue.Of(inline)));

    private void Take(List<(ProjectionState State, int BuildingVersion)> rows)
    {
        var read = new Dictionary<string, ProjectionState>(StringComparer.Ordinal);
        foreach (var (state, buildingVersion) in rows)
            (read[state.Name], buildingVersions[state.Name]) = (state, buildingVersion);
        working = read;
        Publish();
    }

    /// <summary>After the commit: what was saved is seen by everybody.</summary>
    public void Publish() =>
        Volatile.Write(ref states, new Dictionary<string, ProjectionState>(working, StringComparer.Ordinal));

    private static (ProjectionState State, int BuildingVersion) Read(NpgsqlDataReader row) =>
        (
            new ProjectionState(
                row.GetString(0),
                row.GetInt32(1),
                row.GetInt32(2),
                row.GetInt64(3),
                row.GetInt32(4),
                row.GetInt64(6),
                row.IsDBNull(7) ? null : row.GetString(7)
            ),
            row.GetInt32(5)
        );

    /// <summary>
    /// Makes the tables of a version where they are missing; refused when they are there in another shape.
    /// </summary>
    public static void Ensure(PostgresTransaction to, Projection projection)
    {
        foreach (var table in projection.Tables)
            to.Add(
                "select lading.create_read_table($1, $2, $3, $4, $5, $6, $7)",
                PostgresValue.Of(projection.Name),
                PostgresValue.Of(projection.Version),
                PostgresValue.Of(table.Name),
                PostgresValue.Of(table.Columns.Select(c => c.Name).ToArray()),
                PostgresValue.Of(table.Columns.Select(c => c.Type.ToString().ToLowerInvariant()).ToArray()),
                PostgresValue.Of(table.Key.Count),
                PostgresValue.Of(table.Indexes.Select(i => string.Join(",", i)).ToArray())
            );
    }

    /// <summary>Starts a generation; its rows begin at position 0 and are not seen yet.</summary>
    public int Start(PostgresTransaction to, Projection projection)
    {
        Ensure(to, projection);
        var state = Of(projection.Name);
        var generation = Math.Max(state.Generation, state.Building) + 1;
        Save(to, state with { Building = generation, BuiltTo = 0 }, projection.Version);
        return generation;
    }

    /// <summary>The built generation takes over.</summary>
    public void Promote(PostgresTransaction to, Projection projection, int generation, long position) =>
        Save(to, new ProjectionState(projection.Name, projection.Version, generation, position, 0, 0, null), 0);

    public void Save(PostgresTransaction to, ProjectionState state) =>
        Save(to, state, buildingVersions.GetValueOrDefault(state.Name));

    private void Save(PostgresTransaction to, ProjectionState state, int buildingVersion)
    {
        to.Add(
            """
            insert into lading.projection (tenant, name, inline, version, generation, position, building,
                building_version, built_to, failure)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (tenant, name) do update set inline = excluded.inline, version = excluded.version, generation
                = excluded.generation,
                position = excluded.position, building = excluded.building, building_version =
                    excluded.building_version,
                built_to = excluded.built_to, failure = excluded.failure
            """,
            PostgresValue.Of(to.Tenant.Value),
            PostgresValue.Of(state.Name),
            PostgresValue.Of(inline),
            PostgresValue.Of(state.Version),
            PostgresValue.Of(state.Generation),
            PostgresValue.Of(state.Position),
            PostgresValue.Of(state.Building),
            PostgresValue.Of(buildingVersion),
            PostgresValue.Of(state.BuiltTo),
            PostgresValue.Of(state.Failure)
        );
        buildingVersions[state.Name] = buildingVersion;
        working[state.Name] = state;
    }

    /// <summary>
    /// Deletes this tenant's rows of generations and versions that a newer one has replaced, a few thousand at a time.
    /// </summary>
    public static void Sweep(PostgresSession session, Projection projection, int serving, CancellationToken stop)
    {
        using var look = session.Begin();
        var tables = look.Query(
            """
            select format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on
                n.oid = c.relnamespace
            where c.relkind = 'r' and pg_catalog.starts_with(n.nspname, $1) and substr(n.nspname, length($1) + 1) ~
                '^[0-9]+$'
            """,
            row => row.GetString(0),
            PostgresValue.Of(SpacePrefix(projection.Name))
        );
        look.Dispose();
        foreach (var name in tables)
            while (!stop.IsCancellationRequested)
            {
                using var delete = session.Begin();
                var gone = delete
                    .Query(
                        $"""
                        delete from {name} t
                        where t.ctid = any(array(select o.ctid from {name} o where o.tenant = $1 and o.generation < $2
                            limit 5000)) returning 1
                        """,
                        _ => 0,
                        PostgresValue.Of(session.Tenant.Value),
                        PostgresValue.Of(serving)
                    )
                    .Count;
                delete.Commit();
                if (gone == 0)
                    break;
            }
    }

    private static string SpacePrefix(string name) => $"read_{name.Replace('-', '_').Replace('.', '_')}__v";
}
