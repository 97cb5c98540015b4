namespace Lading.Log;

/// <summary>One row of a query's result, by ordinal.</summary>
public interface IRow
{
    /// <summary>A 64-bit integer; 0 for null.</summary>
    long Integer(int column);

    /// <summary>A text, or null.</summary>
    string? Text(int column);

    /// <summary>Bytes, or null.</summary>
    byte[]? Bytes(int column);
}

/// <summary>
/// Reads of one tenant's read models. SQL with $1, $2 … parameters that means the same on SQLite and PostgreSQL; tables
/// are named by their
/// views; the tenant is never named. Reads are short: everything is read before the call returns.
/// </summary>
public interface IReads
{
    /// <summary>All rows of a query.</summary>
    ValueTask<List<T>> Query<T>(
        string sql,
        Func<IRow, T> map,
        CancellationToken stop,
        params ReadOnlySpan<Cell> parameters
    );
}
