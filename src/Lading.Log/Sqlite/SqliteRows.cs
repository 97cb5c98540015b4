using System.Globalization;
using System.Text;

namespace Lading.Log.Sqlite;

/// <summary>Writes merged row changes as upserts and makes the tables they go to.</summary>
internal sealed class SqliteRows(SqliteDb db)
{
    private readonly Dictionary<(string Table, ulong Sets, ulong Adds), string> upserts = [];
    private readonly Dictionary<string, string> deletes = new(StringComparer.Ordinal);

    /// <summary>Writes the changes; <paramref name="physical"/> gives the table of the generation being
    /// written.</summary>
    public void Write(IReadOnlyList<RowChange> changes, Func<Table, string> physical)
    {
        foreach (var change in changes)
        {
            var name = physical(change.Table);
            if (change.Deletes)
                Delete(change, name);
            if (change.Writes)
                Upsert(change, name);
        }
    }

    /// <summary>Creates a generation of a table. Strict: a sum beyond 64 bits is an error, not a rounded
    /// number.</summary>
    public static void Create(SqliteDb db, Table table, string name)
    {
        var columns = string.Join(", ", table.Columns.Select(c => $"{c.Name} {TypeOf(c.Type)}"));
        var key = string.Join(", ", table.Key.Select(c => c.Name));
        db.Execute($"create table if not exists {name} ({columns}, primary key ({key})) strict, without rowid");
    }

    /// <summary>The secondary indexes of a generation of a table, by name.</summary>
    public static IEnumerable<(string Name, string Sql)> Indexes(Table table, string name) =>
        table.Indexes.Select(
            (columns, i) =>
            {
                var index = string.Create(CultureInfo.InvariantCulture, $"{name}_i{i}");
                return (index, $"create index {index} on {name} ({string.Join(", ", columns)})");
            }
        );

    private static string TypeOf(ColumnType type) =>
        type switch
        {
            ColumnType.Integer => "integer not null default 0",
            ColumnType.Text => "text",
            _ => "blob",
        };

    private void Delete(RowChange change, string name)
    {
        if (!deletes.TryGetValue(name, out var sql))
        {
            var where = string.Join(" and ", change.Table.Key.Select((c, i) => $"{c.Name} = ?{i + 1}"));
            deletes.Add(name, sql = $"delete from {name} where {where}");
        }

        var statement = db.Prepare(sql);
        for (var i = 0; i < change.Table.Key.Count; i++)
            statement.Bind(i + 1, change.Cells[i]);
        statement.Run();
    }

    private void Upsert(RowChange change, string name)
    {
        var statement = db.Prepare(UpsertSql(change, name));
        var at = 1;
        for (var i = 0; i < change.Cells.Length; i++)
            if (i < change.Table.Key.Count || ((change.Sets | change.Adds) >> i & 1) != 0)
                statement.Bind(at++, change.Cells[i]);
        statement.Run();
    }

    private string UpsertSql(RowChange change, string name)
    {
        var key = (name, change.Sets, change.Adds);
        if (upserts.TryGetValue(key, out var sql))
            return sql;
        var table = change.Table;
        var columns = table
            .Columns.Where(c => c.Ordinal < table.Key.Count || ((change.Sets | change.Adds) >> c.Ordinal & 1) != 0)
            .ToList();
        var text = new StringBuilder($"insert into {name} ({string.Join(", ", columns.Select(c => c.Name))}) values (");
        text.AppendJoin(", ", Enumerable.Range(1, columns.Count).Select(i => $"?{i}")).Append(") on conflict do ");
        var updates = columns
            .Where(c => c.Ordinal >= table.Key.Count)
            .Select(c =>
                (change.Sets >> c.Ordinal & 1) != 0
                    ? $"{c.Name} = excluded.{c.Name}"
                    : $"{c.Name} = {c.Name} + excluded.{c.Name}"
            )
            .ToList();
        text.Append(updates.Count == 0 ? "nothing" : "update set " + string.Join(", ", updates));
        upserts.Add(key, sql = text.ToString());
        return sql;
    }
}
