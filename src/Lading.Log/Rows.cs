using System.Numerics;

namespace Lading.Log;

/// <summary>
/// The row changes of a batch, merged per row: later sets win, additions sum, so that a row touched a thousand times in
/// one batch is
/// written once. The store writes what is left with one upsert per row.
/// </summary>
public sealed class Rows
{
    private readonly Dictionary<RowKey, RowChange> byKey = [];
    private readonly List<RowChange> order = [];
    private readonly Cell[] sought = new Cell[Table.MostColumns];

    internal IReadOnlyList<RowChange> Changes => order;

    /// <summary>Rows touched.</summary>
    public int Count => order.Count;

    /// <summary>The change of one row; the row is made when it is not there, columns not set then hold 0 or
    /// null.</summary>
    public RowChange Row(Table table, params ReadOnlySpan<Cell> key) => Touch(table, key).Make();

    /// <summary>Removes a row; sets that follow make it anew.</summary>
    public void Delete(Table table, params ReadOnlySpan<Cell> key) => Touch(table, key).Clear();

    /// <summary>Forgets everything, keeping the memory.</summary>
    public void Reset()
    {
        byKey.Clear();
        order.Clear();
    }

    private RowChange Touch(Table table, ReadOnlySpan<Cell> key)
    {
        if (key.Length != table.Key.Count)
            throw new ArgumentException($"Table {table.Name} has {table.Key.Count} key columns, not {key.Length}.");
        key.CopyTo(sought);
        if (byKey.TryGetValue(new RowKey(table, sought), out var change))
            return change;
        var cells = new Cell[table.Columns.Count];
        key.CopyTo(cells);
        change = new RowChange(table, cells);
        byKey.Add(new RowKey(table, cells), change);
        order.Add(change);
        return change;
    }

    private readonly struct RowKey(Table table, Cell[] cells) : IEquatable<RowKey>
    {
        private readonly Table table = table;
        private readonly Cell[] cells = cells;

        public bool Equals(RowKey other)
        {
            if (!ReferenceEquals(table, other.table))
                return false;
            for (var i = 0; i < table.Key.Count; i++)
                if (!cells[i].Equals(other.cells[i]))
                    return false;
            return true;
        }

        public override bool Equals(object? obj) => obj is RowKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(table));
            for (var i = 0; i < table.Key.Count; i++)
                hash.Add(cells[i].GetHashCode());
            return hash.ToHashCode();
        }
    }
}

/// <summary>What becomes of one row.</summary>
public sealed class RowChange
{
    internal RowChange(Table table, Cell[] cells) => (Table, Cells) = (table, cells);

    internal Table Table { get; }

    internal Cell[] Cells { get; }

    /// <summary>Bit per column ordinal: set to the cell.</summary>
    internal ulong Sets { get; private set; }

    /// <summary>Bit per column ordinal: the cell is added to what is there.</summary>
    internal ulong Adds { get; private set; }

    /// <summary>Whether the row that was there before is removed first.</summary>
    internal bool Deletes { get; private set; }

    /// <summary>Whether anything is left to write after a delete.</summary>
    internal bool Writes { get; private set; } = true;

    /// <summary>Sets a column.</summary>
    public RowChange Set(Column column, Cell value)
    {
        var bit = Bit(column);
        Cells[column.Ordinal] = value;
        Sets |= bit;
        Adds &= ~bit;
        Writes = true;
        return this;
    }

    /// <summary>Adds to an integer column.</summary>
    public RowChange Add(Column column, long delta)
    {
        var bit = Bit(column);
        Cells[column.Ordinal] = checked(Cells[column.Ordinal].Number + delta);
        if ((Sets & bit) == 0)
            Adds |= bit;
        Writes = true;
        return this;
    }

    internal RowChange Make()
    {
        Writes = true;
        return this;
    }

    internal void Clear()
    {
        for (var i = Table.Key.Count; i < Cells.Length; i++)
            Cells[i] = Table.Columns[i].Type == ColumnType.Integer ? 0 : (string?)null;
        (Sets, Adds, Deletes, Writes) = (0, 0, true, false);
    }

    /// <summary>How many columns besides the key are written.</summary>
    internal int Width => BitOperations.PopCount(Sets | Adds);

    private ulong Bit(Column column)
    {
        if (
            column.Ordinal < Table.Key.Count
            || column.Ordinal >= Table.Columns.Count
            || !ReferenceEquals(Table.Columns[column.Ordinal], column)
        )
            throw new ArgumentException($"{column.Name} is not a settable column of {Table.Name}.");
        return 1UL << column.Ordinal;
    }
}
