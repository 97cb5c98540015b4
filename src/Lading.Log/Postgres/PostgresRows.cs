using System.Text;
using Npgsql;

namespace Lading.Log.Postgres;

/// <summary>
/// Writes merged row changes: those that set and add the same columns of a table go as one statement over arrays, since
/// COPY is refused under row-level security. A row appears once per batch, so an upsert never meets itself.
/// </summary>
internal sealed class PostgresRows
{
    private readonly Dictionary<(string Table, ulong Sets, ulong Adds), string> upserts = [];
    private readonly Dictionary<string, string> deletes = new(StringComparer.Ordinal);
    private readonly Dictionary<(Table Table, ulong Sets, ulong Adds), List<RowChange>> written = [];
    private readonly Dictionary<Table, List<RowChange>> deleted = [];

    /// <summary>Adds the changes to a transaction; <paramref name="target"/> gives table and generation.</summary>
    public void Write(
        PostgresTransaction to,
        IReadOnlyList<RowChange> changes,
        Func<Table, (string Name, int Generation)> target
    )
    {
        written.Clear();
        deleted.Clear();
        foreach (var change in changes)
        {
            if (change.Deletes)
                Group(deleted, change.Table).Add(change);
            if (change.Writes)
                Group(written, (change.Table, change.Sets, change.Adds)).Add(change);
        }

        foreach (var (table, rows) in deleted)
            Delete(to, table, rows, target(table));
        foreach (var (shape, rows) in written)
            Upsert(to, shape, rows, target(shape.Table));
    }

    private static List<RowChange> Group<T>(Dictionary<T, List<RowChange>> groups, T key)
        where T : notnull
    {
        if (!groups.TryGetValue(key, out var group))
            groups.Add(key, group = []);
        return group;
    }

    private void Delete(PostgresTransaction to, Table table, List<RowChange> rows, (string Name, int Generation) target)
    {
        if (!deletes.TryGetValue(target.Name, out var sql))
        {
            var names = string.Join(", ", table.Key.Select(c => c.Name));
            var same = string.Join(" and ", table.Key.Select(c => $"t.{c.Name} = u.{c.Name}"));
            sql =
                $"delete from {target.Name} t using unnest({Arrays(table.Key)}) as u ({names}) "
                + $"where t.tenant = $1 and t.generation = $2 and {same}";
            deletes.Add(target.Name, sql);
        }

        to.Add(sql, Parameters(to, table.Key, rows, target.Generation));
    }

    private void Upsert(
        PostgresTransaction to,
        (Table Table, ulong Sets, ulong Adds) shape,
        List<RowChange> rows,
        (string Name, int Generation) target
    )
    {
        var columns = Columns(shape);
        if (!upserts.TryGetValue((target.Name, shape.Sets, shape.Adds), out var sql))
            upserts.Add((target.Name, shape.Sets, shape.Adds), sql = UpsertSql(shape, columns, target.Name));
        to.Add(sql, Parameters(to, columns, rows, target.Generation));
    }

    private static List<Column> Columns((Table Table, ulong Sets, ulong Adds) shape) =>
        shape
            .Table.Columns.Where(c =>
                c.Ordinal < shape.Table.Key.Count || ((shape.Sets | shape.Adds) >> c.Ordinal & 1) != 0
            )
            .ToList();

    private static string UpsertSql((Table Table, ulong Sets, ulong Adds) shape, List<Column> columns, string name)
    {
        var key = string.Join(", ", shape.Table.Key.Select(c => c.Name));
        var text = new StringBuilder(
            $"insert into {name} as t (tenant, generation, {string.Join(", ", columns.Select(c => c.Name))}) "
        );
        text.Append(
            $"select $1, $2, u.* from unnest({Arrays(columns)}) as u on conflict (tenant, generation, {key}) do "
        );
        var updates = columns
            .Where(c => c.Ordinal >= shape.Table.Key.Count)
            .Select(c =>
                (shape.Sets >> c.Ordinal & 1) != 0
                    ? $"{c.Name} = excluded.{c.Name}"
                    : $"{c.Name} = t.{c.Name} + excluded.{c.Name}"
            )
            .ToList();
        return text.Append(updates.Count == 0 ? "nothing" : "update set " + string.Join(", ", updates)).ToString();
    }

    private static string Arrays(IReadOnlyList<Column> columns) =>
        string.Join(", ", columns.Select((c, i) => $"${i + 3}::{TypeOf(c.Type)}[]"));

    private static string TypeOf(ColumnType type) =>
        type switch
        {
            ColumnType.Integer => "bigint",
            ColumnType.Text => "text",
            _ => "bytea",
        };

    private static NpgsqlParameter[] Parameters(
        PostgresTransaction to,
        IReadOnlyList<Column> columns,
        List<RowChange> rows,
        int generation
    )
    {
        var parameters = new NpgsqlParameter[columns.Count + 2];
        (parameters[0], parameters[1]) = (PostgresValue.Of(to.Tenant.Value), PostgresValue.Of(generation));
        for (var i = 0; i < columns.Count; i++)
            parameters[i + 2] = columns[i].Type switch
            {
                ColumnType.Integer => PostgresValue.Of(Values(rows, columns[i].Ordinal, c => c.Number)),
                ColumnType.Text => PostgresValue.Of(Values(rows, columns[i].Ordinal, c => (string?)c.Reference)),
                _ => PostgresValue.Of(Values(rows, columns[i].Ordinal, c => (byte[]?)c.Reference)),
            };
        return parameters;
    }

    private static T[] Values<T>(List<RowChange> rows, int ordinal, Func<Cell, T> value)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(rows[i].Cells[ordinal]);
        return values;
    }
}
