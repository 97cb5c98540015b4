using System.Globalization;

namespace Lading.Cli.Import;

/// <summary>What is wrong with which row: kept in order, written to a file that a spreadsheet opens. Safe for many
/// threads.</summary>
internal sealed class RowErrors
{
    private readonly List<RowError> found = [];
    private readonly Lock gate = new();

    /// <summary>How many.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return found.Count;
        }
    }

    /// <summary>Those found so far, by row.</summary>
    public IReadOnlyList<RowError> Found
    {
        get
        {
            lock (gate)
                return [.. found.OrderBy(e => e.Row)];
        }
    }

    /// <summary>Notes one.</summary>
    public void Add(int row, string column, string? value, string problem, string? remedy = null)
    {
        lock (gate)
            found.Add(new RowError(row, column, value ?? "", problem, remedy ?? ""));
    }

    /// <summary>Writes them as CSV.</summary>
    public void Write(string path)
    {
        using var text = new StreamWriter(path);
        using var csv = new CsvText(text);
        csv.Row("row", "column", "value", "problem", "remedy");
        foreach (var error in Found)
            csv.Row(
                error.Row.ToString(CultureInfo.InvariantCulture),
                error.Column,
                error.Value,
                error.Problem,
                error.Remedy
            );
    }
}

/// <summary>One thing wrong with one row.</summary>
internal sealed record RowError(int Row, string Column, string Value, string Problem, string Remedy);

/// <summary>Writes CSV (RFC 4180) that a spreadsheet opens without running anything.</summary>
internal sealed class CsvText(TextWriter text) : IDisposable
{
    /// <summary>Writes a row; a cell that a spreadsheet would take for a formula gets an apostrophe before
    /// it.</summary>
    public void Row(params ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                text.Write(',');
            text.Write(Quoted(Safe(cells[i] ?? "")));
        }

        text.Write('\n');
    }

    public void Dispose() => text.Flush();

    /// <summary>A plain number stays what it is, a negative one too.</summary>
    internal static string Safe(string cell) =>
        cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !IsNumber(cell) ? "'" + cell : cell;

    private static bool IsNumber(string cell) =>
        decimal.TryParse(
            cell,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out _
        )
        && cell[0] != '+';

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : "\"" + cell.Replace("\"", "\"\"") + "\"";
}
