using System.Text.RegularExpressions;
using Lading.Log;

namespace Lading.Floors.Tests.Log;

/// <summary>What was written, in order, and the state it makes. What was not synced may be lost, from some point
/// on.</summary>
internal sealed class Journal<T>
    where T : new()
{
    private readonly List<Action<T>> entries = [];
    private int synced;

    public Lock Gate { get; } = new();

    public T State { get; private set; } = new();

    /// <summary>All or nothing; durable at once when <paramref name="sync"/>.</summary>
    public void Write(Action<T> change, bool sync)
    {
        lock (Gate)
        {
            try
            {
                change(State);
            }
            catch (Exception fault)
            {
                Rebuild();
                throw new StoreFault(fault.Message, fault);
            }

            entries.Add(change);
            if (sync)
                synced = entries.Count;
        }
    }

    public void Sync()
    {
        lock (Gate)
            synced = entries.Count;
    }

    /// <summary>Power is gone: a suffix of what was not synced is lost.</summary>
    public void Crash(Random random)
    {
        lock (Gate)
        {
            var keep = random.Next(synced, entries.Count + 1);
            entries.RemoveRange(keep, entries.Count - keep);
            synced = keep;
            Rebuild();
        }
    }

    public TResult Read<TResult>(Func<T, TResult> read)
    {
        lock (Gate)
            return read(State);
    }

    private void Rebuild()
    {
        State = new T();
        foreach (var entry in entries)
            entry(State);
    }
}

/// <summary>Read-model tables, their generations and checkpoints, in memory.</summary>
internal sealed class LossyTables
{
    private readonly Dictionary<string, (Table Table, SortedDictionary<Cell[], Cell[]> Rows)> physical = new(
        StringComparer.Ordinal
    );
    private readonly Dictionary<string, string> views = new(StringComparer.Ordinal);

    public Dictionary<string, ProjectionState> States { get; } = new(StringComparer.Ordinal);

    public ProjectionState Of(string name) => States.GetValueOrDefault(name) ?? ProjectionState.Unknown(name);

    public int Start(Projection projection)
    {
        var state = Of(projection.Name);
        var generation = Math.Max(state.Generation, state.Building) + 1;
        foreach (var table in projection.Tables)
        {
            var serving = views.GetValueOrDefault(table.Name);
            foreach (
                var old in physical
                    .Where(p => p.Value.Table.Name == table.Name && p.Key != serving)
                    .Select(p => p.Key)
                    .ToList()
            )
                physical.Remove(old);
            physical[ProjectionState.Physical(table, projection.Version, generation)] = (
                table,
                new SortedDictionary<Cell[], Cell[]>(KeyOrder)
            );
        }

        States[projection.Name] = state with { Building = generation, BuiltTo = 0 };
        return generation;
    }

    public void Promote(Projection projection, int generation, long position)
    {
        foreach (var table in projection.Tables)
        {
            var name = views[table.Name] = ProjectionState.Physical(table, projection.Version, generation);
            foreach (
                var old in physical
                    .Where(p => p.Value.Table.Name == table.Name && p.Key != name)
                    .Select(p => p.Key)
                    .ToList()
            )
                physical.Remove(old);
        }

        States[projection.Name] = new ProjectionState(
            projection.Name,
            projection.Version,
            generation,
            position,
            0,
            0,
            null
        );
    }

    public bool IsBuilding(Projection projection) =>
        Of(projection.Name).Building is > 0 and var building
        && projection.Tables.All(t => physical.ContainsKey(ProjectionState.Physical(t, projection.Version, building)));

    /// <summary>Writes rows to a generation, or to the one that serves.</summary>
    public void Write(IReadOnlyList<RowChange> changes, Func<Table, string>? generation = null)
    {
        foreach (var change in changes)
            Write(change, physical[generation?.Invoke(change.Table) ?? views[change.Table.Name]].Rows);
    }

    private static void Write(RowChange change, SortedDictionary<Cell[], Cell[]> rows)
    {
        var table = change.Table;
        var key = change.Cells[..table.Key.Count];
        if (change.Deletes)
            rows.Remove(key);
        if (!change.Writes)
            return;
        if (!rows.TryGetValue(key, out var row))
            rows[key] = row = [
                .. table.Columns.Select(
                    (c, i) =>
                        i < key.Length ? key[i]
                        : c.Type == ColumnType.Integer ? 0
                        : (string?)null
                ),
            ];
        for (var i = key.Length; i < row.Length; i++)
            if ((change.Sets >> i & 1) != 0)
                row[i] = change.Cells[i];
            else if ((change.Adds >> i & 1) != 0)
                row[i] = checked(row[i].Number + change.Cells[i].Number);
    }

    /// <summary>Understands <c>select columns from table [where column = $1]</c>; rows come in key order.</summary>
    public List<IRow> Query(string sql, Cell[] parameters)
    {
        var parsed = Regex.Match(
            sql,
            @"^select (?<columns>.+) from (?<table>\w+)(?: where (?<where>\w+) = \$1)?(?: order by .+)?$"
        );
        if (!parsed.Success)
            throw new NotSupportedException(sql);
        var (table, rows) = physical[views[parsed.Groups["table"].Value]];
        int Ordinal(string name) => table.Columns.Single(c => c.Name == name.Trim()).Ordinal;
        var columns = parsed.Groups["columns"].Value.Split(',').Select(Ordinal).ToArray();
        var where = parsed.Groups["where"].Success ? Ordinal(parsed.Groups["where"].Value) : -1;
        return rows
            .Values.Where(r => where < 0 || r[where].Equals(parameters[0]))
            .Select(r => (IRow)new Row([.. columns.Select(c => r[c])]))
            .ToList();
    }

    private sealed class Row(Cell[] cells) : IRow
    {
        public long Integer(int column) => cells[column].Number;

        public string? Text(int column) => (string?)cells[column].Reference;

        public byte[]? Bytes(int column) => (byte[]?)cells[column].Reference;
    }

    private static readonly Comparer<Cell[]> KeyOrder = Comparer<Cell[]>.Create(
        (a, b) =>
        {
            for (var i = 0; i < a.Length; i++)
            {
                var order = a[i].IsNumber
                    ? a[i].Number.CompareTo(b[i].Number)
                    : string.CompareOrdinal((string?)a[i].Reference, (string?)b[i].Reference);
                if (order != 0)
                    return order;
            }

            return 0;
        }
    );
}

/// <summary>Queries over a journal's tables.</summary>
internal sealed class LossyReads<T>(Journal<T> journal, Func<T, LossyTables> tables) : IReads
    where T : new()
{
    public ValueTask<List<TRow>> Query<TRow>(
        string sql,
        Func<IRow, TRow> map,
        CancellationToken stop,
        params ReadOnlySpan<Cell> parameters
    )
    {
        var cells = parameters.ToArray();
        return ValueTask.FromResult(journal.Read(s => tables(s).Query(sql, cells).Select(map).ToList()));
    }
}

/// <summary>Followers' tables on a disk that may lose a suffix: rows and checkpoints together.</summary>
internal sealed class LossyFollowStore(Journal<LossyTables> journal, bool sync) : IFollowStore
{
    public IReads Reads { get; } = new LossyReads<LossyTables>(journal, t => t);

    public IReadOnlyDictionary<string, ProjectionState> States =>
        journal.Read(t => new Dictionary<string, ProjectionState>(t.States, StringComparer.Ordinal));

    public void Declare(IReadOnlyList<Projection> followers, long head)
    {
        foreach (var projection in followers)
            journal.Write(
                t =>
                {
                    var state = t.Of(projection.Name);
                    if (t.IsBuilding(projection) || (state.Version == projection.Version && state.Building == 0))
                        return;
                    var generation = t.Start(projection);
                    if (head == 0)
                        t.Promote(projection, generation, 0);
                },
                sync
            );
    }

    public void Refresh() { }

    public int StartBuild(Projection projection)
    {
        journal.Write(t => t.Start(projection), sync);
        return journal.Read(t => t.Of(projection.Name).Building);
    }

    public bool MakeIndex(Projection projection, int generation) => false;

    public bool ClearSome() => false;

    public bool Apply(IReadOnlyList<FollowStep> steps)
    {
        var kept = steps.Select(s => (Step: s, Changes: s.Rows.Changes.ToArray())).ToList();
        journal.Write(
            t =>
            {
                foreach (var (step, changes) in kept)
                {
                    t.Write(
                        changes,
                        table => ProjectionState.Physical(table, step.Projection.Version, step.Generation)
                    );
                    var state = t.Of(step.Projection.Name);
                    if (step.Promote)
                        t.Promote(step.Projection, step.Generation, step.To);
                    else
                        t.States[state.Name] =
                            state.Generation == step.Generation
                                ? state with
                                {
                                    Position = step.To,
                                }
                                : state with
                                {
                                    BuiltTo = step.To,
                                };
                }
            },
            sync
        );
        return true;
    }

    public void SetFailure(string name, string? reason, long standing) =>
        journal.Write(t => t.States[name] = t.Of(name) with { Failure = reason }, sync);

    public void Skip(string name, long position) =>
        journal.Write(t => t.States[name] = t.Of(name) with { Position = position, Failure = null }, sync);

    public void Dispose() { }
}
