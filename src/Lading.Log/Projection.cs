using Lading.Kernel;

namespace Lading.Log;

/// <summary>A column type that sorts, compares and sums alike on both providers.</summary>
public enum ColumnType
{
    /// <summary>64-bit integer, never null, 0 when not set. Times are UTC ticks, money minor units, quantities
    /// thousandths.</summary>
    Integer,

    /// <summary>Unicode text compared by code point; may be null.</summary>
    Text,

    /// <summary>Bytes; may be null.</summary>
    Bytes,
}

/// <summary>A column of a read-model table.</summary>
public sealed record Column(string Name, ColumnType Type)
{
    internal int Ordinal { get; set; } = -1;

    /// <summary>A 64-bit integer column.</summary>
    public static Column Integer(string name) => new(name, ColumnType.Integer);

    /// <summary>A text column.</summary>
    public static Column Text(string name) => new(name, ColumnType.Text);

    /// <summary>A bytes column.</summary>
    public static Column Bytes(string name) => new(name, ColumnType.Bytes);
}

/// <summary>
/// A read-model table: its key, its other columns, its indexes (each a list of column names, in order). On PostgreSQL
/// the tenant is the
/// first column of every key and index and row-level security is forced; a projection never sees it. At most 62
/// columns.
/// </summary>
public sealed class Table
{
    internal const int MostColumns = 62;

    /// <summary>Declares a table. Names are lower_snake_case; a view of this name always shows the generation that
    /// serves.</summary>
    public Table(
        string name,
        IReadOnlyList<Column> key,
        IReadOnlyList<Column> columns,
        params IReadOnlyList<string>[] indexes
    )
    {
        Name = name;
        Key = key;
        Columns = [.. key, .. columns];
        Indexes = indexes;
        if (key.Count == 0 || Columns.Count > MostColumns)
            throw new ArgumentException($"Table {name} needs a key and at most {MostColumns} columns.");
        for (var i = 0; i < Columns.Count; i++)
            Columns[i].Ordinal = i;
    }

    /// <summary>The name queries use.</summary>
    public string Name { get; }

    /// <summary>The key columns; they come first in <see cref="Columns"/>.</summary>
    public IReadOnlyList<Column> Key { get; }

    /// <summary>All columns.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Secondary indexes.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Indexes { get; }
}

/// <summary>A value of a column: an integer, a text, bytes, or nothing.</summary>
public readonly struct Cell : IEquatable<Cell>
{
    /// <summary>Stands in the reference of an integer: a page of rows is mostly cells, and sixteen bytes are less than
    /// twenty-four.</summary>
    private static readonly object Integer = new();
    private readonly long number;
    private readonly object? reference;

    private Cell(long number, object? reference) => (this.number, this.reference) = (number, reference);

    internal long Number => number;

    internal object? Reference => IsNumber ? null : reference;

    internal bool IsNumber => ReferenceEquals(reference, Integer);

    /// <summary>Whether it is an integer.</summary>
    public bool IsInteger => IsNumber;

    /// <summary>The integer; 0 for a text, bytes or nothing.</summary>
    public long AsInteger => Number;

    /// <summary>The text, or null.</summary>
    public string? AsText => Reference as string;

    /// <summary>The bytes, or null.</summary>
    public byte[]? AsBytes => Reference as byte[];

    /// <summary>An integer.</summary>
    public static implicit operator Cell(long value) => new(value, Integer);

    /// <summary>A text or nothing. PostgreSQL's text cannot hold U+0000, so on both providers U+FFFD stands for
    /// it.</summary>
    public static implicit operator Cell(string? value) => new(0, value?.Replace('\0', '\uFFFD'));

    /// <summary>Bytes or nothing.</summary>
    public static implicit operator Cell(byte[]? value) => new(0, value);

    /// <summary>A time, as UTC ticks.</summary>
    public static implicit operator Cell(DateTime value) => new(value.Ticks, Integer);

    /// <summary>A quantity, as thousandths.</summary>
    public static implicit operator Cell(BaseQuantity value) => new(value.Thousandths, Integer);

    /// <inheritdoc />
    public bool Equals(Cell other) =>
        IsNumber == other.IsNumber
        && Number == other.Number
        && (Reference, other.Reference) switch
        {
            (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
            var (a, b) => Equals(a, b),
        };

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Cell other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() =>
        IsNumber ? Number.GetHashCode()
        : Reference is byte[] bytes ? HashOf(bytes)
        : Reference?.GetHashCode() ?? 0;

    private static int HashOf(byte[] bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    /// <inheritdoc />
    public override string ToString() => IsNumber ? Number.ToString() : Reference?.ToString() ?? "null";
}

/// <summary>When a projection's rows are written.</summary>
public enum ProjectionMode
{
    /// <summary>In the transaction that appends the facts: what a caller must read back at once.</summary>
    Inline,

    /// <summary>By a follower, with its checkpoint, soon after.</summary>
    Follower,
}

/// <summary>A read model: its tables and how one fact changes their rows. Pure: reads nothing but the fact and its own
/// state.</summary>
/// <param name="Name">Kebab-case, unique.</param>
/// <param name="Version">Raised when the tables or the meaning of rows change; the new version is built beside the old
/// one.</param>
/// <param name="Types">The stored event names it applies (upcast names count as their newest); others are skipped
/// without decoding.</param>
public sealed record Projection(
    string Name,
    int Version,
    ProjectionMode Mode,
    IReadOnlyList<Table> Tables,
    IReadOnlySet<Type> Types,
    Action<Recorded, Rows> Apply
)
{
    /// <summary>A projection over the given facts.</summary>
    public static Projection Of(
        string name,
        int version,
        ProjectionMode mode,
        Table[] tables,
        Type[] facts,
        Action<Recorded, Rows> apply
    ) => new(name, version, mode, tables, facts.ToHashSet(), apply);
}
